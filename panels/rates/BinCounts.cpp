#include "panels/rates/BinCounts.h"

#include <algorithm>
#include <cmath>

namespace spk::panels::rates {
namespace {

/// Rounds towards minus infinity.
std::int64_t floorDivide(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && a < 0); }

}  // namespace

void BinCounts::update(const Tape& tape, Time width) {
  if (width != width_ || tape.cuts() != cuts_) {
    counts_.clear();
    width_ = width;
    cuts_ = tape.cuts();
    first_ = floorDivide(std::max<Time>(0, tape.begin() - 1), width);
  }
  // A spike at the very end may still be on its way, so the bin that ends there waits.
  const std::int64_t complete = floorDivide(tape.end() - 1, width);
  const std::int64_t done = endBin();
  if (complete <= done) return;
  counts_.resize(static_cast<std::size_t>(complete - first_), 0);
  tape.visit<Spike>(done * width + 1, complete * width + 1, [&](std::span<const Spike> spikes) {
    for (const Spike& spike : spikes) {
      const std::int64_t bin = floorDivide(spike.t - 1, width) - first_;
      if (bin >= 0 && bin < std::int64_t(counts_.size())) ++counts_[static_cast<std::size_t>(bin)];
    }
  });
}

std::uint32_t BinCounts::operator[](std::int64_t bin) const {
  return bin < first_ || bin >= endBin() ? 0 : counts_[static_cast<std::size_t>(bin - first_)];
}

std::vector<double> rates(const BinCounts& counts, std::int64_t from, std::int64_t to, Time width,
                          double neurons, double sigma) {
  const auto reach = static_cast<std::int64_t>(std::ceil(3 * sigma));
  std::vector<double> kernel;
  for (std::int64_t i = 0; i <= reach; ++i) {
    const double z = sigma > 0 ? static_cast<double>(i) / sigma : 0;
    kernel.push_back(std::exp(-z * z / 2));
  }
  const double perCount = 1 / (std::max(1.0, neurons) * toSeconds(width));
  std::vector<double> result;
  result.reserve(static_cast<std::size_t>(std::max<std::int64_t>(0, to - from)));
  for (std::int64_t bin = from; bin < to; ++bin) {
    double sum = 0, weights = 0;
    const std::int64_t low = std::max(bin - reach, counts.firstBin());
    const std::int64_t high = std::min(bin + reach + 1, counts.endBin());
    for (std::int64_t k = low; k < high; ++k) {
      const double weight = kernel[static_cast<std::size_t>(std::abs(k - bin))];
      sum += weight * counts[k];
      weights += weight;
    }
    result.push_back(weights > 0 ? sum / weights * perCount : 0);
  }
  return result;
}

std::optional<double> meanRate(const BinCounts& counts, std::int64_t from, std::int64_t to,
                               Time width, double neurons) {
  from = std::max(from, counts.firstBin());
  to = std::min(to, counts.endBin());
  if (from >= to) return {};
  std::uint64_t sum = 0;
  for (std::int64_t bin = from; bin < to; ++bin) sum += counts[bin];
  return static_cast<double>(sum) /
         (static_cast<double>(to - from) * std::max(1.0, neurons) * toSeconds(width));
}

}  // namespace spk::panels::rates
