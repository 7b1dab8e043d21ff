#include "panels/flow/flowPicture.h"

#include <algorithm>
#include <cmath>

#include "panels/kit/Theme.h"

namespace spk::panels::flow {
namespace {

constexpr int kMostCells = 2000;

struct Sum {
  double x = 0, y = 0, vx = 0, vy = 0, n = 0;
};

/// Sums over squares of cell × cell pixels; flows beside the sensor are left out.
std::vector<Sum> sums(std::span<const Flow> flows, QSize sensor, int cell) {
  const int across = (sensor.width() + cell - 1) / cell, down = (sensor.height() + cell - 1) / cell;
  std::vector<Sum> all(std::size_t(across) * std::size_t(down));
  for (const Flow& f : flows) {
    if (f.x >= sensor.width() || f.y >= sensor.height()) continue;
    Sum& sum = all[std::size_t(f.y / cell) * std::size_t(across) + std::size_t(f.x / cell)];
    sum.x += f.x, sum.y += f.y;
    sum.vx += double(f.vx), sum.vy += double(f.vy);
    ++sum.n;
  }
  return all;
}

}  // namespace

std::vector<MeanFlow> cellMeans(std::span<const Flow> flows, QSize sensor, int cell) {
  std::vector<MeanFlow> means;
  if (sensor.isEmpty()) return means;
  for (const Sum& sum : sums(flows, sensor, cell)) {
    if (sum.n > 0)
      means.push_back({sum.x / sum.n + 0.5, sum.y / sum.n + 0.5, {sum.vx / sum.n, sum.vy / sum.n}});
  }
  return means;
}

int cellFor(QSize sensor, int cell) {
  const auto cells = [&] {
    return qint64((sensor.width() + cell - 1) / cell) * ((sensor.height() + cell - 1) / cell);
  };
  while (cells() > kMostCells) cell *= 2;
  return cell;
}

double fastTenth(std::span<const Flow> flows) {
  std::vector<double> speeds;
  speeds.reserve(flows.size());
  for (const Flow& f : flows)
    speeds.push_back(std::sqrt(double(f.vx) * double(f.vx) + double(f.vy) * double(f.vy)));
  if (speeds.empty()) return 0;
  const auto rank = speeds.begin() + std::ptrdiff_t((speeds.size() - 1) * 9 / 10);
  std::ranges::nth_element(speeds, rank);
  return *rank;
}

QImage wheelPicture(std::span<const Flow> flows, QSize sensor, double fastest, QColor ground) {
  if (sensor.isEmpty()) return {};
  QImage picture(sensor, QImage::Format_RGB32);
  picture.fill(ground);
  std::size_t i = 0;
  const std::vector<Sum> all = sums(flows, sensor, 1);
  for (int y = 0; y < sensor.height(); ++y) {
    auto* row = reinterpret_cast<QRgb*>(picture.scanLine(y));
    for (int x = 0; x < sensor.width(); ++x, ++i) {
      const Sum& sum = all[i];
      if (sum.n == 0) continue;
      const WheelColour c = wheelColour({sum.vx / sum.n, sum.vy / sum.n}, fastest);
      row[x] = qRgb(c.red, c.green, c.blue);
    }
  }
  return picture;
}

QColor directionColour(Velocity velocity) {
  const WheelColour c = wheelColour(velocity, 1e-9);
  return mixed(theme().text, QColor(c.red, c.green, c.blue), 0.8);
}

QSize seenSensor(std::span<const Flow> flows) {
  QSize size(0, 0);
  for (const Flow& f : flows) size = size.expandedTo({f.x + 1, f.y + 1});
  return size;
}

}  // namespace spk::panels::flow
