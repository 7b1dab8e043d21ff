#include "panels/cloud/EventRing.h"

#include <algorithm>

namespace spk::panels::cloud {

EventRing::EventRing(std::size_t capacity) : vertices_(capacity), times_(capacity) {}

std::uint64_t EventRing::begin() const { return end_ > capacity() ? end_ - capacity() : 0; }

void EventRing::append(std::span<const Event> events) {
  for (const Event& event : events) {
    const std::size_t at = place(end_++);
    vertices_[at] = {
        (event.x & 0x7fffu) | (event.y & 0x7fffu) << 15 | (event.polarity ? 1u : 0u) << 30,
        static_cast<std::uint32_t>(event.t / kMicrosecond)};
    times_[at] = event.t;
  }
}

void EventRing::clear() {
  end_ = 0;
  ++generation_;
}

std::pair<std::uint64_t, std::uint64_t> EventRing::during(Time from, Time to) const {
  // Times grow with the number of the event, so halving finds the first beyond a time.
  const auto firstBeyond = [this](Time t) {
    std::uint64_t low = begin(), high = end_;
    while (low < high) {
      const std::uint64_t middle = low + (high - low) / 2;
      if (times_[place(middle)] <= t)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  };
  return {firstBeyond(from), firstBeyond(to)};
}

}  // namespace spk::panels::cloud
