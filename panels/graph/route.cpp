#include "panels/graph/route.h"

#include <QLineF>
#include <algorithm>
#include <cmath>
#include <limits>

namespace spk::panels::graph {
namespace {

constexpr double kClear = 22;  // a wire that goes round keeps this far from a node
constexpr double kLane = 9;    // and lanes this far from each other

double length(QPointF a, QPointF b) { return std::hypot(b.x() - a.x(), b.y() - a.y()); }

/// One curve to the right: handles as long as half the way, never so long that it bulges.
void forward(QPainterPath& path, QPointF from, QPointF to) {
  const double reach = std::clamp(std::abs(to.x() - from.x()) * 0.5, 24.0, 160.0);
  path.cubicTo(from + QPointF(reach, 0), to - QPointF(reach, 0), to);
}

/// Heights at which a backward wire may run left: between the nodes, above, below both.
std::vector<double> levels(const RouteEnds& ends, double shift) {
  const QRectF& a = ends.fromBox;
  const QRectF& b = ends.toBox;
  std::vector<double> ys;
  const double gapTop = std::min(a.bottom(), b.bottom());
  const double gapBottom = std::max(a.top(), b.top());
  if (a != b && gapBottom - gapTop >= 16) ys.push_back((gapTop + gapBottom) / 2 + shift);
  ys.push_back(std::min(a.top(), b.top()) - kClear - shift);
  ys.push_back(std::max(a.bottom(), b.bottom()) + kClear + shift);
  return ys;
}

double bestLevel(const RouteEnds& ends, std::span<const QRectF> obstacles, double shift) {
  const double left = ends.to.x() - kClear, right = ends.from.x() + kClear;
  double best = 0, least = std::numeric_limits<double>::infinity();
  for (const double y : levels(ends, shift)) {
    double cost = std::abs(y - ends.from.y()) + std::abs(y - ends.to.y());
    for (const QRectF& box : obstacles)
      if (box != ends.fromBox && box != ends.toBox && box.top() - 6 < y && box.bottom() + 6 > y &&
          box.left() < right && box.right() > left)
        cost += 600;  // as bad as a detour of that many pixels
    if (cost < least) least = cost, best = y;
  }
  return best;
}

/// Right out of one node, round to the level, left along it, round into the other.
void backward(QPainterPath& path, const RouteEnds& ends, std::span<const QRectF> obstacles) {
  const double shift = ends.lane * kLane;
  const double y = bestLevel(ends, obstacles, shift);
  const double right = std::max(ends.from.x(), ends.fromBox.right()) + kClear + shift;
  const double left = std::min(ends.to.x(), ends.toBox.left()) - kClear - shift;
  const QPointF outer(right, (ends.from.y() + y) / 2), inner(left, (ends.to.y() + y) / 2);
  const double down = (y - ends.from.y()) / 2, up = (ends.to.y() - y) / 2;
  const double bend = kClear + shift;
  path.cubicTo(ends.from + QPointF(bend * 0.7, 0), outer - QPointF(0, down * 0.6), outer);
  path.cubicTo(outer + QPointF(0, down * 0.6), QPointF(right - bend * 0.3, y),
               QPointF(std::max(right - bend - 20, (left + right) / 2), y));
  path.lineTo(std::min(left + bend + 20, (left + right) / 2), y);
  path.cubicTo(QPointF(left + bend * 0.3, y), inner - QPointF(0, up * 0.6), inner);
  path.cubicTo(inner + QPointF(0, up * 0.6), ends.to - QPointF(bend * 0.7, 0), ends.to);
}

/// A smooth line through the points, horizontal at its ends.
void through(QPainterPath& path, const RouteEnds& ends, std::span<const QPointF> points) {
  std::vector<QPointF> all{ends.from};
  all.insert(all.end(), points.begin(), points.end());
  all.push_back(ends.to);
  const std::size_t last = all.size() - 1;
  const auto direction = [&](std::size_t i) {
    if ((i == 0 && !ends.fromWire) || (i == last && !ends.toWire)) return QPointF(1, 0);
    const QPointF way = all[std::min(i + 1, last)] - all[i > 0 ? i - 1 : 0];
    const double size = length({}, way);
    return size > 0 ? way / size : QPointF(1, 0);
  };
  for (std::size_t i = 0; i < last; ++i) {
    const double reach = length(all[i], all[i + 1]) / 3;
    path.cubicTo(all[i] + direction(i) * reach, all[i + 1] - direction(i + 1) * reach, all[i + 1]);
  }
}

}  // namespace

QPainterPath route(const RouteEnds& ends, std::span<const QPointF> points,
                   std::span<const QRectF> obstacles) {
  QPainterPath path(ends.from);
  if (!points.empty()) {
    through(path, ends, points);
  } else if (ends.fromWire || ends.toWire) {
    // Across a wire, along into a node.
    const double reach = std::clamp(length(ends.from, ends.to) * 0.4, 20.0, 120.0);
    const QPointF across(0, ends.from.y() < ends.to.y() ? reach : -reach), along(reach, 0);
    path.cubicTo(ends.from + (ends.fromWire ? across : along),
                 ends.to - (ends.toWire ? across : along), ends.to);
  } else if (ends.to.x() - ends.from.x() >= -8 && ends.fromBox != ends.toBox) {
    forward(path, ends.from, ends.to);
  } else {
    backward(path, ends, obstacles);
  }
  return path;
}

double distanceTo(const QPolygonF& line, QPointF at) {
  double least = std::numeric_limits<double>::infinity();
  for (qsizetype i = 0; i + 1 < line.size(); ++i) {
    const QPointF a = line[i], way = line[i + 1] - a;
    const double size = QPointF::dotProduct(way, way);
    const double t = size > 0 ? std::clamp(QPointF::dotProduct(at - a, way) / size, 0.0, 1.0) : 0;
    least = std::min(least, length(a + t * way, at));
  }
  return least;
}

std::vector<QPointF> crossings(const QPolygonF& line, QPointF a, QPointF b) {
  std::vector<QPointF> found;
  const QLineF cut(a, b);
  for (qsizetype i = 0; i + 1 < line.size(); ++i) {
    QPointF at;
    if (cut.intersects(QLineF(line[i], line[i + 1]), &at) == QLineF::BoundedIntersection)
      found.push_back(at);
  }
  return found;
}

int pointIndex(QPointF from, std::span<const QPointF> points, QPointF to, QPointF at) {
  int best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i <= static_cast<int>(points.size()); ++i) {
    const QPointF before = i == 0 ? from : points[i - 1];
    const QPointF after = i == static_cast<int>(points.size()) ? to : points[i];
    const double extra = length(before, at) + length(at, after) - length(before, after);
    if (extra < least) least = extra, best = i;
  }
  return best;
}

}  // namespace spk::panels::graph
