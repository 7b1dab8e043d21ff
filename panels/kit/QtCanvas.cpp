#include "panels/kit/QtCanvas.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>

#include "panels/kit/Theme.h"

namespace spk {
namespace {

constexpr std::size_t kPiece = 6;  // points of a line that are stroked at once

}  // namespace

QFont fontOf(const Type& type) {
  const QFont::Weight weight = type.bold ? QFont::DemiBold : QFont::Normal;
  return type.family == Type::Family::Number ? numberFont(type.pixels, weight)
                                             : textFont(type.pixels, weight);
}

QPointF cornerOf(QPointF at, QSizeF size, Qt::Alignment align) {
  if (align & Qt::AlignRight) at.rx() -= size.width();
  if (align & Qt::AlignHCenter) at.rx() -= size.width() / 2;
  if (align & Qt::AlignBottom) at.ry() -= size.height();
  if (align & Qt::AlignVCenter) at.ry() -= size.height() / 2;
  return at;
}

void QtCanvas::fill(const QRectF& box, const QColor& colour, double radius) {
  if (radius <= 0) {
    painter_.fillRect(box, colour);
    return;
  }
  painter_.setRenderHint(QPainter::Antialiasing, true);
  painter_.setPen(Qt::NoPen);
  painter_.setBrush(colour);
  painter_.drawRoundedRect(box, radius, radius);
}

void QtCanvas::line(QPointF from, QPointF to, const QColor& colour, double width) {
  painter_.setRenderHint(QPainter::Antialiasing, true);
  painter_.setPen(QPen(colour, width, Qt::SolidLine, Qt::FlatCap));
  painter_.drawLine(from, to);
}

void QtCanvas::dashes(QPointF from, QPointF to, const QColor& colour, double width, double dash) {
  painter_.setRenderHint(QPainter::Antialiasing, true);
  QPen pen(colour, width, Qt::CustomDashLine, Qt::FlatCap);
  pen.setDashPattern({dash / width, dash / width});
  painter_.setPen(pen);
  painter_.drawLine(from, to);
}

void QtCanvas::polyline(std::span<const QPointF> points, const QColor& colour, double width) {
  painter_.setRenderHint(QPainter::Antialiasing, true);
  painter_.setBrush(Qt::NoBrush);
  painter_.setPen(QPen(colour, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  // A long line is stroked as one shape with as many edges: thirteen times as slow for 3000 points.
  // On the screen, pieces that share an end look the same, but for colours one can see through.
  const bool whole = medium_ == Medium::Vectors || colour.alpha() < 255;
  const std::size_t piece = whole ? points.size() : kPiece;
  while (points.size() > 1) {
    const auto some = points.first(std::min(points.size(), piece));
    painter_.drawPolyline(some.data(), static_cast<int>(some.size()));
    points = points.subspan(some.size() - 1);
  }
}

void QtCanvas::band(std::span<const QPointF> upper, std::span<const QPointF> lower,
                    const QColor& colour) {
  QPolygonF outline;
  for (const QPointF& p : upper) outline << p;
  for (auto p = lower.rbegin(); p != lower.rend(); ++p) outline << *p;
  painter_.setRenderHint(QPainter::Antialiasing, true);
  painter_.setPen(Qt::NoPen);
  painter_.setBrush(colour);
  painter_.drawPolygon(outline);
}

void QtCanvas::points(std::span<const QPointF> points, const QColor& colour, double size) {
  if (size > 3 && medium_ == Medium::Pixels) {
    painter_.setRenderHint(QPainter::Antialiasing, true);
    painter_.setPen(QPen(colour, size, Qt::SolidLine, Qt::RoundCap));
    painter_.drawPoints(points.data(), static_cast<int>(points.size()));
    return;
  }
  if (medium_ == Medium::Pixels) {
    painter_.setRenderHint(QPainter::Antialiasing, false);
    for (const QPointF& p : points)
      painter_.fillRect(QRectF(p.x() - size / 2, p.y() - size / 2, size, size), colour);
    return;
  }
  // One path of many small pieces: a file of sensible size that every editor opens.
  QPainterPath path;
  for (const QPointF& p : points) {
    const QRectF dot(p.x() - size / 2, p.y() - size / 2, size, size);
    if (size > 3)
      path.addEllipse(dot);
    else
      path.addRect(dot);
  }
  painter_.setPen(Qt::NoPen);
  painter_.setBrush(colour);
  painter_.drawPath(path);
}

void QtCanvas::raster(const std::shared_ptr<const RasterImage>& held, const QRectF& box) {
  const RasterImage& image = *held;
  painter_.setRenderHint(QPainter::SmoothPixmapTransform, false);
  const int cut = image.place(image.firstColumn());
  const double h = image.height(), older = image.width() - cut;
  const double split = box.left() + box.width() * older / image.width();
  painter_.drawImage(QRectF(box.topLeft(), QPointF(split, box.bottom())), image.pixels(),
                     QRectF(cut, 0, older, h));
  if (cut > 0) {
    painter_.drawImage(QRectF(QPointF(split, box.top()), box.bottomRight()), image.pixels(),
                       QRectF(0, 0, cut, h));
  }
}

void QtCanvas::picture(const QImage& image, const QRectF& box) {
  painter_.setRenderHint(QPainter::SmoothPixmapTransform, false);
  painter_.drawImage(box, image, QRectF(QPointF(), QSizeF(image.size())));
}

void QtCanvas::text(QPointF at, Qt::Alignment align, const QString& text, const QColor& colour,
                    const Type& type, bool turned) {
  if (text.isEmpty()) return;
  const QFont font = fontOf(type);
  const QFontMetricsF metrics(font);
  const QSizeF size(metrics.horizontalAdvance(text), metrics.height());
  painter_.setFont(font);
  painter_.setPen(colour);
  if (turned) {
    painter_.save();
    painter_.translate(at);
    painter_.rotate(-90);
    painter_.drawText(QPointF(-size.width() / 2, metrics.ascent() - size.height() / 2), text);
    painter_.restore();
    return;
  }
  painter_.drawText(cornerOf(at, size, align) + QPointF(0, metrics.ascent()), text);
}

double QtCanvas::textWidth(const QString& text, const Type& type) const {
  return QFontMetricsF(fontOf(type)).horizontalAdvance(text);
}

void QtCanvas::clip(const QRectF& box) {
  painter_.save();
  painter_.setClipRect(box);
}

void QtCanvas::unclip() { painter_.restore(); }

}  // namespace spk
