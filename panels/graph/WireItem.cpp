#include "panels/graph/WireItem.h"

#include <QPainter>
#include <QPen>
#include <QStyleOptionGraphicsItem>
#include <utility>

#include "panels/kit/Theme.h"

namespace spk::panels::graph {

void WireItem::setLook(const Look& look) {
  if (look == look_) return;
  look_ = look;
  setZValue(look.selected ? 2 : 1);
  update();
}

void WireItem::setPath(const QPainterPath& path, std::vector<QPointF> points) {
  prepareGeometryChange();
  path_ = path;
  points_ = std::move(points);
  line_.clear();
  bounds_ = path_.controlPointRect().adjusted(-8, -8, 8, 8);
  update();
}

const QPolygonF& WireItem::line() const {
  if (line_.isEmpty() && !path_.isEmpty()) line_ = path_.toSubpathPolygons().front();
  return line_;
}

void WireItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) {
  const double detail = option->levelOfDetailFromTransform(painter->worldTransform());
  double width = look_.selected ? 3 : look_.hovered ? 2.6 : 2;
  if (detail < 0.45) width = std::min(width / detail * 0.5, 6.0);  // stays a line when far away
  QColor colour = look_.broken ? theme().bad : look_.colour;
  if (look_.muted) colour.setAlphaF(0.4);
  QPen pen(colour, width);
  pen.setCapStyle(Qt::FlatCap);
  if (look_.muted) pen.setDashPattern({4, 3});
  painter->setBrush(Qt::NoBrush);
  if (look_.selected && detail >= 0.45) {
    QColor halo = theme().action;
    halo.setAlpha(80);
    painter->setPen(QPen(halo, 8));
    painter->drawPath(path_);
  }
  painter->setPen(pen);
  painter->drawPath(path_);
  if (detail < 0.45) return;
  painter->setPen(Qt::NoPen);
  painter->setBrush(colour);
  for (const QPointF& point : points_) painter->drawEllipse(point, 4, 4);
  if (look_.muted && !path_.isEmpty()) {  // a slash says it again
    const QPointF at = middle();
    painter->setPen(QPen(theme().secondary, 2));
    painter->drawLine(at + QPointF(-6, 7), at + QPointF(6, -7));
  }
}

}  // namespace spk::panels::graph
