#include "engine/run/Timeline.h"

#include <algorithm>
#include <utility>

namespace spk {
namespace {

constexpr Time kEvery = kSecond;

/// Bytes of the pages in `checkpoint` that `before` does not share; pages keep their places.
std::size_t ownBytes(const Checkpoint& checkpoint, const Checkpoint* before) {
  std::size_t bytes = 0;
  for (const auto& [id, pages] : checkpoint.state) {
    const std::vector<std::shared_ptr<const Bytes>>* old = nullptr;
    if (before)
      if (const auto found = before->state.find(id); found != before->state.end())
        old = &found->second;
    for (std::size_t i = 0; i < pages.size(); ++i)
      if (!old || i >= old->size() || (*old)[i] != pages[i]) bytes += pages[i]->size();
  }
  return bytes;
}

}  // namespace

void Timeline::begin(Checkpoint start) {
  checkpoints_.clear();
  edits_.clear();
  applied_ = 0;
  add(std::move(start));
}

const Checkpoint& Timeline::before(Time t) const {
  auto later = std::ranges::upper_bound(checkpoints_, t, {},
                                        [](const Held& held) { return held.checkpoint.t; });
  if (later != checkpoints_.begin()) --later;
  return later->checkpoint;
}

bool Timeline::isDue(Time now) const { return now >= nextDue(now); }

Time Timeline::nextDue(Time now) const { return before(now).t + kEvery; }

void Timeline::add(Checkpoint checkpoint) {
  const Time t = checkpoint.t;
  auto place = std::ranges::lower_bound(checkpoints_, t, {},
                                        [](const Held& held) { return held.checkpoint.t; });
  if (place != checkpoints_.end() && place->checkpoint.t == t) {
    place->checkpoint = std::move(checkpoint);
  } else {
    place = checkpoints_.insert(place, Held{std::move(checkpoint)});
  }
  for (auto held : {place, std::next(place)})
    if (held != checkpoints_.end())
      held->own = ownBytes(held->checkpoint,
                           held == checkpoints_.begin() ? nullptr : &std::prev(held)->checkpoint);
  thin();
}

std::size_t Timeline::heldBytes() const {
  std::size_t bytes = 0;
  for (const Held& held : checkpoints_) bytes += held.own;
  return bytes;
}

/// Takes out the one that is missed least: the gap it leaves is small against its age.
void Timeline::thin() {
  while (checkpoints_.size() > 2 && (checkpoints_.size() > most_ || heldBytes() > bytes_)) {
    const Time newest = checkpoints_.back().checkpoint.t;
    std::size_t least = 1;
    double leastLoss = 0;
    for (std::size_t i = 1; i + 1 < checkpoints_.size(); ++i) {
      const double gap =
          toSeconds(checkpoints_[i + 1].checkpoint.t - checkpoints_[i - 1].checkpoint.t);
      const double loss = gap / toSeconds(newest - checkpoints_[i].checkpoint.t + kEvery);
      if (i == 1 || loss < leastLoss) least = i, leastLoss = loss;
    }
    const auto next = checkpoints_.erase(checkpoints_.begin() + static_cast<std::ptrdiff_t>(least));
    next->own = ownBytes(next->checkpoint, &std::prev(next)->checkpoint);
  }
}

std::vector<Time> Timeline::times() const {
  std::vector<Time> times;
  times.reserve(checkpoints_.size());
  for (const Held& held : checkpoints_) times.push_back(held.checkpoint.t);
  return times;
}

void Timeline::branch(Time t) {
  for (std::size_t i = applied_; i < edits_.size(); ++i) edits_[i].t = t;
  std::erase_if(checkpoints_, [&](const Held& held) {
    return held.checkpoint.t > t && &held != &checkpoints_.front();
  });
}

void Timeline::stamp(Time t, Edit edit) {
  std::erase_if(checkpoints_, [&](const Held& held) {
    return held.checkpoint.t > t && &held != &checkpoints_.front();
  });
  edits_.push_back({t, std::move(edit)});
  applied_ = edits_.size();
}

}  // namespace spk
