#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "plugins/events/TableSource.h"

namespace spk::events {

inline constexpr std::size_t kSpikesMost = 50'000'000;  ///< of a sample that is read

/// A sample of a set of spike trains: channels along x, one row, every spike ON.
/// @param units    channel of each spike
/// @param seconds  its time, kept to the nanosecond
Result<std::unique_ptr<EventSource>> openSpikes(const std::string& where, const Sensor& sensor,
                                                std::span<const double> units,
                                                std::span<const double> seconds, Notes notes);

}  // namespace spk::events
