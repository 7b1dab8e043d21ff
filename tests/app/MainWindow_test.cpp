#include "app/MainWindow.h"

#include <QAction>
#include <QTest>

#include "engine/graph/ProjectFile.h"
#include "tests/kit/WindowDesk.h"
#include "tests/kit/guiMain.h"

namespace spk::test {

class MainWindowTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() { desk_ = std::make_unique<WindowDesk>(); }
  void cleanup() { desk_.reset(); }

  void aLateFilePlaysFromNow();
  void theCanvasSelectsAfterManyEdits();
  void theHiddenCanvasSelectsToo();

 private:
  void open(const char* demo) {
    const auto file = desk_->ownDemo(demo);
    QVERIFY(desk_->window->open(file));
    QTRY_VERIFY(desk_->holds(file));
    QTRY_VERIFY(desk_->bench().status().neurons > 0);
  }
  std::unique_ptr<WindowDesk> desk_;
};

/// The recording lasts half a second and comes when three quarters have passed.
void MainWindowTest::aLateFilePlaysFromNow() {
  open("ei_balance");
  WindowDesk& desk = *desk_;
  desk.bench().play();
  QTRY_VERIFY(desk.now() > 3 * kSecond / 4);
  desk.bench().pause();
  QTRY_VERIFY(!desk.runs());
  const Time then = desk.now();
  const auto file = datasetFolder() / "bar_and_disc" / "recording.raw";
  QVERIFY(desk.window->drop(file, 40, 400));
  const Id camera = desk.bench().looking().selection.front();
  const Item& item = *desk.project().find(camera);
  QCOMPARE(item.type, std::string("source.event_stream"));
  const double offset = numberOr(item.values, "offset", 0);
  QVERIFY(offset >= toMilliseconds(then) && offset < toMilliseconds(then) + 1);
  desk.bench().play();
  const auto events = [&] {
    std::uint64_t sum = 0;
    if (const Tape* tape = desk.bench().tapes().find(camera))
      tape->visit<Count>(then, tape->end() + 1, [&](std::span<const Count> counts) {
        for (const Count& count : counts) sum += count.n;
      });
    return sum;
  };
  QTRY_VERIFY(events() > 1000);
  // From t = 0 it is played as it was written.
  desk.window->startNew();
  QVERIFY(desk.window->drop(file, 40, 400));
  QVERIFY(
      !desk.project().find(desk.bench().looking().selection.front())->values.contains("offset"));
}

void MainWindowTest::theCanvasSelectsAfterManyEdits() {
  open("ei_balance");
  WindowDesk& desk = *desk_;
  const Id e = desk.id("E"), i = desk.id("I");
  const auto selected = [&] { return desk.canvas()->graph().selection(); };
  const auto selectsByHand = [&] {
    desk.click(desk.body(e));
    QTRY_VERIFY(selected() == std::vector<Id>{e});
    desk.click(desk.body(i));
    QTRY_VERIFY(selected() == std::vector<Id>{i});
    QTRY_VERIFY(desk.bench().looking().selection == std::vector<Id>{i});
    const QRectF all = desk.canvas()->graph().contentRect().adjusted(-30, -30, 30, 30);
    desk.drag(desk.pixel(all.topLeft()), desk.pixel(all.bottomRight()));
    QTRY_VERIFY(selected().size() >= desk.canvas()->graph().nodes().size());
    desk.chord(Qt::Key_Escape);
    desk.chord(Qt::Key_A, Qt::ControlModifier);
    QTRY_VERIFY(selected().size() > desk.canvas()->graph().nodes().size());
    desk.bench().select({e});
    QTRY_VERIFY(selected() == std::vector<Id>{e});
  };
  for (const char* action : {"edit.cut", "edit.delete", "edit.paste", "edit.duplicate",
                             "graph.frame", "graph.mute", "view.inspector", "graph.note"}) {
    selectsByHand();
    if (QTest::currentTestFailed()) QFAIL(action);
    const auto before = desk.project().items;
    QVERIFY2(desk.window->act(action), action);
    if (auto* field = qobject_cast<QWidget*>(QApplication::focusWidget());
        field && field != desk.canvas() && desk.canvas()->isAncestorOf(field))
      QTest::keyClick(field, Qt::Key_Escape);
    desk.bench().closeMerge();
    QTRY_VERIFY(desk.window->findChild<QAction*>(QStringLiteral("edit.undo"))->isEnabled());
    desk.chord(Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY2(desk.project().items == before, action);
    desk.chord(Qt::Key_Y, Qt::ControlModifier);
    QTRY_VERIFY2(desk.project().items != before, action);
    desk.chord(Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY2(desk.project().items == before, action);
  }
  selectsByHand();
}

/// Behind the project's text: what a command acts on is what is selected now.
void MainWindowTest::theHiddenCanvasSelectsToo() {
  open("ei_balance");
  WindowDesk& desk = *desk_;
  const Id e = desk.id("E"), i = desk.id("I");
  desk.bench().select({e});
  QTRY_VERIFY(desk.canvas()->graph().selection() == std::vector<Id>{e});
  QVERIFY(desk.window->act("view.text"));
  QVERIFY(!desk.canvas()->isVisible());
  desk.bench().select({i});
  QTRY_VERIFY(desk.canvas()->graph().selection() == std::vector<Id>{i});
  QVERIFY(desk.window->act("edit.delete"));
  QVERIFY(desk.project().find(e) && !desk.project().find(i));
  QVERIFY(desk.window->act("view.text"));
  QTRY_VERIFY(desk.canvas()->isVisible());
  desk.click(desk.body(e));
  QVERIFY(desk.canvas()->graph().selection() == std::vector<Id>{e});
}

}  // namespace spk::test

using spk::test::MainWindowTest;
SPK_GUI_MAIN(MainWindowTest)
#include "MainWindow_test.moc"
