#include <QTest>

#include "panels/graph/actions.h"
#include "tests/kit/GraphDesk.h"
#include "tests/kit/guiMain.h"

namespace spk::test {

/// A network built, wired and changed without a mouse.
class GraphKeyboardTest : public QObject {
  Q_OBJECT

  static QString said(const GraphDesk& d) { return QString::fromStdString(d.panel->status()); }

 private Q_SLOTS:
  void ctrlArrowsWalkFromNodeToNode() {
    GraphDesk d;
    d.canvas->select({d.drive});
    d.key(Qt::Key_Right, Qt::ControlModifier);
    QCOMPARE(d.looking.selection, std::vector<Id>{d.e});
    d.key(Qt::Key_Down, Qt::ControlModifier);
    QCOMPARE(d.looking.selection, std::vector<Id>{d.i});
    d.key(Qt::Key_Up, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(d.looking.selection, (std::vector<Id>{d.i, d.e}));
    d.key(Qt::Key_Right, Qt::ControlModifier);
    QCOMPARE(d.looking.selection, std::vector<Id>{d.raster});
    QVERIFY2(said(d).startsWith("Raster"), qPrintable(said(d)));
  }

  void bracketsAndEnterPullAWire() {
    GraphDesk d;
    d.canvas->select({d.e});
    d.canvas->setFocusItem(d.e);
    d.key(Qt::Key_BracketRight);
    QVERIFY2(said(d).startsWith("E.out (output, spikes)"), qPrintable(said(d)));
    d.key(Qt::Key_Return);
    QVERIFY(d.canvas->gesture());
    QVERIFY2(said(d).startsWith("Wire from E.out"), qPrintable(said(d)));
    d.key(Qt::Key_Down);
    QVERIFY2(said(d).contains("E.out → I.in"), qPrintable(said(d)));
    d.key(Qt::Key_Return);
    QVERIFY(!d.canvas->gesture());
    QCOMPARE(d.wiresBetween(d.e, d.i).size(), std::size_t{1});
    QVERIFY(d.undone());
  }

  void aWireToAnInputThatIsChosen() {
    GraphDesk d;
    const Id current = d.put("source.dc", "Current", 0, 220);
    d.before = d.items();
    d.canvas->setFocusItem(current);
    d.key(Qt::Key_BracketRight);
    d.key(Qt::Key_Return);
    d.key(Qt::Key_Right);
    d.key(Qt::Key_Return);
    QCOMPARE(d.wiresBetween(current, d.i).size(), std::size_t{1});
    QCOMPARE(d.item(d.wiresBetween(current, d.i)[0]).to.port, std::string("I"));
    QVERIFY(d.undone());
  }

  /// K pokes the selected sources, else all that there are; each poke is one undo step.
  void aKeyPokes() {
    GraphDesk d;
    d.key(Qt::Key_K);
    QCOMPARE(d.items(), d.before);  // there is nothing to poke
    const Id first = d.put("source.poke", "First", 0, 220),
             second = d.put("source.poke", "Second", 0, 330);
    d.before = d.items();
    const auto pokes = [&](Id id) { return integerOr(d.item(id).values, "pokes", 0); };
    d.canvas->select({second, d.e});
    d.key(Qt::Key_K);
    QCOMPARE(pokes(first), 0);
    QCOMPARE(pokes(second), 1);
    QVERIFY(d.undone());
    d.canvas->select({});
    d.key(Qt::Key_K);
    d.key(Qt::Key_K);
    QCOMPARE(pokes(first), 2);
    QCOMPARE(pokes(second), 2);
  }

  void escapeLetsAWireGo() {
    GraphDesk d;
    d.canvas->setFocusItem(d.e);
    d.key(Qt::Key_Return);  // without a port: the first output
    QVERIFY(d.canvas->gesture());
    d.key(Qt::Key_Escape);
    QVERIFY(!d.canvas->gesture());
    QCOMPARE(d.items(), d.before);
  }

  void aRefusedAimSaysWhyAndMakesNothing() {
    GraphDesk d;
    d.canvas->setFocusItem(d.e, 0);
    d.key(Qt::Key_BracketRight);
    d.key(Qt::Key_Return);
    d.key(Qt::Key_Left);  // a source has no input for spikes
    QVERIFY2(said(d).contains("Drive"), qPrintable(said(d)));
    d.key(Qt::Key_Return);
    QCOMPARE(d.items(), d.before);
    d.key(Qt::Key_Escape);
  }

  void tabWhilePullingAddsWhatFits() {
    GraphDesk d;
    d.canvas->setFocusItem(d.i);
    d.key(Qt::Key_BracketRight);
    d.key(Qt::Key_Return);
    d.key(Qt::Key_Tab);
    QVERIFY(d.canvas->search()->isVisible());
    d.choose("raster");
    const Id made = d.looking.selection.at(0);
    QCOMPARE(d.item(made).type, std::string("view.raster"));
    QCOMPARE(d.wiresBetween(d.i, made).size(), std::size_t{1});
    QVERIFY(d.undone());
  }

  void arrowsMoveAndOnePressIsOneStep() {
    GraphDesk d;
    d.canvas->select({d.e});
    QTest::keyPress(d.canvas, Qt::Key_Right);
    QTest::keyPress(d.canvas, Qt::Key_Right);  // held down
    QTest::keyRelease(d.canvas, Qt::Key_Right);
    QCOMPARE(numberOr(d.item(d.e).values, "x", 0), 308.0);
    QVERIFY(d.undone());
    d.key(Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(numberOr(d.item(d.e).values, "y", 0), 20.0);
    QVERIFY(d.undone());
  }

  void bracesGoThroughTheWiresOfANode() {
    GraphDesk d;
    const Id second = d.wire({d.e, "out"}, {d.raster, "in"});
    d.before = d.items();
    d.canvas->setFocusItem(d.e);
    d.key(Qt::Key_BraceRight, Qt::ShiftModifier);
    QCOMPARE(d.looking.selection, std::vector<Id>{d.driveToE});
    d.key(Qt::Key_BraceRight, Qt::ShiftModifier);
    QCOMPARE(d.looking.selection, std::vector<Id>{second});
    QVERIFY2(said(d).startsWith("E → Raster"), qPrintable(said(d)));
    d.key(Qt::Key_Delete);
    QVERIFY(!d.items().contains(second));
    QVERIFY(d.undone());
  }

  void aWholeNetworkByKeys() {
    GraphDesk d(true);
    d.key(Qt::Key_Tab);
    d.choose("poisson noise");
    d.key(Qt::Key_BracketRight);
    d.key(Qt::Key_Return);
    d.key(Qt::Key_Tab);
    d.choose("lif delta 800");
    d.key(Qt::Key_BracketRight);
    d.key(Qt::Key_Return);
    d.key(Qt::Key_Tab);
    d.choose("raster");
    int nodes = 0, wires = 0;
    for (const auto& [id, item] : d.items()) (item.isWire() ? wires : nodes) += id != Id::settings;
    QCOMPARE(nodes, 3);
    QCOMPARE(wires, 2);
    QVERIFY(check(d.document.project(), d.registry).empty());
    for (int k = 0; k < 3; ++k) QVERIFY(d.history.undo());
    QCOMPARE(d.items(), d.before);
  }

  void everyRowOfTheTableIsKnownAndItsKeysAreItsOwn() {
    GraphDesk d;
    d.canvas->select({d.e});
    std::set<QString> keys;
    for (const GraphAction& action : graphActions()) {
      QVERIFY(std::string_view(action.words).size() > 2);
      for (const QString& key : QString::fromLatin1(action.key).split(' ')) {
        QVERIFY2(!QKeySequence(key, QKeySequence::PortableText).isEmpty(), qPrintable(key));
        QVERIFY2(keys.insert(key).second, qPrintable(key + " twice"));
      }
    }
    QVERIFY(!d.panel->act("edit.no_such"));
    QVERIFY(!d.panel->can("edit.no_such"));
    d.canvas->select({});
    QVERIFY(!d.panel->can("edit.copy"));
    QVERIFY(!d.panel->act("edit.delete"));
  }

  void undoAfterEveryActionRestoresTheProject() {
    for (const GraphAction& action : graphActions()) {
      GraphDesk d;
      d.canvas->select({d.drive, d.e});
      QVERIFY(d.panel->act("edit.copy"));  // something to paste
      d.panel->act(action.name);
      while (d.history.canUndo()) QVERIFY(d.history.undo());
      QVERIFY2(d.items() == d.before, action.name);
    }
  }
};

}  // namespace spk::test

using spk::test::GraphKeyboardTest;
SPK_GUI_MAIN(GraphKeyboardTest)
#include "keyboard_test.moc"
