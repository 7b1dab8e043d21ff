#pragma once
#include <QString>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "engine/graph/Registry.h"

namespace spk {
void addPlugins(Registry& registry);
}

namespace spk::kit {

/// What the table of sample files states of each: times raw, coordinates of the image.
struct EventTotals {
  std::int64_t events = 0, off = 0, on = 0, sumX = 0, sumY = 0, firstUs = 0, lastUs = 0;
  friend bool operator==(const EventTotals&, const EventTotals&) = default;
};
inline QString text(const EventTotals& t) {
  return QString("%1 events, %2 off, %3 on, Σx %4, Σy %5, %6 → %7 µs")
      .arg(t.events)
      .arg(t.off)
      .arg(t.on)
      .arg(t.sumX)
      .arg(t.sumY)
      .arg(t.firstUs)
      .arg(t.lastUs);
}

inline const Registry& registry() {
  static const Registry kRegistry = [] {
    Registry made;
    addPlugins(made);
    return made;
  }();
  return kRegistry;
}

/// Opens a file as the format `id`; on failure the error's text is in `why`.
inline std::unique_ptr<EventSource> openEvents(std::string_view id,
                                               const std::filesystem::path& path,
                                               const Values& options = {}, QString* why = nullptr) {
  const FileFormat* format = registry().fileFormat(id);
  if (!format) return nullptr;
  auto opened = format->open(path, options);
  if (!opened) {
    if (why) *why = QString::fromStdString(opened.error().text());
    return nullptr;
  }
  auto* source = std::get_if<std::unique_ptr<EventSource>>(&opened.value());
  return source ? std::move(*source) : nullptr;
}

/// Everything before `until` that is left of stream 0; nothing if a read fails.
inline std::optional<std::vector<Event>> eventsBefore(EventSource& source, Time until) {
  std::vector<Event> all;
  auto more = EventSource::More::Full;
  while (more == EventSource::More::Full) {
    Packet packet;
    auto read = source.read(0, packet, until);
    if (!read) return std::nullopt;
    more = read.value();
    if (const auto* events = std::get_if<EventPacket>(&packet))
      for (std::size_t i = 0; i < events->size(); ++i) all.push_back((*events)[i]);
  }
  return all;
}
inline std::optional<std::vector<Event>> eventsLeft(EventSource& source) {
  return eventsBefore(source, std::numeric_limits<Time>::max());
}
/// Everything that is left of the first stream of that kind of packet; nothing if a read fails,
/// none if there is no such stream.
template <class List>
std::optional<List> listLeft(EventSource& source, Stream::Kind kind) {
  List all;
  const auto streams = source.streams();
  const auto found = std::ranges::find(streams, kind, &Stream::kind);
  if (found == streams.end()) return all;
  const auto stream = static_cast<std::size_t>(found - streams.begin());
  auto more = EventSource::More::Full;
  while (more == EventSource::More::Full) {
    Packet packet;
    auto read = source.read(stream, packet, std::numeric_limits<Time>::max());
    if (!read) return std::nullopt;
    more = read.value();
    if (const auto* list = std::get_if<List>(&packet))
      all.insert(all.end(), list->begin(), list->end());
  }
  return all;
}
inline std::optional<TriggerPacket> triggersLeft(EventSource& source) {
  return listLeft<TriggerPacket>(source, Stream::Kind::Triggers);
}
inline std::optional<ImuPacket> imuLeft(EventSource& source) {
  return listLeft<ImuPacket>(source, Stream::Kind::Imu);
}
inline std::optional<FramePacket> framesLeft(EventSource& source) {
  return listLeft<FramePacket>(source, Stream::Kind::Frames);
}
inline bool hasStream(const EventSource& source, Stream::Kind kind) {
  return std::ranges::count(source.streams(), kind, &Stream::kind) > 0;
}

inline EventTotals totals(EventSource& source) {
  EventTotals sum;
  const auto events = eventsLeft(source);
  if (!events) return sum;
  for (const Event& e : *events) {
    if (sum.events++ == 0) sum.firstUs = (e.t + source.t0()) / kMicrosecond;
    sum.lastUs = (e.t + source.t0()) / kMicrosecond;
    ++(e.polarity ? sum.on : sum.off);
    sum.sumX += e.x;
    sum.sumY += e.y;
  }
  return sum;
}

/// The folder of real recordings, events/ of what SPK_SAMPLES names; none: the test says so.
inline std::optional<std::filesystem::path> sampleFolder() {
  const auto named = qEnvironmentVariable("SPK_SAMPLES");
  if (named.isEmpty()) return std::nullopt;
  const auto folder = std::filesystem::path(named.toStdString()) / "events";
  return std::filesystem::is_directory(folder) ? std::optional(folder) : std::nullopt;
}

template <class Word>
std::string bytesOf(const std::vector<Word>& words) {
  return std::string(reinterpret_cast<const char*>(words.data()), words.size() * sizeof(Word));
}

/// Files of one test, gone after it.
class Folder {
 public:
  std::filesystem::path write(const std::string& name, const std::string& bytes) const {
    std::filesystem::remove(path(name));  // a file that is emptied first costs a sync on ext4
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }
  std::filesystem::path path(const std::string& name) const {
    return std::filesystem::path(folder_.path().toStdString()) / name;
  }
  std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  QTemporaryDir folder_;
};

}  // namespace spk::kit

#define SPK_NEEDS_SAMPLES(folder)               \
  const auto folder = spk::kit::sampleFolder(); \
  if (!folder)                                  \
  QSKIP("real recordings are not here: SPK_SAMPLES names the folder above their events/ folder")
