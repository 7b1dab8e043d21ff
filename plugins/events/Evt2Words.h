#pragma once
#include <cstdint>
#include <string>

#include "engine/base/Result.h"
#include "plugins/events/Tally.h"

namespace spk::events {

// What EVT2 and EVT2.1 have in common: the types of their words and a clock of 28 + 6 bits.
// Layout: Prophesee's format descriptions and openeb's evt2_event_types.h; bits from the lowest.

enum Evt2Type : std::uint32_t {
  kEvt2Off = 0x0,
  kEvt2On = 0x1,
  kEvt2TimeHigh = 0x8,
  kEvt2Trigger = 0xA,
  kEvt2Imu = 0xD,
  kEvt2Other = 0xE,
  kEvt2Continued = 0xF
};
inline constexpr std::int64_t kEvt2Highs = std::int64_t{1} << 28;  ///< of 64 µs each
/// A step back of the base by less than this is no wrap (openeb: full range less 10 ms).
inline constexpr std::int64_t kEvt2WrapAt = kEvt2Highs - 1 - 10'000 / 64;

/// The clock as decoding has it.
struct Evt2Clock {
  std::int64_t base = 0;   ///< header's start and wraps [µs]
  std::int64_t high = -1;  ///< time base [64 µs]; none yet

  void timeHigh(std::int64_t next, Tally& tally) {
    if (high - next >= kEvt2WrapAt) {
      if (base < kMostRaw)
        base += kEvt2Highs * 64;
      else
        ++tally[Met::ClockOverflow];
    } else if (next < high) {
      ++tally[Met::TimeHighBack];
    }
    high = next;
  }
  std::int64_t at(std::uint32_t low) const { return base + (high << 6) + low; }
};

/// The clock as encoding has it: says when a time base word is due.
class Evt2Tick {
 public:
  /// @param put  writes a time base word of the given 28 bits
  template <class Put>
  Result<void> moveTo(std::int64_t t, const char* format, Put put) {
    const std::int64_t next = t >> 6;
    if (next == high_) return {};
    if (high_ >= 0 && next / kEvt2Highs < high_ / kEvt2Highs)
      return Error{"time goes back across a wrap of the 34-bit clock, at " + std::to_string(t) +
                       " µs; " + format + " cannot hold that",
                   format};
    if (high_ >= 0 && next / kEvt2Highs - high_ / kEvt2Highs > 100'000)
      return Error{"a pause of more than 50 years lies before " + std::to_string(t) + " µs",
                   format};
    while (high_ >= 0 && next / kEvt2Highs > high_ / kEvt2Highs) {  // the wrap must be seen
      const std::int64_t end = (high_ / kEvt2Highs + 1) * kEvt2Highs;
      if (high_ != end - 1) put(static_cast<std::uint32_t>(kEvt2Highs - 1));
      put(std::uint32_t{0});
      high_ = end;
    }
    if (next != high_) put(static_cast<std::uint32_t>(next % kEvt2Highs));
    high_ = next;
    return {};
  }

 private:
  std::int64_t high_ = -1;
};

}  // namespace spk::events
