#include <QMenu>
#include <QPointer>
#include <QTimer>
#include <algorithm>
#include <fstream>
#include <future>

#include "engine/base/Json.h"
#include "panels/cloud/CloudWidget.h"
#include "panels/cloud/SelectedEvents.h"
#include "panels/kit/Panel.h"
#include "panels/kit/Theme.h"
#include "panels/kit/acts.h"
#include "panels/kit/inputs.h"
#include "panels/kit/painter.h"
#include "panels/kit/saveDialog.h"

namespace spk::panels::cloud {
PanelType panelType();

namespace {

/// Points that software GL draws often enough while the scene moves.
constexpr std::size_t kMostMoving = 100'000;
constexpr Signal kAccepts[] = {Signal::Events, Signal::Flow};
constexpr double kMmPerInch = 25.4;
/// As the event image has it: a quiet camera is no news sooner than this.
constexpr Time kQuiet = kSecond / 2;

/// Events as a cloud in space and time.
class CloudPanel : public Panel {
 public:
  CloudPanel(PanelContext& context, Id item)
      : context_(context), item_(item), widget_(new CloudWidget(context.registry.fileFormats())) {
    now_ = context_.status ? context_.status().now : 0;
    QObject::connect(widget_, &CloudWidget::restyled, &guard_, [this] { refresh(); });
    QObject::connect(&widget_->empty(), &EmptyNote::wanted, &guard_, [this] {
      const auto done = connectSources(context_, item_, kAccepts);
      if (!done) widget_->setEmpty({QString::fromStdString(done.error().text()), {}});
    });
    if (CloudView* view = widget_->view()) {
      QObject::connect(view, &VtkView::dragStarted, &guard_, [this] { refresh(); });
      QObject::connect(view, &VtkView::dragEnded, &guard_, [this] { refresh(); });
      QObject::connect(view, &VtkView::contextMenuWanted, &guard_,
                       [this](QPoint at) { showMenu(at); });
      QObject::connect(view, &CloudView::outlined, &guard_,
                       [this](const QPolygonF& outline) { select(outline); });
      QObject::connect(view, &CloudView::escaped, &guard_, [this] { deselect(); });
    }
    SelectionBar& bar = widget_->selection();
    QObject::connect(&bar, &SelectionBar::exportWanted, &guard_, [this] { exportSelected(); });
    // While nothing moves there are no ticks.
    QObject::connect(&wait_, &QTimer::timeout, &guard_, [this] { finishExport(); });
    QObject::connect(&bar, &SelectionBar::dropWanted, &guard_, [this] { deselect(); });
    readInput();
  }
  ~CloudPanel() override { delete widget_.data(); }

  QWidget* widget() override { return widget_; }
  void edited(const Edit&) override {
    readInput();
    refresh();
  }
  void tick(Time now) override {
    now_ = now;
    const Tape* held = tape();
    const bool running = context_.status().state == RunStatus::State::Running;
    const std::uint64_t version = (held ? held->version() * 4 + 1 : 0) +
                                  context_.looking().version * 1'000'003 +
                                  std::uint64_t(running) * 2 + std::uint64_t(now);
    if (version == seen_) return;
    seen_ = version;
    running_ = running;
    refresh();
  }
  std::string facts() const override { return facts_; }
  Result<void> exportTo(const std::filesystem::path& path, const FigureSize& size) const override {
    if (path.extension() == ".csv") return saveCsv(path);
    if (path.extension() != ".png") {
      return Error{"the event cloud is written as .png, its events as .csv; not as \"" +
                       path.extension().string() + "\"",
                   path.string()};
    }
    if (!widget_ || !widget_->view())
      return Error{"the event cloud needs OpenGL, which this display does not offer",
                   path.string()};
    const QSize pixels = (QSizeF(size.widthMm, size.heightMm) * (size.dpi / kMmPerInch)).toSize();
    if (!widget_->view()->picture(pixels).save(QString::fromStdString(path.string()), "PNG")) {
      return Error{"cannot be written", path.string()};
    }
    return {};
  }

 private:
  const Tape* tape() const { return input_ ? context_.tape(input_->wire) : nullptr; }

  void readInput() {
    const Project& project = context_.document.project();
    const std::vector<Input> inputs = inputsOf(project, context_.registry, item_);
    const Id before = input_ ? input_->wire : Id::none;
    // By flow only what has a flow is seen; where there is no other wire, neither.
    const bool wantsFlow = colour() == CloudLook::Colour::Flow;
    const auto wanted = std::ranges::find_if(
        inputs, [&](const Input& input) { return (input.signal == Signal::Flow) == wantsFlow; });
    input_ = wanted != inputs.end() ? std::optional(*wanted)
             : inputs.empty()       ? std::nullopt
                                    : std::optional(inputs.front());
    if (!input_ || input_->wire != before) forget();
    if (widget_) widget_->setEmpty(input_ ? EmptyWords{} : emptyWords(context_, item_, kAccepts));
  }

  void forget() {
    taken_ = 0;
    lastEvent_ = -1;
    seenSensor_ = {};
    if (widget_ && widget_->view()) widget_->view()->ring().clear();
    deselect();
  }

  CloudLook::Colour colour() const {
    const std::string word = parameterWord("colour");
    return word == "time"   ? CloudLook::Colour::Time
           : word == "flow" ? CloudLook::Colour::Flow
                            : CloudLook::Colour::Polarity;
  }
  std::string parameterWord(std::string_view name) const {
    const Item* item = context_.document.project().find(item_);
    return item ? parameterText(context_.registry, *item, name) : std::string();
  }

  double parameter(std::string_view name) const {
    const Item* item = context_.document.project().find(item_);
    return item ? parameterNumber(context_.registry, *item, name) : 0;
  }

  /// Brings the ring up to date with the tape: only what is new, all of it after a rewind.
  void takeNew(const Tape& held, EventRing& ring) {
    if (held.cuts() != cuts_) {
      forget();
      cuts_ = held.cuts();
    }
    // An event of the very last time may still be on its way: it is taken with the next ones.
    const Time until = frozenAt_ ? std::min(held.end(), *frozenAt_) : held.end();
    if (until <= taken_) return;
    const auto take = [&](const auto& points) {
      ring.append(points);
      if (!points.empty()) lastEvent_ = points.back().t;
      for (const auto& p : points) seenSensor_ = seenSensor_.expandedTo({p.x + 1, p.y + 1});
    };
    if (input_->signal == Signal::Flow)
      held.visit<Flow>(taken_, until, take);
    else
      held.visit<Event>(taken_, until, take);
    taken_ = until;
  }

  QSize sensor() const {
    if (input_ && input_->shape.size() >= 2 && input_->shape.back() > 0) {
      return {input_->shape.back(), input_->shape[input_->shape.size() - 2]};
    }
    return seenSensor_.isEmpty() ? QSize(1, 1) : seenSensor_;
  }

  Time shownTime() const {
    const Time cursor = context_.looking().cursor;
    if (frozenAt_) return *frozenAt_;
    return cursor >= 0 && !running_ ? cursor : now_;
  }

  /// How far back the cloud reaches: as long, or as many events, as is wished.
  Time window(const EventRing& ring, Time now) const {
    if (parameterWord("slice") == "count")
      return std::max<Time>(1, ring.windowOf(static_cast<std::size_t>(parameter("count")), now));
    return std::max<Time>(1, fromMilliseconds(parameter("window")));
  }

  void refresh() {
    const Tape* held = tape();
    CloudView* view = widget_ ? widget_->view() : nullptr;
    if (!held || !view) return;
    takeNew(*held, view->ring());
    const Theme& t = theme();
    const bool moving = (running_ && !frozenAt_) || view->isDragging();
    CloudLook look{.now = shownTime(),
                   .window = window(view->ring(), shownTime()),
                   .sensor = sensor(),
                   .on = t.on,
                   .off = t.off,
                   .ground = t.plot,
                   .colour = input_->signal == Signal::Flow        ? CloudLook::Colour::Flow
                             : colour() == CloudLook::Colour::Time ? CloudLook::Colour::Time
                                                                   : CloudLook::Colour::Polarity,
                   .pointSize = float(parameter("point") * view->devicePixelRatioF())};
    if (moving && isSoftwareRenderer(rendererName())) look.most = kMostMoving;
    view->show(look);
    const auto [first, last] = view->ring().during(look.now - look.window, look.now);
    const bool isOver = first == last && lastEvent_ >= 0 && look.now - lastEvent_ > kQuiet;
    widget_->setOver(isOver ? QObject::tr("No events since %1. Slower, or a loop?")
                                  .arg(shown(toMilliseconds(lastEvent_), "ms"))
                            : QString());
    const std::uint64_t stride = (last - first) / std::max<std::size_t>(1, look.most) + 1;
    QString facts = QObject::tr("%1 × %2 · %3events")
                        .arg(look.sensor.width())
                        .arg(look.sensor.height())
                        .arg(shownShort(double(last - first)));
    if (stride > 1) facts += QObject::tr(" · 1 of %1 drawn").arg(stride);
    if (colour() == CloudLook::Colour::Flow && input_->signal != Signal::Flow)
      facts += QObject::tr(" · no flow is wired");
    if (frozenAt_) facts += QObject::tr(" · frozen");
    facts_ = facts.toStdString();
  }

  void freeze(bool frozen) {
    frozenAt_ = frozen ? std::optional(now_) : std::nullopt;
    refresh();
  }

  /// What lies in the outline, as the scene stands; it is kept, whatever plays on.
  void select(const QPolygonF& outline) {
    CloudView& view = *widget_->view();
    const std::vector<std::uint64_t> found = view.eventsUnder(outline);
    view.ring().select(found);
    selected_.clear();
    for (const std::uint64_t event : found) selected_.push_back(view.ring().event(event));
    refresh();
    if (found.empty()) {
      widget_->showSelection(false);
      return;
    }
    const auto [first, last] =
        view.ring().during(view.look().now - view.look().window, view.look().now);
    QString words = QObject::tr("%1 of %2 events selected")
                        .arg(shownCount(found.size()), shownCount(last - first));
    if (const std::uint64_t every = context_.status().thinning; every > 1)
      words += QObject::tr("; the view is shown 1 of %1").arg(every);
    widget_->showSelection(true);
    widget_->selection().offer(words, suggestedPath());
  }

  void deselect() {
    selected_.clear();
    if (!widget_) return;
    if (widget_->view()) widget_->view()->ring().select({});
    if (!widget_->selection().isHidden()) widget_->showSelection(false);
  }

  /// Beside the recording that is played, else where the program was started.
  std::filesystem::path suggestedPath() const {
    const Item* source = context_.document.project().find(input_->source);
    const std::filesystem::path file = source ? textOr(source->values, "file", "") : "";
    const std::string name = file.empty() ? "events" : file.stem().string();
    return file.parent_path() / (name + "_selection.csv");
  }

  /// What the recording's own clock is ahead of the run's; none where it goes faster or slower, is
  /// looped, or where filters lie between.
  std::optional<Time> ownClock() const {
    const Item* source = context_.document.project().find(input_->source);
    if (!source || source->type != "source.event_stream" || input_->port != "out" ||
        numberOr(source->values, "speed", 1) != 1 || switchOr(source->values, "loop", false))
      return std::nullopt;
    const auto answer = context_.act("file.report", itemValues(source->id));
    const Json* text = answer ? std::get_if<Json>(&answer.value()) : nullptr;
    const auto report = text ? JsonNode::parse(text->text) : JsonNode::parse("{}");
    const JsonNode* first = report ? report.value().find("t_first_us") : nullptr;
    if (!first) return std::nullopt;
    return first->integer() * kMicrosecond +
           fromMilliseconds(numberOr(source->values, "from", 0) -
                            numberOr(source->values, "offset", 0));
  }

  void exportSelected() {
    SelectionBar& bar = widget_->selection();
    const FileFormat* format = bar.format();
    const std::filesystem::path path = bar.path();
    if (!format || path.empty() || selected_.empty() || exporting_.done.valid()) return;
    bar.setBusy(true);
    bar.say(QObject::tr("Writing …"));
    exporting_.path = path;
    const std::optional<Time> own = ownClock();
    exporting_.times = own ? QObject::tr("times by the recording's own clock")
                           : QObject::tr("times as the run has them");
    exporting_.done = context_.jobs.start(
        "write " + path.filename().string(),
        [format, path, events = selected_, size = sensor(),
         t0 = own.value_or(0)](JobControl&) -> Result<Notes> {
          Opened source = std::unique_ptr<EventSource>(std::make_unique<SelectedEvents>(
              Sensor{size.width(), size.height(), "view"}, t0, events));
          return format->write(path, source, {});
        },
        Jobs::Lane::Quick);
    wait_.start(30);
  }

  void finishExport() {
    using namespace std::chrono_literals;
    if (!exporting_.done.valid() || exporting_.done.wait_for(0s) != std::future_status::ready)
      return;
    wait_.stop();
    const Result<Notes> done = exporting_.done.get();
    SelectionBar& bar = widget_->selection();
    bar.setBusy(false);
    if (!done) {
      bar.say(QString::fromStdString(done.error().text()), true);
      return;
    }
    QString words = QObject::tr("%1 events written to %2, %3.")
                        .arg(shownCount(selected_.size()),
                             QString::fromStdString(exporting_.path.string()), exporting_.times);
    for (const Note& note : done.value()) words += u' ' + QString::fromStdString(note.text) + u'.';
    bar.say(words);
  }

  Result<void> saveCsv(const std::filesystem::path& path) const {
    std::ofstream out(path, std::ios::binary);
    out << "time_ms,x,y,polarity\n";
    const Time t = shownTime();
    if (const Tape* held = tape()) {
      const Time back = widget_ && widget_->view() ? window(widget_->view()->ring(), t)
                                                   : fromMilliseconds(parameter("window"));
      held->visit<Event>(t - back + 1, t + 1, [&](std::span<const Event> events) {
        for (const Event& e : events) {
          out << numberText(toMilliseconds(e.t)) << ',' << e.x << ',' << e.y << ','
              << int(e.polarity) << '\n';
        }
      });
    }
    out.flush();
    if (!out) return Error{"cannot be written", path.string()};
    return {};
  }

  void showMenu(QPoint at) {
    QMenu menu(widget_);
    const QString name = QString::fromStdString(itemPath(context_.document.project(), item_));
    menu.addAction(icon("export"), QObject::tr("Save picture (PNG)…"), [&] {
      const auto path = askWhereToSavePng(widget_, name);
      if (!path) return;
      const QSize seen = widget_->size();
      const FigureSize size{.widthMm = seen.width() * kMmPerInch / 192,
                            .heightMm = seen.height() * kMmPerInch / 192,
                            .dpi = 384};
      if (const auto saved = exportTo(*path, size); !saved) tellError(widget_, saved.error());
    });
    menu.addAction(QObject::tr("Save visible events as CSV…"), [&] {
      const auto path = askWhereToSaveCsv(widget_, name);
      if (!path) return;
      if (const auto saved = exportTo(*path, {}); !saved) tellError(widget_, saved.error());
    });
    menu.addSeparator();
    QAction* frozen =
        menu.addAction(icon("freeze"), QObject::tr("Freeze"), [this] { freeze(!frozenAt_); });
    frozen->setCheckable(true);
    frozen->setChecked(frozenAt_.has_value());
    menu.addAction(icon("reset-view"), QObject::tr("Look at all"),
                   [this] { widget_->view()->resetCamera(); });
    menu.exec(widget_->view()->mapToGlobal(at));
  }

  PanelContext& context_;
  Id item_;
  QPointer<CloudWidget> widget_;  // its Qt parent, the dock, may end it first
  std::optional<Input> input_;
  QSize seenSensor_{};
  Time taken_ = 0, now_ = 0, lastEvent_ = -1;
  std::uint64_t cuts_ = 0, seen_ = 0;
  bool running_ = false;
  std::optional<Time> frozenAt_;
  std::string facts_;
  std::vector<Event> selected_;  // in order of time
  struct {
    std::filesystem::path path;
    QString times;  // by which clock, in words
    std::future<Result<Notes>> done;
  } exporting_;
  QTimer wait_;
  QObject guard_;  // ends our connections when we end
};

std::unique_ptr<Panel> make(PanelContext& context, Id item) {
  return std::make_unique<CloudPanel>(context, item);
}

}  // namespace

PanelType panelType() { return {"view.cloud", {Signal::Events, Signal::Flow}, &make}; }

}  // namespace spk::panels::cloud
