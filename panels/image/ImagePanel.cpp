#include <ostream>

#include "panels/image/eventImage.h"
#include "panels/kit/PlotPanel.h"
#include "panels/kit/Theme.h"

namespace spk::panels::image {
PanelType panelType();

namespace {

/// A recording may be over before one has looked; a quiet camera is no news sooner than this.
constexpr Time kQuiet = kSecond / 2;

/// Events of a camera as a picture that keeps the sensor's proportions.
class ImagePanel : public PlotPanel {
 public:
  ImagePanel(PanelContext& context, Id item)
      : PlotPanel(context, item, {Signal::Events}, XAxis::Other) {}

 protected:
  void draw(Figure& figure, Time now) const override {
    figure.sameScale = true;
    figure.x.numbers = figure.y.numbers = figure.x.grid = figure.y.grid = false;
    const Tape* held = inputs().empty() ? nullptr : tape(inputs().front());
    const QSize sensor = sensorSize(held);
    if (!held || sensor.isEmpty()) {
      figure.words = QObject::tr("No events yet.");
      return;
    }
    figure.x.range = figure.zoomX.value_or(Range{0, double(sensor.width())});
    figure.y.range = figure.zoomY.value_or(Range{double(sensor.height()), 0});  // y points down
    const Mode mode = modeOf(parameterWord("mode"));
    const Time window = fromMilliseconds(parameter(mode == Mode::TimeSurface ? "tau" : "window"));
    const Time t = shownTime(now);
    figure.image =
        PlotImage{.picture = eventImage(*held, t, std::max<Time>(1, window), mode, sensor),
                  .x = {0, double(sensor.width())},
                  .y = {0, double(sensor.height())}};
    std::size_t seen = 0;
    held->visit<Event>(t - window + 1, t + 1,
                       [&](std::span<const Event> events) { seen += events.size(); });
    const Time last = lastEvent(*held);
    if (seen == 0 && last < 0) figure.words = QObject::tr("No events yet.");
    if (seen == 0 && last >= 0 && t - last > kQuiet)
      figure.words = QObject::tr("No events since %1. Slower, or a loop?")
                         .arg(shown(toMilliseconds(last), "ms"));
    const double rate = window > 0 ? double(seen) / toSeconds(window) : 0;
    figure.facts = QObject::tr("%1 × %2 · %3ev/s")
                       .arg(sensor.width())
                       .arg(sensor.height())
                       .arg(shownShort(rate));
  }

  void writeCsv(std::ostream& out, const Figure& figure) const override {
    out << "time_ms,x,y,polarity\n";
    const Tape* held = inputs().empty() ? nullptr : tape(inputs().front());
    if (!held) return;
    const Time t = shownTime(context().status().now);
    const auto [left, right] = std::minmax(figure.x.range.from, figure.x.range.to);
    const auto [top, bottom] = std::minmax(figure.y.range.from, figure.y.range.to);
    held->visit<Event>(
        t - fromMilliseconds(parameter("window")) + 1, t + 1,
        [&, left = left, right = right, top = top, bottom = bottom](std::span<const Event> events) {
          for (const Event& e : events) {
            if (e.x + 1 <= left || e.x >= right || e.y + 1 <= top || e.y >= bottom) continue;
            out << numberText(toMilliseconds(e.t)) << ',' << e.x << ',' << e.y << ','
                << int(e.polarity) << '\n';
          }
        });
  }

 private:
  static Mode modeOf(const std::string& word) {
    return word == "count"          ? Mode::Count
           : word == "time_surface" ? Mode::TimeSurface
                                    : Mode::Polarity;
  }

  /// When the latest came; −1: none has.
  Time lastEvent(const Tape& held) const {
    if (held.cuts() != lastCuts_) last_ = -1, lastTo_ = 0, lastCuts_ = held.cuts();
    held.visit<Event>(lastTo_, held.end() + 1, [&](std::span<const Event> events) {
      if (!events.empty()) last_ = events.back().t;
    });
    lastTo_ = held.end();
    return last_;
  }

  /// While nothing runs, the picture is that of the linked cursor.
  Time shownTime(Time now) const {
    const Time cursor = context().looking().cursor;
    return cursor >= 0 && context().status().state != RunStatus::State::Running ? cursor : now;
  }

  /// As the source's port says, else as large as the coordinates that came.
  QSize sensorSize(const Tape* held) const {
    if (inputs().empty()) return {};
    const std::vector<int>& shape = inputs().front().shape;
    if (shape.size() >= 2 && shape.back() > 0) return {shape.back(), shape[shape.size() - 2]};
    if (!held) return {};
    if (held->cuts() != cuts_) seenTo_ = 0, cuts_ = held->cuts();
    seen_ = seenSensor(*held, seenTo_, seen_);
    seenTo_ = held->end();
    return seen_;
  }

  // How large the sensor has shown itself to be: read once, kept for the next look.
  mutable QSize seen_{0, 0};
  mutable Time seenTo_ = 0;
  mutable std::uint64_t cuts_ = 0;
  mutable Time last_ = -1, lastTo_ = 0;
  mutable std::uint64_t lastCuts_ = 0;
};

std::unique_ptr<Panel> make(PanelContext& context, Id item) {
  return std::make_unique<ImagePanel>(context, item);
}

}  // namespace

PanelType panelType() { return {"view.image", {Signal::Events}, &make}; }

}  // namespace spk::panels::image
