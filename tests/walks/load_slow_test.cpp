// Task 13: 1000 neurons and 100,000 synapses open at once, and a raster of 100,000 spikes a second
// stays alive for a minute. Nothing is dropped and memory is bounded; times are told, not judged.
#include <QDockWidget>
#include <QFile>
#include <QTimer>
#include <algorithm>

#include "engine/graph/ProjectFile.h"
#include "panels/kit/PlotWidget.h"
#include "tests/kit/WindowDesk.h"
#include "tests/kit/guiMain.h"

namespace spk::test {
namespace {

constexpr Time kRun = 60 * kSecond;
constexpr double kTapeMb = double(60 * 100'000 * sizeof(Spike)) / 1e6;  // a full raster

double residentMb() {
  QFile status(QStringLiteral("/proc/self/statm"));
  if (!status.open(QIODevice::ReadOnly)) return 0;
  return status.readAll().split(' ').value(1).toDouble() * 4096 / 1e6;
}

/// Counts the paints of a widget.
class Paints : public QObject {
 public:
  int n = 0;

 protected:
  bool eventFilter(QObject*, QEvent* event) override {
    n += event->type() == QEvent::Paint;
    return false;
  }
};

/// 800 and 200 neurons, each pair joined with p = 0.1, so driven that each fires at some 100 Hz.
Project busyNetwork() {
  Project project = emptyProject();
  std::uint64_t id = 2;
  const auto put = [&](const char* type, Ref from, Ref to, Values values) {
    project.items[Id{id}] = Item{Id{id}, type, {}, from, to, std::move(values)};
    return Id{id++};
  };
  const auto population = [&](const char* name, std::int64_t n, double y) {
    return put("neuron.lif_delta", {}, {},
               {{"name", std::string(name)}, {"n", n}, {"I_e", 0.0}, {"x", 260.0}, {"y", y}});
  };
  const Id e = population("E", 800, 0), i = population("I", 200, 200);
  const Id drive =
      put("source.poisson", {}, {}, {{"name", std::string("Drive")}, {"rate", 24'000.0}});
  const Id raster = put("view.raster", {}, {}, {{"name", std::string("Raster")}, {"x", 560.0}});
  for (const Id to : {e, i}) put("synapse.static", {drive, "out"}, {to, "in"}, {{"weight", 0.15}});
  for (const Id from : {e, i})
    for (const Id to : {e, i})
      put("synapse.static", {from, "out"}, {to, "in"},
          {{"weight", from == e ? 0.05 : -0.2},
           {"delay", 1.5},
           {"rule", std::string("pairwise_bernoulli")},
           {"p", 0.1}});
  for (const Id from : {e, i}) put("wire.signal", {from, "out"}, {raster, "in"}, {});
  project.nextId = id;
  return project;
}

}  // namespace

class LoadSlowTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aMinuteOfHundredThousandSpikesASecond();
};

void LoadSlowTest::aMinuteOfHundredThousandSpikesASecond() {
  WindowDesk desk;
  const auto file = desk.path("busy.spk");
  QVERIFY(save(busyNetwork(), file));
  QElapsedTimer clock;
  clock.start();
  QVERIFY(desk.window->open(file));
  QTRY_VERIFY(desk.holds(file) && desk.bench().status().synapses > 90'000);
  const auto opened = clock.elapsed();
  QCOMPARE(desk.bench().status().neurons, std::uint64_t{1000});
  QVERIFY(desk.bench().status().synapses < 110'000);

  auto* plot = desk.window->docks()->viewDock(desk.id("Raster"))->findChild<PlotWidget*>();
  QVERIFY(plot && plot->isVisible());
  Paints paints;
  // The figure fills its own child; tools and notes lie on it.
  QWidget* surface = nullptr;
  for (QWidget* child : plot->findChildren<QWidget*>(Qt::FindDirectChildrenOnly))
    if (child->size() == plot->size() && child->isVisible()) surface = child;
  QVERIFY(surface);
  surface->installEventFilter(&paints);
  qint64 longest = 0;
  QElapsedTimer beat;
  beat.start();
  QTimer timer;
  timer.setTimerType(Qt::PreciseTimer);
  connect(&timer, &QTimer::timeout, this, [&] { longest = std::max(longest, beat.restart()); });
  timer.start(5);

  desk.bench().play();
  QTRY_VERIFY(desk.now() > kSecond);
  const Time begun = desk.now();
  longest = 0;
  paints.n = 0;
  const double before = residentMb();
  clock.restart();
  QTRY_VERIFY_WITH_TIMEOUT(desk.now() >= begun + kRun, 280'000);
  const double seconds = double(clock.elapsed()) / 1e3;
  timer.stop();
  std::uint64_t spikes = 0;
  for (const char* name : {"E", "I"}) spikes += desk.spikes(desk.wire(name, "Raster"));
  const double perSecond = double(spikes) / toSeconds(std::min<Time>(desk.now(), 60 * kSecond));
  const double grown = residentMb() - before;
  std::printf(
      "task 13: open %lld ms; %.0f spikes/s of the run at %.2f × real time; raster painted %.1f "
      "times a second; longest gap of the window's loop %lld ms; memory grew by %.0f MB (a full "
      "tape: %.0f)\n",
      static_cast<long long>(opened), perSecond, toSeconds(desk.now() - begun) / seconds,
      paints.n / seconds, static_cast<long long>(longest), grown, kTapeMb);
  QVERIFY2(perSecond > 90'000 && perSecond < 130'000, qPrintable(QString::number(perSecond)));
  QCOMPARE(desk.bench().status().dropped, std::uint64_t{0});
  QVERIFY(paints.n > 60);
  QVERIFY2(grown < kTapeMb + 60, qPrintable(QString::number(grown)));
}

}  // namespace spk::test

using spk::test::LoadSlowTest;
SPK_GUI_MAIN(LoadSlowTest)
#include "load_slow_test.moc"
