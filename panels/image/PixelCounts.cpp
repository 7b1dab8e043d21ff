#include "panels/image/PixelCounts.h"

#include <algorithm>
#include <cmath>

#include "panels/kit/colourMaps.h"

namespace spk::panels::image {

void PixelCounts::update(const Tape& tape, QSize sensor) {
  if (sensor != sensor_ || tape.cuts() != cuts_) {
    sensor_ = sensor;
    cuts_ = tape.cuts();
    counts_.assign(std::size_t(sensor.width()) * std::size_t(sensor.height()), 0);
    from_ = to_ = tape.begin();
  }
  // What bears the last time may not all have come.
  tape.visit<Event>(to_, tape.end(), [&](std::span<const Event> events) {
    for (const Event& e : events)
      if (e.x < sensor.width() && e.y < sensor.height())
        ++counts_[std::size_t(e.y) * std::size_t(sensor.width()) + e.x];
  });
  to_ = std::max(to_, tape.end());
}

std::uint32_t PixelCounts::at(QPoint pixel) const {
  if (!QRect(QPoint(), sensor_).contains(pixel)) return 0;
  return counts_[std::size_t(pixel.y()) * std::size_t(sensor_.width()) + std::size_t(pixel.x())];
}

std::vector<PixelCounts::Hot> PixelCounts::hot() const {
  std::vector<Hot> found;
  for (int y = 0; y < sensor_.height(); ++y)
    for (int x = 0; x < sensor_.width(); ++x) {
      const std::uint32_t count = at({x, y});
      if (count < kLeast) continue;
      std::uint32_t busiest = 1;
      for (int v = y - 1; v <= y + 1; ++v)
        for (int u = x - 1; u <= x + 1; ++u)
          if (u != x || v != y) busiest = std::max(busiest, at({u, v}));
      if (count >= kTimes * busiest) found.push_back({{x, y}, count});
    }
  std::ranges::stable_sort(found, std::ranges::greater{}, &Hot::count);
  return found;
}

QImage PixelCounts::picture(const std::vector<Hot>& hot, QRgb ground, QRgb mark) const {
  QImage picture(sensor_, QImage::Format_RGB32);
  picture.fill(ground);
  const std::uint32_t most =
      counts_.empty() ? 0 : *std::max_element(counts_.begin(), counts_.end());
  if (most == 0) return picture;
  const double scale = 1 / std::log1p(double(most));
  for (int y = 0; y < sensor_.height(); ++y) {
    auto* line = reinterpret_cast<QRgb*>(picture.scanLine(y));
    for (int x = 0; x < sensor_.width(); ++x)
      if (const std::uint32_t n = at({x, y})) line[x] = viridis(std::log1p(double(n)) * scale);
  }
  constexpr int kFrame = 2;
  for (const Hot& each : hot) {
    picture.setPixel(each.pixel, mark);
    for (int d = -kFrame; d <= kFrame; ++d)
      for (const QPoint offset :
           {QPoint(d, -kFrame), QPoint(d, kFrame), QPoint(-kFrame, d), QPoint(kFrame, d)})
        if (picture.rect().contains(each.pixel + offset))
          picture.setPixel(each.pixel + offset, mark);
  }
  return picture;
}

}  // namespace spk::panels::image
