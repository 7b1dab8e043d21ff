#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "engine/data/Event.h"

namespace spk::live {

/// What came in, at the times at which it entered the simulation: a rewound run gets it again,
/// event by event. Bounded; the oldest goes first. Simulation's thread, but for refill().
class LiveLog {
 public:
  /// @param chunks  the most it holds, each of 65,536 events (1 MiB)
  explicit LiveLog(std::size_t chunks = 1024);
  ~LiveLog();
  LiveLog(const LiveLog&) = delete;
  LiveLog& operator=(const LiveLog&) = delete;

  /// Makes chunks ready that add() may need: add() does not allocate. Any one other thread.
  void refill();
  /// In order of time. False if no chunk was ready: it is not in the log.
  bool add(const Event& event) noexcept;
  /// All before t have been added: from now on the log answers for them.
  void close(Time t) noexcept { end_ = t; }
  Time end() const noexcept { return end_; }
  /// What lies before this was dropped; the smallest Time if nothing was.
  Time begin() const noexcept { return begin_; }
  std::size_t size() const noexcept { return size_; }

  /// Hands the events with from <= t < to to take(event).
  template <class Take>
  void replay(Time from, Time to, Take take) const noexcept {
    for (std::size_t c = chunkOf(from); c < count_; ++c) {
      const Chunk& chunk = at(c);
      for (std::size_t i = c == chunkOf(from) ? placeIn(chunk, from) : 0; i < chunk.size; ++i) {
        if (chunk.events[i].t >= to) return;
        if (chunk.events[i].t >= from) take(chunk.events[i]);
      }
    }
  }

 private:
  static constexpr std::size_t kChunk = 1 << 16, kSpares = 8;
  struct Chunk {
    std::size_t size = 0;
    std::array<Event, kChunk> events;
  };
  Chunk& at(std::size_t i) const noexcept { return *chunks_[(first_ + i) % chunks_.size()]; }
  std::size_t chunkOf(Time from) const noexcept;  ///< where the first event at or after it may lie
  static std::size_t placeIn(const Chunk& chunk, Time from) noexcept;

  std::vector<std::unique_ptr<Chunk>> chunks_;  ///< a ring
  std::size_t first_ = 0, count_ = 0, size_ = 0;
  Time begin_, end_;
  std::array<std::atomic<Chunk*>, kSpares> spares_ = {};
};

}  // namespace spk::live
