#include "plugins/sources/PacketReader.h"

#include <algorithm>
#include <limits>

namespace spk::sources {
namespace {

constexpr Time kEver = std::numeric_limits<Time>::max();
constexpr Time kNever = std::numeric_limits<Time>::min();

std::vector<Stream::Kind> kindsOf(const EventSource& source) {
  std::vector<Stream::Kind> kinds;
  for (const Stream& stream : source.streams()) kinds.push_back(stream.kind);
  return kinds;
}

constexpr Time later(Time t, Time by) { return t > kEver - by ? kEver : t + by; }

}  // namespace

Time StretchPlayer::lapEnd() const {
  return play_.to > 0 ? play_.to : play_.loop ? duration_ : kEver;
}

/// The time just after the last event of the file.
Result<void> StretchPlayer::measure() {
  if (duration_ >= 0) return {};
  TRY_DO(source_->seek(kNever));
  Time latest = -1;
  auto& packet = std::get<EventPacket>(packet_);
  for (auto more = EventSource::More::Full; more != EventSource::More::End;) {
    packet.clear();
    TRY(more, source_->read(0, packet_, kEver));
    for (const Time t : packet.t) latest = std::max(latest, t);
  }
  duration_ = latest < 0 ? 0 : latest + kMicrosecond;
  return {};
}

Result<void> StretchPlayer::begin(const Play& play, Time place) {
  play_ = play;
  if (play_.loop && play_.to <= 0) TRY_DO(measure());
  if (play_.loop && lapEnd() - play_.from < kShortestLap) play_.loop = false;
  const Time lap = play_.loop ? lapEnd() - play_.from : 0;
  lapStart_ = lap > 0 ? place / lap * lap : 0;
  return enter(later(play_.from, place - lapStart_));
}

Result<void> StretchPlayer::enter(Time t) {
  cursor_ = t;
  latest_ = kNever;
  atEnd_ = finished_ = false;
  sorted_ = true;
  pending_.clear();
  return source_->seek(t);
}

/// Puts the packet's events behind the pending ones, their times mended.
void StretchPlayer::take(const EventPacket& packet) {
  for (std::size_t i = 0; i < packet.size(); ++i) {
    Event event = packet[i];
    if (event.t < latest_) {
      const bool fresh = latest_ >= counted_;  // not played before
      if (latest_ - event.t < kLate)
        late_ += fresh;
      else
        held_ += fresh, event.t = latest_;
    } else {
      latest_ = event.t;
      counted_ = std::max(counted_, latest_);
    }
    event.t = std::max<Time>(event.t, 0);  // nothing plays before the file's first event
    if (event.t < cursor_) continue;       // given before the place was entered
    if (pending_.size() >= kPendingMost) {
      ++dropped_;
      continue;
    }
    if (!pending_.empty() && event.t < pending_.back().t) sorted_ = false;
    pending_.push_back(event);
  }
}

/// Reads on until everything before `until` is pending, those that come late included.
Result<void> StretchPlayer::gather(Time until) {
  auto& packet = std::get<EventPacket>(packet_);
  auto more = atEnd_ ? EventSource::More::End : EventSource::More::Full;
  while (more == EventSource::More::Full) {
    packet.clear();
    TRY(more, source_->read(0, packet_, later(until, kLate)));
    take(packet);
  }
  atEnd_ = more == EventSource::More::End;
  if (!sorted_) std::ranges::stable_sort(pending_, {}, &Event::t);
  sorted_ = true;
  return {};
}

/// Stretches of some 20 to 200 thousand events, 1 ms to 1 s long.
void StretchPlayer::fitWindow(std::size_t given) {
  if (given > 200'000 && window_ > kMillisecond) window_ /= 2;
  if (given < 20'000 && window_ < kSecond) window_ *= 2;
}

std::optional<std::size_t> StretchPlayer::streamOf(Stream::Kind kind) const {
  const auto streams = source_->streams();
  const auto found = std::ranges::find(streams, kind, &Stream::kind);
  if (found == streams.end()) return std::nullopt;
  return static_cast<std::size_t>(found - streams.begin());
}

/// Appends what the first stream of a kind has before `until`; late records are held at the time
/// reached.
template <class Records>
Result<void> StretchPlayer::gatherStream(Stream::Kind kind, Records& records, Time until) {
  const auto stream = streamOf(kind);
  if (!stream) return {};
  Packet packet = Records();
  for (auto more = EventSource::More::Full; more == EventSource::More::Full;) {
    std::get<Records>(packet).clear();
    TRY(more, source_->read(*stream, packet, until));
    besideEnded_ &= more == EventSource::More::End;
    for (auto& record : std::get<Records>(packet)) {
      const Time reached = std::max(cursor_, records.empty() ? kNever : records.back().t);
      record.t = std::max(record.t, reached);
      records.push_back(std::move(record));
    }
  }
  return {};
}

Result<void> StretchPlayer::gatherBeside(Stretch& out, Time until) {
  besideEnded_ = true;
  if (play_.frames) TRY_DO(gatherStream(Stream::Kind::Frames, out.frames, until));
  if (play_.imu) TRY_DO(gatherStream(Stream::Kind::Imu, out.imu, until));
  if (play_.triggers) TRY_DO(gatherStream(Stream::Kind::Triggers, out.triggers, until));
  return {};
}

Result<void> StretchPlayer::next(Stretch& out) {
  out.events.clear();
  out.frames.clear();
  out.imu.clear();
  out.triggers.clear();
  out.lapStart = lapStart_;
  if (!finished_) {
    const Time end = lapEnd();
    Time until = std::min(later(cursor_, window_), end);
    TRY_DO(gather(until));
    TRY_DO(gatherBeside(out, until));
    if (atEnd_ && besideEnded_) until = end;  // nothing is left to wait for
    const auto cut = std::ranges::lower_bound(pending_, until, {}, &Event::t);
    out.events.assign(pending_.begin(), cut);
    pending_.erase(pending_.begin(), cut);
    cursor_ = until;
    fitWindow(out.events.size());
    if (cursor_ >= end) {
      if (play_.loop) {
        lapStart_ += end - play_.from;
        TRY_DO(enter(play_.from));
        out.upTo = end;
        out.notes = told();
        return {};
      }
      finished_ = true;
    }
  }
  out.upTo = cursor_;
  out.last = finished_;
  out.notes = told();
  return {};
}

std::shared_ptr<const Notes> StretchPlayer::told() {
  Notes notes = source_->notes();
  if (late_)
    notes.push_back(
        {Note::Level::Info,
         std::to_string(late_) + " events came late by less than 10 ms and were sorted in"});
  if (held_)
    notes.push_back({Note::Level::Warning,
                     std::to_string(held_) +
                         " events came late by 10 ms or more and were held at the time reached"});
  if (dropped_)
    notes.push_back(
        {Note::Level::Warning,
         std::to_string(dropped_) + " events were dropped: more than 8 million lie within 10 ms"});
  const auto same = [](const Note& a, const Note& b) {
    return a.level == b.level && a.text == b.text;
  };
  if (!notes_ || !std::ranges::equal(*notes_, notes, same))
    notes_ = std::make_shared<const Notes>(std::move(notes));
  return notes_;
}

PacketReader::PacketReader(std::unique_ptr<EventSource> source)
    : kinds_(kindsOf(*source)), player_(std::move(source)), thread_([this] { work(); }) {}

PacketReader::~PacketReader() {
  stop_.store(true);
  for (Slot& slot : slots_) {
    slot.readers.store(1);
    slot.readers.notify_all();
  }
  thread_.join();
}

void PacketReader::work() {
  for (std::size_t next = 0;; next ^= 1) {
    Slot& slot = slots_[next];
    slot.readers.wait(0);
    if (stop_.load()) return;
    auto done = slot.begin ? player_.begin(slot.begin->first, slot.begin->second) : Result<void>();
    if (done) done = player_.next(slot.stretch);
    if (!done) {
      slot.stretch.events.clear();
      slot.stretch.frames.clear();
      slot.stretch.imu.clear();
      slot.stretch.triggers.clear();
      slot.stretch.last = true;
      slot.stretch.error = std::move(done).error();
    } else {
      slot.stretch.error.reset();
    }
    slot.readers.store(0);
    slot.readers.notify_all();
  }
}

void PacketReader::await(const Slot& slot) noexcept { slot.readers.wait(1); }

void PacketReader::send(std::optional<std::pair<Play, Time>> begin) noexcept {
  Slot& slot = slots_[sendNext_];
  sendNext_ ^= 1;
  slot.begin = begin;
  slot.readers.store(1);
  slot.readers.notify_all();
}

void PacketReader::begin(const Play& play, Time place) noexcept {
  for (const Slot& slot : slots_) await(slot);
  takeNext_ = sendNext_;
  begun_ = true;
  send(std::pair(play, place));
  send(std::nullopt);
}

const Stretch* PacketReader::current() noexcept {
  if (!begun_) return nullptr;
  await(slots_[takeNext_]);
  return &slots_[takeNext_].stretch;
}

void PacketReader::advance() noexcept {
  takeNext_ ^= 1;
  send(std::nullopt);
}

}  // namespace spk::sources
