#include "app/MainWindow.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QCloseEvent>
#include <QComboBox>
#include <QDockWidget>
#include <QFileDialog>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPointer>
#include <QScreen>
#include <QScrollBar>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QTextEdit>
#include <QVBoxLayout>
#include <cmath>

#include "app/CommandPalette.h"
#include "app/Docks.h"
#include "app/ExportDesk.h"
#include "app/LessonDesk.h"
#include "app/MessageBar.h"
#include "app/StatusLine.h"
#include "app/actions.h"
#include "app/demos.h"
#include "app/eventViews.h"
#include "engine/base/resources.h"
#include "engine/graph/ProjectFile.h"
#include "engine/run/openFile.h"
#include "panels/file/FileReport.h"
#include "panels/inspector/Inspector.h"
#include "panels/kit/Theme.h"
#include "panels/kit/acts.h"
#include "panels/lesson/Lesson.h"
#include "panels/notes/Notes.h"
#include "panels/palette/Palette.h"
#include "panels/start/StartPage.h"
#include "panels/timeline/Transport.h"

namespace spk {
namespace fs = std::filesystem;
namespace {

constexpr int kTicksPerSecond = 30;
constexpr auto kPainted = static_cast<QEvent::Type>(QEvent::User + 1);

QString words(const fs::path& path) { return QString::fromStdString(path.string()); }

fs::path askForFile(QWidget* parent, const QString& title, const QString& kinds, bool saves,
                    const QString& suggestion = {}) {
  const QString chosen = saves ? QFileDialog::getSaveFileName(parent, title, suggestion, kinds)
                               : QFileDialog::getOpenFileName(parent, title, suggestion, kinds);
  return chosen.toStdString();
}

bool hasNoNodes(const Project& project) {
  return std::ranges::none_of(project.items, [](const auto& entry) {
    const Item& item = entry.second;
    return entry.first != Id::settings && item.type != "layout.window";
  });
}

bool isText(const QWidget* widget) {
  return qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QTextEdit*>(widget) ||
         qobject_cast<const QPlainTextEdit*>(widget) ||
         qobject_cast<const QAbstractSpinBox*>(widget) || qobject_cast<const QComboBox*>(widget);
}

}  // namespace

MainWindow::MainWindow(const Registry& registry, const Targets& targets, Jobs& jobs,
                       Settings& settings)
    : registry_(registry), targets_(targets), jobs_(jobs), settings_(settings) {
  setObjectName(QStringLiteral("window"));
  setAcceptDrops(true);
  setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
  setAnimated(false);
  buildBars();
  buildCentre();
  buildMenus();
  resize(QSize(1600, 1000).boundedTo(screen()->availableSize()));
  qApp->installEventFilter(this);
  timer_.setTimerType(Qt::PreciseTimer);
  timer_.setInterval(1000 / kTicksPerSecond);
  connect(&timer_, &QTimer::timeout, this, &MainWindow::tick);
  timer_.start();
  sinceSecond_.start();
}

MainWindow::~MainWindow() {
  qApp->removeEventFilter(this);
  timer_.stop();
  letGo();
}

// Projects
// -----------------------------------------------------------------------------------------

void MainWindow::letGo() {
  exports_.reset();
  docks_.reset();
  lesson_.reset();
  // A panel leaves its widget to the Qt parent, which is the window's own and stays.
  const QPointer<QWidget> bar = transport_ ? transport_->widget() : nullptr;
  transport_.reset();
  delete bar.data();
  const QPointer<QWidget> canvas = graph_ ? graph_->widget() : nullptr;
  graph_.reset();
  delete canvas.data();
  bench_.reset();
}

void MainWindow::hold(OpenedProject opened, Begin begin) {
  letGo();
  const fs::path path = opened.path;
  bench_ = std::make_unique<Workbench>(registry_, targets_, jobs_, std::move(opened));
  bench_->onEdit = [this](const Edit& edit) { edited(edit); };
  bench_->onHistory = [this] { greyActions(); };
  bench_->onAct = [this](std::string_view name, const Values& values) { return act(name, values); };
  bench_->onSaved = [this](const Result<void>& saved) {
    if (saved) {
      settings_.addRecent(bench_->path());
      say(tr("saved %1").arg(words(bench_->path())));
    } else {
      messages_->say(MessageBar::Tone::Error,
                     tr("Not saved: %1").arg(QString::fromStdString(saved.error().text())));
    }
    showTitle();
  };
  PanelContext& context = bench_->context();
  transport_ = makeTransport(context);
  headColumn_->insertWidget(1, transport_->widget());
  graph_ = makeGraphPanel(context);
  centre_->insertTab(0, graph_->widget(), tr("Graph"));
  centre_->setCurrentIndex(0);
  docks_ = std::make_unique<Docks>(*this, *bench_);
  docks_->add("dock.nodes", tr("Nodes"), Docks::Place::Left, makePalette(context));
  auto desk = LessonDesk::beside(*bench_);
  if (desk) lesson_ = std::move(desk).value();
  if (lesson_) {
    docks_->add("dock.lesson", tr("Lesson"), Docks::Place::Left,
                makeLesson(context, [this]() -> const LessonStatus& { return lesson_->status(); }));
  }
  docks_->add("dock.inspector", tr("Inspector"), Docks::Place::Right, makeInspector(context));
  docks_->add("dock.notes", tr("Notes"), Docks::Place::Right, makeNotes(context));
  docks_->add("dock.file", tr("Recording"), Docks::Place::Right, makeFileReport(context));
  exports_ = std::make_unique<ExportDesk>(
      *bench_, [this](Id view) { return docks_ ? docks_->viewPanel(view) : nullptr; });
  exports_->onDone = [this](const QString& said, bool isGood) {
    messages_->say(isGood ? MessageBar::Tone::Plain : MessageBar::Tone::Warning, said);
  };
  docks_->arrange(lesson_ ? "dock.lesson" : "dock.nodes");
  showStart(false);
  showTitle();
  textStale_ = true;
  showText();
  messages_->clear();
  offerRecovery();
  if (!desk)
    messages_->say(
        MessageBar::Tone::Error,
        tr("The lesson cannot be read: %1").arg(QString::fromStdString(desk.error().text())));
  if (!path.empty() && !isShipped(path)) settings_.addRecent(path);
  if (begin == Begin::Playing) bench_->play();
  graph_->widget()->setFocus();
  fitIn_ = 3;
}

void MainWindow::offerRecovery() {
  const auto& recovery = bench_->recovery();
  if (!recovery) return;
  const QString count = recovery->edits == 1 ? tr("one edit") : tr("%1 edits").arg(recovery->edits);
  recoveryWords_ = tr("The last session ended without saving %1.").arg(count) +
                   (recovery->damaged ? tr(" A last, half-written one is lost.") : QString());
  messages_->say(MessageBar::Tone::Warning, recoveryWords_,
                 {{tr("Recover"), [this] { recover(); }},
                  {tr("Forget"), [this] { bench_->forgetRecovery(); }}});
}

void MainWindow::recover() {
  if (const auto done = bench_->recover(); !done)
    messages_->say(MessageBar::Tone::Error,
                   tr("Not recovered: %1").arg(QString::fromStdString(done.error().text())));
}

void MainWindow::offerVersionBefore(const fs::path& file, const Error& error) {
  std::error_code failed;
  if (!fs::exists(file.string() + ".bak", failed)) {
    messages_->say(MessageBar::Tone::Error, QString::fromStdString(error.text()));
    return;
  }
  messages_->say(MessageBar::Tone::Error, QString::fromStdString(error.text()),
                 {{tr("Open the version before"), [this, file] {
                     if (!mayLetGo()) return;
                     auto before = openVersionBefore(file, registry_);
                     if (before)
                       hold(std::move(before).value());
                     else
                       messages_->say(MessageBar::Tone::Error,
                                      QString::fromStdString(before.error().text()));
                   }}});
}

void MainWindow::startNew() {
  if (mayLetGo()) hold(newProject());
}

Result<void> MainWindow::open(const fs::path& path, Begin begin) {
  fs::path file = path;
  if (file.empty()) {
    file = askForFile(this, tr("Open any file"), tr("Any file (*)"), false);
    if (file.empty()) return {};
  }
  std::error_code failed;
  if (fs::is_directory(file, failed) && fs::exists(file / "project.spk")) file /= "project.spk";
  if (!fs::exists(file, failed)) {
    const Error error{"there is no such file", file.string()};
    messages_->say(MessageBar::Tone::Error, QString::fromStdString(error.text()));
    return error;
  }
  if (file.extension() != ".spk") {
    const QPointF place = bench_ ? graph_->freePlace() : QPointF();
    const auto dropped = drop(file, place.x(), place.y());
    if (!dropped)
      messages_->say(MessageBar::Tone::Error, QString::fromStdString(dropped.error().text()));
    return dropped;
  }
  if (opening_.valid()) return Error{"another project is being opened", file.string()};
  if (!mayLetGo()) return {};
  openingBegin_ = begin;
  openingFile_ = file;
  opening_ = jobs_.start(
      "open " + file.filename().string(),
      [file, &registry = registry_](JobControl&) { return openProject(file, registry); });
  return {};
}

Result<void> MainWindow::drop(const fs::path& path, double x, double y) {
  if (path.extension() == ".spk") return open(path);
  TRY(Item item, itemForFile(path, registry_));
  if (!bench_) hold(newProject());
  item.id = bench_->context().newId();
  item.values["name"] = uniqueName(bench_->project(), Id::none,
                                   textOr(item.values, "name", path.filename().string()));
  item.values["x"] = x;
  item.values["y"] = y;
  // What begins at t = 0 would be over by now, or half of it.
  if (const Time now = bench_->status().now; now > 0)
    if (const Shape shape = registry_.describe(item); shape.parameter("offset"))
      item.values["offset"] = std::ceil(toMilliseconds(now));
  const Id id = item.id;
  Edit edit{"Open " + path.filename().string(), {Insert{item}}};
  // Whoever opens a recording and nothing else wants to see it play.
  const bool alone = item.type == "source.event_stream" && hasNoNodes(bench_->project());
  if (alone)
    for (Operation& op : viewsOfCamera(item, registry_, bench_->context().newId))
      edit.ops.push_back(std::move(op));
  TRY_DO(bench_->commit(std::move(edit)));
  settings_.addRecent(fs::absolute(path));
  bench_->select({id});
  if (alone) {
    showStart(false);
    docks_->show(docks_->find(QStringLiteral("dock.file")));
    for (const auto& [view, there] : bench_->project().items)
      if (there.type == "view.image") docks_->show(docks_->viewDock(view));
    fitIn_ = 3;
    bench_->play();
  }
  return {};
}

void MainWindow::finishOpening() {
  auto opened = opening_.get();
  if (opened)
    hold(std::move(opened).value(), openingBegin_);
  else
    offerVersionBefore(openingFile_, opened.error());
}

Result<void> MainWindow::save() {
  if (bench_->needsPlace()) return saveAs({});
  return bench_->save(bench_->path());
}

Result<void> MainWindow::saveAs(fs::path path) {
  if (path.empty())
    path = askForFile(this, tr("Save the project as"), tr("Spikarium projects (*.spk)"), true,
                      QString::fromStdString(bench_->title()));
  if (path.empty()) return {};
  if (path.extension() != ".spk") path += ".spk";
  return bench_->save(fs::absolute(path));
}

Result<void> MainWindow::exportView(Id view, fs::path path) {
  if (view == Id::none) view = docks_->currentView();
  Panel* panel = docks_->viewPanel(view);
  if (!panel) return Error{"there is no view to export", ""};
  if (path.empty())
    path = askForFile(
        this, tr("Export the view"),
        tr("Picture (*.png);;Drawing, text as text (*.svg);;Numbers (*.csv);;PDF (*.pdf)"), true,
        words(itemPath(bench_->project(), view) + ".png"));
  if (path.empty()) return {};
  const auto done = panel->exportTo(path, {});
  if (done) say(tr("exported %1").arg(words(path)));
  return done;
}

Result<void> MainWindow::record(fs::path path) {
  if (bench_->status().recording) {
    bench_->runner().stopRecord();
    return {};
  }
  if (path.empty())
    path = askForFile(this, tr("Record the run to"), tr("HDF5 (*.h5)"), true,
                      QString::fromStdString(fs::path(bench_->title()).stem().string() + ".h5"));
  if (path.empty()) return {};
  return bench_->record(path);
}

// Heartbeats
// ---------------------------------------------------------------------------------------

void MainWindow::tick() {
  using namespace std::chrono_literals;
  if (opening_.valid() && opening_.wait_for(0s) == std::future_status::ready) finishOpening();
  ++ticks_;
  const bool second = sinceSecond_.elapsed() >= 1000;
  if (second) {
    ticksPerSecond_ = ticks_ * 1000.0 / static_cast<double>(sinceSecond_.restart());
    ticks_ = 0;
    latency_.second();
  }
  if (!bench_) return;
  const std::int64_t heard = bench_->runner().heard();  // the rings hold it by now
  Workbench::Moved moved = bench_->tick();
  if (lesson_) {
    const std::uint64_t before = lesson_->status().version;
    lesson_->tick();
    moved.looking = moved.looking || lesson_->status().version != before;
  }
  if (moved.any()) {
    const Time now = bench_->status().now;
    transport_->tick(now);
    // Out of sight it goes on taking selections and notes: commands act on what it has selected.
    if (moved.looking || moved.notes || graph_->widget()->isVisible()) graph_->tick(now);
    docks_->tick(moved);
    // Behind what repaints: when it comes, the picture is there.
    if (moved.data && latency_.show(heard))
      QCoreApplication::postEvent(this, new QEvent(kPainted), Qt::LowEventPriority - 1);
    if (moved.looking) say(QString::fromStdString(graph_->status()));
  }
  exports_->tick();
  // Slow enough to read.
  if (second || moved.notes || ticks_ % 10 == 0)
    status_->show(*bench_, ticksPerSecond_, latency_.ms());
  if (moved.status) greyActions();
  if (textStale_) showText();
  if (bench_->isEdited() != titleSaysEdited_) showTitle();
  if (fitIn_ > 0 && graph_->widget()->isVisible() && --fitIn_ == 0) graph_->act("graph.fit");
  if (moved.any()) Q_EMIT ticked();
}

void MainWindow::edited(const Edit& edit) {
  textStale_ = true;
  // Who goes on editing has decided for now; the edits wait, and are offered with the next opening.
  if (!edit.title.empty() && !recoveryWords_.isEmpty() && messages_->text() == recoveryWords_) {
    messages_->clear();
    if (bench_->recovery()) say(tr("the last session's edits wait: they are offered again"));
  }
  graph_->edited(edit);
  transport_->edited(edit);
  docks_->edited(edit);
  showTitle();
}

void MainWindow::showTitle() {
  const QString name = QString::fromStdString(bench_->title());
  const QString whole = bench_->isEdited() ? tr("%1 — edited").arg(name) : name;
  titleSaysEdited_ = bench_->isEdited();
  file_->setText(whole);
  setWindowTitle(whole + QStringLiteral(" · Spikarium"));
}

void MainWindow::showText() {
  if (!isTextShown() || !bench_) return;
  textStale_ = false;
  const QString text = QString::fromStdString(projectText(bench_->project()));
  if (text == text_->toPlainText()) return;
  const int place = text_->verticalScrollBar()->value();
  text_->setPlainText(text);
  text_->verticalScrollBar()->setValue(place);
}

// Panels
// -------------------------------------------------------------------------------------------

void MainWindow::reveal(Id item) {
  centre_->setCurrentIndex(0);
  graph_->reveal(item);
}

void MainWindow::say(const QString& text) { status_->say(text); }

void MainWindow::toggleDock(const char* name) {
  if (QDockWidget* dock = docks_->find(QLatin1StringView(name))) docks_->toggle(dock);
}

bool MainWindow::isDockSeen(const char* name) const {
  const QDockWidget* dock = docks_ ? docks_->find(QLatin1StringView(name)) : nullptr;
  return dock && !dock->isHidden() && !dock->visibleRegion().isEmpty();
}

void MainWindow::resetLayout() { docks_->reset(); }
bool MainWindow::isTextShown() const { return centre_->currentWidget() == text_; }
void MainWindow::toggleText() {
  centre_->setCurrentIndex(isTextShown() ? 0 : centre_->indexOf(text_));
}

bool MainWindow::isStartShown() const { return startShown_; }

void MainWindow::showStart(bool shown) {
  if (!bench_) shown = true;
  if (shown) start_->show(listDemos(), settings_.recent());
  if (shown == startShown_) return;
  startShown_ = shown;
  if (docks_) shown ? docks_->hideAll() : docks_->showAll();
  if (transport_) transport_->widget()->setVisible(!shown);
  statusBar()->setVisible(!shown);
  pages_->setCurrentIndex(shown ? 1 : 0);
  greyActions();
}

Result<void> MainWindow::lessonAct(std::string_view what, const Values& values) {
  if (!lesson_) return Error{"this project has no lesson", std::string(what)};
  return lesson_->act(what, values);
}

Result<Value> MainWindow::act(std::string_view name, const Values& values) {
  if (const ActionRow* row = actionRow(name)) return row->run(*this, values);
  if (graph_ && graph_->act(name)) return Value{true};
  return Error{"no such action, or nothing here that it could act on", std::string(name)};
}

void MainWindow::actAloud(std::string_view name, const Values& values) {
  const auto done = act(name, values);
  if (!done) messages_->say(MessageBar::Tone::Warning, QString::fromStdString(done.error().text()));
}

Result<void> MainWindow::stepPace(Workbench& bench, int by) {
  constexpr double kPaces[] = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
                               0.2,   0.5,   1,     2,    5,    10,   0};
  constexpr int kLast = static_cast<int>(std::size(kPaces)) - 1;
  const double pace = bench.status().pace;
  int place = 0;
  while (place < kLast && (pace <= 0 || kPaces[place] < pace * 0.999)) ++place;
  place = std::clamp(place + by, 0, kLast);
  return bench.commit(
      {"Set pace", {setting(bench.project(), Id::settings, "pace", Value{kPaces[place]})}});
}

// Events
// -------------------------------------------------------------------------------------------

void MainWindow::closeQuietly() {
  quiet_ = true;
  close();
}

void MainWindow::askBeforeLoss(bool asks) { quiet_ = !asks; }

bool MainWindow::mayLetGo() {
  if (quiet_ || !bench_ || !bench_->isEdited()) return true;
  QMessageBox ask(
      QMessageBox::NoIcon, tr("Spikarium"),
      tr("%1 has edits that are not saved.").arg(QString::fromStdString(bench_->title())),
      QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
  const int answer = ask.exec();
  if (answer != QMessageBox::Save) return answer == QMessageBox::Discard;
  const auto begun = save();
  while (begun && bench_->isSaving()) qApp->processEvents(QEventLoop::WaitForMoreEvents);
  return !bench_->isEdited();
}

void MainWindow::customEvent(QEvent* event) {
  if (event->type() == kPainted) latency_.seen();
}

void MainWindow::closeEvent(QCloseEvent* event) { event->setAccepted(mayLetGo()); }

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  for (const QUrl& url : event->mimeData()->urls())
    if (url.isLocalFile()) actAloud("file.open", {{"path", url.toLocalFile().toStdString()}});
  event->acceptProposedAction();
}

bool MainWindow::watchSpace(QEvent* event) {
  if (event->type() == QEvent::MouseButtonPress && spaceHeld_) spaceUsed_ = true;
  if (event->type() != QEvent::KeyPress && event->type() != QEvent::KeyRelease) return false;
  const auto* key = static_cast<QKeyEvent*>(event);
  if (key->key() != Qt::Key_Space || key->isAutoRepeat()) return false;
  if (event->type() == QEvent::KeyPress) {
    const QWidget* focus = QApplication::focusWidget();
    spaceHeld_ = key->modifiers() == Qt::NoModifier && !isText(focus) &&
                 !qobject_cast<const QAbstractButton*>(focus) && !QApplication::activePopupWidget();
    spaceUsed_ = false;
    return false;
  }
  // Space and drag moves the canvas: only a Space by itself plays.
  if (std::exchange(spaceHeld_, false) && !spaceUsed_ && bench_ && !startShown_)
    actAloud("transport.toggle");
  return false;
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
  switch (event->type()) {
    case QEvent::KeyPress:
    case QEvent::KeyRelease:
    case QEvent::MouseButtonPress: {
      // Each event comes by once for the window handle and once or more for widgets.
      auto* widget = qobject_cast<QWidget*>(watched);
      if (widget &&
          (widget == QApplication::focusWidget() || event->type() == QEvent::MouseButtonPress ||
           (!QApplication::focusWidget() && widget == this)))
        watchSpace(event);
      break;
    }
    default: break;
  }
  return QMainWindow::eventFilter(watched, event);
}

}  // namespace spk
