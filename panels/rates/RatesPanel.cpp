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

/// Trigger edges in sight, up to so many, are written out; more are points.
constexpr std::size_t kMostFlags = 12;

/// Firing rates of populations over time, or how many events a camera gives, with its triggers.
class RatesPanel : public PlotPanel {
 public:
  RatesPanel(PanelContext& context, Id item)
      : PlotPanel(context, item, {Signal::Spikes, Signal::Events}) {}

 protected:
  void draw(Figure& figure, Time now) const override {
    figure.x.label = QObject::tr("time [s]");
    figure.x.range = figure.timeRange(now, parameter("window"));
    figure.y.label = QObject::tr("rate [Hz]");
    const Signal shown = shownSignal();
    double highest = 0;
    std::vector<std::pair<QString, double>> means;
    QStringList others;
    for (const Input& input : inputs()) {
      if (input.signal == Signal::Trace) continue;
      if (input.signal != shown) {
        others << input.name;
        continue;
      }
      if (const Tape* left = leftTape(input)) {
        Series pale{.colour = leftColour(input),
                    .width = 1.5,
                    .name = leftName(input.name),
                    .labelled = false};
        fill(pale, figure, input, *left, left_[input.wire]);
        for (const double rate : pale.y) highest = std::max(highest, rate);
        figure.series.push_back(std::move(pale));
      }
      Series line{.colour = input.colour, .width = 1.5, .name = input.name};
      if (const Tape* held = countedTape(input))
        if (const auto mean = fill(line, figure, input, *held, counts_[input.wire]))
          means.emplace_back(input.name, *mean);
      for (const double rate : line.y) highest = std::max(highest, rate);
      figure.series.push_back(std::move(line));
    }
    const double scale = shown == Signal::Events ? scaleEvents(figure, highest) : 1;
    figure.y.range = figure.zoomY.value_or(Range{0, roundUp(highest / scale)});
    tellMeans(figure, means, shown);
    addTriggers(figure);
    nameLeft(figure);
    if (!others.isEmpty())
      figure.captions.push_back(
          {{0.01, 0.02},
           QObject::tr("not shown, another unit: %1; wire it to a view of its own")
               .arg(others.join(QStringLiteral(", "))),
           theme().cursor,
           Qt::AlignLeft | Qt::AlignTop});
  }

  std::uint64_t dataVersion() const override {
    std::uint64_t sum = PlotPanel::dataVersion();
    for (const Input& input : inputs())
      if (const Tape* held = countedTape(input)) sum += held->version();
    return sum;
  }

 private:
  /// Spikes and events have different units: those of the first wire are shown.
  Signal shownSignal() const {
    for (const Input& input : inputs())
      if (input.signal != Signal::Trace) return input.signal;
    return Signal::Spikes;
  }

  /// Views get only some of the events of a fast camera; its node counts all of its first output.
  const Tape* countedTape(const Input& input) const {
    const Tape* counts = input.signal == Signal::Events && input.port == "out"
                             ? context().tape(input.source)
                             : nullptr;
    return counts ? counts : tape(input);
  }
  BinCounts::Of kindOf(const Input& input, const Tape& held) const {
    if (input.signal != Signal::Events) return BinCounts::Of::Spikes;
    return &held == context().tape(input.source) ? BinCounts::Of::Counts : BinCounts::Of::Events;
  }

  /// Thousands or millions of events a second. @return what was divided by
  static double scaleEvents(Figure& figure, double highest) {
    const double scale = highest >= 2e6 ? 1e6 : highest >= 2e3 ? 1e3 : 1;
    figure.y.label = scale == 1e6   ? QObject::tr("events [M/s]")
                     : scale == 1e3 ? QObject::tr("events [k/s]")
                                    : QObject::tr("events [1/s]");
    for (Series& series : figure.series)
      for (double& y : series.y) y /= scale;
    return scale;
  }

  static void tellMeans(Figure& figure, const std::vector<std::pair<QString, double>>& means,
                        Signal shown) {
    QString words;
    for (const auto& [name, mean] : means)
      words +=
          (words.isEmpty() ? QObject::tr("mean ") : QStringLiteral(" · ")) + name + u' ' +
          (shown == Signal::Events ? shownShort(mean) + QObject::tr("ev/s") : shownFixed(mean, 1));
    if (words.isEmpty()) return;
    figure.facts = words;
    if (shown == Signal::Spikes) figure.facts += QChar(kThinSpace) + QStringLiteral("Hz");
  }

  /// Edges on a camera's trigger inputs: flags, or two rows of points where they are many.
  void addTriggers(Figure& figure) const {
    Series rising{.look = Series::Look::Points,
                  .colour = theme().on,
                  .width = 5,
                  .name = QObject::tr("trigger on")};
    Series falling{.look = Series::Look::Points,
                   .colour = theme().off,
                   .width = 5,
                   .name = QObject::tr("trigger off")};
    std::vector<Guide> flags;
    for (const Input& input : inputs()) {
      const Tape* held = input.signal == Signal::Trace ? tape(input) : nullptr;
      if (!held) continue;
      const auto from = static_cast<Time>(figure.x.range.from * kSecond),
                 to = static_cast<Time>(figure.x.range.to * kSecond);
      held->visit<Sample>(from, to + 1, [&](std::span<const Sample> edges) {
        for (const Sample& edge : edges) {
          const bool on = edge.value > 0;
          Series& row = on ? rising : falling;
          row.x.push_back(toSeconds(edge.t));
          row.y.push_back(figure.y.range.from + figure.y.range.length() * (on ? 0.97 : 0.92));
          if (flags.size() > kMostFlags) continue;
          flags.push_back({.look = Guide::Look::Edit,
                           .at = toSeconds(edge.t),
                           .words = QObject::tr("trigger %1 %2")
                                        .arg(edge.neuron)
                                        .arg(on ? QStringLiteral("↑") : QStringLiteral("↓")),
                           .colour = on ? theme().on : theme().off});
        }
      });
    }
    if (flags.size() <= kMostFlags) {
      for (Guide& flag : flags) figure.guides.push_back(std::move(flag));
      return;
    }
    for (Series* row : {&rising, &falling})
      if (!row->x.empty()) figure.series.push_back(std::move(*row));
  }

  /// Gives the mean over the bins that are wholly in sight.
  std::optional<double> fill(Series& line, const Figure& figure, const Input& input,
                             const Tape& held, BinCounts& counts) const {
    Time width = std::max<Time>(1000, fromMilliseconds(parameter("bin")));
    counts.update(held, width, kindOf(input, held));
    const double neurons = input.signal == Signal::Events ? 1 : input.neurons;
    const double binSeconds = toSeconds(width);
    const auto from = std::max(counts.firstBin(),
                               static_cast<std::int64_t>(figure.x.range.from / binSeconds) - 1);
    const auto to =
        std::min(counts.endBin(), static_cast<std::int64_t>(figure.x.range.to / binSeconds) + 2);
    const double sigma = parameter("smoothing") / toMilliseconds(width);
    const std::vector<double> all = rates(counts, from, to, width, neurons, sigma);
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
                    neurons);
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

PanelType panelType() { return {"view.rate", {Signal::Spikes, Signal::Events}, &make}; }

}  // namespace spk::panels::rates
