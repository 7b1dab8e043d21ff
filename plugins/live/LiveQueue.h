#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/data/Event.h"

namespace spk::live {

/// An event as it came.
struct LiveEvent {
  Event event;             ///< t: the sender's [ns], or kUntimed
  std::int64_t heard = 0;  ///< when [ns of std::chrono::steady_clock]
};

/// Carries events from the thread that listens to the simulation: bounded, and when it is full the
/// oldest go, so that what arrives is never old. Who takes does not wait: if the other side is
/// writing just now, it finds nothing and comes again with the next batch.
class LiveQueue {
 public:
  explicit LiveQueue(std::size_t capacity) : slots_(capacity < 2 ? 2 : capacity) {}

  /// The listening thread's side; waits for take() to end, which copies at most what is held.
  void push(std::span<const Event> events, std::int64_t heard);
  /// The simulation's side. Appends no more than `out` has room for without growing.
  void take(std::vector<LiveEvent>& out) noexcept;

  std::int64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }
  std::size_t capacity() const noexcept { return slots_.size(); }

 private:
  std::vector<LiveEvent> slots_;
  std::size_t begin_ = 0, size_ = 0;  ///< of what is held; by turns, as `busy_` says
  std::atomic<bool> busy_ = false;
  std::atomic<std::int64_t> dropped_ = 0;
};

}  // namespace spk::live
