#include "panels/criticality/ActivityFeed.h"

#include <algorithm>

namespace spk::panels::criticality {
namespace {

constexpr Time kStretch = 500 * kMillisecond;  // read at once before the amount is looked at
constexpr std::uint32_t kApart = 0x10000000;   // between the neurons of two populations

}  // namespace

bool ActivityFeed::observes(std::size_t tape, std::uint32_t neuron) {
  if (what_.observed >= 1) return true;
  if (observed_.size() <= tape) observed_.resize(tape + 1);
  std::vector<std::uint8_t>& known = observed_[tape];
  for (auto next = static_cast<std::uint32_t>(known.size()); next <= neuron; ++next)
    known.push_back(isObserved(next + static_cast<std::uint32_t>(tape) * kApart, what_.observed));
  return known[neuron] != 0;
}

bool ActivityFeed::restart(std::span<const Tape* const> tapes) {
  // The beginning that all share, on the grid of bins, so that rewinding changes no estimate.
  Time begin = 0;
  for (const Tape* tape : tapes)
    if (tape && tape->begin() < tape->end()) begin = std::max(begin, tape->begin());
  readTo_ = begin / what_.bin * what_.bin;
  stream_.clear();
  return true;
}

std::uint64_t ActivityFeed::count(std::span<const Tape* const> tapes, Time to) {
  std::uint64_t spikes = 0;
  bins_.assign(static_cast<std::size_t>((to - readTo_) / what_.bin), 0);
  for (std::size_t i = 0; i < tapes.size(); ++i) {
    if (!tapes[i]) continue;
    tapes[i]->visit<Spike>(readTo_, to, [&](std::span<const Spike> some) {
      spikes += some.size();
      for (const Spike& spike : some)
        if (observes(i, spike.neuron))
          ++bins_[static_cast<std::size_t>((spike.t - readTo_) / what_.bin)];
    });
  }
  for (const std::uint32_t n : bins_) stream_.push(n);
  readTo_ = to;
  return spikes;
}

bool ActivityFeed::advance(std::span<const Tape* const> tapes, std::uint64_t mostSpikes) {
  Time end = -1, oldest = 0;
  std::uint64_t cuts = 0;
  for (const Tape* tape : tapes) {
    if (!tape) continue;
    end = end < 0 ? tape->end() : std::min(end, tape->end());
    if (tape->begin() < tape->end()) oldest = std::max(oldest, tape->begin());
    cuts += tape->cuts();
  }
  if (end < 0) return false;
  bool changed = false;
  const bool forgotten = readTo_ >= 0 && stream_.duration() == 0 && oldest > readTo_ + what_.bin;
  if (readTo_ < 0 || cuts != cuts_ || end < readTo_ || forgotten) changed = restart(tapes);
  cuts_ = cuts;
  for (std::uint64_t read = 0; read < mostSpikes && readTo_ + what_.bin <= end;) {
    const Time whole = (end - readTo_) / what_.bin * what_.bin;
    const Time stretch = std::max(what_.bin, kStretch / what_.bin * what_.bin);
    read += count(tapes, readTo_ + std::min(whole, stretch)) + mostSpikes / 1000;
    changed = true;
  }
  return changed;
}

}  // namespace spk::panels::criticality
