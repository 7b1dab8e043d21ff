#pragma once
#include <optional>

#include "engine/base/Parameter.h"

namespace spk::panels::inspector {

/// How a number lies on its slider: linear, or logarithmic where its range spans decades.
struct Scale {
  double min = 0, max = 1;
  bool logarithmic = false;
  bool whole = false;       ///< integers only
  double finest = 0;        ///< a step at 1 % of the slider, as round numbers have it
  bool endsInZero = false;  ///< of a pace: behind its fastest lies 0, as fast as it goes

  double share(double value) const;  ///< 0 … 1 along the slider
  double value(double share) const;  ///< rounded to a few digits, whole where needed
  /// `value` moved by `shares` of the slider's length, kept inside.
  double moved(double value, double shares) const;
};

/// The range of a parameter's slider: its own where that is a range to slide in; where it is only a
/// far limit, the part around the initial value and `now`; of a pace, that of the transport's
/// slider. Nothing for what is no number.
std::optional<Scale> scaleOf(const Parameter& parameter, double now);

}  // namespace spk::panels::inspector
