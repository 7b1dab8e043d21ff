#include "app/eventFiles.h"

#include <limits>
#include <numeric>

#include "engine/run/exportEvents.h"

namespace spk {
namespace {

constexpr Time kForever = std::numeric_limits<Time>::max();

/// Hands every packet of a stream to `take`.
template <class Take>
Result<void> readAll(EventSource& source, std::size_t stream, Take take) {
  Packet packet;
  while (true) {
    std::visit([](auto& held) { held.clear(); }, packet);
    TRY(const auto more, source.read(stream, packet, kForever));
    if (!take(packet)) return Error{"stopped", ""};
    if (more == EventSource::More::End) return {};
    const bool empty = std::visit([](const auto& held) { return held.empty(); }, packet);
    // Nothing is left before `until`.
    if (more == EventSource::More::Yes && empty) return {};
  }
}

}  // namespace

Result<EventCounts> countEvents(EventSource& source,
                                const std::function<void(std::int64_t)>& onEvents,
                                const std::function<bool(const EventCounts&)>& onCounts) {
  EventCounts counts;
  const auto take = [&](const Packet& packet) {
    if (const auto* triggers = std::get_if<TriggerPacket>(&packet))
      counts.triggers += static_cast<std::int64_t>(triggers->size());
    if (const auto* imu = std::get_if<ImuPacket>(&packet))
      counts.imu += static_cast<std::int64_t>(imu->size());
    if (const auto* frames = std::get_if<FramePacket>(&packet))
      counts.frames += static_cast<std::int64_t>(frames->size());
    if (const auto* flows = std::get_if<FlowPacket>(&packet); flows && !flows->empty()) {
      if (counts.flows == 0) counts.first = flows->front().t;
      counts.last = flows->back().t;
      counts.flows += static_cast<std::int64_t>(flows->size());
      for (const Flow& flow : *flows) counts.sumX += flow.x, counts.sumY += flow.y;
    }
    const auto* events = std::get_if<EventPacket>(&packet);
    if (!events || events->empty()) return !onCounts || onCounts(counts);
    if (counts.events == 0) counts.first = events->t.front();
    counts.last = events->t.back();
    counts.events += static_cast<std::int64_t>(events->size());
    counts.on = std::accumulate(events->polarity.begin(), events->polarity.end(), counts.on);
    counts.sumX = std::accumulate(events->x.begin(), events->x.end(), counts.sumX);
    counts.sumY = std::accumulate(events->y.begin(), events->y.end(), counts.sumY);
    if (onEvents) onEvents(counts.events);
    return !onCounts || onCounts(counts);
  };
  for (std::size_t i = 0; i < source.streams().size(); ++i) TRY_DO(readAll(source, i, take));
  return counts;
}

JsonNode describeEvents(const EventSource& source, const EventCounts& counts) {
  const auto counter = [&](const char* name) {
    const auto found = source.counters().find(name);
    return found == source.counters().end() ? std::int64_t{0} : found->second;
  };
  const Sensor sensor = sensorOf(source);
  JsonNode value = JsonNode::object();
  const bool isFlow = kindOf(source) == Stream::Kind::Flow;
  value.set("kind", isFlow ? "flow" : "events");
  if (isFlow) value.set("flows", counts.flows);
  value.set("width", sensor.width);
  value.set("height", sensor.height);
  value.set("geometry_source", sensor.origin);
  value.set("events", counts.events);
  value.set("off", counts.events - counts.on);
  value.set("on", counts.on);
  value.set("sum_x", counts.sumX);
  value.set("sum_y", counts.sumY);
  value.set("t_first_us", (source.t0() + counts.first) / kMicrosecond);
  value.set("t_last_us", (source.t0() + counts.last) / kMicrosecond);
  value.set("triggers", counts.triggers);
  value.set("imu", counts.imu + counter("imu"));  // read, or met and not read
  value.set("frames", counts.frames);
  JsonNode counters = JsonNode::object();
  for (const auto& [name, count] : source.counters()) counters.set(name, count);
  value.set("counters", std::move(counters));
  return value;
}

Sensor sensorOf(const EventSource& source) {
  for (const Stream& stream : source.streams())
    if (stream.kind == kindOf(source)) return stream.sensor;
  return {};
}

}  // namespace spk
