#pragma once
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/analysis/branching.h"
#include "engine/base/Rng.h"

namespace spk {

/// Sums over one block of bins from which the regression slopes follow. Counts are whole numbers:
/// the sums are exact up to 2^53.
struct BlockMoments {
  double bins = 0, sum = 0, squares = 0;  ///< of x_t
  std::vector<double> earlier, products;  ///< per lag k: Σ x_{t−k}, Σ x_t·x_{t−k}
};

/// Covariance over variance, at each lag, of many blocks taken together, each `times[i]` times.
/// Empty where the activity does not vary.
void slopesOf(std::span<const BlockMoments> blocks, std::span<const std::uint32_t> times,
              std::span<double> slopes);

/// Resamples blocks with replacement, fits each sample; fills low, high and the band of `fit`.
void bootstrap(std::span<const BlockMoments> blocks, BranchingForm form, int resamples,
               std::uint64_t seed, BranchingFit& fit);

}  // namespace spk
