#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "engine/graph/population.h"
#include "panels/kit/PlotPanel.h"
#include "panels/kit/Theme.h"

namespace spk::panels::traces {
PanelType panelType();

namespace {

constexpr std::size_t kMostLines = 12;
/// While nobody has chosen neurons, the first few are shown.
constexpr std::uint32_t kFirstNeurons = 3;

/// One line, decimated as it is filled: of all samples in a pixel column only the first, lowest,
/// highest and last are kept, so nothing that the eye could see is lost.
class Thinned {
 public:
  explicit Thinned(double column) : column_(column) {}
  void add(double t, double value) {
    const auto at = static_cast<std::int64_t>(std::floor(t / column_));
    if (at != at_) flush(), at_ = at, n_ = 0;
    if (n_++ == 0) first_ = low_ = high_ = {t, value};
    if (value < low_.second) low_ = {t, value};
    if (value > high_.second) high_ = {t, value};
    last_ = {t, value};
  }
  void into(Series& series) {
    flush();
    series.x = std::move(x_);
    series.y = std::move(y_);
  }

 private:
  using Point = std::pair<double, double>;
  void put(const Point& p) {
    if (!x_.empty() && x_.back() == p.first) return;
    x_.push_back(p.first), y_.push_back(p.second);
  }
  void flush() {
    if (n_ == 0) return;
    put(first_);
    put(low_.first < high_.first ? low_ : high_);
    put(low_.first < high_.first ? high_ : low_);
    put(last_);
    n_ = 0;
  }
  double column_;
  std::int64_t at_ = std::numeric_limits<std::int64_t>::min();
  std::size_t n_ = 0;
  Point first_, low_, high_, last_;
  std::vector<double> x_, y_;
};

/// " [mV]"; nothing where there is no unit.
QString bracketed(const std::string& unit) {
  return unit.empty() ? QString() : QStringLiteral(" [%1]").arg(QString::fromStdString(unit));
}

/// Membrane potentials and other columns of single neurons.
class TracesPanel : public PlotPanel {
 public:
  TracesPanel(PanelContext& context, Id item) : PlotPanel(context, item, {Signal::Trace}) {}

 protected:
  void draw(Figure& figure, Time now) const override {
    figure.x.label = QObject::tr("time [s]");
    figure.x.range = figure.timeRange(now, parameter("window"));
    if (inputs().empty()) return;
    const std::string unit = inputs().front().unit;
    std::size_t hidden = 0;
    QStringList others;
    for (const Input& input : inputs()) {
      if (input.unit != unit) {
        others << typesetText(input.port) + bracketed(input.unit);
        continue;
      }
      if (const Tape* left = leftTape(input)) addLines(figure, input, *left, Run::Left);
      if (const Tape* held = tape(input)) hidden += addLines(figure, input, *held, Run::Here);
      addThreshold(figure, input);
    }
    figure.y.label = axisLabel(unit);
    figure.y.range = figure.zoomY.value_or(seenRange(figure));
    const std::size_t lines = shownLines(figure);
    figure.facts = QObject::tr("%1 lines").arg(lines);
    if (hidden > 0) figure.facts += QObject::tr(" of %1").arg(lines + hidden);
    nameLeft(figure);
    if (!others.isEmpty()) {
      figure.captions.push_back(
          {{0.01, 0.02},
           QObject::tr("not shown, another unit: %1; wire it to a view of its own")
               .arg(others.join(QStringLiteral(", "))),
           theme().cursor,
           Qt::AlignLeft | Qt::AlignTop});
    }
  }

 private:
  enum class Run { Here, Left };

  /// Lines of the run that goes on.
  static std::size_t shownLines(const Figure& figure) {
    return static_cast<std::size_t>(
        std::ranges::count_if(figure.series, [](const Series& s) { return s.labelled; }));
  }

  QString axisLabel(const std::string& unit) const {
    const std::string port = inputs().front().port;
    const bool same = std::ranges::all_of(inputs(), [&](const Input& i) { return i.port == port; });
    return same ? typesetText(port) + bracketed(unit) : bracketed(unit).trimmed();
  }

  /// One value, of a wire, a source or a lone neuron: no number tells it from others.
  bool isAlone(const Input& input) const {
    const Item* source = context().document.project().find(input.source);
    const NodeType* type = source ? context().registry.nodeType(source->type) : nullptr;
    if (!type) return false;
    return type->role != Role::Population ||
           populationSize(*source, context().registry.describe(*source)) == 1;
  }

  bool neuronsAreChosen(const Input& input) const {
    const Project& project = context().document.project();
    for (const Id id : {input.wire, item()}) {
      const Item* written = project.find(id);
      if (written && written->values.contains("neurons")) return true;
    }
    return false;
  }

  /// Adds a line for each neuron that the tape brings; how many had no room.
  std::size_t addLines(Figure& figure, const Input& input, const Tape& held, Run run) const {
    const double column =
        figure.x.range.length() / std::max(1.0, figure.plotBox().width() * figure.pixelRatio);
    const bool every = figure.use == Figure::Use::Paper;
    const bool chosen = neuronsAreChosen(input);
    std::map<std::uint32_t, Thinned> lines;
    const double slack = figure.x.range.length() * 0.01;  // the line goes on beyond the edge
    const auto from = static_cast<Time>((figure.x.range.from - slack) * kSecond);
    const auto to = static_cast<Time>((figure.x.range.to + slack) * kSecond);
    held.visit<Sample>(from, to + 1, [&](std::span<const Sample> samples) {
      for (const Sample& sample : samples) {
        if (!chosen && sample.neuron >= kFirstNeurons) continue;
        auto line = lines.try_emplace(sample.neuron, every ? 1e-9 : column).first;
        line->second.add(toSeconds(sample.t), sample.value);
      }
    });
    const bool alone = isAlone(input);
    std::size_t n = 0, hidden = 0;
    for (auto& [neuron, thinned] : lines) {
      if (shownLines(figure) >= kMostLines) {
        ++hidden;
        continue;
      }
      // The first in the full colour of its population, the others step back.
      const double share = std::max(0.35, 1 - 0.22 * double(n++));
      const bool here = run == Run::Here;
      const QString name = alone ? input.name : QStringLiteral("%1 %2").arg(input.name).arg(neuron);
      Series line{.colour = here ? mixed(theme().plot, input.colour, share) : leftColour(input),
                  .width = 1.2,
                  .name = here ? name : leftName(name),
                  .labelled = here};
      thinned.into(line);
      figure.series.push_back(std::move(line));
    }
    return hidden;
  }

  void addThreshold(Figure& figure, const Input& input) const {
    const Item* source = context().document.project().find(input.source);
    if (input.port != "V" || !source) return;
    const double threshold = parameterNumber(context().registry, *source, "V_th");
    if (!std::isfinite(threshold)) return;
    for (const Guide& guide : figure.guides) {
      if (guide.look == Guide::Look::Threshold && guide.at == threshold) return;
    }
    figure.guides.push_back({.look = Guide::Look::Threshold,
                             .at = threshold,
                             .words = typesetText("V_th"),
                             .colour = mixed(theme().plot, input.colour, 0.8)});
  }

  /// Round limits around all that is seen, with the thresholds.
  static Range seenRange(const Figure& figure) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const Series& series : figure.series) {
      for (const double y : series.y) low = std::min(low, y), high = std::max(high, y);
    }
    for (const Guide& guide : figure.guides)
      low = std::min(low, guide.at), high = std::max(high, guide.at);
    if (!(low <= high)) return {-1, 1};
    if (high - low < 1e-9) low -= 1, high += 1;
    const double rough = (high - low) / 4;
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    const double step = rough <= power       ? power
                        : rough <= 2 * power ? 2 * power
                        : rough <= 5 * power ? 5 * power
                                             : 10 * power;
    const double half = step / 2;
    Range range{std::floor(low / half) * half, std::ceil(high / half) * half};
    // A threshold on the very edge would be taken for the frame.
    if (range.to - high < 0.05 * step) range.to += half;
    return range;
  }
};

std::unique_ptr<Panel> make(PanelContext& context, Id item) {
  return std::make_unique<TracesPanel>(context, item);
}

}  // namespace

PanelType panelType() { return {"view.traces", {Signal::Trace}, &make}; }

}  // namespace spk::panels::traces
