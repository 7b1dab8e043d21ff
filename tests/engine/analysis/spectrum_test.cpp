#include <QtTest>
#include <cmath>
#include <numbers>

#include "engine/analysis/spectrum.h"
#include "engine/base/Rng.h"

using namespace spk;

class SpectrumTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// The periodogram of a Poisson train is exponentially distributed: its mean over w independent
  /// windows and f frequencies has sd 1 / sqrt(w f); here 0.02 over 200 windows.
  void poissonTrainsHavePowerOne() {
    RandomSequence random(randomKey(1, 1, Purpose::Sample), 0);
    std::vector<std::uint32_t> counts(100'000);
    for (auto& c : counts) c = static_cast<std::uint32_t>(random.poisson(3));
    const auto made = activitySpectrum(counts, kMillisecond, 500 * kMillisecond);
    QVERIFY(made);
    QCOMPARE(made.value().step_Hz, 1.0);
    QCOMPARE(made.value().power.size(), std::size_t{501});
    for (const double low : {10.0, 100.0, 400.0})
      QVERIFY(std::fabs(made.value().mean(low, low + 90) - 1) < 0.05);
  }
  /// A rate r (1 + a cos 2πft) in bins: the power at f is 1 + a² r N Σw² … = 1 + a² r (Σh)² / 4
  /// Σh², for Hann windows of W bins (Σh)² / Σh² = W / 1.5.
  void aRhythmStandsWhereItIs() {
    constexpr double kRate = 50, kDepth = 0.4, kHz = 62;
    constexpr int kWindow = 250;
    std::vector<std::uint32_t> counts(20'000);
    RandomSequence random(randomKey(2, 1, Purpose::Sample), 0);
    for (std::size_t i = 0; i < counts.size(); ++i)
      counts[i] = static_cast<std::uint32_t>(random.poisson(
          kRate *
          (1 + kDepth * std::cos(2 * std::numbers::pi * kHz * 1e-3 * static_cast<double>(i)))));
    const auto made = activitySpectrum(counts, kMillisecond, kWindow * kMillisecond);
    QVERIFY(made);
    const double expected = 1 + kDepth * kDepth * kRate * kWindow / 1.5 / 4;
    QCOMPARE(made.value().peak(10, 400), kHz);
    QVERIFY(std::fabs(made.value().at(kHz) / expected - 1) < 0.1);
    QVERIFY(made.value().mean(100, 400) < 1.1);
  }
  void tooLittleIsAnError() {
    const std::vector<std::uint32_t> some(100, 1), none(1000, 0);
    QVERIFY(!activitySpectrum(some, kMillisecond, 250 * kMillisecond));
    QVERIFY(!activitySpectrum(none, kMillisecond, 250 * kMillisecond));
    QVERIFY(!activitySpectrum(some, kMillisecond, 4 * kMillisecond));
    QVERIFY(!activitySpectrum(some, 0, 4 * kMillisecond));
  }
};

QTEST_APPLESS_MAIN(SpectrumTest)
#include "spectrum_test.moc"
