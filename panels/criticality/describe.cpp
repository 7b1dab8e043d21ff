#include "engine/graph/Registry.h"

namespace spk::panels::criticality {

void add(Registry& registry);
void add(Registry& registry) {
  NodeType type{"view.criticality",
                "Criticality",
                "How many spikes one spike causes: the branching parameter m of everything wired "
                "in, by multistep regression (Wilting & Priesemann 2018, unbiased when only a part "
                "of the neurons is seen), beside the usual estimate r_1, which is not.",
                Role::View,
                "Views",
                "branching ratio avalanche edge chaos subsampling autocorrelation timescale m"};
  type.shape.ports = {{.name = "in",
                       .signal = Signal::Spikes,
                       .input = true,
                       .doc = "Spikes of one population or more, counted together."}};
  type.shape.parameters = {
      {.name = "bin",
       .initial = 4.0,
       .unit = "ms",
       .min = 0.1,
       .max = 100,
       .doc = "Width of the bins that spikes are counted in: about the delay from a neuron to the "
              "next.",
       .essential = true},
      {.name = "observed",
       .initial = 100.0,
       .unit = "%",
       .min = 0.5,
       .max = 100,
       .doc = "Share of the neurons that is looked at, always the same ones, as if electrodes "
              "reached no more.",
       .essential = true},
      {.name = "window",
       .initial = 60.0,
       .unit = "s",
       .min = 5,
       .max = 3600,
       .doc = "How far back the estimate looks."},
      {.name = "lags",
       .kind = Kind::Integer,
       .initial = std::int64_t{250},
       .min = 10,
       .max = 2000,
       .doc = "Largest lag of the regression in bins; far more than five timescales only adds "
              "noise, and is left out."},
      {.name = "fit",
       .kind = Kind::Choice,
       .initial = std::string("exponential"),
       .doc = "Curve through the slopes; with an offset, a slow drift of the drive does no harm.",
       .choices = {"exponential", "offset"}}};
  registry.add(std::move(type));
}

}  // namespace spk::panels::criticality
