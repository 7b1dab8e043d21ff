#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QWidget>
#include <random>

#include "panels/kit/PlotPanel.h"
#include "panels/raster/SpikePicture.h"
#include "tests/kit/guiBench.h"
#include "tests/kit/guiMain.h"

using namespace spk;
using namespace spk::test;
using spk::panels::raster::Band;
using spk::panels::raster::SpikePicture;

namespace {

/// `rate` spikes a second of `neurons` neurons in (from, to], evenly spaced, in turn.
std::vector<Spike> evenSpikes(double rate, std::uint32_t neurons, Time from, Time to) {
  std::vector<Spike> spikes;
  std::minstd_rand turn(1);
  const auto n = static_cast<std::size_t>(toSeconds(to - from) * rate);
  for (std::size_t i = 0; i < n; ++i) {
    spikes.push_back({from + static_cast<Time>(double(i + 1) / rate * kSecond),
                      static_cast<std::uint32_t>(turn() % neurons)});
  }
  return spikes;
}

struct RasterScene {
  RasterScene() {
    e = bench.node("neuron.test", "E", {{"n", std::int64_t{800}}});
    i = bench.node("neuron.test", "I", {{"n", std::int64_t{200}}});
    view = bench.node("view.raster", "Raster");
    fromE = bench.wire("wire.signal", {e, "out"}, {view, "in"});
    fromI = bench.wire("wire.signal", {i, "out"}, {view, "in"});
    bench.wire("synapse.static", {i, "out"}, {e, "in"}, {{"weight", -0.4}});
    for (const PanelType& type : panelTypes()) {
      if (type.id == "view.raster") panel = type.make(bench.context, view);
    }
    bench.panels.push_back(panel.get());
    plot = dynamic_cast<PlotPanel*>(panel.get());
  }
  void run(Time from, Time to) {
    bench.append(fromE, evenSpikes(4500, 800, from, to));
    bench.append(fromI, evenSpikes(1100, 200, from, to));
    bench.tape(fromE).advance(to);
    bench.tape(fromI).advance(to);
  }
  GuiBench bench;
  Id e, i, view, fromE, fromI;
  std::unique_ptr<Panel> panel;
  PlotPanel* plot = nullptr;
};

}  // namespace

class RasterPanelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void paintsOnlyNewColumns() {
    Tape tape;
    SpikePicture picture;
    const SpikePicture::Scene scene{.pixels = {1000, 300},
                                    .column = 0.002,
                                    .bands = {Band{Id{5}, &tape, 1000, 0xffffff, 0, 1}}};
    constexpr Time kTick = kSecond / 30;
    std::uint64_t painted = 0, appended = 0, columns = 0;
    Time now = 0;
    for (int tick = 0; tick < 90; ++tick) {
      const auto spikes = evenSpikes(1e5, 1000, now, now + kTick);
      now += kTick;
      tape.append(std::span<const Spike>(spikes));
      tape.advance(now);
      appended += spikes.size();
      const auto right = static_cast<std::int64_t>(toSeconds(now) / 0.002);
      picture.update(scene, std::max<std::int64_t>(0, right + 1 - 1000));
      painted += picture.paintedSpikes();
      columns += static_cast<std::uint64_t>(picture.paintedColumns());
      QVERIFY2(picture.paintedColumns() <= 20,
               qPrintable(QString::number(picture.paintedColumns())));
    }
    // 3 s of 2 ms: 1500 columns, and at most one or two at each seam a second time.
    QVERIFY2(columns >= 1500 && columns < 1500 + 2 * 90, qPrintable(QString::number(columns)));
    QVERIFY2(painted >= appended && painted <= appended + 90, qPrintable(QString::number(painted)));
  }
  void aRewindPaintsAfresh() {
    Tape tape;
    SpikePicture picture;
    const SpikePicture::Scene scene{.pixels = {100, 50},
                                    .column = 0.01,
                                    .dot = 1,
                                    .bands = {Band{Id{5}, &tape, 10, 0xff0000, 0, 1}}};
    const auto spikes = evenSpikes(1000, 10, 0, kSecond / 2);
    tape.append(std::span<const Spike>(spikes));
    picture.update(scene, 0);
    const auto lit = [&](int from, int to) {
      int n = 0;
      for (int x = from; x < to; ++x) {
        for (int y = 0; y < 50; ++y) n += qRed(picture.image()->pixels().pixel(x, y)) > 100;
      }
      return n;
    };
    QVERIFY(lit(0, 50) > 0);
    QVERIFY(lit(20, 49) > 0);
    tape.cut(kSecond / 5);
    picture.update(scene, 0);
    QVERIFY(lit(0, 20) > 0);
    QCOMPARE(lit(21, 100), 0);
  }
  void hundredThousandSpikesASecondAreAllThere() {
    RasterScene scene;
    QTemporaryDir folder;
    scene.panel->widget()->resize(640, 300);
    scene.panel->widget()->show();
    QVERIFY(QTest::qWaitForWindowExposed(scene.panel->widget()));
    for (int tick = 1; tick <= 60; ++tick) {
      const Time from = (tick - 1) * kSecond / 30, to = tick * kSecond / 30;
      scene.bench.append(scene.fromE, evenSpikes(1e5, 800, from, to));
      scene.bench.tape(scene.fromE).advance(to);
      scene.panel->tick(to);
    }
    const QString path = folder.filePath(QStringLiteral("all.csv"));
    QVERIFY(scene.panel->exportTo(path.toStdString(), {}));
    QFile csv(path);
    QVERIFY(csv.open(QIODevice::ReadOnly));
    std::size_t expected = 0;
    scene.bench.tape(scene.fromE).visit<Spike>(0, 2 * kSecond + 1, [&](std::span<const Spike> s) {
      expected += s.size();
    });
    QCOMPARE(std::size_t(csv.readAll().count('\n')), expected + 1);
    QVERIFY(expected > 199'000);
  }
  void csvHoldsWhatIsVisible() {
    RasterScene scene;
    scene.run(0, 3 * kSecond);
    scene.panel->widget()->resize(640, 300);
    scene.panel->tick(3 * kSecond);
    scene.plot->zoom(Range{1.0, 1.5}, std::nullopt);
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("part.csv"));
    QVERIFY(scene.panel->exportTo(path.toStdString(), {}));
    QFile csv(path);
    QVERIFY(csv.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = csv.readAll().trimmed().split('\n');
    QCOMPARE(lines.first(), QByteArray("time_ms,population,neuron"));
    std::size_t expected = 0;
    for (const Id wire : {scene.fromE, scene.fromI}) {
      scene.bench.tape(wire).visit<Spike>(kSecond, kSecond * 3 / 2 + 1,
                                          [&](std::span<const Spike> s) { expected += s.size(); });
    }
    QCOMPARE(std::size_t(lines.size() - 1), expected);
    for (const QByteArray& line : lines.mid(1)) {
      const double ms = line.split(',').first().toDouble();
      QVERIFY2(ms >= 1000 && ms <= 1500, line.constData());
    }
  }
  void nothingNewPaintsNothing() {
    RasterScene scene;
    scene.panel->widget()->resize(640, 300);
    scene.panel->widget()->show();
    QVERIFY(QTest::qWaitForWindowExposed(scene.panel->widget()));
    scene.run(0, kSecond);
    scene.panel->tick(kSecond);
    const std::uint64_t made = scene.plot->figuresMade();
    for (int i = 0; i < 10; ++i) scene.panel->tick(kSecond);
    QCOMPARE(scene.plot->figuresMade(), made);
    scene.run(kSecond, kSecond + kMillisecond * 33);
    scene.panel->tick(kSecond + kMillisecond * 33);
    QCOMPARE(scene.plot->figuresMade(), made + 1);
  }
  void frozenStandsStillAndLosesNothing() {
    RasterScene scene;
    scene.panel->widget()->resize(640, 300);
    scene.run(0, 2 * kSecond);
    scene.panel->tick(2 * kSecond);
    scene.plot->freeze(true);
    scene.run(2 * kSecond, 32 * kSecond);
    scene.panel->tick(32 * kSecond);
    QCOMPARE(scene.plot->isFrozen(), true);
    const auto* widget = qobject_cast<PlotWidget*>(scene.panel->widget());
    QVERIFY(widget->figure().x.range.to < 2.1);
    scene.plot->freeze(false);
    QVERIFY(std::abs(widget->figure().x.range.to - 32) < 0.01);
    scene.plot->zoom(Range{2.0, 4.0}, std::nullopt);  // what passed while it was frozen
    QVERIFY(pixelsLike(widget->figure().image->raster->unrolled(),
                       scene.plot ? theme().excitatory : QColor()) > 5000);
  }
  void looksAsItShould() {
    RasterScene scene;
    scene.panel->widget()->resize(560, 340);
    scene.panel->widget()->show();
    QVERIFY(QTest::qWaitForWindowExposed(scene.panel->widget()));
    scene.run(0, 12 * kSecond + 480 * kMillisecond);
    Mark mark{.t = 11 * kSecond + 480 * kMillisecond};
    qstrncpy(mark.words, "I→E 27 → 67 nS", sizeof mark.words);
    scene.bench.append(Id::settings, std::vector<Mark>{mark});
    scene.bench.looking.cursor = 11 * kSecond + 930 * kMillisecond;
    scene.panel->tick(12 * kSecond + 480 * kMillisecond);
    QCOMPARE(scene.panel->facts(), std::string("1\u202f000 cells · 5.6\u202fkspikes/s"));
    auto* widget = qobject_cast<PlotWidget*>(scene.panel->widget());
    const QImage picture = widget->grabPixels();
    QDir().mkpath(QStringLiteral(SPK_BUILD_DIR "/golden"));
    picture.save(QStringLiteral(SPK_BUILD_DIR "/golden/raster_dark.png"));
    QVERIFY(pixelsLike(picture, theme().excitatory) > 4000);
    QVERIFY(pixelsLike(picture, theme().inhibitory) > 1000);
    QVERIFY(pixelsLike(picture, theme().cursor) > 200);
    QVERIFY(pixelsLike(picture, theme().action) > 200);
    QTemporaryDir folder;
    const QString path = QStringLiteral(SPK_BUILD_DIR "/golden/raster.svg");
    QVERIFY(scene.panel->exportTo(path.toStdString(), {.widthMm = 85, .heightMm = 60}));
    QFile svg(path);
    QVERIFY(svg.open(QIODevice::ReadOnly));
    const QByteArray text = svg.readAll();
    QVERIFY(text.contains("<text"));
    QVERIFY(text.contains("width=\"85mm\""));
    QVERIFY(text.contains("time [s]"));
  }
};

SPK_GUI_MAIN(RasterPanelTest)
#include "RasterPanel_test.moc"
