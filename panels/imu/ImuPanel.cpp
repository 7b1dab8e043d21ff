#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "panels/kit/PlotPanel.h"
#include "panels/kit/Theme.h"

namespace spk::panels::imu {
PanelType panelType();

namespace {

/// Which values of an inertial sample belong together, and how they are called.
struct Shown {
  std::uint32_t first, count;
  QString label, unit;
};

Shown shownOf(const std::string& word) {
  if (word == "acceleration") return {0, 3, QObject::tr("acceleration [g]"), QStringLiteral("g")};
  if (word == "temperature") return {6, 1, QObject::tr("temperature [°C]"), QStringLiteral("°C")};
  return {3, 3, QObject::tr("rotation [°/s]"), QStringLiteral("°/s")};
}

/// Three lines (or one) of a camera's inertial unit.
class ImuPanel : public PlotPanel {
 public:
  ImuPanel(PanelContext& context, Id item) : PlotPanel(context, item, {Signal::Trace}) {}

 protected:
  void draw(Figure& figure, Time now) const override {
    const Shown shown = shownOf(parameterWord("show"));
    figure.x.label = QObject::tr("time [s]");
    figure.x.range = figure.timeRange(now, parameter("window"));
    figure.y.label = shown.label;
    const std::array colours = {theme().excitatory, theme().good, theme().inhibitory};
    const std::array names = {QStringLiteral("x"), QStringLiteral("y"), QStringLiteral("z")};
    for (std::uint32_t i = 0; i < shown.count; ++i)
      figure.series.push_back(
          {.colour = colours[i], .width = 1.2, .name = shown.count > 1 ? names[i] : QString()});
    if (!inputs().empty())
      if (const Tape* held = tape(inputs().front())) addLines(figure, *held, shown);
    figure.y.range = figure.zoomY.value_or(seen(figure));
    QStringList last;
    for (const Series& line : figure.series)
      if (!line.y.empty())
        last << (line.name.isEmpty() ? QString() : line.name + u' ') + shownFixed(line.y.back(), 2);
    if (last.isEmpty())
      figure.words = QObject::tr("No inertial samples yet.");
    else
      figure.facts = last.join(QStringLiteral(" · ")) + QChar(kThinSpace) + shown.unit;
  }

 private:
  /// Of all samples in a pixel column the lowest and the highest are kept.
  void addLines(Figure& figure, const Tape& held, const Shown& shown) const {
    const bool every = figure.use == Figure::Use::Paper;
    const double column =
        figure.x.range.length() / std::max(1.0, figure.plotBox().width() * figure.pixelRatio);
    struct Column {
      std::int64_t at = std::numeric_limits<std::int64_t>::min();
      std::size_t first = 0;  ///< of its points in the series
    };
    std::array<Column, 3> columns;
    const auto from = static_cast<Time>(figure.x.range.from * kSecond),
               to = static_cast<Time>(figure.x.range.to * kSecond);
    held.visit<Sample>(from, to + 1, [&](std::span<const Sample> samples) {
      for (const Sample& sample : samples) {
        if (sample.neuron < shown.first || sample.neuron >= shown.first + shown.count) continue;
        const std::size_t k = sample.neuron - shown.first;
        Series& line = figure.series[k];
        const double t = toSeconds(sample.t), value = double(sample.value);
        const auto at = static_cast<std::int64_t>(std::floor(t / column));
        const bool full = at == columns[k].at && line.y.size() - columns[k].first >= 2;
        if (every || !full) {
          if (at != columns[k].at) columns[k] = {at, line.y.size()};
          line.x.push_back(t);
          line.y.push_back(value);
          continue;
        }
        double& a = line.y[columns[k].first];
        double& b = line.y[columns[k].first + 1];
        const double low = std::min({a, b, value}), high = std::max({a, b, value});
        const bool rises = a <= b;
        a = rises ? low : high, b = rises ? high : low;
      }
    });
  }

  static Range seen(const Figure& figure) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const Series& line : figure.series)
      for (const double y : line.y) low = std::min(low, y), high = std::max(high, y);
    if (!(low <= high)) return {-1, 1};
    const double step = std::pow(10.0, std::floor(std::log10(std::max(1e-3, high - low))));
    return {std::floor(low / step) * step - step / 10, std::ceil(high / step) * step + step / 10};
  }
};

std::unique_ptr<Panel> make(PanelContext& context, Id item) {
  return std::make_unique<ImuPanel>(context, item);
}

}  // namespace

PanelType panelType() { return {"view.imu", {Signal::Trace}, &make}; }

}  // namespace spk::panels::imu
