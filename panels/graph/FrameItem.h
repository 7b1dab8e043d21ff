#pragma once
#include <QColor>
#include <QGraphicsItem>
#include <QString>

#include "engine/base/Id.h"

namespace spk::panels::graph {

/// Paints a frame around nodes (dashed, with its title), or a note on the canvas.
class FrameItem : public QGraphicsItem {
 public:
  enum class Kind { Frame, Note };
  FrameItem(Id id, Kind kind) : id_(id), kind_(kind) { setZValue(kind == Kind::Frame ? 0 : 2.5); }

  Id id() const { return id_; }
  Kind kind() const { return kind_; }
  /// `tint`: invalid for the theme's own.
  void set(const QRectF& box, const QString& text, const QColor& tint);
  const QColor& tint() const { return tint_; }
  const QString& text() const { return text_; }
  QRectF box() const { return QRectF(pos(), size_); }
  void setMarks(bool selected, bool focused, bool target);

  QRectF boundingRect() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  Id id_;
  Kind kind_;
  QSizeF size_;
  QString text_;
  QColor tint_;
  bool selected_ = false, focused_ = false, target_ = false;
};

}  // namespace spk::panels::graph
