#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace spk::events {

/// Places of a file from which a reader can go on, found from the first to the last by a thread of
/// its own, so that a far seek need not decode what lies before. The thread writes, the owner
/// reads; they share a count and nothing else.
/// @tparam Place  has times that never fall from one place to the next: the largest before it
template <class Place>
class PlaceIndex {
 public:
  /// Finds the place after the last one; nothing at the end of the file. Called on the thread.
  using Next = std::function<std::optional<Place>()>;

  /// @param first  where the file begins
  /// @param most   there are never more places than so many, `first` included
  PlaceIndex(const Place& first, std::size_t most)
      : most_(std::max<std::size_t>(most, 1)), shelves_((most_ - 1) / kShelf + 1) {
    shelves_[0] = std::make_unique<Place[]>(std::min(most_, kShelf));
    shelves_[0][0] = first;
  }
  ~PlaceIndex() {
    stop_.store(true);
    if (thread_.joinable()) thread_.join();
  }
  PlaceIndex(const PlaceIndex&) = delete;
  PlaceIndex& operator=(const PlaceIndex&) = delete;

  bool started() const { return started_.load(std::memory_order_acquire); }
  /// Once.
  void start(Next next) {
    thread_ = std::thread([this, next = std::move(next)] { work(next); });
    started_.store(true, std::memory_order_release);
  }

  /// The last place with `latest`(place) < t, or the first; waits until it is known.
  template <class Latest>
  const Place& before(std::int64_t t, Latest latest) const {
    std::size_t state = state_.load(std::memory_order_acquire);
    while (started() && !(state & kWhole) && latest(place(state - 1)) < t) {
      state_.wait(state, std::memory_order_acquire);
      state = state_.load(std::memory_order_acquire);
    }
    std::size_t low = 1, high = state & ~kWhole;  // the first place at or after t lies between
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (latest(place(middle)) < t)
        low = middle + 1;
      else
        high = middle;
    }
    return place(low - 1);
  }

  /// The last place that is known. Any thread.
  const Place& last() const {
    return place((state_.load(std::memory_order_acquire) & ~kWhole) - 1);
  }
  bool whole() const { return state_.load(std::memory_order_acquire) & kWhole; }

 private:
  static constexpr std::size_t kWhole = ~(~std::size_t{0} >> 1);  ///< all places are known
  static constexpr std::size_t kShelf = 1024;                     ///< places that lie together

  const Place& place(std::size_t i) const { return shelves_[i / kShelf][i % kShelf]; }

  void work(const Next& next) {
    std::size_t count = 1;
    for (; count < most_ && !stop_.load(std::memory_order_relaxed); ++count) {
      const std::optional<Place> found = next();
      if (!found) break;
      auto& shelf = shelves_[count / kShelf];
      if (!shelf) shelf = std::make_unique<Place[]>(std::min(most_, kShelf));
      shelf[count % kShelf] = *found;
      state_.store(count + 1, std::memory_order_release);
      state_.notify_all();
    }
    state_.store(count | kWhole, std::memory_order_release);
    state_.notify_all();
  }

  std::size_t most_;
  std::vector<std::unique_ptr<Place[]>> shelves_;  ///< those that are needed; never moved
  std::atomic<std::size_t> state_ = 1;             ///< how many are known, and kWhole
  std::atomic<bool> started_ = false, stop_ = false;
  std::thread thread_;
};

/// Stretches of a file whose records have been counted, whatever way the reader jumped.
class Covered {
 public:
  /// @return the end of the stretch that holds `at`; `at` itself if none does
  std::uint64_t endOf(std::uint64_t at) const {
    const auto after = std::ranges::upper_bound(spans_, at, {}, &Span::begin);
    return after == spans_.begin() || (after - 1)->end <= at ? at : (after - 1)->end;
  }
  /// Where the next stretch after `at` begins, or `end`.
  std::uint64_t nextAfter(std::uint64_t at, std::uint64_t end) const {
    const auto after = std::ranges::upper_bound(spans_, at, {}, &Span::begin);
    return after == spans_.end() ? end : std::min(end, after->begin);
  }
  /// Adds [begin, end), which meets no other stretch but at its ends.
  void add(std::uint64_t begin, std::uint64_t end) {
    if (begin >= end) return;
    auto at = std::ranges::upper_bound(spans_, begin, {}, &Span::begin);
    if (at != spans_.begin() && (at - 1)->end == begin) {
      --at;
      at->end = end;
    } else {
      at = spans_.insert(at, {begin, end});
    }
    if (const auto next = at + 1; next != spans_.end() && next->begin == at->end) {
      at->end = next->end;
      spans_.erase(next);
    }
  }

 private:
  struct Span {
    std::uint64_t begin, end;
  };
  std::vector<Span> spans_;
};

}  // namespace spk::events
