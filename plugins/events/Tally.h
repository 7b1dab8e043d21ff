#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "engine/base/Note.h"
#include "engine/data/EventSource.h"

namespace spk::events {

/// Wraps of a clock end here [µs]: ns still fit into a Time.
inline constexpr std::int64_t kMostRaw = 8'000'000'000'000'000;

/// What the decoders of the RAW encodings count.
enum class Met : std::size_t {
  DroppedBeforeTimeBase,  ///< events before the first time word
  OutOfBounds,            ///< events beyond the sensor
  NonMonotonic,           ///< events earlier than the one before
  MaxStepBack,            ///< by how much at most [µs]
  TruncatedBytes,         ///< at the end, less than a word
  UnknownWords,
  Triggers,
  Imu,               ///< samples
  Other,             ///< monitoring words of the camera
  MissingY,          ///< events without a row
  MissingBase,       ///< vectors without a base
  OtherCamera,       ///< events of the second half of a stereo or EM sensor
  PartialVector,     ///< vectors that are not the triple 12 + 12 + 8
  PartialContinued,  ///< continuation words that continue nothing
  TimeHighBack,      ///< time base goes back by less than a wrap
  TimeHighJump,      ///< time base skips
  ClockOverflow,     ///< more wraps than 250 years
  Count
};

/// The counts of one stream, and where the first event beyond the sensor lies.
struct Tally {
  std::array<std::int64_t, static_cast<std::size_t>(Met::Count)> n = {};
  std::int64_t firstOutside = -1;  ///< word, then byte in the file
  int outsideX = 0, outsideY = 0;

  std::int64_t& operator[](Met met) { return n[static_cast<std::size_t>(met)]; }
  std::int64_t operator[](Met met) const { return n[static_cast<std::size_t>(met)]; }
  /// Books an event at t [µs] after one at `before`.
  void stepBack(std::int64_t before, std::int64_t t) {
    ++(*this)[Met::NonMonotonic];
    auto& most = (*this)[Met::MaxStepBack];
    if (before - t > most) most = before - t;
  }
  void outside(int x, int y, std::size_t word) {
    ++(*this)[Met::OutOfBounds];
    if (firstOutside < 0)
      firstOutside = static_cast<std::int64_t>(word), outsideX = x, outsideY = y;
  }
};

/// By the names that `info` prints; those that are 0 are left out, but for the six that every
/// reader has.
std::map<std::string, std::int64_t> byName(const Tally& tally);
/// What a person should know of it, with numbers.
Notes tallyNotes(const Tally& tally, const Sensor& sensor);

}  // namespace spk::events
