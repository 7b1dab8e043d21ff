#include "plugins/sources/Digits.h"

#include <algorithm>
#include <cmath>

#include "engine/base/Math.h"

namespace spk::sources {
namespace {

double between(RandomSequence& random, double low, double high) {
  return low + (high - low) * random.uniform();
}

}  // namespace

/// Angles as on a clock's face turned to the right: 0 is right, 90 down.
Digits::Line Digits::arc(Point centre, double rx, double ry, double from_deg, double to_deg) {
  constexpr int kPieces = 14;
  Line line;
  for (int i = 0; i <= kPieces; ++i) {
    const double angle = (from_deg + (to_deg - from_deg) * i / kPieces) * kPi / 180;
    line.push_back({centre.x + rx * cos(angle), centre.y + ry * sin(angle)});
  }
  return line;
}

Digits::Digits() {
  const auto joined = [](Line first, const Line& then) {
    first.insert(first.end(), then.begin(), then.end());
    return first;
  };
  strokes_[0] = {arc({0.5, 0.5}, 0.24, 0.38, -90, 270)};
  strokes_[1] = {{{0.34, 0.27}, {0.53, 0.12}, {0.53, 0.88}}};
  strokes_[2] = {joined(arc({0.5, 0.33}, 0.23, 0.21, 190, 395), {{0.26, 0.87}, {0.77, 0.87}})};
  strokes_[3] = {
      joined(arc({0.47, 0.3}, 0.22, 0.18, 205, 450), arc({0.47, 0.68}, 0.25, 0.2, 270, 515))};
  strokes_[4] = {{{0.64, 0.88}, {0.64, 0.12}, {0.22, 0.64}, {0.8, 0.64}}};
  strokes_[5] = {
      joined({{0.74, 0.13}, {0.33, 0.13}, {0.29, 0.46}}, arc({0.48, 0.64}, 0.25, 0.23, 225, 505))};
  strokes_[6] = {joined({{0.66, 0.12}, {0.4, 0.34}}, arc({0.5, 0.65}, 0.23, 0.23, 200, 560))};
  strokes_[7] = {{{0.24, 0.13}, {0.77, 0.13}, {0.43, 0.88}}};
  strokes_[8] = {arc({0.5, 0.31}, 0.19, 0.18, 90, 450), arc({0.5, 0.68}, 0.23, 0.2, -90, 270)};
  strokes_[9] = {joined(arc({0.49, 0.35}, 0.22, 0.22, 0, 360), {{0.68, 0.62}, {0.52, 0.88}})};
}

void Digits::draw(int digit, double variation, RandomSequence random, Picture& out) const noexcept {
  const double v = variation;
  const double turn = v * between(random, -15, 15) * kPi / 180,
               slant = v * between(random, -0.3, 0.3), size = 1 + v * between(random, -0.15, 0.1),
               dx = v * between(random, -0.08, 0.08), dy = v * between(random, -0.08, 0.08),
               pen = 0.06 * (1 + v * between(random, -0.4, 0.5));
  const double c = cos(turn) / size, s = sin(turn) / size;
  const double side = std::min(out.width, out.height);
  const double soft = std::max(1 / side, 0.02);  // half a pixel to either side of the edge
  for (int row = 0; row < out.height; ++row)
    for (int column = 0; column < out.width; ++column) {
      // the pixel's middle, carried back to where the strokes are
      const double px = (column + 0.5 - out.width / 2.0) / side - dx,
                   py = (row + 0.5 - out.height / 2.0) / side - dy;
      const double qx = c * px + s * py, qy = c * py - s * px;
      const double x = 0.5 + qx + slant * qy, y = 0.5 + qy;
      double square = 4;
      for (const Line& line : strokes_[static_cast<std::size_t>(digit)])
        for (std::size_t i = 0; i + 1 < line.size(); ++i) {
          const double ux = line[i + 1].x - line[i].x, uy = line[i + 1].y - line[i].y,
                       wx = x - line[i].x, wy = y - line[i].y;
          const double length = ux * ux + uy * uy;
          const double part = length > 0 ? std::clamp((wx * ux + wy * uy) / length, 0.0, 1.0) : 0.0;
          const double ex = wx - part * ux, ey = wy - part * uy;
          square = std::min(square, ex * ex + ey * ey);
        }
      const double inside = (pen - std::sqrt(square)) / soft + 0.5;
      out.grey[static_cast<std::size_t>(row * out.width + column)] =
          static_cast<float>(std::clamp(inside, 0.0, 1.0));
    }
}

}  // namespace spk::sources
