#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "engine/base/Time.h"

namespace spk {

/// One event of an event camera; origin top left, y down.
struct Event {
  Time t = 0;
  std::uint16_t x = 0, y = 0;
  std::uint8_t polarity = 0;  ///< 1 ON, 0 OFF
  friend bool operator==(const Event&, const Event&) = default;
};

/// The events of one read, as four arrays of equal length; reused, cleared, never shrunk.
struct EventPacket {
  std::vector<Time> t;
  std::vector<std::uint16_t> x, y;
  std::vector<std::uint8_t> polarity;

  std::size_t size() const { return t.size(); }
  bool empty() const { return t.empty(); }
  void clear() { t.clear(), x.clear(), y.clear(), polarity.clear(); }
  void reserve(std::size_t n) { t.reserve(n), x.reserve(n), y.reserve(n), polarity.reserve(n); }
  void add(const Event& e) {
    t.push_back(e.t), x.push_back(e.x), y.push_back(e.y), polarity.push_back(e.polarity);
  }
  Event operator[](std::size_t i) const { return {t[i], x[i], y[i], polarity[i]}; }
};

/// An edge on a camera's trigger input.
struct Trigger {
  Time t = 0;
  std::uint8_t id = 0, value = 0;
  friend bool operator==(const Trigger&, const Trigger&) = default;
};
using TriggerPacket = std::vector<Trigger>;

/// What an inertial unit beside the sensor measured.
struct ImuSample {
  Time t = 0;
  std::array<float, 3> acceleration = {};  ///< [g], along x, y, z of the unit
  std::array<float, 3> rotation = {};      ///< [degrees/s], about x, y, z
  float temperature = 0;                   ///< [degrees Celsius]; 0 where none was measured
  friend bool operator==(const ImuSample&, const ImuSample&) = default;
};
using ImuPacket = std::vector<ImuSample>;

}  // namespace spk
