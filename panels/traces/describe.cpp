#include "engine/graph/Registry.h"
#include "engine/graph/viewParameters.h"

namespace spk::panels::traces {

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "view.traces",
      .title = "Traces",
      .doc = "State of single neurons over time: the membrane potential V, a conductance, a "
             "current, or "
             "whatever column is wired in. The dashed line is the threshold V_th of the source.",
      .role = Role::View,
      .group = "Views",
      .words = "membrane potential voltage current state oscilloscope",
      .shape = {.ports = {{.name = "in",
                           .signal = Signal::Trace,
                           .input = true,
                           .doc = "Traces of one unit; any number of wires."}},
                .parameters = {
                    shownWindow(500, 1),
                    {.name = "neurons",
                     .kind = Kind::Text,
                     .initial = std::string("0-2"),
                     .doc = "Which neurons of each source, such as 0-2, 17; at most twelve lines "
                            "are drawn.",
                     .essential = true},
                    {.name = "every",
                     .kind = Kind::Number,
                     .initial = 0.0,
                     .unit = "ms",
                     .min = 0,
                     .max = 1000,
                     .doc = "Time between two samples; 0: every step."}}}});
}

}  // namespace spk::panels::traces
