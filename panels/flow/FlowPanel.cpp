#include <QFileDialog>
#include <QMenu>
#include <cmath>
#include <ostream>

#include "engine/data/FileFormat.h"
#include "panels/flow/TapeFlows.h"
#include "panels/flow/flowPicture.h"
#include "panels/kit/PlotPanel.h"
#include "panels/kit/Theme.h"
#include "panels/kit/saveDialog.h"

namespace spk::panels::flow {
PanelType panelType();

namespace {

constexpr double kPi = 3.14159265358979323846;
// Head of an arrow: share of its length, at most of a cell; half its angle; fast ones' length
// [cells].
constexpr double kHead = 0.35, kLongestHead = 0.4, kHeadAngle = 0.45, kFastCells = 0.9;
constexpr int kRing = 24;  // dots of the legend

enum class Mode { Arrows, Wheel, Directions };

/// Optical flow as arrows, in colours, or as a histogram of its directions.
class FlowPanel : public PlotPanel {
 public:
  FlowPanel(PanelContext& context, Id item)
      : PlotPanel(context, item, {Signal::Flow}, XAxis::Other) {}

  /// As the kit does it; besides, all flow that is held into any format that holds flow, by ending.
  Result<void> exportTo(const std::filesystem::path& path, const FigureSize& size) const override {
    const std::string ending = path.extension().string();
    if (ending != ".csv")
      if (const FileFormat* format = formatFor(ending)) return writeAll(*format, path);
    return PlotPanel::exportTo(path, size);
  }

 protected:
  void draw(Figure& figure, Time now) const override {
    const Time t = shownTime(now);
    const Time window = std::max<Time>(1, fromMilliseconds(parameter("window")));
    const std::vector<Flow> flows = flowsIn(t - window, t);
    const Mode mode = modeOf(parameterWord("mode"));
    if (mode == Mode::Directions)
      drawDirections(figure, flows);
    else
      drawPicture(figure, flows, mode, t, window);
    if (flows.empty()) {
      figure.words =
          heldEnd() > 0 ? QObject::tr("No flow in this window.") : QObject::tr("No flow yet.");
      return;
    }
    double sum = 0;
    for (const Flow& f : flows) sum += length({double(f.vx), double(f.vy)});
    figure.facts = QObject::tr("%1flows/s · mean %2")
                       .arg(shownShort(double(flows.size()) / toSeconds(window)),
                            shown(sum / double(flows.size()), "px/s", 3));
  }

  void writeCsv(std::ostream& out, const Figure&) const override {
    out << "time_ms,x,y,vx_px_per_s,vy_px_per_s\n";
    const Time t = shownTime(context().status().now);
    for (const Flow& f : flowsIn(t - fromMilliseconds(parameter("window")), t))
      out << numberText(toMilliseconds(f.t)) << ',' << f.x << ',' << f.y << ','
          << numberText(double(f.vx)) << ',' << numberText(double(f.vy)) << '\n';
  }

  void addToMenu(QMenu& menu) override {
    for (const FileFormat& format : context().registry.fileFormats()) {
      if (format.holds != Stream::Kind::Flow || !format.write) continue;
      menu.addAction(QObject::tr("Save all flow: %1…").arg(QString::fromStdString(format.title)),
                     [this, &format] { askAndWrite(format); });
    }
  }

 private:
  static double length(Velocity v) { return std::sqrt(v.x * v.x + v.y * v.y); }
  static Mode modeOf(const std::string& word) {
    return word == "wheel" ? Mode::Wheel : word == "directions" ? Mode::Directions : Mode::Arrows;
  }
  /// While nothing runs, what is shown is that of the linked cursor.
  Time shownTime(Time now) const {
    const Time cursor = context().looking().cursor;
    return cursor >= 0 && context().status().state != RunStatus::State::Running ? cursor : now;
  }
  const Input* inputOf(Signal signal) const {
    for (const Input& input : inputs())
      if (input.signal == signal) return &input;
    return nullptr;
  }
  const Tape* tapeOf(Signal signal) const {
    const Input* input = inputOf(signal);
    return input ? tape(*input) : nullptr;
  }
  Time heldEnd() const {
    const Tape* held = tapeOf(Signal::Flow);
    return held ? held->end() : 0;
  }
  std::vector<Flow> flowsIn(Time from, Time to) const {
    std::vector<Flow> flows;
    if (const Tape* held = tapeOf(Signal::Flow))
      held->visit<Flow>(from + 1, to + 1, [&](std::span<const Flow> some) {
        flows.insert(flows.end(), some.begin(), some.end());
      });
    return flows;
  }
  /// As a port says, else as large as what came.
  QSize sensor(std::span<const Flow> flows) const {
    for (const Signal signal : {Signal::Flow, Signal::Events}) {
      const Input* input = inputOf(signal);
      if (input && input->shape.size() == 2) return {input->shape[1], input->shape[0]};
    }
    return seenSensor(flows);
  }

  void drawPicture(Figure& figure, std::span<const Flow> flows, Mode mode, Time t,
                   Time window) const {
    figure.sameScale = true;
    figure.x.numbers = figure.y.numbers = figure.x.grid = figure.y.grid = false;
    const QSize size = sensor(flows);
    if (size.isEmpty()) return;
    figure.x.range = figure.zoomX.value_or(Range{0, double(size.width())});
    figure.y.range = figure.zoomY.value_or(Range{double(size.height()), 0});  // y points down
    QImage ground;
    if (mode == Mode::Wheel) {
      const double given = parameter("fastest");
      const double fastest = given > 0 ? given : fastTenth(flows);
      ground = wheelPicture(flows, size, fastest, theme().plot);
      if (!flows.empty()) addLegend(figure, size, fastest);
    } else {
      ground = eventsPicture(size, t, window);
      addArrows(figure, flows, size);
    }
    figure.image = PlotImage{
        .picture = ground, .x = {0, double(size.width())}, .y = {0, double(size.height())}};
  }

  /// The last polarity of each pixel, faint.
  QImage eventsPicture(QSize size, Time t, Time window) const {
    QImage picture(size, QImage::Format_RGB32);
    picture.fill(theme().plot);
    const Tape* held = tapeOf(Signal::Events);
    if (!held) return picture;
    const QRgb on = mixed(theme().plot, theme().on, 0.45).rgb(),
               off = mixed(theme().plot, theme().off, 0.45).rgb();
    held->visit<Event>(t - window + 1, t + 1, [&](std::span<const Event> events) {
      for (const Event& e : events)
        if (e.x < size.width() && e.y < size.height())
          picture.setPixel(e.x, e.y, e.polarity ? on : off);
    });
    return picture;
  }

  void addArrows(Figure& figure, std::span<const Flow> flows, QSize size) const {
    const int cell = cellFor(size, std::max(1, static_cast<int>(parameter("cell"))));
    const double given = parameter("length") / 1e3, fast = fastTenth(flows);
    const double seconds = given > 0 ? given : fast > 0 ? kFastCells * cell / fast : 0;
    for (const MeanFlow& mean : cellMeans(flows, size, cell)) {
      const double dx = mean.velocity.x * seconds, dy = mean.velocity.y * seconds;
      if (!(length({dx, dy}) > 0)) continue;
      const double x = mean.x + dx, y = mean.y + dy;
      const double head = std::min(kHead, kLongestHead * cell / length({dx, dy}));
      const auto barb = [&](double turn) {
        const double c = std::cos(turn), s = std::sin(turn);
        return Velocity{x - head * (c * dx - s * dy), y - head * (s * dx + c * dy)};
      };
      const Velocity left = barb(kHeadAngle), right = barb(-kHeadAngle);
      const auto line = [&](std::vector<double> xs, std::vector<double> ys) {
        figure.series.push_back({.look = Series::Look::Line,
                                 .x = std::move(xs),
                                 .y = std::move(ys),
                                 .colour = directionColour(mean.velocity),
                                 .width = 1.5,
                                 .labelled = false});
      };
      line({mean.x, x}, {mean.y, y});
      line({left.x, x, right.x}, {left.y, y, right.y});
    }
  }

  /// A ring of the colours in the corner, and what full colour means.
  void addLegend(Figure& figure, QSize size, double fastest) const {
    const double radius = 0.06 * std::min(size.width(), size.height());
    const double x = 1.6 * radius, y = size.height() - 1.6 * radius;
    for (int k = 0; k < kRing; ++k) {
      const double angle = 2 * kPi * k / kRing;
      const Velocity way{std::cos(angle), std::sin(angle)};
      const WheelColour c = wheelColour(way, 1);
      figure.series.push_back({.look = Series::Look::Points,
                               .x = {x + radius * way.x},
                               .y = {y + radius * way.y},
                               .colour = QColor(c.red, c.green, c.blue),
                               .width = 6,
                               .labelled = false});
    }
    figure.captions.push_back({.at = {(x + 1.6 * radius) / size.width(), y / size.height()},
                               .text = QObject::tr("full at %1").arg(shown(fastest, "px/s", 3)),
                               .colour = theme().secondary,
                               .align = Qt::AlignLeft | Qt::AlignVCenter});
  }

  void drawDirections(Figure& figure, std::span<const Flow> flows) const {
    const int bins = std::max(4, static_cast<int>(parameter("bins")));
    figure.x.label = QObject::tr("direction [°], 0 right, 90 down");
    figure.y.label = QObject::tr("flows");
    figure.x.range = figure.zoomX.value_or(Range{-180.0 / bins, 360 - 180.0 / bins});
    const auto counts = directionHistogram(flows, bins);
    double highest = 1;
    for (const std::uint64_t n : counts) highest = std::max(highest, double(n));
    figure.y.range = figure.zoomY.value_or(Range{0, highest * 1.05});
    const double width = figure.plotBox().width() * 360 / figure.x.range.length() / bins;
    for (int k = 0; k < bins; ++k) {
      const double middle = 360.0 * k / bins, angle = middle * kPi / 180;
      figure.series.push_back({.look = Series::Look::Bars,
                               .x = {middle},
                               .y = {double(counts[std::size_t(k)])},
                               .colour = directionColour({std::cos(angle), std::sin(angle)}),
                               .width = std::max(1.0, width - 1),
                               .labelled = false});
    }
  }

  const FileFormat* formatFor(const std::string& ending) const {
    if (ending.empty()) return nullptr;
    for (const FileFormat& format : context().registry.fileFormats())
      if (format.holds == Stream::Kind::Flow && format.write &&
          (" " + format.endings + " ").find(" " + ending + " ") != std::string::npos)
        return &format;
    return nullptr;
  }

  Result<void> writeAll(const FileFormat& format, const std::filesystem::path& path) const {
    std::vector<Flow> flows = flowsIn(-1, heldEnd() + 1);
    const QSize size = sensor(flows);
    if (flows.empty()) return Error{"there is no flow to write yet", path.string()};
    Opened from =
        std::make_unique<TapeFlows>(Sensor{size.width(), size.height(), "panel"}, std::move(flows));
    const auto written = format.write(path, from, {});
    return written ? Result<void>() : Result<void>(written.error());
  }

  void askAndWrite(const FileFormat& format) {
    const std::string ending = format.endings.substr(0, format.endings.find(' '));
    const QString path = QFileDialog::getSaveFileName(
        plot(), QObject::tr("Save flow as"),
        QStringLiteral("flow%1").arg(QString::fromStdString(ending)),
        QStringLiteral("%1 (*%2)")
            .arg(QString::fromStdString(format.title), QString::fromStdString(ending)));
    if (path.isEmpty()) return;
    std::filesystem::path file(path.toStdString());
    if (file.extension().empty()) file += ending;
    if (const auto written = writeAll(format, file); !written) tellError(plot(), written.error());
  }
};

std::unique_ptr<Panel> make(PanelContext& context, Id item) {
  return std::make_unique<FlowPanel>(context, item);
}

}  // namespace

PanelType panelType() { return {"view.flow", {Signal::Flow}, &make}; }

}  // namespace spk::panels::flow
