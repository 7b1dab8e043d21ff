#include <QFile>
#include <QRgba64>
#include <QTemporaryDir>

#include "panels/flow/flowPicture.h"
#include "panels/kit/PlotPanel.h"
#include "panels/kit/Theme.h"
#include "tests/kit/PanelHarness.h"
#include "tests/kit/guiMain.h"

namespace spk {
std::vector<PanelType> panelTypes();
}
using namespace spk;
using namespace spk::panels::flow;

namespace {

/// A view of flow, wired to a node that gives some, and its tapes.
struct Scene {
  Scene() {
    const Id camera = h.put("source.event_stream", "camera", 0, 0,
                            {{"width", std::int64_t{64}}, {"height", std::int64_t{48}}});
    const Id plane = h.put("flow.plane", "plane", 200, 0);
    view = h.put("view.flow", "Flow", 400, 0);
    h.wire({camera, "out"}, {plane, "in"});
    wire = h.wire({plane, "out"}, {view, "in"});
    events = h.wire({camera, "out"}, {view, "events"});
    for (const Id id : {wire, events}) h.tapes[id] = std::make_unique<Tape>();
    for (const PanelType& type : panelTypes())
      if (type.id == "view.flow") panel = type.make(h.context, view);
    h.panels.push_back(panel.get());
    panel->widget()->resize(640, 480);
  }
  /// All to the right but a corner that goes down, in the last 20 ms before 100.
  void fill() {
    std::vector<Flow> flows;
    std::vector<Event> seen;
    for (int i = 0; i < 400; ++i) {
      const auto x = static_cast<std::uint16_t>(i % 20 * 3),
                 y = static_cast<std::uint16_t>(i / 20 * 2);
      const bool corner = x >= 40 && y >= 30;
      const Time t = 80 * kMillisecond + i * 50 * kMicrosecond;
      flows.push_back({t, x, y, corner ? 0.f : 100.f, corner ? 50.f : 0.f});
      seen.push_back({t, x, y, static_cast<std::uint8_t>(i % 2)});
    }
    h.tapes[wire]->append(std::span<const Flow>(flows));
    h.tapes[events]->append(std::span<const Event>(seen));
    h.status.now = 100 * kMillisecond;
    panel->tick(h.status.now);
  }
  void set(const char* key, Value value) {
    (void)h.document.apply({"set", {setting(h.document.project(), view, key, std::move(value))}});
    panel->tick(h.status.now + 1);
  }
  const Figure& figure() const { return qobject_cast<PlotWidget*>(panel->widget())->figure(); }

  test::PanelHarness h;
  Id view = Id::none, wire = Id::none, events = Id::none;
  std::unique_ptr<Panel> panel;
};

void keepPicture(Scene& scene, const char* name) {
  scene.panel->widget()->show();
  QVERIFY(QTest::qWaitForWindowExposed(scene.panel->widget()));
  const QString folder = QStringLiteral(SPK_BUILD_DIR "/golden/");
  QDir().mkpath(folder);
  qobject_cast<PlotWidget*>(scene.panel->widget())->grabPixels().save(folder + name + ".png");
}

}  // namespace

class FlowPanelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void cellsMeanTheirFlows() {
    const std::vector<Flow> flows = {{0, 1, 1, 10, 0}, {1, 3, 2, 30, 20}, {2, 60, 40, 5, 5}};
    const auto means = cellMeans(flows, {64, 48}, 8);
    QCOMPARE(means.size(), std::size_t{2});
    QCOMPARE(means[0].velocity.x, 20.0);
    QCOMPARE(means[0].velocity.y, 10.0);
    QCOMPARE(means[0].x, 2.5);
    QCOMPARE(cellFor({64, 48}, 8), 8);
    QCOMPARE(cellFor({1280, 720}, 8), 32);
    QVERIFY(std::abs(fastTenth(flows) - 10) < 1e-6);
    QCOMPARE(seenSensor(flows), QSize(61, 41));
  }

  void wheelColoursPixels() {
    const std::vector<Flow> flows = {{0, 1, 0, 80, 0}, {1, 2, 0, 0, 40}, {2, 2, 0, 0, 120}};
    const QImage picture = wheelPicture(flows, {4, 2}, 80, theme().plot);
    QCOMPARE(picture.pixelColor(1, 0), QColor(255, 0, 0));
    QCOMPARE(picture.pixelColor(2, 0), QColor(128, 255, 0));  // the mean is full, downwards
    QCOMPARE(picture.pixelColor(0, 0), theme().plot);
  }

  void arrowsPointWhereThingsGo() {
    Scene scene;
    scene.panel->tick(1);
    QVERIFY(scene.figure().words.contains(QStringLiteral("No flow yet")));
    scene.fill();
    const Figure& figure = scene.figure();
    QVERIFY(figure.words.isEmpty());
    QVERIFY(figure.facts.contains(QStringLiteral("flows/s")));
    QVERIFY(figure.series.size() > 30);
    int right = 0, down = 0;
    for (const Series& arrow : figure.series) {
      right += arrow.x[1] > arrow.x[0] + 1;
      down += arrow.y[1] > arrow.y[0] + 1;
    }
    QVERIFY(right > 20 && down >= 2);
    QVERIFY(figure.image && figure.image->picture.size() == QSize(64, 48));
    keepPicture(scene, "flow-arrows");
  }

  void directionsAndWheelAreShown() {
    Scene scene;
    scene.fill();
    scene.set("mode", std::string("directions"));
    const Figure& bars = scene.figure();
    QCOMPARE(bars.series.size(), std::size_t{36});
    QVERIFY(bars.series[0].y[0] > 300 && bars.series[9].y[0] > 10 && bars.series[18].y[0] == 0);
    keepPicture(scene, "flow-directions");
    scene.set("mode", std::string("wheel"));
    const QImage picture = scene.figure().image->picture;
    QCOMPARE(picture.pixelColor(0, 0), QColor(255, 0, 0));
    QVERIFY(!scene.figure().captions.empty());
    keepPicture(scene, "flow-wheel");
  }

  /// What is saved is read again, by another program's eyes where there is one.
  void savesAllFlow() {
    Scene scene;
    QTemporaryDir folder;
    const std::filesystem::path base = folder.path().toStdString();
    const auto empty = scene.panel->exportTo(base / "a.h5", {});
    QVERIFY(!empty && empty.error().what.find("no flow") != std::string::npos);
    scene.fill();
    for (const char* name : {"a.h5", "a.flow"}) {
      const auto saved = scene.panel->exportTo(base / name, {});
      QVERIFY2(saved, saved ? "" : saved.error().text().c_str());
    }
    const auto held = scene.h.registry.fileFormat("flow_h5")->open(base / "a.h5", {});
    QVERIFY(held);
    auto& source = *std::get<std::unique_ptr<EventSource>>(held.value());
    QCOMPARE(source.streams()[0].sensor.width, 64);
    Packet packet;
    QVERIFY(source.read(0, packet, std::numeric_limits<Time>::max()));
    QCOMPARE(std::get<FlowPacket>(packet).size(), std::size_t{400});
    const QImage picture(QString::fromStdString((base / "a.flow" / "000000.png").string()));
    QCOMPARE(picture.size(), QSize(64, 48));
    QCOMPARE(picture.depth(), 64);
    const QRgba64 pixel = reinterpret_cast<const QRgba64*>(picture.constScanLine(0))[3];
    QCOMPARE(pixel.red(), quint16(32768 + 10 * 128));  // 100 px/s in 100 ms
    QCOMPARE(pixel.green(), quint16(32768));
    QVERIFY(pixel.blue() != 0);
    // As CSV what is in sight, as every panel does.
    QVERIFY(scene.panel->exportTo(base / "a.csv", {}));
    QFile rows(QString::fromStdString((base / "a.csv").string()));
    QVERIFY(rows.open(QIODevice::ReadOnly));
    QVERIFY(rows.readLine().startsWith("time_ms,x,y,vx_px_per_s"));
  }
};

SPK_GUI_MAIN(FlowPanelTest)
#include "FlowPanel_test.moc"
