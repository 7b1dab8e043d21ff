// Prophesee RAW EVT2: 32-bit words, each event with its address and the low 6 bits of its time.
// Layout: Prophesee's format description and openeb's evt2_event_types.h; bits from the lowest.
#include <bit>

#include "engine/graph/Registry.h"
#include "plugins/events/RawSource.h"
#include "plugins/events/RawWriter.h"

namespace spk::events::evt2 {
namespace {

enum Type : std::uint32_t {
  kOff = 0x0,
  kOn = 0x1,
  kTimeHigh = 0x8,
  kTrigger = 0xA,
  kImu = 0xD,
  kOther = 0xE,
  kContinued = 0xF
};
constexpr std::int64_t kHighs = std::int64_t{1} << 28;  ///< values of the time base, 64 µs each
/// A step back of the base by less than this is no wrap (openeb: full range less 10 ms).
constexpr std::int64_t kWrapAt = kHighs - 1 - 10'000 / 64;

struct Decoder {
  using Word = std::uint32_t;
  static constexpr const char* kEncoding = "EVT2";
  struct State {
    std::int64_t base = 0;   ///< header's start and wraps [µs]
    std::int64_t high = -1;  ///< time base [64 µs]; none yet
    std::int64_t latest = std::numeric_limits<std::int64_t>::min();
    std::int64_t before = std::numeric_limits<std::int64_t>::min();  ///< time of the last record
    int continued = 0;  ///< words that may yet continue the last one
  };

  static void timeHigh(State& s, Tally& tally, std::int64_t high) {
    if (s.high - high >= kWrapAt) {
      if (s.base < kMostRaw)
        s.base += kHighs * 64;
      else
        ++tally[Met::ClockOverflow];
    } else if (high < s.high) {
      ++tally[Met::TimeHighBack];
    }
    s.high = high;
  }

  /// Words that are neither events nor time.
  static void rest(State& s, Tally& tally, std::uint32_t type) {
    if (type == kContinued) {
      if (s.continued > 0)
        --s.continued;
      else
        ++tally[Met::PartialContinued];
      return;
    }
    s.continued = type == kImu ? 5 : type == kOther ? 1 : 0;
    ++tally[type == kImu ? Met::Imu : type == kOther ? Met::Other : Met::UnknownWords];
  }

  template <Want want>
  static Decoded decode(State& state, Tally& tally, std::span<const Word> words, bool,
                        std::int64_t until, const Sensor& sensor, Block& out) {
    State s = state;
    const auto width = static_cast<std::uint32_t>(sensor.width);
    const auto height = static_cast<std::uint32_t>(sensor.height);
    std::size_t i = 0, n = out.n;
    bool stopped = false;
    for (; i < words.size() && n < Block::kMost && out.triggers < Block::kMost; ++i) {
      const Word word = words[i];
      const std::uint32_t type = word >> 28;
      if (type == kTimeHigh) {
        timeHigh(s, tally, word & 0x0FFFFFFF);
        continue;
      }
      if (type != kOff && type != kOn && type != kTrigger) {
        rest(s, tally, type);
        continue;
      }
      if (s.high < 0) [[unlikely]] {
        if (type != kTrigger) ++tally[Met::DroppedBeforeTimeBase];
        continue;
      }
      const std::int64_t t = s.base + (s.high << 6) + ((word >> 22) & 0x3F);
      if (type == kTrigger) {
        if constexpr (want == Want::Triggers) {
          if (t >= until) {
            stopped = true;
            break;
          }
          out.trigger[out.triggers++] = {t, static_cast<std::uint8_t>((word >> 8) & 0x1F),
                                         static_cast<std::uint8_t>(word & 1)};
          s.latest = std::max(s.latest, t);
        } else {
          ++tally[Met::Triggers];
        }
        continue;
      }
      if constexpr (want == Want::Events) {
        const std::uint32_t x = (word >> 11) & 0x7FF, y = word & 0x7FF;
        if (t >= until) [[unlikely]] {
          stopped = true;
          break;
        }
        if (x >= width || y >= height) [[unlikely]] {
          tally.outside(static_cast<int>(x), static_cast<int>(y), i);
          continue;
        }
        out.t[n] = t;
        out.x[n] = static_cast<std::uint16_t>(x);
        out.y[n] = static_cast<std::uint16_t>(y);
        out.polarity[n] = static_cast<std::uint8_t>(type);
        ++n;
        if (t < s.before) [[unlikely]]
          tally.stepBack(s.before, t);
        s.before = t;
        s.latest = std::max(s.latest, t);
      }
    }
    out.n = n;
    state = s;
    return {i, stopped};
  }
};

/// Turns events into words; one time base word whenever it changes.
struct Encoder {
  static constexpr const char* kFormat = "EVT2";
  static constexpr const char* kVersion = "2.0";
  static constexpr std::int64_t kWrap = kHighs * 64;
  static constexpr int kTriggerIds = 32;

  int width = 0;
  std::int64_t high = -1;

  Result<void> moveTo(std::int64_t t, RawBytes& out) {
    const std::int64_t next = t >> 6;
    if (next == high) return {};
    if (high >= 0 && next / kHighs < high / kHighs)
      return Error{"time goes back across a wrap of the 34-bit clock, at " + std::to_string(t) +
                       " µs; EVT2 cannot hold that",
                   "evt2"};
    if (high >= 0 && next / kHighs - high / kHighs > 100'000)
      return Error{"a pause of more than 50 years lies before " + std::to_string(t) + " µs",
                   "evt2"};
    while (high >= 0 && next / kHighs > high / kHighs) {  // the wrap must be seen
      const std::int64_t end = (high / kHighs + 1) * kHighs;
      if (high != end - 1) out.put(kTimeHigh << 28 | static_cast<std::uint32_t>(kHighs - 1));
      out.put(static_cast<std::uint32_t>(kTimeHigh) << 28);
      high = end;
    }
    if (next != high) out.put(kTimeHigh << 28 | static_cast<std::uint32_t>(next % kHighs));
    high = next;
    return {};
  }

  Result<void> events(const RawRun& run, RawBytes& out) {
    for (std::size_t i = 0; i < run.t.size(); ++i) {
      TRY_DO(moveTo(run.t[i], out));
      out.put(std::uint32_t{run.polarity[i] ? kOn : kOff} << 28 |
              static_cast<std::uint32_t>(run.t[i] & 63) << 22 | std::uint32_t{run.x[i]} << 11 |
              run.y[i]);
    }
    return {};
  }
  Result<void> trigger(std::int64_t t, const Trigger& trigger, RawBytes& out) {
    TRY_DO(moveTo(t, out));
    out.put(kTrigger << 28 | static_cast<std::uint32_t>(t & 63) << 22 |
            std::uint32_t{trigger.id} << 8 | (trigger.value & 1u));
    return {};
  }
};

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(auto source, RawSource<Decoder>::open(path, options));
  return Result<Opened>(std::move(source));
}

Result<Notes> write(const std::filesystem::path& path, Opened& from, const Values&) {
  return writeRaw<Encoder>(path, from);
}

int sniff(const FileProbe& probe) {
  return !probe.isFolder && rawEncoding(readRawHeader(probe.head)) == "EVT2" ? 95 : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(FileFormat{.id = "evt2",
                          .title = "Prophesee RAW EVT2",
                          .endings = ".raw",
                          .options = sensorOptions(),
                          .sniff = sniff,
                          .open = open,
                          .write = write});
}

}  // namespace spk::events::evt2
