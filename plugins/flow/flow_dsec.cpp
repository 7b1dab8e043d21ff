// Flow as DSEC has it: a folder of pictures, each the displacement over one interval.
#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include "engine/base/file.h"
#include "engine/graph/Registry.h"
#include "plugins/flow/FlowFile.h"
#include "plugins/flow/Png16.h"

namespace spk::flow::flow_dsec {
namespace {

constexpr double kUnits = 128;   // of a pixel
constexpr double kZero = 32768;  // what stands for no displacement
constexpr const char* kTimes = "forward_timestamps.txt";
constexpr std::size_t kMostPictures = 1'000'000;

struct Interval {
  Time from = 0, to = 0;
};

std::string nameOf(std::size_t number) {
  const std::string digits = std::to_string(number);
  return std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits + ".png";
}

std::vector<std::filesystem::path> picturesIn(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    if (entry->path().extension() == ".png" && found.size() < kMostPictures)
      found.push_back(entry->path());
  std::ranges::sort(found);
  return found;
}

/// "54372150000, 54372250000": begin and end [µs], a line for each picture.
std::vector<Interval> readTimes(const std::string& text) {
  std::vector<Interval> times;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    std::ranges::replace(line, ',', ' ');
    std::istringstream fields(line);
    std::int64_t from = 0, to = 0;
    constexpr std::int64_t kMost = 4'000'000'000'000'000;
    if (fields >> from >> to && to > from && std::abs(from) < kMost && to < kMost)
      times.push_back({from * kMicrosecond, to * kMicrosecond});
  }
  return times;
}

Result<Opened> open(const std::filesystem::path& path, const Values&) {
  const auto pictures = picturesIn(path);
  if (pictures.empty()) return Error{"holds no pictures", path.string()};
  TRY(const std::string text, readFile(path / kTimes));
  const auto times = readTimes(text);
  if (times.size() != pictures.size())
    return Error{"says when " + std::to_string(times.size()) +
                     " pictures begin and end; there are " + std::to_string(pictures.size()),
                 (path / kTimes).string()};
  FlowList list;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    TRY(const std::string bytes, readFile(pictures[i]));
    auto read = readPng(bytes);
    if (!read) return Error{read.error().what, pictures[i].string()};
    const Picture16& picture = read.value();
    list.sensor = {std::max(list.sensor.width, picture.width),
                   std::max(list.sensor.height, picture.height), "header"};
    const double seconds = toSeconds(times[i].to - times[i].from);
    for (std::size_t k = 0; k < picture.rgb.size(); k += 3) {
      if (picture.rgb[k + 2] == 0) continue;
      const std::size_t place = k / 3, width = static_cast<std::size_t>(picture.width);
      list.flows.push_back({times[i].to, static_cast<std::uint16_t>(place % width),
                            static_cast<std::uint16_t>(place / width),
                            static_cast<float>((picture.rgb[k] - kZero) / kUnits / seconds),
                            static_cast<float>((picture.rgb[k + 1] - kZero) / kUnits / seconds)});
    }
  }
  mend(list);
  return Result<Opened>(sourceOf(std::move(list)));
}

/// The mean velocity of each pixel that had any, as displacement over the interval.
class Canvas {
 public:
  explicit Canvas(Sensor sensor)
      : sensor_(sensor),
        sums_(static_cast<std::size_t>(sensor.width) * static_cast<std::size_t>(sensor.height)) {}

  void add(const Flow& flow) {
    if (flow.x >= sensor_.width || flow.y >= sensor_.height) return;
    Sum& sum =
        sums_[static_cast<std::size_t>(flow.y) * static_cast<std::size_t>(sensor_.width) + flow.x];
    sum.x += static_cast<double>(flow.vx);
    sum.y += static_cast<double>(flow.vy);
    ++sum.n;
  }
  Picture16 take(double seconds, std::uint64_t& clipped) {
    Picture16 picture{sensor_.width, sensor_.height, {}};
    picture.rgb.reserve(sums_.size() * 3);
    for (Sum& sum : sums_) {
      for (const double component : {sum.x, sum.y}) {
        const double value =
            sum.n ? std::round(component / sum.n * seconds * kUnits) + kZero : kZero;
        const double held = std::clamp(value, 0.0, 65535.0);
        clipped += held != value;
        picture.rgb.push_back(static_cast<std::uint16_t>(held));
      }
      picture.rgb.push_back(sum.n ? 1 : 0);
      sum = {};
    }
    return picture;
  }

 private:
  struct Sum {
    double x = 0, y = 0;
    std::uint32_t n = 0;
  };
  Sensor sensor_;
  std::vector<Sum> sums_;
};

/// Removes what an earlier writing left, so that the folder holds this flow alone.
Result<void> clear(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error || !std::filesystem::is_directory(path, error))
    return Error{"is no folder that can be written to", path.string()};
  const auto old = picturesIn(path);
  if (!old.empty() && !std::filesystem::exists(path / kTimes, error))
    return Error{"holds pictures that are no flow; choose a new folder", path.string()};
  for (const auto& picture : old) std::filesystem::remove(picture, error);
  return {};
}

Result<Notes> write(const std::filesystem::path& path, Opened& from, const Values& options) {
  TRY(const FlowList list, flowsOf(from));
  const double interval = numberOr(options, "interval_ms", 100);
  if (!(interval >= 0.1 && interval <= 60'000))
    return Error{"is " + numberText(interval) + "; 0.1 to 60000 are allowed", "interval_ms"};
  const Time length = fromMilliseconds(interval);
  TRY_DO(clear(path));
  Canvas canvas(list.sensor);
  std::uint64_t clipped = 0;
  std::string times = "# from_timestamp_us, to_timestamp_us\n";
  std::size_t number = 0;
  for (std::size_t i = 0; i < list.flows.size(); ++number) {
    // A flow at the end of an interval is of that interval: windows say their flow when they end.
    const Time before = list.flows[i].t - 1;
    const Time begin = (before >= 0 ? before / length : (before + 1) / length - 1) * length;
    for (; i < list.flows.size() && list.flows[i].t <= begin + length; ++i)
      canvas.add(list.flows[i]);
    TRY_DO(writeFileSafely(path / nameOf(number), pngOf(canvas.take(interval / 1e3, clipped))));
    times += std::to_string(begin / kMicrosecond) + ", " +
             std::to_string((begin + length) / kMicrosecond) + "\n";
  }
  TRY_DO(writeFileSafely(path / kTimes, times));
  Notes notes = {{Note::Level::Info, std::to_string(number) +
                                         " pictures hold the mean flow of each pixel in intervals "
                                         "of " +
                                         numberText(interval) + " ms, in steps of 1/128 px"}};
  if (clipped > 0)
    notes.push_back(
        {Note::Level::Warning, std::to_string(clipped) +
                                   " displacements beyond 256 px were clipped; choose a "
                                   "shorter interval_ms"});
  return notes;
}

int sniff(const FileProbe& probe) {
  std::error_code error;
  if (!probe.isFolder || !std::filesystem::exists(probe.path / kTimes, error)) return 0;
  return picturesIn(probe.path).empty() ? 0 : 90;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(FileFormat{
      .id = "flow_dsec",
      .title = "Optical flow as DSEC pictures (folder)",
      .endings = ".flow",
      .holds = Stream::Kind::Flow,
      .options = {{.name = "interval_ms",
                   .initial = 100.0,
                   .unit = "ms",
                   .min = 0.1,
                   .max = 60'000,
                   .doc = "Over which displacements are counted: a picture for each such interval",
                   .live = false}},
      .sniff = sniff,
      .open = open,
      .write = write});
}

}  // namespace spk::flow::flow_dsec
