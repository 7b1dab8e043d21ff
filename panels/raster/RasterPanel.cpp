#include <algorithm>
#include <cmath>
#include <ostream>

#include "panels/kit/PlotPanel.h"
#include "panels/kit/Theme.h"
#include "panels/raster/SpikePicture.h"

namespace spk::panels::raster {
PanelType panelType();

namespace {

/// A small population keeps at least this share of the height beside a large one.
constexpr double kLeastShare = 0.12;
/// Above so many spikes a figure for print holds pixels instead of points.
constexpr std::size_t kMostPoints = 300'000;
constexpr double kLeftShare = 0.55;  // of the text's colour for the run that a rewind left
constexpr double kFactsWindow = 1;   // s over which spikes are counted for the head

/// Spikes of many neurons over time.
class RasterPanel : public PlotPanel {
 public:
  RasterPanel(PanelContext& context, Id item) : PlotPanel(context, item, {Signal::Spikes}) {}

 protected:
  void draw(Figure& figure, Time now) const override {
    figure.x.label = QObject::tr("time [s]");
    figure.x.range = figure.timeRange(now, parameter("window"));
    figure.y.range = figure.zoomY.value_or(Range{0, 1});
    figure.y.numbers = figure.y.grid = false;
    const std::vector<Band> bands = layOut();
    for (std::size_t i = 0; i < bands.size(); ++i) {
      figure.groups.push_back(
          {{bands[i].bottom, bands[i].top}, inputs()[i].name, inputs()[i].colour});
    }
    if (figure.groups.empty()) figure.groups.push_back({{0, 1}, {}, {}});  // keeps the margin
    figure.facts = facts(now);
    nameLeft(figure);
    // What a rewind left lies behind the run that goes on.
    std::vector<Band> all = leftOf(bands);
    all.insert(all.end(), bands.begin(), bands.end());
    if (figure.use != Figure::Use::Paper || count(figure.x.range) > kMostPoints)
      drawPixels(figure, all);
    else
      drawPoints(figure, all);
  }

  void writeCsv(std::ostream& out, const Figure& figure) const override {
    out << "time_ms,population,neuron\n";
    const std::vector<Band> bands = layOut();
    for (std::size_t i = 0; i < bands.size(); ++i)
      writeRows(out, figure, bands[i], inputs()[i].name);
    for (const Band& band : leftOf(bands))
      for (const Input& input : inputs())
        if (input.wire == band.wire) writeRows(out, figure, band, leftName(input.name));
  }

 private:
  static std::string quoted(const std::string& name) {
    if (name.find_first_of(",\"\n") == std::string::npos) return name;
    std::string text = "\"";
    for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + "\"";
  }

  static void writeRows(std::ostream& out, const Figure& figure, const Band& band,
                        const QString& population) {
    const std::string name = quoted(population.toStdString());
    visible(figure, band, [&](const Spike& spike) {
      out << numberText(toMilliseconds(spike.t)) << ',' << name << ',' << spike.neuron << '\n';
    });
  }

  /// The same bands, where there is one, of the run that the last rewind left.
  std::vector<Band> leftOf(const std::vector<Band>& bands) const {
    std::vector<Band> left;
    for (std::size_t i = 0; i < bands.size(); ++i) {
      const Tape* tape = leftTape(inputs()[i]);
      if (!tape) continue;
      left.push_back(bands[i]);
      left.back().tape = tape;
      // Between dots of the same colour a paler one would not be seen.
      left.back().colour = mixed(theme().plot, theme().text, kLeftShare).rgb();
    }
    return left;
  }

  /// Groups from top to bottom in order of their wires; within one, neuron 0 at the bottom.
  std::vector<Band> layOut() const {
    std::vector<Band> bands;
    double sum = 0;
    std::vector<double> shares;
    for (const Input& input : inputs()) sum += std::max(1u, neuronsOf(input));
    for (const Input& input : inputs())
      shares.push_back(std::max(kLeastShare, std::max(1u, neuronsOf(input)) / sum));
    double all = 0;
    for (const double share : shares) all += share;
    double top = 1;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      const Input& input = inputs()[i];
      const double bottom = std::max(0.0, top - shares[i] / all);
      bands.push_back({input.wire, tape(input), std::max(1u, neuronsOf(input)), input.colour.rgb(),
                       bottom, top});
      top = bottom;
    }
    return bands;
  }

  /// Of a population its size; of another source of spikes, what has been seen.
  std::uint32_t neuronsOf(const Input& input) const {
    if (input.neurons > 0) return input.neurons;
    std::uint32_t& most = seenNeurons_[input.wire];
    if (const Tape* held = tape(input)) {
      held->visit<Spike>(seenTo_[input.wire], held->end() + 1, [&](std::span<const Spike> spikes) {
        for (const Spike& spike : spikes) most = std::max(most, spike.neuron + 1);
      });
      seenTo_[input.wire] = held->end();
    }
    return most;
  }

  void drawPixels(Figure& figure, const std::vector<Band>& bands) const {
    const QSizeF area = figure.plotBox().size() * figure.pixelRatio;
    SpikePicture::Scene scene{.pixels = area.toSize(),
                              .rows = figure.y.range,
                              .dot = std::max(1, qRound(parameter("dot") * figure.pixelRatio)),
                              .ground = theme().plot.rgb(),
                              .bands = bands};
    // Whole columns, or the picture would tremble against the axis.
    scene.column = figure.x.range.length() / std::max(1, scene.pixels.width());
    const auto first = static_cast<std::int64_t>(std::llround(figure.x.range.from / scene.column));
    figure.x.range = {double(first) * scene.column,
                      double(first + scene.pixels.width()) * scene.column};
    SpikePicture once;
    SpikePicture& picture = figure.use == Figure::Use::Screen ? screen_ : once;
    picture.update(scene, first);
    figure.image = PlotImage{.raster = picture.image(),
                             .x = figure.x.range,
                             .y = {figure.y.range.to, figure.y.range.from}};
  }

  void drawPoints(Figure& figure, const std::vector<Band>& bands) const {
    for (const Band& band : bands) {
      Series dots{.look = Series::Look::Points, .colour = QColor(band.colour), .width = 1.2};
      const double row = (band.top - band.bottom) / band.neurons;
      visible(figure, band, [&](const Spike& spike) {
        dots.x.push_back(toSeconds(spike.t));
        dots.y.push_back(band.bottom + (spike.neuron + 0.5) * row);
      });
      figure.series.push_back(std::move(dots));
    }
  }

  /// Calls `take` for each spike inside the axes.
  template <class Take>
  static void visible(const Figure& figure, const Band& band, Take take) {
    if (!band.tape) return;
    const auto from = static_cast<Time>(std::ceil(figure.x.range.from * kSecond));
    const auto to = static_cast<Time>(std::floor(figure.x.range.to * kSecond)) + 1;
    const double row = (band.top - band.bottom) / band.neurons;
    band.tape->visit<Spike>(from, to, [&](std::span<const Spike> spikes) {
      for (const Spike& spike : spikes) {
        const double y = band.bottom + (spike.neuron + 0.5) * row;
        if (y >= figure.y.range.from && y <= figure.y.range.to) take(spike);
      }
    });
  }

  std::size_t count(const Range& seconds) const {
    std::size_t n = 0;
    for (const Input& input : inputs()) {
      if (const Tape* held = tape(input)) {
        held->visit<Spike>(static_cast<Time>(seconds.from * kSecond),
                           static_cast<Time>(seconds.to * kSecond) + 1,
                           [&](std::span<const Spike> spikes) { n += spikes.size(); });
      }
    }
    return n;
  }

  QString facts(Time now) const {
    if (inputs().empty()) return {};
    std::uint64_t cells = 0;
    for (const Input& input : inputs()) cells += neuronsOf(input);
    const double seconds = std::min(kFactsWindow, toSeconds(now));
    const double rate =
        seconds > 0 ? double(count({toSeconds(now) - seconds, toSeconds(now)})) / seconds : 0;
    return QObject::tr("%1 cells · %2spikes/s").arg(shownCount(cells), shownShort(rate));
  }

  // What was painted and seen stays for the next look: a cache, not a state.
  mutable SpikePicture screen_;
  mutable std::map<Id, std::uint32_t> seenNeurons_;
  mutable std::map<Id, Time> seenTo_;
};

std::unique_ptr<Panel> make(PanelContext& context, Id item) {
  return std::make_unique<RasterPanel>(context, item);
}

}  // namespace

PanelType panelType() { return {"view.raster", {Signal::Spikes}, &make}; }

}  // namespace spk::panels::raster
