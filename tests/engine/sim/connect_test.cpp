#include "engine/sim/connect.h"

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <set>

using namespace spk;
using Rule = ConnectRule::Kind;

namespace {

struct Drawn {
  std::vector<std::vector<std::uint32_t>> sources;  // by target
  std::string error;
  std::size_t size() const {
    std::size_t n = 0;
    for (const auto& s : sources) n += s.size();
    return n;
  }
};

Drawn draw(const ConnectRule& rule, Grid from, Grid to, bool same = false, std::uint32_t seed = 5) {
  Drawn drawn;
  const auto connector = Connector::make(rule, from, to, same, {seed, 9});
  if (!connector) {
    drawn.error = connector.error().text();
    return drawn;
  }
  Connector::Scratch scratch;
  drawn.sources.resize(to.size());
  for (std::uint32_t t = 0; t < to.size(); ++t)
    connector.value().draw(t, scratch, drawn.sources[t]);
  return drawn;
}

Grid line(std::uint32_t n) { return {1, 1, n}; }

/// Within five standard deviations: a false alarm in 1.7 million.
void isNear(double observed, double mean, double sd) {
  QVERIFY2(std::fabs(observed - mean) <= 5 * sd,
           qPrintable(QString("%1 instead of %2 ± %3").arg(observed).arg(mean).arg(sd)));
}

}  // namespace

class ConnectTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void allToAllIsEveryPair() {
    const Drawn all = draw({.kind = Rule::AllToAll}, line(5), line(3));
    for (const auto& s : all.sources) QCOMPARE(s, (std::vector<std::uint32_t>{0, 1, 2, 3, 4}));
    const Drawn others = draw({.kind = Rule::AllToAll, .autapses = false}, line(4), line(4), true);
    for (std::uint32_t t = 0; t < 4; ++t) {
      QCOMPARE(others.sources[t].size(), std::size_t{3});
      QVERIFY(!std::ranges::count(others.sources[t], t));
    }
  }

  void oneToOneNeedsEqualNumbers() {
    const Drawn one = draw({.kind = Rule::OneToOne}, line(4), line(4));
    for (std::uint32_t t = 0; t < 4; ++t) QCOMPARE(one.sources[t], std::vector{t});
    const std::string error = draw({.kind = Rule::OneToOne}, line(4), line(5)).error;
    QVERIFY2(error.find("4 sources and 5 targets") != std::string::npos, error.c_str());
  }

  void bernoulliIsBinomial() {
    for (const double p : {0.013, 0.1, 0.5, 0.93}) {
      const Drawn drawn = draw({.kind = Rule::PairwiseBernoulli, .p = p}, line(700), line(500));
      isNear(static_cast<double>(drawn.size()), 350000 * p, std::sqrt(350000 * p * (1 - p)));
      // every source alike: chi square over sources, mean 699, sd √(2·699)
      std::vector<double> degree(700);
      for (const auto& s : drawn.sources) {
        QVERIFY(std::ranges::is_sorted(s) && std::ranges::adjacent_find(s) == s.end());
        for (const std::uint32_t source : s) ++degree[source];
      }
      double chi = 0;
      for (const double d : degree) chi += (d - 500 * p) * (d - 500 * p) / (500 * p * (1 - p));
      isNear(chi, 700, std::sqrt(2 * 700.0));
    }
    QCOMPARE(draw({.kind = Rule::PairwiseBernoulli, .p = 0}, line(10), line(10)).size(),
             std::size_t{0});
    QCOMPARE(draw({.kind = Rule::PairwiseBernoulli, .p = 1}, line(10), line(10)).size(),
             std::size_t{100});
    QCOMPARE(
        draw({.kind = Rule::PairwiseBernoulli, .p = 1, .autapses = false}, line(1), line(1), true)
            .size(),
        std::size_t{0});
  }

  void indegreeIsExactAndUniform() {
    const Drawn drawn = draw({.kind = Rule::FixedIndegree, .indegree = 60}, line(200), line(1000));
    std::vector<double> degree(200);
    bool twins = false;
    for (const auto& s : drawn.sources) {
      QCOMPARE(s.size(), std::size_t{60});
      twins |= std::set(s.begin(), s.end()).size() < 60;
      for (const std::uint32_t source : s) ++degree[source];
    }
    QVERIFY(twins);
    double chi = 0;  // multinomial: mean 199
    for (const double d : degree) chi += (d - 300) * (d - 300) / 300;
    isNear(chi, 199, std::sqrt(2 * 199.0));
  }

  void withoutMultapsesSourcesAreDistinct() {
    for (const std::uint64_t k : {1u, 30u, 99u, 150u, 199u}) {
      const Drawn drawn =
          draw({.kind = Rule::FixedIndegree, .indegree = k, .autapses = false, .multapses = false},
               line(200), line(200), true);
      std::vector<double> degree(200);
      for (std::uint32_t t = 0; t < 200; ++t) {
        const std::set<std::uint32_t> all(drawn.sources[t].begin(), drawn.sources[t].end());
        QCOMPARE(all.size(), k);
        QCOMPARE(drawn.sources[t].size(), k);
        QVERIFY(!all.contains(t));
        for (const std::uint32_t s : all) ++degree[s];
      }
      const double p = static_cast<double>(k) / 199, variance = 199 * p * (1 - p);
      for (const double d : degree) isNear(d, static_cast<double>(k), std::sqrt(variance) + 1e-9);
    }
    const std::string error =
        draw({.kind = Rule::FixedIndegree, .indegree = 11, .multapses = false}, line(10), line(3))
            .error;
    QVERIFY2(error.find("indegree") != std::string::npos && error.find("11") != std::string::npos &&
                 error.find("10") != std::string::npos,
             error.c_str());
  }

  void totalIsExact() {
    for (const bool multapses : {true, false}) {
      const Drawn drawn = draw({.kind = Rule::FixedTotal, .total = 30000, .multapses = multapses},
                               line(300), line(200));
      QCOMPARE(drawn.size(), std::size_t{30000});
      // hypergeometric without multapses, binomial with: mean 150
      const double variance = multapses ? 30000.0 / 200 * (1 - 1.0 / 200)
                                        : 150 * 0.5 * (1 - 300.0 / 60000) * 60000 / 59999;
      double square = 0;
      for (const auto& s : drawn.sources) {
        const double d = static_cast<double>(s.size()) - 150;
        square += d * d;
        if (!multapses) QCOMPARE(std::set(s.begin(), s.end()).size(), s.size());
      }
      isNear(square / 200, variance, variance * std::sqrt(2.0 / 200));
    }
    QCOMPARE(
        draw({.kind = Rule::FixedTotal, .total = 12, .multapses = false}, line(3), line(4)).size(),
        std::size_t{12});
    QCOMPARE(draw({.kind = Rule::FixedTotal, .total = 0}, line(3), line(4)).size(), std::size_t{0});
    const std::string error =
        draw({.kind = Rule::FixedTotal, .total = 13, .multapses = false}, line(3), line(4)).error;
    QVERIFY2(
        error.find("total") != std::string::npos && error.find("12 possible") != std::string::npos,
        error.c_str());
  }

  void gaussianFallsWithDistance() {
    const Grid grid{1, 20, 30};
    const ConnectRule rule{.kind = Rule::Gaussian, .p = 0.8, .sigma = 2.5};
    std::map<int, double> joined, pairs, expected, variance;
    for (std::uint32_t seed = 0; seed < 4; ++seed) {
      const Drawn drawn = draw(rule, grid, grid, true, seed);
      for (std::uint32_t t = 0; t < 600; ++t) {
        std::vector<char> is(600);
        for (const std::uint32_t s : drawn.sources[t]) is[s] = 1;
        for (std::uint32_t s = 0; s < 600; ++s) {
          const auto ring = [](int a, int b, int n) {
            return std::min(std::abs(a - b), n - std::abs(a - b));
          };
          const int dx = ring(int(s % 30), int(t % 30), 30),
                    dy = ring(int(s / 30), int(t / 30), 20);
          const int square = dx * dx + dy * dy;
          const double p = 0.8 * std::exp(-square / (2 * 2.5 * 2.5));
          joined[square] += is[s];
          pairs[square] += 1;
          expected[square] += p;
          variance[square] += p * (1 - p);
        }
      }
    }
    for (const auto& [square, mean] : expected)
      if (mean > 20) isNear(joined[square], mean, std::sqrt(variance[square]));
  }

  void gaussianOnALineHasEdges() {
    const Drawn drawn =
        draw({.kind = Rule::Gaussian, .p = 1, .sigma = 1, .periodic = false}, line(50), line(50));
    QVERIFY(!std::ranges::count(drawn.sources[0], 49u));
    for (std::uint32_t t = 0; t < 50; ++t) QVERIFY(std::ranges::count(drawn.sources[t], t) == 1);
  }

  void expectedIsTheMean() {
    const ConnectRule rule{.kind = Rule::Gaussian, .p = 0.5, .sigma = 3};
    const auto connector = Connector::make(rule, {1, 12, 12}, {1, 24, 24}, false, {1, 2});
    double n = 0;
    for (std::uint32_t seed = 0; seed < 10; ++seed)
      n += static_cast<double>(draw(rule, {1, 12, 12}, {1, 24, 24}, false, seed).size());
    isNear(n / 10, connector.value().expected(), std::sqrt(connector.value().expected() / 10));
  }
};

QTEST_APPLESS_MAIN(ConnectTest)
#include "connect_test.moc"
