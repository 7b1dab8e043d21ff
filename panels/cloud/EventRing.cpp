#include "panels/cloud/EventRing.h"

#include <QColor>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace spk::panels::cloud {
namespace {

constexpr std::uint32_t kSelected = 1u << 31;
constexpr double kFast = 500;  // px/s at which a direction has its full colour

std::uint32_t place(std::uint16_t x, std::uint16_t y) {
  return (x & 0x7fffu) | (y & 0x7fffu) << 15;
}
std::uint32_t microseconds(Time t) { return static_cast<std::uint32_t>(t / kMicrosecond); }

}  // namespace

EventRing::EventRing(std::size_t capacity) : vertices_(capacity), times_(capacity) {}

std::uint64_t EventRing::begin() const { return end_ > capacity() ? end_ - capacity() : 0; }

void EventRing::append(std::span<const Event> events) {
  for (const Event& event : events) {
    const std::size_t at = place(end_++);
    vertices_[at] = {cloud::place(event.x, event.y) | (event.polarity ? 1u : 0u) << 30,
                     microseconds(event.t)};
    times_[at] = event.t;
  }
}

void EventRing::append(std::span<const Flow> flows) {
  for (const Flow& flow : flows) {
    const double speed = std::hypot(flow.vx, flow.vy);
    const double hue = std::atan2(-flow.vy, flow.vx) / (2 * std::numbers::pi);
    const QColor colour = QColor::fromHsvF(static_cast<float>(hue < 0 ? hue + 1 : hue),
                                           static_cast<float>(std::min(1.0, speed / kFast)), 0.95f);
    const std::size_t at = place(end_++);
    vertices_[at] = {cloud::place(flow.x, flow.y), microseconds(flow.t),
                     std::uint32_t(colour.red()) | std::uint32_t(colour.green()) << 8 |
                         std::uint32_t(colour.blue()) << 16};
    times_[at] = flow.t;
  }
}

void EventRing::clear() {
  end_ = 0;
  selected_ = false;
  ++generation_;
}

Event EventRing::event(std::uint64_t event) const {
  const std::uint32_t where = vertex(event).where;
  return {times_[place(event)], static_cast<std::uint16_t>(where & 0x7fffu),
          static_cast<std::uint16_t>(where >> 15 & 0x7fffu),
          static_cast<std::uint8_t>(where >> 30 & 1u)};
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

Time EventRing::windowOf(std::size_t count, Time to) const {
  const std::uint64_t last = during(to, to).second, first = begin();
  if (last <= first || count == 0) return 0;
  const std::uint64_t oldest = last - first > count ? last - count : first;
  return to - times_[place(oldest)] + 1;
}

void EventRing::select(std::span<const std::uint64_t> events) {
  if (events.empty() && !selected_) return;
  for (Vertex& vertex : vertices_) vertex.where &= ~kSelected;
  for (const std::uint64_t event : events) vertices_[place(event)].where |= kSelected;
  selected_ = !events.empty();
  ++generation_;
}

}  // namespace spk::panels::cloud
