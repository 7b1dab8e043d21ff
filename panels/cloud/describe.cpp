#include "engine/graph/Registry.h"
#include "engine/graph/viewParameters.h"

namespace spk::panels::cloud {

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "view.cloud",
      .title = "Event cloud",
      .doc = "Events of a camera as points in space and time: x, y and t, ON orange, OFF blue, "
             "older ones "
             "fading. Drag to turn, wheel to come nearer, middle button to move, double-click to "
             "reset.",
      .role = Role::View,
      .group = "Views",
      .words = "point cloud xyt space time 3d dvs camera",
      .shape = {
          .ports =
              {{.name = "in", .signal = Signal::Events, .input = true, .doc = "Events; one wire."}},
          .parameters = {
              eventWindow(
                  50, "How far back the cloud reaches; of more than a million events, the newest."),
              {.name = "point",
               .kind = Kind::Number,
               .initial = 2.0,
               .unit = "px",
               .min = 1,
               .max = 10,
               .doc = "Size of a point on the screen."}}}});
}

}  // namespace spk::panels::cloud
