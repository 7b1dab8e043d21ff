#include <QtTest>
#include <cmath>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

class PoissonTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void rateAndIntervalsArePoisson() {
    Builder b;
    const Id id = b.node("neuron.poisson", {{"n", std::int64_t{300}}, {"rate", 40.0}});
    Run run(b.project);
    run.until(10000);
    // a chance of 1 − exp(−rate dt) in each of 3·10⁷ steps
    const double p = 1 - std::exp(-0.004), expected = 300 * 1e5 * p;
    QVERIFY(std::fabs(static_cast<double>(run.spikes.size()) - expected) < 5 * std::sqrt(expected));
    double cv = 0;
    for (std::uint32_t i = 0; i < 300; ++i) {
      const auto train = run.train(id, i);
      double mean = 0, square = 0;
      for (std::size_t k = 1; k < train.size(); ++k) {
        const double interval = static_cast<double>(train[k] - train[k - 1]);
        mean += interval, square += interval * interval;
      }
      const double n = static_cast<double>(train.size() - 1);
      cv += std::sqrt(square / n - mean * mean / n / n) / (mean / n) / 300;
    }
    // one neuron's CV of 400 intervals: 1 − some 0.005 of bias, sd 0.05; five standard errors
    QVERIFY2(std::fabs(cv - 0.995) < 0.015, qPrintable(QString::number(cv)));
  }

  void eachUnitMayHaveItsOwnRate() {
    Builder b;
    const Id id =
        b.node("neuron.poisson", {{"n", std::int64_t{3}}, {"rate", Json{"[0, 20, 200]"}}});
    Run run(b.project);
    run.until(20000);
    QCOMPARE(run.train(id, 0).size(), std::size_t{0});
    QVERIFY(std::fabs(static_cast<double>(run.train(id, 1).size()) - 400) < 5 * 20);
    QVERIFY(std::fabs(static_cast<double>(run.train(id, 2).size()) - 4000 * 0.99) < 5 * 64);
  }

  void twinsShareTheirNumbers() {
    Builder b;
    const Id a = b.node("neuron.poisson", {{"n", std::int64_t{20}}});
    const Id twin = b.node("neuron.poisson", {{"n", std::int64_t{20}},
                                              {"stream", static_cast<std::int64_t>(number(a))}});
    const Id other = b.node("neuron.poisson", {{"n", std::int64_t{20}}});
    Run run(b.project);
    run.until(2000);
    int equal = 0;
    for (std::uint32_t i = 0; i < 20; ++i) {
      QCOMPARE(run.train(a, i), run.train(twin, i));
      equal += run.train(a, i) == run.train(other, i);
    }
    QCOMPARE(equal, 0);
  }
};

QTEST_APPLESS_MAIN(PoissonTest)
#include "poisson_test.moc"
