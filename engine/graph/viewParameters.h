#pragma once
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
          .essential = true};
}

}  // namespace spk
