#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/data/EventSource.h"
#include "plugins/events/PlaceIndex.h"
#include "plugins/events/Tally.h"

namespace spk::events {

/// What reading a block met.
struct TableTally {
  Tally met;  ///< out of bounds; `firstOutside` is a row of the file
  std::int64_t damagedBlocks = 0, damagedEvents = 0;
  std::string firstDamage;    ///< in words
  std::int64_t badTimes = 0;  ///< events whose time is no number or lies beyond 250 years

  void damaged(std::int64_t events, const std::string& words) {
    if (damagedBlocks++ == 0) firstDamage = words;
    damagedEvents += events;
  }
};

/// Events of a file that lie in blocks, each of which can be read by itself. Used by one thread.
struct EventBlocks {
  virtual ~EventBlocks() = default;
  /// How many blocks there are; fewer may be stored.
  virtual std::size_t blocks() const = 0;
  enum class Loaded { Yes, End };
  /// Replaces `out` by the events of a block in the file's order, times raw [ns]; those that are
  /// not sound are left out and booked. End: the file holds neither this block nor a later one.
  virtual Result<Loaded> load(std::size_t block, EventPacket& out, TableTally& tally) = 0;
};
/// Columns of a block as files have them.
struct BlockColumns {
  std::span<const std::int64_t> t;  ///< [µs]
  std::span<const std::uint16_t> x, y;
  std::span<const std::uint8_t> polarity;
};
/// Replaces `out` by the events of columns that lie on the sensor and have a time; the others are
/// booked.
/// @param offset  is added to all times [µs]
/// @param row     of the file, the first one's
void fillBlock(const BlockColumns& from, std::int64_t offset, const Sensor& sensor, std::size_t row,
               EventPacket& out, TableTally& tally);

/// Opens the blocks of a file once more, for a thread of its own.
using OpenBlocks = std::function<Result<std::unique_ptr<EventBlocks>>()>;

/// One stream of events in blocks: a place in it, what was met, and an index of the blocks' times
/// that a thread makes once somebody reads by time.
class TableReader {
 public:
  static Result<std::unique_ptr<TableReader>> open(OpenBlocks again);

  /// Raw time of the first event [ns]; none if there are no events.
  Result<std::optional<Time>> firstTime();
  /// As EventSource::read; `stop` is raw, `t0` is taken from the times.
  Result<EventSource::More> read(EventPacket& out, Time stop, Time t0);
  Result<void> seek(Time raw);
  double indexed() const;
  const TableTally& tally() const { return tally_; }

 private:
  struct Place {
    std::size_t block = 0;
    Time latest = std::numeric_limits<Time>::min();  ///< of all events before the block
  };
  struct Span {
    bool counted = false, empty = true;
    Time first = 0, last = 0;
  };

  TableReader(OpenBlocks again, std::unique_ptr<EventBlocks> blocks)
      : again_(std::move(again)),
        blocks_(std::move(blocks)),
        index_(Place(), blocks_->blocks() + 1) {}
  void startIndex();
  /// The block at the place, loaded; false at the end.
  Result<bool> load();
  void count(std::size_t block);
  void step(Time before, Time t);

  OpenBlocks again_;
  std::unique_ptr<EventBlocks> blocks_;
  std::size_t block_ = 0, at_ = 0;
  std::optional<std::size_t> loaded_;
  std::optional<std::size_t> end_;  ///< blocks that are stored, once known
  EventPacket events_;
  Time largest_ = 0;  ///< of the loaded block
  std::vector<Span> spans_;
  TableTally tally_;
  PlaceIndex<Place> index_;
};

/// Pictures of a file, each of which can be read by itself.
struct FrameList {
  virtual ~FrameList() = default;
  virtual std::size_t frames() const = 0;
  virtual Time time(std::size_t frame) const = 0;  ///< raw [ns]
  virtual Result<Frame> load(std::size_t frame) = 0;
};

/// A file of tables as an event source: streams of events in blocks, triggers and frames.
class TableSource final : public EventSource {
 public:
  explicit TableSource(std::string where) : where_(std::move(where)) {}

  // While opening; the first events are stream 0.
  Result<void> addEvents(const std::string& name, const Sensor& sensor, OpenBlocks blocks);
  void addTriggers(const std::string& name, TriggerPacket raw);
  void addFrames(const std::string& name, const Sensor& sensor, std::unique_ptr<FrameList> frames);
  void say(Note::Level level, std::string text) { opening_.push_back({level, std::move(text)}); }
  void add(Notes notes);
  void count(const std::string& name, std::int64_t n) { extra_[name] += n; }  ///< one more counter
  /// Finds t0.
  Result<void> begin();

  std::span<const Stream> streams() const override { return streams_; }
  Time t0() const override { return t0_; }
  Result<More> read(std::size_t stream, Packet& out, Time until) override;
  Result<void> seek(Time t) override;
  bool live() const override { return false; }
  double indexed() const override;
  Notes notes() const override;
  const std::map<std::string, std::int64_t>& counters() const override;

 private:
  struct Lane {  ///< one of the three
    std::unique_ptr<TableReader> events;
    TriggerPacket triggers;
    std::unique_ptr<FrameList> frames;
    std::size_t at = 0;
  };
  Time rawTime(Time t) const;

  std::string where_;
  std::vector<Stream> streams_;
  std::vector<Lane> lanes_;
  Notes opening_;
  Time t0_ = 0;
  std::map<std::string, std::int64_t> extra_;
  mutable std::map<std::string, std::int64_t> counters_;
};

/// A sensor of the size that options `width` and `height` say; nothing if they say none.
Result<std::optional<Sensor>> sensorFromOptions(const Values& options);
/// The note on a size that was found in the events.
Note sensorGuess(const Sensor& sensor);

}  // namespace spk::events
