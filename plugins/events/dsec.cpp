// Event files of the DSEC data set: columns x, y, p and t in HDF5 under Blosc, an index by
// milliseconds. Layout: uzh-rpg/DSEC, eventslicer.py and eventreader.py.
#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "engine/base/H5.h"
#include "engine/graph/Registry.h"
#include "plugins/events/H5Column.h"
#include "plugins/events/RawHeader.h"
#include "plugins/events/RawWriter.h"
#include "plugins/events/TableSource.h"
#include "plugins/events/writing.h"

namespace spk::events::dsec {
namespace {

constexpr std::size_t kRows = 65536;  ///< of a block
constexpr const char* kX = "/events/x";
constexpr const char* kY = "/events/y";
constexpr const char* kP = "/events/p";
constexpr const char* kT = "/events/t";
constexpr const char* kMap = "/rectify_map";

/// Where each pixel of the sensor lies without the lens's distortion: x, y of row 0, and so on.
using RectifyMap = std::shared_ptr<const std::vector<float>>;

class Blocks final : public EventBlocks {
 public:
  static Result<std::unique_ptr<Blocks>> open(const std::filesystem::path& path,
                                              const Sensor& sensor, std::int64_t offset,
                                              RectifyMap map) {
    TRY(H5 file, H5::open(path));
    TRY(H5Column x, H5Column::open(file, kX));
    TRY(H5Column y, H5Column::open(file, kY));
    TRY(H5Column p, H5Column::open(file, kP));
    TRY(H5Column t, H5Column::open(file, kT));
    auto made = std::unique_ptr<Blocks>(
        new Blocks(std::move(file), {std::move(x), std::move(y), std::move(p)}, std::move(t)));
    made->sensor_ = sensor;
    made->offset_ = offset;
    made->map_ = std::move(map);
    return made;
  }

  std::size_t blocks() const override { return (rows_ + kRows - 1) / kRows; }
  std::size_t rows() const { return rows_; }
  std::size_t saidRows() const {
    std::size_t most = t_.saidRows();
    for (const H5Column& column : columns_) most = std::max(most, column.saidRows());
    return most;
  }

  Result<Loaded> load(std::size_t block, EventPacket& out, TableTally& tally) override {
    out.clear();
    const std::size_t first = block * kRows, n = std::min(kRows, rows_ - first);
    times_.resize(n);
    auto read = t_.read(file_, first, std::span(times_));
    for (std::size_t k = 0; k < columns_.size() && read; ++k) {
      values_[k].resize(n);
      read = columns_[k].read(file_, first, std::span(values_[k]));
    }
    if (!read) {
      tally.damaged(static_cast<std::int64_t>(n), read.error().text());
      return Loaded::Yes;
    }
    polarity_.resize(n);
    for (std::size_t i = 0; i < n; ++i) polarity_[i] = values_[2][i] == 1;  // 0 or −1 is OFF
    fillBlock({times_, values_[0], values_[1], polarity_}, offset_, sensor_, first, out, tally);
    if (map_) rectify(out, first, tally);
    return Loaded::Yes;
  }

 private:
  Blocks(H5 file, std::array<H5Column, 3> columns, H5Column t)
      : file_(std::move(file)), columns_(std::move(columns)), t_(std::move(t)) {
    rows_ = t_.rows();
    for (const H5Column& column : columns_) rows_ = std::min(rows_, column.rows());
  }

  /// Moves the events to the nearest pixel of the map; those that leave the sensor are left out.
  void rectify(EventPacket& events, std::size_t first, TableTally& tally) const {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const std::size_t at =
          2 * (std::size_t{events.y[i]} * static_cast<std::size_t>(sensor_.width) + events.x[i]);
      const float x = (*map_)[at] + 0.5f, y = (*map_)[at + 1] + 0.5f;
      if (!(x >= 0 && y >= 0 && x < static_cast<float>(sensor_.width) &&
            y < static_cast<float>(sensor_.height))) {
        tally.met.outside(events.x[i], events.y[i], first + i);
        continue;
      }
      events.t[kept] = events.t[i];
      events.x[kept] = static_cast<std::uint16_t>(x);
      events.y[kept] = static_cast<std::uint16_t>(y);
      events.polarity[kept] = events.polarity[i];
      ++kept;
    }
    events.t.resize(kept), events.x.resize(kept), events.y.resize(kept);
    events.polarity.resize(kept);
  }

  H5 file_;
  std::array<H5Column, 3> columns_;  ///< x, y, p
  H5Column t_;
  std::size_t rows_ = 0;
  Sensor sensor_;
  std::int64_t offset_ = 0;
  RectifyMap map_;
  std::vector<std::int64_t> times_;
  std::array<std::vector<std::uint16_t>, 3> values_;
  std::vector<std::uint8_t> polarity_;
};

Result<std::int64_t> offsetOf(const H5& file, TableSource& source) {
  if (!file.has("/t_offset")) {
    source.say(Note::Level::Info, "the file has no t_offset: its times are taken as they stand");
    return std::int64_t{0};
  }
  TRY(const H5::Info info, file.info("/t_offset"));
  if (!info.shape.empty() && info.shape != std::vector<std::size_t>{1})
    return Error{"is no single number", "t_offset"};
  TRY(const auto values, file.read<std::int64_t>("/t_offset"));
  if (values[0] > kMostRaw || values[0] < -kMostRaw)
    return Error{"is " + std::to_string(values[0]) + " µs, beyond 250 years", "t_offset"};
  return values[0];
}

/// Options, else what our own writer noted, else the data set's camera.
Result<Sensor> sensorOf(const H5& file, const Values& options) {
  TRY(const auto asked, sensorFromOptions(options));
  if (asked) return *asked;
  const auto width = file.attribute("/events", "width"),
             height = file.attribute("/events", "height");
  if (width && height) {
    const auto* w = std::get_if<std::int64_t>(&width.value());
    const auto* h = std::get_if<std::int64_t>(&height.value());
    if (w && h && *w > 0 && *h > 0 && *w <= 65536 && *h <= 65536)
      return Sensor{static_cast<int>(*w), static_cast<int>(*h), "header"};
  }
  return Sensor{640, 480, "DSEC's camera"};
}

Result<RectifyMap> mapOf(const std::filesystem::path& path, const Sensor& sensor) {
  const auto place = path.parent_path() / "rectify_map.h5";
  TRY(const H5 file, H5::open(place));
  TRY(const H5::Info info, file.info(kMap));
  const auto width = static_cast<std::size_t>(sensor.width),
             height = static_cast<std::size_t>(sensor.height);
  if (info.shape != std::vector<std::size_t>{height, width, 2})
    return Error{"has another shape than the sensor of " + std::to_string(width) + "×" +
                     std::to_string(height) + " px",
                 place.string() + ":" + kMap};
  TRY(auto values, file.read<float>(kMap));
  return std::make_shared<const std::vector<float>>(std::move(values));
}

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(const H5 file, H5::open(path));
  auto source = std::make_unique<TableSource>(path.string());
  TRY(const Sensor sensor, sensorOf(file, options));
  TRY(const std::int64_t offset, offsetOf(file, *source));
  RectifyMap map;
  std::error_code error;
  if (switchOr(options, "rectify", false)) {
    TRY(map, mapOf(path, sensor));
  } else if (std::filesystem::exists(path.parent_path() / "rectify_map.h5", error)) {
    source->say(Note::Level::Info,
                "rectify_map.h5 lies beside it and was not used. Set rectify to take the lens's "
                "distortion out");
  }
  TRY(const auto blocks, Blocks::open(path, sensor, offset, map));
  if (blocks->rows() < blocks->saidRows())
    source->say(Note::Level::Warning,
                "the columns say up to " + std::to_string(blocks->saidRows()) +
                    " events, of which the file can hold " + std::to_string(blocks->rows()));
  if (!file.has("/ms_to_idx"))
    source->say(Note::Level::Info, "the file has no ms_to_idx; places are sought in its times");
  TRY_DO(source->addEvents("events", sensor,
                           [path, sensor, offset, map]() -> Result<std::unique_ptr<EventBlocks>> {
                             TRY(auto made, Blocks::open(path, sensor, offset, map));
                             return Result<std::unique_ptr<EventBlocks>>(std::move(made));
                           }));
  TRY_DO(source->begin());
  return Result<Opened>(std::unique_ptr<EventSource>(std::move(source)));
}

/// Gathers columns and writes them chunk by chunk.
class Writer {
 public:
  Writer(H5& file, std::int64_t offset) : file_(file), offset_(offset) {}

  Result<void> begin(const Sensor& sensor) {
    TRY_DO(makeColumn(kX, H5::Number::U16, 2));
    TRY_DO(makeColumn(kY, H5::Number::U16, 2));
    TRY_DO(makeColumn(kP, H5::Number::U8, 1));
    TRY_DO(makeColumn(kT, H5::Number::U32, 4));
    TRY_DO(file_.setAttribute("/events", "width", std::int64_t{sensor.width}));
    TRY_DO(file_.setAttribute("/events", "height", std::int64_t{sensor.height}));
    return file_.write("/t_offset", std::vector<std::int64_t>{offset_});
  }
  Result<void> events(const RawRun& run) {
    for (std::size_t i = 0; i < run.t.size(); ++i) {
      const std::int64_t t = wholeBelow(run.t[i], kMicrosecond) / kMicrosecond - offset_;
      for (; next_ <= t; next_ += 1000) index_.push_back(rows_);
      ++rows_;
      t_.push_back(static_cast<std::uint32_t>(t));
      x_.push_back(run.x[i]);
      y_.push_back(run.y[i]);
      p_.push_back(run.polarity[i]);
      if (t_.size() == kRows) TRY_DO(flush());
    }
    return {};
  }
  Result<void> end() {
    if (!t_.empty()) TRY_DO(flush());
    return file_.write("/ms_to_idx", index_);
  }

 private:
  Result<void> makeColumn(const char* path, H5::Number number, std::size_t bytes) {
    return file_.makeTable(
        path,
        {{{"", number, 0}}, bytes, kRows, H5Column::kBlosc, bloscValues(bytes, bytes * kRows)});
  }
  template <class T>
  Result<void> flush(const char* path, std::vector<T>& values, std::size_t rows) {
    values.resize(kRows);  // HDF5 has whole chunks only
    const auto encoded = bloscChunk(std::as_bytes(std::span(values)), sizeof(T));
    values.clear();
    return file_.appendChunk(path, encoded, rows);
  }
  Result<void> flush() {
    const std::size_t rows = t_.size();
    TRY_DO(flush(kX, x_, rows));
    TRY_DO(flush(kY, y_, rows));
    TRY_DO(flush(kP, p_, rows));
    return flush(kT, t_, rows);
  }

  H5& file_;
  std::int64_t offset_;
  std::vector<std::uint32_t> t_;
  std::vector<std::uint16_t> x_, y_;
  std::vector<std::uint8_t> p_;
  std::vector<std::uint64_t> index_;  ///< the first event at or after each millisecond
  std::int64_t next_ = 0;
  std::uint64_t rows_ = 0;
};

Result<Notes> write(const std::filesystem::path& path, Opened& from, const Values&) {
  TRY(EventSource * source, eventSource(from));
  const Sensor sensor = source->streams()[0].sensor;
  Time least = std::numeric_limits<Time>::max(), most = std::numeric_limits<Time>::min();
  std::int64_t triggers = 0, floored = 0;
  const auto skip = [](const Trigger&) { return Result<void>(); };
  TRY_DO(readAll(*source, {[&](const RawRun& run) -> Result<void> {
                             for (const Time t : run.t) {
                               least = std::min(least, t), most = std::max(most, t);
                               floored += t % kMicrosecond != 0;
                             }
                             return {};
                           },
                           skip}));
  if (most < least) least = most = 0;
  const std::int64_t offset = wholeBelow(least, kMicrosecond) / kMicrosecond;
  if (most / kMicrosecond - offset > std::numeric_limits<std::uint32_t>::max())
    return Error{"the events last " + std::to_string((most - least) / kSecond) +
                     " s; DSEC's times hold 4294 s",
                 path.string()};
  const auto fill = [&](H5& file) -> Result<void> {
    Writer writer(file, offset);
    TRY_DO(writer.begin(sensor));
    TRY_DO(readAll(*source, {[&](const RawRun& run) { return writer.events(run); },
                             [&](const Trigger&) { return ++triggers, Result<void>(); }}));
    return writer.end();
  };
  TRY_DO(writeH5(path, fill));
  Notes notes = flooredNotes(floored);
  if (triggers)
    notes.push_back({Note::Level::Warning, std::to_string(triggers) +
                                               " triggers were left out: DSEC holds events alone"});
  return notes;
}

int sniff(const FileProbe& probe) { return isH5(probe) && hasH5(probe, {kX, kY, kP, kT}) ? 90 : 0; }

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  auto options = sensorOptions();
  options.push_back({.name = "rectify",
                     .kind = Kind::Switch,
                     .initial = false,
                     .doc = "Takes the lens's distortion out by rectify_map.h5 beside the file, to "
                            "the nearest pixel",
                     .live = false});
  registry.add(FileFormat{.id = "dsec",
                          .title = "DSEC HDF5",
                          .endings = ".h5",
                          .options = std::move(options),
                          .sniff = sniff,
                          .open = open,
                          .write = write});
}

}  // namespace spk::events::dsec
