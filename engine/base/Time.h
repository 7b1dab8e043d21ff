#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/Result.h"

namespace spk {

/// Nanoseconds on the one clock of simulation, events and recordings.
using Time = std::int64_t;

inline constexpr Time kMicrosecond = 1'000;
inline constexpr Time kMillisecond = 1'000'000;
inline constexpr Time kSecond = 1'000'000'000;

/// Nearest nanosecond; ties away from zero.
constexpr Time fromMilliseconds(double ms) {
  return static_cast<Time>(ms * 1e6 + (ms < 0 ? -0.5 : 0.5));
}
constexpr double toMilliseconds(Time t) { return static_cast<double>(t) / 1e6; }
constexpr double toSeconds(Time t) { return static_cast<double>(t) / 1e9; }

/// "250ms", "2s", "10us", "5ns", "1min"; without a unit, seconds. Blanks between are allowed.
Result<Time> parseTime(std::string_view text);
/// Shortest exact text in s, ms, µs or ns: "2 s", "250 ms".
std::string timeText(Time t);

}  // namespace spk
