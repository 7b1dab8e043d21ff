#pragma once
#include <QColor>
#include <QGraphicsItem>
#include <QPolygonF>
#include <vector>

#include "engine/base/Id.h"

namespace spk::panels::graph {

/// Paints one wire and its reroute points.
class WireItem : public QGraphicsItem {
 public:
  explicit WireItem(Id id) : id_(id) { setZValue(1); }

  Id id() const { return id_; }
  struct Look {
    QColor colour;
    bool muted = false, selected = false, hovered = false, broken = false;
    friend bool operator==(const Look&, const Look&) = default;
  };
  void setLook(const Look& look);
  const Look& look() const { return look_; }
  void setPath(const QPainterPath& path, std::vector<QPointF> points);
  const QPainterPath& path() const { return path_; }
  const QPolygonF& line() const;  ///< the path as a polyline, for hits and cuts
  const std::vector<QPointF>& points() const { return points_; }
  QPointF middle() const { return path_.pointAtPercent(0.5); }

  QRectF boundingRect() const override { return bounds_; }
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  Id id_;
  Look look_;
  QPainterPath path_;
  mutable QPolygonF line_;  // made when it is first asked for
  std::vector<QPointF> points_;
  QRectF bounds_;
};

}  // namespace spk::panels::graph
