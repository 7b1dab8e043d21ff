// Prophesee RAW EVT2.1: 64-bit words, each with up to 32 events of one row, polarity and time.
// Layout: an EVT2 word in one half, the mask of the events right of its x in the other; "legacy"
// files have the halves the other way round (openeb's evt21_event_types.h).
#include <bit>

#include "engine/graph/Registry.h"
#include "plugins/events/Evt2Words.h"
#include "plugins/events/RawSource.h"
#include "plugins/events/RawWriter.h"

namespace spk::events::evt21 {
namespace {

enum class Half { High, Low };  ///< which half is the EVT2 word

template <Half half>
struct Decoder {
  using Word = std::uint64_t;
  static constexpr const char* kEncoding = "EVT21";
  static constexpr bool kHasTriggers = true;
  struct State : Evt2Clock {
    std::int64_t latest = std::numeric_limits<std::int64_t>::min();
    std::int64_t latestTrigger = std::numeric_limits<std::int64_t>::min();
    std::int64_t before = std::numeric_limits<std::int64_t>::min();  ///< time of the last record
    int continued = 0;  ///< words that may yet continue the last one
  };

  static void rest(State& s, Tally& tally, std::uint32_t type) {
    if (type == kEvt2Continued) {
      if (s.continued > 0)
        --s.continued;
      else
        ++tally[Met::PartialContinued];
      return;
    }
    s.continued = type == kEvt2Other ? 1 : 0;
    ++tally[type == kEvt2Other ? Met::Other : Met::UnknownWords];
  }

  /// The events of `mask` at x, x + 1, …; those beyond the sensor are counted only.
  static void emit(State& s, Tally& tally, std::int64_t t, std::uint32_t address,
                   std::uint32_t mask, std::uint8_t polarity, const Sensor& sensor,
                   std::size_t word, Block& out) {
    const int x = static_cast<int>(address >> 11 & 0x7FF), y = static_cast<int>(address & 0x7FF);
    s.latest = std::max(s.latest, t);
    const int room = y < sensor.height ? sensor.width - x : 0;
    if (room < 32) [[unlikely]] {
      const std::uint32_t inside = room <= 0 ? 0 : (1u << room) - 1;
      for (std::uint32_t left = mask & ~inside; left; left &= left - 1)
        tally.outside(x + std::countr_zero(left), y, word);
      mask &= inside;
      if (mask == 0) return;
    }
    if (t < s.before) [[unlikely]]
      tally.stepBack(s.before, t);
    s.before = t;
    std::size_t n = out.n;
    do {
      out.t[n] = t;
      out.x[n] = static_cast<std::uint16_t>(x + std::countr_zero(mask));
      out.y[n] = static_cast<std::uint16_t>(y);
      out.polarity[n] = polarity;
      ++n;
      mask &= mask - 1;
    } while (mask);
    out.n = n;
  }

  template <Want want>
  static Decoded decode(State& state, Tally& tally, std::span<const Word> words, bool,
                        std::int64_t until, const Sensor& sensor, Block& out) {
    State s = state;
    std::size_t i = 0;
    bool stopped = false;
    for (; i < words.size() && !out.full(); ++i) {
      const Word word = words[i];
      const auto high = static_cast<std::uint32_t>(word >> 32),
                 low = static_cast<std::uint32_t>(word);
      const std::uint32_t head = half == Half::High ? high : low;
      const std::uint32_t mask = half == Half::High ? low : high;
      const std::uint32_t type = head >> 28;
      if (type == kEvt2Off || type == kEvt2On) {
        if (s.high < 0) [[unlikely]] {
          tally[Met::DroppedBeforeTimeBase] += std::popcount(mask);
          continue;
        }
        if constexpr (want == Want::Events) {
          if (mask == 0) continue;
          const std::int64_t t = s.at(head >> 22 & 0x3F);
          if (t >= until) [[unlikely]] {
            stopped = true;
            break;
          }
          emit(s, tally, t, head, mask, static_cast<std::uint8_t>(type), sensor, i, out);
        }
      } else if (type == kEvt2TimeHigh) {
        s.timeHigh(head & 0x0FFFFFFF, tally);
      } else if (type == kEvt2Trigger) {
        if (s.high < 0) continue;
        const std::int64_t t = s.at(head >> 22 & 0x3F);
        if constexpr (want == Want::Triggers) {
          if (t >= until) {
            stopped = true;
            break;
          }
          out.trigger[out.triggers++] = {t, static_cast<std::uint8_t>(head >> 8 & 0x1F),
                                         static_cast<std::uint8_t>(head & 1)};
        } else {
          ++tally[Met::Triggers];
        }
        s.latestTrigger = std::max(s.latestTrigger, t);
      } else {
        rest(s, tally, type);
      }
    }
    state = s;
    return {i, stopped};
  }
};

/// Turns events into words: one for all of a time, row and polarity within 32 pixels to the right.
struct Encoder {
  static constexpr const char* kFormat = "EVT21";
  static constexpr const char* kFormatOptions = ";endianness=little";
  static constexpr const char* kVersion = "2.1";
  static constexpr std::int64_t kWrap = kEvt2Highs * 64;
  static constexpr int kTriggerIds = 32;

  int width = 0;
  Evt2Tick tick = {};

  static std::uint64_t word(std::uint32_t head, std::uint32_t mask) {
    return std::uint64_t{head} << 32 | mask;
  }
  Result<void> moveTo(std::int64_t t, RawBytes& out) {
    return tick.moveTo(t, kFormat,
                       [&](std::uint32_t high) { out.put(word(kEvt2TimeHigh << 28 | high, 0)); });
  }

  Result<void> events(const RawRun& run, RawBytes& out) {
    for (std::size_t i = 0; i < run.t.size();) {
      TRY_DO(moveTo(run.t[i], out));
      const std::size_t first = i;
      std::uint32_t mask = 1;
      for (++i; i < run.t.size() && run.t[i] == run.t[first] && run.y[i] == run.y[first] &&
                run.polarity[i] == run.polarity[first] && run.x[i] > run.x[i - 1] &&
                run.x[i] < run.x[first] + 32;
           ++i)
        mask |= 1u << (run.x[i] - run.x[first]);
      const std::uint32_t type = run.polarity[first] ? kEvt2On : kEvt2Off;
      out.put(word(type << 28 | static_cast<std::uint32_t>(run.t[first] & 63) << 22 |
                       std::uint32_t{run.x[first]} << 11 | run.y[first],
                   mask));
    }
    return {};
  }
  Result<void> trigger(std::int64_t t, const Trigger& trigger, RawBytes& out) {
    TRY_DO(moveTo(t, out));
    out.put(word(kEvt2Trigger << 28 | static_cast<std::uint32_t>(t & 63) << 22 |
                     static_cast<std::uint32_t>(trigger.id & 0x1F) << 8 | (trigger.value & 1u),
                 0));
    return {};
  }
};

/// The order of the halves: as asked, as the header says, or as its camera has it.
Result<Half> halfOf(const RawHeader& header, const Values& options, Notes& notes) {
  const std::string asked = textOr(options, "endianness", "auto");
  if (asked == "little") return Half::High;
  if (asked == "legacy") return Half::Low;
  if (asked != "auto") return Error{"is auto, little or legacy, not " + asked, "endianness"};
  const std::string_view said = rawEndianness(header);
  if (said == "little") return Half::High;
  if (said == "legacy") return Half::Low;
  notes.push_back({Note::Level::Info,
                   "the header does not name the order of the words' halves; little was taken. Set "
                   "endianness if not"});
  return Half::High;
}

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(ByteFile file, ByteFile::open(path));
  TRY(const RawHeader header, readRawHeader(file));
  Notes notes;
  TRY(const Half half, halfOf(header, options, notes));
  TRY(auto source, half == Half::High
                       ? openRaw<Decoder<Half::High>>(path, options, std::move(notes))
                       : openRaw<Decoder<Half::Low>>(path, options, std::move(notes)));
  return Result<Opened>(std::move(source));
}

Result<Notes> write(const std::filesystem::path& path, Opened& from, const Values&) {
  return writeRaw<Encoder>(path, from);
}

int sniff(const FileProbe& probe) {
  return !probe.isFolder && rawEncoding(readRawHeader(probe.head)) == "EVT21" ? 95 : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  auto options = sensorOptions();
  options.push_back({.name = "endianness",
                     .kind = Kind::Choice,
                     .initial = std::string("auto"),
                     .doc = "Which half of a word comes first: legacy has the address in the lower "
                            "half; auto: as the header says it",
                     .choices = {"auto", "little", "legacy"},
                     .live = false});
  registry.add(FileFormat{.id = "evt21",
                          .title = "Prophesee RAW EVT2.1",
                          .endings = ".raw",
                          .options = std::move(options),
                          .sniff = sniff,
                          .open = open,
                          .write = write});
}

}  // namespace spk::events::evt21
