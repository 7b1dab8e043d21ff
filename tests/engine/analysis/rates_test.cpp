#include "engine/analysis/rates.h"

#include <QtTest>

#include "engine/base/Rng.h"

using namespace spk;

/// Rates and interval statistics against clocks, Poisson and gamma processes.
class RatesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void countsFallIntoTheirBins();
  void badBinsAreErrors();
  void ratesAreSpikesPerNeuronAndSecond();
  void clockHasNoVariation();
  void poissonIsOneEverywhere();
  void gammaFourIsHalf();
  void slowChangesFoolCvAlone();
  void fanoOfPoissonIsOne();
  void tooLittleIsSaid();

 private:
  /// Intervals of a renewal process: means of `shape` exponentials, 10 ms on average.
  static SpikeTrain renewal(int shape, int spikes, double slowFactor = 1) {
    SpikeTrain train;
    double t = 0;
    for (int i = 0; i < spikes; ++i) {
      RandomSequence draws(randomKey(7, 0, Purpose::Sample), static_cast<std::uint64_t>(i));
      double interval = 0;
      for (int k = 0; k < shape; ++k) interval += draws.exponential() / shape;
      t += interval * 10e6 * (i < spikes / 2 ? 1 : slowFactor);
      train.push_back(static_cast<Time>(t));
    }
    return train;
  }
};

void RatesTest::countsFallIntoTheirBins() {
  const SpikeTrain train = {-1, 0, 9, 10, 19, 20, 29, 30, 34};
  const auto counts = countsPerBin(std::span<const Time>(train), 0, 35, 10);
  QVERIFY(counts);
  QCOMPARE(counts.value(), (std::vector<std::uint32_t>{2, 2, 2}));  // 30 … 35 is no whole bin
  const std::vector<Spike> spikes = {{25, 3}, {5, 1}, {26, 1}};
  QCOMPARE(countsPerBin(std::span<const Spike>(spikes), 0, 30, 10).value(),
           (std::vector<std::uint32_t>{1, 0, 2}));
  QVERIFY(countsPerBin(std::span<const Spike>(spikes), 30, 30, 10).value().empty());
}
void RatesTest::badBinsAreErrors() {
  QCOMPARE(countsPerBin(std::span<const Time>(), 0, 10, 0).error().where, std::string("bin"));
  QVERIFY(!countsPerBin(std::span<const Time>(), 0, 3600 * kSecond, 1));
}
void RatesTest::ratesAreSpikesPerNeuronAndSecond() {
  QCOMPARE(meanRate(500, 100, 2 * kSecond).value(), 2.5);
  QVERIFY(!meanRate(500, 0, kSecond));
  QVERIFY(!meanRate(500, 1, 0));
}
void RatesTest::clockHasNoVariation() {
  const SpikeTrain clock = {0, 10, 20, 30, 40};
  QCOMPARE(intervalCv(clock).value(), 0.0);
  QCOMPARE(intervalCv2(clock).value(), 0.0);
  QCOMPARE(localVariation(clock).value(), 0.0);
  QCOMPARE(intervals(clock), (std::vector<Time>{10, 10, 10, 10}));
}
void RatesTest::poissonIsOneEverywhere() {
  const SpikeTrain train = renewal(1, 100'000);  // standard error of each below 0.006
  QVERIFY(std::abs(intervalCv(train).value() - 1) < 0.02);
  QVERIFY(std::abs(intervalCv2(train).value() - 1) < 0.02);
  QVERIFY(std::abs(localVariation(train).value() - 1) < 0.02);
}
void RatesTest::gammaFourIsHalf() {
  const SpikeTrain train = renewal(4, 100'000);
  QVERIFY(std::abs(intervalCv(train).value() - 0.5) < 0.01);          // 1 / √4
  QVERIFY(std::abs(intervalCv2(train).value() - 0.547) < 0.01);       // 2·C(8, 4) / 2^8 = 0.547
  QVERIFY(std::abs(localVariation(train).value() - 1.0 / 3) < 0.01);  // 3 / (2·4 + 1)
}
void RatesTest::slowChangesFoolCvAlone() {
  const SpikeTrain train = renewal(4, 100'000, 6);
  QVERIFY(intervalCv(train).value() > 0.8);
  QVERIFY(std::abs(intervalCv2(train).value() - 0.547) < 0.01);
  QVERIFY(std::abs(localVariation(train).value() - 1.0 / 3) < 0.01);
}
void RatesTest::fanoOfPoissonIsOne() {
  const SpikeTrain train = renewal(1, 100'000);
  const auto counts =
      countsPerBin(std::span<const Time>(train), 0, train.back(), 100 * kMillisecond);
  QVERIFY(std::abs(fanoFactor(counts.value()).value() - 1) < 0.05);  // standard error 0.014
  const std::vector<std::uint32_t> same(100, 3);
  QCOMPARE(fanoFactor(same).value(), 0.0);
}
void RatesTest::tooLittleIsSaid() {
  const SpikeTrain two = {0, 10};
  QCOMPARE(intervalCv(two).error().what, std::string("too few intervals: 1 of 2 needed"));
  QCOMPARE(intervalCv2(two).error().what, std::string("too few intervals: 1 of 2 needed"));
  QCOMPARE(localVariation({}).error().what, std::string("too few intervals: 0 of 2 needed"));
  const std::vector<std::uint32_t> silent(100, 0);
  QCOMPARE(fanoFactor(silent).error().what, std::string("no spike in 100 bins"));
}

QTEST_APPLESS_MAIN(RatesTest)
#include "rates_test.moc"
