#include "engine/analysis/rates.h"

#include <cmath>
#include <string>

namespace spk {
namespace {

constexpr std::int64_t kMostBins = 100'000'000;

template <class Times>
Result<std::vector<std::uint32_t>> binned(const Times& times, Time begin, Time end, Time bin) {
  if (bin < 1) return Error{"a bin must be at least 1 ns wide, not " + timeText(bin), "bin"};
  const std::int64_t bins = end > begin ? (end - begin) / bin : 0;
  if (bins > kMostBins)
    return Error{std::to_string(bins) + " bins; at most " + std::to_string(kMostBins), "bin"};
  std::vector<std::uint32_t> counts(static_cast<std::size_t>(bins));
  for (const auto& item : times) {
    Time t;
    if constexpr (std::is_same_v<std::decay_t<decltype(item)>, Spike>)
      t = item.t;
    else
      t = item;
    if (t < begin) continue;
    if (const std::int64_t at = (t - begin) / bin; at < bins)
      ++counts[static_cast<std::size_t>(at)];
  }
  return counts;
}

/// Mean of `of(I, I')` over neighbouring intervals.
template <class Of>
Result<double> neighbourMean(std::span<const Time> train, Of of) {
  const auto all = intervals(train);
  if (all.size() < 2)
    return Error{"too few intervals: " + std::to_string(all.size()) + " of 2 needed", ""};
  double sum = 0;
  for (std::size_t i = 0; i + 1 < all.size(); ++i)
    sum += of(static_cast<double>(all[i]), static_cast<double>(all[i + 1]));
  return sum / static_cast<double>(all.size() - 1);
}

}  // namespace

Result<std::vector<std::uint32_t>> countsPerBin(std::span<const Spike> spikes, Time begin, Time end,
                                                Time bin) {
  return binned(spikes, begin, end, bin);
}
Result<std::vector<std::uint32_t>> countsPerBin(std::span<const Time> train, Time begin, Time end,
                                                Time bin) {
  return binned(train, begin, end, bin);
}

Result<double> meanRate(std::uint64_t spikes, std::uint64_t neurons, Time duration) {
  if (neurons == 0) return Error{"a rate of no neurons", ""};
  if (duration <= 0) return Error{"a rate over no time", ""};
  return static_cast<double>(spikes) / static_cast<double>(neurons) / toSeconds(duration);
}

std::vector<Time> intervals(std::span<const Time> train) {
  std::vector<Time> all;
  if (train.size() > 1) all.reserve(train.size() - 1);
  for (std::size_t i = 1; i < train.size(); ++i) all.push_back(train[i] - train[i - 1]);
  return all;
}

Result<double> intervalCv(std::span<const Time> train) {
  const auto all = intervals(train);
  if (all.size() < 2)
    return Error{"too few intervals: " + std::to_string(all.size()) + " of 2 needed", ""};
  const double n = static_cast<double>(all.size());
  double mean = 0, squares = 0;
  for (const Time interval : all) mean += static_cast<double>(interval) / n;
  for (const Time interval : all) {
    const double away = static_cast<double>(interval) - mean;
    squares += away * away;
  }
  return std::sqrt(squares / (n - 1)) / mean;
}

Result<double> intervalCv2(std::span<const Time> train) {
  return neighbourMean(train, [](double a, double b) { return 2 * std::abs(b - a) / (a + b); });
}

Result<double> localVariation(std::span<const Time> train) {
  return neighbourMean(
      train, [](double a, double b) { return 3 * (b - a) * (b - a) / ((a + b) * (a + b)); });
}

Result<double> fanoFactor(std::span<const std::uint32_t> counts) {
  if (counts.size() < 2)
    return Error{"too few bins: " + std::to_string(counts.size()) + " of 2 needed", ""};
  const double n = static_cast<double>(counts.size());
  double sum = 0, squares = 0;
  for (const std::uint32_t count : counts) sum += count;
  if (sum == 0) return Error{"no spike in " + std::to_string(counts.size()) + " bins", ""};
  const double mean = sum / n;
  for (const std::uint32_t count : counts) squares += (count - mean) * (count - mean);
  return squares / (n - 1) / mean;
}

}  // namespace spk
