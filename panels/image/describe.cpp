#include "engine/graph/Registry.h"
#include "engine/graph/viewParameters.h"

namespace spk::panels::image {

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "view.image",
      .title = "Event image",
      .doc = "Events of a camera as a picture, the pictures that the camera took itself behind "
             "them, and what each pixel does: point at one. time_surface shows exp(-age / tau) of "
             "a pixel's last event (Lagorce et al. 2017). hot marks pixels with at least 20 events "
             "and ten times as many as the busiest of those around them.",
      .role = Role::View,
      .group = "Views",
      .words = "camera frame time surface picture dvs aps hot pixel prober accumulate",
      .shape = {
          .ports =
              {{.name = "in", .signal = Signal::Events, .input = true, .doc = "Events; one wire."},
               {.name = "frames",
                .signal = Signal::Frames,
                .input = true,
                .doc = "Pictures of the camera, behind the events; one wire."}},
          .parameters = {
              {.name = "mode",
               .kind = Kind::Choice,
               .initial = std::string("polarity"),
               .doc = "polarity: the last event of a pixel, ON orange, OFF blue; count: how many "
                      "events; balance: ON less OFF; time: when the last one was, oldest to newest "
                      "in view; time_surface: how long ago the last one was; hot: events since the "
                      "run began, pixels that fire by themselves marked.",
               .choices = {"polarity", "count", "balance", "time", "time_surface", "hot"},
               .essential = true},
              eventSlice(),
              eventWindow(30, "How far back events are collected."),
              eventCount(20'000),
              {.name = "tau",
               .kind = Kind::Number,
               .initial = 30.0,
               .unit = "ms",
               .min = 0.1,
               .max = 10000,
               .doc = "Time constant of the time surface.",
               .shownIf = "mode == time_surface"},
              {.name = "full",
               .kind = Kind::Number,
               .initial = 0.0,
               .min = 0,
               .max = 100000,
               .doc = "Events of a pixel that show the full colour; 0: by itself, so that one lit "
                      "pixel of a hundred is beyond.",
               .shownIf = "mode == count || mode == balance"},
              {.name = "ground",
               .kind = Kind::Choice,
               .initial = std::string("theme"),
               .doc = "Colour where nothing happened.",
               .choices = {"theme", "black", "white"}},
              {.name = "dilate",
               .kind = Kind::Integer,
               .initial = std::int64_t{0},
               .unit = "px",
               .min = 0,
               .max = 4,
               .doc = "Each event also colours so many pixels around it: single ones are seen on a "
                      "large sensor."},
              {.name = "show_frames",
               .kind = Kind::Switch,
               .initial = true,
               .doc = "Whether the camera's own pictures are seen behind the events, where they "
                      "are wired."}}}});
}

}  // namespace spk::panels::image
