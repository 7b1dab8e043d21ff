#include "plugins/events/ShapeScenery.h"

#include <algorithm>
#include <cmath>

#include "engine/base/Math.h"

namespace spk::events {
namespace {

struct Moved {
  double x = 0, y = 0, vx = 0, vy = 0;
};

/// Where the shape's centre is, and how it moves.
Moved movedAt(const SceneShape& shape, Time t) {
  const double s = static_cast<double>(t) / 1e9;
  // The phase within one swing, so that its sine is exact however long the scene is.
  const double turns = shape.swingHz * s, angle = 2 * kPi * (turns - std::floor(turns));
  const double swing = sin(angle), pace = 2 * kPi * shape.swingHz * cos(angle);
  return {shape.x + shape.vx * s + shape.swingX * swing,
          shape.y + shape.vy * s + shape.swingY * swing, shape.vx + shape.swingX * pace,
          shape.vy + shape.swingY * pace};
}

double distanceTo(const SceneShape& shape, double dx, double dy) {
  return shape.kind == SceneShape::Kind::Bar
             ? std::abs(dx * shape.normalX + dy * shape.normalY) - shape.width / 2
             : std::sqrt(dx * dx + dy * dy) - shape.radius;
}

double fastest(const SceneShape& s) {
  const double straight = std::sqrt(s.vx * s.vx + s.vy * s.vy);
  const double swing = std::sqrt(s.swingX * s.swingX + s.swingY * s.swingY);
  return straight + 2 * kPi * s.swingHz * swing;
}

}  // namespace

ShapeScenery::ShapeScenery(std::vector<SceneShape> shapes) : shapes_(std::move(shapes)) {
  double most = 0;
  for (const SceneShape& s : shapes_) {
    speeds_.push_back(fastest(s));
    most = std::max(most, speeds_.back());
    rate_ += 1.5 * std::abs(s.contrast) / s.edge * speeds_.back();
  }
  step_ = sceneryStep(most);
  placed_.resize(shapes_.size());
  place(0);
}

void ShapeScenery::place(Time t) {
  for (std::size_t i = 0; i < shapes_.size(); ++i) {
    const Moved moved = movedAt(shapes_[i], t);
    placed_[i] = {moved.x, moved.y};
  }
}

Scenery::Glance ShapeScenery::glance(int x, int y) const {
  Glance glance{0, 1e10, rate_};
  for (std::size_t i = 0; i < shapes_.size(); ++i) {
    const SceneShape& shape = shapes_[i];
    const double distance = distanceTo(shape, x - placed_[i].x, y - placed_[i].y);
    glance.level += shape.contrast * coverage(distance, shape.edge).value;
    if (speeds_[i] > 0)
      glance.still =
          std::min(glance.still, std::max(0.0, std::abs(distance) - shape.edge / 2) / speeds_[i]);
  }
  return glance;
}

Scenery::Look ShapeScenery::look(double x, double y, Time t) const {
  Look look;
  double strongest = 0;
  for (const SceneShape& shape : shapes_) {
    const Moved moved = movedAt(shape, t);
    const double dx = x - moved.x, dy = y - moved.y;
    const Coverage c = coverage(distanceTo(shape, dx, dy), shape.edge);
    look.level += shape.contrast * c.value;
    double nx = shape.normalX, ny = shape.normalY;
    if (shape.kind == SceneShape::Kind::Bar) {
      if (dx * nx + dy * ny < 0) nx = -nx, ny = -ny;
    } else if (const double radius = std::sqrt(dx * dx + dy * dy); radius > 0) {
      nx = dx / radius, ny = dy / radius;
    }
    const double slope = shape.contrast * c.slope;
    look.gradientX += slope * nx;
    look.gradientY += slope * ny;
    // Where shapes overlap, the steepest one is what is seen to move.
    if (std::abs(slope) > strongest)
      strongest = std::abs(slope), look.vx = moved.vx, look.vy = moved.vy;
  }
  return look;
}

}  // namespace spk::events
