#include "panels/graph/MiniMap.h"

#include <QGraphicsView>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

#include "panels/kit/Theme.h"

namespace spk::panels::graph {
namespace {

QRectF visiblePart(const QGraphicsView& view) {
  return view.mapToScene(view.viewport()->rect()).boundingRect();
}

}  // namespace

MiniMap::MiniMap(GraphScene& graph, QGraphicsView& view)
    : QWidget(&view), graph_(graph), view_(view) {
  setFixedSize(150, 92);
  setCursor(Qt::PointingHandCursor);
  setToolTip(tr("Click or drag to go there"));
}

void MiniMap::shapeChanged() {
  stale_ = true;
  update();
}

/// The nodes with some air; the view may lie outside, its rectangle is then cut.
QRectF MiniMap::world() const {
  QRectF all;
  for (const auto& [id, item] : graph_.nodes()) all |= item->box();
  for (const auto& [id, item] : graph_.frames()) all |= item->box();
  if (all.isEmpty()) all = visiblePart(view_);
  return all.adjusted(-120, -80, 120, 80);
}

QTransform MiniMap::toMap(const QRectF& world) const {
  const double scale = std::min((width() - 12) / world.width(), (height() - 12) / world.height());
  QTransform map;
  map.translate(width() / 2.0, height() / 2.0);
  map.scale(scale, scale);
  map.translate(-world.center().x(), -world.center().y());
  return map;
}

void MiniMap::paintEvent(QPaintEvent*) {
  const Theme& look = theme();
  if (stale_ || nodes_.isNull()) {
    stale_ = false;
    painted_ = world();
    nodes_ = QPixmap(size() * devicePixelRatioF());
    nodes_.setDevicePixelRatio(devicePixelRatioF());
    nodes_.fill(Qt::transparent);
    QPainter painter(&nodes_);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(look.line, 1));
    painter.setBrush(look.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
    const QTransform map = toMap(painted_);
    painter.setBrush(Qt::NoBrush);
    for (const auto& [id, item] : graph_.frames()) painter.drawRect(map.mapRect(item->box()));
    painter.setPen(Qt::NoPen);
    for (const auto& [id, item] : graph_.nodes()) {
      painter.setBrush(item->face().colour);
      QRectF small = map.mapRect(item->box());
      if (small.width() < 3) small.setWidth(3);
      if (small.height() < 2) small.setHeight(2);
      painter.drawRoundedRect(small, 1.5, 1.5);
    }
  }
  QPainter painter(this);
  painter.drawPixmap(0, 0, nodes_);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF frame =
      toMap(painted_).mapRect(visiblePart(view_)) & QRectF(rect()).adjusted(3, 3, -3, -3);
  if (frame.isEmpty()) return;
  QColor inner = look.action;
  inner.setAlpha(24);
  painter.setPen(QPen(look.action, 1));
  painter.setBrush(inner);
  painter.drawRoundedRect(frame, 3, 3);
}

void MiniMap::go(QPointF at) {
  view_.centerOn(toMap(painted_).inverted().map(at));
  Q_EMIT went();
}

void MiniMap::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) go(event->position());
}

void MiniMap::mouseMoveEvent(QMouseEvent* event) {
  if (event->buttons() & Qt::LeftButton) go(event->position());
}

}  // namespace spk::panels::graph
