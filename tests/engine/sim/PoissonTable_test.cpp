#include "engine/sim/PoissonTable.h"

#include <QtTest>
#include <cmath>

#include "engine/base/Rng.h"
#include "engine/sim/Isa.h"

using namespace spk;

namespace {

/// The count of one word, by the definition: the smallest k whose distribution function exceeds it.
std::uint32_t byDefinition(double mean, std::uint32_t word) {
  const double u = word / 4294967296.0;
  double k = 0, chance = std::exp(-mean), sum = chance;
  while (u >= sum && chance > 0) {
    ++k;
    chance *= mean / k;
    sum += chance;
  }
  return static_cast<std::uint32_t>(k);
}

}  // namespace

class PoissonTableTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// Every build of the drive gives the counts of the definition, in small means and large.
  void countsAreInversion_data() {
    QTest::addColumn<double>("mean");
    for (const double mean : {0.0003, 0.1, 2.0, 11.9, 12.1, 60.0, 400.0})
      QTest::addRow("%g", mean) << mean;
  }
  void countsAreInversion() {
    QFETCH(double, mean);
    PoissonTable table;
    table.set(mean);
    constexpr std::uint32_t kCount = 201;
    for (int isa = 0; isa < 3; ++isa) {
      if (!hasIsa(static_cast<Isa>(isa))) continue;
      double total = 0, square = 0;
      constexpr int kSteps = 300;
      for (int step = 0; step < kSteps; ++step) {
        alignas(64) float row[256] = {};
        Drive drive;
        table.fill(drive);
        drive.row = row;
        drive.weight = 1;
        drive.first = 128;
        drive.count = kCount;
        drive.step = static_cast<std::uint64_t>(step) << 31;
        drive.keyLow = 17;
        drive.keyHigh = 4;
        kDriveBuilds[isa](drive);
        for (std::uint32_t i = 0; i < kCount; ++i) {
          total += row[i];
          square += (row[i] - mean) * (row[i] - mean);
          if (mean > 300) continue;  // exp(−mean) is too small for the plain sum
          const std::uint32_t word = randomWord({17, 4}, drive.step, 128 + i, 0);
          const double expected = byDefinition(mean, word);
          // at a threshold's very edge, rounding may decide either way
          if (byDefinition(mean, word - 2) == byDefinition(mean, word + 2))
            QCOMPARE(double(row[i]), expected);
        }
      }
      constexpr double n = double{kCount} * kSteps;
      QVERIFY(std::fabs(total / n - mean) < 5 * std::sqrt(mean / n));  // five standard errors
      QVERIFY(std::fabs(square / n - mean) < 5 * std::sqrt((mean + 2 * mean * mean) / n));
    }
  }

  void nothingComesOfNothing() {
    PoissonTable table;
    table.set(0);
    alignas(64) float row[256] = {};
    Drive drive;
    table.fill(drive);
    drive.row = row;
    drive.weight = 1;
    drive.count = 256;
    kDriveBuilds[0](drive);
    for (const float x : row) QCOMPARE(x, 0.f);
  }

  /// A mean of its own for each neuron: the same law, drawn by inversion.
  void meansMayDiffer() {
    alignas(64) float row[256] = {}, means[256];
    for (int i = 0; i < 256; ++i) means[i] = 0.05f * static_cast<float>(i);
    double total = 0, expected = 0;
    for (std::uint64_t step = 0; step < 200; ++step) {
      alignas(64) float rows[3][256] = {};
      for (int isa = 0; isa < 3; ++isa) {
        if (!hasIsa(static_cast<Isa>(isa))) continue;
        Drive drive;
        drive.row = rows[isa];
        drive.weight = 1;
        drive.count = 256;
        drive.step = step;
        drive.means = means;
        kDriveBuilds[isa](drive);
        QVERIFY(isa == 0 || std::equal(rows[0], rows[0] + 256, rows[isa]));
      }
      for (int i = 0; i < 256; ++i) total += rows[0][i], expected += double{means[i]};
    }
    QCOMPARE(row[0], 0.f);
    QVERIFY(std::fabs(total - expected) < 5 * std::sqrt(expected));
  }
};

QTEST_APPLESS_MAIN(PoissonTableTest)
#include "PoissonTable_test.moc"
