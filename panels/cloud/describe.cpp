#include "engine/graph/Registry.h"
#include "engine/graph/viewParameters.h"

namespace spk::panels::cloud {

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "view.cloud",
      .title = "Event cloud",
      .doc = "Events of a camera as points in space and time: x, y and t, ON orange, OFF blue, "
             "older ones fading. Drag to turn, wheel to come nearer, middle button to move, "
             "double-click to reset; Ctrl and drag to select with a lasso, Ctrl, Shift and drag "
             "with a box: what is selected can be written to any format.",
      .role = Role::View,
      .group = "Views",
      .words = "point cloud xyt space time 3d dvs camera",
      .shape = {
          .ports =
              {{.name = "in", .signal = Signal::Events, .input = true, .doc = "Events; one wire."},
               {.name = "flow",
                .signal = Signal::Flow,
                .input = true,
                .doc = "Flow at events, for colour = flow; one wire."}},
          .parameters = {
              eventSlice(),
              eventWindow(
                  50, "How far back the cloud reaches; of more than a million events, the newest."),
              eventCount(50'000),
              {.name = "colour",
               .kind = Kind::Choice,
               .initial = std::string("polarity"),
               .doc = "polarity: ON orange, OFF blue, older ones fading; time: from the oldest in "
                      "view to the newest; flow: the direction of the flow as a hue, paler where "
                      "slow, of events that have one.",
               .choices = {"polarity", "time", "flow"},
               .essential = true},
              {.name = "point",
               .kind = Kind::Number,
               .initial = 2.0,
               .unit = "px",
               .min = 1,
               .max = 10,
               .doc = "Size of a point on the screen."}}}});
}

}  // namespace spk::panels::cloud
