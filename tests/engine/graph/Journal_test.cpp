#include "engine/graph/Journal.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "engine/base/file.h"
#include "engine/graph/History.h"
#include "engine/graph/ProjectFile.h"
#include "tests/kit/graph.h"

using namespace spk;
using kit::node;
namespace fs = std::filesystem;

namespace {

Edit add(std::uint64_t id, Values values = {}) {
  return {"Add", {Insert{node(id, "neuron.test", "n" + std::to_string(id), std::move(values))}}};
}

}  // namespace

class JournalTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { QVERIFY(folder_.emplace().isValid()); }

  void bringsBackEveryEdit() {
    const Project base = emptyProject();
    Document document(base);
    {
      Journal journal;
      QVERIFY(journal.open(at("a.spk.journal"), base));
      for (std::uint64_t id = 2; id < 50; ++id) {
        QVERIFY(document.apply(add(id)));
        QVERIFY(journal.append(add(id)));
      }
    }
    const auto recovery = Journal::recover(at("a.spk.journal"), base);
    QVERIFY(recovery && recovery->project == document.project());
    QCOMPARE(recovery->edits, 48);
    QVERIFY(!recovery->damaged);
  }

  void ofAnotherFileItIsNotUsed() {
    std::optional<Journal> journal(std::in_place);
    QVERIFY(journal->open(at("j"), emptyProject()));
    QVERIFY(journal->append(add(2)));
    QVERIFY(!Journal::recover(at("j"), emptyProject()));  // a running program holds it
    journal.reset();
    QVERIFY(Journal::recover(at("j"), emptyProject()));
    QVERIFY(!Journal::recover(at("j"), kit::projectOf({node(2, "x")})));
    QVERIFY(!Journal::recover(at("none"), emptyProject()));
    QVERIFY(writeFileSafely(at("j"), "nonsense\n"));
    QVERIFY(!Journal::recover(at("j"), emptyProject()));
  }

  void withoutEditsThereIsNothingToRecover() {
    {
      Journal journal;
      QVERIFY(journal.open(at("j"), emptyProject()));
    }
    QVERIFY(fs::exists(at("j")));
    QVERIFY(!Journal::recover(at("j"), emptyProject()));
  }

  void recoveredEditsSurviveASecondCrash() {
    for (std::uint64_t id = 2; id < 6; ++id) {
      Journal journal;
      QVERIFY(journal.open(at("j"), emptyProject()));  // goes on
      QVERIFY(journal.append(add(id)));
    }
    const auto recovery = Journal::recover(at("j"), emptyProject());
    QVERIFY(recovery);
    QCOMPARE(recovery->edits, 4);
  }

  /// Cut or spoilt at every byte: the edits before the damage come back, and the journal goes on.
  void damageCostsOnlyWhatFollows() {
    {
      Journal journal;
      QVERIFY(journal.open(at("j"), emptyProject()));
      for (std::uint64_t id = 2; id < 8; ++id) QVERIFY(journal.append(add(id)));
    }
    const std::string whole = readFile(at("j")).value();
    const std::size_t head = whole.find('\n') + 1;
    for (std::size_t size = head; size < whole.size(); size += 3) {
      const auto lines = std::count(whole.begin() + head, whole.begin() + size, '\n');
      for (const bool spoil : {false, true}) {
        std::string damaged = spoil ? whole : whole.substr(0, size);
        if (spoil) damaged[size] = static_cast<char>(damaged[size] ^ 1);
        QVERIFY(std::ofstream(at("k"), std::ios::binary | std::ios::trunc)
                << damaged << std::flush);
        const auto recovery = Journal::recover(at("k"), emptyProject());
        const bool cutAtLine = !spoil && whole[size - 1] == '\n';
        QCOMPARE(recovery ? recovery->edits : 0, static_cast<int>(lines));
        QVERIFY(!recovery || recovery->damaged == !cutAtLine);
      }
    }
    QVERIFY(writeFileSafely(at("k"), whole.substr(0, whole.size() - 5)));
    {
      Journal journal;
      QVERIFY(journal.open(at("k"), emptyProject()));
      QVERIFY(journal.append(add(30)));
    }
    const auto recovery = Journal::recover(at("k"), emptyProject());
    QVERIFY(recovery && recovery->edits == 6 && !recovery->damaged &&
            recovery->project.find(Id{30}));
  }

  void blobsAreInIt() {
    const Blob blob({3}, {1, 2, 3});
    {
      Journal journal;
      QVERIFY(journal.open(at("a.spk.journal"), emptyProject()));
      QVERIFY(journal.append(add(2, {{"painted", blob}})));
      QVERIFY(journal.append({"Paint", {Set{Id{2}, "painted", blob, Value(Blob({1}, {4}))}}}));
    }
    const auto recovery = Journal::recover(at("a.spk.journal"), emptyProject());
    QVERIFY(recovery);
    QCOMPARE(std::get<Blob>(recovery->project.find(Id{2})->values.at("painted")).numbers(),
             std::vector<double>{4});
  }

  void oneProgramAtATime() {
    Journal first, second;
    QVERIFY(first.open(at("j"), emptyProject()));
    const auto taken = second.open(at("j"), emptyProject());
    QVERIFY(!taken && taken.error().text().find("another window") != std::string::npos);
    QVERIFY(!second.append(add(2)));
    first.discard();
    QVERIFY(!fs::exists(at("j")));
    QVERIFY(second.open(at("j"), emptyProject()));
  }

  /// Dying at any moment of a save loses nothing, whichever of the two files is there then.
  void aSaveMayFallAnywhere() {
    const Project first = emptyProject();
    Document document(first);
    std::optional<Journal> journal(std::in_place);
    const auto commit = [&](std::uint64_t id) {
      QVERIFY(document.apply(add(id)));
      QVERIFY(journal->append(add(id)));
    };
    QVERIFY(journal->open(at("j"), first));
    commit(2);
    const Project copy = document.project();
    QVERIFY(journal->saving(copy));
    commit(3);  // while the copy is written
    QVERIFY(journal->saved());
    commit(4);
    journal.reset();
    const auto old = Journal::recover(at("j"), first), saved = Journal::recover(at("j"), copy);
    QVERIFY(old && old->edits == 3 && old->project == document.project());
    QVERIFY(saved && saved->edits == 2 && saved->project == document.project());

    journal.emplace();
    QVERIFY(journal->open(at("j"), copy));  // goes on
    QVERIFY(journal->saving(document.project()));
    QVERIFY(journal->saved());  // nothing came meanwhile: it begins anew
    journal.reset();
    QCOMPARE(readFile(at("j")).value().find("Add"), std::string::npos);
    QVERIFY(!Journal::recover(at("j"), copy) && !Journal::recover(at("j"), document.project()));
  }

  void anothersJournalIsKept() {
    {
      Journal journal;
      QVERIFY(journal.open(at("j"), emptyProject()));
      QVERIFY(journal.append(add(2)));
    }
    {
      Journal journal;
      QVERIFY(journal.open(at("j"), kit::projectOf({node(9, "x")})));
    }
    QVERIFY(Journal::recover(at("j.old"), emptyProject()));
    QVERIFY(!Journal::recover(at("j"), emptyProject()));
  }

  void untitledOnesAreFoundAgain() {
    qputenv("XDG_STATE_HOME", folder_->path().toUtf8());
    const fs::path path = Journal::pathFor({});
    QVERIFY(path.string().starts_with((at("spikarium") / "untitled-").string()));
    {
      Journal journal;
      QVERIFY(journal.open(path, emptyProject()));
      QVERIFY(Journal::untitled().empty());  // still held
      QVERIFY(journal.append(add(2)));
    }
    QCOMPARE(Journal::untitled(), std::vector<fs::path>{path});
    QVERIFY(Journal::recover(path, emptyProject()));
    QCOMPARE(Journal::pathFor({}), path);
    QCOMPARE(Journal::pathFor("/a/b.spk"), fs::path("/a/b.spk.journal"));
  }

 private:
  fs::path at(const char* name) const { return fs::path(folder_->path().toStdString()) / name; }
  std::optional<QTemporaryDir> folder_;
};

QTEST_APPLESS_MAIN(JournalTest)
#include "Journal_test.moc"
