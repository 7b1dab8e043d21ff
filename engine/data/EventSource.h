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
#include "engine/data/Spike.h"

namespace spk {

struct Sensor {
  int width = 0, height = 0;
  std::string origin;  ///< where the size comes from: "header", "system_ID 21", "guessed", "option"
};
struct Stream {
  enum class Kind { Events, Triggers, Imu, Frames, Flow } kind = Kind::Events;
  std::string name;
  Sensor sensor;
};
/// Pictures that the camera took of the scene, at most as large as the sensor; t is when the
/// exposure began, or what the file says instead.
using FramePacket = std::vector<Frame>;
using FlowPacket = std::vector<Flow>;
/// In the order of Stream::Kind.
using Packet = std::variant<EventPacket, TriggerPacket, ImuPacket, FramePacket, FlowPacket>;

/// One read gives at most so many records, so that a reader's memory is bounded.
inline constexpr std::size_t kPacketMost = std::size_t{1} << 18;
inline constexpr std::size_t kFramesMost = 64;  ///< the same of frames

/// Reads packets from a file or camera. Used by one thread at a time. Streams are read one by one:
/// each has its own place in the file.
struct EventSource {
  virtual ~EventSource() = default;
  virtual std::span<const Stream> streams() const = 0;
  /// Raw time of the first event (of the first trigger, if there are no events); all times that
  /// read() gives count from it.
  virtual Time t0() const = 0;
  /// Yes: all that comes before `until` was given, the file goes on. Full: kPacketMost records (or
  /// kFramesMost frames) were given, call again for the rest before `until`. End: the stream has
  /// nothing more.
  enum class More { Yes, Full, End };
  /// Appends, in the order of the file, what comes before the first record at or after `until`:
  /// perhaps nothing. Times are as stored, backward steps included; they are counted.
  /// @param out holds the stream's kind of packet, else it is replaced by an empty one
  virtual Result<More> read(std::size_t stream, Packet& out, Time until) = 0;
  /// The next read of every stream begins with its first record, in the order of the file, at or
  /// after t: exactly where a read with `until` = t stops.
  virtual Result<void> seek(Time t) = 0;
  /// A camera: the simulation waits for files, never for a live source.
  virtual bool live() const = 0;
  /// Share of the file to which a seek is quick; 1 unless the places in it are still being found in
  /// the background. Any thread.
  virtual double indexed() const { return 1; }
  /// What was read, ignored, guessed, repaired, so far.
  virtual Notes notes() const = 0;
  /// What was met so far, each record once however often it is read: "dropped_before_time_base",
  /// "out_of_bounds", "non_monotonic", "max_step_back_us", "truncated_bytes", "unknown_words",
  /// "triggers", "violation_…"; the ones that are 0 may be absent.
  virtual const std::map<std::string, std::int64_t>& counters() const = 0;
};

}  // namespace spk
