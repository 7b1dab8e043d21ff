#include "engine/run/Recorder.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "engine/base/Json.h"
#include "engine/graph/ProjectFile.h"
#include "engine/graph/population.h"
#include "engine/graph/sensorShape.h"
#include "engine/run/projectSettings.h"
#include "engine/run/recordingFile.h"
#include "engine/run/version.h"
#include "engine/sim/Heard.h"

namespace spk {
namespace {

/// The longest batch; a ring that holds two of them loses nothing.
constexpr Time kLongestBatch = 10 * kMillisecond;

/// One column of one population is written once, however many views show it: all neurons that any
/// of them shows, as often as the most curious one asks.
void join(std::vector<Watch>& traces, Watch more) {
  const auto same = std::ranges::find_if(
      traces, [&](const Watch& watch) { return watch.probe.what == more.probe.what; });
  if (same == traces.end()) {
    traces.push_back(std::move(more));
    return;
  }
  std::vector<std::uint32_t>& neurons = same->probe.neurons;
  std::vector<std::uint32_t> both;  // none: all
  if (!neurons.empty() && !more.probe.neurons.empty())
    std::ranges::set_union(neurons, more.probe.neurons, std::back_inserter(both));
  neurons = std::move(both);
  same->probe.every = std::min(same->probe.every, more.probe.every);
}

constexpr std::uint64_t kEventProbes = kFileProbes >> 1;  // no trace's
/// More than any camera gives in a batch; what does not fit is an error.
constexpr std::size_t kMostEvents = std::size_t{1} << 20;

/// Sources and wires whose traces are kept, by name.
JsonNode othersOf(const Project& project, std::span<const NamedPopulation> populations,
                  std::span<const Watch> traces) {
  JsonNode list = JsonNode::list();
  std::map<Id, std::string> names;
  for (const Watch& watch : traces) {
    const Id id = watch.probe.what.item;
    if (names.contains(id) ||
        std::ranges::find(populations, id, &NamedPopulation::id) != populations.end())
      continue;
    std::string name = itemPath(project, id);
    std::ranges::replace(name, '/', '.');
    const bool taken =
        std::ranges::find(populations, name, &NamedPopulation::name) != populations.end() ||
        std::ranges::any_of(names, [&](const auto& other) { return other.second == name; });
    if (taken) name += "#" + std::to_string(number(id));
    JsonNode row = JsonNode::object();
    row.set("id", number(id));
    row.set("name", name);
    list.add(std::move(row));
    names.emplace(id, std::move(name));
  }
  return list;
}

JsonNode headerOf(const Project& project, std::span<const NamedPopulation> populations,
                  std::span<const Watch> traces, std::span<const NamedEvents> streams,
                  const Registry& registry) {
  JsonNode header = JsonNode::object();
  header.set("project", projectText(project));
  header.set("seed", seedOf(project));
  header.set("version", versionText());
  header.set("dt_ms", numberOr(project.settings().values, "dt", 0.1));
  JsonNode list = JsonNode::list();
  for (const NamedPopulation& p : populations) {
    JsonNode row = JsonNode::object();
    row.set("id", number(p.id));
    row.set("name", p.name);
    row.set("n", p.n);
    list.add(std::move(row));
  }
  header.set("populations", std::move(list));
  header.set("others", othersOf(project, populations, traces));
  list = JsonNode::list();
  for (const Watch& watch : traces) {
    const Ref& what = watch.probe.what;
    const Port* port = nullptr;
    const Item* item = project.find(what.item);
    const Shape shape = item ? registry.describe(*item) : Shape{};
    port = shape.port(what.port);
    JsonNode row = JsonNode::object();
    row.set("population", number(what.item));
    row.set("column", what.port);
    row.set("unit", port ? port->unit : std::string());
    row.set("every_ns", watch.probe.every);
    list.add(std::move(row));
  }
  header.set("traces", std::move(list));
  list = JsonNode::list();
  for (const NamedEvents& stream : streams)
    list.add(JsonNode::object(
        {{"name", stream.name}, {"width", stream.width}, {"height", stream.height}}));
  header.set("events", std::move(list));
  return header;
}

}  // namespace

std::vector<NamedEvents> namedEvents(const Project& project, const Registry& registry) {
  std::vector<NamedEvents> found;
  for (const auto& [id, wire] : project.items) {
    const Item* from = wire.isWire() ? project.find(wire.from.item) : nullptr;
    const Item* to = from ? project.find(wire.to.item) : nullptr;
    const NodeType* type = to ? registry.nodeType(to->type) : nullptr;
    if (!type || (type->role != Role::View && type->role != Role::Population)) continue;
    const Shape shape = describeWired(project, registry, *from);
    const Port* port = shape.port(wire.from.port);
    if (!port || port->input || port->signal != Signal::Events) continue;
    if (std::ranges::find(found, wire.from, &NamedEvents::output) != found.end()) continue;
    std::string name = itemPath(project, wire.from.item);
    std::ranges::replace(name, '/', '.');
    if (wire.from.port != "out") name += "." + wire.from.port;
    const bool sized = port->shape.size() == 2;
    found.push_back(
        {wire.from, std::move(name), sized ? port->shape[1] : 0, sized ? port->shape[0] : 0});
  }
  std::ranges::sort(found, {}, [](const NamedEvents& events) { return events.output.item; });
  return found;
}

std::vector<NamedPopulation> namedPopulations(const Project& project, const Registry& registry) {
  std::vector<NamedPopulation> found;
  for (const auto& [id, item] : project.items) {
    const NodeType* type = registry.nodeType(item.type);
    if (!type || type->role != Role::Population) continue;
    std::string name = itemPath(project, id);
    std::ranges::replace(name, '/', '.');
    const bool taken = std::ranges::find(found, name, &NamedPopulation::name) != found.end();
    if (taken) name += "#" + std::to_string(number(id));
    found.push_back({id, std::move(name),
                     static_cast<std::uint64_t>(populationSize(item, registry.describe(item)))});
  }
  return found;
}

Result<std::unique_ptr<Recorder>> Recorder::open(const std::filesystem::path& path,
                                                 const Project& project, const Registry& registry) {
  std::unique_ptr<Recorder> recorder(new Recorder);
  recorder->path_ = path;
  const auto populations = namedPopulations(project, registry);
  std::vector<Watch> traces;
  for (Watch& watch : watches(project, registry))
    if (watch.signal == Signal::Trace) join(traces, std::move(watch));
  const double dt_ms = numberOr(project.settings().values, "dt", 0.1);
  for (Watch& watch : traces) {
    const auto of = std::ranges::find(populations, watch.probe.what.item, &NamedPopulation::id);
    const std::uint64_t all = of == populations.end() ? 1 : of->n;
    const std::uint64_t neurons = watch.probe.neurons.empty() ? all : watch.probe.neurons.size();
    const double steps = std::ceil(toMilliseconds(kLongestBatch) / dt_ms) + 1;
    watch.probe.id = Id{kFileProbes | number(watch.probe.id)};
    recorder->traced_.push_back(
        {watch, std::make_shared<Channel>(std::in_place_type<Ring<Sample>>,
                                          2 * neurons * static_cast<std::size_t>(steps))});
  }
  const auto streams = namedEvents(project, registry);
  for (std::size_t i = 0; i < streams.size(); ++i)
    recorder->streams_.push_back(
        {{Id{kFileProbes | kEventProbes | i}, streams[i].output},
         streams[i].name,
         std::make_shared<Channel>(std::in_place_type<Ring<Event>>, kMostEvents)});
  const std::filesystem::path log = path.string() + ".log";
  const auto header = headerOf(project, populations, traces, streams, registry).write();
  // The words name the file that was asked for.
  if (auto opened = recorder->log_.open(log, header); !opened)
    return Error{opened.error().what, path.string()};
  return recorder;
}

Recorder::~Recorder() {
  std::error_code ignored;
  std::filesystem::remove(log_.path(), ignored);
}

Result<void> Recorder::attach(Simulation& simulation) {
  for (const Traced& traced : traced_)
    TRY_DO(simulation.attach(traced.watch.probe, *traced.channel));
  for (const Streamed& stream : streams_) TRY_DO(simulation.attach(stream.probe, *stream.channel));
  return {};
}

void Recorder::keep(Result<void> result) {
  if (!result && !error_) error_ = Error{result.error().what, path_.string()};
}

void Recorder::take(std::span<const FiredSpike> spikes) {
  if (error_) return;
  keep(log_.spikes(spikes));
  drain();
}

void Recorder::drain() {
  samples_.resize(4096);
  for (std::size_t i = 0; i < traced_.size() && !error_; ++i) {
    auto& ring = std::get<Ring<Sample>>(*traced_[i].channel);
    while (const std::size_t n = ring.pop(samples_))
      keep(log_.samples(static_cast<std::uint32_t>(i), std::span(samples_).first(n)));
    if (ring.dropped())
      keep(Error{std::to_string(ring.dropped()) + " samples of a trace did not fit in its ring",
                 traced_[i].watch.probe.what.port});
  }
  drainEvents();
}

void Recorder::drainEvents() {
  events_.resize(4096);
  for (std::size_t i = 0; i < streams_.size() && !error_; ++i) {
    auto& ring = std::get<Ring<Event>>(*streams_[i].channel);
    while (const std::size_t n = ring.pop(events_))
      keep(log_.events(static_cast<std::uint32_t>(i), std::span(events_).first(n)));
    if (ring.dropped())
      keep(Error{std::to_string(ring.dropped()) + " events of one batch did not fit in their ring",
                 streams_[i].name});
  }
}

void Recorder::edited(Time t, const Edit& edit) {
  if (!error_) keep(log_.edit(t, editText(edit)));
}

Result<void> Recorder::finish(Simulation& simulation, Time end) {
  drain();
  for (const Traced& traced : traced_) simulation.detach(traced.watch.probe.id);
  for (const Streamed& stream : streams_) simulation.detach(stream.probe.id);
  if (error_) return *error_;
  if (auto closed = log_.close(end); !closed) return Error{closed.error().what, path_.string()};
  return writeRecording(log_.path(), path_);
}

}  // namespace spk
