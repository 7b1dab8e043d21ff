// Prophesee RAW EVT2: 32-bit words, each event with its address and the low 6 bits of its time.
// Layout: plugins/events/Evt2Words.h.
#include "engine/graph/Registry.h"
#include "plugins/events/Evt2Words.h"
#include "plugins/events/RawSource.h"
#include "plugins/events/RawWriter.h"

namespace spk::events::evt2 {
namespace {

struct Decoder {
  using Word = std::uint32_t;
  static constexpr const char* kEncoding = "EVT2";
  static constexpr bool kHasTriggers = true;
  struct State : Evt2Clock {
    std::int64_t latest = std::numeric_limits<std::int64_t>::min();
    std::int64_t latestTrigger = std::numeric_limits<std::int64_t>::min();
    std::int64_t before = std::numeric_limits<std::int64_t>::min();  ///< time of the last record
    int continued = 0;  ///< words that may yet continue the last one
  };

  /// Words that are neither events nor time.
  static void rest(State& s, Tally& tally, std::uint32_t type) {
    if (type == kEvt2Continued) {
      if (s.continued > 0)
        --s.continued;
      else
        ++tally[Met::PartialContinued];
      return;
    }
    s.continued = type == kEvt2Imu ? 5 : type == kEvt2Other ? 1 : 0;
    ++tally[type == kEvt2Imu ? Met::Imu : type == kEvt2Other ? Met::Other : Met::UnknownWords];
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
      if (type == kEvt2TimeHigh) {
        s.timeHigh(word & 0x0FFFFFFF, tally);
        continue;
      }
      if (type != kEvt2Off && type != kEvt2On && type != kEvt2Trigger) {
        rest(s, tally, type);
        continue;
      }
      if (s.high < 0) [[unlikely]] {
        if (type != kEvt2Trigger) ++tally[Met::DroppedBeforeTimeBase];
        continue;
      }
      const std::int64_t t = s.at((word >> 22) & 0x3F);
      if (type == kEvt2Trigger) {
        if constexpr (want == Want::Triggers) {
          if (t >= until) {
            stopped = true;
            break;
          }
          out.trigger[out.triggers++] = {t, static_cast<std::uint8_t>((word >> 8) & 0x1F),
                                         static_cast<std::uint8_t>(word & 1)};
        } else {
          ++tally[Met::Triggers];
        }
        s.latestTrigger = std::max(s.latestTrigger, t);
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
          s.latest = std::max(s.latest, t);
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
  static constexpr const char* kFormatOptions = "";
  static constexpr const char* kVersion = "2.0";
  static constexpr std::int64_t kWrap = kEvt2Highs * 64;
  static constexpr int kTriggerIds = 32;

  int width = 0;
  Evt2Tick tick = {};

  Result<void> moveTo(std::int64_t t, RawBytes& out) {
    return tick.moveTo(t, kFormat,
                       [&](std::uint32_t high) { out.put(kEvt2TimeHigh << 28 | high); });
  }

  Result<void> events(const RawRun& run, RawBytes& out) {
    for (std::size_t i = 0; i < run.t.size(); ++i) {
      TRY_DO(moveTo(run.t[i], out));
      out.put(std::uint32_t{run.polarity[i] ? kEvt2On : kEvt2Off} << 28 |
              static_cast<std::uint32_t>(run.t[i] & 63) << 22 | std::uint32_t{run.x[i]} << 11 |
              run.y[i]);
    }
    return {};
  }
  Result<void> trigger(std::int64_t t, const Trigger& trigger, RawBytes& out) {
    TRY_DO(moveTo(t, out));
    out.put(kEvt2Trigger << 28 | static_cast<std::uint32_t>(t & 63) << 22 |
            std::uint32_t{trigger.id} << 8 | (trigger.value & 1u));
    return {};
  }
};

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(auto source, openRaw<Decoder>(path, options));
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
