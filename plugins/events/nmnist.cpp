// N-MNIST and N-Caltech101: five bytes an event, without a header. Layout: Orchard et al. 2015,
// "Converting static image datasets to spiking neuromorphic datasets using saccades".
#include <algorithm>

#include "engine/graph/Registry.h"
#include "plugins/events/BlockSource.h"
#include "plugins/events/FileWindow.h"
#include "plugins/events/RawHeader.h"
#include "plugins/events/loads.h"

namespace spk::events::nmnist {
namespace {

constexpr std::size_t kBytes = 5, kBlockEvents = 8192;
constexpr int kOverflowRow = 240;        ///< marks a turn of the clock, and is no event
constexpr std::int64_t kTurn = 1 << 13;  ///< by so much [µs]

struct Raw {
  int x, y, on;
  std::int64_t t;
};
Raw rawAt(std::span<const std::byte> bytes, std::size_t i) {
  const auto byte = [&](std::size_t k) { return std::to_integer<int>(bytes[kBytes * i + k]); };
  return {byte(0), byte(1), byte(2) >> 7, (byte(2) & 0x7F) << 16 | byte(3) << 8 | byte(4)};
}

struct Decoder {
  struct Place {
    std::uint64_t at = 0;
    std::int64_t turned = 0;  ///< [µs]
  };
  static constexpr Time kTick = kMicrosecond;

  FileWindow file;

  std::uint64_t bytes() const { return file.size(); }
  Place begin(std::size_t) const { return {}; }

  Result<bool> next(std::size_t, Place& place, Packet& out, Findings& met) {
    TRY(const auto bytes, file.at(place.at, kBlockEvents * kBytes));
    const std::size_t count = bytes.size() / kBytes;
    if (count == 0) {
      met.add("truncated_bytes", static_cast<std::int64_t>(bytes.size()),
              "bytes at the end are no whole event and were left out");
      return false;
    }
    std::int64_t turns = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Raw raw = rawAt(bytes, i);
      if (raw.y == kOverflowRow) {
        place.turned += kTurn;
        ++turns;
        continue;
      }
      std::get<EventPacket>(out).add({raw.t + place.turned, static_cast<std::uint16_t>(raw.x),
                                      static_cast<std::uint16_t>(raw.y),
                                      static_cast<std::uint8_t>(raw.on)});
    }
    met.add("clock_overflows", turns);
    place.at += count * kBytes;
    return true;
  }
};

/// What the first events say of the file.
struct Look {
  int width = 0, height = 0;
  std::size_t events = 0, falls = 0, rises = 0;
};
Look lookAt(std::span<const std::byte> head) {
  Look look;
  std::int64_t before = -1;
  for (std::size_t i = 0; i < head.size() / kBytes; ++i) {
    const Raw raw = rawAt(head, i);
    if (raw.y == kOverflowRow) {
      before = -1;
      continue;
    }
    look.width = std::max(look.width, raw.x + 1);
    look.height = std::max(look.height, raw.y + 1);
    look.falls += before >= 0 && raw.t < before;
    look.rises += before >= 0 && raw.t > before && raw.t - before < 1'000'000;
    before = raw.t;
    ++look.events;
  }
  return look;
}

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(FileWindow file, FileWindow::open(path));
  TRY(const auto head, file.at(0, 1 << 16));
  const Look look = lookAt(head);
  const bool small = look.width <= 34 && look.height <= 34;
  Notes notes = {{Note::Level::Info, "five bytes an event, without a header"}};
  TRY(const Sensor sensor,
      sensorFrom(options, small ? Sensor{34, 34, "guessed"} : Sensor{240, 180, "guessed"}));
  if (sensor.origin == "guessed")
    notes.push_back(
        {Note::Level::Warning, std::string("the file does not say how large the sensor is; ") +
                                   (small ? "34×34 is assumed, as in N-MNIST"
                                          : "240×180 is assumed, as in N-Caltech101") +
                                   ". Set width and height if not"});
  return BlockSource<Decoder>::open(Decoder{std::move(file)},
                                    {{Stream::Kind::Events, "events", sensor}}, std::move(notes));
}

int sniff(const FileProbe& probe) {
  if (probe.isFolder || textOf(probe.head).starts_with("#")) return 0;
  const Look look = lookAt(probe.head);
  const bool fits = look.width <= 240 && look.height <= 180;
  const bool ordered = look.falls * 20 <= look.events && look.rises * 4 > look.events;
  return look.events >= 50 && fits && ordered ? look.width <= 34 && look.height <= 34 ? 60 : 45 : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(FileFormat{.id = "nmnist",
                          .title = "N-MNIST and N-Caltech101",
                          .endings = ".bin",
                          .options = sensorOptions(),
                          .sniff = sniff,
                          .open = open});
}

}  // namespace spk::events::nmnist
