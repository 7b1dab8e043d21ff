#include "app/Workbench.h"

#include <QTest>

#include "app/StatusLine.h"
#include "engine/base/H5.h"
#include "engine/graph/ProjectFile.h"
#include "engine/graph/blobs.h"
#include "engine/run/headless.h"
#include "tests/kit/WindowDesk.h"
#include "tests/kit/guiMain.h"

namespace spk::test {

class WorkbenchTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void init() {
    desk_ = std::make_unique<WindowDesk>();
    const auto file = desk_->ownDemo("ei_balance");
    QVERIFY(desk_->window->open(file));
    QTRY_VERIFY(desk_->holds(file));
    QTRY_VERIFY(desk_->bench().status().neurons > 0);
  }
  void cleanup() { desk_.reset(); }

  void aSaveMarksWhatWasSaved();
  void aLiveEditBuildsNothing();
  void aRebuildKeepsTheTime();
  void playWaitsForWhatIsDrawn();
  void rewindCutsTheTapes();
  void faultsBecomeNotes();
  void theArrangementOfDocksIsAnItem();
  void anUnfinishedSessionIsOffered();
  void whatWasNotDecidedOnWaits();
  void aRecordingIsOfTheProjectFromItsStart();
  void aDifferenceMakesOneOfTheOther();
  void lossesOnTheWayToTheViewsAreExplained();
  void arraysThatNothingNeedsGoWithASave();

 private:
  void set(const char* item, const char* key, Value value) {
    Workbench& bench = desk_->bench();
    QVERIFY(
        bench.commit({"Set", {setting(bench.project(), desk_->id(item), key, std::move(value))}}));
  }
  std::unique_ptr<WindowDesk> desk_;
};

void WorkbenchTest::aSaveMarksWhatWasSaved() {
  Workbench& bench = desk_->bench();
  QVERIFY(!bench.isEdited());
  set("Drive", "rate", Value{900.0});
  QVERIFY(bench.isEdited());
  QTRY_VERIFY(desk_->window->windowTitle().contains(QStringLiteral("edited")));
  QVERIFY(bench.save(bench.path()));
  set("Drive", "rate", Value{950.0});  // while it is on its way
  QTRY_VERIFY(!bench.isSaving());
  QVERIFY(bench.isEdited());
  QVERIFY(bench.undo());
  QVERIFY(!bench.isEdited());
  const auto loaded = load(bench.path(), desk_->registry);
  QVERIFY(loaded);
  QCOMPARE(loaded.value().project.items, bench.project().items);
  QTRY_VERIFY(!desk_->window->windowTitle().contains(QStringLiteral("edited")));
}

void WorkbenchTest::aLiveEditBuildsNothing() {
  Workbench& bench = desk_->bench();
  bench.play();
  QTRY_VERIFY(desk_->now() > kSecond / 4);
  set("Drive", "rate", Value{1200.0});
  for (int i = 0; i < 10; ++i) {
    QTest::qWait(20);
    QVERIFY(!bench.isBuilding());
  }
  set("E", "n", Value{std::int64_t{400}});
  QTRY_VERIFY(bench.isBuilding() || bench.status().neurons == 600);
  QTRY_COMPARE(bench.status().neurons, std::uint64_t{600});
}

void WorkbenchTest::aRebuildKeepsTheTime() {
  Workbench& bench = desk_->bench();
  bench.play();
  QTRY_VERIFY(desk_->now() > kSecond / 2);
  const Time before = desk_->now();
  set("I", "n", Value{std::int64_t{100}});
  QTRY_COMPARE(bench.status().neurons, std::uint64_t{900});
  QVERIFY(desk_->now() >= before);
  QTRY_VERIFY(desk_->now() > before + kSecond / 2 && desk_->rate("E") > 0);
}

void WorkbenchTest::playWaitsForWhatIsDrawn() {
  Workbench& bench = desk_->bench();
  QTRY_VERIFY(!bench.isBuilding());
  QCOMPARE(desk_->now(), Time{0});
  set("E", "n", Value{std::int64_t{400}});
  bench.play();
  QVERIFY(bench.isPlaying());
  QTRY_VERIFY(desk_->now() > 0);
  QCOMPARE(bench.status().neurons, std::uint64_t{600});
  const Tape* counts = bench.tapes().find(desk_->id("E"));
  QVERIFY(counts);
  std::uint64_t early = 0;
  counts->visit<Count>(0, kSecond / 20, [&](std::span<const Count> all) { early += all.size(); });
  QVERIFY(early > 0);
  // What cannot be built leaves the network of before running.
  bench.pause();
  QTRY_VERIFY(!desk_->runs());
  const Time then = desk_->now();
  set("E", "n", Value{std::int64_t{0}});
  bench.play();
  QTRY_VERIFY(desk_->now() > then);
}

void WorkbenchTest::rewindCutsTheTapes() {
  Workbench& bench = desk_->bench();
  const Id probe = desk_->wire("E", "Raster");
  bench.play();
  QTRY_VERIFY(desk_->now() > kSecond && desk_->spikes(probe) > 0);
  bench.pause();
  QTRY_VERIFY(!desk_->runs());
  bench.rewind(kSecond / 2);
  QTRY_VERIFY(desk_->now() == kSecond / 2);
  QTRY_VERIFY(bench.tapes().find(probe)->end() == kSecond / 2);
  bench.rewind(0);
  QTRY_VERIFY(desk_->now() == 0 && bench.tapes().find(probe)->end() == 0);
  QCOMPARE(desk_->spikes(probe), std::uint64_t{0});
}

void WorkbenchTest::faultsBecomeNotes() {
  Workbench& bench = desk_->bench();
  QVERIFY(bench.notes().empty());
  set("E", "tau_m", Value{-1.0});
  QTRY_VERIFY(!bench.notes().empty() && bench.notes().front().level == Note::Level::Error);
  QCOMPARE(bench.notes().front().item, desk_->id("E"));
  QVERIFY(bench.undo());
  QTRY_VERIFY(bench.notes().empty());
}

void WorkbenchTest::theArrangementOfDocksIsAnItem() {
  Workbench& bench = desk_->bench();
  QTest::qWait(200);
  const std::size_t items = bench.project().items.size();
  QVERIFY(desk_->window->isDockSeen("dock.inspector"));
  QVERIFY(desk_->window->act("view.inspector"));
  QTRY_COMPARE(bench.project().items.size(), items + 1);
  QVERIFY(!desk_->window->isDockSeen("dock.inspector"));
  QVERIFY(bench.undo());
  QCOMPARE(bench.project().items.size(), items);
  QTRY_VERIFY(desk_->window->isDockSeen("dock.inspector"));
  QVERIFY(bench.redo());
  QTRY_VERIFY(!desk_->window->isDockSeen("dock.inspector"));
  // A larger window is no edit.
  const std::size_t steps = bench.history().done().size();
  desk_->window->resize(1500, 900);
  QTest::qWait(200);
  QCOMPARE(bench.history().done().size(), steps);
}

void WorkbenchTest::anUnfinishedSessionIsOffered() {
  const auto file = desk_->path("mine.spk");
  QVERIFY(save(desk_->project(), file));
  const Project saved = load(file, desk_->registry).value().project;
  {
    Journal journal;  // of a session that ended without a word
    QVERIFY(journal.open(Journal::pathFor(file), saved));
    QVERIFY(journal.append({"Set", {setting(saved, desk_->id("Drive"), "rate", Value{123.0})}}));
  }
  QVERIFY(desk_->window->open(file));
  QTRY_VERIFY(desk_->holds(file));
  Workbench& bench = desk_->bench();
  QVERIFY(bench.recovery());
  QCOMPARE(bench.recovery()->edits, 1);
  set("Drive", "rate", Value{5.0});
  QVERIFY(bench.recover());
  QCOMPARE(numberOr(desk_->item("Drive").values, "rate", 0), 123.0);
  QVERIFY(!bench.recovery());
  QVERIFY(bench.undo());
  QCOMPARE(numberOr(desk_->item("Drive").values, "rate", 0), 5.0);
}

void WorkbenchTest::whatWasNotDecidedOnWaits() {
  const auto file = desk_->path("mine.spk"), other = desk_->path("other.spk");
  QVERIFY(save(desk_->project(), file));
  const Project saved = load(file, desk_->registry).value().project;
  {
    Journal journal;
    QVERIFY(journal.open(Journal::pathFor(file), saved));
    QVERIFY(journal.append({"Set", {setting(saved, desk_->id("Drive"), "rate", Value{123.0})}}));
  }
  QVERIFY(desk_->window->open(file));
  QTRY_VERIFY(desk_->holds(file));
  QVERIFY(desk_->bench().save(other));
  QTRY_VERIFY(desk_->holds(other));
  QVERIFY(!desk_->bench().recover());  // it is of the other file
  QVERIFY(desk_->window->open(file));
  QTRY_VERIFY(desk_->holds(file));
  QVERIFY(desk_->bench().recovery());
  // Written over, nothing is left to recover.
  QVERIFY(desk_->bench().save(file));
  QTRY_VERIFY(!desk_->bench().isSaving());
  QVERIFY(!desk_->bench().recovery());
}

void WorkbenchTest::aRecordingIsOfTheProjectFromItsStart() {
  Workbench& bench = desk_->bench();
  const Id e = desk_->id("E");
  set("settings", "duration", Value{0.3});
  QVERIFY(bench.commit({"Start at rest", {setting(bench.project(), e, "V.initial", {})}}));
  QTRY_VERIFY(!bench.isBuilding() && bench.status().neurons == 1000);
  set("E", "E_L", Value{-62.0});  // live; at rest is another place now
  const auto path = desk_->path("window.h5");
  QVERIFY(bench.record(path));
  QTRY_VERIFY(std::filesystem::exists(path));
  RunRequest request;
  request.out = desk_->path("headless.h5");
  QVERIFY(runProject(bench.project(), desk_->registry, desk_->targets, request));
  const auto times = [](const std::filesystem::path& of) {
    auto opened = H5::open(of);
    return opened ? opened.value().read<double>("/spikes/E/timestamps").value()
                  : std::vector<double>();
  };
  QVERIFY(times(path).size() > 100);
  QCOMPARE(times(path), times(request.out));
}

void WorkbenchTest::aDifferenceMakesOneOfTheOther() {
  const Project& from = desk_->project();
  Document to(from);
  const Item raster = desk_->item("Raster");
  std::vector<Operation> ops;
  for (const auto& [id, item] : from.items)
    if (item.isWire() && item.to.item == raster.id) ops.push_back(Remove{item});
  ops.push_back(Remove{raster});
  ops.push_back(setting(from, desk_->id("E"), "tau_m", Value{15.0}));
  ops.push_back(Insert{Item{to.newId(), "layout.note", {}, {}, {}, {{"text", std::string("a")}}}});
  QVERIFY(to.apply({"", ops}));
  Document again(from);
  QVERIFY(again.apply(difference(from, to.project(), "")));
  QCOMPARE(again.project().items, to.project().items);
  QVERIFY(difference(from, from, "").ops.empty());
}

void WorkbenchTest::lossesOnTheWayToTheViewsAreExplained() {
  RunStatus status;
  QVERIFY(StatusLine::lossWords(status).isEmpty());
  status.thinned = 12'000'000;
  status.thinning = 12;
  const QString thinned = StatusLine::lossWords(status);
  QVERIFY2(thinned.contains(QStringLiteral("passed over")), qPrintable(thinned));
  QVERIFY2(thinned.contains(QStringLiteral("1 of 12 now")), qPrintable(thinned));
  QVERIFY2(thinned.endsWith(QStringLiteral("have them all.")), qPrintable(thinned));
  status.dropped = 7;
  const QString both = StatusLine::lossWords(status);
  QVERIFY2(both.count(QChar('\n')) == 2 && both.contains(QStringLiteral("7 spikes")),
           qPrintable(both));
}

/// The .bak needs an array for one save longer; then its file goes, and undo brings it back.
void WorkbenchTest::arraysThatNothingNeedsGoWithASave() {
  Workbench& bench = desk_->bench();
  const Blob blob({3}, {1, 2, 3});
  const auto file = blobFolder(bench.path()) / (blob.name() + ".h5");
  const auto saved = [&] {
    const auto begun = bench.save(bench.path());
    for (int i = 0; i < 500 && bench.isSaving(); ++i) QTest::qWait(20);
    return begun && !bench.isSaving();
  };
  set("Drive", "future", Value{blob});
  QVERIFY(saved());
  QVERIFY(std::filesystem::exists(file));
  QVERIFY(bench.undo());
  QVERIFY(saved());
  QVERIFY(std::filesystem::exists(file));
  set("Drive", "rate", Value{900.0});
  QVERIFY(saved());
  set("Drive", "rate", Value{901.0});
  QVERIFY(saved());
  QVERIFY(!std::filesystem::exists(file));
  QVERIFY(bench.undo() && bench.undo() && bench.redo());
  set("Drive", "future", Value{blob});
  QVERIFY(saved());
  QVERIFY(std::filesystem::exists(file));
}

}  // namespace spk::test

using spk::test::WorkbenchTest;
SPK_GUI_MAIN(WorkbenchTest)
#include "Workbench_test.moc"
