#include <algorithm>
#include <functional>
#include <limits>

#include "app/commandLine.h"
#include "app/eventFiles.h"
#include "app/registry.h"
#include "engine/run/openFile.h"

namespace spk {
namespace {

/// The part [from, to) of another source; its times still count from that one's t0. Tells how many
/// records went through it.
class Part : public EventSource {
 public:
  Part(std::unique_ptr<EventSource> whole, Time from, Time to,
       std::function<void(std::int64_t)> onRecords)
      : whole_(std::move(whole)), from_(from), to_(to), onRecords_(std::move(onRecords)) {}

  std::span<const Stream> streams() const override { return whole_->streams(); }
  Time t0() const override { return whole_->t0(); }
  Result<More> read(std::size_t stream, Packet& out, Time until) override {
    if (!placed_ && from_ > 0) TRY_DO(whole_->seek(from_));
    placed_ = true;
    const auto size = [&] {
      return static_cast<std::int64_t>(
          std::visit([](const auto& held) { return held.size(); }, out));
    };
    const std::int64_t before = size();
    TRY(const More more, whole_->read(stream, out, std::min(until, to_)));
    onRecords_(records_ += std::max<std::int64_t>(size() - before, 0));
    return more == More::Yes && until >= to_ ? More::End : more;
  }
  Result<void> seek(Time t) override {
    placed_ = true;
    return whole_->seek(std::max(t, from_));
  }
  bool live() const override { return whole_->live(); }
  Notes notes() const override { return whole_->notes(); }
  const std::map<std::string, std::int64_t>& counters() const override {
    return whole_->counters();
  }

 private:
  std::unique_ptr<EventSource> whole_;
  Time from_, to_;
  std::function<void(std::int64_t)> onRecords_;
  std::int64_t records_ = 0;
  bool placed_ = false;
};

std::string writableNames(const Registry& registry) {
  std::string names;
  for (const FileFormat& format : registry.fileFormats())
    if (format.write) names += (names.empty() ? "" : ", ") + format.id;
  return names.empty() ? "none" : names;
}

/// By --format, else by the ending of the file, which must mean one format.
Result<const FileFormat*> outputFormat(const std::string& name, const std::filesystem::path& out,
                                       const Registry& registry) {
  if (!name.empty()) {
    const FileFormat* format = registry.fileFormat(name);
    if (!format) return Error{"no such format; can be written: " + writableNames(registry), name};
    if (!format->write)
      return Error{"can only be read; can be written: " + writableNames(registry), name};
    return format;
  }
  std::vector<const FileFormat*> fitting;
  std::string names;
  for (const FileFormat& format : registry.fileFormats()) {
    if (!format.write || !out.has_extension()) continue;
    const std::string endings = " " + format.endings + " ";
    if (endings.find(" " + out.extension().string() + " ") == std::string::npos) continue;
    fitting.push_back(&format);
    names += (names.empty() ? "" : ", ") + format.id;
  }
  if (fitting.size() == 1) return fitting.front();
  if (fitting.empty())
    return Error{"this ending says no format; give --format, one of " + writableNames(registry),
                 out.string()};
  return Error{"several formats have this ending; give --format, one of " + names, out.string()};
}

struct Request {
  std::filesystem::path in, out;
  std::string format;
  Values options;
  std::optional<Time> from, to;
};

Result<std::unique_ptr<EventSource>> openPart(const Request& request, const Registry& registry,
                                              console::Progress& bar) {
  TRY(OpenedFile opened, openFile(request.in, request.options, registry));
  auto* source = std::get_if<std::unique_ptr<EventSource>>(&opened.content);
  if (!source) return Error{"holds no events; only event files are converted", request.in.string()};
  return std::unique_ptr<EventSource>(std::make_unique<Part>(
      std::move(*source), request.from.value_or(0),
      request.to.value_or(std::numeric_limits<Time>::max()),
      [&bar](std::int64_t n) { bar.show(static_cast<double>(n), 0, "records"); }));
}

/// Options of the output's own; the others are for reading.
Values optionsOf(const FileFormat& format, const Values& all) {
  Values own;
  for (const Parameter& parameter : format.options)
    if (const auto given = all.find(parameter.name); given != all.end()) own.insert(*given);
  return own;
}

struct Converted {
  std::int64_t read = 0, written = 0;
  Notes notes;
  std::vector<std::string> lost;
};

void compare(const EventCounts& in, const EventCounts& out, std::vector<std::string>& lost) {
  const auto differ = [&](const char* what, std::int64_t a, std::int64_t b) {
    if (a != b)
      lost.push_back(std::to_string(a) + " " + what + " read, " + std::to_string(b) + " written");
  };
  differ("events", in.events, out.events);
  differ("triggers", in.triggers, out.triggers);
  differ("inertial samples", in.imu, out.imu);
  differ("frames", in.frames, out.frames);
  if (in.events != out.events) return;
  if (in.on != out.on) lost.push_back("polarity");
  if (in.sumX != out.sumX || in.sumY != out.sumY) lost.push_back("places");
}

/// The part that was asked for, in words.
std::string partText(const Request& request) {
  std::string text;
  if (request.from) text += " from " + timeText(*request.from) + " on";
  if (request.to) text += " before " + timeText(*request.to);
  return text;
}

/// Error where a part was asked for in which nothing lies, though the file holds events.
Result<void> refuseEmptyPart(const Request& request, const Registry& registry,
                             console::Progress& bar) {
  if (!request.from && !request.to) return {};
  Request whole = request;
  whole.from = whole.to = std::nullopt;
  TRY(auto source, openPart(whole, registry, bar));
  TRY(const EventCounts all, countEvents(*source));
  if (all.events == 0) return {};
  return Error{"no event lies" + partText(request) + "; those of the file lie between " +
                   timeText(all.first) + " and " + timeText(all.last),
               request.in.string()};
}

Result<Converted> convert(const Request& request, const Registry& registry) {
  std::error_code error;
  if (std::filesystem::equivalent(request.in, request.out, error))
    return Error{"input and output are the same file", request.out.string()};
  TRY(const FileFormat* format, outputFormat(request.format, request.out, registry));
  console::Progress bar("reading");
  TRY(auto counted, openPart(request, registry, bar));
  TRY(const EventCounts in, countEvents(*counted));
  if (in.events == 0) TRY_DO(refuseEmptyPart(request, registry, bar));
  bar.phase("writing");
  TRY(auto source, openPart(request, registry, bar));
  Opened opened = std::move(source);
  Values options = optionsOf(*format, request.options);
  Converted made;
  TRY(made.notes, format->write(request.out, opened, options));

  bar.phase("reading what was written");
  // Counts are of the file, not of the intention.
  auto again = format->open(request.out, options);
  if (!again) return again.error();
  auto* written = std::get_if<std::unique_ptr<EventSource>>(&again.value());
  if (!written) return Error{"what was written holds no events", request.out.string()};
  TRY(const EventCounts out, countEvents(**written));
  made.read = in.events;
  made.written = out.events;
  compare(in, out, made.lost);
  for (const Note& note : made.notes)
    if (note.level != Note::Level::Info) made.lost.push_back(note.text);
  return made;
}

}  // namespace

int convertCommand(Words words) {
  Request request;
  bool json = false;
  CLI::App app("Writes an event file in another format and counts what arrived.", "convert");
  app.add_option("IN", request.in, "The file to read")->required();
  app.add_option("OUT", request.out, "The file to write")->required();
  app.add_option("--format", request.format, "Format of OUT; else what its ending says");
  addFormatOptions(app, request.options);
  addTime(app, "--from", request.from, "Only from this time on, counted from the first event");
  addTime(app, "--to", request.to, "Only before this time");
  app.add_flag("--json", json, "One JSON value on standard output");
  if (const auto code = parse(app, std::move(words))) return *code;

  if (request.from && request.to && *request.to <= *request.from) {
    console::say("spikarium convert: --to is " + timeText(*request.to) + ", not after --from at " +
                 timeText(*request.from) + "; nothing lies between them");
    return console::kWrongUse;
  }
  const auto made = convert(request, wholeRegistry());
  if (!made) return console::fail(made.error());
  if (!json) {
    console::sayNotes(made.value().notes, emptyProject());
    console::print(
        console::grouped(static_cast<std::uint64_t>(made.value().read)) + " events read, " +
        console::grouped(static_cast<std::uint64_t>(made.value().written)) + " written\n");
    for (const std::string& lost : made.value().lost) console::print("lost: " + lost + "\n");
    return console::kDone;
  }
  JsonNode value = JsonNode::object(), lost = JsonNode::list();
  for (const std::string& what : made.value().lost) lost.add(what);
  value.set("read", made.value().read);
  value.set("written", made.value().written);
  value.set("lost", std::move(lost));
  return console::answer(value);
}

}  // namespace spk
