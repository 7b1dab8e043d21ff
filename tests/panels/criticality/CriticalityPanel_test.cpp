#include <QSlider>
#include <QTemporaryDir>
#include <QWidget>
#include <cmath>

#include "engine/analysis/branching.h"
#include "panels/kit/PlotPanel.h"
#include "tests/kit/guiBench.h"
#include "tests/kit/guiMain.h"

using namespace spk;
using namespace spk::test;

namespace {

/// A population of 1000 whose counts per 4 ms are a branching process, wired into the view.
struct Scene {
  explicit Scene(bool connected = true) {
    e = bench.node("neuron.test", "E", {{"n", std::int64_t{1000}}});
    view = bench.node("view.criticality", "Criticality");
    if (connected) wire = bench.wire("wire.signal", {e, "out"}, {view, "in"});
    for (const PanelType& type : panelTypes())
      if (type.id == "view.criticality") panel = type.make(bench.context, view);
    bench.panels.push_back(panel.get());
    plot = dynamic_cast<PlotPanel*>(panel.get());
    panel->widget()->resize(560, 360);
    panel->widget()->show();
  }
  void run(double m, std::size_t bins, std::uint64_t seed) {
    RandomSequence neurons(randomKey(seed, 9, Purpose::Sample), 0);
    std::vector<Spike> spikes;
    for (const std::uint32_t n : branchingProcess(m, 100, bins, seed)) {
      for (std::uint32_t k = 0; k < n; ++k)
        spikes.push_back({now + kMillisecond, neurons.below(1000)});
      now += 4 * kMillisecond;
    }
    bench.append(wire, spikes);
    bench.tape(wire).advance(now);
  }
  const Figure& figure() { return panel->widget()->findChild<PlotWidget*>()->figure(); }
  /// Ticks until the words in the banner hold `words`.
  bool reaches(const QString& words) {
    return QTest::qWaitFor(
        [&] {
          panel->tick(now);
          return figure().banner && figure().banner->text.contains(words);
        },
        15'000);
  }
  double shownValue(int readout) { return figure().readouts[readout].value.toDouble(); }

  GuiBench bench;
  Id e, view, wire = Id::none;
  Time now = 0;
  std::unique_ptr<Panel> panel;
  PlotPanel* plot = nullptr;
};

}  // namespace

/// What the panel says of processes of known m, and what it says when it does not know.
class CriticalityPanelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void emptySaysWhatToConnect() {
    Scene scene(false);
    QVERIFY(scene.plot);
    scene.panel->tick(0);
    QVERIFY(!scene.panel->widget()->grab().isNull());
  }

  void saysThatDataAreMissing() {
    Scene scene;
    scene.run(0.98, 500, 1);
    QVERIFY(scene.reaches("not enough data"));
    QVERIFY2(scene.figure().banner->text.endsWith("of 5 s"),
             qPrintable(scene.figure().banner->text));
    QCOMPARE(scene.figure().banner->level, Banner::Level::Warning);
    QCOMPARE(scene.figure().readouts[0].value, QString("–"));
    QVERIFY(scene.figure().series.empty());
  }

  void findsTheKnownValue() {
    Scene scene;
    scene.run(0.98, 15'000, 2);
    QVERIFY(scene.reaches("near-critical by multistep regression"));
    QCOMPARE(scene.figure().banner->level, Banner::Level::Good);
    QVERIFY2(std::abs(scene.shownValue(0) - 0.98) < 0.012,
             qPrintable(scene.figure().readouts[0].value));
    QVERIFY(scene.figure().readouts[0].name.contains("multistep"));
    QVERIFY(scene.figure().readouts[0].below.startsWith("± 0.0"));
    QVERIFY(std::abs(scene.shownValue(1) - 0.98) < 0.01);  // all seen: naive is right
    QCOMPARE(scene.figure().readouts[1].name, QString("naive, all seen"));
    QCOMPARE(scene.figure().series.size(), std::size_t{3});
    QCOMPARE(scene.figure().series[0].look, Series::Look::Band);
    keep(scene, "full");
  }

  /// Task of the panel: with a tenth seen the naive value drops, the multistep value stays.
  void sliderHidesNeuronsFromTheNaiveValueOnly() {
    Scene scene;
    scene.run(0.98, 15'000, 3);
    QVERIFY(scene.reaches("near-critical"));
    const double all = scene.shownValue(0);
    auto* slider = scene.panel->widget()->findChild<QSlider*>("observed");
    QVERIFY(slider);
    slider->setFocus();
    for (int i = 0; i < 87; ++i) QTest::keyClick(slider, Qt::Key_Left);
    QCOMPARE(slider->value(), 113);
    const auto observed = parameterNumber(
        scene.bench.registry, *scene.bench.document.project().find(scene.view), "observed");
    QVERIFY2(std::abs(observed - 10) < 0.6, qPrintable(QString::number(observed)));
    QCOMPARE(scene.figure().readouts[0].value, QString("–"));  // nothing old under a new name
    QVERIFY(scene.reaches("near-critical"));
    QVERIFY(scene.figure().readouts[1].name.contains("10"));
    QVERIFY2(std::abs(scene.shownValue(0) - all) < 0.01,
             qPrintable(scene.figure().readouts[0].value));
    QVERIFY2(scene.shownValue(1) < 0.8, qPrintable(scene.figure().readouts[1].value));
    QVERIFY(scene.figure().readouts[1].below.contains("biased"));
    keep(scene, "tenth");
  }

  void subcriticalIsSaid() {
    Scene scene;
    scene.run(0.7, 15'000, 4);
    QVERIFY(scene.reaches("subcritical by multistep regression"));
  }

  void stillDataAreNotDrawnAgain() {
    Scene scene;
    scene.run(0.9, 5000, 5);
    QVERIFY(scene.reaches("multistep"));
    QTest::qWait(0);
    scene.panel->tick(scene.now);
    const auto made = scene.plot->figuresMade();
    for (int i = 0; i < 20; ++i) scene.panel->tick(scene.now + i);
    QCOMPARE(scene.plot->figuresMade(), made);
  }

  void rewindForgets() {
    Scene scene;
    scene.run(0.9, 5000, 6);
    QVERIFY(scene.reaches("multistep"));
    scene.bench.tape(scene.wire).cut(2 * kSecond);
    scene.now = 2 * kSecond;
    QVERIFY(scene.reaches("not enough data"));
  }

  void exportsWhatIsThere() {
    Scene scene;
    scene.run(0.95, 10'000, 7);  // never ticked: export computes by itself
    QTemporaryDir folder;
    const auto path = [&](const char* name) {
      return std::filesystem::path(folder.filePath(name).toStdString());
    };
    for (const char* name : {"a.png", "a.svg", "a.csv", "b.svg"}) {
      const auto done = scene.panel->exportTo(path(name), {});
      QVERIFY2(bool(done), done ? "" : done.error().what.c_str());
      QVERIFY(std::filesystem::file_size(path(name)) > 200);
    }
    const auto read = [&](const char* name) {
      QFile file(folder.filePath(name));
      return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    QVERIFY(read("a.svg").contains("multistep"));
    QCOMPARE(read("a.svg"), read("b.svg"));
    const auto lines = read("a.csv").split('\n');
    QCOMPARE(lines[0], QByteArray("lag_ms,slope,fit,fit_low,fit_high"));
    QVERIFY(lines.size() > 10);
    QCOMPARE(lines[1].split(',').size(), qsizetype{5});
  }

 private:
  /// For the eye: build/golden/criticality_NAME.png.
  static void keep(Scene& scene, const char* name) {
    QDir().mkpath(SPK_BUILD_DIR "/golden");
    scene.panel->widget()->grab().save(
        QString(SPK_BUILD_DIR "/golden/criticality_%1.png").arg(name));
  }
};

SPK_GUI_MAIN(CriticalityPanelTest)
#include "CriticalityPanel_test.moc"
