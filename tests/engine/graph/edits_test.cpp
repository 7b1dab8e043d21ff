#include <QTemporaryDir>
#include <QTest>

#include "engine/graph/Journal.h"
#include "engine/graph/ProjectFile.h"
#include "tests/kit/RandomEditor.h"

using namespace spk;

namespace {

/// Every wire and member hangs on something that is there.
bool isWhole(const Project& project) {
  for (const auto& [id, item] : project.items)
    for (const Id end : {item.from.item, item.to.item, item.parent.item})
      if (end != Id::none && !project.find(end)) return false;
  return true;
}

/// Equal but for numbers given and not used, and for NaN, which equals nothing.
bool same(const Project& a, const Project& b) {
  Project left = a, right = b;
  left.nextId = right.nextId = 0;
  return projectText(left) == projectText(right);
}

}  // namespace

/// Thousands of random edits, undos, redos, saves, loads and recoveries, with fixed seeds.
class EditsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everythingHoldsTogether_data() {
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 6; ++seed) QTest::newRow(std::to_string(seed).c_str()) << seed;
  }
  void everythingHoldsTogether() {
    QFETCH(int, seed);
    QTemporaryDir folder;
    const std::filesystem::path path =
        std::filesystem::path(folder.path().toStdString()) / "net.spk";
    const Registry registry = kit::registry();
    Document document;
    History history(document);
    Journal journal;
    QVERIFY(journal.open(Journal::pathFor(path), document.project()));
    Project base = document.project();
    std::vector<Edit> steps;
    history.onStep = [&](const Edit& edit) {
      steps.push_back(edit);
      QVERIFY(journal.append(edit));
    };
    kit::RandomEditor editor(document, history, static_cast<std::uint64_t>(seed));

    for (int i = 1; i <= 1500; ++i) {
      const auto result = editor.act();
      QVERIFY2(result, result ? "" : (std::to_string(i) + ": " + result.error().text()).c_str());
      QVERIFY(isWhole(document.project()));
      if (i % 50 != 0) continue;

      // What is written comes back.
      const std::string text = projectText(document.project());
      const auto read = readProject(text, registry);
      QVERIFY2(read, read ? "" : read.error().text().c_str());
      QCOMPARE(projectText(read.value().project), text);
      // The steps, through their lines, lead from the base to here.
      history.closeMerge();
      Document replay(base);
      for (const Edit& step : steps) {
        const auto line = readEdit(editText(step));
        QVERIFY(line && replay.apply(line.value()));
      }
      QVERIFY(same(replay.project(), document.project()));
      if (i % 250 != 0) continue;

      // All undone is the beginning, all redone is the end.
      const Project now = document.project();
      const std::size_t depth = history.done().size();
      while (history.canUndo()) QVERIFY(history.undo());
      for (std::size_t k = 0; k < depth; ++k) QVERIFY(history.redo());
      QVERIFY(same(document.project(), now));
      // Saved and loaded it is the same.
      const Project copy = document.project();
      QVERIFY(journal.saving(copy));
      QVERIFY(save(copy, path));
      QVERIFY(journal.saved());
      const auto loaded = load(path, registry);
      QVERIFY(loaded && same(loaded.value().project, copy));
      base = loaded.value().project;
      steps.clear();
      history.markSaved();
    }
  }

  /// Undoing everything from a fresh start gives the empty project back.
  void undoneIsUntouched() {
    for (std::uint64_t seed = 20; seed < 40; ++seed) {
      Document document;
      History history(document);
      kit::RandomEditor editor(document, history, seed);
      for (int i = 0; i < 300; ++i) QVERIFY(editor.act());
      while (history.canUndo()) QVERIFY(history.undo());
      QVERIFY(document.project().items == emptyProject().items);
    }
  }
};

QTEST_APPLESS_MAIN(EditsTest)
#include "edits_test.moc"
