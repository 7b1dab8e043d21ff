#include "panels/rates/BinCounts.h"

#include <QTest>
#include <algorithm>

#include "tests/kit/guiData.h"

using namespace spk;
using namespace spk::test;
using namespace spk::panels::rates;

class BinCountsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void countsByTheEndOfTheStep() {
    Tape tape;
    // Bins of 1 ms: a spike stamped 1 ms belongs to the first, one of 1.1 ms to the second.
    const std::vector<Spike> spikes = {{kMillisecond, 0},
                                       {1100 * kMicrosecond, 0},
                                       {2 * kMillisecond, 1},
                                       {2900 * kMicrosecond, 1}};
    tape.append(std::span<const Spike>(spikes));
    tape.advance(5 * kMillisecond);
    BinCounts counts;
    counts.update(tape, kMillisecond);
    QCOMPARE(counts[0], 1u);
    QCOMPARE(counts[1], 2u);
    QCOMPARE(counts[2], 1u);
    QCOMPARE(counts[3], 0u);
  }
  void piecesGiveTheSameAsAll() {
    const auto spikes = waves(20000, 100, 0, kSecond);
    Tape all, grown;
    all.append(std::span<const Spike>(spikes));
    all.advance(kSecond + 1);
    BinCounts once, often;
    once.update(all, 3 * kMillisecond);
    for (std::size_t i = 0; i < spikes.size(); i += 137) {
      const auto some =
          std::span<const Spike>(spikes).subspan(i, std::min<std::size_t>(137, spikes.size() - i));
      grown.append(some);
      often.update(grown, 3 * kMillisecond);
    }
    grown.advance(kSecond + 1);
    often.update(grown, 3 * kMillisecond);
    QCOMPARE(often.endBin(), once.endBin());
    std::uint64_t sum = 0;
    for (std::int64_t bin = 0; bin < once.endBin(); ++bin) {
      QCOMPARE(often[bin], once[bin]);
      sum += once[bin];
    }
    QVERIFY(sum > spikes.size() * 99 / 100);
  }
  void aRewindCountsAgain() {
    Tape tape;
    const auto spikes = waves(20000, 100, 0, kSecond);
    tape.append(std::span<const Spike>(spikes));
    BinCounts counts;
    counts.update(tape, kMillisecond);
    QVERIFY(counts.endBin() > 900);
    tape.cut(kSecond / 2);
    counts.update(tape, kMillisecond);
    QVERIFY(counts.endBin() <= 500);
  }
  void ratesAreInHertzAndSmoothingKeepsTheMean() {
    Tape tape;
    std::vector<Spike> spikes;  // 50 neurons at 20 Hz: one spike a millisecond
    for (int i = 0; i < 2000; ++i)
      spikes.push_back({(i + 1) * kMillisecond, std::uint32_t(i % 50)});
    tape.append(std::span<const Spike>(spikes));
    tape.advance(2 * kSecond + 1);
    BinCounts counts;
    counts.update(tape, 5 * kMillisecond);
    for (const double sigma : {0.0, 2.0, 8.0}) {
      const auto all = rates(counts, 0, counts.endBin(), 5 * kMillisecond, 50, sigma);
      QCOMPARE(all.size(), std::size_t{400});
      for (const double rate : all) QVERIFY(std::abs(rate - 20) < 1e-9);
    }
  }
  void theMeanIsOverTheBinsInSight() {
    Tape tape;
    std::vector<Spike> spikes;  // 10 neurons: 10 Hz each in the first second, 40 Hz in the second
    for (int i = 0; i < 100; ++i) spikes.push_back({(i * 10 + 1) * kMillisecond, 0});
    for (int i = 0; i < 400; ++i) spikes.push_back({kSecond + (i + 1) * 2500 * kMicrosecond, 0});
    tape.append(std::span<const Spike>(spikes));
    tape.advance(2 * kSecond + 1);
    BinCounts counts;
    const Time width = 5 * kMillisecond;
    counts.update(tape, width);
    QCOMPARE(meanRate(counts, 0, 200, width, 10).value_or(-1), 10.0);
    QCOMPARE(meanRate(counts, 200, 400, width, 10).value_or(-1), 40.0);
    QCOMPARE(meanRate(counts, 100, 300, width, 10).value_or(-1), 25.0);
    QCOMPARE(meanRate(counts, 200, 9000, width, 10).value_or(-1),
             40.0);  // what is not there yet does not count
    QVERIFY(!meanRate(counts, 500, 600, width, 10));
  }
};

QTEST_APPLESS_MAIN(BinCountsTest)
#include "BinCounts_test.moc"
