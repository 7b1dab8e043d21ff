#include "engine/graph/Registry.h"

namespace spk::panels::image {

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "view.image",
      .title = "Event image",
      .doc = "Events of a camera as a picture: in the colour of their polarity, as counts, or as a "
             "time "
             "surface in which each pixel shows exp(-age / tau) of its last event (Lagorce et al. "
             "2017).",
      .role = Role::View,
      .group = "Views",
      .words = "camera frame time surface picture dvs",
      .shape = {
          .ports =
              {{.name = "in", .signal = Signal::Events, .input = true, .doc = "Events; one wire."}},
          .parameters = {
              {.name = "mode",
               .kind = Kind::Choice,
               .initial = std::string("polarity"),
               .doc = "polarity: the last event of a pixel, ON orange, OFF blue; count: how many "
                      "events; time_surface: how long ago the last one was.",
               .choices = {"polarity", "count", "time_surface"},
               .essential = true},
              {.name = "window",
               .kind = Kind::Number,
               .initial = 30.0,
               .unit = "ms",
               .min = 0.1,
               .max = 60000,
               .doc = "How far back events are collected.",
               .shownIf = "mode != time_surface",
               .essential = true},
              {.name = "tau",
               .kind = Kind::Number,
               .initial = 30.0,
               .unit = "ms",
               .min = 0.1,
               .max = 10000,
               .doc = "Time constant of the time surface.",
               .shownIf = "mode == time_surface"}}}});
}

}  // namespace spk::panels::image
