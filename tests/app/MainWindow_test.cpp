#include "app/MainWindow.h"

#include <QAction>
#include <QPushButton>
#include <QTest>

#include "app/MessageBar.h"
#include "engine/base/file.h"
#include "engine/graph/Journal.h"
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
  void aDamagedFileIsNamedAndTheOneBeforeOffered();
  void theOfferOfRecoveryGoesWithTheFirstEdit();
  void aCrashOverADemoIsOfferedToo();
  void aSecondCrashKeepsTheFirst();

 private:
  /// What a session leaves that ended without a word: one edit of Drive's rate.
  void leaveJournal(const std::filesystem::path& journal, const Project& base, double rate) {
    const auto drive = itemByPath(base, "Drive");
    QVERIFY(drive);
    Journal left;
    QVERIFY(left.open(journal, base));
    QVERIFY(left.append({"Set", {setting(base, drive.value(), "rate", Value{rate})}}));
  }
  QString said() const { return desk_->window->messages()->text(); }
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

void MainWindowTest::aDamagedFileIsNamedAndTheOneBeforeOffered() {
  open("ei_balance");
  WindowDesk& desk = *desk_;
  const auto file = desk.path("mine.spk");
  const Project before = desk.project();
  QVERIFY(save(before, file));
  QVERIFY(save(before, file));  // the first is its .bak now
  std::string text = readFile(file).value();
  text.resize(text.size() / 2);
  QVERIFY(writeFileSafely(file, text));
  QVERIFY(desk.window->open(file));
  QTRY_VERIFY(said().contains(QStringLiteral("mine.spk")));
  QVERIFY(said().contains(QStringLiteral("is damaged")) &&
          said().contains(QStringLiteral("line ")));
  QVERIFY(!said().contains(QStringLiteral("syntax")) && !said().contains(QStringLiteral("parse")));
  auto* offer =
      desk.window->findChild<QPushButton*>(QStringLiteral("message.Open the version before"));
  QVERIFY(offer);
  QTest::mouseClick(offer, Qt::LeftButton);
  QTRY_VERIFY(desk.holds(file));
  QCOMPARE(desk.project().items, before.items);
  QTRY_VERIFY(std::ranges::any_of(desk.bench().notes(), [](const Note& note) {
    return note.text.find("Saving writes over") != std::string::npos;
  }));
  QVERIFY(desk.bench().save(file));
  QTRY_VERIFY(!desk.bench().isSaving());
  QVERIFY(load(file, desk.registry));
}

void MainWindowTest::theOfferOfRecoveryGoesWithTheFirstEdit() {
  open("ei_balance");
  WindowDesk& desk = *desk_;
  const auto file = desk.path("mine.spk");
  QVERIFY(save(desk.project(), file));
  leaveJournal(Journal::pathFor(file), load(file, desk.registry).value().project, 123);
  QVERIFY(desk.window->open(file));
  QTRY_VERIFY(desk.holds(file));
  QVERIFY(said().contains(QStringLiteral("without saving one edit")));
  desk.bench().select({desk.id("E")});  // looking decides nothing
  QVERIFY(!said().isEmpty());
  QVERIFY(
      desk.bench().commit({"Set", {setting(desk.project(), desk.id("E"), "tau_m", Value{21.0})}}));
  QVERIFY(said().isEmpty());
  // The edits wait, and come up again.
  QVERIFY(desk.window->open(file));
  QTRY_VERIFY(said().contains(QStringLiteral("without saving one edit")));
  QTest::mouseClick(desk.window->findChild<QPushButton*>(QStringLiteral("message.Recover")),
                    Qt::LeftButton);
  QTRY_COMPARE(numberOr(desk.item("Drive").values, "rate", 0), 123.0);
  QVERIFY(!desk.bench().recovery());
}

void MainWindowTest::aCrashOverADemoIsOfferedToo() {
  WindowDesk& desk = *desk_;
  const auto demo = WindowDesk::demo("ei_balance");
  const auto journal = desk.path("state") / "spikarium" / "untitled-1-1.journal";
  leaveJournal(journal, load(demo, desk.registry).value().project, 123);
  QVERIFY(desk.window->open(demo));
  QTRY_VERIFY(desk.holds(demo));
  QVERIFY(numberOr(desk.item("Drive").values, "rate", 0) != 123);  // as it was shipped
  QVERIFY(said().contains(QStringLiteral("without saving one edit")));
  QVERIFY(desk.bench().recover());
  QCOMPARE(numberOr(desk.item("Drive").values, "rate", 0), 123.0);
  QVERIFY(!std::filesystem::exists(journal));
}

void MainWindowTest::aSecondCrashKeepsTheFirst() {
  open("ei_balance");
  WindowDesk& desk = *desk_;
  const auto file = desk.path("mine.spk");
  QVERIFY(save(desk.project(), file));
  const Project base = load(file, desk.registry).value().project;
  const auto recovered = [&] {
    const auto opened = openProject(file, desk.registry);
    if (!opened || !opened.value().recovery) return std::pair{-1.0, std::filesystem::path()};
    const Project& project = opened.value().recovery->project;
    return std::pair{numberOr(project.find(desk.id("Drive"))->values, "rate", 0),
                     opened.value().recoveryFrom};
  };
  for (const double rate : {1.0, 2.0, 3.0}) {
    leaveJournal(Journal::pathFor(file), base, rate);
    QCOMPARE(recovered().first, rate);
  }
  // Decided on one after the other, the latest first.
  for (const double rate : {3.0, 2.0, 1.0}) {
    const auto [found, journal] = recovered();
    QCOMPARE(found, rate);
    QVERIFY(std::filesystem::remove(journal));
  }
  QCOMPARE(recovered().first, -1.0);
}

}  // namespace spk::test

using spk::test::MainWindowTest;
SPK_GUI_MAIN(MainWindowTest)
#include "MainWindow_test.moc"
