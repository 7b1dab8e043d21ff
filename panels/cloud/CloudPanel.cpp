#include <QEvent>
#include <QLabel>
#include <QMenu>
#include <QPointer>
#include <QResizeEvent>
#include <QWidget>
#include <algorithm>
#include <cmath>
#include <fstream>

#include "panels/cloud/CloudView.h"
#include "panels/kit/EmptyNote.h"
#include "panels/kit/Panel.h"
#include "panels/kit/Theme.h"
#include "panels/kit/inputs.h"
#include "panels/kit/painter.h"
#include "panels/kit/saveDialog.h"

namespace spk::panels::cloud {
PanelType panelType();

namespace {

/// Points that software GL draws often enough while the scene moves.
constexpr std::size_t kMostMoving = 50'000;
constexpr Signal kAccepts[] = {Signal::Events};
constexpr double kMmPerInch = 25.4;
/// As the event image has it: a quiet camera is no news sooner than this.
constexpr Time kQuiet = kSecond / 2;

/// Holds the scene and, over it, what an empty view says; without OpenGL it says just that.
class CloudWidget : public QWidget {
 public:
  CloudWidget() : over_(new QLabel(this)), empty_(new EmptyNote(this)) {
    over_->setAlignment(Qt::AlignCenter);
    over_->setWordWrap(true);
    over_->setProperty("role", "secondary");
    over_->setAttribute(Qt::WA_TransparentForMouseEvents);
    over_->setMargin(12);
    over_->hide();
    if (rendererName().empty()) {
      noGl_ = new QLabel(
          QObject::tr("The event cloud needs OpenGL, which this display does not offer."), this);
      noGl_->setAlignment(Qt::AlignCenter);
      noGl_->setWordWrap(true);
    } else {
      view_ = new CloudView(this);
    }
    over_->raise();
    empty_->raise();
  }
  CloudView* view() const { return view_; }
  EmptyNote& empty() { return *empty_; }
  void setEmpty(const EmptyWords& words) {
    empty_->say(words.words, words.button);
    if (view_) view_->setVisible(words.words.isEmpty());
    if (noGl_) noGl_->setVisible(words.words.isEmpty());
  }
  /// Over the scene: why it is empty just now.
  void setOver(const QString& words) {
    over_->setText(words);
    over_->setVisible(!words.isEmpty());
  }
  QSize sizeHint() const override { return {480, 320}; }
  std::function<void()> restyled;

 protected:
  void resizeEvent(QResizeEvent*) override {
    for (QWidget* child : {static_cast<QWidget*>(view_), static_cast<QWidget*>(noGl_),
                           static_cast<QWidget*>(over_), static_cast<QWidget*>(empty_)}) {
      if (child) child->setGeometry(rect());
    }
  }
  void changeEvent(QEvent* event) override {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange && restyled) restyled();
  }

 private:
  CloudView* view_ = nullptr;
  QLabel* noGl_ = nullptr;
  QLabel* over_;
  EmptyNote* empty_;
};

/// Events as a cloud in space and time.
class CloudPanel : public Panel {
 public:
  CloudPanel(PanelContext& context, Id item)
      : context_(context), item_(item), widget_(new CloudWidget) {
    now_ = context_.status ? context_.status().now : 0;
    widget_->restyled = [this] { refresh(); };
    QObject::connect(&widget_->empty(), &EmptyNote::wanted, &guard_, [this] {
      const auto done = connectSources(context_, item_, kAccepts);
      if (!done) widget_->setEmpty({QString::fromStdString(done.error().text()), {}});
    });
    if (CloudView* view = widget_->view()) {
      QObject::connect(view, &VtkView::dragStarted, &guard_, [this] { refresh(); });
      QObject::connect(view, &VtkView::dragEnded, &guard_, [this] { refresh(); });
      QObject::connect(view, &VtkView::contextMenuWanted, &guard_,
                       [this](QPoint at) { showMenu(at); });
    }
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
    input_ = inputs.empty() ? std::nullopt : std::optional(inputs.front());
    if (!input_ || input_->wire != before) forget();
    if (widget_) widget_->setEmpty(input_ ? EmptyWords{} : emptyWords(context_, item_, kAccepts));
  }

  void forget() {
    taken_ = 0;
    lastEvent_ = -1;
    seenSensor_ = {};
    if (widget_ && widget_->view()) widget_->view()->ring().clear();
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
    held.visit<Event>(taken_, until, [&](std::span<const Event> events) {
      ring.append(events);
      if (!events.empty()) lastEvent_ = events.back().t;
      for (const Event& e : events) seenSensor_ = seenSensor_.expandedTo({e.x + 1, e.y + 1});
    });
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

  void refresh() {
    const Tape* held = tape();
    CloudView* view = widget_ ? widget_->view() : nullptr;
    if (!held || !view) return;
    takeNew(*held, view->ring());
    const Theme& t = theme();
    const bool moving = (running_ && !frozenAt_) || view->isDragging();
    CloudLook look{.now = shownTime(),
                   .window = std::max<Time>(1, fromMilliseconds(parameter("window"))),
                   .sensor = sensor(),
                   .on = t.on,
                   .off = t.off,
                   .ground = t.plot,
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
    if (frozenAt_) facts += QObject::tr(" · frozen");
    facts_ = facts.toStdString();
  }

  void freeze(bool frozen) {
    frozenAt_ = frozen ? std::optional(now_) : std::nullopt;
    refresh();
  }

  Result<void> saveCsv(const std::filesystem::path& path) const {
    std::ofstream out(path, std::ios::binary);
    out << "time_ms,x,y,polarity\n";
    const Time t = shownTime();
    if (const Tape* held = tape()) {
      held->visit<Event>(t - fromMilliseconds(parameter("window")) + 1, t + 1,
                         [&](std::span<const Event> events) {
                           for (const Event& e : events) {
                             out << numberText(toMilliseconds(e.t)) << ',' << e.x << ',' << e.y
                                 << ',' << int(e.polarity) << '\n';
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
  QObject guard_;  // ends our connections when we end
};

std::unique_ptr<Panel> make(PanelContext& context, Id item) {
  return std::make_unique<CloudPanel>(context, item);
}

}  // namespace

PanelType panelType() { return {"view.cloud", {Signal::Events}, &make}; }

}  // namespace spk::panels::cloud
