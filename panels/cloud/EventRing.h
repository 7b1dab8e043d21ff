#pragma once
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/data/Event.h"

namespace spk::panels::cloud {

/// An event as the graphics card gets it: 8 bytes.
struct Vertex {
  std::uint32_t where = 0;  ///< x | y << 15 | polarity << 30
  std::uint32_t when = 0;   ///< [µs], low 32 bits: ages are differences, so they may wrap
};

/// The newest events, at most `capacity`, in a ring of fixed size whose places never move: what a
/// graphics buffer of the same size must be told is only what came since the last time. Events are
/// known by how many came before them.
class EventRing {
 public:
  explicit EventRing(std::size_t capacity);
  void append(std::span<const Event> events);
  void clear();
  std::size_t capacity() const { return vertices_.size(); }
  std::uint64_t end() const { return end_; }  ///< how many events came in all
  std::uint64_t begin() const;                ///< the oldest that is held
  std::size_t place(std::uint64_t event) const {
    return static_cast<std::size_t>(event % capacity());
  }
  const Vertex* data() const { return vertices_.data(); }
  /// The events [first, second) with from < t ≤ to.
  std::pair<std::uint64_t, std::uint64_t> during(Time from, Time to) const;
  /// Grows when the content was thrown away: all must be uploaded again.
  std::uint64_t generation() const { return generation_; }

 private:
  std::vector<Vertex> vertices_;
  std::vector<Time> times_;
  std::uint64_t end_ = 0, generation_ = 0;
};

}  // namespace spk::panels::cloud
