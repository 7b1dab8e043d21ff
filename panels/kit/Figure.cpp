#include "panels/kit/Figure.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

#include "panels/kit/Theme.h"

namespace spk {
namespace {

constexpr double kFarBelow = -1e6;

/// 1, 2 or 5 times a power of ten, not below `rough`.
double roundStep(double rough) {
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double nice : {1.0, 2.0, 5.0}) {
    if (rough <= nice * power * (1 + 1e-9)) return nice * power;
  }
  return 10 * power;
}

std::vector<Tick> logTicks(const Axis& axis, int most) {
  const double low = std::max(std::min(axis.range.from, axis.range.to), 1e-300);
  const double high = std::max(axis.range.from, axis.range.to);
  const int first = static_cast<int>(std::ceil(std::log10(low) - 1e-9));
  const int last = static_cast<int>(std::floor(std::log10(high) + 1e-9));
  std::vector<Tick> found;
  const int step = std::max(1, (last - first) / most + ((last - first) % most ? 1 : 0));
  if (last - first >= 2) {
    for (int e = first; e <= last; e += step) {
      found.push_back({std::pow(10.0, e), shownPowerOfTen(e)});
    }
    return found;
  }
  for (int e = first - 1; e <= last; ++e) {
    for (const double nice : {1.0, 2.0, 5.0}) {
      const double at = nice * std::pow(10.0, e);
      if (at >= low * (1 - 1e-9) && at <= high * (1 + 1e-9)) found.push_back({at, shown(at)});
    }
  }
  return found;
}

/// Room for the longest name, within bounds: longer ones are cut.
double marginFor(const std::vector<Group>& groups) {
  const QFontMetricsF metrics(textFont(12));
  double widest = 0;
  for (const Group& group : groups)
    widest = std::max(widest, metrics.horizontalAdvance(group.name));
  return std::clamp(std::ceil(widest) + 16, 44 * textScale(), 112 * textScale());
}

}  // namespace

std::vector<Tick> ticks(const Axis& axis, int most) {
  if (axis.scale == Axis::Scale::Log) return logTicks(axis, most);
  const double low = std::min(axis.range.from, axis.range.to);
  const double high = std::max(axis.range.from, axis.range.to);
  if (!(high > low) || !std::isfinite(high - low)) return {};
  const double step = roundStep((high - low) / most);
  const int decimals = std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0, 9);
  std::vector<Tick> found;
  for (double n = std::ceil(low / step - 1e-9); n * step <= high + step * 1e-9; ++n) {
    const double at = n * step;
    const bool big = std::abs(at) >= 1e6;
    found.push_back({at, big ? shown(at, 3) : shownFixed(at, decimals)});
  }
  return found;
}

double share(const Axis& axis, double value) {
  if (axis.scale == Axis::Scale::Log) {
    if (value <= 0 || axis.range.from <= 0 || axis.range.to <= 0) return kFarBelow;
    return std::log(value / axis.range.from) / std::log(axis.range.to / axis.range.from);
  }
  const double length = axis.range.length();
  return length == 0 ? 0.5 : (value - axis.range.from) / length;
}

double valueAt(const Axis& axis, double share) {
  if (axis.scale == Axis::Scale::Log) {
    return axis.range.from * std::pow(axis.range.to / axis.range.from, share);
  }
  return axis.range.from + share * axis.range.length();
}

QRectF Figure::plotBox() const {
  const double s = textScale();
  const double left = y.numbers        ? 40 * s + (y.label.isEmpty() ? 0 : 16 * s)
                      : groups.empty() ? 12
                                       : marginFor(groups);
  const double bottom = (x.numbers ? 20 * s : 8) + (x.label.isEmpty() ? 0 : 16 * s);
  const double top = 8 + (readouts.empty() ? 0 : 76 * s) + (banner ? 32 * s : 0);
  QRectF box(left, top, std::max(8.0, size.width() - left - 16),
             std::max(8.0, size.height() - top - bottom));
  if (!sameScale) return box;
  // The shape of the data decides: the largest box of its proportions, in the middle.
  const double wanted = std::abs(x.range.length() / y.range.length());
  if (!(wanted > 0) || !std::isfinite(wanted)) return box;
  QSizeF inner = box.size();
  if (inner.width() > inner.height() * wanted)
    inner.setWidth(inner.height() * wanted);
  else
    inner.setHeight(inner.width() / wanted);
  const QPointF corner = box.center() - QPointF(inner.width() / 2, inner.height() / 2);
  return QRectF(QPointF(std::floor(corner.x()), std::floor(corner.y())), inner);
}

Range Figure::timeRange(Time now, double window) const {
  if (zoomX) return *zoomX;
  const double length = zoomLength.value_or(window / 1000);
  const double from = std::max(0.0, toSeconds(now) - length);
  return {from, from + length};
}

QPointF Figure::place(double xValue, double yValue) const {
  const QRectF box = plotBox();
  return {box.left() + share(x, xValue) * box.width(),
          box.bottom() - share(y, yValue) * box.height()};
}

QPointF Figure::value(QPointF at) const {
  const QRectF box = plotBox();
  return {valueAt(x, (at.x() - box.left()) / box.width()),
          valueAt(y, (box.bottom() - at.y()) / box.height())};
}

}  // namespace spk
