#pragma once
#include <bit>

#include "plugins/events/RawSource.h"

namespace spk::events::evt3 {

enum Type : std::uint16_t {
  kAddrY = 0x0,
  kOtherY = 0x1,
  kAddrX = 0x2,
  kBaseX = 0x3,
  kVector12 = 0x4,
  kVector8 = 0x5,
  kTimeLow = 0x6,
  kContinued4 = 0x7,
  kTimeHigh = 0x8,
  kTrigger = 0xA,
  kImu = 0xD,
  kOther = 0xE,
  kContinued12 = 0xF
};
inline constexpr int kHighs = 1 << 12;  ///< values of the time base, 4096 µs each

/// Decodes the 16-bit words of EVT3, which change a state of row, column and time; vectors give up
/// to 32 events of one row at once.
struct Decoder {
  using Word = std::uint16_t;
  static constexpr const char* kEncoding = "EVT3";
  static constexpr bool kHasTriggers = true;
  enum Row : int { kMissing = -1, kOutside = -2, kOtherCamera = -3 };  ///< why there is no row
  struct State {
    std::int64_t base = 0;  ///< header's start and wraps [µs]
    std::int64_t t = 0;
    std::int64_t latest = std::numeric_limits<std::int64_t>::min();
    std::int64_t latestTrigger = std::numeric_limits<std::int64_t>::min();
    std::int64_t before = std::numeric_limits<std::int64_t>::min();  ///< time of the last record
    int high = -1;                                                   ///< time base; none yet
    int y = kMissing;                                                ///< or a Row
    int rowOutside = 0;                                              ///< the row that lies outside
    int baseX = -1;  ///< of the next vector; none yet
    std::uint8_t basePolarity = 0;
    int continued = 0;  ///< words that may yet continue the last one
  };

  static void timeHigh(State& s, Tally& tally, int high) {
    if (s.high >= 0) {
      if (s.high >= high + kHighs / 2) {
        if (s.base < kMostRaw)
          s.base += std::int64_t{kHighs} << 12;
        else
          ++tally[Met::ClockOverflow];
        if (s.high != kHighs - 1 || high != 0) ++tally[Met::TimeHighJump];
      } else if (high < s.high) {
        ++tally[Met::TimeHighBack];
      } else if (high > s.high + 1) {
        ++tally[Met::TimeHighJump];
      }
    }
    if (high == s.high) return;
    s.high = high;
    s.t = s.base + (std::int64_t{high} << 12);  // the low part is 0 until its next word
  }

  /// Events without a row, a base, or beyond the sensor's right edge.
  static void refuse(State& s, Tally& tally, int x, std::uint32_t mask, std::size_t word) {
    s.latest = std::max(s.latest, s.t);
    const int count = std::popcount(mask);
    if (s.y == kMissing)
      tally[Met::MissingY] += count;
    else if (s.y == kOtherCamera)
      tally[Met::OtherCamera] += count;
    else if (x < 0)
      tally[Met::MissingBase] += count;
    else
      for (std::uint32_t left = mask; left; left &= left - 1)
        tally.outside(x + std::countr_zero(left), s.y == kOutside ? s.rowOutside : s.y, word);
  }

  /// The events of `mask` at x, x + 1, …; all lie on the sensor.
  static void emit(State& s, Tally& tally, int x, std::uint32_t mask, std::uint8_t polarity,
                   Block& out) {
    if (mask == 0) {
      s.latest = std::max(s.latest, s.t);
      return;
    }
    const std::size_t n = out.n, count = static_cast<std::size_t>(std::popcount(mask));
    if (s.t != s.before) {
      if (s.t < s.before) [[unlikely]]
        tally.stepBack(s.before, s.t);
      s.before = s.t;
      s.latest = std::max(s.latest, s.t);
    }
    const auto y = static_cast<std::uint16_t>(s.y);
    for (std::size_t k = 0; k < count; ++k) out.t[n + k] = s.t;
    for (std::size_t k = 0; k < count; ++k) out.y[n + k] = y;
    for (std::size_t k = 0; k < count; ++k) out.polarity[n + k] = polarity;
    std::uint16_t* to = &out.x[n];
    for (; mask; mask &= mask - 1) *to++ = static_cast<std::uint16_t>(x + std::countr_zero(mask));
    out.n = n + count;
  }

  /// A vector of `pixels` at the base, which it moves on.
  static void vector(State& s, Tally& tally, std::uint32_t mask, int pixels, const Sensor& sensor,
                     std::size_t word, Block& out) {
    const int x = s.baseX;
    if (x >= 0) s.baseX = std::min(x + pixels, 1 << 12);
    if (s.y < 0 || x < 0) return refuse(s, tally, x, mask, word);
    const int room = sensor.width - x;
    if (room < pixels) {  // what lies beyond the edge is counted, the rest is sound
      const std::uint32_t inside = room <= 0 ? 0 : (1u << room) - 1;
      refuse(s, tally, x, mask & ~inside, word);
      mask &= inside;
    }
    emit(s, tally, x, mask, s.basePolarity, out);
  }

  /// A vector word at words[i], together with the two after it where they make the usual triple.
  /// @return words used
  static std::size_t vectorWords(State& s, Tally& tally, std::span<const Word> words, std::size_t i,
                                 const Sensor& sensor, Block& out) {
    const auto first = words[i];
    if (first >> 12 == kVector12 && i + 2 < words.size() && words[i + 1] >> 12 == kVector12 &&
        words[i + 2] >> 12 == kVector8) [[likely]] {
      const std::uint32_t mask =
          (first & 0x0FFFu) | (words[i + 1] & 0x0FFFu) << 12 | (words[i + 2] & 0x00FFu) << 24;
      vector(s, tally, mask, 32, sensor, i, out);
      return 3;
    }
    ++tally[Met::PartialVector];
    const bool eight = first >> 12 == kVector8;
    vector(s, tally, first & (eight ? 0x00FFu : 0x0FFFu), eight ? 8 : 12, sensor, i, out);
    return 1;
  }

  /// Words before the first time base: nothing in them has a time.
  static std::size_t skip(Tally& tally, std::span<const Word> words) {
    std::size_t i = 0;
    for (; i < words.size() && words[i] >> 12 != kTimeHigh; ++i) {
      const int type = words[i] >> 12;
      if (type == kAddrX) ++tally[Met::DroppedBeforeTimeBase];
      if (type == kVector12) tally[Met::DroppedBeforeTimeBase] += std::popcount(words[i] & 0x0FFFu);
      if (type == kVector8) tally[Met::DroppedBeforeTimeBase] += std::popcount(words[i] & 0x00FFu);
    }
    return i;
  }

  /// Words that are neither events, addresses nor time.
  static void rest(State& s, Tally& tally, int type) {
    if (type == kContinued4 || type == kContinued12) {
      const bool expected = s.continued > 0 && (type == kContinued4) == (s.continued == 1);
      if (!expected) ++tally[Met::PartialContinued];
      s.continued = expected ? s.continued - 1 : 0;
      return;
    }
    s.continued = type == kOther ? 3 : 0;  // 12 + 12 + 4 bits
    ++tally[type == kImu ? Met::Imu : type == kOther ? Met::Other : Met::UnknownWords];
  }

  static void row(State& s, int y, const Sensor& sensor) {
    s.y = y < sensor.height ? y : kOutside;
    s.rowOutside = y;
  }

  /// Rows, bases, times and the rest: what changes the state only.
  static void stateWord(State& s, Tally& tally, Word word, const Sensor& sensor) {
    const int low = word & 0x0FFF, address = word & 0x07FF;
    switch (word >> 12) {
      case kAddrY: return row(s, address, sensor);
      case kTimeLow: s.t = s.base + (std::int64_t{s.high} << 12) + low; return;
      case kTimeHigh: return timeHigh(s, tally, low);
      case kBaseX:
        s.baseX = address;
        s.basePolarity = static_cast<std::uint8_t>(word >> 11 & 1);
        return;
      case kOtherY: s.y = kOtherCamera; return;
      default: rest(s, tally, word >> 12);
    }
  }

  template <Want want>
  static Decoded decode(State& state, Tally& tally, std::span<const Word> words, bool last,
                        std::int64_t until, const Sensor& sensor, Block& out) {
    State s = state;
    std::size_t i = s.high < 0 ? skip(tally, words) : 0;
    bool stopped = false;
    while (i < words.size() && !out.full()) {
      const Word word = words[i];
      const int type = word >> 12;
      if (type == kAddrX || type == kVector12 || type == kVector8) {
        if constexpr (want == Want::Events) {
          stopped = s.t >= until;
          if (stopped) [[unlikely]]
            break;
          if (type == kAddrX) {
            const int x = word & 0x07FF;
            if (s.y >= 0 && x < sensor.width) [[likely]]
              emit(s, tally, x, 1, static_cast<std::uint8_t>(word >> 11 & 1), out);
            else
              refuse(s, tally, x, 1, i);
            ++i;
          } else {
            if (i + 2 >= words.size() && !last) break;  // the triple may go on
            i += vectorWords(s, tally, words, i, sensor, out);
          }
        } else {
          ++i;
        }
        continue;
      }
      if (type == kTrigger) {
        if constexpr (want == Want::Triggers) {
          stopped = s.t >= until;
          if (stopped) break;
          out.trigger[out.triggers++] = {s.t, static_cast<std::uint8_t>(word >> 8 & 0xF),
                                         static_cast<std::uint8_t>(word & 1)};
        } else {
          ++tally[Met::Triggers];
        }
        s.latestTrigger = std::max(s.latestTrigger, s.t);
      } else {
        stateWord(s, tally, word, sensor);
      }
      ++i;
    }
    state = s;
    return {i, stopped};
  }
};

}  // namespace spk::events::evt3
