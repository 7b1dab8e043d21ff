// Prophesee's HDF5 files: events in chunks of their own compression, triggers plain, an index of
// rows by time. Layout: Prophesee's format description and openeb's hdf5_event_file_writer.cpp.
#include <algorithm>
#include <cstring>

#include "engine/base/H5.h"
#include "engine/graph/Registry.h"
#include "plugins/events/EcfCodec.h"
#include "plugins/events/RawHeader.h"
#include "plugins/events/RawWriter.h"
#include "plugins/events/TableSource.h"
#include "plugins/events/writing.h"

namespace spk::events::hdf5_ecf {
namespace {

constexpr int kFilter = 0x8ECF;  ///< as registered with the HDF Group
constexpr const char* kEvents = "/CD/events";
constexpr const char* kTriggers = "/EXT_TRIGGER/events";
constexpr std::size_t kChunk = 16384;
constexpr std::size_t kRowBytes = 16;
constexpr std::int64_t kIndexStep = 2000;  ///< [µs]

/// Events as the file has them, of one chunk; times in µs.
class Blocks final : public EventBlocks {
 public:
  static Result<std::unique_ptr<EventBlocks>> open(const std::filesystem::path& path,
                                                   const Sensor& sensor) {
    TRY(H5 file, H5::open(path));
    TRY(const H5::Info info, file.info(kEvents));
    auto made = std::unique_ptr<Blocks>(new Blocks(std::move(file), info, sensor));
    return Result<std::unique_ptr<EventBlocks>>(std::move(made));
  }

  std::size_t blocks() const override { return (rows_ + rowsPerBlock_ - 1) / rowsPerBlock_; }
  std::size_t rows() const { return rows_; }

  Result<Loaded> load(std::size_t block, EventPacket& out, TableTally& tally) override {
    out.clear();
    const std::size_t first = block * rowsPerBlock_;
    const std::size_t rows = std::min(rowsPerBlock_, rows_ - first);
    const auto loaded = encoded_ ? loadChunk(first) : loadRows(first, rows);
    if (!loaded) {
      tally.damaged(static_cast<std::int64_t>(rows),
                    "rows from " + std::to_string(first) + " on: " + loaded.error().what);
      return Loaded::Yes;
    }
    const std::size_t n = std::min(rows, events_.t.size());
    if (n < rows)
      tally.damaged(static_cast<std::int64_t>(rows - n),
                    "rows from " + std::to_string(first) + " on: the chunk holds " +
                        std::to_string(n) + " of " + std::to_string(rows) + " events");
    fillBlock({std::span(events_.t).first(n), std::span(events_.x).first(n),
               std::span(events_.y).first(n), std::span(events_.polarity).first(n)},
              0, sensor_, first, out, tally);
    return Loaded::Yes;
  }

 private:
  Blocks(H5 file, const H5::Info& info, const Sensor& sensor)
      : file_(std::move(file)), sensor_(sensor) {
    encoded_ = std::ranges::count(info.filters, kFilter) > 0;
    rowsPerBlock_ =
        encoded_ && !info.chunk.empty() ? std::max<std::size_t>(info.chunk[0], 1) : kChunk;
    rows_ = info.shape.empty() ? 0 : info.shape[0];
    // A file cannot hold more than this, whatever it says: a chunk has a header of 12 bytes.
    if (encoded_) rows_ = std::min(rows_, info.stored / 12 * std::min(rowsPerBlock_, kEcfMost));
    if (!encoded_ && info.filters.empty()) rows_ = std::min(rows_, info.stored / kRowBytes);
  }

  Result<void> loadChunk(std::size_t first) {
    TRY(const H5::RawChunk chunk, file_.rawChunk(kEvents, std::array{first}));
    if (chunk.bytes.empty()) return Error{"the chunk is not in the file", kEvents};
    if (chunk.skipped == 0) return decodeEcf(chunk.bytes, events_);
    // Stored as it is in memory, because the filter was not there when it was written.
    const std::size_t n = chunk.bytes.size() / kRowBytes;
    events_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      const std::byte* row = chunk.bytes.data() + i * kRowBytes;
      std::int16_t p = 0;
      std::memcpy(&events_.x[i], row, 2);
      std::memcpy(&events_.y[i], row + 2, 2);
      std::memcpy(&p, row + 4, 2);
      std::memcpy(&events_.t[i], row + 8, 8);
      events_.polarity[i] = p > 0;
    }
    return {};
  }

  Result<void> loadRows(std::size_t first, std::size_t rows) {
    events_.resize(rows);
    polarity_.resize(rows);
    TRY_DO(file_.readMemberPart(kEvents, "x", first, std::span(events_.x)));
    TRY_DO(file_.readMemberPart(kEvents, "y", first, std::span(events_.y)));
    TRY_DO(file_.readMemberPart(kEvents, "p", first, std::span(polarity_)));
    TRY_DO(file_.readMemberPart(kEvents, "t", first, std::span(events_.t)));
    for (std::size_t i = 0; i < rows; ++i) events_.polarity[i] = polarity_[i] > 0;
    return {};
  }

  H5 file_;
  Sensor sensor_;
  bool encoded_ = false;
  std::size_t rowsPerBlock_ = kChunk, rows_ = 0;
  EcfEvents events_;
  std::vector<std::int16_t> polarity_;
};

/// The header of the RAW file that it was made from, which is kept in attributes.
RawHeader headerOf(const H5& file) {
  RawHeader header;
  const auto names = file.attributes("/");
  if (!names) return header;
  for (const std::string& name : names.value()) {
    const auto value = file.attribute("/", name);
    if (!value) continue;
    if (const auto* text = std::get_if<std::string>(&value.value())) header.keys[name] = *text;
    if (const auto* number = std::get_if<std::int64_t>(&value.value()))
      header.keys[name] = std::to_string(*number);
  }
  return header;
}

Result<TriggerPacket> triggersOf(const H5& file, TableSource& source) {
  constexpr std::size_t kMost = 10'000'000;
  TriggerPacket all;
  if (!file.has(kTriggers)) return all;
  TRY(const H5::Info info, file.info(kTriggers));
  std::size_t rows = info.shape.size() == 1 ? info.shape[0] : 0;
  if (info.filters.empty())
    rows = std::min(rows, info.stored / std::max<std::size_t>(info.bytes, 1));
  if (rows > kMost) {
    source.say(Note::Level::Warning, "only the first " + std::to_string(kMost) + " of " +
                                         std::to_string(rows) + " triggers are read");
    rows = kMost;
  }
  std::vector<std::int16_t> p(rows), id(rows);
  std::vector<std::int64_t> t(rows);
  TRY_DO(file.readMemberPart(kTriggers, "p", 0, std::span(p)));
  TRY_DO(file.readMemberPart(kTriggers, "id", 0, std::span(id)));
  TRY_DO(file.readMemberPart(kTriggers, "t", 0, std::span(t)));
  for (std::size_t i = 0; i < rows; ++i)
    if (t[i] >= -kMostRaw && t[i] <= kMostRaw)
      all.push_back({t[i] * kMicrosecond, static_cast<std::uint8_t>(id[i]),
                     static_cast<std::uint8_t>(p[i] > 0)});
  return all;
}

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(H5 file, H5::open(path));
  TRY(const H5::Info info, file.info(kEvents));
  const std::string where = path.string() + ":" + kEvents;
  if (info.shape.size() != 1 || info.form != H5::Form::Compound)
    return Error{"is no list of events", where};
  for (const char* name : {"x", "y", "p", "t"})
    if (std::ranges::count(info.members, name) == 0)
      return Error{std::string("events have no ") + name, where};
  constexpr std::size_t kChunkMost = std::size_t{1} << 28;
  if (!info.chunk.empty() && info.chunk[0] > kChunkMost / std::max<std::size_t>(info.bytes, 1))
    return Error{"has chunks of " + std::to_string(info.chunk[0]) +
                     " rows; at most 256 MiB are decoded at once",
                 where};
  if (std::ranges::count(info.filters, kFilter) > 0 && info.filters.size() > 1)
    return Error{"Prophesee's compression lies under another filter; that is not read", where};
  auto source = std::make_unique<TableSource>(path.string());
  const RawHeader header = headerOf(file);
  const std::string encoding = rawEncoding(header);
  Notes notes;
  TRY(const Sensor sensor, rawSensor(header, options, encoding.empty() ? "EVT3" : encoding, notes));
  source->add(std::move(notes));
  TRY_DO(
      source->addEvents("events", sensor, [path, sensor] { return Blocks::open(path, sensor); }));
  auto triggers = triggersOf(file, *source);
  if (!triggers)
    source->say(Note::Level::Warning, "triggers cannot be read: " + triggers.error().text());
  source->addTriggers("triggers", triggers ? std::move(triggers).value() : TriggerPacket());
  if (const auto shift = header.key("time_shift"); !shift.empty() && shift != "0")
    source->say(Note::Level::Info, "whoever wrote the file took " + std::string(shift) +
                                       " µs from the camera's times");
  TRY_DO(source->begin());
  return Result<Opened>(std::unique_ptr<EventSource>(std::move(source)));
}

/// A table of the first row at or after each 2 ms since the first record.
class IndexRows {
 public:
  void add(std::int64_t t, std::uint64_t row) {
    if (rows_.empty()) {
      start_ = t;
      rows_.push_back({0, -1});
    }
    // The clock of the index: 2 ms a row; a pause of days ends it.
    constexpr std::size_t kMost = 50'000'000;
    for (; next_ <= t - start_ && rows_.size() < kMost; next_ += kIndexStep)
      rows_.push_back({row, next_});
  }
  Result<void> write(H5& file, const std::string& path) const {
    const H5::Table table{{{"id", H5::Number::U64, 0}, {"ts", H5::Number::I64, 8}}, sizeof(Row)};
    TRY_DO(file.makeTable(path, table));
    TRY_DO(file.appendRows(path, table, std::as_bytes(std::span(rows_))));
    return file.setAttribute(path, "offset", std::to_string(-start_));
  }

 private:
  struct Row {
    std::uint64_t id;
    std::int64_t ts;
  };
  std::vector<Row> rows_;
  std::int64_t start_ = 0, next_ = 0;
};

/// Gathers events and triggers and writes them chunk by chunk.
class Writer {
 public:
  explicit Writer(H5& file) : file_(file) {}
  std::int64_t floored = 0;

  Result<void> begin(const Sensor& sensor) {
    const auto w = std::to_string(sensor.width), h = std::to_string(sensor.height);
    TRY_DO(file_.setAttribute("/", "version", std::string("1.0")));
    TRY_DO(file_.setAttribute("/", "format", "EVT3;height=" + h + ";width=" + w));
    TRY_DO(file_.setAttribute("/", "geometry", w + "x" + h));
    TRY_DO(file_.makeTable(kEvents, {{{"x", H5::Number::U16, 0},
                                      {"y", H5::Number::U16, 2},
                                      {"p", H5::Number::I16, 4},
                                      {"t", H5::Number::I64, 8}},
                                     kRowBytes,
                                     kChunk,
                                     kFilter}));
    return file_.makeTable(kTriggers, kTriggerTable);
  }

  Result<void> events(const RawRun& run) {
    for (std::size_t i = 0; i < run.t.size(); ++i) {
      const std::int64_t t = micro(run.t[i]);
      index_.add(t, rows_++);
      pending_.t.push_back(t);
      pending_.x.push_back(run.x[i]);
      pending_.y.push_back(run.y[i]);
      pending_.polarity.push_back(run.polarity[i]);
      if (pending_.t.size() == kChunk) TRY_DO(flush());
    }
    return {};
  }

  Result<void> trigger(const Trigger& trigger) {
    const TriggerRow row{trigger.value, {}, micro(trigger.t), trigger.id, {}};
    triggerIndex_.add(row.t, triggerRows_++);
    return file_.appendRows(kTriggers, kTriggerTable, std::as_bytes(std::span(&row, 1)));
  }

  Result<void> end() {
    if (!pending_.t.empty()) TRY_DO(flush());
    TRY_DO(index_.write(file_, "/CD/indexes"));
    return triggerIndex_.write(file_, "/EXT_TRIGGER/indexes");
  }

 private:
  struct TriggerRow {
    std::int16_t p;
    std::int16_t unused[3];
    std::int64_t t;
    std::int16_t id;
    std::int16_t unusedToo[3];
  };
  static inline const H5::Table kTriggerTable = {
      {{"p", H5::Number::I16, 0}, {"t", H5::Number::I64, 8}, {"id", H5::Number::I16, 16}},
      sizeof(TriggerRow)};

  std::int64_t micro(Time raw) {
    const Time whole = wholeBelow(raw, kMicrosecond);
    floored += whole != raw;
    return whole / kMicrosecond;
  }

  /// HDF5 has whole chunks only: the last one is filled up with its last event.
  Result<void> flush() {
    const std::size_t rows = pending_.t.size();
    const auto fill = [](auto& column) { column.resize(kChunk, column.back()); };
    fill(pending_.t), fill(pending_.x), fill(pending_.y), fill(pending_.polarity);
    encodeEcf(pending_.t, pending_.x, pending_.y, pending_.polarity, encoded_);
    pending_.resize(0);
    return file_.appendChunk(kEvents, encoded_, rows);
  }

  H5& file_;
  EcfEvents pending_;
  std::vector<std::byte> encoded_;
  std::uint64_t rows_ = 0, triggerRows_ = 0;
  IndexRows index_, triggerIndex_;
};

Result<Notes> write(const std::filesystem::path& path, Opened& from, const Values&) {
  TRY(EventSource * source, eventSource(from));
  const Sensor sensor = source->streams()[0].sensor;
  if (sensor.width < 1 || sensor.height < 1 || sensor.width > kEcfLargest ||
      sensor.height > kEcfLargest)
    return Error{"the sensor is " + std::to_string(sensor.width) + "×" +
                     std::to_string(sensor.height) + " px; the compression holds 1×1 to 2048×2048",
                 path.string()};
  std::int64_t floored = 0;
  const auto fill = [&](H5& file) -> Result<void> {
    Writer writer(file);
    TRY_DO(writer.begin(sensor));
    TRY_DO(readAll(*source, {[&](const RawRun& run) { return writer.events(run); },
                             [&](const Trigger& trigger) { return writer.trigger(trigger); }}));
    floored = writer.floored;
    return writer.end();
  };
  TRY_DO(writeH5(path, fill));
  return flooredNotes(floored);
}

int sniff(const FileProbe& probe) { return isH5(probe) && hasH5(probe, {kEvents}) ? 95 : 0; }

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(FileFormat{.id = "hdf5_ecf",
                          .title = "Prophesee HDF5",
                          .endings = ".hdf5",
                          .options = sensorOptions(),
                          .sniff = sniff,
                          .open = open,
                          .write = write});
}

}  // namespace spk::events::hdf5_ecf
