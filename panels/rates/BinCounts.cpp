#include "panels/rates/BinCounts.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace spk::panels::rates {
namespace {

/// Rounds towards minus infinity.
std::int64_t floorDivide(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && a < 0); }

}  // namespace

void BinCounts::update(const Tape& tape, Time width, Of of) {
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
  const auto add = [&]<class T>(std::span<const T> items) {
    for (const T& item : items) {
      const std::int64_t bin = floorDivide(item.t - 1, width) - first_;
      if (bin < 0 || bin >= std::int64_t(counts_.size())) continue;
      if constexpr (std::is_same_v<T, Count>)
        counts_[static_cast<std::size_t>(bin)] += static_cast<std::uint32_t>(item.n);
      else
        ++counts_[static_cast<std::size_t>(bin)];
    }
  };
  const Time from = done * width + 1, to = complete * width + 1;
  switch (of) {
    case Of::Spikes: tape.visit<Spike>(from, to, [&](std::span<const Spike> s) { add(s); }); break;
    case Of::Events: tape.visit<Event>(from, to, [&](std::span<const Event> e) { add(e); }); break;
    case Of::Counts: tape.visit<Count>(from, to, [&](std::span<const Count> c) { add(c); }); break;
  }
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
