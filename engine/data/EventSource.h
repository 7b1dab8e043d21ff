#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/Note.h"
#include "engine/base/Result.h"
#include "engine/data/Event.h"

namespace spk {

struct Sensor {
  int width = 0, height = 0;
  std::string origin;   ///< where the size comes from: "header", "system_ID 21", "guessed", "option"
};
struct Stream {
  enum class Kind { Events, Triggers } kind = Kind::Events;
  std::string name;
  Sensor sensor;
};
using Packet = std::variant<EventPacket, TriggerPacket>;

/// Reads packets from a file or camera. Used by one thread at a time.
struct EventSource {
  virtual ~EventSource() = default;
  virtual std::span<const Stream> streams() const = 0;
  /// Raw time of the first record; all times that read() gives count from it.
  virtual Time t0() const = 0;
  enum class More { Yes, End };
  /// Appends what comes before `until` in stream `stream`, perhaps nothing. Times are as stored,
  /// backward steps included; they are counted.
  virtual Result<More> read(std::size_t stream, Packet& out, Time until) = 0;
  /// The next read of every stream begins with the first record at or after t.
  virtual Result<void> seek(Time t) = 0;
  /// A camera: the simulation waits for files, never for a live source.
  virtual bool live() const = 0;
  /// What was read, ignored, guessed, repaired, so far.
  virtual Notes notes() const = 0;
  virtual const std::map<std::string, std::int64_t>& counters() const = 0;
};

}  // namespace spk
