#pragma once
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/data/Event.h"
#include "engine/data/Spike.h"

namespace spk::panels::cloud {

/// An event as the graphics card gets it: 12 bytes.
struct Vertex {
  std::uint32_t where = 0;  ///< x | y << 15 | polarity << 30 | selected << 31
  std::uint32_t when = 0;   ///< [µs], low 32 bits: ages are differences, so they may wrap
  std::uint32_t tint = 0;   ///< red | green << 8 | blue << 16 of a flow's direction
};

/// The newest events, at most `capacity`, in a ring of fixed size whose places never move: what a
/// graphics buffer of the same size must be told is only what came since the last time. Events are
/// known by how many came before them.
class EventRing {
 public:
  explicit EventRing(std::size_t capacity);
  void append(std::span<const Event> events);
  /// Flow at events: points in the colour of their direction (a wheel of hues), paler where slow.
  void append(std::span<const Flow> flows);
  void clear();
  std::size_t capacity() const { return vertices_.size(); }
  std::uint64_t end() const { return end_; }  ///< how many events came in all
  std::uint64_t begin() const;                ///< the oldest that is held
  std::size_t place(std::uint64_t event) const {
    return static_cast<std::size_t>(event % capacity());
  }
  const Vertex* data() const { return vertices_.data(); }
  const Vertex& vertex(std::uint64_t event) const { return vertices_[place(event)]; }
  Event event(std::uint64_t event) const;
  /// The events [first, second) with from < t ≤ to.
  std::pair<std::uint64_t, std::uint64_t> during(Time from, Time to) const;
  /// How far back from `to` one must look to see `count` events (and those as old as the oldest of
  /// them); 0 if there are none.
  Time windowOf(std::size_t count, Time to) const;
  /// Marks these events, in order, and no others.
  void select(std::span<const std::uint64_t> events);
  bool hasSelection() const { return selected_; }
  /// Grows when the content was thrown away or marked: all must be uploaded again.
  std::uint64_t generation() const { return generation_; }

 private:
  std::vector<Vertex> vertices_;
  std::vector<Time> times_;
  std::uint64_t end_ = 0, generation_ = 0;
  bool selected_ = false;
};

}  // namespace spk::panels::cloud
