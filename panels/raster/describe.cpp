#include "engine/graph/Registry.h"
#include "engine/graph/viewParameters.h"

namespace spk::panels::raster {

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "view.raster",
      .title = "Raster",
      .doc = "Every spike as a dot: time from left to right, one row for each neuron. Each wire is "
             "a group with "
             "the name and colour of its population. Wheel: more or less time; drag: zoom to a "
             "box; double-click: "
             "follow again.",
      .role = Role::View,
      .group = "Views",
      .words = "spikes dots scatter plot raster",
      .shape = {
          .ports = {{.name = "in",
                     .signal = Signal::Spikes,
                     .input = true,
                     .doc = "Spikes; any number of wires, one group each."}},
          .parameters = {
              shownWindow(2000, 10),
              {.name = "dot",
               .kind = Kind::Number,
               .initial = 2.0,
               .unit = "px",
               .min = 1,
               .max = 8,
               .doc = "Size of a spike on the screen; rows higher than this make taller dots."}}}});
}

}  // namespace spk::panels::raster
