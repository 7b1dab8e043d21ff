#pragma once
#include <QPixmap>
#include <QWidget>

#include "panels/graph/GraphScene.h"

class QGraphicsView;

namespace spk::panels::graph {

/// The whole graph small, with the rectangle that the view shows; a click or drag goes there.
class MiniMap : public QWidget {
  Q_OBJECT

 public:
  MiniMap(GraphScene& graph, QGraphicsView& view);
  void shapeChanged();  ///< nodes came, went or moved

 Q_SIGNALS:
  void went();  ///< it has moved the view

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;

 private:
  QRectF world() const;
  QTransform toMap(const QRectF& world) const;
  void go(QPointF at);

  GraphScene& graph_;
  QGraphicsView& view_;
  QPixmap nodes_;
  QRectF painted_;  // the world that nodes_ shows
  bool stale_ = true;
};

}  // namespace spk::panels::graph
