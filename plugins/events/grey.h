#pragma once
#include <cstdint>
#include <utility>

#include "engine/data/EventSource.h"

namespace spk::events {

/// Brightness of a colour (ITU-R BT.601), in whole numbers.
constexpr std::uint8_t greyOf(int red, int green, int blue) {
  return static_cast<std::uint8_t>((299 * red + 587 * green + 114 * blue) / 1000);
}
constexpr std::uint8_t greyOf(int value) { return static_cast<std::uint8_t>(value); }

/// The part of a sensor that a picture shows.
struct SensorPart {
  Sensor sensor;                            ///< width 0: not known
  int x = 0, y = 0, width = 0, height = 0;  ///< on the sensor, if its size is known
};

/// A grey picture of a whole sensor, black where it was not read out. Of a sensor whose size is not
/// known, or too large to fill for a small picture, the part alone.
class Grey {
 public:
  Grey(Time t, const SensorPart& part) {
    const Sensor& sensor = part.sensor;
    const bool whole = sensor.width > 0 && std::int64_t{sensor.width} * sensor.height <= kMost;
    if (whole) x_ = part.x, y_ = part.y;
    frame_.t = t;
    frame_.width = static_cast<std::uint16_t>(whole ? sensor.width : part.width);
    frame_.height = static_cast<std::uint16_t>(whole ? sensor.height : part.height);
    frame_.grey.resize(std::size_t{frame_.width} * frame_.height);
  }
  /// x and y lie within the part.
  void set(std::int64_t x, std::int64_t y, std::uint8_t value) {
    frame_.grey[static_cast<std::size_t>((y_ + y) * frame_.width + x_ + x)] = value;
  }
  Frame frame() && { return std::move(frame_); }

 private:
  static constexpr std::int64_t kMost = 1 << 21;
  int x_ = 0, y_ = 0;
  Frame frame_;
};

}  // namespace spk::events
