#pragma once
#include <QPainterPath>
#include <QPointF>
#include <QRectF>
#include <span>
#include <vector>

namespace spk::panels::graph {

/// The two ends of a wire and what it must not cross.
struct RouteEnds {
  QPointF from, to;                       ///< leaves `from` to the right, enters `to` from the left
  QRectF fromBox, toBox;                  ///< nodes of the ends; empty where there is none
  bool fromWire = false, toWire = false;  ///< a point on another wire: no tangent of its own
  int lane = 0;  ///< parallel backward wires lie in lanes beside each other
};
/// Forward: one curve with horizontal tangents. Backward and self-loops: round the ends' nodes,
/// where the fewest `obstacles` lie. With points: through them in order.
QPainterPath route(const RouteEnds& ends, std::span<const QPointF> points,
                   std::span<const QRectF> obstacles);

/// Smallest distance of `at` to a polyline, in its unit.
double distanceTo(const QPolygonF& line, QPointF at);
/// Where the segment a–b first crosses the polyline; nothing if nowhere.
std::vector<QPointF> crossings(const QPolygonF& line, QPointF a, QPointF b);
/// After how many of `points` a new point at `at` comes, so that the path bends least.
int pointIndex(QPointF from, std::span<const QPointF> points, QPointF to, QPointF at);

}  // namespace spk::panels::graph
