#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "panels/kit/PlotPanel.h"
#include "panels/kit/Theme.h"
#include "panels/rates/BinCounts.h"

namespace spk::panels::rates {
PanelType panelType();

namespace {

/// Firing rates of populations over time.
class RatesPanel : public PlotPanel {
 public:
  RatesPanel(PanelContext& context, Id item) : PlotPanel(context, item, {Signal::Spikes}) {}

 protected:
  void draw(Figure& figure, Time now) const override {
    figure.x.label = QObject::tr("time [s]");
    figure.x.range = figure.timeRange(now, parameter("window"));
    figure.y.label = QObject::tr("rate [Hz]");
    double highest = 0;
    QString words;
    for (const Input& input : inputs()) {
      Series line{.colour = input.colour, .width = 1.5, .name = input.name};
      std::optional<double> mean;
      if (const Tape* left = leftTape(input)) {
        Series pale{.colour = leftColour(input),
                    .width = 1.5,
                    .name = leftName(input.name),
                    .labelled = false};
        fill(pale, figure, input, *left, left_[input.wire]);
        for (const double rate : pale.y) highest = std::max(highest, rate);
        figure.series.push_back(std::move(pale));
      }
      if (const Tape* held = tape(input))
        mean = fill(line, figure, input, *held, counts_[input.wire]);
      for (const double rate : line.y) highest = std::max(highest, rate);
      if (mean)
        words += (words.isEmpty() ? QObject::tr("mean ") : QStringLiteral(" · ")) + input.name +
                 u' ' + shownFixed(*mean, 1);
      figure.series.push_back(std::move(line));
    }
    figure.y.range = figure.zoomY.value_or(Range{0, roundUp(highest)});
    if (!words.isEmpty()) figure.facts = words + QChar(kThinSpace) + QStringLiteral("Hz");
    nameLeft(figure);
  }

 private:
  /// Gives the mean over the bins that are wholly in sight.
  std::optional<double> fill(Series& line, const Figure& figure, const Input& input,
                             const Tape& held, BinCounts& counts) const {
    Time width = std::max<Time>(1000, fromMilliseconds(parameter("bin")));
    counts.update(held, width);
    const double binSeconds = toSeconds(width);
    const auto from = std::max(counts.firstBin(),
                               static_cast<std::int64_t>(figure.x.range.from / binSeconds) - 1);
    const auto to =
        std::min(counts.endBin(), static_cast<std::int64_t>(figure.x.range.to / binSeconds) + 2);
    const double sigma = parameter("smoothing") / toMilliseconds(width);
    const std::vector<double> all = rates(counts, from, to, width, input.neurons, sigma);
    // More bins than pixels: the mean of some, so that the line stays a line.
    const double pixels = std::max(1.0, figure.plotBox().width() * figure.pixelRatio);
    const auto some =
        static_cast<std::size_t>(std::max(1.0, std::floor(double(all.size()) / pixels)));
    for (std::size_t i = 0; i + some <= all.size(); i += some) {
      double sum = 0;
      for (std::size_t k = i; k < i + some; ++k) sum += all[k];
      line.x.push_back((double(from) + double(i) + double(some) / 2) * binSeconds);
      line.y.push_back(sum / double(some));
    }
    return meanRate(counts, static_cast<std::int64_t>(std::ceil(figure.x.range.from / binSeconds)),
                    static_cast<std::int64_t>(std::floor(figure.x.range.to / binSeconds)), width,
                    input.neurons);
  }

  /// The next of 1, 2, 5, 10 …: the axis rests while the lines move.
  static double roundUp(double highest) {
    if (!(highest > 0)) return 10;
    const double power = std::pow(10.0, std::floor(std::log10(highest * 1.05)));
    for (const double nice : {1.0, 2.0, 5.0, 10.0}) {
      if (highest * 1.05 <= nice * power) return nice * power;
    }
    return 10 * power;
  }

  mutable std::map<Id, BinCounts> counts_, left_;  // caches of what the tapes hold
};

std::unique_ptr<Panel> make(PanelContext& context, Id item) {
  return std::make_unique<RatesPanel>(context, item);
}

}  // namespace

PanelType panelType() { return {"view.rate", {Signal::Spikes}, &make}; }

}  // namespace spk::panels::rates
