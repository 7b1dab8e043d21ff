#pragma once
#include <cstdint>
#include <functional>

#include "engine/base/Json.h"
#include "engine/data/EventSource.h"

namespace spk {

/// What one reading of an event file counts.
struct EventCounts {
  std::int64_t events = 0, on = 0, sumX = 0, sumY = 0, triggers = 0, imu = 0, frames = 0, flows = 0;
  Time first = 0, last = 0;  ///< of events or flows, from t0; as stored, in the order of the file
};
/// Reads all streams to their ends; `onEvents` is told after each packet how many there were, and
/// `onCounts` all that has been counted: it says false to stop there, which is an Error.
Result<EventCounts> countEvents(EventSource& source,
                                const std::function<void(std::int64_t)>& onEvents = {},
                                const std::function<bool(const EventCounts&)>& onCounts = {});
/// What `info` says of them, without the notes.
JsonNode describeEvents(const EventSource& source, const EventCounts& counts);
/// The sensor of the first stream of events, or of flow.
Sensor sensorOf(const EventSource& source);

}  // namespace spk
