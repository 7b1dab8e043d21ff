#include "engine/run/exportEvents.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "engine/run/RunSource.h"

namespace spk {
namespace {

constexpr Time kEver = std::numeric_limits<Time>::max();

std::string writableNames(const Registry& registry, Stream::Kind kind) {
  std::string names;
  for (const FileFormat& format : registry.fileFormats())
    if (format.write && format.holds == kind) names += (names.empty() ? "" : ", ") + format.id;
  return names.empty() ? "none" : names;
}

/// The events of a simulation as far as they are wanted; tells how far it is.
class Watched final : public EventSource {
 public:
  Watched(std::unique_ptr<EventSource> whole, Time end, std::function<bool(double)> progress)
      : whole_(std::move(whole)), end_(end), progress_(std::move(progress)) {}
  std::span<const Stream> streams() const override { return whole_->streams(); }
  Time t0() const override { return whole_->t0(); }
  /// In pieces, so that somebody may stop it.
  Result<More> read(std::size_t stream, Packet& out, Time until) override {
    while (true) {
      const Time to = std::min(until, at_ > kEver - kPiece ? kEver : at_ + kPiece);
      TRY(const More more, whole_->read(stream, out, to));
      if (progress_ && !progress_(static_cast<double>(at_) / static_cast<double>(end_)))
        return Error{"was stopped", "t = " + timeText(at_)};
      if (more != More::Yes || to == until) return more;
      at_ = to;
    }
  }
  Result<void> seek(Time t) override {
    at_ = std::max<Time>(0, t);
    return whole_->seek(t);
  }
  bool live() const override { return false; }
  Notes notes() const override { return whole_->notes(); }
  const std::map<std::string, std::int64_t>& counters() const override {
    return whole_->counters();
  }

 private:
  static constexpr Time kPiece = 20 * kMillisecond;
  std::unique_ptr<EventSource> whole_;
  Time end_, at_ = 0;
  std::function<bool(double)> progress_;
};

Result<std::int64_t> eventsIn(const FileFormat& format, const std::filesystem::path& path,
                              const Values& options) {
  TRY(Opened opened, format.open(path, options));
  auto* source = std::get_if<std::unique_ptr<EventSource>>(&opened);
  if (!source) return Error{"what was written holds no events", path.string()};
  std::int64_t count = 0;
  Packet packet = EventPacket();
  for (auto more = EventSource::More::Full; more != EventSource::More::End;) {
    std::visit([](auto& held) { held.clear(); }, packet);
    TRY(more, (*source)->read(0, packet, kEver));
    count +=
        static_cast<std::int64_t>(std::visit([](const auto& held) { return held.size(); }, packet));
  }
  return count;
}

}  // namespace

Result<const FileFormat*> formatToWrite(const std::string& id, const std::filesystem::path& path,
                                        const Registry& registry, Stream::Kind kind) {
  if (!id.empty()) {
    const FileFormat* format = registry.fileFormat(id);
    if (!format)
      return Error{"no such format; can be written: " + writableNames(registry, kind), id};
    if (!format->write)
      return Error{"can only be read; can be written: " + writableNames(registry, kind), id};
    if (format->holds != kind)
      return Error{
          std::string("holds ") + (kind == Stream::Kind::Flow ? "events" : "flow") +
              ", which is not what is to be written; can be: " + writableNames(registry, kind),
          id};
    return format;
  }
  std::vector<const FileFormat*> fitting;
  std::string names;
  for (const FileFormat& format : registry.fileFormats()) {
    if (!format.write || format.holds != kind || !path.has_extension()) continue;
    const std::string endings = " " + format.endings + " ";
    if (endings.find(" " + path.extension().string() + " ") == std::string::npos) continue;
    fitting.push_back(&format);
    names += (names.empty() ? "" : ", ") + format.id;
  }
  if (fitting.size() == 1) return fitting.front();
  if (fitting.empty())
    return Error{"this ending says no format; give one of " + writableNames(registry, kind),
                 path.string()};
  return Error{"several formats have this ending; give one of " + names, path.string()};
}

Stream::Kind kindOf(const EventSource& source) {
  const auto streams = source.streams();
  const auto has = [&](Stream::Kind kind) {
    return std::ranges::find(streams, kind, &Stream::kind) != streams.end();
  };
  return has(Stream::Kind::Flow) && !has(Stream::Kind::Events) ? Stream::Kind::Flow
                                                               : Stream::Kind::Events;
}

Result<EventExportReport> exportEvents(const Project& project, const Registry& registry,
                                       const Targets& targets, const EventExport& wish) {
  if (wish.cut.to == kEver || wish.cut.to <= wish.cut.from)
    return Error{"ends at " + timeText(wish.cut.to) + ", not after " + timeText(wish.cut.from),
                 "export"};
  TRY(auto whole, RunSource::open(project, registry, targets, wish.what, wish.cut.to));
  TRY(const FileFormat* format, formatToWrite(wish.format, wish.path, registry, kindOf(*whole)));
  auto watched = std::make_unique<Watched>(std::move(whole), wish.cut.to, wish.progress);
  Opened part = std::make_unique<PartSource>(std::move(watched), wish.cut);
  EventExportReport report;
  TRY(report.notes, format->write(wish.path, part, wish.options));
  for (Note& note : std::get<std::unique_ptr<EventSource>>(part)->notes())
    report.notes.push_back(std::move(note));
  TRY(report.events, eventsIn(*format, wish.path, wish.options));
  report.format = format->title;
  return report;
}

}  // namespace spk
