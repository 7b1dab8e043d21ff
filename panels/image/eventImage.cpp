#include "panels/image/eventImage.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "panels/kit/Theme.h"
#include "panels/kit/colourMaps.h"

namespace spk::panels::image {
namespace {

constexpr int kReach = 5;  // time constants after which nothing is left to see
constexpr int kShades = 256;

std::array<QRgb, kShades> shades() {
  std::array<QRgb, kShades> table{};
  for (int i = 0; i < kShades; ++i) table[std::size_t(i)] = viridis(i / double(kShades - 1));
  return table;
}

/// Calls take(index of the pixel, event) for the events in (from, to] that lie on the sensor.
template <class Take>
void eachEvent(const Tape& tape, Time from, Time to, QSize sensor, Take take) {
  tape.visit<Event>(from + 1, to + 1, [&](std::span<const Event> events) {
    for (const Event& event : events) {
      if (event.x < sensor.width() && event.y < sensor.height()) {
        take(std::size_t(event.y) * std::size_t(sensor.width()) + event.x, event);
      }
    }
  });
}

QImage blank(QSize sensor, QRgb ground) {
  QImage picture(sensor, QImage::Format_RGB32);
  picture.fill(ground);
  return picture;
}

/// A picture's pixels in one row after the other: 32-bit lines have no padding.
std::span<QRgb> pixelsOf(QImage& picture) {
  return {reinterpret_cast<QRgb*>(picture.bits()),
          std::size_t(picture.width()) * std::size_t(picture.height())};
}

QImage countImage(const Tape& tape, Time t, Time window, QSize sensor) {
  QImage picture = blank(sensor, theme().plot.rgb());
  const std::span<QRgb> pixels = pixelsOf(picture);
  std::vector<std::uint32_t> counts(pixels.size());
  eachEvent(tape, t - window, t, sensor, [&](std::size_t i, const Event&) { ++counts[i]; });
  std::vector<std::uint32_t> busy;
  std::ranges::copy_if(counts, std::back_inserter(busy), [](std::uint32_t n) { return n > 0; });
  if (busy.empty()) return picture;
  const auto rank = busy.begin() + std::ptrdiff_t(busy.size() * 99 / 100);
  std::ranges::nth_element(busy, rank);
  const double full = std::max(1u, *rank);
  const auto table = shades();
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    if (counts[i]) pixels[i] = table[std::size_t(std::min(1.0, counts[i] / full) * (kShades - 1))];
  }
  return picture;
}

QImage surfaceImage(const Tape& tape, Time t, Time tau, QSize sensor) {
  const auto table = shades();
  QImage picture = blank(sensor, table.front());
  const std::span<QRgb> pixels = pixelsOf(picture);
  std::vector<Time> last(pixels.size(), -1);
  eachEvent(tape, std::max<Time>(-1, t - kReach * tau), t, sensor,
            [&](std::size_t i, const Event& e) { last[i] = e.t; });
  // exp by table of age: a picture of a million pixels stays cheap.
  std::array<QRgb, 1024> byAge{};
  for (std::size_t i = 0; i < byAge.size(); ++i) {
    byAge[i] = table[std::size_t(std::exp(-double(i) * kReach / byAge.size()) * (kShades - 1))];
  }
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    if (last[i] < 0) continue;
    const auto age = std::size_t((t - last[i]) * Time(byAge.size()) / (kReach * tau));
    pixels[i] = byAge[std::min(age, byAge.size() - 1)];
  }
  return picture;
}

}  // namespace

QImage eventImage(const Tape& tape, Time t, Time window, Mode mode, QSize sensor) {
  if (sensor.isEmpty()) return {};
  switch (mode) {
    case Mode::Count: return countImage(tape, t, window, sensor);
    case Mode::TimeSurface: return surfaceImage(tape, t, window, sensor);
    case Mode::Polarity: break;
  }
  QImage picture = blank(sensor, theme().plot.rgb());
  const std::span<QRgb> pixels = pixelsOf(picture);
  const QRgb on = theme().on.rgb(), off = theme().off.rgb();
  eachEvent(tape, t - window, t, sensor,
            [&](std::size_t i, const Event& e) { pixels[i] = e.polarity ? on : off; });
  return picture;
}

QSize seenSensor(const Tape& tape, Time from, QSize before) {
  tape.visit<Event>(from, tape.end() + 1, [&](std::span<const Event> events) {
    for (const Event& event : events) before = before.expandedTo({event.x + 1, event.y + 1});
  });
  return before;
}

}  // namespace spk::panels::image
