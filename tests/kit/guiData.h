#pragma once
#include <cmath>
#include <random>
#include <vector>

#include "engine/data/Tape.h"
#include "engine/graph/NodeType.h"

namespace spk::test {

/// `rate` spikes a second in (from, to] of `neurons` neurons that fire together every 150 ms a
/// little more than else: what a raster of a living network looks like.
inline std::vector<Spike> waves(double rate, std::uint32_t neurons, Time from, Time to,
                                unsigned seed = 1) {
  std::vector<Spike> spikes;
  std::minstd_rand turn(seed + static_cast<unsigned>(from / 1000));
  const auto draw = [&] { return double(turn()) / double(std::minstd_rand::max()); };
  for (Time t = from + kMillisecond; t <= to; t += kMillisecond) {
    const double phase = std::fmod(toSeconds(t), 0.15) / 0.15;
    const double now = rate / 1000 * (0.55 + 2.2 * std::exp(-40 * (phase - 0.5) * (phase - 0.5)));
    for (double left = now; left > 0; --left) {
      if (left < 1 && draw() > left) break;
      spikes.push_back({t, static_cast<std::uint32_t>(draw() * neurons) % neurons});
    }
  }
  return spikes;
}

/// Membrane potentials [mV] of neurons 0 … n−1 that climb to 20 mV and fall back, every 0.5 ms.
inline std::vector<Sample> climbs(std::uint32_t n, Time from, Time to) {
  std::vector<Sample> samples;
  for (Time t = from + kMillisecond / 2; t <= to; t += kMillisecond / 2) {
    for (std::uint32_t i = 0; i < n; ++i) {
      const double period = 0.06 + 0.017 * i;
      const double phase = std::fmod(toSeconds(t) + 0.01 * i, period) / period;
      const double wobble = 0.5 * std::sin(toSeconds(t) * 400 + i);
      samples.push_back({t, i, static_cast<float>(21.5 * (1 - std::exp(-2.6 * phase)) + wobble)});
    }
  }
  return samples;
}

/// Events of a bar that turns before a 64 × 48 sensor, ON before and OFF behind it; `rate` a
/// second.
inline std::vector<Event> turningBar(double rate, Time from, Time to) {
  std::vector<Event> events;
  std::minstd_rand turn(static_cast<unsigned>(from / 1000 + 1));
  const auto draw = [&] { return double(turn()) / double(std::minstd_rand::max()); };
  const auto n = static_cast<std::size_t>(toSeconds(to - from) * rate);
  for (std::size_t i = 0; i < n; ++i) {
    const Time t = from + static_cast<Time>(double(i + 1) / rate * kSecond);
    const double along = draw() * 2 - 1, angle = 12 * toSeconds(t),
                 side = draw() < 0.5 ? -1.5 : 1.5;
    double x = 32 + 21 * along * std::cos(angle) - side * std::sin(angle) + draw() - 0.5;
    double y = 24 + 21 * along * std::sin(angle) + side * std::cos(angle) + draw() - 0.5;
    if (draw() < 0.03) x = draw() * 64, y = draw() * 48;
    events.push_back({t, static_cast<std::uint16_t>(std::clamp(x, 0.0, 63.0)),
                      static_cast<std::uint16_t>(std::clamp(y, 0.0, 47.0)),
                      static_cast<std::uint8_t>((along > 0) == (side > 0))});
  }
  return events;
}

/// Flow of the same bar: each point of it goes round the middle of the sensor.
inline std::vector<Flow> turningFlow(double rate, Time from, Time to) {
  std::vector<Flow> flows;
  for (const Event& e : turningBar(rate, from, to))
    flows.push_back({e.t, e.x, e.y, static_cast<float>(-12.0 * (e.y - 24)),
                     static_cast<float>(12.0 * (e.x - 32))});
  return flows;
}

}  // namespace spk::test
