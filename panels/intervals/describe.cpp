#include "engine/graph/Registry.h"
#include "engine/graph/viewParameters.h"

namespace spk::panels::intervals {

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "view.intervals",
      .title = "Event intervals",
      .doc = "Histogram of the times between an event and the next one of the same pixel (or of "
             "the whole sensor), on a logarithmic axis, ten bins a decade: noise, bursts and the "
             "speed of edges have each their own hump. Of a camera too fast for the views it shows "
             "what the views are shown.",
      .role = Role::View,
      .group = "Views",
      .words = "interval histogram isi inter event distribution camera burst noise",
      .shape = {
          .ports =
              {{.name = "in", .signal = Signal::Events, .input = true, .doc = "Events; one wire."}},
          .parameters = {shownWindow(1000, 1),
                         {.name = "of",
                          .kind = Kind::Choice,
                          .initial = std::string("pixel"),
                          .doc = "pixel: between events of one pixel; sensor: between any two that "
                                 "follow each other.",
                          .choices = {"pixel", "sensor"},
                          .essential = true},
                         {.name = "polarity",
                          .kind = Kind::Choice,
                          .initial = std::string("both"),
                          .doc = "Which events count.",
                          .choices = {"both", "on", "off"}}}}});
}

}  // namespace spk::panels::intervals
