#include <QFile>
#include <QTemporaryDir>

#include "panels/kit/PlotPanel.h"
#include "tests/kit/guiBench.h"
#include "tests/kit/guiData.h"
#include "tests/kit/guiMain.h"

using namespace spk;
using namespace spk::test;

namespace {

struct TraceScene {
  explicit TraceScene(const char* port = "V") {
    cell = bench.node("neuron.test", "E");
    view = bench.node("view.traces", "Traces");
    wire = bench.wire("wire.signal", {cell, port}, {view, "in"});
    for (const PanelType& type : panelTypes()) {
      if (type.id == "view.traces") panel = type.make(bench.context, view);
    }
    bench.panels.push_back(panel.get());
    panel->widget()->resize(600, 300);
  }
  const Figure& figure() { return qobject_cast<PlotWidget*>(panel->widget())->figure(); }
  GuiBench bench;
  Id cell, view, wire;
  std::unique_ptr<Panel> panel;
};

}  // namespace

class TracesPanelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void showsThreeNeuronsWithUnitAndThreshold() {
    TraceScene scene;
    scene.bench.append(scene.wire, climbs(4, 0, kSecond));
    scene.panel->tick(kSecond);
    QCOMPARE(scene.figure().series.size(), std::size_t{3});
    QCOMPARE(scene.figure().y.label, QStringLiteral("V [mV]"));
    QCOMPARE(scene.figure().guides.size(), std::size_t{1});
    QCOMPARE(scene.figure().guides.front().at, 20.0);
    QVERIFY(scene.figure().y.range.from <= 0 && scene.figure().y.range.to > 20);
    QCOMPARE(scene.figure().series.front().name, QStringLiteral("E 0"));
  }
  void chosenNeuronsAreAllShownUpToTwelve() {
    TraceScene scene;
    scene.bench.set(scene.view, "neurons", std::string("0-15"));
    scene.bench.append(scene.wire, climbs(16, 0, kSecond));
    scene.panel->tick(kSecond);
    QCOMPARE(scene.figure().series.size(), std::size_t{12});
    QVERIFY(scene.panel->facts().find("of 16") != std::string::npos);
  }
  void thinningKeepsPeaks() {
    TraceScene scene;
    std::vector<Sample> samples;
    for (int i = 1; i <= 500000; ++i)
      samples.push_back({i * kMicrosecond, 0, i == 250017 ? 70.f : 0.f});
    scene.bench.append(scene.wire, samples);
    scene.panel->tick(kSecond / 2);
    const Series& line = scene.figure().series.front();
    QVERIFY2(line.x.size() < 4 * 700, qPrintable(QString::number(line.x.size())));
    QCOMPARE(*std::ranges::max_element(line.y), 70.0);
  }
  void csvHoldsEverySample() {
    TraceScene scene;
    scene.bench.append(scene.wire, climbs(3, 0, kSecond));
    scene.panel->tick(kSecond);
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("v.csv"));
    QVERIFY(scene.panel->exportTo(path.toStdString(), {}));
    QFile csv(path);
    QVERIFY(csv.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = csv.readAll().trimmed().split('\n');
    QCOMPARE(lines.first(), QByteArray("time_s,name,V_mV"));
    // 500 ms at 0.5 ms, both ends: 1001 samples of three neurons.
    QCOMPARE(lines.size() - 1, qsizetype{3 * 1001});
  }
};

SPK_GUI_MAIN(TracesPanelTest)
#include "TracesPanel_test.moc"
