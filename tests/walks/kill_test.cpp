// Task 9: the window is killed in the middle of edits, and loses nothing that was finished.
#include <QAbstractButton>
#include <QProcess>
#include <csignal>

#include "app/MessageBar.h"
#include "engine/graph/ProjectFile.h"
#include "tests/kit/WindowDesk.h"
#include "tests/kit/guiMain.h"

namespace spk::test {
namespace {

/// The victim: this program again, with a window that edits without end.
int victim(const std::filesystem::path& file) {
  WindowDesk desk;
  if (!desk.window->open(file, MainWindow::Begin::Playing)) return 1;
  QElapsedTimer clock;
  clock.start();
  while (!desk.holds(file) && clock.elapsed() < 20'000) QTest::qWait(10);
  if (!desk.holds(file)) return 1;
  for (int i = 1;; ++i) {
    const Edit edit{"Set rate",
                    {setting(desk.project(), desk.id("Drive"), "rate", Value{700.0 + i})}};
    if (!desk.bench().commit(edit)) return 1;
    if (i % 7 == 0) (void)desk.window->act("file.save");
    std::printf("%d\n", i);
    std::fflush(stdout);
    QTest::qWait(15);
  }
}

}  // namespace

class KillTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void nothingFinishedIsLost();
};

void KillTest::nothingFinishedIsLost() {
  QTemporaryDir folder;
  const auto file = std::filesystem::path(folder.path().toStdString()) / "mine.spk";
  std::filesystem::copy_file(WindowDesk::demo("ei_balance"), file);
  for (int trial = 0; trial < 3; ++trial) {
    QProcess process;
    process.start(QCoreApplication::applicationFilePath(),
                  {QStringLiteral("--victim"), QString::fromStdString(file.string())});
    QByteArray said;
    QTRY_VERIFY_WITH_TIMEOUT(
        (said += process.readAllStandardOutput(), said.count('\n') > 20 + 13 * trial), 30'000);
    ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
    QVERIFY(process.waitForFinished(10'000));
    said += process.readAllStandardOutput();
    const double last = 700.0 + said.trimmed().split('\n').last().toInt();

    const Registry registry = wholeRegistry();
    const auto onDisk = load(file, registry);
    QVERIFY2(onDisk, onDisk ? "" : onDisk.error().text().c_str());
    WindowDesk desk;
    QVERIFY(desk.window->open(file));
    QTRY_VERIFY(desk.holds(file));
    // Either the file has it all, or the rest is offered.
    const auto rate = [&] { return numberOr(desk.item("Drive").values, "rate", 0); };
    int steps = 1;
    if (desk.bench().recovery()) {
      auto* button =
          desk.window->messages()->findChild<QAbstractButton*>(QStringLiteral("message.Recover"));
      QVERIFY(button);
      QTest::mouseClick(button, Qt::LeftButton);
      ++steps;
      QVERIFY(desk.bench().isEdited());
    }
    QVERIFY2(rate() == last || rate() == last + 1, qPrintable(QString::number(rate() - last)));
    std::printf("task 9: trial %d, %d steps, the last edit (%g) is there\n", trial + 1, steps,
                last);
    QVERIFY(desk.window->act("file.save"));
    QTRY_VERIFY(!desk.bench().isEdited());
    // Set back for the next trial.
    QVERIFY(desk.bench().commit(
        {"Set rate", {setting(desk.project(), desk.id("Drive"), "rate", Value{800.0})}}));
    QVERIFY(desk.window->act("file.save"));
    QTRY_VERIFY(!desk.bench().isEdited() && !desk.bench().isSaving());
  }
}

}  // namespace spk::test

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--victim") {
    spk::prepareGraphics();
    QApplication app(argc, argv);
    return spk::test::victim(argv[2]);
  }
  return spk::test::guiMain<spk::test::KillTest>(argc, argv);
}
#include "kill_test.moc"
