#include "engine/graph/Registry.h"
#include "engine/graph/viewParameters.h"

namespace spk::panels::rates {

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "view.rate",
      .title = "Rates",
      .doc =
          "Mean firing rate of each population over time: spikes in a bin, divided by bin width "
          "and "
          "number of neurons, smoothed with a Gaussian if wanted. One line for each wire. Or the "
          "events that a camera gives in a second, with its triggers.",
      .role = Role::View,
      .group = "Views",
      .words = "firing rate psth population activity hz events per second triggers",
      .shape = {
          .ports = {{.name = "in",
                     .signal = Signal::Spikes,
                     .input = true,
                     .doc = "Spikes; any number of wires, one line each."},
                    {.name = "events",
                     .signal = Signal::Events,
                     .input = true,
                     .doc = "Events of a camera instead; any number of wires, all events counted."},
                    {.name = "triggers",
                     .signal = Signal::Trace,
                     .input = true,
                     .doc = "Edges on a camera's trigger inputs, shown on the time axis."}},
          .parameters = {shownWindow(2000, 10),
                         {.name = "bin",
                          .kind = Kind::Number,
                          .initial = 5.0,
                          .unit = "ms",
                          .min = 0.1,
                          .max = 10000,
                          .doc = "Width of the bins in which spikes or events are counted.",
                          .essential = true},
                         {.name = "smoothing",
                          .kind = Kind::Number,
                          .initial = 10.0,
                          .unit = "ms",
                          .min = 0,
                          .max = 10000,
                          .doc = "Standard deviation of the Gaussian that smooths the line; 0: the "
                                 "bins as they are."}}}});
}

}  // namespace spk::panels::rates
