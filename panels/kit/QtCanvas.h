#pragma once
#include "panels/kit/Canvas.h"

class QPainter;

namespace spk {

/// A Canvas by QPainter: on the screen under software GL, and into PNG, SVG and PDF.
class QtCanvas : public Canvas {
 public:
  /// How the pixels end: as painted, or as shapes that a vector file can hold.
  enum class Medium { Pixels, Vectors };
  QtCanvas(QPainter& painter, Medium medium) : painter_(painter), medium_(medium) {}

  void fill(const QRectF& box, const QColor& colour, double radius) override;
  void line(QPointF from, QPointF to, const QColor& colour, double width) override;
  void dashes(QPointF from, QPointF to, const QColor& colour, double width, double dash) override;
  void polyline(std::span<const QPointF> points, const QColor& colour, double width) override;
  void band(std::span<const QPointF> upper, std::span<const QPointF> lower,
            const QColor& colour) override;
  void points(std::span<const QPointF> points, const QColor& colour, double size) override;
  void raster(const std::shared_ptr<const RasterImage>& image, const QRectF& box) override;
  void picture(const QImage& image, const QRectF& box) override;
  void text(QPointF at, Qt::Alignment align, const QString& text, const QColor& colour,
            const Type& type, bool turned) override;
  double textWidth(const QString& text, const Type& type) const override;
  void clip(const QRectF& box) override;
  void unclip() override;

 private:
  QPainter& painter_;
  Medium medium_;
};

/// The font of a Type.
QFont fontOf(const Type& type);
/// Top left corner of a text's box of `size`, so that its point named by `align` lies at `at`.
QPointF cornerOf(QPointF at, QSizeF size, Qt::Alignment align);

}  // namespace spk
