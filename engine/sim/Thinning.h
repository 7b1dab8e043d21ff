#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/base/Ring.h"
#include "engine/base/Time.h"

namespace spk {

/// Lets a stream into a ring evenly when its reader cannot take all of it: every k-th item, in
/// order. A ring alone takes what comes first and drops the rest, so that a picture of it has holes
/// in time. k follows from what came between two looks of the reader: it grows at once, also while
/// the reader stands still, and falls to what the last kLooks looks needed. Writer's thread.
class Thinning {
 public:
  static constexpr int kLooks = 32;  ///< about a second of a window's ticks

  /// @param perLook  how many items the reader is to find at each look; the ring should hold
  ///                 several times as many, for a reader that comes late
  explicit Thinning(std::size_t perLook) : perLook_(std::max<std::size_t>(perLook, 1)) {}

  /// Puts every k-th of `items` into the ring; they are what came up to `now`. No allocation.
  template <class T>
  void pass(std::span<const T> items, Time now, Ring<T>& ring) noexcept {
    if (const std::uint64_t looks = ring.looks(); looks != looksSeen_) looksSeen_ = looks, looked();
    now_ = now;
    arrived_ += items.size();
    every_ = std::max(every_, needed());
    wait_ = std::min(wait_, every_ - 1);
    std::uint64_t kept = 0;
    if (every_ == 1) {
      ring.push(items);
      kept = items.size();
    } else {
      std::size_t at = wait_;
      for (; at < items.size(); at += every_, ++kept) ring.push(items.subspan(at, 1));
      wait_ = at - items.size();
    }
    skipped_ += items.size() - kept;
  }

  std::uint64_t every() const noexcept { return every_; }      ///< k; 1: all pass
  std::uint64_t skipped() const noexcept { return skipped_; }  ///< items, since the start

  /// What the last kLooks looks showed; none before the first of them are over.
  struct Load {
    double perSecond = 0;     ///< items per second of simulated time
    std::uint64_t every = 1;  ///< k that followed
  };
  const std::optional<Load>& load() const noexcept { return load_; }

 private:
  std::uint64_t needed() const noexcept { return (arrived_ + perLook_ - 1) / perLook_; }

  void looked() noexcept {
    most_ = std::max(most_, needed());
    sum_ += arrived_;
    arrived_ = 0;
    if (++looks_ < kLooks) return;
    every_ = most_;
    if (now_ > since_) load_ = Load{static_cast<double>(sum_) / toSeconds(now_ - since_), every_};
    since_ = now_;
    sum_ = 0;
    looks_ = 0;
    most_ = 1;
  }

  std::size_t perLook_;
  std::uint64_t every_ = 1, skipped_ = 0;
  std::uint64_t wait_ = 0;       ///< items to pass over before the next one that is kept
  std::uint64_t arrived_ = 0;    ///< since the reader last looked
  std::uint64_t looksSeen_ = 0;  ///< of the ring, at the last pass
  int looks_ = 0;
  std::uint64_t most_ = 1, sum_ = 0;  ///< largest k needed, and items, in these looks
  Time now_ = 0, since_ = 0;          ///< of the last pass; when these looks began
  std::optional<Load> load_;
};

}  // namespace spk
