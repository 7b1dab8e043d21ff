#pragma once
#include <cmath>
#include <cstdint>

namespace spk {

/// Whole steps nearest to a duration [ms]; halves go up.
inline double steps(double duration_ms, double dt_ms) {
  return std::floor(duration_ms / dt_ms + 0.5);
}

}  // namespace spk
