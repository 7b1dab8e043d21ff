#include "engine/analysis/BranchingStream.h"

#include <algorithm>
#include <limits>

#include "engine/base/Math.h"
#include "engine/base/Value.h"

namespace spk {
namespace {

constexpr int kEveryLagTo = 10, kLags = 30;

/// 1 … 10, then evenly in the logarithm up to the largest.
std::vector<int> chosenLags(int maxLag) {
  std::vector<int> lags;
  for (int k = 1; k <= std::min(maxLag, kEveryLagTo); ++k) lags.push_back(k);
  const int left = kLags - kEveryLagTo;
  for (int i = 1; i <= left && maxLag > kEveryLagTo; ++i) {
    const double lag = kEveryLagTo * pow(maxLag / double(kEveryLagTo), i / double(left));
    if (const int k = static_cast<int>(lag + 0.5); k > lags.back()) lags.push_back(k);
  }
  return lags;
}

std::string secondsOf(Time have, double needed) {
  return numberText(static_cast<double>(have / kMillisecond / 100) / 10) + " s of " +
         numberText(static_cast<double>(static_cast<std::int64_t>(needed + 0.5))) + " s";
}

}  // namespace

BranchingStream::BranchingStream(Time bin, Time window, int maxLag)
    : bin_(std::max<Time>(1, bin)),
      blockBins_(std::max<std::int64_t>(std::max(1, maxLag), window / bin_ / kBlocks)),
      lags_(chosenLags(std::max(3, maxLag))),
      recent_(static_cast<std::size_t>(lags_.back()), 0) {
  clear();
}

void BranchingStream::clear() {
  pushed_ = 0;
  next_ = 0;
  blocks_.clear();
  blocks_.reserve(kBlocks);
  open_ = {};
  open_.earlier.assign(lags_.size(), 0);
  open_.products.assign(lags_.size(), 0);
}

void BranchingStream::push(std::uint32_t count) {
  const std::size_t size = recent_.size();
  const std::size_t at = static_cast<std::size_t>(pushed_ % size);
  if (pushed_ >= size) {  // every lag has something to look back at
    const double x = count;
    open_.bins += 1, open_.sum += x, open_.squares += x * x;
    for (std::size_t i = 0; i < lags_.size(); ++i) {
      const double before = recent_[(at + size - static_cast<std::size_t>(lags_[i])) % size];
      open_.earlier[i] += before, open_.products[i] += before * x;
    }
  }
  recent_[at] = count;
  ++pushed_;
  if (open_.bins < static_cast<double>(blockBins_)) return;
  if (blocks_.size() < kBlocks)
    blocks_.push_back(open_);
  else
    blocks_[next_] = open_;
  next_ = (next_ + 1) % kBlocks;
  open_.bins = open_.sum = open_.squares = 0;
  std::ranges::fill(open_.earlier, 0);
  std::ranges::fill(open_.products, 0);
}

std::vector<BlockMoments> BranchingStream::held() const {
  std::vector<BlockMoments> all = blocks_;
  if (open_.bins > 0) all.push_back(open_);
  return all;
}

Time BranchingStream::duration() const {
  return (static_cast<Time>(blocks_.size()) * blockBins_ + static_cast<Time>(open_.bins)) * bin_;
}
std::uint64_t BranchingStream::spikes() const {
  double sum = open_.sum;
  for (const BlockMoments& block : blocks_) sum += block.sum;
  return static_cast<std::uint64_t>(sum);
}

std::optional<double> BranchingStream::naive() const {
  double slope = 0;
  const auto all = held();
  slopesOf(all, {}, std::span(&slope, 1));
  if (slope == 0) return std::nullopt;
  return slope;
}

Result<BranchingFit> BranchingStream::fit(BranchingForm form, int resamples,
                                          std::uint64_t seed) const {
  BranchingFit fit;
  fit.bin = bin_;
  fit.duration = duration();
  fit.spikes = spikes();
  if (fit.duration < kLeastTime)
    return Error{"not enough data: " + secondsOf(fit.duration, toSeconds(kLeastTime)), ""};
  if (fit.spikes < kLeastSpikes)
    return Error{"not enough data: " + std::to_string(fit.spikes) + " of " +
                     std::to_string(kLeastSpikes) + " spikes",
                 ""};
  const auto all = held();
  fit.slopes.assign(lags_.size(), 0);
  slopesOf(all, {}, fit.slopes);
  if (std::ranges::all_of(fit.slopes, [](double slope) { return slope == 0; }))
    return Error{"the activity never varies", ""};
  fit.naive = fit.slopes[0];

  // Lags far beyond the timescale hold nothing but noise: they are left out, as one would by eye.
  std::size_t used = lags_.size();
  for (int round = 0; round < 4; ++round) {
    fit.lags.assign(lags_.begin(), lags_.begin() + static_cast<std::ptrdiff_t>(used));
    fit.curve = fitBranching(fit.lags, std::span(fit.slopes).first(used), form);
    const double tau = fit.m() < 1 && fit.m() > 0 ? -1 / log(fit.m()) : 0;
    if (tau <= 0) break;
    std::size_t wanted = static_cast<std::size_t>(
        std::ranges::count_if(lags_, [tau](int lag) { return lag <= std::max(10.0, 5 * tau); }));
    if (wanted == used) break;
    used = wanted;
  }
  fit.slopes.resize(fit.lags.size());
  const double tau =
      fit.m() < 1 ? -1 / log(std::max(fit.m(), 1e-9)) : std::numeric_limits<double>::infinity();
  fit.timescale_ms = tau * toMilliseconds(bin_);
  const double needed = kLeastTimescales * tau * toSeconds(bin_);
  if (fit.m() < 1 && toSeconds(fit.duration) < needed && toSeconds(window()) > needed)
    return Error{"not enough data: " + secondsOf(fit.duration, needed), ""};
  if (fit.m() >= 1)
    fit.caution = "the slopes do not decay: the activity drifts, or grows";
  else if (toSeconds(fit.duration) < needed)
    fit.caution = "a window of " + timeText(window()) + " holds fewer than 50 timescales";
  fit.low = fit.high = fit.m();
  if (resamples > 0) bootstrap(all, form, resamples, seed, fit);
  return fit;
}

}  // namespace spk
