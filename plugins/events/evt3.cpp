// Prophesee RAW EVT3: 16-bit words that change a state of row, column and time; vectors give up to
// 32 events of one row at once. Layout: Prophesee's format description and openeb's
// evt3_event_types.h.
#include "engine/graph/Registry.h"
#include "plugins/events/Evt3Decoder.h"
#include "plugins/events/RawWriter.h"

namespace spk::events::evt3 {
namespace {

/// Turns events into words: a vector where it is shorter than its events one by one.
struct Encoder {
  static constexpr const char* kFormat = "EVT3";
  static constexpr const char* kFormatOptions = "";
  static constexpr const char* kVersion = "3.0";
  static constexpr std::int64_t kWrap = std::int64_t{kHighs} << 12;
  static constexpr int kTriggerIds = 16;

  int width = 0;
  std::int64_t high = -1;
  int low = 0, y = -1;

  static std::uint16_t word(int type, std::int64_t payload) {
    return static_cast<std::uint16_t>(type << 12 | static_cast<int>(payload));
  }

  Result<void> moveTo(std::int64_t t, RawBytes& out) {
    const std::int64_t next = t >> 12;
    if (next < high && (next / kHighs != high / kHighs || high - next >= kHighs / 2))
      return Error{"time goes back by " + std::to_string((high - next) << 12) + " µs, to " +
                       std::to_string(t) + " µs; EVT3 holds at most 8.3 s, and not across a wrap",
                   "evt3"};
    if (high >= 0 && next - high > 10'000'000'000)
      return Error{"a pause of more than a year lies before " + std::to_string(t) + " µs", "evt3"};
    if (high < 0 || next < high) {
      out.put(word(kTimeHigh, next % kHighs));
      low = 0;
    } else if (next > high) {
      // Each tick, as a camera does; after a pause of an hour, as few as show every wrap.
      const std::int64_t stride = next - high > 1'000'000 ? 1024 : 1;
      for (std::int64_t at = high; at < next;) {
        at = std::min(at + stride, next);
        out.put(word(kTimeHigh, at % kHighs));
      }
      low = 0;
    }
    high = next;
    if (const int wanted = static_cast<int>(t & 0xFFF); wanted != low) {
      out.put(word(kTimeLow, wanted));
      low = wanted;
    }
    return {};
  }

  /// How many events from i on one vector can hold: one time, row and polarity, x ascending within
  /// 32 pixels.
  std::size_t vectorLength(const RawRun& run, std::size_t i) const {
    const int base = std::min<int>(run.x[i], width - 32);
    std::size_t end = i + 1;
    while (end < run.t.size() && run.t[end] == run.t[i] && run.y[end] == run.y[i] &&
           run.polarity[end] == run.polarity[i] && run.x[end] > run.x[end - 1] &&
           run.x[end] < base + 32)
      ++end;
    return base < 0 ? 1 : end - i;
  }

  Result<void> events(const RawRun& run, RawBytes& out) {
    for (std::size_t i = 0; i < run.t.size();) {
      TRY_DO(moveTo(run.t[i], out));
      if (run.y[i] != y) out.put(word(kAddrY, y = run.y[i]));
      const int polarity = run.polarity[i] ? 1 << 11 : 0;
      const std::size_t count = vectorLength(run, i);
      if (count < 5) {  // base and triple are four words
        out.put(word(kAddrX, polarity | run.x[i++]));
        continue;
      }
      const int base = std::min<int>(run.x[i], width - 32);
      std::uint32_t mask = 0;
      for (const std::size_t end = i + count; i < end; ++i) mask |= 1u << (run.x[i] - base);
      out.put(word(kBaseX, polarity | base));
      out.put(word(kVector12, mask & 0xFFF));
      out.put(word(kVector12, mask >> 12 & 0xFFF));
      out.put(word(kVector8, mask >> 24));
    }
    return {};
  }

  Result<void> trigger(std::int64_t t, const Trigger& trigger, RawBytes& out) {
    TRY_DO(moveTo(t, out));
    out.put(word(kTrigger, (trigger.id & 0xF) << 8 | (trigger.value & 1)));
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
  return !probe.isFolder && rawEncoding(readRawHeader(probe.head)) == "EVT3" ? 95 : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(FileFormat{.id = "evt3",
                          .title = "Prophesee RAW EVT3",
                          .endings = ".raw",
                          .options = sensorOptions(),
                          .sniff = sniff,
                          .open = open,
                          .write = write});
}

}  // namespace spk::events::evt3
