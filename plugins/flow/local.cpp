#include "plugins/flow/local.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace spk::flow {
namespace {

constexpr std::size_t kMostPoints = (2 * kMostReach + 1) * (2 * kMostReach + 1);
/// An edge that is everywhere at once has no direction: 10⁶ px/s.
constexpr double kLeastSlope = 1e-6;

/// Velocity of an edge whose time of arrival grows by (x, y) s/px.
std::optional<Velocity> velocityOf(double x, double y) {
  const double square = x * x + y * y;
  if (!(square > kLeastSlope * kLeastSlope)) return std::nullopt;
  return Velocity{x / square, y / square};
}

struct Point {
  double x, y, t;  // from the event [px, s]
};
struct Plane {
  double x = 0, y = 0, t0 = 0;  // slopes [s/px], time at the event
};

/// Least squares; none if the points lie in one line.
std::optional<Plane> planeThrough(const Point* points, std::size_t n) {
  double x = 0, y = 0, t = 0, xx = 0, xy = 0, yy = 0, xt = 0, yt = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const Point& p = points[i];
    x += p.x, y += p.y, t += p.t;
    xx += p.x * p.x, xy += p.x * p.y, yy += p.y * p.y;
    xt += p.x * p.t, yt += p.y * p.t;
  }
  const double share = 1 / static_cast<double>(n);
  const double sxx = xx - x * x * share, sxy = xy - x * y * share, syy = yy - y * y * share,
               sxt = xt - x * t * share, syt = yt - y * t * share;
  const double det = sxx * syy - sxy * sxy;
  if (!(det > 0.01 * static_cast<double>(n))) return std::nullopt;
  Plane plane;
  plane.x = (sxt * syy - syt * sxy) / det;
  plane.y = (syt * sxx - sxt * sxy) / det;
  plane.t0 = (t - plane.x * x - plane.y * y) * share;
  return plane;
}

/// Differences of time between neighbours [ns].
class Differences {
 public:
  void add(Time difference) { values_[n_++] = difference; }
  int count() const { return static_cast<int>(n_); }
  double median() {
    const auto middle = values_.begin() + static_cast<std::ptrdiff_t>(n_ / 2);
    std::nth_element(values_.begin(), middle, values_.begin() + static_cast<std::ptrdiff_t>(n_));
    return static_cast<double>(*middle);
  }
  /// The mean of those that are at most `allowed` from `centre`, which is one of them.
  double meanNear(double centre, double allowed) const {
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      const auto value = static_cast<double>(values_[i]);
      if (std::abs(value - centre) <= allowed) sum += value, count += 1;
    }
    return count > 0 ? sum / count : centre;
  }

 private:
  std::array<Time, kMostPoints> values_;
  std::size_t n_ = 0;
};

double distance(const Plane& plane, const Point& p) {
  return std::abs(p.t - (plane.t0 + plane.x * p.x + plane.y * p.y));
}

}  // namespace

std::optional<Velocity> fitPlane(const Patch& patch, const PlaneRules& rules) {
  std::array<Point, kMostPoints> points;
  std::array<double, kMostPoints> off;
  std::size_t n = 1;
  const Time now = patch.now(), oldest = now - patch.maxAge;
  points[0] = {0, 0, 0};  // the event itself stays first while it is in
  for (int dy = -patch.reach; dy <= patch.reach; ++dy) {
    const Time* row = patch.centre + dy * patch.stride;
    for (int dx = -patch.reach; dx <= patch.reach; ++dx) {
      if (row[dx] < oldest || (dx == 0 && dy == 0)) continue;
      points[n++] = {static_cast<double>(dx), static_cast<double>(dy),
                     static_cast<double>(row[dx] - now) * 1e-9};
    }
  }
  const auto least = static_cast<std::size_t>(std::max(3, rules.least));
  for (int round = 1; n >= least; ++round) {
    const auto plane = planeThrough(points.data(), n);
    if (!plane) return std::nullopt;
    if (rules.rounds <= 1) return velocityOf(plane->x, plane->y);
    const double allowed = rules.outlier * std::sqrt(plane->x * plane->x + plane->y * plane->y);
    double worst = 0;
    for (std::size_t i = 0; i < n; ++i)
      worst = std::max(worst, off[i] = distance(*plane, points[i]));
    if (worst <= allowed) return velocityOf(plane->x, plane->y);
    if (round >= rules.rounds) return std::nullopt;
    // The far ones first: while they are in, they bend the plane away from the others.
    const double limit = std::max(allowed, worst / 2);
    if (off[0] > limit) return std::nullopt;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < n; ++i)
      if (off[i] <= limit) points[kept++] = points[i];
    n = kept;
  }
  return std::nullopt;
}

std::optional<Velocity> meanSlope(const Patch& patch, double outlier, int least) {
  Differences alongX, alongY;
  const Time oldest = patch.now() - patch.maxAge;
  for (int dy = -patch.reach; dy <= patch.reach; ++dy) {
    const Time* row = patch.centre + dy * patch.stride;
    for (int dx = -patch.reach; dx <= patch.reach; ++dx) {
      const Time t = row[dx];
      if (t < oldest) continue;
      if (dx < patch.reach && row[dx + 1] >= oldest) alongX.add(row[dx + 1] - t);
      if (dy < patch.reach && row[dx + patch.stride] >= oldest)
        alongY.add(row[dx + patch.stride] - t);
    }
  }
  if (alongX.count() < least || alongY.count() < least) return std::nullopt;
  const double x = alongX.median(), y = alongY.median();
  const double allowed = outlier * std::sqrt(x * x + y * y);
  return velocityOf(alongX.meanNear(x, allowed) * 1e-9, alongY.meanNear(y, allowed) * 1e-9);
}

std::optional<Velocity> matchTriplets(const Patch& patch, double tolerance, int least) {
  const Time now = patch.now(), oldest = now - patch.maxAge;
  const int steps = patch.reach / 2;
  // Least squares of g · 2d = t: the normal equations.
  double xx = 0, xy = 0, yy = 0, xt = 0, yt = 0;
  int found = 0;
  for (int dy = -steps; dy <= steps; ++dy)
    for (int dx = -steps; dx <= steps; ++dx) {
      if (dx == 0 && dy == 0) continue;
      const std::ptrdiff_t back = dy * patch.stride + dx;
      const Time near = patch.centre[-back], far = patch.centre[-2 * back];
      if (near >= now || far >= near || far < oldest) continue;
      const auto second = static_cast<double>(now - near), first = static_cast<double>(near - far);
      if (std::abs(second - first) > tolerance * (second + first) / 2) continue;
      const double x = 2.0 * dx, y = 2.0 * dy, t = (second + first) * 1e-9;
      xx += x * x, xy += x * y, yy += y * y;
      xt += x * t, yt += y * t;
      ++found;
    }
  if (found < least) return std::nullopt;
  const double det = xx * yy - xy * xy;
  if (!(det > 0)) return std::nullopt;
  return velocityOf((xt * yy - yt * xy) / det, (yt * xx - xt * xy) / det);
}

}  // namespace spk::flow
