#include "engine/graph/Registry.h"

namespace spk::panels::flow {

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "view.flow",
      .title = "Flow",
      .doc =
          "Optical flow: as arrows, over the picture of the events if these are wired as well; as "
          "a picture in the colours of the wheel, hue for the direction and saturation for the "
          "speed; or as a histogram of directions.",
      .role = Role::View,
      .group = "Views",
      .words = "optical flow arrows colour wheel motion direction histogram velocity",
      .shape = {
          .ports = {{.name = "in", .signal = Signal::Flow, .input = true, .doc = "Flow; one wire."},
                    {.name = "events",
                     .signal = Signal::Events,
                     .input = true,
                     .doc = "What is seen behind the arrows; may be missing."}},
          .parameters = {
              {.name = "mode",
               .kind = Kind::Choice,
               .initial = std::string("arrows"),
               .doc =
                   "arrows: the mean flow of squares of `cell` pixels; wheel: that of each pixel, "
                   "in colours; directions: how many flows go where.",
               .choices = {"arrows", "wheel", "directions"},
               .essential = true},
              {.name = "window",
               .initial = 30.0,
               .unit = "ms",
               .min = 0.1,
               .max = 60000,
               .doc = "How far back flow is collected.",
               .essential = true},
              {.name = "cell",
               .kind = Kind::Integer,
               .initial = std::int64_t{8},
               .unit = "px",
               .min = 1,
               .max = 256,
               .doc = "Side of the squares that share an arrow; twice, four times as large where "
                      "there would be more than 2000.",
               .shownIf = "mode == arrows"},
              {.name = "length",
               .initial = 0.0,
               .unit = "ms",
               .min = 0,
               .max = 60000,
               .doc = "An arrow is as long as the way of so much time; 0: so that fast ones reach "
                      "almost a cell far.",
               .shownIf = "mode == arrows"},
              {.name = "fastest",
               .initial = 0.0,
               .unit = "px/s",
               .min = 0,
               .max = 1e6,
               .doc = "Speed at which colours are full; 0: that of the fastest tenth.",
               .shownIf = "mode == wheel",
               .essential = true},
              {.name = "bins",
               .kind = Kind::Integer,
               .initial = std::int64_t{36},
               .min = 4,
               .max = 360,
               .doc = "Into how many directions the circle is cut.",
               .shownIf = "mode == directions"}}}});
}

}  // namespace spk::panels::flow
