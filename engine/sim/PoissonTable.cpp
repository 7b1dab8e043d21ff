#include "engine/sim/PoissonTable.h"

#include <algorithm>
#include <cmath>

namespace spk {
namespace {

constexpr double kWords = 4294967296.0;
constexpr double kNegligible = 1e-19;  ///< relative to the most likely count; far below one word
/// Above this mean, finding the place by a guide is quicker than comparing all thresholds.
constexpr double kGuided = 12;
/// A threshold that fewer words than this reach is compared only when needed.
constexpr double kRare = kWords / 2000;
constexpr std::uint32_t kGuideBits = 10;

}  // namespace

PoissonTable::PoissonTable()
    : thresholds_(static_cast<std::size_t>(20 * std::sqrt(kMost)) + 64), guide_(1u << kGuideBits) {}

void PoissonTable::set(double mean) noexcept {
  mean = std::clamp(mean, 0.0, kMost);
  if (mean == mean_) return;
  mean_ = mean;
  least_ = count_ = common_ = 0;
  if (mean == 0) return;
  // Chances relative to the most likely count, by recursion both ways; then their sum.
  const double mode = std::floor(mean);
  double low = mode, chance = 1, total = 1;
  while (low > 0 && chance > kNegligible) {
    chance *= low / mean;
    low -= 1;
    total += chance;
  }
  const double lowChance = chance;
  chance = 1;
  for (double k = mode + 1; chance > kNegligible; ++k) {
    chance *= mean / k;
    total += chance;
  }
  least_ = static_cast<std::uint32_t>(low);
  double sum = 0;
  chance = lowChance;
  for (double k = low; count_ < thresholds_.size(); ++k) {
    sum += chance;
    const double threshold = std::floor(sum / total * kWords);
    if (threshold >= kWords - 1) break;
    if (threshold < 1)
      ++least_;
    else
      thresholds_[count_++] = static_cast<std::uint32_t>(threshold);
    chance *= mean / (k + 1);
  }
  while (common_ < count_ && kWords - thresholds_[common_] > kRare) ++common_;
  std::uint32_t k = 0;
  for (std::uint32_t top = 0; top < guide_.size(); ++top) {
    while (k < count_ && thresholds_[k] <= top << (32 - kGuideBits)) ++k;
    guide_[top] = k;
  }
}

void PoissonTable::fill(Drive& drive) const noexcept {
  drive.thresholds = thresholds_.data();
  drive.thresholdCount = count_;
  drive.common = common_;
  drive.least = least_;
  drive.guide = mean_ > kGuided ? guide_.data() : nullptr;
}

}  // namespace spk
