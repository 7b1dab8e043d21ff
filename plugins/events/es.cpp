// Event Stream: one byte of time and polarity before each event. Layout: version 2 of the Event
// Stream specification, neuromorphic-paris/event_stream.
#include <algorithm>
#include <optional>

#include "engine/graph/Registry.h"
#include "plugins/events/BlockSource.h"
#include "plugins/events/FileWindow.h"
#include "plugins/events/RawHeader.h"
#include "plugins/events/RawWriter.h"
#include "plugins/events/loads.h"
#include "plugins/events/writing.h"

namespace spk::events::es {
namespace {

constexpr char kMagic[] = "Event Stream";
constexpr std::size_t kMagicSize = 12, kBlockBytes = 1 << 16, kLongest = 1 << 16;
enum Type : std::uint8_t { kGeneric, kDvs, kAtis, kAmd, kColour, kTypes };
constexpr const char* kNames[] = {"generic", "DVS", "ATIS", "asynchronous multispectral", "colour"};

/// One step through the bytes of a file.
struct Step {
  enum class What { Event, Other, Time, Reset, NotYet, Lost } what = What::NotYet;
  std::size_t bytes = 0;
  std::int64_t t = 0;  ///< by which time moves on [µs]
  int x = 0, y = 0;
  std::uint8_t on = 1;
};

class Reader {
 public:
  Reader(Type type, int width, int height) : type_(type), width_(width), height_(height) {}

  Step step(std::span<const std::byte> bytes) const {
    if (bytes.empty()) return {};
    const int first = std::to_integer<int>(bytes[0]);
    if (type_ == kAtis) {
      if (first == 0xFC) return {Step::What::Reset, 1};
      if ((first & 0xFC) == 0xFC) return {Step::What::Time, 1, 63 * (first & 3)};
    } else {
      if (first == 0xFE) return {Step::What::Reset, 1};
      if (first == 0xFF) return {Step::What::Time, 1, type_ == kDvs ? 127 : 254};
    }
    switch (type_) {
      case kGeneric: return text(bytes);
      case kAmd: return placed(bytes, 4, first, 1);
      case kColour: return placed(bytes, 8, first, 1);
      case kDvs: return placed(bytes, 5, first >> 1, first & 1);
      default: break;
    }
    Step made = placed(bytes, 5, first >> 2, first >> 1 & 1);
    if (made.what == Step::What::Event && (first & 1)) made.what = Step::What::Other;
    return made;
  }
  /// Whether events follow one another in these bytes, or the file ends.
  bool inStep(std::span<const std::byte> bytes, int events) const {
    while (events > 0) {
      const Step made = step(bytes);
      if (made.what == Step::What::Lost) return false;
      if (made.what == Step::What::NotYet) return true;
      events -= made.what == Step::What::Event || made.what == Step::What::Other;
      bytes = bytes.subspan(made.bytes);
    }
    return true;
  }

 private:
  Step placed(std::span<const std::byte> bytes, std::size_t size, std::int64_t t, int on) const {
    if (bytes.size() < size) return {};
    Step made{Step::What::Event, size, t, 0, 0, static_cast<std::uint8_t>(on)};
    if (type_ == kAmd)
      made.x = std::to_integer<int>(bytes[1]), made.y = std::to_integer<int>(bytes[2]);
    else
      made.x = little<std::uint16_t>(bytes, 1), made.y = little<std::uint16_t>(bytes, 3);
    if (made.x >= width_ || made.y >= height_) made.what = Step::What::Lost;
    return made;
  }
  /// A generic event: the number of its bytes, seven bits at a time, and they.
  Step text(std::span<const std::byte> bytes) const {
    std::uint64_t size = 0;
    for (std::size_t i = 1; i < bytes.size(); ++i) {
      const auto byte = std::to_integer<std::uint64_t>(bytes[i]);
      if (i > 4) return {Step::What::Lost, 1};
      size |= byte >> 1 << 7 * (i - 1);
      if (byte & 1) continue;
      if (size > kLongest) return {Step::What::Lost, 1};
      const std::size_t all = 1 + i + static_cast<std::size_t>(size);
      if (all > bytes.size()) return {};
      return {Step::What::Event, all, std::to_integer<std::int64_t>(bytes[0])};
    }
    return {};
  }

  Type type_;
  int width_, height_;
};

struct Decoder {
  struct Place {
    std::uint64_t at = 0;
    std::int64_t t = 0;
  };
  static constexpr Time kTick = kMicrosecond;

  FileWindow file;
  std::uint64_t first = 0;
  Type type = kDvs;
  int width = 1, height = 1;  ///< as the file has it

  std::uint64_t bytes() const { return file.size(); }
  Place begin(std::size_t) const { return {first}; }

  Result<bool> next(std::size_t, Place& place, Packet& out, Findings& met) {
    TRY(const auto bytes, file.at(place.at, kBlockBytes + kLongest));
    const bool isLast = place.at + bytes.size() == file.size();
    const Reader reader(type, width, height);
    auto& events = std::get<EventPacket>(out);
    std::int64_t resets = 0, others = 0, lost = 0;
    std::size_t at = 0;
    while (at < bytes.size() && at < kBlockBytes) {
      const Step made = reader.step(bytes.subspan(at));
      if (made.what == Step::What::NotYet) break;
      if (made.what == Step::What::Lost) {
        if (lost == 0 && type != kGeneric) met.outside(made.x, turned(made.y), place.at + at);
        const std::size_t to = sound(reader, bytes, at);
        lost += static_cast<std::int64_t>(to - at);
        at = to;
        continue;
      }
      at += made.bytes;
      place.t += made.t;
      resets += made.what == Step::What::Reset;
      others += made.what == Step::What::Other;
      if (made.what == Step::What::Event)
        events.add({place.t, static_cast<std::uint16_t>(made.x),
                    static_cast<std::uint16_t>(turned(made.y)), made.on});
    }
    met.add("resets", resets);
    met.add("threshold_crossings", others,
            "measurements of brightness were skipped; changes alone are read", Note::Level::Info);
    met.add("skipped_bytes", lost, "bytes are no sound events and were skipped");
    place.at += at;
    if (at > 0) return true;
    if (isLast)
      met.add("truncated_bytes", static_cast<std::int64_t>(bytes.size()),
              "bytes at the end are no whole event and were left out");
    return false;
  }

 private:
  /// Rows count from below in the file.
  int turned(int y) const { return type == kGeneric ? y : height - 1 - y; }

  /// Where eight events follow one another again. Resets are written so that this is soon.
  std::size_t sound(const Reader& reader, std::span<const std::byte> bytes, std::size_t at) const {
    const std::size_t event = type == kColour ? 8 : type == kAmd ? 4 : type == kGeneric ? 1 : 5;
    if (at + event <= bytes.size() && reader.inStep(bytes.subspan(at + event), 8))
      return at + event;
    for (++at; at < bytes.size(); ++at)
      if (reader.inStep(bytes.subspan(at), 8)) break;
    return at;
  }
};

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(FileWindow file, FileWindow::open(path));
  TRY(const auto head, file.at(0, 20));
  if (head.size() < 16 || textOf(head.first(kMagicSize)) != kMagic)
    return Error{"is no Event Stream", path.string()};
  const auto byte = [&](std::size_t i) { return std::to_integer<int>(head[i]); };
  const std::string version =
      std::to_string(byte(12)) + "." + std::to_string(byte(13)) + "." + std::to_string(byte(14));
  if (byte(12) != 2)
    return Error{"is Event Stream " + version + "; version 2 can be read", path.string()};
  if (byte(15) >= kTypes)
    return Error{"its events are of type " + std::to_string(byte(15)) + "; 0 to 4 are known",
                 path.string()};
  Decoder decoder{file, 16, static_cast<Type>(byte(15))};
  Sensor sensor = {1, 1, "no places"};
  Notes notes = {{Note::Level::Info, "Event Stream " + version + " of " + kNames[decoder.type] +
                                         " events; time counts from 0"}};
  if (decoder.type == kAmd) sensor = {256, 256, "type of events"};
  if (decoder.type == kDvs || decoder.type == kAtis || decoder.type == kColour) {
    if (head.size() < 20) return Error{"its header is cut short", path.string()};
    sensor = {little<std::uint16_t>(head, 16), little<std::uint16_t>(head, 18), "header"};
    decoder.first = 20;
    if (sensor.width == 0 || sensor.height == 0)
      return Error{"its header says a sensor of no pixels", path.string()};
    TRY(sensor, sensorFrom(options, sensor));
  }
  if (decoder.type == kGeneric)
    notes.push_back(
        {Note::Level::Info,
         "generic events have no place and no polarity: all are ON at x = 0, y = 0, and "
         "their bytes are left out"});
  if (decoder.type == kColour || decoder.type == kAmd)
    notes.push_back({Note::Level::Info,
                     "these events have no polarity: all are ON, and their values are left out"});
  decoder.width = sensor.width;
  decoder.height = sensor.height;
  return BlockSource<Decoder>::open(std::move(decoder), {{Stream::Kind::Events, "events", sensor}},
                                    std::move(notes));
}

/// Writes events of a DVS: 0xFF for each 127 µs of pause, then time, polarity and place.
class Writer {
 public:
  Writer(RawBytes& out, int height, std::int64_t start) : out_(out), height_(height), t_(start) {}

  Result<void> run(const RawRun& run) {
    std::string text;
    for (std::size_t i = 0; i < run.t.size(); ++i) {
      const Time whole = wholeBelow(run.t[i], kMicrosecond);
      floored_ += whole != run.t[i];
      std::int64_t t = whole / kMicrosecond;
      if (t < t_) ++held_, t = t_;
      std::int64_t pause = t - t_;
      if (pause > 86'400'000'000)
        return Error{"a pause of more than a day lies before " + std::to_string(t) +
                         " µs, which Event Stream holds in a byte for each 127 µs",
                     "es"};
      text.append(static_cast<std::size_t>(pause / 127), '\xFF');
      pause %= 127;
      t_ = t;
      const int y = height_ - 1 - run.y[i];
      text += static_cast<char>(pause << 1 | (run.polarity[i] ? 1 : 0));
      for (const int v : {int{run.x[i]}, y})
        text += {static_cast<char>(v), static_cast<char>(v >> 8)};
      if (text.size() > 1 << 16) out_.putText(text), text.clear();
    }
    out_.putText(text);
    return {};
  }
  Notes notes(std::int64_t start, std::int64_t triggers) const {
    Notes notes;
    const auto say = [&](std::int64_t n, const char* what) {
      if (n) notes.push_back({Note::Level::Warning, std::to_string(n) + what});
    };
    say(floored_, " times lost their fraction of a microsecond");
    say(held_,
        " events came earlier than the one before; Event Stream cannot go back, so they were "
        "held at the time reached");
    say(triggers, " triggers were left out: Event Stream holds events alone");
    if (start)
      notes.push_back({Note::Level::Warning, "times count from 0 in the file; the first event's " +
                                                 std::to_string(start) + " µs are lost"});
    return notes;
  }

 private:
  RawBytes& out_;
  int height_;
  std::int64_t t_;
  std::int64_t floored_ = 0, held_ = 0;
};

Result<Notes> write(const std::filesystem::path& path, Opened& from, const Values&) {
  TRY(EventSource * source, eventSource(from));
  const Sensor sensor = source->streams()[0].sensor;
  if (sensor.width < 1 || sensor.height < 1 || sensor.width > 65535 || sensor.height > 65535)
    return Error{"the sensor is " + std::to_string(sensor.width) + "×" +
                     std::to_string(sensor.height) + " px; Event Stream holds 1×1 to 65535×65535",
                 path.string()};
  const std::int64_t start = wholeBelow(source->t0(), kMicrosecond) / kMicrosecond;
  TRY(RawBytes out, RawBytes::create(path));
  out.putText(kMagic);
  for (const int byte : {2, 0, 0, int{kDvs}}) out.put(static_cast<std::uint8_t>(byte));
  out.put(static_cast<std::uint16_t>(sensor.width));
  out.put(static_cast<std::uint16_t>(sensor.height));
  Writer writer(out, sensor.height, start);
  std::int64_t triggers = 0;
  TRY_DO(readAll(*source,
                 {[&](const RawRun& run) -> Result<void> { return writer.run(run); },
                  [&](const Trigger&) -> Result<void> { return ++triggers, Result<void>(); }}));
  TRY_DO(out.finish());
  return writer.notes(start, triggers);
}

int sniff(const FileProbe& probe) {
  return !probe.isFolder && textOf(probe.head).starts_with(kMagic) ? 95 : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(FileFormat{.id = "es",
                          .title = "Event Stream",
                          .endings = ".es",
                          .options = sensorOptions(),
                          .sniff = sniff,
                          .open = open,
                          .write = write});
}

}  // namespace spk::events::es
