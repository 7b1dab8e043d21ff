// Metavision DAT: decoded events or triggers, 8 bytes each, behind a header of text and two bytes.
// Layout: openeb's dat_event_file_reader.cpp and dat_tools.py; version 1 as faery reads it.
#include <bit>

#include "engine/graph/Registry.h"
#include "plugins/events/RawSource.h"
#include "plugins/events/RawWriter.h"

namespace spk::events::dat {
namespace {

enum Type : unsigned { kEvent2D = 0x00, kEventCd = 0x0C, kTriggers = 0x0E, kFlow = 0x28 };
enum class Version { One, Two };  ///< version 1 has 9 bits for x and 8 for y

/// Columns of a record's upper half.
template <Version version>
struct Fields {
  static constexpr bool kOne = version == Version::One;
  static constexpr std::uint32_t kX = kOne ? 9 : 14, kY = kOne ? 8 : 14;  ///< bits
  static std::uint32_t x(std::uint32_t data) { return data & ((1u << kX) - 1); }
  static std::uint32_t y(std::uint32_t data) { return data >> kX & ((1u << kY) - 1); }
  static std::uint8_t polarity(std::uint32_t data) {
    return static_cast<std::uint8_t>(data >> (kX + kY) & 1);
  }
};

/// @tparam content  what the records are
template <Version version, Want content>
struct Decoder {
  using Word = std::uint64_t;
  static constexpr bool kHasTriggers = content == Want::Triggers;
  struct State {
    std::int64_t start = 0;  ///< as the header says [µs]
    std::int64_t base = 0;   ///< start and wraps of the 32-bit clock [µs]
    std::uint32_t low = 0;   ///< of the last record
    std::int64_t latest = std::numeric_limits<std::int64_t>::min();
    std::int64_t latestTrigger = std::numeric_limits<std::int64_t>::min();
    std::int64_t before = std::numeric_limits<std::int64_t>::min();
  };
  static constexpr std::int64_t kWrap = std::int64_t{1} << 32, kHalf = kWrap / 2;

  /// What the clock has passed before a record whose low half is `low`. A fall by more than half
  /// the range is a wrap.
  static std::int64_t baseAt(const State& s, Tally& tally, std::uint32_t low) {
    if (low >= s.low || s.low - low <= 1u << 31) [[likely]]
      return s.base;
    if (s.base < kMostRaw) return s.base + kWrap;
    ++tally[Met::ClockOverflow];
    return s.base;
  }
  /// A rise by as much after a wrap: a record from before it that came late.
  static bool isLate(const State& s, std::uint32_t low) {
    return low > s.low && low - s.low > 1u << 31 && s.base > s.start;
  }

  template <Want want>
  static Decoded decode(State& state, Tally& tally, std::span<const Word> words, bool,
                        std::int64_t until, const Sensor& sensor, Block& out) {
    State s = state;
    std::size_t i = 0;
    if constexpr (want != content) {
      if constexpr (content == Want::Triggers) tally[Met::Triggers] += std::ssize(words);
      return {words.size(), false};
    }
    const auto width = static_cast<std::uint32_t>(sensor.width);
    const auto height = static_cast<std::uint32_t>(sensor.height);
    std::size_t n = out.n;
    bool stopped = false;
    for (; i < words.size() && n < Block::kMost && out.triggers < Block::kMost; ++i) {
      const auto low = static_cast<std::uint32_t>(words[i]);
      const std::int64_t step = std::int64_t{low} - s.low;
      std::int64_t base = s.base;
      bool late = false;
      if (step < -kHalf || step > kHalf) [[unlikely]] {
        base = baseAt(s, tally, low);
        late = isLate(s, low);
      }
      const std::int64_t t = base + low - (late ? kWrap : 0);
      if (t >= until) [[unlikely]] {
        stopped = true;
        break;
      }
      if (!late) [[likely]] {
        s.base = base;
        s.low = low;
      }
      const auto data = static_cast<std::uint32_t>(words[i] >> 32);
      if constexpr (content == Want::Triggers) {
        out.trigger[out.triggers++] = {t, static_cast<std::uint8_t>(data >> 8 & 0x1F),
                                       static_cast<std::uint8_t>(data & 1)};
        s.latestTrigger = std::max(s.latestTrigger, t);
      } else {
        const std::uint32_t x = Fields<version>::x(data), y = Fields<version>::y(data);
        s.latest = std::max(s.latest, t);
        if (x >= width || y >= height) [[unlikely]] {
          tally.outside(static_cast<int>(x), static_cast<int>(y), i);
          continue;
        }
        out.t[n] = t;
        out.x[n] = static_cast<std::uint16_t>(x);
        out.y[n] = static_cast<std::uint16_t>(y);
        out.polarity[n] = Fields<version>::polarity(data);
        ++n;
        if (t < s.before) [[unlikely]]
          tally.stepBack(s.before, t);
        s.before = t;
      }
    }
    out.n = n;
    state = s;
    return {i, stopped};
  }
};

/// The header and the two bytes behind it.
struct Opening {
  RawHeader header;
  std::uint64_t begin = 0;  ///< first byte of the first record
  unsigned type = kEvent2D;
  bool legacy = false;  ///< no header at all
};

Result<Opening> readOpening(const ByteFile& file) {
  Opening opening;
  TRY(opening.header, readRawHeader(file));
  if (opening.header.size == 0) {
    opening.legacy = true;
    return opening;
  }
  std::array<std::byte, 2> kind = {};
  TRY(const std::size_t got, file.read(opening.header.size, kind));
  const std::string where = file.path().string();
  if (got < kind.size()) return Error{"ends within its header", where};
  opening.type = std::to_integer<unsigned>(kind[0]);
  opening.begin = opening.header.size + kind.size();
  const auto size = std::to_integer<unsigned>(kind[1]);
  if (opening.type == kFlow)
    return Error{"holds optical flow (type 0x28), no events; that is not read", where};
  if (opening.type != kEvent2D && opening.type != kEventCd && opening.type != kTriggers)
    return Error{"holds records of unknown type " + std::to_string(opening.type) +
                     "; known are 0 and 12 (events) and 14 (triggers)",
                 where};
  if (size != sizeof(std::uint64_t))
    return Error{"has records of " + std::to_string(size) + " bytes; events have 8", where};
  return opening;
}

/// The smallest sensor that holds the events: of a file of more than 64 MiB, those of its first 64,
/// and then the next larger one that is sold.
template <Version version>
Result<Sensor> largest(const ByteFile& file, std::uint64_t begin) {
  constexpr std::uint64_t kMost = std::uint64_t{64} << 20;
  std::vector<std::uint64_t> words(1 << 17);
  std::uint32_t x = 0, y = 0;
  std::uint64_t at = begin;
  while (at < begin + kMost) {
    TRY(const std::size_t bytes, file.read(at, std::as_writable_bytes(std::span(words))));
    const std::size_t count = bytes / sizeof(std::uint64_t);
    if (count == 0) break;
    for (std::size_t i = 0; i < count; ++i) {
      const auto data = static_cast<std::uint32_t>(words[i] >> 32);
      x = std::max(x, Fields<version>::x(data));
      y = std::max(y, Fields<version>::y(data));
    }
    at += count * sizeof(std::uint64_t);
  }
  Sensor sensor{static_cast<int>(x) + 1, static_cast<int>(y) + 1, "guessed"};
  return file.size() - begin <= kMost ? sensor : nextSensor(sensor);
}

template <Version version>
Result<Sensor> sensorOf(const ByteFile& file, const Opening& opening, const Values& options,
                        Notes& notes) {
  const auto width = integerOr(options, "width", 0), height = integerOr(options, "height", 0);
  if ((width > 0) != (height > 0) || width > 16384 || height > 16384)
    return Error{"width and height are needed together, at most 16384", "width"};
  if (width > 0) return Sensor{static_cast<int>(width), static_cast<int>(height), "option"};
  if (auto said = headerSize(opening.header, 16384)) return *said;
  TRY(const Sensor sensor, largest<version>(file, opening.begin));
  notes.push_back({Note::Level::Warning,
                   "the file does not say how large the sensor is; " +
                       std::to_string(sensor.width) + "×" + std::to_string(sensor.height) +
                       " holds every event. Set width and height if it is larger"});
  return sensor;
}

template <Version version, Want content>
Result<Opened> openAs(ByteFile file, const Opening& opening, const Values& options, Notes notes) {
  RawOpening<Decoder<version, content>> raw;
  raw.begin = opening.begin;
  if constexpr (content == Want::Triggers) {
    raw.sensor = headerSize(opening.header, 16384).value_or(Sensor{1, 1, "none"});
  } else {
    TRY(raw.sensor, sensorOf<version>(file, opening, options, notes));
  }
  raw.state.base = raw.state.start = rawStart(opening.header, notes);
  raw.notes = std::move(notes);
  TRY(auto source, (RawSource<Decoder<version, content>>::open(std::move(file), std::move(raw))));
  return Result<Opened>(std::move(source));
}

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(ByteFile file, ByteFile::open(path));
  TRY(const Opening opening, readOpening(file));
  Notes notes;
  std::string version = textOr(options, "version", "auto");
  if (version == "auto") {
    version = opening.header.key("Version");
    if (version.empty()) {
      version = "2";
      notes.push_back(
          {Note::Level::Info,
           std::string(opening.legacy ? "the file has no header" : "the header names no version") +
               "; version 2 was taken. Set version if the addresses look wrong"});
    }
  }
  if (version != "1" && version != "2")
    return Error{"is of version " + version + "; 1 and 2 are known", path.string()};
  if (opening.type == kTriggers)
    return openAs<Version::Two, Want::Triggers>(std::move(file), opening, options,
                                                std::move(notes));
  if (version == "1")
    return openAs<Version::One, Want::Events>(std::move(file), opening, options, std::move(notes));
  return openAs<Version::Two, Want::Events>(std::move(file), opening, options, std::move(notes));
}

/// Turns events or triggers into records; the other kind is counted.
struct Encoder {
  Want content = Want::Events;
  std::int64_t start = 0, before = -1, left = 0, floored = 0;

  Result<void> put(Time raw, std::uint32_t data, RawBytes& out) {
    const Time whole = wholeBelow(raw, kMicrosecond);
    floored += whole != raw;
    const std::int64_t t = whole / kMicrosecond - start;
    constexpr std::int64_t kHalf = std::int64_t{1} << 31;
    if (t < 0 || (before >= 0 && (t - before >= kHalf || before - t >= kHalf)))
      return Error{"the step to " + std::to_string(whole / kMicrosecond) +
                       " µs is longer than 35 minutes, which the format's clock cannot show",
                   "dat"};
    before = t;
    out.put(std::uint64_t{data} << 32 | static_cast<std::uint32_t>(t));
    return {};
  }
};

Result<Notes> write(const std::filesystem::path& path, Opened& from, const Values& options) {
  TRY(EventSource * source, eventSource(from));
  const std::string asked = textOr(options, "content", "events");
  if (asked != "events" && asked != "triggers")
    return Error{"is events or triggers, not " + asked, "content"};
  const Sensor sensor = source->streams()[0].sensor;
  if (sensor.width < 1 || sensor.height < 1 || sensor.width > 16384 || sensor.height > 16384)
    return Error{"the sensor is " + std::to_string(sensor.width) + "×" +
                     std::to_string(sensor.height) + " px; DAT holds 1×1 to 16384×16384",
                 path.string()};
  TRY(const Time first, firstRawTime(*source));
  Encoder encoder;
  encoder.content = asked == "events" ? Want::Events : Want::Triggers;
  encoder.start = wholeBelow(wholeBelow(first, kMicrosecond) / kMicrosecond, std::int64_t{1} << 32);
  TRY(RawBytes out, RawBytes::create(path));
  out.putText("% Height " + std::to_string(sensor.height) + "\n% Version 2\n% Width " +
              std::to_string(sensor.width) + "\n");
  if (encoder.start != 0) out.putText("% t0 " + std::to_string(encoder.start) + "\n");
  out.putText("% end\n");
  out.put(static_cast<std::uint8_t>(encoder.content == Want::Events ? kEventCd : kTriggers));
  out.put(static_cast<std::uint8_t>(sizeof(std::uint64_t)));
  const auto putEvents = [&](const RawRun& run) -> Result<void> {
    if (encoder.content == Want::Triggers) return encoder.left += std::ssize(run.t), Result<void>();
    for (std::size_t i = 0; i < run.t.size(); ++i)
      TRY_DO(encoder.put(
          run.t[i], run.x[i] | std::uint32_t{run.y[i]} << 14 | std::uint32_t{run.polarity[i]} << 28,
          out));
    return {};
  };
  const auto putTrigger = [&](const Trigger& trigger) -> Result<void> {
    if (encoder.content == Want::Events) return ++encoder.left, Result<void>();
    return encoder.put(trigger.t, (trigger.id & 0x1Fu) << 8 | (trigger.value & 1u), out);
  };
  TRY_DO(readAll(*source, {putEvents, putTrigger}));
  TRY_DO(out.finish());
  Notes notes;
  if (encoder.floored)
    notes.push_back({Note::Level::Warning, std::to_string(encoder.floored) +
                                               " times lost their fraction of a microsecond"});
  if (encoder.left)
    notes.push_back({Note::Level::Warning,
                     std::to_string(encoder.left) +
                         (encoder.content == Want::Events
                              ? " triggers were left out; set content to triggers and write them "
                                "to a file of their own"
                              : " events were left out: content is triggers")});
  return notes;
}

/// Whether the bytes of a file without header read as events: ordered times and small addresses.
bool readsAsEvents(std::span<const std::byte> head) {
  constexpr std::size_t kLeast = 16, kLook = 256;
  const std::size_t count = std::min(head.size() / sizeof(std::uint64_t), kLook);
  if (count < kLeast) return false;
  std::uint32_t before = 0, any = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t word = 0;
    std::memcpy(&word, head.data() + i * sizeof word, sizeof word);
    const auto t = static_cast<std::uint32_t>(word), data = static_cast<std::uint32_t>(word >> 32);
    using Two = Fields<Version::Two>;
    if (t < before || t - before > 10'000'000 || Two::x(data) >= 1280 || Two::y(data) >= 720 ||
        data >> 29 != 0)
      return false;
    before = t;
    any |= data;
  }
  return any != 0 && before != 0;
}

int sniff(const FileProbe& probe) {
  if (probe.isFolder) return 0;
  const RawHeader header = readRawHeader(probe.head);
  if (header.size == 0)
    return probe.path.extension() == ".dat" && readsAsEvents(probe.head) ? 30 : 0;
  if (!rawEncoding(header).empty() || header.size + 2 > probe.head.size()) return 0;
  const auto type = std::to_integer<unsigned>(probe.head[header.size]);
  const auto size = std::to_integer<unsigned>(probe.head[header.size + 1]);
  const bool known = (type == kEvent2D || type == kEventCd || type == kTriggers) && size == 8;
  return known || (type == kFlow && size == 28) ? 90 : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  auto options = sensorOptions();
  options.push_back({.name = "version",
                     .kind = Kind::Choice,
                     .initial = std::string("auto"),
                     .doc = "Layout of the addresses: 1 has 9 bits for x and 8 for y, 2 has 14 for "
                            "each; auto: as the header says it",
                     .choices = {"auto", "1", "2"},
                     .live = false});
  options.push_back({.name = "content",
                     .kind = Kind::Choice,
                     .initial = std::string("events"),
                     .doc = "What is written: a file holds events or triggers. Reading finds out",
                     .choices = {"events", "triggers"},
                     .live = false});
  registry.add(FileFormat{.id = "dat",
                          .title = "Metavision DAT",
                          .endings = ".dat",
                          .options = std::move(options),
                          .sniff = sniff,
                          .open = open,
                          .write = write});
}

}  // namespace spk::events::dat
