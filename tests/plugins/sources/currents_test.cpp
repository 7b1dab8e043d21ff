// source.ramp, source.sine, source.ou: the current of each step, read back from a passive membrane.
#include <QtTest>
#include <cmath>
#include <numbers>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

/// I [pA] in each step of 0.1 ms: V' = decay V + (1 − decay) R I solved for I; tau 20 ms, 250 pF.
std::vector<double> currents(const char* type, const Values& values, int steps,
                             std::uint32_t batch = 0) {
  Builder b;
  const Id source = b.node(type, values);
  const Id id = b.node("neuron.lif_delta", {{"n", std::int64_t{3}}});
  b.wire("wire.signal", {source, "out"}, {id, "I"});
  Run run(b.project, {.threads = 1, .mostBatchSteps = batch});
  std::vector<double> all;
  if (!run.error.empty()) return all;
  const double decay = std::exp(-0.1 / 20), R = 20.0 / 250;
  double before = 0;
  for (int step = 1; step <= steps; ++step) {
    run.until(step * 0.1);
    const double V = run.value(id, "V", 2);
    all.push_back((V - decay * before) / ((1 - decay) * R));
    before = V;
  }
  return all;
}

}  // namespace

class CurrentsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void rampsGoEvenly() {
    const std::vector<double> I = currents(
        "source.ramp", {{"from", 20.0}, {"to", -60.0}, {"start", 2.0}, {"stop", 10.0}}, 150);
    QCOMPARE(I.size(), std::size_t{150});
    for (int k = 0; k < 150; ++k) {
      const double expected = k < 20 ? 0 : k >= 100 ? -60 : 20 - (k - 20.0);
      QVERIFY2(std::fabs(I[std::size_t(k)] - expected) < 1e-4, qPrintable(QString::number(k)));
    }
  }

  void aRampWithoutLengthIsAStep() {
    const std::vector<double> I =
        currents("source.ramp", {{"from", 20.0}, {"to", 50.0}, {"start", 2.0}, {"stop", 2.0}}, 40);
    QCOMPARE(I.size(), std::size_t{40});
    for (int k = 0; k < 40; ++k) QVERIFY(std::fabs(I[std::size_t(k)] - (k < 20 ? 0 : 50)) < 1e-4);
  }

  void stepsJumpAtTheirTimes() {
    const std::vector<double> I =
        currents("source.step", {{"steps", Json{"[[5, 30], [2, -10], [5, 40], [9, 0]]"}}}, 120);
    QCOMPARE(I.size(), std::size_t{120});
    for (int k = 0; k < 120; ++k) {
      const double expected = k < 20 ? 0 : k < 50 ? -10 : k < 90 ? 40 : 0;
      QVERIFY2(std::fabs(I[std::size_t(k)] - expected) < 1e-4, qPrintable(QString::number(k)));
    }
  }

  void sinesSwingBetweenStartAndStop() {
    const std::vector<double> I = currents("source.sine",
                                           {{"amplitude", 40.0},
                                            {"frequency", 85.0},
                                            {"offset", 10.0},
                                            {"phase", 30.0},
                                            {"start", 3.0},
                                            {"stop", 28.0}},
                                           300);
    QCOMPARE(I.size(), std::size_t{300});
    for (int k = 0; k < 300; ++k) {
      const double angle = 2 * std::numbers::pi * (85e-3 * (k - 30) * 0.1 + 30.0 / 360);
      const double expected = k < 30 || k >= 280 ? 0 : 10 + 40 * std::sin(angle);
      QVERIFY2(std::fabs(I[std::size_t(k)] - expected) < 1e-4, qPrintable(QString::number(k)));
    }
  }

  /// Five standard deviations each: a false alarm in half a million.
  void noiseHasItsMeanSpreadAndMemory() {
    const Values values{{"mean", 15.0}, {"sd", 20.0}, {"tau", 1.0}};
    constexpr int kSteps = 20000;
    const std::vector<double> I = currents("source.ou", values, kSteps);
    QCOMPARE(I.size(), std::size_t{kSteps});
    double mean = 0, variance = 0, later = 0;
    for (const double i : I) mean += i / kSteps;
    for (std::size_t k = 0; k < I.size(); ++k) {
      variance += (I[k] - 15) * (I[k] - 15) / kSteps;
      if (k + 10 < I.size()) later += (I[k] - 15) * (I[k + 10] - 15) / (kSteps - 10);
    }
    // over T = 2000 tau: sd of the mean sd √(2 tau / T), of the variance sd² √(2 tau / T)
    const double part = std::sqrt(2.0 / 2000);
    QVERIFY2(std::fabs(mean - 15) < 5 * 20 * part, qPrintable(QString::number(mean)));
    QVERIFY2(std::fabs(variance - 400) < 5 * 400 * part, qPrintable(QString::number(variance)));
    // and after one tau 1/e of it is left
    QVERIFY2(std::fabs(later - 400 / std::numbers::e) < 5 * 400 * part,
             qPrintable(QString::number(later)));
    const std::vector<double> alone = currents("source.ou", values, 300, 1);
    QVERIFY(std::equal(alone.begin(), alone.end(), I.begin()));
  }

  void withoutSpreadNoiseIsItsMean() {
    for (const double i : currents("source.ou", {{"mean", 33.0}, {"sd", 0.0}}, 50))
      QVERIFY(std::fabs(i - 33) < 1e-4);
  }
};

QTEST_APPLESS_MAIN(CurrentsTest)
#include "currents_test.moc"
