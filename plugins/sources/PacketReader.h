#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "engine/data/EventSource.h"

namespace spk::sources {

/// Which part of a file is played, on the file's own clock.
struct Play {
  Time from = 0, to = 0;  ///< to = 0: the end of the file
  bool loop = false;
  bool frames = false, imu = false, triggers = false;  ///< read beside the events
  friend bool operator==(const Play&, const Play&) = default;
};

/// Events in order of time, all of one stretch of the file; and what lies beside them, if asked.
struct Stretch {
  std::vector<Event> events;
  FramePacket frames;
  ImuPacket imu;
  TriggerPacket triggers;
  Time lapStart = 0;  ///< what the laps before this one lasted
  Time upTo = 0;      ///< everything before it, of this lap, has been given
  bool last = false;  ///< nothing follows
  std::optional<Error> error = {};
  std::shared_ptr<const Notes> notes = {};  ///< of the source and of what was put in order
};

/// Plays an event source in stretches: sorts in what is late by less than 10 ms, holds what is
/// later at the last time, wraps around at the end. Used by the reader's thread alone.
///
/// What it gives depends only on the place where it begins and on the file, not on the length of
/// the stretches: a seek to t continues exactly where reading to t stopped.
class StretchPlayer {
 public:
  explicit StretchPlayer(std::unique_ptr<EventSource> source) : source_(std::move(source)) {}
  const EventSource& source() const { return *source_; }

  /// @param place  time since the first lap began; laps that it passes are skipped
  Result<void> begin(const Play& play, Time place);
  Result<void> next(Stretch& out);

 private:
  static constexpr Time kLate = 10 * kMillisecond;
  static constexpr Time kShortestLap = 100 * kMicrosecond;
  static constexpr std::size_t kPendingMost = std::size_t{1} << 23;

  Result<void> measure();
  Result<void> enter(Time t);
  std::optional<std::size_t> streamOf(Stream::Kind kind) const;
  Result<void> gather(Time until);
  Result<void> gatherBeside(Stretch& out, Time until);
  template <class Records>
  Result<void> gatherStream(Stream::Kind kind, Records& records, Time until);
  void take(const EventPacket& packet);
  void fitWindow(std::size_t given);
  Time lapEnd() const;
  std::shared_ptr<const Notes> told();

  std::unique_ptr<EventSource> source_;
  Play play_;
  Time duration_ = -1;  ///< of the file; −1: not measured
  Time lapStart_ = 0, cursor_ = 0, window_ = 20 * kMillisecond;
  Time latest_ = 0;  ///< largest time met since the place was entered
  Time counted_ = std::numeric_limits<Time>::min();  ///< the largest of all times met
  bool atEnd_ = false, finished_ = false, sorted_ = true;
  bool besideEnded_ = false;    ///< the streams beside the events have nothing more
  std::vector<Event> pending_;  ///< read, not yet given
  Packet packet_ = EventPacket();
  std::int64_t late_ = 0, held_ = 0, dropped_ = 0;
  std::shared_ptr<const Notes> notes_;
};

/// The reader's thread, one stretch ahead: two stretches are passed back and forth. All members are
/// called from one other thread.
class PacketReader {
 public:
  explicit PacketReader(std::unique_ptr<EventSource> source);
  ~PacketReader();  ///< stops and joins
  PacketReader(const PacketReader&) = delete;
  PacketReader& operator=(const PacketReader&) = delete;
  /// Whether the file has a stream of that kind.
  bool has(Stream::Kind kind) const { return std::ranges::find(kinds_, kind) != kinds_.end(); }

  /// Begins anew at `place`; what was read ahead is dropped.
  void begin(const Play& play, Time place) noexcept;
  /// The stretch that is being played; waits for it. Null before the first begin().
  const Stretch* current() noexcept;
  /// The current one is done with: the reader may fill it again.
  void advance() noexcept;

 private:
  struct Slot {
    Stretch stretch;
    std::optional<std::pair<Play, Time>> begin;  ///< the order: anew at a place, else go on
    std::atomic<int> readers = 0;                ///< 1: the reader's turn, 0: the player's
  };
  void send(std::optional<std::pair<Play, Time>> begin) noexcept;
  static void await(const Slot& slot) noexcept;
  void work();

  const std::vector<Stream::Kind> kinds_;  ///< of the file's streams: the source is the reader's
  StretchPlayer player_;
  std::array<Slot, 2> slots_;
  std::size_t sendNext_ = 0, takeNext_ = 0;  ///< the reader fills the slots in turn as well
  bool begun_ = false;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace spk::sources
