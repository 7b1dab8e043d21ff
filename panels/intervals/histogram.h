#pragma once
#include <cstdint>
#include <vector>

#include "engine/data/Tape.h"

namespace spk::panels::intervals {

enum class Of { Pixel, Sensor };
enum class Polarity { Both, On, Off };

/// How often intervals of each length occurred.
struct Histogram {
  static constexpr int kPerDecade = 10;
  static constexpr int kFirst = -30, kLast = 40;  ///< tenths of a decade of ms: 1 µs to 10 s
  std::vector<std::uint64_t> bins;                ///< bin k: [10^((kFirst + k) / 10), …) ms
  std::uint64_t intervals = 0;
  Time median = 0;
};
/// Of the events in (from, to]; intervals of 0 count in the first bin, very long ones in the last.
Histogram histogram(const Tape& tape, Time from, Time to, Of of, Polarity polarity);

}  // namespace spk::panels::intervals
