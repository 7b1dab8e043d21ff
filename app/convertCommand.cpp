#include <limits>
#include <optional>

#include "app/commandLine.h"
#include "app/eventFiles.h"
#include "app/registry.h"
#include "engine/graph/ProjectFile.h"
#include "engine/run/RunSource.h"
#include "engine/run/exportEvents.h"
#include "engine/run/openFile.h"
#include "engine/run/projectSettings.h"

namespace spk {
namespace {

struct Request {
  std::filesystem::path in, out;
  std::string format, node, region;
  Values options;
  std::optional<Time> from, to;
};

/// The events of a node of a project, as its run makes them.
Result<std::unique_ptr<EventSource>> openRun(const Request& request, const Registry& registry) {
  TRY(const Loaded loaded, load(request.in, registry));
  const auto folder = std::filesystem::absolute(request.in).parent_path();
  const Project project = withAbsolutePaths(loaded.project, registry, folder);
  if (request.node.empty())
    return Error{"is a project; --node says whose events or flow are meant", request.in.string()};
  TRY(const Id node, itemByPath(project, request.node));
  return RunSource::open(project, registry, wholeTargets(), {node, ""},
                         request.to.value_or(durationOf(project)));
}

Result<std::unique_ptr<EventSource>> openPart(const Request& request, const Registry& registry,
                                              console::Progress& bar) {
  std::unique_ptr<EventSource> whole;
  if (request.in.extension() == ".spk") {
    TRY(whole, openRun(request, registry));
  } else {
    if (!request.node.empty())
      return Error{"is no project; --node is for events of a project", request.in.string()};
    TRY(OpenedFile opened, openFile(request.in, request.options, registry));
    auto* source = std::get_if<std::unique_ptr<EventSource>>(&opened.content);
    if (!source)
      return Error{"holds neither events nor flow; only such files are converted",
                   request.in.string()};
    whole = std::move(*source);
  }
  Cut cut{request.from.value_or(0), request.to.value_or(std::numeric_limits<Time>::max())};
  if (!request.region.empty()) {
    TRY(cut.region, regionFrom(request.region));
  }
  return std::unique_ptr<EventSource>(
      std::make_unique<PartSource>(std::move(whole), cut, [&bar](std::int64_t n) -> Result<void> {
        bar.show(static_cast<double>(n), 0, "records");
        return {};
      }));
}

/// Options of the output's own; the others are for reading.
Values optionsOf(const FileFormat& format, const Values& all) {
  Values own;
  for (const Parameter& parameter : format.options)
    if (const auto given = all.find(parameter.name); given != all.end()) own.insert(*given);
  return own;
}

struct Converted {
  std::int64_t read = 0, written = 0;  ///< events, or flows
  bool ofFlow = false;
  Notes notes;
  std::vector<std::string> lost;
};

void compare(const EventCounts& in, const EventCounts& out, std::vector<std::string>& lost) {
  const auto differ = [&](const char* what, std::int64_t a, std::int64_t b) {
    if (a != b)
      lost.push_back(std::to_string(a) + " " + what + " read, " + std::to_string(b) + " written");
  };
  differ("events", in.events, out.events);
  differ("flows", in.flows, out.flows);
  differ("triggers", in.triggers, out.triggers);
  differ("inertial samples", in.imu, out.imu);
  differ("frames", in.frames, out.frames);
  if (in.events != out.events || in.flows != out.flows) return;
  if (in.on != out.on) lost.push_back("polarity");
  if (in.sumX != out.sumX || in.sumY != out.sumY) lost.push_back("places");
}

/// The part that was asked for, in words.
std::string partText(const Request& request) {
  std::string text;
  if (!request.region.empty()) text += " in " + request.region;
  if (request.from) text += " from " + timeText(*request.from) + " on";
  if (request.to) text += " before " + timeText(*request.to);
  return text;
}

/// Error where a part was asked for in which nothing lies, though the file holds events.
Result<void> refuseEmptyPart(const Request& request, const Registry& registry,
                             console::Progress& bar) {
  if (!request.from && !request.to && request.region.empty()) return {};
  Request whole = request;
  whole.region.clear();
  whole.from = whole.to = std::nullopt;
  TRY(auto source, openPart(whole, registry, bar));
  TRY(const EventCounts all, countEvents(*source));
  if (all.events + all.flows == 0) return {};
  return Error{(all.flows ? "no flow lies" : "no event lies") + partText(request) +
                   "; those of the file lie between " + timeText(all.first) + " and " +
                   timeText(all.last),
               request.in.string()};
}

Result<Converted> convert(const Request& request, const Registry& registry) {
  std::error_code error;
  if (std::filesystem::equivalent(request.in, request.out, error))
    return Error{"input and output are the same file", request.out.string()};
  console::Progress bar("reading");
  TRY(auto counted, openPart(request, registry, bar));
  const auto chosen = formatToWrite(request.format, request.out, registry, kindOf(*counted));
  if (!chosen)
    return Error{chosen.error().what + (request.format.empty() ? " with --format" : ""),
                 chosen.error().where};
  const FileFormat* format = chosen.value();
  TRY(const EventCounts in, countEvents(*counted));
  if (in.events + in.flows == 0) TRY_DO(refuseEmptyPart(request, registry, bar));
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
  made.ofFlow = in.flows > 0;
  made.read = in.events + in.flows;
  made.written = out.events + out.flows;
  // Pictures of flow hold the mean of many: that is no loss, and their notes say it.
  if (format->id != "flow_dsec") compare(in, out, made.lost);
  for (const Note& note : made.notes)
    if (note.level != Note::Level::Info) made.lost.push_back(note.text);
  return made;
}

}  // namespace

int convertCommand(Words words) {
  Request request;
  bool json = false;
  CLI::App app("Writes events or flow in another format and counts what arrived.", "convert");
  app.add_option("IN", request.in,
                 "The file to read, or a project that is run for the events or the flow")
      ->required();
  app.add_option("OUT", request.out, "The file to write")->required();
  app.add_option("--format", request.format, "Format of OUT; else what its ending says");
  addFormatOptions(app, request.options);
  app.add_option(
      "--node", request.node,
      "Of a project: the node (a source, a filter) or view whose events or flow are written");
  app.add_option("--region", request.region, "Only events of these pixels, as 10,20,64x48")
      ->type_name("X,Y,WxH")
      ->check([](const std::string& text) {
        const auto region = regionFrom(text);
        return region ? std::string() : region.error().text();
      });
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
    console::print(console::grouped(static_cast<std::uint64_t>(made.value().read)) +
                   (made.value().ofFlow ? " flows read, " : " events read, ") +
                   console::grouped(static_cast<std::uint64_t>(made.value().written)) +
                   " written\n");
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
