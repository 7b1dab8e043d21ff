#include <algorithm>

#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/steps.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(active_dendrite, step)
}

namespace spk::neurons::active_dendrite {
namespace {

constexpr std::int64_t kMostSegments = 12;

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  const double decay = exp(-dt_ms / given("tau_m")), R = given("tau_m") / given("C_m");  // GΩ
  k[0] = given("segments");
  k[1] = given("theta");
  k[2] = steps(given("t_plateau"), dt_ms);
  k[3] = (1 - decay) * given("lift");
  k[4] = decay;
  k[5] = (1 - decay) * (given("E_L") + R * given("I_e"));
  k[6] = (1 - decay) * R;
  k[7] = given("V_th");
  k[8] = given("V_reset");
  k[9] = steps(given("t_ref"), dt_ms);
  return resetBelowThreshold(k[8], k[7]);
}

constexpr const char* kDoc =
    "Active dendrites: segments that put the cell into a predictive state.\n\n"
    "A leaky integrate-and-fire soma, tau_m dV/dt = E_L - V + (tau_m / C_m) (I_e + I) + L; a spike "
    "at in adds its weight [mV] to V. Spikes at a segment port count: where their weights reach "
    "theta within one step at one segment, a plateau of t_plateau begins, and L = lift while it "
    "lasts. A lift below threshold does not fire the cell by itself, but lets it fire before its "
    "neighbours when its proximal input comes. Weight 1 makes theta a number of synapses: 10 of "
    "the 20 of a segment, after Hawkins & Ahmad 2016. V >= V_th at the end of a step: a spike, "
    "V = V_reset for t_ref. Exact over a step.";

Shape describe(const Item& item) {
  const std::int64_t segments =
      std::clamp<std::int64_t>(integerOr(item.values, "segments", 4), 1, kMostSegments);
  Shape shape{
      .ports = {currentIn(),
                {"in", Signal::Spikes, true, "mV", "proximal: each spike adds its weight to V"}},
      .parameters = {sizeParameter(100),
                     {.name = "segments",
                      .kind = Kind::Integer,
                      .initial = std::int64_t{4},
                      .min = 1,
                      .max = static_cast<double>(kMostSegments),
                      .doc = "number of dendritic segments, a port each",
                      .essential = true,
                      .live = false},
                     essential(number("theta", 10.0, "", 1e-6, 1e6,
                                      "active synapses that start a plateau")),
                     number("t_plateau", 50.0, "ms", 0, 1e5, "how long a plateau lasts"),
                     number("lift", 10.0, "mV", -200, 200, "where a plateau draws V, above E_L"),
                     membraneParameter("tau_m", 20.0),
                     membraneParameter("C_m", 250.0),
                     membraneParameter("E_L", -70.0),
                     membraneParameter("V_th", -55.0),
                     membraneParameter("V_reset", -70.0),
                     membraneParameter("t_ref", 2.0),
                     membraneParameter("I_e", 0.0)},
      .columns = {membrane(-70),
                  refractory(),
                  {"plateau", "steps", 0, "steps left of the plateau: predictive while above 0"}},
      .constants = {"segments", "theta", "lasts", "lift", "decay", "base", "gain", "V_th",
                    "V_reset", "t_ref"}};
  for (std::int64_t k = 1; k <= segments; ++k)
    shape.ports.push_back({"seg" + std::to_string(k), Signal::Spikes, true, "",
                           "segment: each spike counts with its weight"});
  shape.ports.push_back(spikesOut());
  return shape;
}

}  // namespace

void add(Registry& registry) {
  registry.add(NodeType{.id = "neuron.active_dendrite",
                        .title = "Active dendrite segments",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons, biophysical",
                        .words = "HTM predictive state NMDA plateau sequence memory segment",
                        .shape = describe({}),
                        .describe = describe,
                        .prepare = prepare,
                        .step = SPK_BUILDS(active_dendrite, step)});
}

}  // namespace spk::neurons::active_dendrite
