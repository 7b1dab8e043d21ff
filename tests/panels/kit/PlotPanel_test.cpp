// What a user does with mouse and keys in a plot.
#include "panels/kit/PlotPanel.h"

#include <QToolButton>
#include <QWheelEvent>

#include "tests/kit/guiBench.h"
#include "tests/kit/guiData.h"
#include "tests/kit/guiMain.h"

using namespace spk;
using namespace spk::test;

namespace {

struct PlotScene {
  explicit PlotScene(Painter painter) {
    choosePainter(painter);
    const Id e = bench.node("neuron.test", "E");
    view = bench.node("view.rate", "Rates");
    wire = bench.wire("wire.signal", {e, "out"}, {view, "in"});
    for (const PanelType& type : panelTypes()) {
      if (type.id == "view.rate") panel = type.make(bench.context, view);
    }
    choosePainter(std::nullopt);
    plot = dynamic_cast<PlotPanel*>(panel.get());
    widget = qobject_cast<PlotWidget*>(panel->widget());
    widget->resize(600, 300);
    widget->QWidget::show();
    bench.append(wire, waves(3000, 100, 0, 5 * kSecond));
    bench.tape(wire).advance(5 * kSecond);
    panel->tick(5 * kSecond);
  }
  QPoint at(double share) const {
    const QRectF box = widget->figure().plotBox();
    return (box.topLeft() + QPointF(share * box.width(), box.height() / 2)).toPoint();
  }
  void wheel(double share, int notches, Qt::KeyboardModifiers modifiers = {}) {
    const QPoint place = at(share);
    QWheelEvent event(QPointF(place), QPointF(widget->surface()->mapToGlobal(place)), {},
                      {0, 120 * notches}, Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
    QApplication::sendEvent(widget->surface(), &event);
  }
  Range x() const { return widget->figure().x.range; }
  GuiBench bench;
  Id view, wire;
  std::unique_ptr<Panel> panel;
  PlotPanel* plot = nullptr;
  PlotWidget* widget = nullptr;
};

void bothPainters() {
  QTest::addColumn<int>("painter");
  QTest::newRow("qpainter") << int(Painter::Qt);
  QTest::newRow("imgui") << int(Painter::ImGui);
}

}  // namespace

class PlotPanelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void theWheelChangesHowMuchIsSeenAndFollowsOn_data() { bothPainters(); }
  void theWheelChangesHowMuchIsSeenAndFollowsOn() {
    QFETCH(int, painter);
    PlotScene scene(static_cast<Painter>(painter));
    QVERIFY(QTest::qWaitForWindowExposed(scene.widget));
    QCOMPARE(scene.x(), (Range{3, 5}));
    scene.wheel(0.9, 1);
    QVERIFY(scene.plot->isFollowing());
    QVERIFY(std::abs(scene.x().length() - 1.6) < 1e-9 && scene.x().to == 5);
    scene.wheel(0.9, -2);
    QVERIFY(std::abs(scene.x().length() - 2.5) < 1e-9);
    scene.wheel(0.5, 1, Qt::ShiftModifier);  // the other axis
    QVERIFY(std::abs(scene.x().length() - 2.5) < 1e-9);
    QVERIFY(scene.widget->figure().zoomY.has_value());
  }
  void aDragZoomsToItsBoxAndADoubleClickGoesBack_data() { bothPainters(); }
  void aDragZoomsToItsBoxAndADoubleClickGoesBack() {
    QFETCH(int, painter);
    PlotScene scene(static_cast<Painter>(painter));
    QVERIFY(QTest::qWaitForWindowExposed(scene.widget));
    QWidget* surface = scene.widget->surface();
    QTest::mousePress(surface, Qt::LeftButton, {}, scene.at(0.25));
    QTest::mouseMove(surface, scene.at(0.4));
    QTest::mouseMove(surface, scene.at(0.5));
    QVERIFY(scene.widget->figure().selecting.has_value());
    QTest::mouseRelease(surface, Qt::LeftButton, {}, scene.at(0.5));
    QVERIFY(!scene.plot->isFollowing());
    QVERIFY2(std::abs(scene.x().from - 3.5) < 0.02 && std::abs(scene.x().to - 4) < 0.02,
             qPrintable(QStringLiteral("%1 … %2").arg(scene.x().from).arg(scene.x().to)));
    // Time goes on, the plot stays where it was put.
    scene.bench.tape(scene.wire).advance(6 * kSecond);
    scene.panel->tick(6 * kSecond);
    QVERIFY(std::abs(scene.x().to - 4) < 0.02);
    QTest::mouseDClick(surface, Qt::LeftButton, {}, scene.at(0.5));
    QVERIFY(scene.plot->isFollowing());
    QCOMPARE(scene.x(), (Range{4, 6}));
  }
  void theMiddleButtonPans() {
    PlotScene scene(Painter::Qt);
    QVERIFY(QTest::qWaitForWindowExposed(scene.widget));
    QTest::mousePress(scene.widget->surface(), Qt::MiddleButton, {}, scene.at(0.25));
    QTest::mouseMove(scene.widget->surface(), scene.at(0.75));
    QTest::mouseRelease(scene.widget->surface(), Qt::MiddleButton, {}, scene.at(0.75));
    QVERIFY(!scene.plot->isFollowing());
    QVERIFY(std::abs(scene.x().from - 2) < 0.02 && std::abs(scene.x().length() - 2) < 1e-6);
    QTest::keyClick(scene.widget->surface(), Qt::Key_Home);
    QVERIFY(scene.plot->isFollowing());
  }
  void aClickMovesTheLinkedCursor() {
    PlotScene scene(Painter::Qt);
    QVERIFY(QTest::qWaitForWindowExposed(scene.widget));
    QTest::mouseClick(scene.widget->surface(), Qt::LeftButton, {}, scene.at(0.5));
    QCOMPARE(scene.bench.acts.size(), std::size_t{1});
    QCOMPARE(scene.bench.acts.front().first, std::string("look.cursor"));
    const auto t = asInteger(scene.bench.acts.front().second.at("t"));
    QVERIFY(t && std::abs(toSeconds(*t) - 4) < 0.01);
    scene.bench.looking.cursor = *t;
    ++scene.bench.looking.version;
    scene.panel->tick(5 * kSecond);
    QVERIFY(scene.widget->figure().cursor && std::abs(*scene.widget->figure().cursor - 4) < 0.01);
  }
  void keysFreezeAndSayIt() {
    PlotScene scene(Painter::Qt);
    QVERIFY(QTest::qWaitForWindowExposed(scene.widget));
    QTest::keyClick(scene.widget->surface(), Qt::Key_F);
    QVERIFY(scene.plot->isFrozen());
    QVERIFY(scene.panel->facts().find("frozen") != std::string::npos);
    scene.panel->tick(6 * kSecond);
    const std::uint64_t made = scene.plot->figuresMade();
    scene.bench.tape(scene.wire).advance(9 * kSecond);
    scene.panel->tick(9 * kSecond);
    QCOMPARE(scene.x().to, 5.0);
    QCOMPARE(scene.plot->figuresMade(), made);
    QTest::keyClick(scene.widget->surface(), Qt::Key_F);
    QCOMPARE(scene.x().to, 9.0);
  }
  void aMarkOfAnEditHasItsWords() {
    PlotScene scene(Painter::Qt);
    Mark mark{.t = 4 * kSecond};
    qstrncpy(mark.words, "E tau_m 20 → 30 ms", sizeof mark.words);
    scene.bench.append(Id::settings, std::vector<Mark>{mark});
    scene.panel->tick(5 * kSecond);
    QCOMPARE(scene.widget->figure().guides.size(), std::size_t{1});
    QCOMPARE(scene.widget->figure().guides.front().words, QStringLiteral("E tau_m 20 → 30 ms"));
    QCOMPARE(scene.widget->figure().guides.front().at, 4.0);
  }
  void aThemeMakesTheFigureAnew() {
    PlotScene scene(Painter::Qt);
    QVERIFY(QTest::qWaitForWindowExposed(scene.widget));
    QCOMPARE(scene.widget->figure().series.front().colour, theme(ThemeKind::Dark).excitatory);
    setTheme(ThemeKind::Light);
    QTRY_COMPARE(scene.widget->figure().series.front().colour, theme(ThemeKind::Light).excitatory);
    setTheme(ThemeKind::Dark);
  }
  void aParameterIsReadAtOnce() {
    PlotScene scene(Painter::Qt);
    scene.bench.panels.push_back(scene.panel.get());
    scene.bench.set(scene.view, "window", 500.0);
    QCOMPARE(scene.x(), (Range{4.5, 5}));
  }
};

SPK_GUI_MAIN(PlotPanelTest)
#include "PlotPanel_test.moc"
