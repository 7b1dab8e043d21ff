#include "panels/graph/FrameItem.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include "panels/kit/Theme.h"

namespace spk::panels::graph {

void FrameItem::set(const QRectF& box, const QString& text, const QColor& tint) {
  prepareGeometryChange();
  setPos(box.topLeft());
  size_ = box.size();
  text_ = text;
  tint_ = tint;
  update();
}

void FrameItem::setMarks(bool selected, bool focused, bool target) {
  if (selected_ == selected && focused_ == focused && target_ == target) return;
  selected_ = selected, focused_ = focused, target_ = target;
  update();
}

QRectF FrameItem::boundingRect() const {
  return QRectF(QPointF(0, 0), size_).adjusted(-3, -3, 3, 3);
}

void FrameItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) {
  const Theme& look = theme();
  const QRectF box(QPointF(0, 0), size_);
  const double detail = option->levelOfDetailFromTransform(painter->worldTransform());
  QColor ground = kind_ == Kind::Note
                      ? mixed(look.surface, look.cursor, 0.10)
                      : mixed(look.window, target_ ? look.action : look.text, 0.035);
  if (tint_.isValid()) ground = mixed(look.window, tint_, kind_ == Kind::Note ? 0.22 : 0.1);
  const bool ring = selected_ || focused_ || target_;
  QPen pen(ring ? look.action : look.line, ring ? 2 : 1.2);
  if (kind_ == Kind::Frame && !selected_) pen.setDashPattern({4, 4});
  if (focused_ && !selected_) pen.setStyle(Qt::DotLine);
  if (kind_ == Kind::Note && !ring) pen.setColor(mixed(look.surface, look.cursor, 0.3));
  painter->setPen(pen);
  painter->setBrush(ground);
  painter->drawRoundedRect(box, kind_ == Kind::Frame ? kNodeRadius : kRadius,
                           kind_ == Kind::Frame ? kNodeRadius : kRadius);
  if (kind_ == Kind::Frame) {
    const QFont font = textFont(detail < 0.45 ? 22 : 12, QFont::Medium);
    painter->setFont(font);
    painter->setPen(look.secondary);
    painter->drawText(box.adjusted(12, 8, -12, 0), Qt::AlignLeft | Qt::AlignTop,
                      QFontMetricsF(font).elidedText(text_, Qt::ElideRight, box.width() - 24));
    return;
  }
  painter->setFont(textFont(12));
  painter->setPen(text_.isEmpty() ? look.secondary : look.text);
  painter->setClipRect(box.adjusted(8, 6, -8, -6), Qt::IntersectClip);
  painter->drawText(box.adjusted(10, 8, -10, -8), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                    text_.isEmpty() ? QStringLiteral("Double-click to write") : text_);
}

}  // namespace spk::panels::graph
