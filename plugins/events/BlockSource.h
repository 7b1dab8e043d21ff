#pragma once
#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/Value.h"
#include "engine/data/FileFormat.h"
#include "plugins/events/Findings.h"
#include "plugins/events/PlaceIndex.h"

namespace spk::events {

inline constexpr Time kEver = std::numeric_limits<Time>::max();
inline constexpr Time kNever = std::numeric_limits<Time>::min();

/// The records of one block and how far they were given.
struct BlockRecords {
  Packet packet;
  std::size_t at = 0;
  Time latest = kNever;  ///< of this block

  std::size_t size() const;
  void clear();
  /// Checks what a decoder gave: times from `tick`s to ns, places against the sensor. What is not
  /// sound goes, and is counted.
  /// @param before  time of the last event of the block before; becomes this block's
  void settle(Time tick, const Sensor& sensor, std::uint64_t byte, Time& before, Findings& met);
  /// Gives records before `until`, at most `most` of them, their times less t0. @return how many
  std::size_t give(Time until, std::size_t most, Time t0, Packet& out);
  /// To the first record at or after t. @return whether there is one
  bool seek(Time t);
  Time first() const;  ///< time of the first record; there is one
};

/// An empty packet of a stream's kind.
Packet packetOf(Stream::Kind kind);

/// One stream of a file that is decoded block by block, each a few thousand records. Who reads by
/// time or seeks in a large file has it searched by a thread of its own, which finds how to begin
/// at every 256 KiB; a seek decodes at most that much again. What was counted once is not counted
/// again.
/// @tparam Decoder  can be copied, and has a type Place (of which `at`, a byte of the file, never
/// falls), kTick [ns], bytes(), begin(stream) and next(stream, place, packet, findings): appends
/// the next block's records to the packet, which is empty and of the stream's kind, times raw;
/// moves the place on; false if nothing is left
template <class Decoder>
class BlockCursor {
 public:
  BlockCursor(const Decoder& decoder, std::size_t stream, const Stream& what)
      : decoder_(decoder), stream_(stream), what_(what) {
    here_.place = decoder_.begin(stream);
    records_.packet = packetOf(what.kind);
    const std::size_t most = decoder_.bytes() / kLeastBytes + 2;
    index_ = std::make_unique<PlaceIndex<Entry>>(here_, most);
  }

  /// Whether there is a record at the cursor; decodes until there is one.
  Result<bool> fill() {
    if (sought_) TRY_DO(arrive());
    while (records_.at == records_.size()) {
      TRY(const bool more, load());
      if (!more) return false;
    }
    if (!first_) first_ = records_.first();
    return true;
  }
  Result<EventSource::More> read(Packet& out, Time until, Time t0) {
    if (out.index() != records_.packet.index()) out = packetOf(what_.kind);
    const std::size_t most = what_.kind == Stream::Kind::Frames ? kFramesMost : kPacketMost;
    if (until < kEver) startIndex();  // who reads by time will seek
    for (std::size_t given = 0; given < most;) {
      TRY(const bool any, fill());
      if (!any) return EventSource::More::End;
      given += records_.give(until, most - given, t0, out);
      if (given < most && records_.at < records_.size()) return EventSource::More::Yes;
    }
    return EventSource::More::Full;
  }
  /// The next read begins with the first record at or after raw time t. Only then it is looked for:
  /// of most files few streams are read.
  void seek(Time t) { sought_ = t; }

  const BlockRecords& records() const { return records_; }
  const Findings& met() const { return met_; }
  const Stream& what() const { return what_; }

 private:
  static constexpr std::uint64_t kIndexBytes = 1 << 18, kIndexBlocks = 64;
  /// A block has as many bytes on average, or the index ends early.
  static constexpr std::uint64_t kLeastBytes = kIndexBlocks * 8;
  struct Entry {
    typename Decoder::Place place = {};
    std::uint64_t blocks = 0;  ///< before this one
    Time latest = kNever, before = kNever;
  };

  /// Decodes the block at `here` and moves it on; false at the end.
  static Result<bool> decode(Decoder& decoder, std::size_t stream, const Sensor& sensor,
                             Entry& here, BlockRecords& records, Findings& met) {
    records.clear();
    const std::uint64_t byte = here.place.at;
    TRY(const bool more, decoder.next(stream, here.place, records.packet, met));
    if (!more) return false;
    records.settle(Decoder::kTick, sensor, byte, here.before, met);
    here.latest = std::max(here.latest, records.latest);
    ++here.blocks;
    return true;
  }
  /// Decodes the next block, which may hold nothing; false at the end.
  Result<bool> load() {
    const std::uint64_t block = here_.blocks;
    Findings again;
    const bool fresh = counted_.endOf(block) == block && block != end_;
    TRY(const bool more,
        decode(decoder_, stream_, what_.sensor, here_, records_, fresh ? met_ : again));
    if (more && fresh) counted_.add(block, block + 1);
    if (!more) end_ = block;
    return more;
  }
  /// To where seek() wants to be.
  Result<void> arrive() {
    const Time goal = *sought_;
    sought_.reset();
    const bool fromBegin = !first_ || goal <= *first_;
    if (!fromBegin) startIndex();
    here_ = index_->before(fromBegin ? kNever : goal, [](const Entry& e) { return e.latest; });
    records_.clear();
    while (true) {
      TRY(const bool more, load());
      if (!first_ && records_.size() > 0) first_ = records_.first();
      if (!more || records_.seek(goal)) return {};
      records_.clear();
    }
  }
  /// Small files are read again from their beginning in no time.
  void startIndex() {
    if (index_->started() || decoder_.bytes() <= 2 * kIndexBytes) return;
    struct Search {
      Decoder decoder;
      Entry here;
      BlockRecords records = {};
    };
    const auto search = std::make_shared<Search>(Search{decoder_, index_->last()});
    search->records.packet = packetOf(what_.kind);
    index_->start([search, stream = stream_, sensor = what_.sensor]() -> std::optional<Entry> {
      const Entry from = search->here;
      Findings unused;
      while (search->here.blocks < from.blocks + kIndexBlocks &&
             search->here.place.at < from.place.at + kIndexBytes) {
        const auto more =
            decode(search->decoder, stream, sensor, search->here, search->records, unused);
        if (!more || !more.value()) return std::nullopt;
      }
      return search->here;
    });
  }

  Decoder decoder_;
  std::size_t stream_;
  Stream what_;
  Entry here_;  ///< the block after the records
  BlockRecords records_;
  Covered counted_;                   ///< blocks
  std::optional<std::uint64_t> end_;  ///< block that is none: what is to be said of it was said
  Findings met_;
  std::optional<Time> sought_;
  std::optional<Time> first_;  ///< time of the first record, once it was met
  std::unique_ptr<PlaceIndex<Entry>> index_;
};

/// The smallest sensor that holds the events of a cursor that knows no bounds.
struct Extent {
  int width = 0, height = 0;
  void cover(const Packet& packet);
};
/// Says how to correct a size that was found so.
Note extentNote(const Sensor& sensor);

/// A file that is decoded in blocks, as an event source; each stream has a cursor of its own.
template <class Decoder>
class BlockSource final : public EventSource {
 public:
  /// @param streams  the first holds events; of a sensor of width 0 the size is found by reading
  /// all
  static Result<Opened> open(Decoder decoder, std::vector<Stream> streams, Notes opening) {
    auto source = std::unique_ptr<BlockSource>(new BlockSource());
    source->opening_ = std::move(opening);
    for (std::size_t i = 0; i < streams.size(); ++i)
      if (streams[i].sensor.width == 0) {
        if (streams[i].kind != Stream::Kind::Events) {
          streams[i].sensor = streams[0].sensor;
          continue;
        }
        TRY(streams[i].sensor, measure(decoder, streams, i));
        source->opening_.push_back(extentNote(streams[i].sensor));
      }
    source->streams_ = std::move(streams);
    for (std::size_t i = 0; i < source->streams_.size(); ++i)
      source->cursors_.emplace_back(decoder, i, source->streams_[i]);
    TRY_DO(source->findFirst());
    return Result<Opened>(std::unique_ptr<EventSource>(std::move(source)));
  }

  std::span<const Stream> streams() const override { return streams_; }
  Time t0() const override { return t0_; }
  bool live() const override { return false; }

  Result<More> read(std::size_t stream, Packet& out, Time until) override {
    if (stream >= cursors_.size())
      return Error{"has " + std::to_string(cursors_.size()) + " streams",
                   "stream " + std::to_string(stream)};
    return cursors_[stream].read(out, raw(until), t0_);
  }
  Result<void> seek(Time t) override {
    for (auto& cursor : cursors_) cursor.seek(raw(t));
    return {};
  }
  Notes notes() const override {
    Notes all = opening_;
    for (const auto& cursor : cursors_)
      for (Note& note : cursor.met().notes(cursor.what().sensor)) all.push_back(std::move(note));
    return all;
  }
  const std::map<std::string, std::int64_t>& counters() const override {
    Findings sum;
    for (const auto& cursor : cursors_) sum.merge(cursor.met());
    counters_ = sum.counters();
    return counters_;
  }

 private:
  BlockSource() = default;

  static Result<Sensor> measure(const Decoder& decoder, const std::vector<Stream>& streams,
                                std::size_t stream) {
    Stream boundless = streams[stream];
    boundless.sensor = {1 << 16, 1 << 16, ""};
    BlockCursor<Decoder> cursor(decoder, stream, boundless);
    Extent extent;
    Packet packet;
    for (More more = More::Full; more != More::End; extent.cover(packet)) {
      packet = EventPacket();
      TRY(more, cursor.read(packet, kEver, 0));
    }
    return Sensor{std::max(extent.width, 1), std::max(extent.height, 1), "guessed"};
  }

  /// t0 is the time of the first event, else of the first trigger.
  Result<void> findFirst() {
    for (const auto kind : {Stream::Kind::Events, Stream::Kind::Triggers})
      for (auto& cursor : cursors_) {
        if (cursor.what().kind != kind) continue;
        TRY(const bool any, cursor.fill());
        if (!any) continue;
        t0_ = cursor.records().first();
        if (kind == Stream::Kind::Triggers)
          opening_.push_back({Note::Level::Warning, "the file holds no events"});
        return seek(kNever);
      }
    opening_.push_back({Note::Level::Warning, "the file holds no events"});
    return seek(kNever);
  }

  /// t on the file's clock; so far away that it would overflow: for ever.
  Time raw(Time t) const { return t > kEver / 2 ? kEver : t < kNever / 2 ? kNever : t + t0_; }

  std::vector<Stream> streams_;
  Notes opening_;
  std::vector<BlockCursor<Decoder>> cursors_;
  Time t0_ = 0;
  mutable std::map<std::string, std::int64_t> counters_;
};

/// The sensor's size as the options width and height say it, else as known.
/// @param known  width 0: not known
Result<Sensor> sensorFrom(const Values& options, Sensor known);

}  // namespace spk::events
