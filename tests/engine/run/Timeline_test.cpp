#include "engine/run/Timeline.h"

#include <QtTest/QTest>
#include <algorithm>

using namespace spk;

namespace {

std::shared_ptr<const Bytes> page(std::size_t bytes) {
  return std::make_shared<Bytes>(std::vector<std::byte>(bytes));
}

Checkpoint at(Time t, std::size_t bytes = 8) { return {t, {{Id{2}, {page(bytes)}}}}; }

Edit named(const char* title) { return Edit{title}; }

}  // namespace

class TimelineTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void findsTheCheckpointBefore() {
    Timeline timeline;
    timeline.begin(at(0));
    timeline.add(at(kSecond));
    timeline.add(at(2 * kSecond));
    QCOMPARE(timeline.before(0).t, Time{0});
    QCOMPARE(timeline.before(kSecond - 1).t, Time{0});
    QCOMPARE(timeline.before(kSecond).t, kSecond);
    QCOMPARE(timeline.before(9 * kSecond).t, 2 * kSecond);
    QVERIFY(!timeline.isDue(3 * kSecond - 1));
    QVERIFY(timeline.isDue(3 * kSecond));
  }

  void theFirstIsGivenForATimeBeforeIt() {
    Timeline timeline;
    timeline.begin(at(5 * kSecond));
    QCOMPARE(timeline.before(kSecond).t, 5 * kSecond);
  }

  void thinsByNumberAndKeepsBothEnds() {
    Timeline timeline(std::size_t{1} << 30, 20);
    timeline.begin(at(0));
    for (int i = 1; i <= 300; ++i) timeline.add(at(i * kSecond));
    const auto times = timeline.times();
    QCOMPARE(times.size(), std::size_t{20});
    QCOMPARE(times.front(), Time{0});
    QCOMPARE(times.back(), 300 * kSecond);
    QVERIFY(std::ranges::is_sorted(times));
    // The near past is denser than the far one.
    QCOMPARE(times[18], 299 * kSecond);
    QVERIFY(times[1] - times[0] > 5 * kSecond);
  }

  void thinsByMemory() {
    Timeline timeline(1000, 1000);
    timeline.begin(at(0, 100));
    for (int i = 1; i <= 50; ++i) timeline.add(at(i * kSecond, 100));
    QVERIFY(timeline.heldBytes() <= 1000);
    QCOMPARE(timeline.times().size(), std::size_t{10});
  }

  void sharedPagesAreCountedOnce() {
    Timeline timeline(std::size_t{1} << 30, 1000);
    const auto constant = page(1000);
    Checkpoint first{0, {{Id{2}, {constant, page(10)}}}};
    Checkpoint second{kSecond, {{Id{2}, {constant, page(10)}}}};
    Checkpoint third{2 * kSecond, {{Id{2}, {page(1000), page(10)}}}};
    timeline.begin(first);
    timeline.add(second);
    QCOMPARE(timeline.heldBytes(), std::size_t{1020});
    timeline.add(third);
    QCOMPARE(timeline.heldBytes(), std::size_t{2030});
  }

  void aStampCutsWhatComesLater() {
    Timeline timeline;
    timeline.begin(at(0));
    for (int i = 1; i <= 5; ++i) timeline.add(at(i * kSecond));
    timeline.stamp(3 * kSecond, named("a"));
    QCOMPARE(timeline.times().back(), 3 * kSecond);
    QCOMPARE(timeline.applied(), std::size_t{1});
  }

  void branchingMovesWhatIsNotInEffect() {
    Timeline timeline;
    timeline.begin(at(0));
    timeline.stamp(1 * kSecond, named("a"));
    timeline.stamp(4 * kSecond, named("b"));
    timeline.setApplied(1);
    timeline.branch(2 * kSecond);
    QCOMPARE(timeline.edits()[0].t, 1 * kSecond);
    QCOMPARE(timeline.edits()[1].t, 2 * kSecond);
  }
};

QTEST_APPLESS_MAIN(TimelineTest)
#include "Timeline_test.moc"
