#include "panels/graph/GraphPanel.h"

#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QLineF>
#include <QMimeData>
#include <QPaintEvent>
#include <QPlainTextEdit>
#include <QTemporaryDir>
#include <QUrl>

#include "engine/graph/ProjectFile.h"
#include "panels/graph/MiniMap.h"
#include "panels/graph/edits.h"
#include "tests/kit/GraphDesk.h"
#include "tests/kit/guiBench.h"
#include "tests/kit/guiMain.h"

namespace spk::test {
namespace {

/// Whether all of a widget has been painted since.
class PaintCounter : public QObject {
 public:
  explicit PaintCounter(QWidget* widget) : widget_(widget) { widget->installEventFilter(this); }
  bool whole() const { return whole_; }

 protected:
  bool eventFilter(QObject*, QEvent* event) override {
    if (event->type() == QEvent::Paint)
      whole_ |= static_cast<QPaintEvent*>(event)->region().boundingRect() == widget_->rect();
    return false;
  }

 private:
  QWidget* widget_;
  bool whole_ = false;
};

}  // namespace

/// Every habit of the mouse on the canvas, each undone again to the very project it began with.
class GraphPanelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cleanup() { QGuiApplication::clipboard()->clear(); }

  void aClickSelectsShiftAddsCtrlTakesOut() {
    GraphDesk d;
    d.click(d.body(d.e));
    QCOMPARE(d.looking.selection, std::vector<Id>{d.e});
    d.click(d.body(d.i), Qt::ShiftModifier);
    QCOMPARE(d.looking.selection, (std::vector<Id>{d.e, d.i}));
    d.click(d.body(d.e), Qt::ControlModifier);
    QCOMPARE(d.looking.selection, std::vector<Id>{d.i});
    d.click(d.middle(d.driveToE));
    QCOMPARE(d.looking.selection, std::vector<Id>{d.driveToE});
    d.click(d.pixel({120, 320}));
    QVERIFY(d.looking.selection.empty());
    QVERIFY(!d.history.canUndo());  // looking is no editing
  }

  void theMapLeavesASmallView() {
    GraphDesk d;
    const auto* map = d.canvas->findChild<panels::graph::MiniMap*>();
    QVERIFY(map && map->isVisible());
    d.canvas->resize(760, 230);
    QTRY_VERIFY(!map->isVisible());
    d.canvas->resize(760, 500);
    QTRY_VERIFY(map->isVisible());
    QVERIFY(d.panel->act("graph.map"));
    QVERIFY(!map->isVisible());
    d.canvas->resize(760, 510);
    QVERIFY(!map->isVisible());
  }

  void theFirstNodeTakesTheWordsAway() {
    GraphDesk d(true);
    const QRect middle(d.view()->width() / 2 - 150, d.view()->height() / 2 - 12, 300, 24);
    const auto words = [&] {
      return pixelsLike(d.view()->grab(middle).toImage(), theme().secondary);
    };
    QVERIFY(words() > 100);
    PaintCounter counter(d.view());
    const QPointF corner = d.panel->freePlace();
    d.put("neuron.lif_delta", "E", -500, -300);
    QTRY_VERIFY(counter.whole());
    QVERIFY(words() < 20);
    QVERIFY(QRectF(0, 0, d.view()->width(), d.view()->height()).contains(d.pixel(corner)));
  }

  void aBoxSelectsWhatItTouches() {
    GraphDesk d;
    drag(d.view(), d.pixel({280, -30}), d.pixel({510, 300}));
    QCOMPARE(d.looking.selection, (std::vector<Id>{d.e, d.i}));
    drag(d.view(), d.pixel({280, 200}), d.pixel({510, 300}), Qt::LeftButton, Qt::ControlModifier);
    QCOMPARE(d.looking.selection, std::vector<Id>{d.e});
  }

  void aDragMovesByWholeStepsAndIsOneUndoStep() {
    GraphDesk d;
    d.click(d.body(d.e));
    d.click(d.body(d.i), Qt::ShiftModifier);
    drag(d.view(), d.body(d.e), d.body(d.e) + QPoint(61, 34));
    const double moved = numberOr(d.item(d.e).values, "x", 0) - 300;
    QVERIFY(moved > 40);
    QCOMPARE(std::fmod(moved, 4), 0.0);
    QCOMPARE(numberOr(d.item(d.i).values, "x", 0) - 300, moved);
    QVERIFY(d.undone());
  }

  void escapePutsADraggedNodeBack() {
    GraphDesk d;
    const QRectF was = d.canvas->graph().box(d.e);
    QTest::mousePress(d.view(), Qt::LeftButton, {}, d.body(d.e));
    QTest::mouseMove(d.view(), d.body(d.e) + QPoint(10, 10));
    QMouseEvent move(QEvent::MouseMove, d.body(d.e) + QPoint(80, 80),
                     d.view()->mapToGlobal(d.body(d.e) + QPoint(80, 80)), Qt::NoButton,
                     Qt::LeftButton, {});
    QApplication::sendEvent(d.view(), &move);
    QVERIFY(d.canvas->graph().box(d.e) != was);
    d.key(Qt::Key_Escape);
    QCOMPARE(d.canvas->graph().box(d.e), was);
    QCOMPARE(d.items(), d.before);
  }

  void portToPortMakesTheWireThatTheTypesAskFor() {
    GraphDesk d;
    drag(d.view(), d.port(d.e, "out"), d.port(d.raster, "in"));
    const auto toView = d.wiresBetween(d.e, d.raster);
    QCOMPARE(toView.size(), std::size_t{1});
    QCOMPARE(d.item(toView[0]).type, std::string("wire.signal"));
    QVERIFY(d.undone());
    drag(d.view(), d.port(d.i, "in"), d.port(d.e, "out"));  // backwards works as well
    QCOMPARE(d.wiresBetween(d.e, d.i).size(), std::size_t{1});
    QCOMPARE(d.item(d.wiresBetween(d.e, d.i)[0]).type, std::string("synapse.static"));
    QVERIFY(d.undone());
    drag(d.view(), d.port(d.e, "out"), d.body(d.i));  // onto the node: its first port that fits
    QCOMPARE(d.item(d.wiresBetween(d.e, d.i).at(0)).to.port, std::string("in"));
  }

  /// A projection that learns has ports of its own: its mean weight for a view, and a reward.
  void wiresAreWatchedAndModulated() {
    GraphDesk d(true);
    const Id from = d.put("neuron.lif_delta", "from", 0, 40),
             to = d.put("neuron.lif_delta", "to", 420, 40);
    const Id view = d.put("view.traces", "Weight", 640, 320);
    const Id reward = d.put("source.dc", "Reward", 0, 320);
    Item item{d.document.newId(), "synapse.reward_stdp"};
    item.from = {from, "out"};
    item.to = {to, "in"};
    const Id learns = item.id;
    QVERIFY(d.document.apply({"put", {Insert{std::move(item)}}}));
    drag(d.view(), d.port(view, "in"), d.middle(learns));  // backwards: a wire shows no ports
    const auto watched = d.wiresBetween(learns, view);
    QCOMPARE(watched.size(), std::size_t{1});
    QCOMPARE(d.item(watched[0]).from.port, std::string("weight"));
    QCOMPARE(d.item(watched[0]).type, std::string("wire.signal"));
    // Not in the middle, where the other wire begins.
    const auto& along = d.canvas->graph().wire(learns)->line();
    drag(d.view(), d.port(reward, "out"), d.pixel(along.at(along.size() / 4)));
    const auto modulated = d.wiresBetween(reward, learns);
    QVERIFY2(modulated.size() == 1, qPrintable(d.canvas->said()));
    QCOMPARE(d.item(modulated[0]).to.port, std::string("reward"));
    // Both keep to the middle of the wire that they meet.
    drag(d.view(), d.body(to), d.body(to) + QPoint(0, 120));
    const auto& graph = d.canvas->graph();
    const QPointF middle = graph.wire(learns)->middle();
    QVERIFY(QLineF(graph.wire(watched[0])->line().front(), middle).length() < 1);
    QVERIFY(QLineF(graph.wire(modulated[0])->line().back(), middle).length() < 1);
    // A plain wire has no ports.
    const auto& plain = graph.wire(modulated[0])->line();
    drag(d.view(), d.port(view, "in"), d.pixel(plain.at(plain.size() / 2)));
    QCOMPARE(d.wiresBetween(modulated[0], view).size(), std::size_t{0});
  }

  void aWrongTargetSaysWhy() {
    GraphDesk d;
    drag(d.view(), d.port(d.e, "out"), d.port(d.i, "I"));
    QCOMPARE(d.items(), d.before);
    QVERIFY2(d.canvas->said().contains("trace"), qPrintable(d.canvas->said()));
    drag(d.view(), d.port(d.e, "out"), d.port(d.i, "out"));
    QVERIFY2(d.canvas->said().contains("outputs"), qPrintable(d.canvas->said()));
    drag(d.view(), d.port(d.drive, "out"), d.port(d.e, "in"));
    QVERIFY2(d.canvas->said().contains("already"), qPrintable(d.canvas->said()));
    QCOMPARE(d.items(), d.before);
  }

  void shiftWiresAllThatIsSelected() {
    GraphDesk d;
    d.click(d.body(d.e));
    d.click(d.body(d.i), Qt::ShiftModifier);
    drag(d.view(), d.port(d.e, "out"), d.port(d.i, "in"), Qt::LeftButton, Qt::ShiftModifier);
    for (const Id from : {d.e, d.i})
      for (const Id to : {d.e, d.i}) QCOMPARE(d.wiresBetween(from, to).size(), std::size_t{1});
    QCOMPARE(d.looking.selection.size(), std::size_t{4});  // the new wires, to be set together
    QVERIFY(d.items().at(d.looking.selection[0]).isWire());
    QVERIFY(d.undone());
  }

  void aWireIntoSpaceOffersWhatFitsAndConnectsIt() {
    GraphDesk d;
    drag(d.view(), d.port(d.e, "V"), d.pixel({560, 420}));
    QVERIFY(d.canvas->search()->isVisible());
    QTest::keyClicks(d.canvas->search()->field(), "event stream");
    QVERIFY(!d.canvas->search()->current());  // takes no trace
    d.canvas->search()->field()->clear();
    d.choose("lif exp");
    const Id made = d.looking.selection.at(0);
    QCOMPARE(d.item(made).type, std::string("neuron.lif_exp"));
    const auto wires = d.wiresBetween(d.e, made);
    QCOMPARE(wires.size(), std::size_t{1});
    QCOMPARE(d.item(wires[0]).from.port, std::string("V"));
    QCOMPARE(d.item(wires[0]).to.port, std::string("I"));
    QVERIFY(d.undone());
  }

  void doubleClickTabAndShiftAAddByName() {
    GraphDesk d;
    d.doubleClick(d.pixel({100, 320}));
    QVERIFY(d.canvas->search()->isVisible());
    d.choose("lif delta 800");
    const Id made = d.looking.selection.at(0);
    QCOMPARE(d.item(made).type, std::string("neuron.lif_delta"));
    QCOMPARE(integerOr(d.item(made).values, "n", 0), std::int64_t{800});
    const QRectF box = d.canvas->graph().box(made);
    QVERIFY(box.contains(QPointF(100, 320)));
    QVERIFY(d.undone());
    for (const auto& [key, keys] :
         {std::pair{Qt::Key_Tab, Qt::KeyboardModifiers{}}, {Qt::Key_A, Qt::ShiftModifier}}) {
      d.canvas->search()->parentWidget()->hide();
      d.key(key, keys);
      QVERIFY(d.canvas->search()->isVisible());
      QTest::keyClick(d.canvas->search()->field(), Qt::Key_Escape);
      QVERIFY(!d.canvas->search()->isVisible());
    }
    QCOMPARE(d.items(), d.before);
  }

  void addedNodesDoNotCoverEachOther() {
    GraphDesk d;
    std::vector<QRectF> boxes;
    for (int k = 0; k < 4; ++k) {
      const auto made = d.panel->add("neuron.lif_delta", {{"n", std::int64_t{100}}});
      QVERIFY(made);
      boxes.push_back(d.canvas->graph().box(made.value()));
      for (int other = 0; other < k; ++other) QVERIFY(!boxes[other].intersects(boxes[k]));
    }
    QVERIFY(!d.panel->add("neuron.no_such"));
  }

  void shiftEnterWiresToWhatIsSelected() {
    GraphDesk d;
    d.canvas->select({d.e, d.i});
    d.key(Qt::Key_Tab);
    QTest::keyClicks(d.canvas->search()->field(), "poisson noise");
    QTest::keyClick(d.canvas->search()->field(), Qt::Key_Return, Qt::ShiftModifier);
    const Id noise = d.named("Poisson noise");
    QVERIFY(noise != Id::none);
    QCOMPARE(d.wiresBetween(noise, d.e).size() + d.wiresBetween(noise, d.i).size(), std::size_t{2});
    QCOMPARE(d.looking.selection, (std::vector<Id>{d.e, d.i}));  // ready for the next
    QVERIFY(d.canvas->graph().box(noise).right() < d.canvas->graph().box(d.e).left());
    QVERIFY(d.undone());
    d.key(Qt::Key_Tab);
    QTest::keyClicks(d.canvas->search()->field(), "raster");
    QTest::keyClick(d.canvas->search()->field(), Qt::Key_Return, Qt::ShiftModifier);
    const Id view = d.named("Raster 2");
    QCOMPARE(d.wiresBetween(d.e, view).size() + d.wiresBetween(d.i, view).size(), std::size_t{2});
    QVERIFY(d.undone());
  }

  void aTypedNumberSetsWhatIsSelected() {
    GraphDesk d;
    const Id second = d.wire({d.drive, "out"}, {d.i, "in"});
    d.before = d.items();
    d.canvas->select({d.driveToE, second});
    d.key(Qt::Key_Minus);
    auto* field = d.view()->findChild<QLineEdit*>();
    QVERIFY(field);
    QTest::keyClicks(field, "4 mV");
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(numberOr(d.item(second).values, "weight", 0), -4.0);
    QCOMPARE(numberOr(d.item(d.driveToE).values, "weight", 0), -4.0);
    QVERIFY(d.undone());
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    d.key(Qt::Key_5);
    field = d.view()->findChild<QLineEdit*>();
    QTest::keyClicks(field, " pA");  // another dimension: said, not set
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(d.items(), d.before);
    QVERIFY2(d.canvas->said().contains("pA"), qPrintable(d.canvas->said()));
  }

  void aNodeLetGoOnAWireIsLedThrough() {
    GraphDesk d;
    const Id relay = d.put("neuron.lif_delta", "Relay", 40, 300);
    d.before = d.items();
    const QPoint grip = d.pixel(d.canvas->graph().box(relay).center());
    drag(d.view(), grip, d.middle(d.driveToE));
    QCOMPARE(d.wiresBetween(d.drive, relay).size(), std::size_t{1});
    QCOMPARE(d.wiresBetween(relay, d.e).size(), std::size_t{1});
    QVERIFY(d.wiresBetween(d.drive, d.e).empty());
    QVERIFY(d.undone());
    drag(d.view(), grip, d.middle(d.driveToE), Qt::LeftButton, Qt::AltModifier);
    QCOMPARE(d.wiresBetween(d.drive, d.e).size(), std::size_t{1});  // Alt keeps it apart
  }

  void doubleClickOnAWireMakesAPointThatCanBeDragged() {
    GraphDesk d;
    const QPoint at = d.middle(d.driveToE);
    d.doubleClick(at);
    QCOMPARE(panels::graph::reroutePoints(d.item(d.driveToE)).size(), std::size_t{1});
    const QPointF was = panels::graph::reroutePoints(d.item(d.driveToE))[0];
    drag(d.view(), d.pixel(was), d.pixel(was + QPointF(0, 60)));
    const QPointF now = panels::graph::reroutePoints(d.item(d.driveToE))[0];
    QCOMPARE(now, was + QPointF(0, 60));
    d.doubleClick(d.pixel(now));
    QVERIFY(panels::graph::reroutePoints(d.item(d.driveToE)).empty());
    for (int k = 0; k < 3; ++k) QVERIFY(d.history.undo());
    QCOMPARE(d.items(), d.before);
  }

  void rightButtonCutsAndReroutes() {
    GraphDesk d;
    const QPoint at = d.middle(d.driveToE);
    drag(d.view(), at - QPoint(0, 60), at + QPoint(0, 60), Qt::RightButton, Qt::ShiftModifier);
    QCOMPARE(panels::graph::reroutePoints(d.item(d.driveToE)).size(), std::size_t{1});
    QVERIFY(d.undone());
    drag(d.view(), at - QPoint(0, 60), at + QPoint(0, 60), Qt::RightButton, Qt::ControlModifier);
    QVERIFY(d.wiresBetween(d.drive, d.e).empty());
    QVERIFY(d.undone());
  }

  void copyPasteDuplicateKeepInnerWires() {
    GraphDesk d;
    d.click(d.body(d.drive));
    d.click(d.body(d.e), Qt::ShiftModifier);
    d.key(Qt::Key_C, Qt::ControlModifier);
    d.key(Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(d.items().size(), d.before.size() + 3);
    QCOMPARE(d.looking.selection.size(), std::size_t{2});
    QVERIFY(d.named("E 2") != Id::none);
    QCOMPARE(d.wiresBetween(d.named("Drive 2"), d.named("E 2")).size(), std::size_t{1});
    QVERIFY(d.undone());
    d.canvas->select({d.e});
    d.key(Qt::Key_D, Qt::ControlModifier);
    QCOMPARE(d.items().size(), d.before.size() + 1);
    QVERIFY(d.wiresBetween(d.drive, d.named("E 2")).empty());
    QVERIFY(d.undone());
    d.canvas->select({d.e});
    d.key(Qt::Key_C, Qt::ControlModifier);
    d.key(Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);  // keeps what comes in
    QCOMPARE(d.wiresBetween(d.drive, d.named("E 2")).size(), std::size_t{1});
    QVERIFY(d.undone());
  }

  void theClipboardIsAProjectForOthers() {
    GraphDesk d;
    d.canvas->select({d.drive, d.e});
    QVERIFY(d.panel->act("edit.copy"));
    const auto read = readProject(QGuiApplication::clipboard()->text().toStdString(), d.registry);
    QVERIFY(read);
    QVERIFY(check(read.value().project, d.registry).empty());
    GraphDesk other(true);
    QVERIFY(other.panel->act("edit.paste"));
    QCOMPARE(other.wiresBetween(other.named("Drive"), other.named("E")).size(), std::size_t{1});
    QVERIFY(other.undone());
  }

  void cutAndDeleteTakeWiresAlong() {
    GraphDesk d;
    d.click(d.body(d.e));
    d.key(Qt::Key_Delete);
    QVERIFY(!d.items().contains(d.e) && !d.items().contains(d.driveToE));
    QVERIFY(d.undone());
    d.canvas->select({d.e});
    d.key(Qt::Key_X, Qt::ControlModifier);
    QVERIFY(!d.items().contains(d.e));
    QVERIFY(d.undone());
  }

  void muteAndBypassFlip() {
    GraphDesk d;
    d.click(d.body(d.e));
    d.key(Qt::Key_M);
    QVERIFY(switchOr(d.item(d.e).values, "muted", false));
    QVERIFY(d.canvas->graph().node(d.e)->face().muted);
    QVERIFY(d.undone());
    d.key(Qt::Key_B, Qt::ControlModifier);
    QVERIFY(switchOr(d.item(d.e).values, "bypassed", false));
    QVERIFY(d.undone());
    d.click(d.middle(d.driveToE));
    d.key(Qt::Key_M);
    QVERIFY(switchOr(d.item(d.driveToE).values, "muted", false));
    QVERIFY(d.undone());
  }

  void aFrameTakesItsMembersAlong() {
    GraphDesk d;
    d.canvas->select({d.e, d.i});
    d.key(Qt::Key_G, Qt::ControlModifier);
    const Id frame = d.looking.selection.at(0);
    QCOMPARE(d.item(frame).type, std::string("layout.frame"));
    QCOMPARE(d.item(d.e).parent.item, frame);
    const QRectF box = d.canvas->graph().box(frame);
    QVERIFY(box.contains(d.canvas->graph().box(d.i)));
    const std::map<Id, Item> framed = d.items();
    drag(d.view(), d.pixel(box.topLeft() + QPointF(60, 14)),
         d.pixel(box.topLeft() + QPointF(100, 54)));
    QCOMPARE(numberOr(d.item(d.e).values, "x", 0), 340.0);
    QCOMPARE(d.item(d.e).parent.item, frame);
    QVERIFY(d.history.undo());
    QCOMPARE(d.items(), framed);
    drag(d.view(), d.body(d.i), d.body(d.i) + QPoint(-320, 120));  // out of it
    QCOMPARE(d.item(d.i).parent.item, Id::none);
    QVERIFY(d.history.undo());
    d.canvas->select({frame});
    d.key(Qt::Key_Delete);  // the frame alone goes
    QVERIFY(d.items().contains(d.e));
    QCOMPARE(d.item(d.e).parent.item, Id::none);
    QVERIFY(d.history.undo());
    QVERIFY(d.undone());
  }

  void aFrameResizesByItsEdges() {
    GraphDesk d;
    const Id frame = d.put("layout.frame", "Box", -40, 380, {{"w", 200.0}, {"h", 120.0}});
    d.before = d.items();
    drag(d.view(), d.pixel({160, 440}), d.pixel({240, 440}));
    QCOMPARE(numberOr(d.item(frame).values, "w", 0), 280.0);
    QVERIFY(d.undone());
  }

  void namesAndNotesAreWrittenInPlace() {
    GraphDesk d;
    d.click(d.body(d.e));
    d.key(Qt::Key_F2);
    auto* line = d.view()->findChild<QLineEdit*>();
    QVERIFY(line);
    QTest::keyClicks(line, "I");  // taken already
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(textOr(d.item(d.e).values, "name", ""), std::string("I 2"));
    QVERIFY(d.undone());
    QVERIFY(d.panel->act("graph.note"));
    auto* text = d.view()->findChild<QPlainTextEdit*>();
    QVERIFY(text);
    QTest::keyClicks(text, "look here");
    QTest::keyClick(text, Qt::Key_Return, Qt::ControlModifier);
    const Id note = d.looking.selection.at(0);
    QCOMPARE(textOr(d.item(note).values, "text", ""), std::string("look here"));
  }

  void theFixWordMends() {
    GraphDesk d;
    Note note{Note::Level::Warning, "sensor size guessed", d.raster};
    note.fix = Edit{
        "Set", {Set{d.raster, "name", Value{std::string("Raster")}, Value{std::string("Mended")}}}};
    d.notes = {note};
    d.tick();
    const auto& face = d.canvas->graph().node(d.raster)->face();
    QCOMPARE(face.fix, QString("Set"));
    d.click(d.pixel(d.canvas->graph().node(d.raster)->pos() + face.fixBox.center()));
    QCOMPARE(textOr(d.item(d.raster).values, "name", ""), std::string("Mended"));
    QVERIFY(d.undone());
  }

  void theViewPansZoomsAndFits() {
    GraphDesk d;
    const QPoint fixed(300, 200);
    const QPointF under = d.canvas->mapToScene(fixed);
    QWheelEvent wheel(fixed, d.view()->mapToGlobal(fixed), {}, {0, 240}, {}, {}, Qt::NoScrollPhase,
                      false);
    const double was = d.canvas->zoom();
    QApplication::sendEvent(d.view(), &wheel);
    QVERIFY(d.canvas->zoom() > was);
    QVERIFY(QLineF(d.canvas->mapToScene(fixed), under).length() < 3);  // zooms about the cursor
    const QPointF left = d.canvas->mapToScene(QPoint(0, 0));
    drag(d.view(), {400, 300}, {460, 340}, Qt::MiddleButton);
    QVERIFY(d.canvas->mapToScene(QPoint(0, 0)).x() < left.x() - 20);
    QTest::keyPress(d.canvas, Qt::Key_Space);
    drag(d.view(), {460, 340}, {400, 300});
    QTest::keyRelease(d.canvas, Qt::Key_Space);
    QVERIFY(QLineF(d.canvas->mapToScene(QPoint(0, 0)), left).length() < 3);
    d.key(Qt::Key_Home);
    const QRectF seen = d.canvas->mapToScene(d.view()->rect()).boundingRect();
    QVERIFY(seen.contains(d.canvas->graph().contentRect()));
    QCOMPARE(d.items(), d.before);
  }

  void droppingAddsTypesAndFiles() {
    GraphDesk d;
    QMimeData type;
    type.setData(kNodeTypeMime, "neuron.lif_exp");
    const QPoint at = d.pixel({100, 330});
    QDragEnterEvent enter(at, Qt::CopyAction, &type, Qt::LeftButton, {});
    QApplication::sendEvent(d.view(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(at, Qt::CopyAction, &type, Qt::LeftButton, {});
    QApplication::sendEvent(d.view(), &drop);
    QCOMPARE(d.item(d.looking.selection.at(0)).type, std::string("neuron.lif_exp"));
    QVERIFY(d.undone());
    QMimeData files;
    files.setUrls({QUrl::fromLocalFile("/data/shapes.raw")});
    QDragEnterEvent enterFile(at, Qt::CopyAction, &files, Qt::LeftButton, {});
    QApplication::sendEvent(d.view(), &enterFile);
    QDropEvent dropFile(at, Qt::CopyAction, &files, Qt::LeftButton, {});
    QApplication::sendEvent(d.view(), &dropFile);
    QCOMPARE(d.count("file.drop"), 1);
    const auto act = std::ranges::find(d.acts, "file.drop", &std::pair<std::string, Values>::first);
    QCOMPARE(textOr(act->second, "path", ""), std::string("/data/shapes.raw"));
    QVERIFY(std::abs(numberOr(act->second, "x", 0) - 100) <= 4);
  }

  void aTemplateComesAsOneEdit() {
    GraphDesk d;
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("pair.spk").toStdString();
    QVERIFY(save(d.document.project(), path));
    const auto made = d.panel->addTemplate(path);
    QVERIFY2(made, made ? "" : made.error().text().c_str());
    QCOMPARE(d.items().size(), 2 * d.before.size() - 1);  // all but the settings once more
    QVERIFY(d.named("E 2") != Id::none);
    QVERIFY(d.undone());
  }

  void theWholeGraphIsWritten() {
    GraphDesk d;
    QTemporaryDir folder;
    for (const char* name : {"graph.svg", "graph.png"}) {
      const QString path = folder.filePath(name);
      QVERIFY(d.panel->exportTo(path.toStdString(), {}));
      QVERIFY(QFile(path).size() > 1000);
    }
    QFile svg(folder.filePath("graph.svg"));
    QVERIFY(svg.open(QIODevice::ReadOnly));
    QVERIFY(svg.readAll().contains(">Drive<"));  // text stays text
    const auto wrong = d.panel->exportTo(folder.filePath("graph.csv").toStdString(), {});
    QVERIFY(!wrong);
  }
};

}  // namespace spk::test

using spk::test::GraphPanelTest;
SPK_GUI_MAIN(GraphPanelTest)
#include "GraphPanel_test.moc"
