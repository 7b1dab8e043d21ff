#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/data/EventSource.h"
#include "plugins/events/ByteFile.h"
#include "plugins/events/PlaceIndex.h"
#include "plugins/events/RawHeader.h"
#include "plugins/events/Tally.h"

namespace spk::events {

static_assert(std::endian::native == std::endian::little, "words are read as they lie in the file");

/// Decoded records of a few thousand words, small enough for the nearest caches; times raw, in µs.
struct Block {
  static constexpr std::size_t kMost = 4096, kSlack = 32;  ///< slack: events of one vector
  std::size_t n = 0;
  std::array<std::int64_t, kMost + kSlack> t;
  std::array<std::uint16_t, kMost + kSlack> x, y;
  std::array<std::uint8_t, kMost + kSlack> polarity;
  std::size_t triggers = 0;
  std::array<Trigger, kMost + kSlack> trigger;

  bool full() const { return n >= kMost || triggers >= kMost; }
  void clear() { n = triggers = 0; }
};

/// How far one call of a decoder came.
struct Decoded {
  std::size_t words = 0;
  bool stopped = false;  ///< before a record at or after `until`
};

/// What a decoder gives: the events, or the triggers between them.
enum class Want { Events, Triggers };

/// Where decoding can begin: a byte of the file, and what the words before it have set.
template <class Decoder>
struct RawPlace {
  std::uint64_t at = 0;
  typename Decoder::State state = {};
};

/// Words of a file, a quarter of a megabyte at a time.
template <class Word>
class WordBuffer {
 public:
  struct Words {
    std::span<const Word> span;
    bool last = false;  ///< nothing follows them
  };

  explicit WordBuffer(const ByteFile& file) : file_(file), buffer_(kWords) {}

  /// Words from byte `at` on, at most up to byte `end`; three at least unless they are the last.
  Result<Words> fetch(std::uint64_t at, std::uint64_t end) {
    if (at < bufferAt_ || at + 4 * sizeof(Word) > bufferAt_ + filled_ * sizeof(Word)) {
      TRY(const std::size_t bytes, file_.read(at, std::as_writable_bytes(std::span(buffer_))));
      bufferAt_ = at;
      filled_ = bytes / sizeof(Word);
    }
    const std::uint64_t stop = std::min(end, bufferAt_ + filled_ * sizeof(Word));
    const std::size_t first = (at - bufferAt_) / sizeof(Word);
    const std::size_t count = stop > at ? (stop - at) / sizeof(Word) : 0;
    return Words{std::span<const Word>(buffer_).subspan(first, count), stop >= end};
  }

 private:
  static constexpr std::size_t kWords = (std::size_t{1} << 18) / sizeof(Word);
  const ByteFile& file_;
  std::vector<Word> buffer_;
  std::uint64_t bufferAt_ = 0;
  std::size_t filled_ = 0;
};

/// A place in the words of one file that decodes onwards. What was counted once is not counted
/// again.
/// @tparam Decoder  Word, State (with the largest times so far, `latest` of the events and
/// `latestTrigger` [µs]) and decode<Want>
template <class Decoder, Want want>
class Cursor {
 public:
  using Word = typename Decoder::Word;

  Cursor(const ByteFile& file, std::uint64_t end, const Sensor& sensor,
         const RawPlace<Decoder>& begin)
      : buffer_(file), end_(end), sensor_(sensor), place_(begin) {}

  void moveTo(const RawPlace<Decoder>& place) { place_ = place; }

  /// Decodes into `block` until it is full, a record at or after `until` [µs] comes (`stopped`), or
  /// nothing is left (`words` = 0).
  Result<Decoded> decode(std::int64_t until, Block& block) {
    Decoded sum;
    while (!block.full()) {
      const std::uint64_t at = place_.at, counted = covered_.endOf(at);
      const bool again = counted > at;
      TRY(const auto words, buffer_.fetch(at, again ? counted : covered_.nextAfter(at, end_)));
      if (words.span.empty()) break;
      Tally unused;
      Tally& tally = again ? unused : tally_;
      const auto hadOutside = tally.firstOutside;
      const Decoded done = Decoder::template decode<want>(place_.state, tally, words.span,
                                                          words.last, until, sensor_, block);
      if (tally.firstOutside != hadOutside)
        tally.firstOutside = static_cast<std::int64_t>(
            at + static_cast<std::uint64_t>(tally.firstOutside) * sizeof(Word));
      place_.at += done.words * sizeof(Word);
      if (!again) covered_.add(at, place_.at);
      sum.words += done.words;
      sum.stopped = done.stopped;
      if (done.stopped) break;
    }
    return sum;
  }

  /// Onwards to the first record at or after t [µs].
  Result<void> passTo(std::int64_t t) {
    auto skipped = std::make_unique<Block>();
    while (true) {
      skipped->clear();
      TRY(const Decoded done, decode(t, *skipped));
      if (done.stopped || done.words == 0) return {};
    }
  }

  Tally& tally() { return tally_; }
  const Tally& tally() const { return tally_; }

 private:
  WordBuffer<Word> buffer_;
  std::uint64_t end_;
  Sensor sensor_;
  RawPlace<Decoder> place_;
  Covered covered_;
  Tally tally_;
};

/// What an opened file of words is.
template <class Decoder>
struct RawOpening {
  std::uint64_t begin = 0;  ///< first byte of the first word
  Sensor sensor = {};
  typename Decoder::State state = {};
  Notes notes = {};
};

/// A file of words as an event source: stream 0 its events, stream 1 its triggers if it may have
/// any (Decoder::kHasTriggers). Places in large
/// files are found in the background once somebody plays it by time.
template <class Decoder>
class RawSource final : public EventSource {
 public:
  static Result<std::unique_ptr<EventSource>> open(ByteFile file, RawOpening<Decoder> opening) {
    auto source = std::unique_ptr<RawSource>(new RawSource(std::move(file), std::move(opening)));
    TRY_DO(source->begin());
    return Result<std::unique_ptr<EventSource>>(std::move(source));
  }

  std::span<const Stream> streams() const override { return streams_; }
  Time t0() const override { return t0_ * kMicrosecond; }
  bool live() const override { return false; }
  double indexed() const override {
    if (!index_.started() || index_.whole()) return 1;
    return static_cast<double>(index_.last().at - opening_.begin) /
           static_cast<double>(end_ - opening_.begin);
  }

  Result<More> read(std::size_t stream, Packet& out, Time until) override {
    if (stream >= streams_.size())
      return Error{"has " + std::to_string(streams_.size()) + " streams",
                   "stream " + std::to_string(stream)};
    const std::int64_t stop = rawTime(until);
    if (until < std::numeric_limits<Time>::max()) startIndex();  // who reads by time will seek
    std::size_t given = 0;
    while (given < kPacketMost) {
      block_->clear();
      TRY(const Decoded done,
          stream == 0 ? events_.decode(stop, *block_) : triggers_.decode(stop, *block_));
      given += stream == 0 ? giveEvents(out) : giveTriggers(out);
      if (done.stopped) return More::Yes;
      if (done.words == 0) return More::End;
    }
    return More::Full;
  }

  Result<void> seek(Time t) override {
    const std::int64_t raw = rawTime(t);
    if (raw > t0_) startIndex();
    events_.moveTo(index_.before(raw, [](const Place& place) { return place.state.latest; }));
    TRY_DO(events_.passTo(raw));
    triggers_.moveTo(
        index_.before(raw, [](const Place& place) { return place.state.latestTrigger; }));
    return triggers_.passTo(raw);
  }

  Notes notes() const override {
    Notes all = opening_.notes;
    for (Note& note : tallyNotes(events_.tally(), streams_[0].sensor))
      all.push_back(std::move(note));
    return all;
  }
  const std::map<std::string, std::int64_t>& counters() const override {
    counters_ = byName(events_.tally());
    return counters_;
  }

 private:
  using Place = RawPlace<Decoder>;
  using Word = typename Decoder::Word;
  static constexpr std::uint64_t kIndexBytes = 1 << 18;

  RawSource(ByteFile file, RawOpening<Decoder> opening)
      : file_(std::move(file)),
        opening_(std::move(opening)),
        end_(opening_.begin + (file_.size() - opening_.begin) / sizeof(Word) * sizeof(Word)),
        streams_({{Stream::Kind::Events, "events", opening_.sensor}}),
        events_(file_, end_, opening_.sensor, beginning()),
        triggers_(file_, end_, opening_.sensor, beginning()),
        index_(beginning(), (end_ - opening_.begin) / kIndexBytes + 2) {}

  Place beginning() const { return {opening_.begin, opening_.state}; }

  Result<void> begin() {
    if (Decoder::kHasTriggers)
      streams_.push_back({Stream::Kind::Triggers, "triggers", opening_.sensor});
    events_.tally()[Met::TruncatedBytes] = static_cast<std::int64_t>(file_.size() - end_);
    TRY(const auto first, firstTime());
    if (!first)
      opening_.notes.push_back({Note::Level::Warning, "the file holds no events"});
    else
      t0_ = *first;
    events_.moveTo(beginning());
    triggers_.moveTo(beginning());
    return {};
  }

  /// Small files are read again from their beginning in no time.
  void startIndex() {
    if (index_.started() || end_ - opening_.begin <= 4 * kIndexBytes) return;
    struct Search {
      WordBuffer<Word> buffer;
      Place place;
      Block block = {};
    };
    const auto search = std::make_shared<Search>(WordBuffer<Word>(file_), beginning());
    index_.start([this, search]() -> std::optional<Place> {
      Place& place = search->place;
      for (const std::uint64_t stop = place.at + kIndexBytes; place.at < stop;) {
        const auto words = search->buffer.fetch(place.at, end_);
        if (!words || words.value().span.empty()) return std::nullopt;
        search->block.clear();
        Tally unused;
        const Decoded done = Decoder::template decode<Want::Events>(
            place.state, unused, words.value().span, words.value().last,
            std::numeric_limits<std::int64_t>::max(), opening_.sensor, search->block);
        if (done.words == 0) return std::nullopt;
        place.at += done.words * sizeof(Word);
      }
      return place;
    });
  }

  /// Raw time of the first event, else of the first trigger.
  Result<std::optional<std::int64_t>> firstTime() {
    const std::int64_t all = std::numeric_limits<std::int64_t>::max();
    for (Decoded done{1}; done.words > 0 && block_->n == 0;) {
      TRY(done, events_.decode(all, *block_));
    }
    if (block_->n) return std::optional(block_->t[0]);
    for (Decoded done{1}; done.words > 0 && block_->triggers == 0;) {
      TRY(done, triggers_.decode(all, *block_));
    }
    if (block_->triggers) return std::optional(block_->trigger[0].t);
    return std::optional<std::int64_t>();
  }

  /// The least raw time [µs] that is not before t.
  std::int64_t rawTime(Time t) const {
    const Time whole = t / kMicrosecond + (t % kMicrosecond > 0);
    const auto most = std::numeric_limits<std::int64_t>::max();
    return whole > most - std::max<std::int64_t>(t0_, 0) ? most : whole + t0_;
  }

  std::size_t giveEvents(Packet& out) {
    if (!std::holds_alternative<EventPacket>(out)) out = EventPacket();
    auto& packet = std::get<EventPacket>(out);
    Block& b = *block_;
    for (std::size_t i = 0; i < b.n; ++i) b.t[i] = (b.t[i] - t0_) * kMicrosecond;
    packet.t.insert(packet.t.end(), b.t.data(), b.t.data() + b.n);
    packet.x.insert(packet.x.end(), b.x.data(), b.x.data() + b.n);
    packet.y.insert(packet.y.end(), b.y.data(), b.y.data() + b.n);
    packet.polarity.insert(packet.polarity.end(), b.polarity.data(), b.polarity.data() + b.n);
    return b.n;
  }

  std::size_t giveTriggers(Packet& out) {
    if (!std::holds_alternative<TriggerPacket>(out)) out = TriggerPacket();
    auto& packet = std::get<TriggerPacket>(out);
    for (std::size_t i = 0; i < block_->triggers; ++i) {
      Trigger trigger = block_->trigger[i];
      trigger.t = (trigger.t - t0_) * kMicrosecond;
      packet.push_back(trigger);
    }
    return block_->triggers;
  }

  ByteFile file_;
  RawOpening<Decoder> opening_;
  std::uint64_t end_;
  std::vector<Stream> streams_;
  Cursor<Decoder, Want::Events> events_;
  Cursor<Decoder, Want::Triggers> triggers_;
  std::unique_ptr<Block> block_ = std::make_unique<Block>();
  std::int64_t t0_ = 0;
  mutable std::map<std::string, std::int64_t> counters_;
  PlaceIndex<Place> index_;  ///< last: its thread uses the others
};

/// Opens a Prophesee RAW file of an encoding.
/// @param notes  what was found before
template <class Decoder>
Result<std::unique_ptr<EventSource>> openRaw(const std::filesystem::path& path,
                                             const Values& options, Notes notes = {}) {
  TRY(ByteFile file, ByteFile::open(path));
  TRY(const RawHeader header, readRawHeader(file));
  const std::string encoding = rawEncoding(header);
  if (!encoding.empty() && encoding != Decoder::kEncoding)
    return Error{"the header says " + encoding + ", not " + Decoder::kEncoding, path.string()};
  RawOpening<Decoder> opening;
  opening.begin = header.size;
  opening.notes = std::move(notes);
  TRY(opening.sensor, rawSensor(header, options, Decoder::kEncoding, opening.notes));
  opening.state.base = rawStart(header, opening.notes);
  return RawSource<Decoder>::open(std::move(file), std::move(opening));
}

}  // namespace spk::events
