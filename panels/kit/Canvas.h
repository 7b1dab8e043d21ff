#pragma once
#include <QColor>
#include <QPointF>
#include <QRectF>
#include <QString>
#include <span>

#include "panels/kit/Figure.h"

namespace spk {

/// How a text looks, apart from its colour.
struct Type {
  enum class Family { Text, Number } family = Family::Text;
  int pixels = 11;
  bool bold = false;
  friend bool operator==(const Type&, const Type&) = default;
};

/// The few strokes that a figure is made of. Two implementations: QPainter (screen, PNG, SVG, PDF)
/// and Dear ImGui (screen with a GPU). Coordinates are logical pixels.
class Canvas {
 public:
  virtual ~Canvas() = default;
  virtual void fill(const QRectF& box, const QColor& colour, double radius = 0) = 0;
  virtual void line(QPointF from, QPointF to, const QColor& colour, double width) = 0;
  /// `dash` px on, `dash` px off.
  virtual void dashes(QPointF from, QPointF to, const QColor& colour, double width,
                      double dash) = 0;
  virtual void polyline(std::span<const QPointF> points, const QColor& colour, double width) = 0;
  /// The area between two lines of equally many points.
  virtual void band(std::span<const QPointF> upper, std::span<const QPointF> lower,
                    const QColor& colour) = 0;
  /// Squares of `size` px, up to 3 px; discs above.
  virtual void points(std::span<const QPointF> points, const QColor& colour, double size) = 0;
  /// The whole raster into the box, without smoothing.
  virtual void raster(const std::shared_ptr<const RasterImage>& image, const QRectF& box) = 0;
  virtual void picture(const QImage& image, const QRectF& box) = 0;
  /// `at` is the point of the text's box that `align` names: Qt::AlignLeft | Qt::AlignVCenter: the
  /// middle of its left edge. Turned: read upwards, its middle at `at`.
  virtual void text(QPointF at, Qt::Alignment align, const QString& text, const QColor& colour,
                    const Type& type, bool turned = false) = 0;
  virtual double textWidth(const QString& text, const Type& type) const = 0;
  virtual void clip(const QRectF& box) = 0;
  virtual void unclip() = 0;
};

/// Draws the figure, which says its own size, with its top left corner at the origin.
void paint(const Figure& figure, Canvas& canvas);

}  // namespace spk
