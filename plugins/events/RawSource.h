#pragma once
#include <algorithm>
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
#include "plugins/events/RawHeader.h"
#include "plugins/events/Tally.h"

namespace spk::events {

static_assert(std::endian::native == std::endian::little, "words are read as they lie in the file");

/// Wraps of a clock end here [µs]: ns still fit into a Time.
inline constexpr std::int64_t kMostRaw = 8'000'000'000'000'000;

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

/// A place in the words of one file that decodes onwards and remembers, every 64 KiB, how to begin
/// there: a seek decodes at most that much again. What was counted once is not counted again.
/// @tparam Decoder  Word, State (with `latest`, the largest time so far [µs]) and decode<Want>
template <class Decoder, Want want>
class Cursor {
 public:
  using Word = typename Decoder::Word;
  using State = typename Decoder::State;

  Cursor(const ByteFile& file, std::uint64_t begin, const Sensor& sensor, std::int64_t start)
      : file_(file),
        end_(begin + (file.size() - begin) / sizeof(Word) * sizeof(Word)),
        sensor_(sensor),
        buffer_(kBufferWords),
        at_(begin),
        counted_(begin) {
    state_.base = start;
    index_.push_back({begin, state_});
  }

  /// Decodes into `block` until it is full, a record at or after `until` [µs] comes (`stopped`), or
  /// nothing is left (`words` = 0).
  Result<Decoded> decode(std::int64_t until, Block& block) {
    Decoded sum;
    while (!block.full()) {
      const bool again = at_ < counted_;
      TRY(const Words words, fetch(again ? counted_ : end_));
      if (words.span.empty()) break;
      Tally unused;
      Tally& tally = again ? unused : tally_;
      const auto hadOutside = tally.firstOutside;
      const Decoded done = Decoder::template decode<want>(state_, tally, words.span, words.last,
                                                          until, sensor_, block);
      if (tally.firstOutside != hadOutside)
        tally.firstOutside = static_cast<std::int64_t>(
            at_ + static_cast<std::uint64_t>(tally.firstOutside) * sizeof(Word));
      at_ += done.words * sizeof(Word);
      counted_ = std::max(counted_, at_);
      if (at_ >= index_.back().at + kIndexBytes) index_.push_back({at_, state_});
      sum.words += done.words;
      sum.stopped = done.stopped;
      if (done.stopped) break;
    }
    return sum;
  }

  /// To the first record at or after t [µs].
  Result<void> seek(std::int64_t t) {
    const auto after = std::partition_point(index_.begin() + 1, index_.end(),
                                            [t](const Entry& e) { return e.state.latest < t; });
    const Entry& entry = *(after - 1);
    at_ = entry.at;
    state_ = entry.state;
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
  static constexpr std::size_t kBufferWords = (std::size_t{1} << 18) / sizeof(Word);
  static constexpr std::uint64_t kIndexBytes = 1 << 16;
  struct Entry {
    std::uint64_t at;
    State state;
  };
  struct Words {
    std::span<const Word> span;
    bool last = false;  ///< nothing follows them
  };

  /// Words from at_ on, at most up to byte `end`; three at least unless they are the last.
  Result<Words> fetch(std::uint64_t end) {
    if (at_ < bufferAt_ || at_ + 4 * sizeof(Word) > bufferAt_ + filled_ * sizeof(Word)) {
      TRY(const std::size_t bytes, file_.read(at_, std::as_writable_bytes(std::span(buffer_))));
      bufferAt_ = at_;
      filled_ = bytes / sizeof(Word);
    }
    const std::uint64_t stop = std::min(end, bufferAt_ + filled_ * sizeof(Word));
    const std::size_t first = (at_ - bufferAt_) / sizeof(Word);
    const std::size_t count = stop > at_ ? (stop - at_) / sizeof(Word) : 0;
    return Words{std::span<const Word>(buffer_).subspan(first, count), stop >= end};
  }

  const ByteFile& file_;
  std::uint64_t end_;
  Sensor sensor_;
  std::vector<Word> buffer_;
  std::uint64_t bufferAt_ = 0;
  std::size_t filled_ = 0;
  std::uint64_t at_, counted_;
  State state_;
  std::vector<Entry> index_;
  Tally tally_;
};

/// An EVT2 or EVT3 file as an event source: stream 0 its events, stream 1 its triggers.
template <class Decoder>
class RawSource final : public EventSource {
 public:
  static Result<std::unique_ptr<EventSource>> open(const std::filesystem::path& path,
                                                   const Values& options) {
    TRY(ByteFile file, ByteFile::open(path));
    std::vector<std::byte> head(1 << 16);
    TRY(const std::size_t got, file.read(0, head));
    const RawHeader header = readRawHeader(std::span(head).first(got));
    const std::string encoding = rawEncoding(header);
    if (!encoding.empty() && encoding != Decoder::kEncoding)
      return Error{"the header says " + encoding + ", not " + Decoder::kEncoding, path.string()};
    auto source = std::unique_ptr<RawSource>(new RawSource(std::move(file)));
    TRY(const Sensor sensor, rawSensor(header, options, Decoder::kEncoding, source->opening_));
    const std::int64_t start = rawStart(header, source->opening_);
    TRY_DO(source->begin(header.size, sensor, start));
    return Result<std::unique_ptr<EventSource>>(std::move(source));
  }

  std::span<const Stream> streams() const override { return streams_; }
  Time t0() const override { return t0_ * kMicrosecond; }
  bool live() const override { return false; }

  Result<More> read(std::size_t stream, Packet& out, Time until) override {
    if (stream >= streams_.size())
      return Error{"has 2 streams, events and triggers", "stream " + std::to_string(stream)};
    const std::int64_t stop = rawTime(until);
    std::size_t given = 0;
    while (given < kPacketMost) {
      block_->clear();
      TRY(const Decoded done,
          stream == 0 ? events_->decode(stop, *block_) : triggers_->decode(stop, *block_));
      given += stream == 0 ? giveEvents(out) : giveTriggers(out);
      if (done.stopped) return More::Yes;
      if (done.words == 0) return More::End;
    }
    return More::Full;
  }

  Result<void> seek(Time t) override {
    TRY_DO(events_->seek(rawTime(t)));
    return triggers_->seek(rawTime(t));
  }

  Notes notes() const override {
    Notes all = opening_;
    for (Note& note : tallyNotes(events_->tally(), streams_[0].sensor))
      all.push_back(std::move(note));
    return all;
  }
  const std::map<std::string, std::int64_t>& counters() const override {
    counters_ = byName(events_->tally());
    return counters_;
  }

 private:
  explicit RawSource(ByteFile file) : file_(std::move(file)) {}

  Result<void> begin(std::size_t headerSize, const Sensor& sensor, std::int64_t start) {
    streams_ = {{Stream::Kind::Events, "events", sensor},
                {Stream::Kind::Triggers, "triggers", sensor}};
    events_.emplace(file_, headerSize, sensor, start);
    triggers_.emplace(file_, headerSize, sensor, start);
    events_->tally()[Met::TruncatedBytes] =
        static_cast<std::int64_t>((file_.size() - headerSize) % sizeof(typename Decoder::Word));
    TRY(const auto first, firstTime());
    if (!first) {
      opening_.push_back({Note::Level::Warning, "the file holds no events"});
      return {};
    }
    t0_ = *first;
    const std::int64_t all = std::numeric_limits<std::int64_t>::min();
    TRY_DO(events_->seek(all));
    return triggers_->seek(all);
  }

  /// Raw time of the first event, else of the first trigger.
  Result<std::optional<std::int64_t>> firstTime() {
    const std::int64_t all = std::numeric_limits<std::int64_t>::max();
    for (Decoded done{1}; done.words > 0 && block_->n == 0;) {
      TRY(done, events_->decode(all, *block_));
    }
    if (block_->n) return std::optional(block_->t[0]);
    for (Decoded done{1}; done.words > 0 && block_->triggers == 0;) {
      TRY(done, triggers_->decode(all, *block_));
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
  std::vector<Stream> streams_;
  Notes opening_;
  std::optional<Cursor<Decoder, Want::Events>> events_;
  std::optional<Cursor<Decoder, Want::Triggers>> triggers_;
  std::unique_ptr<Block> block_ = std::make_unique<Block>();
  std::int64_t t0_ = 0;
  mutable std::map<std::string, std::int64_t> counters_;
};

}  // namespace spk::events
