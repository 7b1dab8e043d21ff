#include <unistd.h>

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <cstring>
#include <thread>

#include "engine/base/Jobs.h"
#include "engine/graph/Journal.h"
#include "engine/graph/ProjectFile.h"
#include "tests/kit/RandomEditor.h"

using namespace spk;
namespace fs = std::filesystem;

namespace {

const char* const kSequence = "sequence";

Project opened(const fs::path& path, const Registry& registry, bool recover) {
  auto loaded = load(path, registry);
  if (!loaded) return {};
  if (recover)
    if (auto recovery = Journal::recover(Journal::pathFor(path), loaded.value().project))
      return recovery->project;
  return loaded.value().project;
}

/// The editor that is killed: opens, recovers, and then edits without end, telling the number of
/// each edit on standard output once it is done. In mode "save" a second thread saves all the time.
int edit(const fs::path& path, std::uint64_t seed, bool saves) {
  const Registry registry = kit::registry();
  const Project base = opened(path, registry, false);
  Document document(opened(path, registry, true));
  History history(document);
  Journal journal;
  if (!journal.open(Journal::pathFor(path), base)) return 1;
  bool good = true;
  history.onStep = [&](const Edit& step) { good = good && journal.append(step); };
  kit::RandomEditor editor(document, history, seed);
  Jobs jobs(1);
  std::future<bool> saving;
  std::int64_t sequence = integerOr(document.project().settings().values, kSequence, 0);
  while (good) {
    if (!editor.act()) return 2;
    const Edit numbered{
        "", {setting(document.project(), Id::settings, kSequence, Value(sequence + 1))}};
    if (!history.commit(numbered)) return 3;
    history.closeMerge();
    ++sequence;
    if (::write(STDOUT_FILENO, &sequence, sizeof sequence) != sizeof sequence) return 4;
    if (!saves) continue;
    if (saving.valid() && saving.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
      if (!saving.get() || !journal.saved()) return 5;
    }
    if (!saving.valid()) {
      if (!journal.saving(document.project())) return 6;
      saving = jobs.start("save", [copy = document.project(), path](JobControl&) {
        return bool(save(copy, path));
      });
    }
  }
  return 7;
}

}  // namespace

/// kill -9 at any moment: the file is readable and no edit that was told is lost.
class CrashTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void killed_data() {
    QTest::addColumn<bool>("saves");
    QTest::newRow("in mid-edit") << false;
    QTest::newRow("in mid-save") << true;
  }
  void killed() {
    QFETCH(bool, saves);
    QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "net.spk";
    const Registry registry = kit::registry();
    Project start = emptyProject();
    for (std::uint64_t id = 2; id < 300; ++id)  // so that a save takes its time
      start.items[Id{id}] = kit::node(id, "neuron.test", "n" + std::to_string(id),
                                      {{"x", 1.0}, {"y", 2.0}, {"tau_m", 20.0}});
    start.nextId = 300;
    QVERIFY(save(start, path));
    RandomSequence random({1, 2}, saves);
    std::int64_t told = 0, kept = 0, midSave = 0;
    for (int kill = 0; kill < 100; ++kill) {
      QProcess process;
      process.start("/proc/self/exe", {"--edit", QString::fromStdString(path.string()),
                                       QString::number(kill), saves ? "save" : "edit"});
      QVERIFY2(process.waitForReadyRead(20000),
               qPrintable(QString("exit code %1").arg(process.exitCode())));
      std::this_thread::sleep_for(
          std::chrono::microseconds(random.below(15000)));  // any moment will do
      process.kill();
      QVERIFY(process.waitForFinished(20000));
      QCOMPARE(process.exitStatus(), QProcess::CrashExit);
      const QByteArray said = process.readAllStandardOutput();
      const qsizetype whole = said.size() / 8 * 8;
      QVERIFY(whole >= 8);
      std::memcpy(&told, said.data() + whole - 8, 8);

      auto loaded = load(path, registry);
      QVERIFY2(loaded, loaded ? "" : loaded.error().text().c_str());
      const Project now = opened(path, registry, true);
      kept = integerOr(now.settings().values, kSequence, -1);
      QVERIFY2(kept >= told,
               qPrintable(QString("%1 told, %2 kept at kill %3").arg(told).arg(kept).arg(kill)));
      QVERIFY(readProject(projectText(now), registry));
      if (kill % 4 == 3) {  // begin anew, as after a save: long journals take long to replay
        Project fresh = start;
        fresh.items[Id::settings] = now.settings();
        QVERIFY(save(fresh, path));
      }
      for (const auto& entry : fs::directory_iterator(path.parent_path()))
        if (entry.path().extension() == ".temp") ++midSave, fs::remove(entry.path());
    }
    qInfo("%lld edits, %lld kills left a half-written temp file", static_cast<long long>(told),
          static_cast<long long>(midSave));
    QVERIFY(!saves || midSave > 0);  // else the kills missed the saves
  }
};

int main(int argc, char** argv) {
  if (argc == 5 && std::string_view(argv[1]) == "--edit")
    return edit(argv[2], std::stoull(argv[3]), std::string_view(argv[4]) == "save");
  CrashTest test;
  return QTest::qExec(&test, argc, argv);
}
#include "crash_test.moc"
