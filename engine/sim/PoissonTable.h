#pragma once
#include <cstdint>

#include "engine/sim/Array.h"
#include "engine/sim/Drive.h"

namespace spk {

/// Turns one 32-bit word into a Poisson count by inversion, for any mean: count = least + how many
/// thresholds the word reaches. Exact to the 32 bits of the word.
class PoissonTable {
 public:
  /// The largest mean per step.
  static constexpr double kMost = 1e5;

  PoissonTable();
  /// No allocation. `mean` in [0, kMost].
  void set(double mean) noexcept;
  double mean() const { return mean_; }
  void fill(Drive& drive) const noexcept;

 private:
  double mean_ = -1;
  std::uint32_t least_ = 0, count_ = 0, common_ = 0;
  Array<std::uint32_t> thresholds_, guide_;
};

}  // namespace spk
