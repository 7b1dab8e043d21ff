#include "engine/data/MovingPattern.h"

#include <algorithm>
#include <cmath>

#include "engine/base/Math.h"
#include "engine/base/Rng.h"

namespace spk {
namespace {

constexpr double kMostZoom = 0.75;  // logarithm of the scale at which it turns back
constexpr int kWaves = 4;           // of each length
constexpr double kPatternSeed = 1;

double turned(double turns) { return 2 * kPi * (turns - std::floor(turns)); }

/// Into [−period/2, period/2).
double wrapped(double x, double period) { return x - period * std::floor(x / period + 0.5); }

double folded(double zoom) {
  const double m = zoom - 2 * kMostZoom * std::floor(zoom / (2 * kMostZoom));
  return m <= kMostZoom ? m : 2 * kMostZoom - m;
}
bool isRising(double zoom) {
  return zoom - 2 * kMostZoom * std::floor(zoom / (2 * kMostZoom)) < kMostZoom;
}

}  // namespace

MovingPattern::MovingPattern(Pattern pattern) : pattern_(std::move(pattern)) {
  shape();
  if (pattern_.speed != 0 && !isWaves()) {
    // Not in the middle, so that it has a way to go.
    const double along =
        -0.3 * (std::abs(normalX_) * pattern_.width + std::abs(normalY_) * pattern_.height);
    if (pattern_.kind == Pattern::Kind::Bar)
      base_.x = along * normalX_, base_.y = along * normalY_;
    else
      base_.x = -0.3 * normalX_ * pattern_.width, base_.y = -0.3 * normalY_ * pattern_.height;
  }
  place(0);
}

bool MovingPattern::isWaves() const {
  return pattern_.kind == Pattern::Kind::Texture || pattern_.kind == Pattern::Kind::Blobs;
}

/// All that follows from the pattern alone.
void MovingPattern::shape() {
  const Pattern& p = pattern_;
  const double turns = p.direction / 360;
  normalX_ = cos(turned(turns));
  normalY_ = sin(turned(turns));
  vx_ = p.speed * normalX_;
  vy_ = p.speed * normalY_;
  middleX_ = (p.width - 1) / 2.0;
  middleY_ = (p.height - 1) / 2.0;
  turning_ = std::abs(p.rotation) + std::abs(p.growth);
  const double diagonal = std::sqrt(double(p.width) * p.width + double(p.height) * p.height);
  const double most = p.growth != 0 ? exp(kMostZoom) : 1;
  step_ = sceneryStep(std::abs(p.speed) * most + turning_ * diagonal / 2);
  reach_ = p.kind == Pattern::Kind::Square ? p.size / 2 * std::sqrt(2.0) : p.size / 2;
  steepest_ = 1.5 * std::abs(p.contrast) / p.edge;
  if (p.kind == Pattern::Kind::Square) steepest_ *= std::sqrt(2.0);
  if (p.kind == Pattern::Kind::Polygon) {
    Point low{1e300, 1e300}, high{-1e300, -1e300};
    for (const auto& [x, y] : p.corners) {
      low = {std::min(low.x, x), std::min(low.y, y)};
      high = {std::max(high.x, x), std::max(high.y, y)};
    }
    const double scale = p.size / std::max({high.x - low.x, high.y - low.y, 1e-9});
    corners_.clear();
    reach_ = 0;
    for (const auto& [x, y] : p.corners) {
      corners_.push_back({(x - (low.x + high.x) / 2) * scale, (y - (low.y + high.y) / 2) * scale});
      const Point& c = corners_.back();
      reach_ = std::max(reach_, std::sqrt(c.x * c.x + c.y * c.y));
    }
  }
  const double margin = 2 * (reach_ + p.edge + 1);
  const bool turns90 = p.rotation != 0;
  periodX_ = (turns90 ? diagonal : p.width) + margin;
  periodY_ = (turns90 ? diagonal : p.height) + margin;
  if (p.kind == Pattern::Kind::Bar && !turns90)
    periodX_ = std::abs(normalX_) * p.width + std::abs(normalY_) * p.height + margin;
  if (isWaves()) makeWaves();
  tableScale_ = 0;
}

/// Waves of random phase in even directions: of one length in textures and of half of it, of
/// lengths around twice the size of a blob in blobs.
void MovingPattern::makeWaves() {
  const bool blobs = pattern_.kind == Pattern::Kind::Blobs;
  const int count = 2 * kWaves;
  waves_.clear();
  RandomSequence random(randomKey(static_cast<std::uint64_t>(kPatternSeed), 3, Purpose::Sample), 0);
  double sum = 0;
  for (int i = 0; i < count; ++i) {
    const double spread = 0.8 + 0.4 * random.uniform(), phase = random.uniform();
    const double turns = 0.5 * (i + random.uniform()) / count;
    const double length = blobs        ? 2 * pattern_.size * spread
                          : i % 2 == 0 ? pattern_.size
                                       : pattern_.size / 2;
    waves_.push_back({cos(2 * kPi * turns) / length, sin(2 * kPi * turns) / length, phase});
    sum += 2 * kPi / length;
  }
  amplitude_ = (blobs ? 1 : pattern_.contrast / 4) * std::sqrt(2.0 / count);
  steepestSum_ = steepest_ = std::abs(amplitude_) * sum;
  if (blobs) steepest_ *= 1.5 * std::abs(pattern_.contrast) / pattern_.edge * blobWay();
  columns_.assign(static_cast<std::size_t>(pattern_.width * 2 * count), 0.0);
  rows_.assign(static_cast<std::size_t>(pattern_.height * 2 * count), 0.0);
  stillRows_ = rows_;
}

MovingPattern::Base MovingPattern::baseAt(Time t) const {
  const double s = toSeconds(t - base_.since);
  Base base{t, base_.x + vx_ * s, base_.y + vy_ * s, base_.angle + pattern_.rotation * s,
            base_.zoom + pattern_.growth * s};
  return base;
}

MovingPattern::Pose MovingPattern::poseAt(Time t) const {
  const Base base = baseAt(t);
  Pose pose{base.x, base.y};
  if (base.angle != 0) {
    const double angle = turned(base.angle / (2 * kPi));
    pose.cosine = cos(angle), pose.sine = sin(angle);
  }
  if (base.zoom != 0) pose.scale = exp(folded(base.zoom));
  pose.growth = isRising(base.zoom) ? pattern_.growth : -pattern_.growth;
  return pose;
}

MovingPattern::Change MovingPattern::set(Pattern pattern, Time t) {
  const Base base = baseAt(t);
  Pattern before = std::move(pattern_);
  pattern_ = std::move(pattern);
  base_ = base;
  const bool turns = (before.rotation != 0) != (pattern_.rotation != 0);
  const bool leans = pattern_.kind == Pattern::Kind::Bar && before.direction != pattern_.direction;
  before.speed = pattern_.speed;
  before.direction = pattern_.direction;
  before.rotation = pattern_.rotation;
  before.growth = pattern_.growth;
  const bool looks = turns || leans || !(before == pattern_);
  shape();
  place(t);
  return looks ? Change::Looks : Change::Motion;
}

Result<void> MovingPattern::restore(Bytes& in) {
  TRY(base_, in.take<Base>());
  return {};
}

MovingPattern::Point MovingPattern::own(double x, double y, const Pose& pose) const {
  const double rx = x - middleX_, ry = y - middleY_;
  return {(pose.cosine * rx + pose.sine * ry) / pose.scale - pose.x,
          (pose.cosine * ry - pose.sine * rx) / pose.scale - pose.y};
}

MovingPattern::Spot MovingPattern::polygonSpot(Point q) const {
  const double outside = std::sqrt(q.x * q.x + q.y * q.y) - reach_ - pattern_.edge / 2;
  if (outside > 0) return {.gap = outside};
  double nearest = 1e300;
  Point way;
  bool inside = false;
  for (std::size_t i = 0, j = corners_.size() - 1; i < corners_.size(); j = i++) {
    const Point &a = corners_[j], &b = corners_[i];
    const double ex = b.x - a.x, ey = b.y - a.y, length = ex * ex + ey * ey;
    const double share =
        length > 0 ? std::clamp(((q.x - a.x) * ex + (q.y - a.y) * ey) / length, 0.0, 1.0) : 0;
    const Point to{q.x - a.x - share * ex, q.y - a.y - share * ey};
    if (const double d = to.x * to.x + to.y * to.y; d < nearest) nearest = d, way = to;
    if ((a.y > q.y) != (b.y > q.y) && q.x < a.x + (q.y - a.y) / ey * ex) inside = !inside;
  }
  const double size = std::sqrt(nearest), sign = inside ? -1 : 1;
  const Coverage c = coverage(sign * size, pattern_.edge);
  Spot spot{.level = pattern_.contrast * c.value, .gap = std::max(0.0, size - pattern_.edge / 2)};
  if (size > 0) {
    spot.gx = pattern_.contrast * c.slope * sign * way.x / size;
    spot.gy = pattern_.contrast * c.slope * sign * way.y / size;
  }
  return spot;
}

MovingPattern::Spot MovingPattern::waveSpot(Point q) const {
  Spot spot;
  for (const Wave& wave : waves_) {
    const double angle = turned(wave.x * q.x + wave.y * q.y + wave.phase);
    const double slope = -2 * kPi * amplitude_ * sin(angle);
    spot.level += amplitude_ * cos(angle);
    spot.gx += slope * wave.x;
    spot.gy += slope * wave.y;
  }
  if (pattern_.kind != Pattern::Kind::Blobs) return spot;
  const Coverage c = coverage(-spot.level * blobWay(), pattern_.edge);
  const double slope = -pattern_.contrast * c.slope * blobWay();
  return {pattern_.contrast * c.value, slope * spot.gx, slope * spot.gy};
}

MovingPattern::Spot MovingPattern::spot(Point q) const {
  const double contrast = pattern_.contrast, edge = pattern_.edge, half = pattern_.size / 2;
  const auto sign = [](double x) { return x < 0 ? -1.0 : 1.0; };
  if (isWaves()) return waveSpot(q);
  if (pattern_.kind == Pattern::Kind::Bar) {
    const double u = wrapped(q.x * normalX_ + q.y * normalY_, periodX_);
    const double distance = std::abs(u) - half;
    const Coverage c = coverage(distance, edge);
    const double slope = contrast * c.slope * sign(u);
    return {contrast * c.value, slope * normalX_, slope * normalY_,
            std::max(0.0, std::abs(distance) - edge / 2)};
  }
  q = {wrapped(q.x, periodX_), wrapped(q.y, periodY_)};
  if (pattern_.kind == Pattern::Kind::Polygon) return polygonSpot(q);
  if (pattern_.kind == Pattern::Kind::Disc) {
    const double radius = std::sqrt(q.x * q.x + q.y * q.y), distance = radius - half;
    const Coverage c = coverage(distance, edge);
    const double slope = radius > 0 ? contrast * c.slope / radius : 0;
    return {contrast * c.value, slope * q.x, slope * q.y,
            std::max(0.0, std::abs(distance) - edge / 2)};
  }
  const double dx = std::abs(q.x) - half, dy = std::abs(q.y) - half;
  const Coverage cx = coverage(dx, edge), cy = coverage(dy, edge);
  const double gap = std::max(std::max(dx, dy), std::min(-dx, -dy)) - edge / 2;
  return {contrast * cx.value * cy.value, contrast * cx.slope * sign(q.x) * cy.value,
          contrast * cy.slope * sign(q.y) * cx.value, std::max(0.0, gap)};
}

void MovingPattern::place(Time t) {
  pose_ = poseAt(t);
  if (isWaves()) placeWaves();
}

/// cos(a x + b y + c) is made of a table by column and one by row; c is all that moves unless the
/// pattern turns or grows.
void MovingPattern::placeWaves() {
  const std::size_t count = waves_.size();
  if (tableScale_ != pose_.scale || tableCosine_ != pose_.cosine || tableSine_ != pose_.sine)
    tabulateWaves();
  for (std::size_t i = 0; i < count; ++i) {
    const Wave& wave = waves_[i];
    const double c = turned(wave.phase - wave.x * pose_.x - wave.y * pose_.y);
    const double cosine = cos(c), sine = sin(c);
    for (std::size_t at = 2 * i; at < rows_.size(); at += 2 * count) {
      rows_[at] = stillRows_[at] * cosine - stillRows_[at + 1] * sine;
      rows_[at + 1] = stillRows_[at + 1] * cosine + stillRows_[at] * sine;
    }
  }
}

void MovingPattern::tabulateWaves() {
  tableScale_ = pose_.scale, tableCosine_ = pose_.cosine, tableSine_ = pose_.sine;
  const auto tabulate = [](std::vector<double>& table, std::size_t first, std::size_t stride,
                           double perPixel, double middle) {
    double place = -middle;
    for (std::size_t at = first; at < table.size(); at += stride, ++place) {
      const double angle = turned(perPixel * place);
      table[at] = cos(angle), table[at + 1] = sin(angle);
    }
  };
  const std::size_t count = waves_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Wave& wave = waves_[i];
    const double a = (pose_.cosine * wave.x - pose_.sine * wave.y) / pose_.scale;
    const double b = (pose_.sine * wave.x + pose_.cosine * wave.y) / pose_.scale;
    tabulate(columns_, 2 * i, 2 * count, a, middleX_);
    tabulate(stillRows_, 2 * i, 2 * count, b, middleY_);
  }
}

double MovingPattern::waveSum(int x, int y) const {
  const std::size_t count = 2 * waves_.size();
  const double* const column = &columns_[static_cast<std::size_t>(x) * count];
  const double* const row = &rows_[static_cast<std::size_t>(y) * count];
  double sum = 0;
  for (std::size_t i = 0; i < count; i += 2) sum += column[i] * row[i] - column[i + 1] * row[i + 1];
  return amplitude_ * sum;
}

/// Pixels from a blob's edge in which the sum of its waves, whose mean square is 1, grows by 1.
double MovingPattern::blobWay() const { return pattern_.size / kPi; }

Scenery::Glance MovingPattern::glance(int x, int y) const {
  double speed = std::abs(pattern_.speed);
  if (turning_ > 0) {
    const double rx = x - middleX_, ry = y - middleY_;
    speed += turning_ * std::sqrt(rx * rx + ry * ry);
  }
  const double rate = steepest_ * speed;
  if (pattern_.kind == Pattern::Kind::Texture) return {waveSum(x, y), 0, rate};
  if (pattern_.kind == Pattern::Kind::Blobs) {
    // Away from an edge nothing changes before the sum has come to it.
    const double distance = -waveSum(x, y) * blobWay();
    const double level = pattern_.contrast * coverage(distance, pattern_.edge).value;
    const double most = steepestSum_ * blobWay() * speed;
    const double gap = std::max(0.0, std::abs(distance) - pattern_.edge / 2);
    return {level, most > 0 ? gap / most : 1e10, rate};
  }
  const Spot seen = spot(own(x, y, pose_));
  return {seen.level, speed > 0 ? seen.gap / speed : 1e10, rate};
}

Scenery::Look MovingPattern::look(double x, double y, Time t) const {
  const Pose pose = poseAt(t);
  const Spot seen = spot(own(x, y, pose));
  const double rx = x - middleX_, ry = y - middleY_;
  Look look;
  look.level = seen.level;
  look.gradientX = (pose.cosine * seen.gx - pose.sine * seen.gy) / pose.scale;
  look.gradientY = (pose.sine * seen.gx + pose.cosine * seen.gy) / pose.scale;
  look.vx = pose.growth * rx - pattern_.rotation * ry +
            pose.scale * (pose.cosine * vx_ - pose.sine * vy_);
  look.vy = pose.growth * ry + pattern_.rotation * rx +
            pose.scale * (pose.sine * vx_ + pose.cosine * vy_);
  return look;
}

}  // namespace spk
