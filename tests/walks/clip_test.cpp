// Task 19: a noisy bar is cleaned, its flow estimated and compared, and what lies between the marks
// saved as a film and as events, which open again.
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QMimeData>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/ExportDesk.h"
#include "engine/graph/ProjectFile.h"
#include "engine/run/openFile.h"
#include "panels/kit/acts.h"
#include "tests/kit/WindowDesk.h"
#include "tests/kit/guiMain.h"

namespace spk::test {
namespace {

constexpr double kSpeed = 100;  // px/s, to the right
constexpr Id kFlowProbe{900'000};

/// A bar that crosses a synthetic camera with noise, and a view of what it sees.
Project noisyBar() {
  Project project = emptyProject();
  const auto put = [&](std::uint64_t id, const char* type, const char* name, double x, double y,
                       Values values = {}) {
    values["name"] = std::string(name);
    values["x"] = x;
    values["y"] = y;
    project.items[Id{id}] = {Id{id}, type, {}, {}, {}, std::move(values)};
  };
  put(2, "source.synthetic_camera", "camera", 60, 60, {{"speed", kSpeed}, {"noise_rate", 2.0}});
  put(3, "view.image", "before", 700, 60);
  project.items[Id{4}] = {Id{4}, "wire.signal", {}, {Id{2}, "out"}, {Id{3}, "in"}, {}};
  project.nextId = 5;
  return project;
}

std::uint64_t countOf(const WindowDesk& desk, const std::string& name) {
  std::uint64_t sum = 0;
  if (const Tape* tape = desk.bench().tapes().find(desk.id(name)))
    tape->visit<Count>(0, tape->end() + 1, [&](std::span<const Count> counts) {
      for (const Count& count : counts) sum += count.n;
    });
  return sum;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

class ClipTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aNoisyBarIsCleanedMeasuredAndSaved();
  void whatIsExportedCanBeStopped();

 private:
  /// Where the run is: by the player's key, or, in a window without one, as the item that it
  /// writes.
  static void mark(WindowDesk& desk, const std::string& which);
  /// A node from the palette, let go over a wire: it is led through.
  static void dropOn(WindowDesk& desk, const char* type, QPoint at);
};

void ClipTest::dropOn(WindowDesk& desk, const char* type, QPoint at) {
  ++desk.steps;
  QMimeData mime;
  mime.setData(QString::fromLatin1(kNodeTypeMime), droppedType(type, {}));
  QDragEnterEvent enter(at, Qt::CopyAction, &mime, Qt::LeftButton, {});
  QApplication::sendEvent(desk.view(), &enter);
  QDragMoveEvent move(at, Qt::CopyAction, &mime, Qt::LeftButton, {});
  QApplication::sendEvent(desk.view(), &move);
  QDropEvent drop(at, Qt::CopyAction, &mime, Qt::LeftButton, {});
  QApplication::sendEvent(desk.view(), &drop);
  QVERIFY(drop.isAccepted());
}

void ClipTest::aNoisyBarIsCleanedMeasuredAndSaved() {
  WindowDesk desk;
  const auto file = desk.path("bar.spk");
  QVERIFY(save(noisyBar(), file));
  QVERIFY(desk.window->open(file, MainWindow::Begin::Playing));
  QTRY_VERIFY(desk.holds(file));
  QTRY_VERIFY_WITH_TIMEOUT(desk.now() > 100 * kMillisecond, 20'000);
  QTest::qWait(150);  // the canvas fits what it shows once it has its size
  desk.canvas()->setFocus();
  desk.steps = 0;

  // The filter onto the wire, the flow into space behind it.
  dropOn(desk, "filter.background_activity", desk.middle(Id{4}));
  Id filter{}, flow{};
  for (const auto& [id, item] : desk.project().items)
    if (item.type == "filter.background_activity") filter = id;
  QVERIFY(filter != Id::none);
  const std::string cleaner = itemPath(desk.project(), filter);
  QVERIFY(desk.wire("camera", cleaner) != Id::none && desk.wire(cleaner, "before") != Id::none);
  desk.drag(desk.port(filter, "out"), desk.space(420, desk.view()->height() - 80));
  desk.choose(QStringLiteral("local planes"));
  for (const auto& [id, item] : desk.project().items)
    if (item.type == "flow.plane") flow = id;
  QVERIFY(flow != Id::none);
  const int added = desk.steps;
  QVERIFY(desk.bench().runner().attach({kFlowProbe, {flow, "out"}}, Signal::Flow));

  // From IN to OUT.
  QTRY_VERIFY_WITH_TIMEOUT(desk.bench().tapes().find(flow) && countOf(desk, cleaner) > 0, 20'000);
  const Time in = desk.now() + 100 * kMillisecond;
  QTRY_VERIFY_WITH_TIMEOUT(desk.now() > in, 20'000);
  desk.chord(Qt::Key_F7, Qt::ControlModifier);
  QTRY_VERIFY_WITH_TIMEOUT(desk.now() > in + 400 * kMillisecond, 20'000);
  desk.chord(Qt::Key_F8, Qt::ControlModifier);

  // Before and after stand on the nodes; noise is gone, the bar is not.
  const std::uint64_t before = countOf(desk, "camera"), after = countOf(desk, cleaner);
  QVERIFY2(after > before / 4 && after < before,
           qPrintable(QStringLiteral("%1 → %2 events").arg(before).arg(after)));
  auto* ring = std::get_if<Ring<Flow>>(desk.bench().runner().channel(kFlowProbe));
  QVERIFY(ring);
  std::vector<Flow> flows(1 << 16);
  flows.resize(ring->pop(flows));
  QVERIFY2(flows.size() > 100, qPrintable(QString::number(flows.size())));
  std::vector<double> errors, angles;
  for (const Flow& f : flows) {
    errors.push_back(std::hypot(f.vx - kSpeed, f.vy) / kSpeed);
    angles.push_back(std::abs(std::atan2(f.vy, f.vx)) * 180 / std::numbers::pi);
  }
  const double error = median(errors), angle = median(angles);
  QVERIFY2(error < 0.1 && angle < 10,
           qPrintable(QStringLiteral("median error %1 %, %2°").arg(100 * error).arg(angle)));

  // Both into files beside the project; the filter is selected, the view at the front.
  desk.bench().select({filter});
  desk.window->docks()->viewDock(Id{3})->raise();
  desk.chord(Qt::Key_E, Qt::ControlModifier | Qt::AltModifier | Qt::ShiftModifier);
  QVERIFY(desk.window->exports()->isBusy());
  QTRY_VERIFY_WITH_TIMEOUT(!desk.window->exports()->isBusy(), 120'000);
  const auto clip = desk.path("bar_clip.h5");
  QVERIFY(std::filesystem::exists(clip));
  const auto again = openFile(clip, {}, desk.registry);
  QVERIFY2(again, again ? "" : again.error().text().c_str());
  EventSource& source = *std::get<std::unique_ptr<EventSource>>(again.value().content);
  Packet packet = EventPacket();
  QVERIFY(source.read(0, packet, std::numeric_limits<Time>::max()));
  const auto& events = std::get<EventPacket>(packet);
  QVERIFY(events.size() > 500);
  const Item* marks = nullptr;
  for (const auto& [id, item] : desk.project().items)
    if (item.type == "project.marks") marks = &item;
  QVERIFY(marks);
  const Time from = fromMilliseconds(numberOr(marks->values, "in", 0)),
             to = fromMilliseconds(numberOr(marks->values, "out", 0));
  QVERIFY(from >= in && to > from + 300 * kMillisecond);
  QVERIFY(source.t0() >= from && source.t0() + events.t.back() < to);
  // With ffmpeg a film, without it its pictures.
  const bool film = std::filesystem::exists(desk.path("bar_clip.mp4"));
  const bool pictures = std::filesystem::exists(desk.path("bar_clip/frame_000001.png"));
  QVERIFY(film != pictures);
  if (pictures) {
    const QImage first(desk.folder.filePath(QStringLiteral("bar_clip/frame_000001.png"))),
        later(desk.folder.filePath(QStringLiteral("bar_clip/frame_000008.png")));
    QCOMPARE(first.size(), QSize(1280, 720));
    QVERIFY(!later.isNull() && first != later);
  }
  QCOMPARE(added, 3);
  QVERIFY2(desk.steps <= 6, qPrintable(QString::number(desk.steps)));
  desk.tell("task 19");
  std::printf("task 19: median flow error %.1f %%, %.2f degrees; %llu of %llu events kept\n",
              100 * error, angle, static_cast<unsigned long long>(after),
              static_cast<unsigned long long>(before));
}

/// Film and events: each shows as a job, and its button ends it without a trace.
void ClipTest::whatIsExportedCanBeStopped() {
  WindowDesk desk;
  const auto file = desk.path("bar.spk");
  QVERIFY(save(noisyBar(), file));
  QVERIFY(desk.window->open(file));
  QTRY_VERIFY(desk.holds(file));
  QTRY_VERIFY(!desk.bench().isBuilding());
  const auto stop = [&](const std::string& title) {
    for (const JobStatus& job : desk.jobs.list())
      if (job.title.starts_with(title) && job.control->progress() > 0)
        return job.control->stop(), true;
    return false;
  };
  const Values film = {{"path", desk.path("film.png").string()},
                       {"item", std::int64_t{3}},
                       {"to", std::int64_t{100 * kSecond}}};
  QVERIFY(desk.window->act("file.exportFilm", film));
  QVERIFY(!desk.window->act("file.exportFilm", film));  // one at a time
  QTRY_VERIFY(std::filesystem::exists(desk.path("film/frame_000002.png")));
  QTRY_VERIFY(stop("film"));
  QTRY_VERIFY(!desk.window->exports()->isBusy());
  QVERIFY(!std::filesystem::exists(desk.path("film")));
  QVERIFY(!desk.runs());

  const auto csv = desk.path("long.csv");
  QVERIFY(desk.window->act(
      "file.exportEvents",
      {{"path", csv.string()}, {"item", std::int64_t{2}}, {"to", std::int64_t{10'000 * kSecond}}}));
  QTRY_VERIFY_WITH_TIMEOUT(stop("export events"), 20'000);
  QTRY_VERIFY_WITH_TIMEOUT(!desk.window->exports()->isBusy(), 20'000);
  QVERIFY(!std::filesystem::exists(csv));
  // What carries no events is said at once.
  QVERIFY(
      !desk.window->act("file.exportEvents", {{"path", csv.string()}, {"item", std::int64_t{1}}}));
}

}  // namespace spk::test

using spk::test::ClipTest;
SPK_GUI_MAIN(ClipTest)
#include "clip_test.moc"
