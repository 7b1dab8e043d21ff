#include <algorithm>
#include <cmath>

#include "panels/intervals/histogram.h"
#include "panels/kit/PlotPanel.h"
#include "panels/kit/Theme.h"

namespace spk::panels::intervals {
PanelType panelType();

namespace {

/// How long it is from one event to the next.
class IntervalsPanel : public PlotPanel {
 public:
  IntervalsPanel(PanelContext& context, Id item)
      : PlotPanel(context, item, {Signal::Events}, XAxis::Other) {}

 protected:
  void draw(Figure& figure, Time now) const override {
    figure.x.label = QObject::tr("interval [ms]");
    figure.x.scale = Axis::Scale::Log;
    figure.y.label = QObject::tr("share of intervals [%]");
    figure.x.range = figure.zoomX.value_or(Range{1e-3, 1e4});
    figure.y.range = figure.zoomY.value_or(Range{0, 10});
    const Tape* held = inputs().empty() ? nullptr : tape(inputs().front());
    if (!held) return;
    const Of of = parameterWord("of") == "sensor" ? Of::Sensor : Of::Pixel;
    const std::string word = parameterWord("polarity");
    const Polarity polarity = word == "on"    ? Polarity::On
                              : word == "off" ? Polarity::Off
                                              : Polarity::Both;
    const Histogram found =
        histogram(*held, now - fromMilliseconds(parameter("window")), now, of, polarity);
    if (found.intervals == 0) {
      figure.words = QObject::tr("No intervals yet.");
      return;
    }
    Series bars{.look = Series::Look::Steps, .colour = inputs().front().colour, .width = 1.5};
    double highest = 0;
    for (std::size_t k = 0; k < found.bins.size(); ++k) {
      const double share = 100.0 * double(found.bins[k]) / double(found.intervals);
      highest = std::max(highest, share);
      bars.x.push_back(std::pow(10.0, (Histogram::kFirst + double(k)) / Histogram::kPerDecade));
      bars.y.push_back(share);
    }
    figure.series.push_back(std::move(bars));
    if (!figure.zoomY) figure.y.range = {0, std::max(5.0, std::ceil(highest / 5) * 5)};
    figure.facts =
        QObject::tr("%1 intervals · median %2")
            .arg(shownShort(double(found.intervals)), shown(toMilliseconds(found.median), "ms", 3));
    if (const std::uint64_t every = context().status().thinning; every > 1)
      figure.facts += QObject::tr(" · of 1 event in %1").arg(every);
  }
};

std::unique_ptr<Panel> make(PanelContext& context, Id item) {
  return std::make_unique<IntervalsPanel>(context, item);
}

}  // namespace

PanelType panelType() { return {"view.intervals", {Signal::Events}, &make}; }

}  // namespace spk::panels::intervals
