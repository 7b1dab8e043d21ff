#include "plugins/events/writing.h"

#include <algorithm>
#include <limits>

#include "engine/base/H5.h"
#include "engine/base/file.h"

namespace spk::events {
namespace {

constexpr Time kAll = std::numeric_limits<Time>::max();

/// The triggers of a source one after the other.
class TriggerReader {
 public:
  explicit TriggerReader(EventSource& source) : source_(source) {
    const auto streams = source.streams();
    const auto found = std::ranges::find(streams, Stream::Kind::Triggers, &Stream::kind);
    stream_ = static_cast<std::size_t>(found - streams.begin());
    more_ = found != streams.end();
  }
  /// The next one, or null at the end.
  Result<const Trigger*> peek() {
    while (at_ == triggers().size() && more_) {
      triggers().clear();
      at_ = 0;
      TRY(const auto more, source_.read(stream_, packet_, kAll));
      more_ = more != EventSource::More::End;
    }
    return at_ < triggers().size() ? &triggers()[at_] : nullptr;
  }
  void next() { ++at_; }

 private:
  TriggerPacket& triggers() { return std::get<TriggerPacket>(packet_); }

  EventSource& source_;
  std::size_t stream_ = 0, at_ = 0;
  bool more_ = false;
  Packet packet_ = TriggerPacket();
};

}  // namespace

RawBytes::RawBytes(std::filesystem::path path, std::filesystem::path temp)
    : path_(std::move(path)), temp_(std::move(temp)), file_(temp_, std::ios::binary) {}

Result<RawBytes> RawBytes::create(const std::filesystem::path& path) {
  RawBytes made(path, tempBeside(path));
  if (!made.file_) return Error{"cannot be written", path.string()};
  return Result<RawBytes>(std::move(made));
}

RawBytes::~RawBytes() {
  std::error_code ignored;
  if (file_.is_open()) file_.close(), std::filesystem::remove(temp_, ignored);
}

void RawBytes::flush() {
  file_.write(held_.data(), static_cast<std::streamsize>(held_.size()));
  held_.clear();
}

void RawBytes::putText(std::string_view text) {
  held_.insert(held_.end(), text.begin(), text.end());
  if (held_.size() >= kHeldMost) flush();
}

void RawBytes::patch(std::uint64_t offset, std::string_view bytes) {
  flush();
  file_.seekp(static_cast<std::streamoff>(offset));
  file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file_.seekp(0, std::ios::end);
}

Result<void> RawBytes::finish() {
  flush();
  file_.flush();
  if (!file_) return Error{"cannot be written: is the disk full?", path_.string()};
  file_.close();
  return moveIntoPlace(temp_, path_);
}

Result<void> writeH5(const std::filesystem::path& path,
                     const std::function<Result<void>(H5&)>& fill) {
  const auto temp = tempBeside(path);
  const auto make = [&]() -> Result<void> {
    TRY(H5 file, H5::create(temp));
    TRY_DO(fill(file));
    TRY_DO(file.close());
    return moveIntoPlace(temp, path);
  };
  auto made = make();
  std::error_code ignored;
  if (!made) std::filesystem::remove(temp, ignored);
  return made;
}

Notes flooredNotes(std::int64_t floored) {
  if (floored == 0) return {};
  return {{Note::Level::Warning,
           std::to_string(floored) + " times lost their fraction of a microsecond"}};
}

bool isH5(const FileProbe& probe) {
  constexpr std::string_view kMagic = "\x89HDF\r\n\x1a\n";
  if (probe.isFolder || probe.head.size() < kMagic.size()) return false;
  return std::string_view(reinterpret_cast<const char*>(probe.head.data()), kMagic.size()) ==
         kMagic;
}

bool hasH5(const FileProbe& probe, std::initializer_list<std::string_view> paths) {
  const auto names = probe.h5Names();
  return std::ranges::all_of(
      paths, [&](std::string_view path) { return std::ranges::count(names, path) > 0; });
}

Result<EventSource*> eventSource(Opened& from) {
  auto* source = std::get_if<std::unique_ptr<EventSource>>(&from);
  if (!source || !*source)
    return Error{"holds no events, so it cannot be written as events", "from"};
  const auto streams = (*source)->streams();
  if (streams.empty() || streams[0].kind != Stream::Kind::Events)
    return Error{"the first stream holds no events", "from"};
  return source->get();
}

Result<Time> firstRawTime(EventSource& source) {
  TRY_DO(source.seek(std::numeric_limits<Time>::min()));
  Packet packet = EventPacket();
  auto more = EventSource::More::Full;
  while (more != EventSource::More::End && std::get<EventPacket>(packet).empty()) {
    TRY(more, source.read(0, packet, kAll));
  }
  TriggerReader triggers(source);
  TRY(const Trigger* trigger, triggers.peek());
  const auto& events = std::get<EventPacket>(packet);
  Time first = events.empty() ? 0 : events.t.front();
  if (trigger) first = events.empty() ? trigger->t : std::min(first, trigger->t);
  return first + source.t0();
}

Result<void> readAll(EventSource& source, const RecordSink& sink) {
  TRY_DO(source.seek(std::numeric_limits<Time>::min()));
  TriggerReader triggers(source);
  Packet packet = EventPacket();
  auto more = EventSource::More::Full;
  while (more != EventSource::More::End) {
    auto& events = std::get<EventPacket>(packet);
    events.clear();
    TRY(more, source.read(0, packet, kAll));
    std::size_t first = 0;
    while (first < events.size()) {
      TRY(const Trigger* trigger, triggers.peek());
      // Up to the first event that is later than the next trigger.
      std::size_t end = events.size();
      if (trigger)
        end = static_cast<std::size_t>(
            std::find_if(events.t.begin() + static_cast<std::ptrdiff_t>(first), events.t.end(),
                         [&](Time t) { return t >= trigger->t; }) -
            events.t.begin());
      for (std::size_t i = first; i < end; ++i) events.t[i] += source.t0();
      if (end > first)
        TRY_DO(sink.events({std::span(events.t).subspan(first, end - first),
                            std::span(events.x).subspan(first, end - first),
                            std::span(events.y).subspan(first, end - first),
                            std::span(events.polarity).subspan(first, end - first)}));
      if (trigger && end < events.size()) {
        Trigger raw = *trigger;
        raw.t += source.t0();
        TRY_DO(sink.trigger(raw));
        triggers.next();
      }
      first = end;
    }
  }
  while (true) {
    TRY(const Trigger* trigger, triggers.peek());
    if (!trigger) return {};
    Trigger raw = *trigger;
    raw.t += source.t0();
    TRY_DO(sink.trigger(raw));
    triggers.next();
  }
}

}  // namespace spk::events
