#include <QEvent>
#include <QMouseEvent>
#include <optional>
#include <ostream>

#include "panels/image/PixelCounts.h"
#include "panels/image/eventImage.h"
#include "panels/kit/PlotPanel.h"
#include "panels/kit/Theme.h"

namespace spk::panels::image {
PanelType panelType();

namespace {

/// A recording may be over before one has looked; a quiet camera is no news sooner than this.
constexpr Time kQuiet = kSecond / 2;

/// Tells over which place of a widget the mouse is.
class Pointer : public QObject {
 public:
  Pointer(QWidget* watched, std::function<void(std::optional<QPointF>)> told)
      : told_(std::move(told)) {
    watched->setMouseTracking(true);
    watched->installEventFilter(this);
  }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    if (event->type() == QEvent::MouseMove)
      told_(static_cast<QMouseEvent*>(event)->position());
    else if (event->type() == QEvent::Leave)
      told_(std::nullopt);
    return QObject::eventFilter(watched, event);
  }

 private:
  std::function<void(std::optional<QPointF>)> told_;
};

Mode modeOf(const std::string& word) {
  return word == "count"          ? Mode::Count
         : word == "balance"      ? Mode::Balance
         : word == "time"         ? Mode::Time
         : word == "time_surface" ? Mode::TimeSurface
                                  : Mode::Polarity;
}

/// Events of a camera as a picture that keeps the sensor's proportions.
class ImagePanel : public PlotPanel {
 public:
  ImagePanel(PanelContext& context, Id item)
      : PlotPanel(context, item, {Signal::Events, Signal::Frames}, XAxis::Other),
        pointer_(plot()->surface(), [this](std::optional<QPointF> at) { pointed(at); }) {}

 protected:
  void draw(Figure& figure, Time now) const override {
    figure.sameScale = true;
    figure.x.numbers = figure.y.numbers = figure.x.grid = figure.y.grid = false;
    const Tape *events = tapeOf(Signal::Events), *frames = tapeOf(Signal::Frames);
    const Time t = shownTime(now);
    const Frame* behind = frames && parameterOn("show_frames") ? frameAt(*frames, t) : nullptr;
    const QSize sensor = sensorSize(events, behind);
    if ((!events && !frames) || sensor.isEmpty()) {
      figure.words = QObject::tr("No events yet.");
      return;
    }
    figure.x.range = figure.zoomX.value_or(Range{0, double(sensor.width())});
    figure.y.range = figure.zoomY.value_or(Range{double(sensor.height()), 0});  // y points down
    PlotImage image{.x = {0, double(sensor.width())}, .y = {0, double(sensor.height())}};
    if (!events)
      image.picture = behind ? frameImage(*behind, sensor) : QImage();
    else if (isHot())
      image.picture = drawHot(figure, *events, sensor);
    else
      image.picture = drawEvents(figure, *events, t, behind, sensor);
    figure.image = std::move(image);
    if (events) addProbe(figure, *events, t);
  }

  void clicked(QPointF value) override {
    const QPoint pixel(int(std::floor(value.x())), int(std::floor(value.y())));
    pinned_ = pinned_ == pixel ? std::nullopt : std::optional(pixel);
    refresh();
  }

  void writeCsv(std::ostream& out, const Figure& figure) const override {
    const Tape* held = tapeOf(Signal::Events);
    const auto [left, right] = std::minmax(figure.x.range.from, figure.x.range.to);
    const auto [top, bottom] = std::minmax(figure.y.range.from, figure.y.range.to);
    const auto seen = [left = left, right = right, top = top, bottom = bottom](int x, int y) {
      return x + 1 > left && x < right && y + 1 > top && y < bottom;
    };
    if (isHot()) {
      out << "x,y,events,rate_Hz\n";
      const double seconds = toSeconds(std::max<Time>(1, counts_.to() - counts_.from()));
      for (const PixelCounts::Hot& each : counts_.hot())
        if (seen(each.pixel.x(), each.pixel.y()))
          out << each.pixel.x() << ',' << each.pixel.y() << ',' << each.count << ','
              << numberText(each.count / seconds) << '\n';
      return;
    }
    out << "time_ms,x,y,polarity\n";
    if (!held) return;
    const Time t = shownTime(context().status().now);
    held->visit<Event>(t - reach(*held, t) + 1, t + 1, [&](std::span<const Event> events) {
      for (const Event& e : events)
        if (seen(e.x, e.y))
          out << numberText(toMilliseconds(e.t)) << ',' << e.x << ',' << e.y << ','
              << int(e.polarity) << '\n';
    });
  }

 private:
  bool isHot() const { return parameterWord("mode") == "hot"; }

  const Input* inputOf(Signal signal) const {
    const auto all = inputs();
    const auto found = std::ranges::find(all, signal, &Input::signal);
    return found == all.end() ? nullptr : &*found;
  }
  const Tape* tapeOf(Signal signal) const {
    const Input* input = inputOf(signal);
    return input ? tape(*input) : nullptr;
  }

  /// How far back the events of the picture reach.
  Time reach(const Tape& held, Time t) const {
    const bool counted = parameterWord("slice") == "count";
    return std::max<Time>(1, counted ? windowOf(held, std::size_t(parameter("count")), t)
                                     : fromMilliseconds(parameter("window")));
  }

  QColor ground() const {
    const std::string word = parameterWord("ground");
    return word == "black" ? QColor(Qt::black) : word == "white" ? QColor(Qt::white) : theme().plot;
  }

  QImage drawEvents(Figure& figure, const Tape& events, Time t, const Frame* behind,
                    QSize sensor) const {
    const Mode mode = modeOf(parameterWord("mode"));
    const Time back = reach(events, t);
    const ImageLook look{.mode = mode,
                         .t = t,
                         .window = mode == Mode::TimeSurface
                                       ? std::max<Time>(1, fromMilliseconds(parameter("tau")))
                                       : back,
                         .ground = ground(),
                         .full = parameter("full"),
                         .dilate = int(parameter("dilate")),
                         .behind = behind};
    std::size_t seen = 0;
    events.visit<Event>(t - back + 1, t + 1,
                        [&](std::span<const Event> some) { seen += some.size(); });
    const Time last = lastEvent(events);
    if (seen == 0 && last < 0 && !behind) figure.words = QObject::tr("No events yet.");
    if (seen == 0 && last >= 0 && t - last > kQuiet)
      figure.words = QObject::tr("No events since %1. Slower, or a loop?")
                         .arg(shown(toMilliseconds(last), "ms"));
    figure.facts = QObject::tr("%1 × %2 · %3ev/s")
                       .arg(sensor.width())
                       .arg(sensor.height())
                       .arg(shownShort(double(seen) / toSeconds(back)));
    if (const std::uint64_t every = context().status().thinning; every > 1)
      figure.facts += QObject::tr(" shown, 1 of %1").arg(every);
    if (parameterWord("slice") == "count")
      figure.facts += QStringLiteral(" · ") + shown(toMilliseconds(back), "ms", 3);
    return eventImage(events, look, sensor);
  }

  QImage drawHot(Figure& figure, const Tape& events, QSize sensor) const {
    counts_.update(events, sensor);
    const std::vector<PixelCounts::Hot> hot = counts_.hot();
    figure.facts =
        QObject::tr("%1 × %2 · %3 hot in %4")
            .arg(sensor.width())
            .arg(sensor.height())
            .arg(shownCount(hot.size()), shown(toSeconds(counts_.to() - counts_.from()), "s", 3));
    return counts_.picture(hot, ground().rgb(), theme().bad.rgb());
  }

  /// What the pixel under the mouse, or the one that was clicked, does.
  void addProbe(Figure& figure, const Tape& events, Time t) const {
    if (figure.use != Figure::Use::Screen && !pinned_) return;
    std::optional<QPoint> pixel = pinned_;
    if (!pixel && pointedAt_ && figure.plotBox().contains(*pointedAt_)) {
      const QPointF value = figure.value(*pointedAt_);
      pixel = QPoint(int(std::floor(value.x())), int(std::floor(value.y())));
    }
    if (!pixel || !figure.image || pixel->x() < 0 || pixel->y() < 0 ||
        pixel->x() >= figure.image->x.to || pixel->y() >= figure.image->y.to)
      return;
    std::size_t n = 0;
    std::optional<Event> last;
    const auto look = [&](std::span<const Event> some) {
      for (const Event& e : some)
        if (e.x == pixel->x() && e.y == pixel->y()) ++n, last = e;
    };
    const Time back = isHot() ? t - events.begin() + 1 : reach(events, t);
    events.visit<Event>(t - back + 1, t + 1, look);
    QString words = QObject::tr("x %1 · y %2 · %3 events in %4")
                        .arg(pixel->x())
                        .arg(pixel->y())
                        .arg(n)
                        .arg(shown(toMilliseconds(back), "ms", 3));
    if (last)
      words += QObject::tr(" · last %1 %2 ago")
                   .arg(last->polarity ? QObject::tr("ON") : QObject::tr("OFF"),
                        shown(toMilliseconds(t - last->t), "ms", 3));
    figure.captions.push_back({{0.01, 0.98},
                               words,
                               pinned_ ? theme().cursor : theme().text,
                               Qt::AlignLeft | Qt::AlignBottom});
    if (!pinned_) return;
    Series mark{
        .look = Series::Look::Line, .colour = theme().cursor, .width = 1.5, .labelled = false};
    const double x = pixel->x(), y = pixel->y();
    mark.x = {x, x + 1, x + 1, x, x};
    mark.y = {y, y, y + 1, y + 1, y};
    figure.series.push_back(std::move(mark));
  }

  void pointed(std::optional<QPointF> at) {
    pointedAt_ = at;
    if (!pinned_) refresh();
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

  /// As the source's port says, else as large as the coordinates that came, or as the picture.
  QSize sensorSize(const Tape* held, const Frame* frame) const {
    for (const Signal signal : {Signal::Events, Signal::Frames})
      if (const Input* input = inputOf(signal))
        if (const std::vector<int>& shape = input->shape; shape.size() >= 2 && shape.back() > 0)
          return {shape.back(), shape[shape.size() - 2]};
    if (!held) return frame ? QSize(frame->width, frame->height) : QSize();
    if (held->cuts() != cuts_) seenTo_ = 0, cuts_ = held->cuts();
    seen_ = seenSensor(*held, seenTo_, seen_);
    seenTo_ = held->end();
    return seen_;
  }

  Pointer pointer_;
  std::optional<QPointF> pointedAt_;  // logical px of the plot
  std::optional<QPoint> pinned_;      // a pixel that was clicked
  mutable PixelCounts counts_;
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

PanelType panelType() { return {"view.image", {Signal::Events, Signal::Frames}, &make}; }

}  // namespace spk::panels::image
