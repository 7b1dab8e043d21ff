// MVSEC: two DAVIS cameras side by side, events as rows of four real numbers, pictures. Layout:
// tub-rip/event_based_optical_flow, data_loader/mvsec.py.
#include <algorithm>
#include <array>
#include <cmath>

#include "engine/base/H5.h"
#include "engine/graph/Registry.h"
#include "plugins/events/RawHeader.h"
#include "plugins/events/TableSource.h"
#include "plugins/events/writing.h"

namespace spk::events::mvsec {
namespace {

constexpr std::size_t kRows = 16384;  ///< of a block

std::string inGroup(const std::string& side, const char* name) {
  return "/davis/" + side + "/" + name;
}

/// Seconds since 1970 to the nearest microsecond, which is what they hold [ns].
std::optional<Time> timeOf(double seconds) {
  const double micro = std::floor(seconds * 1e6 + 0.5);
  if (!(std::abs(micro) <= static_cast<double>(kMostRaw))) return std::nullopt;
  return static_cast<Time>(micro) * kMicrosecond;
}

/// Rows that the file can hold, whatever the dataset says.
std::size_t rowsOf(const H5::Info& info) {
  std::size_t row = info.bytes;
  for (std::size_t k = 1; k < info.shape.size(); ++k)
    row = info.shape[k] > (std::size_t{1} << 32) / std::max<std::size_t>(row, 1)
              ? 0
              : row * info.shape[k];
  if (row == 0 || info.shape.empty()) return 0;
  const std::size_t most = info.filters.empty() ? 1 : 1032;  // what deflate can reach
  return std::min(info.shape[0], info.stored / row * most);
}

class Blocks final : public EventBlocks {
 public:
  static Result<std::unique_ptr<EventBlocks>> open(const std::filesystem::path& path,
                                                   const std::string& name, const Sensor& sensor) {
    TRY(H5 file, H5::open(path));
    TRY(const H5::Info info, file.info(name));
    if (info.shape.size() != 2 || info.shape[1] != 4 || info.form != H5::Form::Real)
      return Error{"is no table of N × 4 real numbers", path.string() + ":" + name};
    constexpr std::size_t kChunkMost = std::size_t{1} << 23;  // rows: 256 MiB
    if (!info.chunk.empty() && info.chunk[0] > kChunkMost)
      return Error{"has chunks of " + std::to_string(info.chunk[0]) + " rows; at most " +
                       std::to_string(kChunkMost) + " are decoded at once",
                   path.string() + ":" + name};
    return std::unique_ptr<EventBlocks>(new Blocks(std::move(file), name, rowsOf(info), sensor));
  }

  std::size_t blocks() const override { return (rows_ + kRows - 1) / kRows; }

  Result<Loaded> load(std::size_t block, EventPacket& out, TableTally& tally) override {
    out.clear();
    const std::size_t first = block * kRows, n = std::min(kRows, rows_ - first);
    values_.resize(4 * n);
    const auto read = file_.readPart(name_, std::array{first, std::size_t{0}},
                                     std::array{n, std::size_t{4}}, std::span(values_));
    if (!read) {
      tally.damaged(static_cast<std::int64_t>(n), read.error().text());
      return Loaded::Yes;
    }
    out.reserve(n);
    for (std::size_t i = 0; i < n; ++i) {
      const double* row = &values_[4 * i];
      if (!(row[0] >= 0 && row[1] >= 0 && row[0] < sensor_.width && row[1] < sensor_.height)) {
        const auto whole = [](double v) { return std::abs(v) < 1e9 ? static_cast<int>(v) : -1; };
        tally.met.outside(whole(row[0]), whole(row[1]), first + i);
        continue;
      }
      const auto t = timeOf(row[2]);
      if (!t) {
        ++tally.badTimes;
        continue;
      }
      out.add({*t, static_cast<std::uint16_t>(row[0]), static_cast<std::uint16_t>(row[1]),
               static_cast<std::uint8_t>(row[3] > 0)});
    }
    return Loaded::Yes;
  }

 private:
  Blocks(H5 file, std::string name, std::size_t rows, const Sensor& sensor)
      : file_(std::move(file)), name_(std::move(name)), rows_(rows), sensor_(sensor) {}

  H5 file_;
  std::string name_;
  std::size_t rows_;
  Sensor sensor_;
  std::vector<double> values_;
};

class Frames final : public FrameList {
 public:
  Frames(H5 file, std::string name, std::vector<Time> times, std::size_t width, std::size_t height)
      : file_(std::move(file)),
        name_(std::move(name)),
        times_(std::move(times)),
        width_(width),
        height_(height) {}
  std::size_t frames() const override { return times_.size(); }
  Time time(std::size_t frame) const override { return times_[frame]; }
  Result<Frame> load(std::size_t frame) override {
    Frame made{0, static_cast<std::uint16_t>(width_), static_cast<std::uint16_t>(height_),
               std::vector<std::uint8_t>(width_ * height_)};
    TRY_DO(file_.readPart(name_, std::array{frame, std::size_t{0}, std::size_t{0}},
                          std::array{std::size_t{1}, height_, width_}, std::span(made.grey)));
    return made;
  }

 private:
  H5 file_;
  std::string name_;
  std::vector<Time> times_;
  std::size_t width_, height_;
};

/// The pictures of one camera; none if the file has none of 8 bits with times.
Result<void> addFrames(const std::filesystem::path& path, const std::string& side,
                       TableSource& source) {
  TRY(H5 file, H5::open(path));
  const std::string name = inGroup(side, "image_raw"), stamps = inGroup(side, "image_raw_ts");
  if (!file.has(name)) return {};
  TRY(const H5::Info info, file.info(name));
  if (!file.has(stamps)) return Error{"pictures have no times", path.string() + ":" + name};
  TRY(const H5::Info about, file.info(stamps));
  constexpr std::size_t kMost = 10'000'000;
  if (info.shape.size() != 3 || info.form != H5::Form::Integer || info.bytes != 1 ||
      info.shape[1] > 4096 || info.shape[2] > 4096 || about.shape.size() != 1 ||
      rowsOf(about) > kMost)
    return Error{"pictures are no rows of 8-bit values", path.string() + ":" + name};
  std::vector<double> seconds(std::min(rowsOf(info), rowsOf(about)));
  TRY_DO(file.readPart(stamps, std::array{std::size_t{0}}, std::array{seconds.size()},
                       std::span(seconds)));
  std::vector<Time> times;
  for (const double t : seconds) {
    const auto time = timeOf(t);
    if (!time) return Error{"a picture has no time", path.string() + ":" + stamps};
    times.push_back(*time);
  }
  source.count("frames", std::ssize(times));
  const Sensor size{static_cast<int>(info.shape[2]), static_cast<int>(info.shape[1]), "image_raw"};
  source.addFrames(side + " frames", size,
                   std::make_unique<Frames>(std::move(file), name, std::move(times), info.shape[2],
                                            info.shape[1]));
  return {};
}

/// Options, else the size of the pictures, else the data set's camera.
Result<Sensor> sensorOf(const H5& file, const std::string& side, const Values& options) {
  TRY(const auto asked, sensorFromOptions(options));
  if (asked) return *asked;
  const auto info = file.info(inGroup(side, "image_raw"));
  if (info && info.value().shape.size() == 3 && info.value().shape[1] - 1 < 4096 &&
      info.value().shape[2] - 1 < 4096)
    return Sensor{static_cast<int>(info.value().shape[2]), static_cast<int>(info.value().shape[1]),
                  "image_raw"};
  return Sensor{346, 260, "MVSEC's camera"};
}

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(const H5 file, H5::open(path));
  auto source = std::make_unique<TableSource>(path.string());
  const std::string first = textOr(options, "camera", "left");
  if (first != "left" && first != "right") return Error{"is left or right, not " + first, "camera"};
  std::vector<std::string> sides;
  for (const std::string& side : {first, std::string(first == "left" ? "right" : "left")})
    if (file.has(inGroup(side, "events"))) sides.push_back(side);
  if (sides.empty()) return Error{"has no events of a left or right camera", path.string()};
  for (const std::string& side : sides) {
    TRY(const Sensor sensor, sensorOf(file, side, options));
    TRY_DO(source->addEvents(side + " events", sensor, [path, side, sensor] {
      return Blocks::open(path, inGroup(side, "events"), sensor);
    }));
  }
  for (const std::string& side : sides) {
    if (const auto added = addFrames(path, side, *source); !added)
      source->say(Note::Level::Warning, side + ": " + added.error().text());
    if (file.has(inGroup(side, "imu")))
      source->say(Note::Level::Info,
                  side + ": inertial samples are in the file; they are not read");
  }
  if (sides.size() == 2)
    source->say(Note::Level::Info,
                "two cameras are in the file; " + first + " comes first. Set camera for the other");
  TRY_DO(source->begin());
  return Result<Opened>(std::unique_ptr<EventSource>(std::move(source)));
}

int sniff(const FileProbe& probe) {
  return isH5(probe) &&
                 (hasH5(probe, {"/davis/left/events"}) || hasH5(probe, {"/davis/right/events"}))
             ? 90
             : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  auto options = sensorOptions();
  options.push_back({.name = "camera",
                     .kind = Kind::Choice,
                     .initial = std::string("left"),
                     .doc = "Whose events come first; the other's are a stream behind them",
                     .choices = {"left", "right"},
                     .live = false});
  registry.add(FileFormat{.id = "mvsec",
                          .title = "MVSEC HDF5",
                          .endings = ".hdf5 .h5",
                          .options = std::move(options),
                          .sniff = sniff,
                          .open = open});
}

}  // namespace spk::events::mvsec
