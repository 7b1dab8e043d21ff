// AEDAT 3.1 of cAER: text lines, then packets of events of one type, little-endian. Layout:
// libcaer's events/common.h and its neighbours. The recordings of DVS128 Gesture are such files,
// with a table of their gestures beside them.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "engine/base/file.h"
#include "engine/graph/Registry.h"
#include "plugins/events/AedatHeader.h"
#include "plugins/events/BlockSource.h"
#include "plugins/events/FileWindow.h"
#include "plugins/events/RawHeader.h"
#include "plugins/events/TrialSource.h"
#include "plugins/events/grey.h"
#include "plugins/events/loads.h"

namespace spk::events::aedat3 {
namespace {

enum Type : std::int16_t { kSpecial, kPolarity, kFrame, kImu6, kImu9, kKnown = 14 };
constexpr std::size_t kHeaderBytes = 28, kFrameHeader = 36, kBlockBytes = 1 << 17;
constexpr std::int32_t kEventMost = 1 << 26;  ///< bytes of one event: a picture of 32 Mpx

struct PacketHeader {
  std::int16_t type = 0, source = 0;
  std::int32_t size = 0, stampAt = 0, overflow = 0, capacity = 0, number = 0, valid = 0;

  explicit PacketHeader(std::span<const std::byte> b)
      : type(little<std::int16_t>(b)),
        source(little<std::int16_t>(b, 2)),
        size(little<std::int32_t>(b, 4)),
        stampAt(little<std::int32_t>(b, 8)),
        overflow(little<std::int32_t>(b, 12)),
        capacity(little<std::int32_t>(b, 16)),
        number(little<std::int32_t>(b, 20)),
        valid(little<std::int32_t>(b, 24)) {}
  bool isSound() const {
    const std::int32_t least = type == kPolarity || type == kSpecial ? 8
                               : type == kFrame || type == kImu6     ? 36
                                                                     : 4;
    return type >= 0 && type < kKnown && source >= 0 && size >= least && size <= kEventMost &&
           stampAt >= 0 && stampAt <= size - 4 && overflow >= 0 && capacity >= 0 && number >= 0 &&
           valid >= 0 && valid <= number;
  }
  std::uint64_t bytes() const {
    return static_cast<std::uint64_t>(size) * static_cast<std::uint64_t>(number);
  }
  std::int64_t time(std::int32_t stamp) const { return (std::int64_t{overflow} << 31) + stamp; }
};

/// What a stream takes of the file; source −1: of all cameras.
struct Part {
  Stream::Kind kind = Stream::Kind::Events;
  int source = -1;
  bool labels = false;
};

struct Decoder {
  struct Place {
    std::uint64_t at = 0;   ///< a packet's header
    std::int32_t done = 0;  ///< its events that were decoded
    std::size_t label = 0;
  };
  static constexpr Time kTick = kMicrosecond;

  FileWindow file;
  std::uint64_t first = 0;
  Sensor sensor = {};
  std::vector<Part> parts = {};
  std::shared_ptr<const TriggerPacket> labels = {};  ///< times raw [µs]

  std::uint64_t bytes() const { return file.size(); }
  Place begin(std::size_t) const { return {first}; }

  Result<bool> next(std::size_t stream, Place& place, Packet& out, Findings& met) {
    const Part part = parts[stream];
    if (part.labels) return nextLabels(place, std::get<TriggerPacket>(out));
    const bool counts = stream == 0;  // what belongs to no stream is counted once
    TRY(const auto head, file.at(place.at, kHeaderBytes));
    if (head.size() < kHeaderBytes) {
      if (counts) met.add("truncated_bytes", static_cast<std::int64_t>(head.size()), kCut);
      return false;
    }
    const PacketHeader packet(head);
    if (!packet.isSound()) return skip(place, counts, met);
    if (!wants(part, packet)) {
      if (counts && packet.type > kImu9)
        met.add("other_events", packet.number, "events of kinds that are not read were skipped",
                Note::Level::Info);
      if (counts && place.at + kHeaderBytes + packet.bytes() > file.size())
        met.add("truncated_bytes", static_cast<std::int64_t>(file.size() - place.at), kCut);
      leave(place, packet);
      return true;
    }
    return decode(part, packet, place, out, met);
  }

 private:
  static constexpr const char* kCut = "bytes at the end are no whole packet";

  static bool wants(const Part& part, const PacketHeader& packet) {
    if (part.source >= 0 && packet.source != part.source) return false;
    switch (part.kind) {
      case Stream::Kind::Events: return packet.type == kPolarity;
      case Stream::Kind::Triggers: return packet.type == kSpecial;
      case Stream::Kind::Imu: return packet.type == kImu6 || packet.type == kImu9;
      case Stream::Kind::Frames: return packet.type == kFrame;
      case Stream::Kind::Flow: break;  // none is held
    }
    return false;
  }
  void leave(Place& place, const PacketHeader& packet) const {
    place.at = std::min(file.size(), place.at + kHeaderBytes + packet.bytes());
    place.done = 0;
  }

  /// After damage: to the next byte where a packet begins that another one, or the end, follows.
  Result<bool> skip(Place& place, bool counts, Findings& met) {
    const std::uint64_t from = place.at;
    std::uint64_t at = from + 1;
    for (; at + kHeaderBytes <= file.size(); ++at) {
      TRY(const auto head, file.at(at, kHeaderBytes));
      const PacketHeader packet(head);
      if (!packet.isSound() || packet.number == 0) continue;
      const std::uint64_t end = at + kHeaderBytes + packet.bytes();
      if (end == file.size()) break;
      if (end + kHeaderBytes > file.size()) continue;
      TRY(const auto after, file.at(end, kHeaderBytes));
      if (PacketHeader(after).isSound()) break;
    }
    if (at + kHeaderBytes > file.size()) at = file.size();
    if (counts)
      met.add("skipped_bytes", static_cast<std::int64_t>(at - from),
              "bytes are no sound packets and were skipped");
    place.at = at;
    place.done = 0;
    return true;
  }

  /// Some of the packet's events: as many as fit into a block.
  Result<bool> decode(const Part& part, const PacketHeader& packet, Place& place, Packet& out,
                      Findings& met) {
    const auto size = static_cast<std::size_t>(packet.size);
    const auto done = static_cast<std::size_t>(place.done);
    const std::size_t left = static_cast<std::size_t>(packet.number) - done;
    const std::size_t wanted = std::min(left, std::max<std::size_t>(1, kBlockBytes / size));
    TRY(const auto bytes, file.at(place.at + kHeaderBytes + done * size, wanted * size));
    const std::size_t count = bytes.size() / size;
    for (std::size_t i = 0; i < count; ++i) {
      const auto event = bytes.subspan(i * size, size);
      if ((little<std::uint32_t>(event) & 1) == 0) {
        met.add("invalid_events", 1, "events are marked as invalid and were skipped",
                Note::Level::Info);
        continue;
      }
      switch (part.kind) {
        case Stream::Kind::Events: polarity(packet, event, std::get<EventPacket>(out)); break;
        case Stream::Kind::Triggers:
          special(packet, event, std::get<TriggerPacket>(out), met);
          break;
        case Stream::Kind::Imu: imu(packet, event, std::get<ImuPacket>(out)); break;
        case Stream::Kind::Frames: frame(packet, event, std::get<FramePacket>(out), met); break;
        case Stream::Kind::Flow: break;
      }
    }
    if (count < wanted) {  // the file ends within the packet
      met.add("truncated_bytes", static_cast<std::int64_t>(bytes.size() % size), kCut);
      met.add("truncated_events", static_cast<std::int64_t>(left - count),
              "events lie beyond the end of the file");
      leave(place, packet);
    } else if (place.done += static_cast<std::int32_t>(count); place.done == packet.number) {
      leave(place, packet);
    }
    return true;
  }

  static void polarity(const PacketHeader& packet, std::span<const std::byte> event,
                       EventPacket& out) {
    const auto data = little<std::uint32_t>(event);
    out.add({packet.time(little<std::int32_t>(event, 4)), static_cast<std::uint16_t>(data >> 17),
             static_cast<std::uint16_t>(data >> 2 & 0x7FFF),
             static_cast<std::uint8_t>(data >> 1 & 1)});
  }

  static void special(const PacketHeader& packet, std::span<const std::byte> event,
                      TriggerPacket& out, Findings& met) {
    enum : std::uint32_t { kWrap, kReset, kRises, kFalls, kPulse };
    const std::uint32_t type = little<std::uint32_t>(event) >> 1 & 0x7F;
    if (type >= kRises && type <= kPulse)
      out.push_back({packet.time(little<std::int32_t>(event, 4)), 0,
                     static_cast<std::uint8_t>(type == kFalls ? 0 : 1)});
    else if (type == kReset)
      met.add("clock_resets", 1, "times the camera's clock was set to 0");
    else
      met.add("special_events", 1);
  }

  static void imu(const PacketHeader& packet, std::span<const std::byte> event, ImuPacket& out) {
    std::array<float, 7> v;
    for (std::size_t i = 0; i < v.size(); ++i) v[i] = little<float>(event, 8 + 4 * i);
    out.push_back({packet.time(little<std::int32_t>(event, 4)),
                   {v[0], v[1], v[2]},
                   {v[3], v[4], v[5]},
                   v[6]});
  }

  /// Pixels of 16 bits, of which the upper eight are kept; colours become grey.
  void frame(const PacketHeader& packet, std::span<const std::byte> event, FramePacket& out,
             Findings& met) const {
    const std::uint32_t channels = little<std::uint32_t>(event) >> 1 & 7;
    const auto field = [&](std::size_t i) {
      return std::int64_t{little<std::int32_t>(event, 4 * i)};
    };
    const std::int64_t width = field(5), height = field(6), x = field(7), y = field(8);
    const auto pixels = event.subspan(kFrameHeader);
    const bool fits =
        channels >= 1 && channels <= 4 && width > 0 && height > 0 && x >= 0 && y >= 0 &&
        width < 65536 && height < 65536 &&
        static_cast<std::uint64_t>(width * height) * channels * 2 <= pixels.size() &&
        (sensor.width == 0 || (x + width <= sensor.width && y + height <= sensor.height));
    if (!fits) {
      met.add("damaged_frames", 1,
              "pictures do not fit the sensor or their packet and were skipped");
      return;
    }
    Grey picture(packet.time(little<std::int32_t>(event, 12)),
                 {sensor, static_cast<int>(x), static_cast<int>(y), static_cast<int>(width),
                  static_cast<int>(height)});
    for (std::int64_t row = 0; row < height; ++row)
      for (std::int64_t column = 0; column < width; ++column) {
        const auto at = static_cast<std::size_t>((row * width + column) * channels) * 2;
        const auto value = [&](std::size_t c) {
          return little<std::uint16_t>(pixels, at + 2 * c) >> 8;
        };
        picture.set(column, row,
                    channels < 3 ? greyOf(value(0)) : greyOf(value(0), value(1), value(2)));
      }
    out.push_back(std::move(picture).frame());
  }

  Result<bool> nextLabels(Place& place, TriggerPacket& out) const {
    if (place.label == labels->size()) return false;
    const std::size_t end = std::min(labels->size(), place.label + 1000);
    out.assign(labels->begin() + static_cast<std::ptrdiff_t>(place.label),
               labels->begin() + static_cast<std::ptrdiff_t>(end));
    place.label = end;
    return true;
  }
};

/// A row of the table of labels; times raw [µs].
struct Gesture {
  std::int64_t number, begin, end;
};
/// Rows behind "class,startTime_usec,endTime_usec", in their order.
std::optional<std::vector<Gesture>> gesturesFrom(std::string_view text) {
  std::vector<Gesture> gestures;
  std::size_t at = text.find('\n');
  if (!text.starts_with("class,") || at == std::string_view::npos) return std::nullopt;
  for (++at; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) continue;
    std::array<std::int64_t, 3> v = {};
    const char* from = line.data();
    for (std::int64_t& value : v) {
      const auto [stop, error] = std::from_chars(from, line.data() + line.size(), value);
      if (error != std::errc()) return std::nullopt;
      from = stop + (stop != line.data() + line.size());
    }
    if (v[0] < 0 || v[0] > 255) return std::nullopt;
    gestures.push_back({v[0], v[1], v[2]});
  }
  return gestures;
}

/// One trigger where each begins, one where it ends, numbered by class.
TriggerPacket labelsOf(const std::vector<Gesture>& gestures) {
  TriggerPacket labels;
  for (const Gesture& g : gestures) {
    labels.push_back({g.begin, static_cast<std::uint8_t>(g.number), 1});
    labels.push_back({g.end, static_cast<std::uint8_t>(g.number), 0});
  }
  std::ranges::stable_sort(labels, {}, &Trigger::t);
  return labels;
}

/// The table of labels beside a file of DVS128 Gesture: user01_led.aedat, user01_led_labels.csv.
std::vector<Gesture> gesturesBeside(const std::filesystem::path& path, Notes& notes) {
  const auto beside = path.parent_path() / (path.stem().string() + "_labels.csv");
  std::error_code error;
  const auto size = std::filesystem::file_size(beside, error);
  if (error || size > 1 << 20) return {};
  const auto text = readFile(beside);
  auto gestures = text ? gesturesFrom(text.value()) : std::nullopt;
  if (!gestures) {
    notes.push_back({Note::Level::Warning,
                     beside.filename().string() + " lies beside it, but is no table of labels"});
    return {};
  }
  notes.push_back({Note::Level::Info, std::to_string(gestures->size()) + " labels were read from " +
                                          beside.filename().string() +
                                          "; each is a trigger where it begins (1) and ends (0)"});
  return std::move(*gestures);
}

/// One gesture alone, as the option `trial` asks for.
Result<Opened> trialOf(Opened whole, const std::vector<Gesture>& gestures, std::int64_t trial) {
  if (trial > static_cast<std::int64_t>(gestures.size()))
    return Error{"is " + std::to_string(trial) + "; the table of labels beside the file has " +
                     std::to_string(gestures.size()),
                 "trial"};
  const Gesture& one = gestures[static_cast<std::size_t>(trial - 1)];
  auto& source = std::get<std::unique_ptr<EventSource>>(whole);
  const Time begin = one.begin * kMicrosecond - source->t0(),
             end = one.end * kMicrosecond - source->t0();
  Note about{Note::Level::Info, "trial " + std::to_string(trial) + " of " +
                                    std::to_string(gestures.size()) + ": class " +
                                    std::to_string(one.number)};
  return Opened(std::make_unique<TrialSource>(std::move(source), begin, std::max(begin, end),
                                              std::move(about)));
}

struct Camera {
  const char* name;
  int width, height;
};
constexpr Camera kCameras[] = {
    {"DVS128", 128, 128},    {"DAVIS128", 128, 128}, {"DAVIS208", 208, 192}, {"DAVIS240", 240, 180},
    {"DAVIS346", 346, 260},  {"DAVISRGB", 640, 480}, {"DAVIS640", 640, 480}, {"DVS132", 132, 104},
    {"DVXplorer", 640, 480}, {"DVXPLORER", 640, 480}};

/// The sensor that "Source 1: DVS128" names; width 0 if no name is known.
Sensor namedSensor(std::string_view name) {
  for (const Camera& camera : kCameras)
    if (name.starts_with(camera.name))
      return {camera.width, camera.height, "source " + std::string(name.substr(0, 40))};
  return {};
}

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(FileWindow file, FileWindow::open(path));
  TRY(const AedatHeader header, readAedatHeader(file));
  if (header.version != 3)
    return Error{"is AEDAT " + std::to_string(header.version) + ", not 3", path.string()};
  const std::string format(header.value("Format"));
  if (!format.empty() && format != "RAW")
    return Error{"its packets are stored as " + format.substr(0, 40) +
                     "; only RAW can be read. cAER can save it so",
                 path.string()};
  Notes notes;
  if (!header.ended)
    notes.push_back({Note::Level::Warning, "the header has no end line; data begins at byte " +
                                               std::to_string(header.size)});
  Decoder decoder{file, header.size};
  std::vector<Stream> streams;
  std::vector<Part> parts;
  for (const auto& [key, name] : header.values) {
    if (!key.starts_with("Source ")) continue;
    int source = -1;
    std::from_chars(key.data() + 7, key.data() + key.size(), source);
    if (source < 0) continue;
    streams.push_back(
        {Stream::Kind::Events, "events of source " + std::to_string(source), namedSensor(name)});
    parts.push_back({Stream::Kind::Events, source});
  }
  if (streams.size() < 2) {  // one camera's events are all events
    const Sensor known = streams.empty() ? Sensor() : streams[0].sensor;
    streams = {{Stream::Kind::Events, "events", known}};
    parts = {{Stream::Kind::Events}};
  }
  for (Stream& stream : streams) {
    TRY(stream.sensor, sensorFrom(options, stream.sensor));
  }
  notes.push_back(
      {Note::Level::Info, "AEDAT 3.1, header of " + std::to_string(header.size) + " bytes" +
                              (header.value("Start-Time").empty()
                                   ? ""
                                   : ", recorded " + std::string(header.value("Start-Time")))});
  const std::pair<Stream::Kind, const char*> others[] = {{Stream::Kind::Triggers, "triggers"},
                                                         {Stream::Kind::Imu, "imu"},
                                                         {Stream::Kind::Frames, "frames"}};
  for (const auto& [kind, name] : others) {
    streams.push_back({kind, name, streams[0].sensor});
    parts.push_back({kind});
  }
  const std::vector<Gesture> gestures = gesturesBeside(path, notes);
  if (!gestures.empty()) {
    decoder.labels = std::make_shared<const TriggerPacket>(labelsOf(gestures));
    streams.push_back({Stream::Kind::Triggers, "labels", streams[0].sensor});
    parts.push_back({Stream::Kind::Triggers, -1, true});
  }
  decoder.parts = std::move(parts);
  decoder.sensor = streams[0].sensor;
  TRY(Opened whole,
      BlockSource<Decoder>::open(std::move(decoder), std::move(streams), std::move(notes)));
  const std::int64_t trial = integerOr(options, "trial", 0);
  return trial > 0 ? trialOf(std::move(whole), gestures, trial) : Result<Opened>(std::move(whole));
}

std::vector<Parameter> formatOptions() {
  std::vector<Parameter> options = sensorOptions();
  options.push_back({.name = "trial",
                     .kind = Kind::Integer,
                     .initial = std::int64_t{0},
                     .min = 0,
                     .max = 100'000,
                     .doc = "Which gesture of the table of labels beside the file, from 1; 0: all",
                     .live = false});
  return options;
}

int sniff(const FileProbe& probe) {
  return !probe.isFolder && textOf(probe.head).starts_with("#!AER-DAT3") ? 95 : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(FileFormat{.id = "aedat3",
                          .title = "AEDAT 3.1 (cAER, DVS128 Gesture)",
                          .endings = ".aedat .aedat3",
                          .options = formatOptions(),
                          .sniff = sniff,
                          .open = open});
}

}  // namespace spk::events::aedat3
