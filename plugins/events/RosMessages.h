#pragma once
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/data/EventSource.h"
#include "plugins/events/Evt3Decoder.h"
#include "plugins/events/Findings.h"

namespace spk::events {

/// How the fields of a message lie: one after the other, or aligned after four bytes that say how
/// (CDR, little-endian).
enum class RosLayout { Packed, Cdr };
/// The messages that are read.
enum class RosType { EventArray, EventPacket, Imu, Image };

/// @param name  "dvs_msgs/EventArray", "dvs_msgs/msg/EventArray"
std::optional<RosType> rosType(std::string_view name);
/// What kinds of records a message of this type gives.
std::vector<Stream::Kind> rosKinds(RosType type);

/// What a camera's messages carry on from one to the next.
struct RosState {
  evt3::Decoder::State evt3 = {};
};

/// The size of the sensor that a message names; nothing if it is damaged or names none.
std::optional<Sensor> rosSensor(RosType type, RosLayout layout, std::span<const std::byte> message);

/// Turns messages into records; times in ns, as they are in the message.
class RosMessages {
 public:
  /// Appends the records of the packet's kind. Events of EVT3 must lie on the sensor, those of the
  /// other encodings are given as they are.
  /// @param at  byte of the file, for what is said of it
  void decode(RosType type, RosLayout layout, std::span<const std::byte> message,
              const Sensor& sensor, std::uint64_t at, RosState& state, Packet& out, Findings& met);

 private:
  void evt3(std::span<const std::byte> bytes, const Sensor& sensor, std::uint64_t at,
            RosState& state, Packet& out, Findings& met);

  std::vector<std::uint16_t> words_;
  std::unique_ptr<Block> block_;
};

}  // namespace spk::events
