// What every panel that shows data must do: opens empty and says what to connect, opens with data,
// exports, floats and docks again, rests when nothing changes, in both themes and by both painters.
#include <QDir>
#include <QDockWidget>
#include <QFile>
#include <QLabel>
#include <QMainWindow>
#include <QPushButton>
#include <QTemporaryDir>
#include <set>

#include "panels/kit/PlotPanel.h"
#include "tests/kit/guiBench.h"
#include "tests/kit/guiData.h"
#include "tests/kit/guiMain.h"

using namespace spk;
using namespace spk::test;

namespace {

constexpr Time kNow = 3 * kSecond;

/// A type of node that gives such a signal.
const char* sourceOf(Signal signal) {
  return signal == Signal::Events ? "source.test"
         : signal == Signal::Flow ? "flow.test"
                                  : "neuron.test";
}

/// A view of one type with what it is wired to.
struct ViewScene {
  ViewScene(const PanelType& type, bool wired) {
    view = bench.node(type.id, "View");
    if (wired) connect(type.accepts.front());
    panel = type.make(bench.context, view);
    bench.panels.push_back(panel.get());
  }
  void connect(Signal signal) {
    if (signal == Signal::Events || signal == Signal::Flow) {
      const Id camera = bench.node(sourceOf(signal), "Camera");
      wires.push_back(bench.wire("wire.signal", {camera, "out"}, {view, "in"}));
    } else {
      const char* port = signal == Signal::Trace ? "V" : "out";
      const Id e = bench.node("neuron.test", "E", {{"n", std::int64_t{800}}});
      const Id i = bench.node("neuron.test", "I", {{"n", std::int64_t{200}}});
      bench.wire("synapse.static", {i, "out"}, {e, "in"}, {{"weight", -1.0}});
      wires.push_back(bench.wire("wire.signal", {e, port}, {view, "in"}));
      wires.push_back(bench.wire("wire.signal", {i, port}, {view, "in"}));
    }
    fill(signal, 0, kNow);
  }
  void fill(Signal signal, Time from, Time to) {
    for (std::size_t k = 0; k < wires.size(); ++k) {
      if (signal == Signal::Spikes)
        bench.append(wires[k], waves(k ? 1100 : 4500, k ? 200 : 800, from, to));
      if (signal == Signal::Trace) bench.append(wires[k], climbs(k ? 1 : 3, from, to));
      if (signal == Signal::Events) bench.append(wires[k], turningBar(2e5, from, to));
      if (signal == Signal::Flow) bench.append(wires[k], turningFlow(2e5, from, to));
      bench.tape(wires[k]).advance(to);
    }
    bench.status.now = to;
  }
  GuiBench bench;
  Id view = Id::none;
  std::vector<Id> wires;
  std::unique_ptr<Panel> panel;
};

const PanelType& typeOf(const QString& id) {
  static const std::vector<PanelType> types = panelTypes();
  return *std::ranges::find(types, id.toStdString(), &PanelType::id);
}

void everyType() {
  QTest::addColumn<QString>("id");
  for (const PanelType& type : panelTypes())
    QTest::newRow(type.id.c_str()) << QString::fromStdString(type.id);
}

QImage pictureOf(QWidget* widget) {
  if (auto* plot = qobject_cast<PlotWidget*>(widget)) return plot->grabPixels();
  return widget->grab().toImage();
}

void expose(Panel& panel, QSize size = {520, 320}) {
  panel.widget()->resize(size);
  panel.widget()->show();
  QVERIFY(QTest::qWaitForWindowExposed(panel.widget()));
}

/// Different colours in a picture, up to a hundred.
int colours(const QImage& picture) {
  std::set<QRgb> found;
  for (int y = 0; y < picture.height(); ++y) {
    for (int x = 0; x < picture.width() && found.size() < 100; ++x)
      found.insert(picture.pixel(x, y));
  }
  return static_cast<int>(found.size());
}

}  // namespace

class ContractTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() { setTheme(ThemeKind::Dark); }

  void isDescribed_data() { everyType(); }
  void isDescribed() {
    QFETCH(QString, id);
    const GuiBench bench;
    const NodeType* type = bench.registry.nodeType(id.toStdString());
    QVERIFY(type);
    QCOMPARE(type->role, Role::View);
    const Port* in = type->shape.port("in");
    QVERIFY(in && in->input);
    QVERIFY(!typeOf(id).accepts.empty());
    QCOMPARE(in->signal, typeOf(id).accepts.front());
  }

  void opensEmptyAndSaysWhatToConnect_data() { everyType(); }
  void opensEmptyAndSaysWhatToConnect() {
    QFETCH(QString, id);
    ViewScene scene(typeOf(id), false);
    expose(*scene.panel);
    scene.panel->tick(0);
    QLabel* words = nullptr;
    for (QLabel* label : scene.panel->widget()->findChildren<QLabel*>()) {
      if (label->isVisible() && label->text().contains(QStringLiteral("connected"))) words = label;
    }
    QVERIFY2(words, "an empty view says what to connect");
    QPushButton* button = nullptr;
    for (QPushButton* found : scene.panel->widget()->findChildren<QPushButton*>()) {
      if (found->isVisible()) button = found;
    }
    QVERIFY(button);
    // Nothing to connect: the button shows the node. Then something appears, and the button wires
    // it.
    button->click();
    QCOMPARE(scene.bench.acts.size(), std::size_t{1});
    QCOMPARE(scene.bench.acts.front().first, std::string("graph.reveal"));
    scene.bench.node(sourceOf(typeOf(id).accepts.front()), "Source");
    QVERIFY2(button->text().contains(QStringLiteral("Source")), qPrintable(button->text()));
    button->click();
    const auto& items = scene.bench.document.project().items;
    QVERIFY(std::ranges::any_of(
        items, [&](const auto& entry) { return entry.second.to.item == scene.view; }));
    QTRY_VERIFY(!words->isVisible());
  }

  void opensWithData_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<int>("painter");
    QTest::addColumn<int>("kind");
    for (const PanelType& type : panelTypes()) {
      for (const Painter painter : {Painter::Qt, Painter::ImGui}) {
        for (const ThemeKind kind : {ThemeKind::Dark, ThemeKind::Light}) {
          const QString id = QString::fromStdString(type.id);
          const QByteArray name = (id + (painter == Painter::Qt ? "-qpainter" : "-imgui") +
                                   (kind == ThemeKind::Dark ? "-dark" : "-light"))
                                      .toUtf8();
          QTest::newRow(name.constData()) << id << int(painter) << int(kind);
        }
      }
    }
  }
  void opensWithData() {
    QFETCH(QString, id);
    QFETCH(int, painter);
    QFETCH(int, kind);
    setTheme(static_cast<ThemeKind>(kind));
    choosePainter(static_cast<Painter>(painter));
    ViewScene scene(typeOf(id), true);
    expose(*scene.panel);
    scene.panel->tick(kNow);
    QTRY_VERIFY(colours(pictureOf(scene.panel->widget())) > 2);
    const QString folder = QStringLiteral(SPK_BUILD_DIR "/golden");
    QDir().mkpath(folder);
    pictureOf(scene.panel->widget())
        .save(folder + u'/' + QString::fromUtf8(QTest::currentDataTag()) + QStringLiteral(".png"));
    choosePainter(std::nullopt);
  }

  void exports_data() { everyType(); }
  void exports() {
    QFETCH(QString, id);
    ViewScene scene(typeOf(id), true);
    expose(*scene.panel);
    scene.panel->tick(kNow);
    QTemporaryDir folder;
    const std::filesystem::path base = folder.filePath(QStringLiteral("figure")).toStdString();
    const auto png =
        scene.panel->exportTo(base.string() + ".png", {.widthMm = 100, .heightMm = 60, .dpi = 96});
    QVERIFY2(png, png ? "" : png.error().text().c_str());
    const QImage picture(QString::fromStdString(base.string() + ".png"));
    QCOMPARE(picture.size(), QSize(378, 227));
    QVERIFY(colours(picture) > 2);
    const auto csv = scene.panel->exportTo(base.string() + ".csv", {});
    QVERIFY2(csv, csv ? "" : csv.error().text().c_str());
    QFile rows(QString::fromStdString(base.string() + ".csv"));
    QVERIFY(rows.open(QIODevice::ReadOnly));
    QVERIFY(rows.readLine().contains(','));  // what the rows hold is each panel's own test
    const auto odd = scene.panel->exportTo(base.string() + ".xyz", {});
    QVERIFY(!odd);
    QVERIFY2(QString::fromStdString(odd.error().what).contains(QStringLiteral(".png")),
             odd.error().what.c_str());
    if (!dynamic_cast<PlotPanel*>(scene.panel.get())) return;
    for (const char* ending : {".svg", ".pdf"}) {
      const auto saved =
          scene.panel->exportTo(base.string() + ending, {.widthMm = 85, .heightMm = 60});
      QVERIFY2(saved, saved ? "" : saved.error().text().c_str());
      QFile file(QString::fromStdString(base.string() + ending));
      QVERIFY(file.open(QIODevice::ReadOnly));
      QVERIFY(file.size() > 500);
    }
    const auto nowhere = scene.panel->exportTo("/nowhere/at/all.svg", {});
    QVERIFY(!nowhere && nowhere.error().where == "/nowhere/at/all.svg");
  }

  void floatsAndDocksAgain_data() { everyType(); }
  void floatsAndDocksAgain() {
    QFETCH(QString, id);
    for (const Painter painter : {Painter::Qt, Painter::ImGui}) {
      choosePainter(painter);
      ViewScene scene(typeOf(id), true);
      QMainWindow window;
      window.setCentralWidget(new QWidget);
      auto* dock = new QDockWidget(QStringLiteral("View"), &window);
      dock->setWidget(scene.panel->widget());
      window.addDockWidget(Qt::BottomDockWidgetArea, dock);
      window.resize(800, 600);
      window.show();
      QVERIFY(QTest::qWaitForWindowExposed(&window));
      scene.panel->tick(kNow);
      QTRY_VERIFY(colours(pictureOf(scene.panel->widget())) > 2);
      for (const bool floating : {true, false, true, false}) {
        dock->setFloating(floating);
        QTRY_COMPARE(dock->isFloating(), floating);
        scene.fill(typeOf(id).accepts.front(), scene.bench.status.now,
                   scene.bench.status.now + 50 * kMillisecond);
        scene.panel->tick(scene.bench.status.now);
        QTRY_VERIFY(colours(pictureOf(scene.panel->widget())) > 2);
      }
      choosePainter(std::nullopt);
      scene.panel.reset();  // first the panel, then its dock
    }
  }

  void theDockMayGoFirst_data() { everyType(); }
  void theDockMayGoFirst() {
    QFETCH(QString, id);
    ViewScene scene(typeOf(id), true);
    auto dock = std::make_unique<QDockWidget>();
    dock->setWidget(scene.panel->widget());
    dock->show();
    QVERIFY(QTest::qWaitForWindowExposed(dock.get()));
    scene.panel->tick(kNow);
    dock.reset();
    QVERIFY(!scene.panel->widget());
    scene.panel->tick(kNow + 1);
    scene.panel->edited({});
  }

  void losingTheSourceIsNoAccident_data() { everyType(); }
  void losingTheSourceIsNoAccident() {
    QFETCH(QString, id);
    ViewScene scene(typeOf(id), true);
    expose(*scene.panel);
    scene.panel->tick(kNow);
    const Project before = scene.bench.document.project();
    Edit edit{"remove"};
    for (const Id wire : scene.wires) edit.ops.emplace_back(Remove{*before.find(wire)});
    QVERIFY(scene.bench.document.apply(edit));
    scene.bench.tapes.clear();
    scene.panel->tick(kNow + 1);
    QVERIFY(scene.bench.document.apply(inverse(edit)));
    scene.panel->tick(kNow + 2);
    for (const Id wire : scene.wires) (void)scene.bench.tape(wire);
    scene.fill(typeOf(id).accepts.front(), 0, kNow);
    scene.panel->tick(kNow + 3);
    QTRY_VERIFY(colours(pictureOf(scene.panel->widget())) > 2);
  }
};

SPK_GUI_MAIN(ContractTest)
#include "contract_test.moc"
