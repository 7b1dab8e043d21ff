// Whatever a menu, a key or the command palette does to the project, Ctrl+Z takes back.
#include <QAction>
#include <QLineEdit>
#include <set>
#include <string>

#include "app/actions.h"
#include "panels/graph/actions.h"
#include "tests/kit/WindowDesk.h"
#include "tests/kit/guiMain.h"

namespace spk::test {
namespace {

/// What asks for a file, opens a dialog, leaves the project, or is undo itself.
const std::set<std::string> kElsewhere = {
    "file.new",        "file.open",       "file.start",       "file.save",      "file.saveAs",
    "file.exportView", "file.exportFilm", "file.exportClip",  "file.quit",      "file.drop",
    "edit.undo",       "edit.redo",       "transport.record", "help.shortcuts", "help.about"};

}  // namespace

class UndoTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase();
  void cleanupTestCase() { desk_.reset(); }
  void everyActionIsTakenBack_data();
  void everyActionIsTakenBack();
  void theseChangeTheProject();

 private:
  std::unique_ptr<WindowDesk> desk_;
  std::set<std::string> changed_;
};

void UndoTest::initTestCase() {
  desk_ = std::make_unique<WindowDesk>();
  const auto file = WindowDesk::demo("ei_balance");
  QVERIFY(desk_->window->open(file));
  QTRY_VERIFY(desk_->holds(file));
}

void UndoTest::everyActionIsTakenBack_data() {
  QTest::addColumn<QString>("action");
  const auto row = [](const char* id) {
    if (!kElsewhere.contains(id)) QTest::newRow(id) << QString::fromLatin1(id);
  };
  for (const ActionRow& action : actionRows()) row(action.id);
  for (const GraphAction& action : graphActions()) row(action.name);
}

void UndoTest::everyActionIsTakenBack() {
  QFETCH(QString, action);
  WindowDesk& desk = *desk_;
  Workbench& bench = desk.bench();
  bench.select({desk.id("E")});
  QTRY_VERIFY(desk.canvas()->graph().selection() == std::vector<Id>{desk.id("E")});
  desk.wake();
  QVERIFY(desk.window->act("edit.copy"));
  const auto before = desk.project().items;
  const std::size_t steps = bench.history().done().size();

  Values values = {{"type", std::string("neuron.lif_exp")}, {"pace", 0.5}};
  const auto done = desk.window->act(action.toStdString(), values);
  // An editor that opens is left as it is.
  if (auto* field = qobject_cast<QLineEdit*>(QApplication::focusWidget()))
    QTest::keyClick(field, Qt::Key_Escape);
  QCoreApplication::processEvents();
  bench.closeMerge();
  if (bench.history().done().size() == steps) {
    QVERIFY2(desk.project().items == before, "changed without a step that could be undone");
    return;
  }
  QVERIFY(done);
  QCOMPARE(bench.history().done().size(), steps + 1);
  QVERIFY(desk.project().items != before);
  changed_.insert(action.toStdString());
  const auto* undo = desk.window->findChild<QAction*>(QStringLiteral("edit.undo"));
  QTRY_VERIFY(undo->isEnabled());  // from the next tick on
  desk.chord(Qt::Key_Z, Qt::ControlModifier);
  QTRY_COMPARE(bench.history().done().size(), steps);
  QVERIFY(desk.project().items == before);
  QTRY_VERIFY(desk.window->findChild<QAction*>(QStringLiteral("edit.redo"))->isEnabled());
  desk.chord(Qt::Key_Y, Qt::ControlModifier);
  QTRY_COMPARE(bench.history().done().size(), steps + 1);
  desk.chord(Qt::Key_Z, Qt::ControlModifier);
  QTRY_VERIFY(desk.project().items == before);
}

/// The walk above would find nothing wrong if nothing happened.
void UndoTest::theseChangeTheProject() {
  for (const char* id : {"edit.cut", "edit.paste", "edit.paste_wired", "edit.duplicate",
                         "edit.delete", "graph.note", "graph.frame", "graph.mute", "graph.add",
                         "transport.pace", "transport.slower", "view.inspector"})
    QVERIFY2(changed_.contains(id), id);
}

}  // namespace spk::test

using spk::test::UndoTest;
SPK_GUI_MAIN(UndoTest)
#include "undo_test.moc"
