// Tasks 17 and 18: any event file opens, plays and says what it is; the cloud is turned, a lasso
// cut out of it and written. And the player: slices, marks, loop, bookmarks.
#include <QComboBox>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QTabBar>
#include <QUrl>
#include <cmath>
#include <ctime>
#include <fstream>

#include "panels/cloud/CloudView.h"
#include "panels/kit/PlotWidget.h"
#include "panels/timeline/TimeStrip.h"
#include "tests/kit/ListSource.h"
#include "tests/kit/WindowDesk.h"
#include "tests/kit/encoders.h"
#include "tests/kit/events.h"
#include "tests/kit/guiData.h"
#include "tests/kit/guiMain.h"

namespace spk::test {

class CameraTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase();
  void init();
  void cleanup() { desk_.reset(); }

  void anyEventFilePlays_data();
  void anyEventFilePlays();
  void aGuessIsSetRightInTheWindow();
  void aLassoOfTheCloudIsWritten();
  void thePlayerGoesByMarks();
  void aFastCameraLoops();
  void everyStateIsDrawn();

 private:
  void keep(const char* name);
  void set(const char* view, const char* key, Value value);
  void drop(const std::filesystem::path& file);
  std::filesystem::path write(const std::string& format, const std::string& name,
                              const std::vector<Event>& events, const Values& options = {});
  std::uint64_t eventsSeen(Id wire) const;
  QString saidIn(const char* label) const;
  Id camera() const;

  static constexpr int kWidth = 64, kHeight = 48;
  kit::Folder folder_;
  std::vector<Event> events_;  // six seconds of a turning bar
  std::unique_ptr<WindowDesk> desk_;
};

void CameraTest::initTestCase() {
  events_ = turningBar(2e4, 0, 6 * kSecond);
  for (Event& e : events_) e.t = e.t / kMicrosecond * kMicrosecond;
}

void CameraTest::init() {
  desk_ = std::make_unique<WindowDesk>();
  desk_->window->startNew();
  QTRY_VERIFY(desk_->window->bench());
  QTest::qWait(200);  // the canvas fits what it shows once it has its size
  desk_->steps = 0;
}

/// By the format's own writer.
std::filesystem::path CameraTest::write(const std::string& format, const std::string& name,
                                        const std::vector<Event>& events, const Values& options) {
  const auto path = folder_.path(name);
  Opened source = std::unique_ptr<EventSource>(
      std::make_unique<kit::ListSource>(Sensor{kWidth, kHeight, "test"}, 5 * kSecond, events));
  const auto written = kit::registry().fileFormat(format)->write(path, source, options);
  if (!written) qWarning("%s: %s", name.c_str(), written.error().text().c_str());
  return path;
}

/// As a file manager does it: a file's address dragged over the canvas, and let go there.
void CameraTest::drop(const std::filesystem::path& file) {
  ++desk_->steps;
  const QPoint at(300, 200);
  QMimeData mime;
  mime.setUrls({QUrl::fromLocalFile(QString::fromStdString(file.string()))});
  QDragEnterEvent enter(at, Qt::CopyAction, &mime, Qt::LeftButton, {});
  QApplication::sendEvent(desk_->view(), &enter);
  QDragMoveEvent move(at, Qt::CopyAction, &mime, Qt::LeftButton, {});
  QApplication::sendEvent(desk_->view(), &move);
  QDropEvent dropped(at, Qt::CopyAction, &mime, Qt::LeftButton, {});
  QApplication::sendEvent(desk_->view(), &dropped);
}

Id CameraTest::camera() const {
  for (const auto& [id, item] : desk_->project().items)
    if (item.type == "source.event_stream") return id;
  return Id::none;
}

std::uint64_t CameraTest::eventsSeen(Id wire) const {
  const Tape* tape = desk_->bench().tapes().find(wire);
  std::uint64_t sum = 0;
  if (tape)
    tape->visit<Event>(0, tape->end() + 1,
                       [&](std::span<const Event> events) { sum += events.size(); });
  return sum;
}

QString CameraTest::saidIn(const char* name) const {
  QDockWidget* dock = desk_->window->docks()->find(QStringLiteral("dock.file"));
  auto* label = dock->findChild<QLabel*>(QLatin1StringView(name));
  return label ? label->text() : QString();
}

// Task 17 ----------------------------------------------------------------------------------------

void CameraTest::anyEventFilePlays_data() {
  QTest::addColumn<QString>("path");
  QTest::addColumn<qint64>("events");    // of the whole file; −1: not known here
  QTest::addColumn<QString>("size");     // as the window says it
  QTest::addColumn<QString>("trouble");  // what it must say was left out
  const auto row = [](const std::string& name, const std::filesystem::path& path, qint64 events,
                      const char* size = "64 × 48 px", const char* trouble = "") {
    QTest::newRow(name.c_str()) << QString::fromStdString(path.string()) << events
                                << QString::fromUtf8(size) << QString::fromUtf8(trouble);
  };
  const auto all = static_cast<qint64>(events_.size());
  for (const FileFormat& format : kit::registry().fileFormats()) {
    if (!format.write || format.holds != Stream::Kind::Events) continue;
    const std::string ending = format.endings.substr(0, format.endings.find(' '));
    row(format.id, write(format.id, format.id + ending, events_), all);
  }
  kit::Records records;
  for (const Event& e : events_)
    records.emplace_back(kit::davis(240, 180, e.x, e.y, e.polarity),
                         static_cast<std::int32_t>(e.t / kMicrosecond));
  row("aedat2", folder_.write("aedat2.aedat", kit::aedat2("DAVIS240C", records)), all,
      "240 × 180 px");
  const std::string whole = folder_.read("evt3.raw");
  row("truncated", folder_.write("truncated.raw", whole.substr(0, whole.size() * 3 / 5 | 1)), -1,
      "64 × 48 px", "not whole");
  const auto samples = kit::sampleFolder();
  const auto real = [&](const char* name, qint64 events, const char* size) {
    row(std::string("real ") + name, samples ? *samples / name : std::filesystem::path(), events,
        size);
  };
  real("faery_evt2.raw", 521'252, "640 × 480 px");
  real("evt21_little.raw", 521'252, "640 × 480 px");
  real("exp_evt3_sample.raw", 219'596, "1280 × 720 px");
  real("exp_evt3_ecf.hdf5", 219'596, "1280 × 720 px");
  real("dsec_like_blosc.h5", 521'252, "640 × 480 px");
  real("sample_ncars.dat", 2'009, "px");
  real("sample.aedat4", 111'954, "320 × 240 px");
  real("dvs.es", 473'225, "320 × 240 px");
  real("sample_nmnist.bin", 4'325, "34 × 34 px");
  real("IMU_translBoxes.aedat", 162'771, "240 × 180 px");
  real("test_events_1.bag", 343'474, "640 × 480 px");
  real("rpg_lifetime_stripes.mat", 340'394, "128 × 128 px");
}

void CameraTest::anyEventFilePlays() {
  QFETCH(const QString, path);
  QFETCH(const qint64, events);
  QFETCH(const QString, size);
  QFETCH(const QString, trouble);
  if (path.isEmpty()) QSKIP("SPK_SAMPLES names no folder with events/, real recordings");
  QVERIFY2(QFile::exists(path), qPrintable(path));
  WindowDesk& desk = *desk_;
  QElapsedTimer clock;
  clock.start();
  drop(path.toStdString());
  const Id image = desk.wire(textOr(desk.project().find(camera())->values, "name", ""), "Image");
  QVERIFY(image != Id::none);
  // It plays: events are seen, and the picture that shows them is no empty ground.
  QTRY_VERIFY_WITH_TIMEOUT(eventsSeen(image) > 0, 10'000);
  QDockWidget* dock = desk.window->docks()->viewDock(desk.id("Image"));
  auto* plot = dock->findChild<PlotWidget*>();
  QVERIFY(plot);
  QTRY_VERIFY(plot->figure().image && !plot->figure().image->picture.isNull());
  const qint64 took = clock.elapsed();
  QVERIFY(!QApplication::activeModalWidget());
  QCOMPARE(desk.steps, 1);
  // And the window says what it is.
  QTRY_VERIFY_WITH_TIMEOUT(saidIn("file.facts").contains(size), 10'000);
  if (events >= 0)
    QTRY_VERIFY_WITH_TIMEOUT(
        saidIn("file.facts")
            .contains(shownCount(static_cast<std::uint64_t>(events)).toHtmlEscaped()),
        20'000);
  if (!trouble.isEmpty()) QTRY_VERIFY_WITH_TIMEOUT(saidIn("file.left").contains(trouble), 20'000);
  std::printf("task 17, %s: %d step, plays after %lld ms\n", QTest::currentDataTag(), desk.steps,
              static_cast<long long>(took));
}

void CameraTest::aGuessIsSetRightInTheWindow() {
  // Text without a line of names: order and unit are guesses, and so is the size.
  std::string text;
  for (int i = 0; i < 3000; ++i)
    text += std::to_string(i * 1000) + "," + std::to_string(i % 30) + "," + std::to_string(i % 20) +
            ",1\n";
  drop(folder_.write("plain.csv", text));
  WindowDesk& desk = *desk_;
  QTRY_VERIFY(saidIn("file.facts").contains(QStringLiteral("30 × 20 px")));
  QVERIFY2(saidIn("file.facts").contains(QStringLiteral("guess")),
           qPrintable(saidIn("file.facts")));
  QDockWidget* dock = desk.window->docks()->find(QStringLiteral("dock.file"));
  auto* width = dock->findChild<QLineEdit*>(QStringLiteral("file.option.width"));
  QVERIFY(width);
  const std::size_t before = desk.bench().history().done().size();
  width->setFocus();
  width->selectAll();
  QTest::keyClicks(width, QStringLiteral("64"));
  QTest::keyClick(width, Qt::Key_Return);
  QCOMPARE(integerOr(desk.project().find(camera())->values, "width", 0), std::int64_t{64});
  QTRY_VERIFY(saidIn("file.facts").contains(QStringLiteral("64 × 20 px (set by hand)")));
  auto* unit = dock->findChild<QComboBox*>(QStringLiteral("file.option.unit"));
  QVERIFY(unit);
  const int ms = unit->findText(QStringLiteral("ms"));
  QVERIFY(ms > 0);
  unit->setCurrentIndex(ms);
  Q_EMIT unit->activated(ms);
  QCOMPARE(textOr(desk.project().find(camera())->values, "options", ""), std::string("unit=ms"));
  QTRY_VERIFY(saidIn("file.facts").contains(shown(2999, "s", 6)));
  // Both are edits, which undo takes back.
  QCOMPARE(desk.bench().history().done().size(), before + 2);
  QVERIFY(desk.bench().undo());
  QVERIFY(desk.bench().undo());
  QTRY_VERIFY(saidIn("file.facts").contains(QStringLiteral("30 × 20 px")));
}

// Task 18 ----------------------------------------------------------------------------------------

void CameraTest::aLassoOfTheCloudIsWritten() {
  WindowDesk& desk = *desk_;
  drop(write("evt3", "bar.raw", events_));
  const Id image = desk.wire("bar", "Image");
  QTRY_VERIFY_WITH_TIMEOUT(eventsSeen(image) > 3000, 10'000);
  QTRY_VERIFY(saidIn("file.facts").contains(QStringLiteral("64 × 48 px")));
  desk.steps = 0;
  // 1: the tab of the cloud.
  QDockWidget* dock = desk.window->docks()->viewDock(desk.id("Cloud"));
  QTabBar* tabs = nullptr;
  int tab = -1;
  for (QTabBar* bar : desk.window->findChildren<QTabBar*>())
    for (int i = 0; i < bar->count(); ++i)
      if (bar->tabText(i) == QStringLiteral("Cloud")) tabs = bar, tab = i;
  if (tabs) {
    ++desk.steps;
    QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(tab).center());
  }
  auto* view = dock->findChild<panels::cloud::CloudView*>();
  QVERIFY2(view, "there is no OpenGL here");
  QTRY_VERIFY(view->isVisible() && view->drawnEvents() > 500);
  QCOMPARE(view->look().window, 50 * kMillisecond);  // as it is at first
  // 2: turn it.
  const QPoint middle = view->rect().center();
  ++desk.steps;
  WindowDesk::dragOn(view, middle, middle + QPoint(60, 25));
  // 3: a lasso, with Ctrl. What lies in it does so at the moment of the release.
  const QPolygonF lasso({middle + QPoint(-90, -60), middle + QPoint(20, -80),
                         middle + QPoint(70, 0), middle + QPoint(10, 70),
                         middle + QPoint(-100, 40)});
  ++desk.steps;
  QTest::mousePress(view, Qt::LeftButton, Qt::ControlModifier, lasso[0].toPoint());
  for (const QPointF& p : lasso) {
    QMouseEvent move(QEvent::MouseMove, p, view->mapToGlobal(p), Qt::NoButton, Qt::LeftButton,
                     Qt::ControlModifier);
    QApplication::sendEvent(view, &move);
  }
  QTest::mouseRelease(view, Qt::LeftButton, Qt::ControlModifier, lasso.last().toPoint());
  const auto chosen = view->eventsUnder(lasso);
  std::vector<Event> expected;
  for (const std::uint64_t event : chosen) expected.push_back(view->ring().event(event));
  QVERIFY(expected.size() > 20);
  const auto [first, last] =
      view->ring().during(view->look().now - view->look().window, view->look().now);
  QVERIFY(expected.size() < last - first);
  // 4: a name, and Enter.
  auto* path = dock->findChild<QLineEdit*>(QStringLiteral("cloud.exportPath"));
  QVERIFY(path && path->isVisible());
  const auto file = folder_.path("lasso.csv");
  ++desk.steps;
  QTest::keyClicks(path, QString::fromStdString(file.string()));
  QTest::keyClick(path, Qt::Key_Return);
  QTRY_VERIFY(std::filesystem::exists(file));
  QString why;
  const auto again = kit::openEvents("csv", file, {}, &why);
  QVERIFY2(again, qPrintable(why));
  auto written = kit::eventsLeft(*again);
  QVERIFY(written);
  // The recording's own clock stood at 5 s when the first event came.
  for (Event& e : *written) e.t += again->t0() - 5 * kSecond - events_[0].t;
  QCOMPARE(written->size(), expected.size());
  QCOMPARE(*written, expected);
  QVERIFY(desk.steps <= 4);
  desk.tell("task 18");
  // Esc forgets it.
  QTest::keyClick(view, Qt::Key_Escape);
  QVERIFY(!path->isVisible());
  QVERIFY(!view->ring().hasSelection());
}

// The player -------------------------------------------------------------------------------------

void CameraTest::thePlayerGoesByMarks() {
  WindowDesk& desk = *desk_;
  drop(write("evt3", "bar.raw", events_));
  QTRY_VERIFY_WITH_TIMEOUT(desk.now() > 300 * kMillisecond, 10'000);
  Workbench& bench = desk.bench();
  const auto stands = [&] { return bench.status().state == RunStatus::State::Paused; };
  bench.pause();
  QTRY_VERIFY(stands());
  // To a time, a slice on, a slice back.
  QVERIFY(desk.window->act("transport.rewind", {{"t", 200 * kMillisecond}}));
  QTRY_VERIFY(stands() && desk.now() == 200 * kMillisecond);
  QVERIFY(desk.window->act("player.on"));
  QTRY_VERIFY(stands() && desk.now() == 210 * kMillisecond);
  QVERIFY(desk.window->act("player.back"));
  QTRY_VERIFY(stands() && desk.now() == 200 * kMillisecond);
  // Both clocks of the file, whose first event is at 5 s of its own.
  auto* strip = desk.window->findChild<panels::timeline::TimeStrip*>();
  QVERIFY(strip && strip->isVisible());
  QTRY_VERIFY2(strip->clockWords().contains(shownFixed(0.2, 6)), qPrintable(strip->clockWords()));
  QTRY_VERIFY2(strip->clockWords().contains(QStringLiteral("5.2")),
               qPrintable(strip->clockWords()));
  // Marks and a bookmark are edits.
  const std::size_t before = bench.history().done().size();
  QVERIFY(desk.window->act("player.in"));
  QVERIFY(desk.window->act("player.bookmark"));
  QVERIFY(desk.window->act("transport.rewind", {{"t", 300 * kMillisecond}}));
  QTRY_VERIFY(stands() && desk.now() == 300 * kMillisecond);
  QVERIFY(desk.window->act("player.out"));
  QCOMPARE(bench.history().done().size(), before + 3);
  QVERIFY(desk.window->act("player.bookmarkBefore"));
  QTRY_VERIFY(stands() && desk.now() == 200 * kMillisecond);
  QVERIFY(!desk.window->act("player.bookmarkBefore"));
  // Round and round between the marks.
  QVERIFY(desk.window->act("player.loop"));
  int laps = 0;
  Time last = desk.now(), highest = 0;
  const auto counting = QObject::connect(desk.window.get(), &MainWindow::ticked, [&] {
    if (desk.now() < last) ++laps;
    last = desk.now();
    highest = std::max(highest, last);
  });
  bench.play();
  QTRY_VERIFY_WITH_TIMEOUT(laps >= 3, 20'000);
  QObject::disconnect(counting);
  QVERIFY2(highest <= 300 * kMillisecond, qPrintable(QString::number(highest)));
  QVERIFY(desk.window->act("player.loop"));
  QTRY_VERIFY_WITH_TIMEOUT(desk.now() > 400 * kMillisecond, 10'000);
  bench.pause();
  // All of it undone: the marks are gone, the strip with the recording stays.
  for (std::size_t i = bench.history().done().size(); i > before; --i) QVERIFY(bench.undo());
  for (const auto& [id, item] : desk.project().items) QVERIFY(!item.type.starts_with("project.m"));
  QVERIFY(strip->isVisible());
}

// A fast camera ----------------------------------------------------------------------------------

/// Resident memory [MB], as the kernel counts it.
double residentMb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  return 0;
}

double processorSeconds(clockid_t of) {
  timespec now{};
  clock_gettime(of, &now);
  return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

/// 25 million events a second, again and again, with picture and cloud open: the window goes on
/// being drawn, nothing is lost for want of room, and once the tapes are full memory stands.
void CameraTest::aFastCameraLoops() {
  const auto samples = kit::sampleFolder();
  if (!samples) QSKIP("SPK_SAMPLES names no folder with events/exp_evt3_sample.raw");
  WindowDesk& desk = *desk_;
  drop(*samples / "exp_evt3_sample.raw");
  const Id image = desk.wire("exp_evt3_sample", "Image");
  QVERIFY(image != Id::none);
  Edit loop{"Loop", {setting(desk.project(), camera(), "loop", Value{true})}};
  QVERIFY(desk.bench().commit(std::move(loop)));
  // Beside one another, so that both are drawn.
  QDockWidget* cloud = desk.window->docks()->viewDock(desk.id("Cloud"));
  desk.window->addDockWidget(Qt::BottomDockWidgetArea, cloud, Qt::Horizontal);
  cloud->show();
  auto* view = cloud->findChild<panels::cloud::CloudView*>();
  QVERIFY(view);
  // Until the tape of the picture forgets its oldest events, or a slow machine has had its time.
  const auto isFull = [&] {
    const Tape* tape = desk.bench().tapes().find(image);
    return tape && tape->begin() > 100 * kMillisecond;
  };
  QElapsedTimer clock;
  clock.start();
  while (clock.elapsed() < 40'000 && !(isFull() && view->drawnEvents() > 0)) QTest::qWait(20);
  QVERIFY(view->drawnEvents() > 0);
  int ticks = 0, painted = 0;
  const auto ticking = connect(desk.window.get(), &MainWindow::ticked, [&] { ++ticks; });
  const auto painting = connect(view, &VtkView::painted, [&] { ++painted; });
  const Time from = desk.now();
  const double before = residentMb(), hand = processorSeconds(CLOCK_THREAD_CPUTIME_ID),
               whole = processorSeconds(CLOCK_PROCESS_CPUTIME_ID);
  clock.restart();
  while (clock.elapsed() < 8'000) QTest::qWait(20);
  const double seconds = double(clock.elapsed()) / 1000, after = residentMb();
  const double handMs = 1000 * (processorSeconds(CLOCK_THREAD_CPUTIME_ID) - hand),
               wholeMs = 1000 * (processorSeconds(CLOCK_PROCESS_CPUTIME_ID) - whole);
  disconnect(ticking);
  disconnect(painting);
  const RunStatus& status = desk.bench().status();
  std::printf(
      "25 Mev/s looped: %.1f ticks and %.1f clouds a second; a tick takes %.0f ms of the window's "
      "thread, the program %.0f ms of processor time; %.2f of real time; the views show 1 of %llu; "
      "%llu dropped; memory %.0f → %.0f MB\n",
      ticks / seconds, painted / seconds, handMs / std::max(1, ticks), wholeMs / std::max(1, ticks),
      toSeconds(desk.now() - from) / seconds, static_cast<unsigned long long>(status.thinning),
      static_cast<unsigned long long>(status.dropped), before, after);
  QVERIFY(ticks > 0 && painted > 0);
  QVERIFY(status.thinning > 1);
  if (isFull())
    QVERIFY2(after - before < 64, qPrintable(QStringLiteral("%1 MB more").arg(after - before)));
  keep("fast");
}

// To be looked at --------------------------------------------------------------------------------

void CameraTest::keep(const char* name) {
  const QString folder = QStringLiteral(SPK_BUILD_DIR "/pictures");
  QDir().mkpath(folder);
  const QImage picture = desk_->window->grab().toImage();
  QVERIFY(picture.save(folder + QStringLiteral("/camera_%1.png").arg(QLatin1StringView(name))));
}

void CameraTest::set(const char* view, const char* key, Value value) {
  QVERIFY(desk_->bench().commit(
      {"set", {setting(desk_->project(), desk_->id(view), key, std::move(value))}}));
}

void CameraTest::everyStateIsDrawn() {
  WindowDesk& desk = *desk_;
  // A camera with pictures, inertial samples, triggers, and a pixel that fires by itself.
  FramePacket frames;
  ImuPacket imu;
  TriggerPacket triggers;
  for (int i = 0; i < 180; ++i) {
    Frame frame{i * 33 * kMillisecond, kWidth, kHeight, {}};
    for (int k = 0; k < kWidth * kHeight; ++k)
      frame.grey.push_back(static_cast<std::uint8_t>(40 + 2 * (k % kWidth) + (k / kWidth) % 16));
    frames.push_back(std::move(frame));
  }
  for (int i = 0; i < 3000; ++i)
    imu.push_back({i * 2 * kMillisecond,
                   {0.1f * float(std::sin(i * 0.02)), 0.02f, -1.f},
                   {float(20 * std::sin(i * 0.01)), float(8 * std::cos(i * 0.023)), 3.f},
                   31.4f});
  for (int i = 0; i < 12; ++i)
    triggers.push_back({i * 500 * kMillisecond, 1, std::uint8_t(i % 2 == 0)});
  std::vector<Event> events;
  for (const Event& e : events_) {
    events.push_back(e);
    if (e.t / (2 * kMillisecond) !=
        (events.size() > 1 ? events[events.size() - 2].t : 0) / (2 * kMillisecond))
      events.push_back({e.t, 60, 5, 1});
  }
  auto made = std::make_unique<kit::ListSource>(Sensor{kWidth, kHeight, "test"}, 5 * kSecond,
                                                events, triggers);
  made->add(imu, frames);
  Opened source = std::unique_ptr<EventSource>(std::move(made));
  const auto path = folder_.path("rich.aedat4");
  QVERIFY(kit::registry().fileFormat("aedat4")->write(path, source, {}));
  drop(path);
  const Id wire = desk.wire("rich", "Image");
  QTRY_VERIFY_WITH_TIMEOUT(desk.now() > 1500 * kMillisecond && eventsSeen(wire) > 1000, 20'000);
  QVERIFY(desk.window->act("player.in"));
  QVERIFY(desk.window->act("player.bookmark"));
  desk.bench().pause();
  QTRY_VERIFY(desk.bench().status().state == RunStatus::State::Paused);
  QTRY_VERIFY(saidIn("file.facts").contains(QStringLiteral("triggers")));
  keep("opened");
  auto* plot = desk.window->docks()->viewDock(desk.id("Image"))->findChild<PlotWidget*>();
  QVERIFY(plot);
  QStringList seen;
  for (const char* mode : {"polarity", "count", "balance", "time", "time_surface", "hot"}) {
    set("Image", "mode", Value{std::string(mode)});
    QTest::qWait(60);
    const QImage picture = plot->figure().image->picture;
    QVERIFY(!picture.isNull());
    picture.scaled(picture.size() * 6)
        .save(QStringLiteral(SPK_BUILD_DIR "/pictures/camera_image_%1.png")
                  .arg(QLatin1StringView(mode)));
    seen << plot->figure().facts;
  }
  QVERIFY2(seen.last().contains(QStringLiteral("1 hot")), qPrintable(seen.last()));
  set("Image", "mode", Value{std::string("polarity")});
  set("Image", "dilate", Value{std::int64_t{1}});
  // The rate with its triggers, and the inertial samples.
  for (const char* view : {"Event rate", "Inertial samples"}) {
    QDockWidget* dock = desk.window->docks()->viewDock(desk.id(view));
    QVERIFY(dock);
    desk.window->docks()->show(dock);
    auto* figure = dock->findChild<PlotWidget*>();
    QTRY_VERIFY(!figure->figure().series.empty() && !figure->figure().series[0].y.empty());
  }
  keep("rates");
  QDockWidget* rate = desk.window->docks()->viewDock(desk.id("Event rate"));
  QVERIFY(std::ranges::any_of(rate->findChild<PlotWidget*>()->figure().guides, [](const Guide& g) {
    return g.words.contains(QStringLiteral("trigger 1"));
  }));
  // The cloud by time, with a lasso, in the light theme.
  desk.window->docks()->show(desk.window->docks()->viewDock(desk.id("Cloud")));
  set("Cloud", "colour", Value{std::string("time")});
  auto* view =
      desk.window->docks()->viewDock(desk.id("Cloud"))->findChild<panels::cloud::CloudView*>();
  QVERIFY(view);
  QTRY_VERIFY(view->isVisible() && view->drawnEvents() > 0);
  keep("cloud");
  desk.window->setLight(true);
  const QPointF middle = view->rect().center();
  Q_EMIT view->outlined(QPolygonF(QRectF(middle - QPointF(80, 60), QSizeF(160, 120))));
  QTest::qWait(200);
  keep("lasso_light");
  desk.window->setLight(false);
  desk.window->resize(1280, 720);
  QTest::qWait(200);
  keep("narrow");
}

}  // namespace spk::test

using spk::test::CameraTest;
SPK_GUI_MAIN(CameraTest)
#include "camera_test.moc"
