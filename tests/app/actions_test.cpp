#include "app/actions.h"

#include <QAction>
#include <QKeySequence>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QTimer>
#include <QTreeWidget>
#include <map>
#include <set>

#include "app/CommandPalette.h"
#include "panels/graph/actions.h"
#include "tests/kit/WindowDesk.h"
#include "tests/kit/guiMain.h"

namespace spk::test {

class ActionsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void everyRowIsWhole();
  void noKeyMeansTwoThings();
  void everyMenuRowIsInItsMenu();
  void theCommandPaletteFindsAndDoes();
  void spacePlaysUnlessOneTypes();
  void spacePlaysAfterAClickOnTheBar();
  void editsAreNotLeftWithoutAQuestion();
  void unknownNamesAreErrors();
};

void ActionsTest::everyRowIsWhole() {
  std::set<std::string_view> ids;
  std::set<std::string_view> menus(menuNames().begin(), menuNames().end());
  for (const ActionRow& row : actionRows()) {
    QVERIFY2(ids.insert(row.id).second, row.id);
    QVERIFY2(row.run, row.id);
    QVERIFY2(!*row.menu || menus.contains(row.menu), row.id);
    QVERIFY2(!*row.menu || *row.words, row.id);
    QVERIFY2(actionRow(row.id) == &row, row.id);
  }
  for (const GraphAction& action : graphActions())
    QVERIFY2(ids.insert(action.name).second, action.name);
}

void ActionsTest::noKeyMeansTwoThings() {
  std::map<QString, std::string> owner;
  const auto claim = [&](const char* id, const char* keys) {
    for (const QString& key : QString::fromLatin1(keys).split(u' ', Qt::SkipEmptyParts)) {
      const QString text = QKeySequence(key, QKeySequence::PortableText).toString();
      QVERIFY2(!text.isEmpty(), id);
      QVERIFY2(!owner.contains(text), (owner[text] + " and " + id).c_str());
      owner[text] = id;
    }
  };
  for (const ActionRow& row : actionRows()) claim(row.id, row.keys);
  for (const GraphAction& action : graphActions()) claim(action.name, action.key);
}

void ActionsTest::everyMenuRowIsInItsMenu() {
  WindowDesk desk;
  for (const ActionRow& row : actionRows()) {
    if (!*row.menu) continue;
    const auto* action = desk.window->findChild<QAction*>(QLatin1StringView(row.id));
    QVERIFY2(action, row.id);
    QVERIFY2(action->isEnabled() == (!row.enabled || row.enabled(*desk.window)), row.id);
  }
  // Without a project there is nothing to undo, and it says so without harm.
  QVERIFY(!desk.window->act("edit.undo"));
  desk.window->startNew();
  QVERIFY(!desk.window->act("edit.undo"));
  QVERIFY(desk.window->act("transport.toggle"));
}

void ActionsTest::theCommandPaletteFindsAndDoes() {
  WindowDesk desk;
  desk.window->startNew();
  desk.wake();
  desk.chord(Qt::Key_P, Qt::ControlModifier);
  auto* palette = desk.window->findChild<CommandPalette*>();
  QTRY_VERIFY(palette && palette->isVisible());
  auto* search = palette->findChild<QLineEdit*>();
  QTest::keyClicks(search, QStringLiteral("add poisson noise"));
  QCOMPARE(palette->findChild<QListWidget*>()->currentItem()->text(),
           QStringLiteral("Add Poisson noise"));
  QTest::keyClick(search, Qt::Key_Return);
  QTRY_COMPARE(desk.project().items.size(), std::size_t{2});
  QVERIFY(!palette->isVisible());
}

void ActionsTest::spacePlaysUnlessOneTypes() {
  WindowDesk desk;
  const auto file = WindowDesk::demo("ei_balance");
  QVERIFY(desk.window->open(file));
  QTRY_VERIFY(desk.holds(file));
  QTRY_VERIFY(desk.bench().status().state == RunStatus::State::Paused);
  desk.chord(Qt::Key_Space);
  QTRY_VERIFY(desk.runs());
  auto* field = desk.window->findChild<QLineEdit*>();
  QVERIFY(field);
  field->setFocus();
  QTest::keyClick(field, Qt::Key_Space);
  QTest::qWait(100);
  QVERIFY(desk.runs());
  desk.chord(Qt::Key_Space);
  QTRY_VERIFY(!desk.runs());
  // Space and a drag moves the canvas, and plays nothing.
  QTest::keyPress(desk.canvas(), Qt::Key_Space);
  QTest::mousePress(desk.view(), Qt::LeftButton, {}, {20, 20});
  QTest::mouseRelease(desk.view(), Qt::LeftButton, {}, {60, 60});
  QTest::keyRelease(desk.canvas(), Qt::Key_Space);
  QTest::qWait(100);
  QVERIFY(!desk.runs());
}

void ActionsTest::spacePlaysAfterAClickOnTheBar() {
  WindowDesk desk;
  const auto file = WindowDesk::demo("ei_balance");
  QVERIFY(desk.window->open(file));
  QTRY_VERIFY(desk.holds(file));
  desk.canvas()->setFocus();
  QTest::mouseClick(desk.window->findChild<QPushButton*>(QStringLiteral("transport.reset")),
                    Qt::LeftButton);
  QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
  QTRY_VERIFY(desk.runs());
}

void ActionsTest::editsAreNotLeftWithoutAQuestion() {
  WindowDesk desk;
  desk.window->startNew();
  desk.wake();
  QVERIFY(desk.window->act("graph.add", {{"type", std::string("source.poisson")}}));
  QCOMPARE(desk.project().items.size(), std::size_t{2});
  desk.window->askBeforeLoss(true);
  int asked = 0;
  const auto answer = [&](QMessageBox::StandardButton button) {
    QTimer::singleShot(0, desk.window.get(), [&asked, button] {
      auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
      if (box) ++asked, box->button(button)->click();
    });
  };
  answer(QMessageBox::Cancel);
  desk.window->startNew();
  QCOMPARE(asked, 1);
  QCOMPARE(desk.project().items.size(), std::size_t{2});
  answer(QMessageBox::Cancel);
  QVERIFY(desk.window->open(WindowDesk::demo("ei_balance")));
  QCOMPARE(asked, 2);
  answer(QMessageBox::Discard);
  desk.window->startNew();
  QCOMPARE(asked, 3);
  QCOMPARE(desk.project().items.size(), std::size_t{1});
  desk.window->startNew();  // nothing to lose
  QCOMPARE(asked, 3);
}

void ActionsTest::unknownNamesAreErrors() {
  WindowDesk desk;
  desk.window->startNew();
  const auto done = desk.window->act("make.coffee");
  QVERIFY(!done);
  QCOMPARE(done.error().where, std::string("make.coffee"));
}

}  // namespace spk::test

using spk::test::ActionsTest;
SPK_GUI_MAIN(ActionsTest)
#include "actions_test.moc"
