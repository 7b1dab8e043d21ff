// Task 10: pause, two seconds back, another rate, and on: the state at the rewind is the one of the
// first pass, and both runs are to be seen.
#include "panels/kit/PlotPanel.h"
#include "panels/kit/Theme.h"
#include "tests/kit/WindowDesk.h"
#include "tests/kit/guiMain.h"

namespace spk::test {
namespace {

std::vector<double> potentials(WindowDesk& desk) {
  auto asked = desk.bench().runner().ask(desk.id("E"), {What::Kind::Column, "V"});
  const auto shot = asked.get();
  return shot ? shot.value().values : std::vector<double>{};
}

std::vector<Spike> spikesIn(const Tape& tape, Time from, Time to) {
  std::vector<Spike> all;
  tape.visit<Spike>(from, to, [&](std::span<const Spike> some) {
    all.insert(all.end(), some.begin(), some.end());
  });
  return all;
}

}  // namespace

class BranchTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void anotherWayFromTwoSecondsBack();
};

void BranchTest::anotherWayFromTwoSecondsBack() {
  WindowDesk desk;
  const auto file = WindowDesk::demo("ei_balance");
  QVERIFY(desk.window->open(file));
  QTRY_VERIFY(desk.holds(file));
  QVERIFY(desk.window->act("transport.pace", {{"pace", 0.0}}));
  desk.bench().runner().until(kSecond);
  desk.bench().play();
  QTRY_VERIFY_WITH_TIMEOUT(desk.now() == kSecond && !desk.runs(), 20'000);
  const std::vector<double> firstPass = potentials(desk);
  QVERIFY(firstPass.size() > 100);
  desk.bench().runner().until(3 * kSecond);
  desk.bench().play();
  QTRY_VERIFY_WITH_TIMEOUT(desk.now() > 2 * kSecond, 20'000);
  QTRY_VERIFY_WITH_TIMEOUT(desk.now() == 3 * kSecond && !desk.runs(), 20'000);
  QVERIFY(desk.window->act("transport.pace", {{"pace", 1.0}}));
  desk.bench().select({desk.id("Drive")});
  const Id probe = desk.wire("E", "Raster");
  const Tape* tape = desk.bench().tapes().find(probe);
  QTRY_VERIFY(tape->end() == 3 * kSecond);
  const std::vector<Spike> original = spikesIn(*tape, kSecond + 1, 3 * kSecond + 1);
  QVERIFY(original.size() > 100);
  desk.bench().play();
  QTRY_VERIFY(desk.runs());

  desk.steps = 0;
  desk.chord(Qt::Key_Space);  // pause
  QTRY_VERIFY(!desk.runs());
  const Time paused = desk.now();
  auto* field = desk.window->findChild<QLineEdit*>(QStringLiteral("transport.time"));
  QVERIFY(field);
  ++desk.steps;  // click into the time and type
  QTest::mouseClick(field, Qt::LeftButton);
  QTRY_VERIFY(field->hasSelectedText());
  QTest::keyClicks(field, QStringLiteral("1"));
  QTest::keyClick(field, Qt::Key_Return);
  QTRY_VERIFY_WITH_TIMEOUT(desk.now() == kSecond && !desk.runs(), 10'000);
  QVERIFY(potentials(desk) == firstPass);
  QTRY_VERIFY(tape->end() == kSecond && tape->left());
  QCOMPARE(tape->left()->end(), paused);
  QVERIFY(spikesIn(*tape->left(), kSecond + 1, 3 * kSecond + 1) == original);

  desk.type(QStringLiteral("1500"));
  desk.chord(Qt::Key_Space);  // and on
  QTRY_VERIFY_WITH_TIMEOUT(desk.now() > 2 * kSecond, 20'000);
  desk.tell("task 10");
  QVERIFY(desk.steps <= 4);
  desk.bench().pause();
  QTRY_VERIFY(!desk.runs());
  const std::vector<Spike> other = spikesIn(*tape, kSecond + 1, 2 * kSecond + 1);
  QVERIFY(other.size() > original.size() / 2 && other.size() < 100'000);
  QVERIFY(other != spikesIn(*tape->left(), kSecond + 1, 2 * kSecond + 1));
  QVERIFY(spikesIn(*tape->left(), kSecond + 1, 3 * kSecond + 1) == original);

  // Both are drawn: rows of both in the CSV of the view.
  const QString csv = desk.folder.filePath(QStringLiteral("both.csv"));
  QVERIFY(desk.window->act("file.exportView", {{"item", std::int64_t(number(desk.id("Raster")))},
                                               {"path", csv.toStdString()}}));
  QFile rows(csv);
  QVERIFY(rows.open(QIODevice::ReadOnly));
  const QByteArray text = rows.readAll();
  QVERIFY(text.count(",E,") > 100);
  QVERIFY(text.count(",E before the rewind,") > 100);
  desk.window->grab().save(QStringLiteral(SPK_BUILD_DIR "/task10.png"));
}

}  // namespace spk::test

using spk::test::BranchTest;
SPK_GUI_MAIN(BranchTest)
#include "branch_test.moc"
