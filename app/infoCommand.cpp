#include <algorithm>

#include "app/commandLine.h"
#include "app/eventFiles.h"
#include "app/registry.h"
#include "engine/base/checksum.h"
#include "engine/graph/ProjectFile.h"
#include "engine/graph/check.h"
#include "engine/run/Recorder.h"
#include "engine/run/StateFile.h"
#include "engine/run/exportEvents.h"
#include "engine/run/openFile.h"
#include "engine/run/projectSettings.h"
#include "engine/run/recordingFile.h"

namespace spk {
namespace {

Result<JsonNode> describe(EventSource& source) {
  TRY(const EventCounts counts, [&] {
    console::Progress bar("reading");
    return countEvents(source,
                       [&](std::int64_t n) { bar.show(static_cast<double>(n), 0, "events"); });
  }());
  JsonNode value = describeEvents(source, counts);
  value.set("notes", console::textsOf(source.notes(), emptyProject()));
  return value;
}

Result<JsonNode> describe(const Recording& recording) {
  JsonNode value = JsonNode::object();
  value.set("kind", "recording");
  value.set("units", recording.units().size());
  std::uint64_t spikes = 0;
  Time first = 0, last = 0;
  for (std::size_t unit = 0; unit < recording.units().size(); ++unit) {
    TRY(const SpikeTrain train, recording.train(unit));
    if (train.empty()) continue;
    first = spikes ? std::min(first, train.front()) : train.front();
    last = spikes ? std::max(last, train.back()) : train.back();
    spikes += train.size();
  }
  value.set("spikes", spikes);
  value.set("t_first_s", toSeconds(first));
  value.set("t_last_s", toSeconds(last));
  value.set("channels", recording.traces().size());
  value.set("samples", recording.traces().empty() ? 0 : recording.traces().front().samples);
  value.set("rate_hz", recording.traces().empty() ? 0.0 : recording.traces().front().rateHz);
  value.set("trials", recording.trials().size());
  value.set("notes", console::textsOf(recording.notes(), emptyProject()));
  return value;
}

/// The network is built for its synapses: random rules know their number only then.
std::optional<Totals> builtTotals(const Project& placed, const Registry& registry, Notes& notes) {
  console::Progress bar("building the network");
  const Targets targets = wholeTargets();
  Target* cpu = targets.target("cpu");
  Item options;
  options.type = "target.cpu";
  auto simulation = cpu->start(placed, registry, options);
  if (simulation) return simulation.value()->totals();
  notes.push_back({Note::Level::Error, simulation.error().text()});
  return std::nullopt;
}

Result<JsonNode> describeProject(const std::filesystem::path& path, const Registry& registry) {
  TRY(Loaded loaded, load(path, registry));
  const Project& project = loaded.project;
  const auto folder = std::filesystem::absolute(path).parent_path();
  Notes notes = loaded.notes;
  console::addNotes(notes, check(project, registry, folder));
  const bool sound = std::ranges::none_of(
      notes, [](const Note& note) { return note.level == Note::Level::Error; });
  std::optional<Totals> totals;
  if (sound) totals = builtTotals(withAbsolutePaths(project, registry, folder), registry, notes);

  JsonNode value = JsonNode::object(), populations = JsonNode::object();
  JsonNode views = JsonNode::list();
  std::uint64_t neurons = 0, wires = 0;
  for (const NamedPopulation& p : namedPopulations(project, registry)) {
    populations.set(p.name, p.n);
    neurons += p.n;
  }
  for (const auto& [id, item] : project.items) {
    wires += item.isWire();
    const NodeType* type = registry.nodeType(item.type);
    if (!type || type->role != Role::View) continue;
    JsonNode row = JsonNode::object();
    row.set("view", itemPath(project, id));
    row.set("type", item.type);
    views.add(std::move(row));
  }
  value.set("kind", "project");
  value.set("neurons", neurons);
  value.set("synapses", totals ? JsonNode(totals->synapses) : JsonNode());
  value.set("items", project.items.size());
  value.set("wires", wires);
  value.set("duration_s", toSeconds(durationOf(project)));
  value.set("populations", std::move(populations));
  value.set("views", std::move(views));
  value.set("notes", console::textsOf(notes, project));
  return value;
}

/// What `run -o` or the window's recording wrote.
Result<JsonNode> describeRun(const std::filesystem::path& path, const Registry& registry) {
  TRY(const RecordingSummary summary, summariseRecording(path));
  TRY(const Loaded loaded, readProject(summary.project, registry));
  std::uint64_t neurons = 0, channels = 0;
  for (const NamedPopulation& p : namedPopulations(loaded.project, registry)) neurons += p.n;
  JsonNode populations = JsonNode::object(), series = JsonNode::list();
  for (const auto& population : summary.populations)
    populations.set(population.name, population.spikes);
  for (const auto& report : summary.reports) {
    JsonNode row = JsonNode::object();
    row.set("name", report.name);
    row.set("column", report.column);
    row.set("unit", report.unit);
    row.set("neurons", report.neurons);
    row.set("samples", report.samples);
    row.set("every_ms", report.every_ms);
    series.add(std::move(row));
    channels += report.neurons;
  }
  const bool traced = !summary.reports.empty();
  JsonNode value = JsonNode::object();
  value.set("kind", "recording");
  value.set("units", neurons);
  value.set("spikes", summary.spikes);
  value.set("t_first_s", summary.first_ms / 1000);
  value.set("t_last_s", summary.last_ms / 1000);
  value.set("channels", channels);
  value.set("samples", traced ? summary.reports.front().samples : 0);
  value.set("rate_hz", traced ? 1000 / summary.reports.front().every_ms : 0.0);
  value.set("trials", 0);
  value.set("rois", 0);
  value.set("series", std::move(series));
  value.set("populations", std::move(populations));
  JsonNode streams = JsonNode::object();
  for (const auto& stream : summary.streams) streams.set(stream.name, stream.events);
  value.set("streams", std::move(streams));
  value.set("duration_s", summary.end_ms / 1000);
  value.set("dt_ms", summary.dt_ms);
  value.set("seed", summary.seed);
  value.set("edits", summary.edits);
  value.set("version", summary.version);
  value.set("notes", console::textsOf(loaded.notes, loaded.project));
  return value;
}

Result<JsonNode> describeState(const std::filesystem::path& path) {
  TRY(const StateFile state, loadState(path));
  std::uint64_t bytes = 0;
  for (const auto& [id, pages] : state.checkpoint.state)
    for (const auto& page : pages) bytes += page->size();
  JsonNode value = JsonNode::object();
  value.set("kind", "checkpoint");
  value.set("t_s", toSeconds(state.checkpoint.t));
  value.set("network", hexText(state.network));
  value.set("items", state.checkpoint.state.size());
  value.set("bytes", bytes);
  value.set("notes", JsonNode::list());
  return value;
}

struct Described {
  std::string format;
  JsonNode value;
};

Result<Described> describeFile(const std::filesystem::path& path, const Values& options,
                               const Registry& registry) {
  if (path.extension() == ".spk") {
    TRY(auto value, describeProject(path, registry));
    return Described{"spk", std::move(value)};
  }
  if (isStateFile(path)) {
    TRY(auto value, describeState(path));
    return Described{"spikarium.state", std::move(value)};
  }
  if (isRecordingFile(path)) {
    TRY(auto value, describeRun(path, registry));
    return Described{"spikarium.run", std::move(value)};
  }
  TRY(OpenedFile opened, openFile(path, options, registry));
  const std::string format = opened.format->id;
  if (auto* source = std::get_if<std::unique_ptr<EventSource>>(&opened.content)) {
    TRY(auto value, describe(**source));
    return Described{format, std::move(value)};
  }
  if (auto* recording = std::get_if<std::shared_ptr<const Recording>>(&opened.content)) {
    TRY(auto value, describe(**recording));
    return Described{format, std::move(value)};
  }
  const Edit& edit = std::get<Edit>(opened.content);
  JsonNode value = JsonNode::object();
  value.set("kind", format);
  std::uint64_t nodes = 0, edges = 0;
  JsonNode types = JsonNode::object();
  for (const Operation& op : edit.ops) {
    const auto* insert = std::get_if<Insert>(&op);
    if (!insert) continue;
    ++(insert->item.isWire() ? edges : nodes);
    const JsonNode* old = types.find(insert->item.type);
    types.set(insert->item.type, (old ? old->integer() : 0) + 1);
  }
  value.set("nodes", nodes);
  value.set("edges", edges);
  value.set("types", std::move(types));
  value.set("notes", JsonNode::list());
  return Described{format, std::move(value)};
}

/// "width: 640", nested ones indented; empty lists are left out.
std::string lines(const JsonNode& value, std::size_t indent) {
  std::string text;
  for (const auto& [key, member] : value.members()) {
    const std::string start = std::string(indent, ' ') + key + ": ";
    if (member.form() == JsonNode::Form::Object) {
      if (!member.members().empty()) text += start + "\n" + lines(member, indent + 2);
    } else if (member.form() == JsonNode::Form::List) {
      for (const JsonNode& item : member.items()) {
        std::string row = item.form() == JsonNode::Form::Text ? item.text() : "";
        for (const auto& [name, inner] : item.members())
          row += (row.empty() ? "" : ", ") +
                 (inner.form() == JsonNode::Form::Text ? inner.text() : inner.write());
        text += start + row + "\n";
      }
    } else if (member.form() == JsonNode::Form::Integer) {
      text += start + (member.integer() < 0 ? "-" : "") +
              console::grouped(static_cast<std::uint64_t>(std::abs(member.integer()))) + "\n";
    } else if (member.form() == JsonNode::Form::Text) {
      text += start + member.text() + "\n";
    } else {
      text += start + (member.form() == JsonNode::Form::Null ? "unknown" : member.write()) + "\n";
    }
  }
  return text;
}

}  // namespace

int infoCommand(Words words) {
  std::string file;
  Values options;
  bool json = false;
  CLI::App app("Says what a file is and what it holds: events, recordings, projects, states.",
               "info");
  app.add_option("FILE", file, "The file")->required();
  addFormatOptions(app, options);
  app.add_flag("--json", json, "One JSON value on standard output");
  if (const auto code = parse(app, std::move(words))) return *code;

  auto described = describeFile(file, options, wholeRegistry());
  if (!described) return console::fail(described.error());
  JsonNode value = JsonNode::object();
  value.set("format", described.value().format);
  for (const auto& [key, member] : described.value().value.members()) value.set(key, member);
  if (!json) {
    console::print(lines(value, 0));
    return console::kDone;
  }
  return console::answer(value);
}

}  // namespace spk
