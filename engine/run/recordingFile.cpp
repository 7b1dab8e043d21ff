#include "engine/run/recordingFile.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "engine/base/H5.h"
#include "engine/base/Json.h"
#include "engine/base/Time.h"
#include "engine/base/file.h"
#include "engine/run/RecordingLog.h"

namespace spk {
namespace {

constexpr std::size_t kBuffered = 1u << 16;
// What marks an HDF5 file as SONATA, at its root (its developer guide, "magic" and "version").
constexpr std::uint32_t kSonataMagic[] = {0x0A7A}, kSonataVersion[] = {0, 1};

/// What the log's header says.
struct Header {
  std::string project, version;
  std::int64_t seed = 0;
  double dt_ms = 0;
  struct Named {
    Id id;
    std::string name;
  };
  struct Trace {
    Id population;
    std::string column, unit;
    Time every = 0;
  };
  struct Events {
    std::string name;
    std::int64_t width = 0, height = 0;
  };
  std::vector<Named> populations, others;  ///< others: sources and wires with traces
  std::vector<Trace> traces;
  std::vector<Events> events;
};

const JsonNode& member(const JsonNode& node, std::string_view key) {
  static const JsonNode kNull;
  const JsonNode* found = node.find(key);
  return found ? *found : kNull;
}

Result<Header> readHeader(std::string_view text) {
  TRY(const JsonNode node, JsonNode::parse(text));
  Header header;
  header.project = member(node, "project").text();
  header.version = member(node, "version").text();
  header.seed = member(node, "seed").integer();
  header.dt_ms = member(node, "dt_ms").number();
  const auto id = [](const JsonNode& n) { return Id{static_cast<std::uint64_t>(n.integer())}; };
  for (const JsonNode& row : member(node, "populations").items())
    header.populations.push_back({id(member(row, "id")), member(row, "name").text()});
  for (const JsonNode& row : member(node, "others").items())
    header.others.push_back({id(member(row, "id")), member(row, "name").text()});
  for (const JsonNode& row : member(node, "traces").items())
    header.traces.push_back({id(member(row, "population")), member(row, "column").text(),
                             member(row, "unit").text(), member(row, "every_ns").integer()});
  for (const JsonNode& row : member(node, "events").items())
    header.events.push_back({member(row, "name").text(), member(row, "width").integer(),
                             member(row, "height").integer()});
  return header;
}

/// Spikes on their way into /spikes/POPULATION.
class SpikeWriter {
 public:
  SpikeWriter(H5& file, std::string group, Time dt)
      : file_(file), group_(std::move(group)), dt_(dt) {}

  Result<void> add(const FiredSpike& spike) {
    timestamps_.push_back(toMilliseconds(static_cast<Time>(spike.step + 1) * dt_));
    nodes_.push_back(spike.neuron);
    return timestamps_.size() < kBuffered ? Result<void>() : flush();
  }
  Result<void> flush() {
    TRY_DO(file_.append<double>(group_ + "/timestamps", timestamps_));
    TRY_DO(file_.append<std::uint64_t>(group_ + "/node_ids", nodes_));
    timestamps_.clear(), nodes_.clear();
    return {};
  }
  Result<void> finish() {
    TRY_DO(flush());
    return file_.setAttribute(group_ + "/timestamps", "units", std::string("ms"));
  }

 private:
  H5& file_;
  std::string group_;
  Time dt_;
  std::vector<double> timestamps_;
  std::vector<std::uint64_t> nodes_;
};

/// Events on their way into /events/NODE: four columns of equal length.
class EventWriter {
 public:
  EventWriter(H5& file, std::string group) : file_(file), group_(std::move(group)) {}

  Result<void> add(const Event& event) {
    packet_.add(event);
    return packet_.size() < kBuffered ? Result<void>() : flush();
  }
  Result<void> flush() {
    const H5Layout layout{{kBuffered}, 1};
    TRY_DO(file_.append<std::int64_t>(group_ + "/t", packet_.t, layout));
    TRY_DO(file_.append<std::uint16_t>(group_ + "/x", packet_.x, layout));
    TRY_DO(file_.append<std::uint16_t>(group_ + "/y", packet_.y, layout));
    TRY_DO(file_.append<std::uint8_t>(group_ + "/p", packet_.polarity, layout));
    packet_.clear();
    return {};
  }
  Result<void> finish(const Header::Events& about) {
    TRY_DO(flush());
    TRY_DO(file_.setAttribute(group_ + "/t", "units", std::string("ns")));
    TRY_DO(file_.setAttribute(group_, "width", about.width));
    return file_.setAttribute(group_, "height", about.height);
  }

 private:
  H5& file_;
  std::string group_;
  EventPacket packet_;
};

Result<void> writeEvents(H5& file, const std::filesystem::path& log, const Header& header) {
  if (header.events.empty()) return {};
  std::vector<EventWriter> writers;
  for (const Header::Events& stream : header.events)
    writers.emplace_back(file, "/events/" + stream.name);
  RecordingLog::Reader reader;
  reader.events = [&](std::uint32_t stream, std::span<const Event> events) -> Result<void> {
    if (stream >= writers.size()) return Error{"unknown stream in the recording's log", "log"};
    for (const Event& event : events) TRY_DO(writers[stream].add(event));
    return {};
  };
  TRY_DO(RecordingLog::read(log, reader));
  for (std::size_t i = 0; i < writers.size(); ++i) TRY_DO(writers[i].finish(header.events[i]));
  return {};
}

std::string nameOf(const Header& header, Id id) {
  for (const auto* list : {&header.populations, &header.others})
    if (const auto found = std::ranges::find(*list, id, &Header::Named::id); found != list->end())
      return found->name;
  return "#" + std::to_string(number(id));
}

Result<void> writeSpikes(H5& file, const std::filesystem::path& log, const Header& header) {
  const Time dt = fromMilliseconds(header.dt_ms);
  std::map<Id, SpikeWriter> writers;
  const auto writer = [&](Id id) -> SpikeWriter& {
    return writers.try_emplace(id, file, "/spikes/" + nameOf(header, id), dt).first->second;
  };
  TRY_DO(file.makeGroup("/spikes"));
  for (const auto& population : header.populations) writer(population.id);
  RecordingLog::Reader reader;
  reader.spikes = [&](std::span<const FiredSpike> spikes) -> Result<void> {
    for (const FiredSpike& spike : spikes) TRY_DO(writer(spike.population).add(spike));
    return {};
  };
  TRY_DO(RecordingLog::read(log, reader));
  for (auto& [id, made] : writers) TRY_DO(made.finish());
  return {};
}

/// How many rows a trace has, and of whom.
struct Extent {
  std::size_t rows = 0, values = 0;
  Time first = 0, last = 0;
  std::vector<std::uint64_t> nodes;
};

Result<Extent> extentOf(const std::filesystem::path& log, std::uint32_t trace) {
  Extent extent;
  RecordingLog::Reader reader;
  reader.samples = [&](std::uint32_t of, std::span<const Sample> samples) -> Result<void> {
    if (of != trace) return {};
    for (const Sample& sample : samples) {
      if (extent.rows == 0) extent.first = sample.t;
      if (extent.rows == 0 || sample.t != extent.last) ++extent.rows, extent.last = sample.t;
      if (extent.rows == 1) extent.nodes.push_back(sample.neuron);
    }
    extent.values += samples.size();
    return {};
  };
  TRY_DO(RecordingLog::read(log, reader));
  return extent;
}

/// The samples of a trace on their way into data [time × neuron], some rows at a time: a long
/// recording is larger than memory.
Result<void> copySamples(H5& file, const std::filesystem::path& log, std::uint32_t trace,
                         const std::string& data, const Extent& extent) {
  const std::size_t width = extent.nodes.size();
  const std::size_t most = std::max<std::size_t>(1, kBuffered / std::max<std::size_t>(1, width));
  std::vector<float> values;
  std::size_t row = 0;
  const auto flush = [&]() -> Result<void> {
    const std::size_t first[] = {row, 0}, count[] = {values.size() / width, width};
    TRY_DO(file.writePart<float>(data, first, count, values));
    row += count[0];
    values.clear();
    return {};
  };
  RecordingLog::Reader reader;
  reader.samples = [&](std::uint32_t of, std::span<const Sample> samples) -> Result<void> {
    if (of != trace) return {};
    for (const Sample& sample : samples) {
      values.push_back(sample.value);
      if (values.size() == most * width) TRY_DO(flush());
    }
    return {};
  };
  TRY_DO(RecordingLog::read(log, reader));
  return values.empty() ? Result<void>() : flush();
}

/// One trace as a SONATA report: data [time × neuron] and its mapping.
Result<void> writeReport(H5& file, const std::filesystem::path& log, const Header::Trace& trace,
                         std::uint32_t index, const std::string& group, Time dt) {
  TRY(const Extent extent, extentOf(log, index));
  const auto& [rows, values, first, last, nodes] = extent;
  if (values != rows * nodes.size())
    return Error{"samples of a trace are missing: " + std::to_string(values) + " instead of " +
                     std::to_string(rows) + " × " + std::to_string(nodes.size()),
                 group};
  const double every = toMilliseconds(std::max(trace.every, dt));
  const double begin = rows ? toMilliseconds(first) : 0;
  const std::vector<double> time = {begin, rows ? toMilliseconds(last) + every : 0, every};
  std::vector<std::uint64_t> pointers;
  for (std::size_t i = 0; i <= nodes.size(); ++i) pointers.push_back(i);
  const std::vector<std::uint32_t> elements(nodes.size(), 0);
  TRY_DO(file.makeDataset<float>(group + "/data", {rows, nodes.size()}));
  TRY_DO(copySamples(file, log, index, group + "/data", extent));
  TRY_DO(file.setAttribute(group + "/data", "units", trace.unit));
  TRY_DO(file.setAttribute(group + "/data", "variable_name", trace.column));
  TRY_DO(file.write(group + "/mapping/node_ids", nodes));
  TRY_DO(file.write(group + "/mapping/index_pointers", pointers));
  TRY_DO(file.write(group + "/mapping/element_ids", elements));
  TRY_DO(file.write(group + "/mapping/time", time));
  return file.setAttribute(group + "/mapping/time", "units", std::string("ms"));
}

/// The first column of a population is /report/NAME, as SONATA has it; further ones
/// /report/NAME.COLUMN.
Result<void> writeReports(H5& file, const std::filesystem::path& log, const Header& header) {
  std::map<Id, int> seen;
  for (std::size_t i = 0; i < header.traces.size(); ++i) {
    const Header::Trace& trace = header.traces[i];
    std::string group = "/report/" + nameOf(header, trace.population);
    if (seen[trace.population]++) group += "." + trace.column;
    TRY_DO(writeReport(file, log, trace, static_cast<std::uint32_t>(i), group,
                       fromMilliseconds(header.dt_ms)));
  }
  return {};
}

Result<void> writeOrigin(H5& file, const std::filesystem::path& log, const Header& header) {
  std::vector<std::string> edits;
  Time end = 0;
  RecordingLog::Reader reader;
  reader.edit = [&](Time t, std::string_view line) -> Result<void> {
    edits.push_back("{\"t_ms\":" + numberText(toMilliseconds(t)) +
                    ",\"edit\":" + std::string(line) + "}");
    return {};
  };
  reader.end = [&](Time t) -> Result<void> {
    end = t;
    return {};
  };
  TRY_DO(RecordingLog::read(log, reader));
  TRY_DO(file.writeText("/spikarium/project", header.project));
  TRY_DO(file.writeTexts("/spikarium/edits", edits));
  TRY_DO(file.setAttribute("/spikarium", "seed", header.seed));
  TRY_DO(file.setAttribute("/spikarium", "version", header.version));
  TRY_DO(file.setAttribute("/spikarium", "dt_ms", header.dt_ms));
  TRY_DO(file.setAttribute("/spikarium", "end_ms", toMilliseconds(end)));
  TRY_DO(file.setAttribute("/", "magic", kSonataMagic));
  return file.setAttribute("/", "version", kSonataVersion);
}

Result<void> writeAll(const std::filesystem::path& log, const std::filesystem::path& path) {
  Header header;
  RecordingLog::Reader reader;
  reader.header = [&](std::string_view text) -> Result<void> {
    TRY(header, readHeader(text));
    return {};
  };
  TRY_DO(RecordingLog::read(log, reader));
  TRY(H5 file, H5::create(path));
  TRY_DO(writeSpikes(file, log, header));
  TRY_DO(writeReports(file, log, header));
  TRY_DO(writeEvents(file, log, header));
  TRY_DO(writeOrigin(file, log, header));
  return file.close();
}

Result<double> numberAt(const H5& file, const std::string& attribute) {
  TRY(const Value value, file.attribute("/spikarium", attribute));
  return asNumber(value).value_or(0);
}

Result<void> summariseSpikes(const H5& file, RecordingSummary& summary) {
  TRY(const auto names, file.names("/spikes"));
  for (const std::string& name : names) {
    const std::string data = "/spikes/" + name + "/timestamps";
    TRY(const H5::Info info, file.info(data));
    const std::size_t count = info.shape.empty() ? 0 : info.shape[0];
    summary.populations.push_back({name, count});
    if (count == 0) continue;
    double ends[2] = {};
    const std::size_t one[] = {1}, begin[] = {0}, end[] = {count - 1};
    TRY_DO(file.readPart<double>(data, begin, one, {ends, 1}));
    TRY_DO(file.readPart<double>(data, end, one, {ends + 1, 1}));
    summary.first_ms = summary.spikes ? std::min(summary.first_ms, ends[0]) : ends[0];
    summary.last_ms = std::max(summary.last_ms, ends[1]);
    summary.spikes += count;
  }
  return {};
}

Result<void> summariseReports(const H5& file, RecordingSummary& summary) {
  if (!file.has("/report")) return {};
  TRY(const auto names, file.names("/report"));
  for (const std::string& name : names) {
    const std::string group = "/report/" + name;
    TRY(const H5::Info info, file.info(group + "/data"));
    TRY(const Value column, file.attribute(group + "/data", "variable_name"));
    TRY(const Value unit, file.attribute(group + "/data", "units"));
    TRY(const std::vector<double> time, file.read<double>(group + "/mapping/time"));
    if (info.shape.size() != 2 || time.size() != 3)
      return Error{"is no report of time × neuron", group};
    summary.reports.push_back(
        {name, valueText(column), valueText(unit), info.shape[0], info.shape[1], time[2]});
  }
  return {};
}

Result<void> summariseEvents(const H5& file, RecordingSummary& summary) {
  if (!file.has("/events")) return {};
  TRY(const auto names, file.names("/events"));
  for (const std::string& name : names) {
    TRY(const H5::Info info, file.info("/events/" + name + "/t"));
    summary.streams.push_back({name, info.shape.empty() ? 0 : info.shape[0]});
  }
  return {};
}

}  // namespace

bool isRecordingFile(const std::filesystem::path& path) {
  const auto file = H5::open(path);
  return file && file.value().isGroup("/spikarium") && file.value().isGroup("/spikes");
}

Result<RecordingSummary> summariseRecording(const std::filesystem::path& path) {
  TRY(const H5 file, H5::open(path));
  RecordingSummary summary;
  TRY(summary.project, file.readText("/spikarium/project"));
  TRY(const Value version, file.attribute("/spikarium", "version"));
  summary.version = valueText(version);
  TRY(const Value seed, file.attribute("/spikarium", "seed"));
  summary.seed = asInteger(seed).value_or(0);
  TRY(summary.dt_ms, numberAt(file, "dt_ms"));
  TRY(summary.end_ms, numberAt(file, "end_ms"));
  TRY(const H5::Info edits, file.info("/spikarium/edits"));
  summary.edits = edits.shape.empty() ? 0 : edits.shape[0];
  TRY_DO(summariseSpikes(file, summary));
  TRY_DO(summariseReports(file, summary));
  TRY_DO(summariseEvents(file, summary));
  return summary;
}

Result<void> writeRecording(const std::filesystem::path& log, const std::filesystem::path& path) {
  const std::filesystem::path temp = tempBeside(path);
  Result<void> done = writeAll(log, temp);
  if (done) done = moveIntoPlace(temp, path);
  if (done) return done;
  std::error_code ignored;
  std::filesystem::remove(temp, ignored);
  // The words name the file that was asked for, not the one on the way.
  return Error{done.error().what, path.string()};
}

}  // namespace spk
