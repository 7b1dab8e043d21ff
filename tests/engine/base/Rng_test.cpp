#include "engine/base/Rng.h"

#include <QTest>
#include <array>
#include <cmath>
#include <functional>
#include <set>
#include <vector>

using namespace spk;

namespace {

using Words = std::array<std::uint32_t, 4>;

/// χ² of counts against expected ones, bins of fewer than 8 expected joined, in standard deviations
/// from its mean: with a fixed seed, 5 is far outside of chance (1 in 10^6).
double chiSquareSigma(const std::vector<double>& seen, const std::vector<double>& expected) {
  double chi = 0, bins = 0, s = 0, e = 0;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    s += seen[i], e += expected[i];
    if (e < 8 && i + 1 < seen.size()) continue;
    if (e > 0) chi += (s - e) * (s - e) / e, bins += 1;
    s = e = 0;
  }
  return (chi - (bins - 1)) / std::sqrt(2 * (bins - 1));
}

double logChoose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

/// `draws` of `draw` against the chance of each whole number in [low, high].
double against(const std::function<std::uint64_t()>& draw,
               const std::function<double(double)>& chance, std::uint64_t low, std::uint64_t high,
               int draws = 200000) {
  std::vector<double> seen(high - low + 3), expected(high - low + 3);
  double inside = 0;
  for (std::uint64_t k = low; k <= high; ++k)
    inside += expected[k - low + 1] = draws * chance(static_cast<double>(k));
  expected.back() = draws - inside;  // both tails
  for (int i = 0; i < draws; ++i) {
    const std::uint64_t k = draw();
    seen[k < low || k > high ? seen.size() - 1 : k - low + 1] += 1;
  }
  return chiSquareSigma(seen, expected);
}

}  // namespace

class RngTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// The known answers that come with Random123 (kat_vectors, philox4x32 10).
  void philoxKnownAnswers() {
    QCOMPARE(philox({0, 0}, Words{}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    QCOMPARE(
        philox({0xffffffff, 0xffffffff}, Words{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}),
        (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    QCOMPARE(
        philox({0xa4093822, 0x299f31d0}, Words{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}),
        (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
  }

  void keysDiffer() {
    std::set<std::pair<std::uint32_t, std::uint32_t>> keys;
    for (std::uint64_t seed = 0; seed < 40; ++seed)
      for (std::uint64_t stream = 0; stream < 40; ++stream)
        for (const Purpose purpose : {Purpose::Connect, Purpose::Weight, Purpose::Drive}) {
          const RandomKey key = randomKey(seed, stream, purpose);
          keys.emplace(key.low, key.high);
        }
    QCOMPARE(keys.size(), std::size_t{40 * 40 * 3});
  }

  /// Any draw can be made again, and one index never moves another's.
  void sequencesAreCounted() {
    const RandomKey key = randomKey(1, 2, Purpose::Connect);
    RandomSequence a(key, 5), b(key, 5), other(key, 6);
    for (int i = 0; i < 100; ++i) {
      const std::uint32_t word = a.word();
      QCOMPARE(b.word(), word);
      QVERIFY(other.word() != word);
    }
  }

  void belowIsFair() {
    RandomSequence random(randomKey(3, 1, Purpose::Sample), 0);
    for (const std::uint32_t n : {1u, 2u, 3u, 10u, 1000u}) {
      const double sigma =
          against([&] { return random.below(n); }, [&](double) { return 1.0 / n; }, 0, n - 1);
      QVERIFY2(n == 1 || std::fabs(sigma) < 5, qPrintable(QString::number(sigma)));
    }
    const std::uint32_t big = 3000000000u;  // a plain modulo would favour the low third by half
    double low = 0;
    for (int i = 0; i < 100000; ++i) low += random.below(big) < big / 3;
    QVERIFY(std::fabs(low - 100000 / 3.0) < 5 * std::sqrt(100000 * 2.0 / 9));
  }

  void normalAndExponentialMoments() {
    RandomSequence random(randomKey(4, 1, Purpose::Sample), 0);
    const int n = 400000;
    double sum = 0, squares = 0, cubes = 0, fourth = 0, waits = 0, longWaits = 0;
    for (int i = 0; i < n; ++i) {
      const double z = random.normal(), e = random.exponential();
      sum += z, squares += z * z, cubes += z * z * z, fourth += z * z * z * z;
      waits += e, longWaits += e > 3;
      QVERIFY(e > 0);
    }
    QVERIFY(std::fabs(sum / n) < 5 / std::sqrt(n));
    QVERIFY(std::fabs(squares / n - 1) < 5 * std::sqrt(2.0 / n));
    QVERIFY(std::fabs(cubes / n) < 5 * std::sqrt(15.0 / n));
    QVERIFY(std::fabs(fourth / n - 3) < 5 * std::sqrt(96.0 / n));
    QVERIFY(std::fabs(waits / n - 1) < 5 / std::sqrt(n));
    QVERIFY(std::fabs(longWaits / n - std::exp(-3)) < 5 * std::sqrt(std::exp(-3) / n));
  }

  void poissonIsExact_data() {
    QTest::addColumn<double>("mean");
    for (const double mean : {1e-3, 0.5, 4.0, 9.99, 10.0, 11.0, 35.0, 200.0, 5000.0, 1e6})
      QTest::newRow(qPrintable(QString::number(mean))) << mean;
  }
  void poissonIsExact() {
    QFETCH(double, mean);
    RandomSequence random(randomKey(5, 1, Purpose::Sample), 0);
    const double spread = 6 * std::sqrt(mean) + 6;
    const auto low = static_cast<std::uint64_t>(std::max(0.0, mean - spread));
    const auto chance = [&](double k) {
      return std::exp(k * std::log(mean) - mean - std::lgamma(k + 1));
    };
    const double sigma = against([&] { return random.poisson(mean); }, chance, low,
                                 static_cast<std::uint64_t>(mean + spread));
    QVERIFY2(std::fabs(sigma) < 5, qPrintable(QString::number(sigma)));
  }

  void poissonEdges() {
    RandomSequence random(randomKey(5, 2, Purpose::Sample), 0);
    QCOMPARE(random.poisson(0), std::uint64_t{0});
    QCOMPARE(random.poisson(-1), std::uint64_t{0});
    QCOMPARE(random.poisson(NAN), std::uint64_t{0});
    const double huge = 1e15;
    for (int i = 0; i < 1000; ++i)
      QVERIFY(std::fabs(static_cast<double>(random.poisson(huge)) - huge) < 7 * std::sqrt(huge));
  }

  void binomialIsExact_data() {
    QTest::addColumn<quint64>("n");
    QTest::addColumn<double>("p");
    for (const quint64 n : {1ull, 7ull, 40ull, 1000ull, 1000000ull})
      for (const double p : {1e-4, 0.02, 0.3, 0.5, 0.77, 0.999})
        QTest::newRow(qPrintable(QString("%1, %2").arg(n).arg(p))) << n << p;
  }
  void binomialIsExact() {
    QFETCH(quint64, n);
    QFETCH(double, p);
    RandomSequence random(randomKey(6, 1, Purpose::Sample), 0);
    const double size = static_cast<double>(n), mean = size * p,
                 spread = 6 * std::sqrt(mean * (1 - p)) + 6;
    const auto low = static_cast<std::uint64_t>(std::max(0.0, mean - spread));
    const auto high = static_cast<std::uint64_t>(std::min(size, mean + spread));
    const auto chance = [&](double k) {
      return std::exp(logChoose(size, k) + k * std::log(p) + (size - k) * std::log1p(-p));
    };
    const double sigma = against([&] { return random.binomial(n, p); }, chance, low, high);
    QVERIFY2(std::fabs(sigma) < 5, qPrintable(QString::number(sigma)));
  }

  void binomialEdges() {
    RandomSequence random(randomKey(6, 2, Purpose::Sample), 0);
    QCOMPARE(random.binomial(0, 0.5), std::uint64_t{0});
    QCOMPARE(random.binomial(10, 0), std::uint64_t{0});
    QCOMPARE(random.binomial(10, 1), std::uint64_t{10});
    QCOMPARE(random.binomial(10, NAN), std::uint64_t{0});
  }
};

QTEST_APPLESS_MAIN(RngTest)
#include "Rng_test.moc"
