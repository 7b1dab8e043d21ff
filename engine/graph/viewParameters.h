#pragma once
#include <cstdint>
#include <string>
#include <utility>

#include "engine/base/Parameter.h"

namespace spk {

/// The time that a plot over time shows at once [ms].
inline Parameter shownWindow(double initial, double least) {
  return {.name = "window",
          .kind = Kind::Number,
          .initial = initial,
          .unit = "ms",
          .min = least,
          .max = 600000,
          .doc = "How much time is seen at once.",
          .essential = true};
}
/// How far back a view of events looks [ms]; `doc` says what for.
inline Parameter eventWindow(double initial, std::string doc) {
  return {.name = "window",
          .kind = Kind::Number,
          .initial = initial,
          .unit = "ms",
          .min = 0.1,
          .max = 60000,
          .doc = std::move(doc),
          .shownIf = "slice != count",
          .essential = true};
}
/// Whether a view of events shows so much time or so many events; with eventWindow, eventCount.
inline Parameter eventSlice() {
  return {.name = "slice",
          .kind = Kind::Choice,
          .initial = std::string("time"),
          .doc =
              "time: the events of the last `window`; count: the last `count` events, so that a "
              "slow scene and a fast one look alike. Neither hangs on how often the screen is "
              "drawn.",
          .choices = {"time", "count"}};
}
inline Parameter eventCount(std::int64_t initial) {
  return {.name = "count",
          .kind = Kind::Integer,
          .initial = initial,
          .min = 100,
          .max = 8'000'000,
          .doc = "How many events are shown at once.",
          .shownIf = "slice == count"};
}

}  // namespace spk
