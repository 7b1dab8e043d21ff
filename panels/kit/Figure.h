#pragma once
#include <QColor>
#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "engine/base/Time.h"
#include "panels/kit/RasterImage.h"

namespace spk {

struct Range {
  double from = 0, to = 1;  ///< from > to: the axis runs the other way
  double length() const { return to - from; }
  friend bool operator==(const Range&, const Range&) = default;
};

struct Axis {
  enum class Scale { Linear, Log };
  QString label = {};  ///< with its unit: "time [s]"; may be empty
  Range range = {};
  Scale scale = Scale::Linear;
  bool numbers = true;  ///< ticks with their numbers
  bool grid = true;     ///< thin lines at the ticks
};

/// Points of one colour that belong together.
struct Series {
  enum class Look { Line, Steps, Points, Bars, Band };
  Look look = Look::Line;
  std::vector<double> x, y;
  std::vector<double> low = {};  ///< Band: the lower edge, y the upper one
  QColor colour = {};
  double width = 1.5;  ///< of a line, or diameter of a point [px]
  QString name = {};   ///< see Figure::namesAtEnds; and in CSV
  double opacity = 1;
  bool labelled = true;  ///< no: its name is for CSV alone
};

/// A stretch of the y axis that has a name: the neurons of one population.
struct Group {
  Range y;
  QString name;
  QColor colour;
};

/// A straight line across the plot, with words: an edit, a threshold.
struct Guide {
  enum class Look { Edit, Threshold };
  Look look = Look::Edit;  ///< Edit: vertical, words in a flag; Threshold: horizontal, dashed
  double at = 0;
  QString words = {};
  QColor colour = {};
};

/// Words inside the plot; `at` is a share of its area, (0, 0) top left.
struct Caption {
  QPointF at;
  QString text;
  QColor colour;
  Qt::Alignment align = Qt::AlignLeft;
};

/// A big number above the plot.
struct Readout {
  QString name, value, below;
  QColor colour;
};

/// One line under the read-outs that says how far they may be trusted.
struct Banner {
  enum class Level { Good, Warning };
  Level level = Level::Good;
  QString text;
};

/// The picture in a plot, and what it covers in the coordinates of the axes.
struct PlotImage {
  std::shared_ptr<const RasterImage> raster;  ///< drawn pixel by pixel …
  QImage picture = {};                        ///< … or, if there is none, this, nearest neighbour
  Range x = {}, y = {};                       ///< left to right, top to bottom
};

/// What a plot shows, apart from how it is painted. The kit sets the first part, a panel the rest.
struct Figure {
  /// Screen: drawn again and again, ready pixels may be kept. Picture: once. Paper: once, points as
  /// points and lines as lines.
  enum class Use { Screen, Picture, Paper };
  // From the kit: where the figure will appear.
  QSizeF size = {640, 320};  ///< all of it [logical px]
  double pixelRatio = 1;     ///< device pixels in a logical one
  Use use = Use::Screen;
  std::optional<Range> zoomX, zoomY;  ///< what the user has zoomed to; the panel takes it as it is
  std::optional<double> zoomLength;   ///< of a time axis that follows: its length [s]
  std::optional<QRectF> selecting;    ///< a box being drawn [px]

  // From the panel.
  Axis x, y;
  std::vector<Series> series;
  std::optional<PlotImage> image;
  std::vector<Group> groups;  ///< names at the left, lines between
  std::vector<Guide> guides;
  std::vector<Caption> captions;
  std::vector<Readout> readouts;
  std::optional<Banner> banner;
  std::optional<double> cursor;  ///< on the x axis
  bool namesAtEnds = false;      ///< of series: beside their last point; else in a row at the top
  bool sameScale = false;        ///< x and y in equal steps: sensor pixels stay square
  QString facts;                 ///< for the line at the right of the panel's head
  QString words;                 ///< said in the middle while there is nothing to show

  /// The area between the axes, in logical px of `size`; once axes, read-outs and banner are set.
  QRectF plotBox() const;
  /// Where a time axis stands [s]: as zoomed, else the last `window` ms up to `now`, but never
  /// before the beginning.
  Range timeRange(Time now, double window) const;
  /// From the coordinates of the axes to logical px, and back.
  QPointF place(double xValue, double yValue) const;
  QPointF value(QPointF place) const;
};

/// At most `most` round positions in the range, evenly spaced, with text of equal decimals; powers
/// of ten (and 2, 5 where few) for a logarithmic axis.
struct Tick {
  double at;
  QString text;
};
std::vector<Tick> ticks(const Axis& axis, int most = 5);

/// Share of an axis at which a value lies: 0 at range.from, 1 at range.to. Values ≤ 0 on a
/// logarithmic axis lie far below.
double share(const Axis& axis, double value);
double valueAt(const Axis& axis, double share);

}  // namespace spk
