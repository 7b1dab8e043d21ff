// Tasks 2, 8 and 24: a network by hand, undone and redone while it runs, and run without the
// window.
#include <QAction>
#include <QProcess>
#include <QSignalSpy>
#include <cmath>
#include <ctime>
#include <fstream>

#include "engine/graph/ProjectFile.h"
#include "tests/kit/WindowDesk.h"
#include "tests/kit/guiMain.h"

namespace spk::test {
namespace {

/// The E/I network of task 2 on a blank project, counted.
void buildByHand(WindowDesk& desk) {
  desk.window->startNew();
  QTRY_VERIFY(desk.window->bench());
  QTRY_VERIFY(desk.canvas()->isVisible());
  QTest::qWait(150);  // the canvas gets its size
  desk.canvas()->setFocus();
  desk.steps = 0;
  QTest::mouseMove(desk.view(), {300, 120});
  desk.chord(Qt::Key_Tab);
  desk.choose(QStringLiteral("lif delta 800"));
  QTest::mouseMove(desk.view(), {300, 320});
  desk.chord(Qt::Key_Tab);
  desk.choose(QStringLiteral("lif delta 200"));
}

}  // namespace

class BuildTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() { desk_ = std::make_unique<WindowDesk>(); }
  void cleanup() { desk_.reset(); }

  void aNetworkByHand();
  void everyStepBackAndForthWhileItRuns();
  void undoAmongFiveHundredNodes();
  void theCommandLineGivesTheSameSpikes();

 private:
  void build();
  std::unique_ptr<WindowDesk> desk_;
  Id e_{}, i_{};
};

void BuildTest::build() {
  WindowDesk& desk = *desk_;
  buildByHand(desk);
  std::vector<Id> populations;
  for (const auto& [id, item] : desk.project().items)
    if (item.type == "neuron.lif_delta") populations.push_back(id);
  QCOMPARE(populations.size(), std::size_t{2});
  e_ = populations[0];
  i_ = populations[1];
  QCOMPARE(numberOr(desk.project().find(e_)->values, "n", 0), 800.0);
  QCOMPARE(numberOr(desk.project().find(i_)->values, "n", 0), 200.0);
  desk.chord(Qt::Key_A, Qt::ControlModifier);
  desk.drag(desk.port(e_, "out"), desk.port(i_, "in"), Qt::ShiftModifier);
  const auto wire = [&](Id from, Id to) {
    for (const auto& [id, item] : desk.project().items)
      if (item.from.item == from && item.to.item == to) return id;
    return Id::none;
  };
  for (const Id from : {e_, i_})
    for (const Id to : {e_, i_}) {
      QVERIFY(wire(from, to) != Id::none);
      QCOMPARE(textOr(desk.project().find(wire(from, to))->values, "rule", ""),
               std::string("pairwise_bernoulli"));
    }
  // Inhibition: both wires of I at once.
  desk.click(desk.middle(wire(i_, e_)));
  desk.click(desk.middle(wire(i_, i_)), Qt::ControlModifier);
  QCOMPARE(desk.bench().looking().selection.size(), std::size_t{2});
  desk.type(QStringLiteral("-6"));
  QCOMPARE(numberOr(desk.project().find(wire(i_, e_))->values, "weight", 0), -6.0);
  QCOMPARE(numberOr(desk.project().find(wire(i_, i_))->values, "weight", 0), -6.0);
  // The drive, out of an empty place.
  desk.drag(desk.port(e_, "in"), desk.space(60, 220));
  desk.choose(QStringLiteral("poisson noise"));
  Id drive{}, raster{};
  for (const auto& [id, item] : desk.project().items)
    if (item.type == "source.poisson") drive = id;
  QVERIFY(drive != Id::none && wire(drive, e_) != Id::none);
  desk.drag(desk.port(drive, "out"), desk.port(i_, "in"));
  QVERIFY(wire(drive, i_) != Id::none);
  desk.drag(desk.port(e_, "out"), desk.space(760, 160));
  desk.choose(QStringLiteral("raster"));
  for (const auto& [id, item] : desk.project().items)
    if (item.type == "view.raster") raster = id;
  QVERIFY(raster != Id::none && wire(e_, raster) != Id::none);
  desk.drag(desk.port(i_, "out"), desk.port(raster, "in"));
  QVERIFY(wire(i_, raster) != Id::none);
  desk.chord(Qt::Key_Space);
}

void BuildTest::aNetworkByHand() {
  build();
  if (QTest::currentTestFailed()) return;
  WindowDesk& desk = *desk_;
  desk.tell("task 2");
  QVERIFY(desk.steps <= 16);
  QElapsedTimer clock;
  clock.start();
  Id probe{}, ee{};
  for (const auto& [id, item] : desk.project().items) {
    if (item.from.item == e_ && item.to.item == e_) ee = id;
    if (item.from.item == e_ && item.type == "wire.signal") probe = id;
  }
  QTRY_VERIFY_WITH_TIMEOUT(desk.spikes(probe) > 0, 10'000);
  std::printf("task 2: raster moves %lld ms after Play\n", static_cast<long long>(clock.elapsed()));
  QTRY_VERIFY(desk.bench().status().realTimeFactor > 0);
  // As many synapses as 640 000 draws of p = 0.1 give: within 99.9 %, and within 0.01.
  auto answer = desk.bench().runner().ask(ee, {What::Kind::Connectivity});
  const auto snapshot = answer.get();
  QVERIFY2(snapshot, snapshot ? "" : snapshot.error().text().c_str());
  const double pairs = 800.0 * 800.0, p = static_cast<double>(snapshot.value().total) / pairs;
  QVERIFY(std::abs(p - 0.1) < 0.01);
  QVERIFY(std::abs(p - 0.1) < 3.29 * std::sqrt(0.1 * 0.9 / pairs));
  std::printf("task 2: p realised %.5f\n", p);
}

void BuildTest::everyStepBackAndForthWhileItRuns() {
  build();
  if (QTest::currentTestFailed()) return;
  WindowDesk& desk = *desk_;
  QTRY_VERIFY_WITH_TIMEOUT(desk.runs(), 10'000);
  // Plot and dock are part of it.
  Id raster{};
  for (const auto& [id, item] : desk.project().items)
    if (item.type == "view.raster") raster = id;
  QVERIFY(desk.bench().commit(
      {"Set window", {setting(desk.project(), raster, "window", Value{500.0})}}));
  const std::size_t before = desk.bench().history().done().size();
  QVERIFY(desk.window->act("view.inspector"));
  QTRY_COMPARE(desk.bench().history().done().size(), before + 1);
  const Project whole = desk.project();
  desk.canvas()->setFocus();
  desk.steps = 0;
  qint64 longest = 0;
  int undone = 0, redone = 0;
  while (desk.bench().history().canUndo()) {
    QElapsedTimer clock;
    clock.start();
    desk.chord(Qt::Key_Z, Qt::ControlModifier);
    longest = std::max(longest, clock.nsecsElapsed());
    ++undone;
    QVERIFY(undone < 100);
    if (undone % 4 == 0) QTest::qWait(40);  // the run goes on in between, and rebuilds
  }
  QCOMPARE(desk.project().items.size(), std::size_t{1});
  QVERIFY(!desk.window->docks()->viewDock(raster));
  while (desk.bench().history().canRedo()) {
    desk.chord(Qt::Key_Y, Qt::ControlModifier);
    QVERIFY(++redone < 100);
  }
  QCOMPARE(redone, undone);
  QCOMPARE(desk.project().items, whole.items);
  QVERIFY(desk.window->docks()->viewDock(raster));
  std::printf("task 8: %d steps undone, one key each, longest %.1f ms\n", undone,
              static_cast<double>(longest) / 1e6);
  // It still runs, and what it makes is seen.
  Id probe{};
  for (const auto& [id, item] : desk.project().items)
    if (item.from.item == e_ && item.type == "wire.signal") probe = id;
  const Time then = desk.now();
  QTRY_VERIFY_WITH_TIMEOUT(desk.now() > then + kSecond / 2 && desk.spikes(probe, then) > 0, 15'000);
}

/// What this thread has had of it: a busy machine does not count.
static double processorMilliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

void BuildTest::undoAmongFiveHundredNodes() {
  WindowDesk& desk = *desk_;
  desk.window->startNew();
  QTRY_VERIFY(desk.window->bench() && desk.canvas()->isVisible());
  Edit many{"Add many"};
  Id last = Id::none;
  for (int i = 0; i < 500; ++i) {
    Item node{desk.bench().context().newId(), "neuron.lif_delta"};
    node.values = {{"n", std::int64_t{1}},
                   {"name", "N" + std::to_string(i)},
                   {"x", i % 25 * 240.0},
                   {"y", i / 25 * 160.0}};
    const Id id = node.id;
    many.ops.push_back(Insert{std::move(node)});
    if (last != Id::none)
      many.ops.push_back(Insert{Item{
          desk.bench().context().newId(), "synapse.static", {}, {last, "out"}, {id, "in"}, {}}});
    last = id;
  }
  QVERIFY(desk.bench().commit(std::move(many)));
  QTRY_COMPARE_WITH_TIMEOUT(desk.bench().status().neurons, std::uint64_t{500}, 30'000);
  const auto whole = desk.project().items;
  const auto* undo = desk.window->findChild<QAction*>(QStringLiteral("edit.undo"));
  // One value, one node moved, and all of it deleted: from the key to the window drawn anew.
  const auto measure = [&](const char* what, Edit edit) {
    QVERIFY(desk.bench().commit(std::move(edit)));
    QTRY_VERIFY(undo->isEnabled() && desk.project().items != whole);
    QTest::qWait(200);
    desk.wake();
    QElapsedTimer clock;
    clock.start();
    const double before = processorMilliseconds();
    desk.chord(Qt::Key_Z, Qt::ControlModifier);
    const double done = static_cast<double>(clock.nsecsElapsed()) / 1e6;
    const double worked = processorMilliseconds() - before;
    desk.view()->repaint();
    qInfo("undo of %s among 500 nodes: %.1f ms (%.1f of the processor), drawn after %.1f ms", what,
          done, worked, static_cast<double>(clock.nsecsElapsed()) / 1e6);
    QTRY_VERIFY(desk.project().items == whole);
  };
  measure("a value", {"Set", {setting(desk.project(), last, "tau_m", Value{15.0})}});
  measure("a move", {"Move", {setting(desk.project(), last, "x", Value{15.0})}});
  Edit all{"Delete"};
  for (const auto& [id, item] : whole)
    if (item.isWire()) all.ops.push_back(Remove{item});
  for (const auto& [id, item] : whole)
    if (!item.isWire() && id != Id::settings) all.ops.push_back(Remove{item});
  measure("deleting all", std::move(all));
}

void BuildTest::theCommandLineGivesTheSameSpikes() {
  WindowDesk& desk = *desk_;
  const auto file = desk.ownDemo("ei_balance");
  QVERIFY(desk.window->open(file));
  QTRY_VERIFY(desk.holds(file));
  QTRY_VERIFY(desk.bench().status().state == RunStatus::State::Paused);
  const Edit shorter{"Shorter",
                     {setting(desk.project(), Id::settings, "duration", Value{1.0}),
                      setting(desk.project(), Id::settings, "pace", Value{0.0})}};
  QVERIFY(desk.bench().commit(shorter));
  QVERIFY(desk.window->act("file.save"));
  QTRY_VERIFY(!desk.bench().isEdited());
  // A moment of run before: recording begins at 0 all the same.
  QVERIFY(desk.window->act("transport.play"));
  QTRY_VERIFY(desk.now() > kSecond / 10);
  const auto recorded = desk.path("window.h5"), ran = desk.path("cli.h5");
  QVERIFY(desk.window->act("transport.record", {{"path", recorded.string()}}));
  QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(recorded) && !desk.bench().status().recording,
                           30'000);
  QProcess cli;
  cli.start(QStringLiteral(SPK_BUILD_DIR "/bin/spikarium"),
            {QStringLiteral("run"), QString::fromStdString(file.string()), QStringLiteral("-o"),
             QString::fromStdString(ran.string())});
  QVERIFY2(cli.waitForFinished(60'000) && cli.exitCode() == 0,
           cli.readAllStandardError().constData());
  // The spikes of both, read by a third hand.
  const auto dump = [](const std::filesystem::path& h5) {
    QProcess reader;
    reader.start(QStringLiteral("h5dump"), {QStringLiteral("-g"), QStringLiteral("/spikes"),
                                            QString::fromStdString(h5.string())});
    reader.waitForFinished(60'000);
    const QByteArray text = reader.readAllStandardOutput();
    return text.mid(text.indexOf('\n'));  // the first line is the file's name
  };
  std::ifstream a(recorded, std::ios::binary), b(ran, std::ios::binary);
  const std::string first((std::istreambuf_iterator<char>(a)), {}),
      second((std::istreambuf_iterator<char>(b)), {});
  if (first != second) {
    const QByteArray left = dump(recorded), right = dump(ran);
    QVERIFY2(left.size() > 1000, "h5dump is needed to compare the spike data sets");
    QCOMPARE(left, right);
  }
  QVERIFY(first.size() > 10'000);
  std::printf("task 24: 1 command; %s\n",
              first == second ? "the files are equal" : "the spike data sets are equal");
}

}  // namespace spk::test

using spk::test::BuildTest;
SPK_GUI_MAIN(BuildTest)
#include "build_test.moc"
