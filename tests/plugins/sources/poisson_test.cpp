#include <QtTest>
#include <cmath>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

class PoissonSourceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// V of a leaky neuron under Poisson input has mean w ν tau_m and variance w² ν tau_m / 2
  /// (Campbell's theorem); every neuron has a train of its own.
  void shotNoiseHasItsMoments_data() {
    QTest::addColumn<double>("rate_Hz");
    for (const double rate : {300.0, 20000.0, 900000.0}) QTest::addRow("%g Hz", rate) << rate;
  }
  void shotNoiseHasItsMoments() {
    QFETCH(double, rate_Hz);
    Builder b;
    constexpr int kN = 4000;
    const Id p = b.node("source.poisson", {{"rate", rate_Hz}});
    const Id id = b.node("neuron.lif_delta", {{"n", std::int64_t{kN}}, {"V_th", 200.0}});
    const double w = 10 / (rate_Hz * 0.02);  // mean 10 mV
    b.synapses(p, id, {{"weight", w}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    run.until(300);
    const auto V = run.simulation->look(id, {What::Kind::Column, "V"}).value().values;
    double mean = 0, variance = 0;
    for (const double v : V) mean += v / kN;
    for (const double v : V) variance += (v - mean) * (v - mean) / kN;
    // in steps: mean w λ / (1 − a), variance w² λ / (1 − a²)
    const double a = std::exp(-0.1 / 20), lambda = rate_Hz * 1e-4;
    const double expectedMean = w * lambda / (1 - a),
                 expectedVariance = w * w * lambda / (1 - a * a);
    QVERIFY(std::fabs(mean - expectedMean) <
            5 * std::sqrt(expectedVariance / kN) + 1e-4 * expectedMean);
    QVERIFY(std::fabs(variance - expectedVariance) <
            5 * expectedVariance * std::sqrt(2.0 / kN) * 1.5);
  }

  void rateFollowsATrace() {
    Builder b;
    const Id dc = b.node("source.dc", {{"amplitude", 5000.0}, {"start", 50.3}, {"stop", 80.0}});
    const Id p = b.node("source.poisson", {{"rate", 77.0}});
    const Id id =
        b.node("neuron.lif_delta", {{"n", std::int64_t{2000}}, {"V_th", 200.0}, {"tau_m", 1000.0}});
    b.wire("wire.signal", {dc, "out"}, {p, "rate"});
    b.synapses(p, id, {{"weight", 1.0}});
    const auto mean = [&](Run& run) {
      const Snapshot V = run.simulation->look(id, {What::Kind::Column, "V"}).value();
      double sum = 0;
      for (const double v : V.values) sum += v / 2000;
      return sum;
    };
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    run.until(50.3);
    QCOMPARE(mean(run), 0.0);
    run.until(50.4);
    QVERIFY(mean(run) > 0.3);
    run.until(80);
    QVERIFY(std::fabs(mean(run) - 5 * 29.7) < 4);
    const double before = mean(run);
    run.until(100);
    QVERIFY(mean(run) < before);
    // the same for other batches
    Run single(b.project, {.threads = 2, .mostBatchSteps = 1});
    single.until(100);
    QCOMPARE(mean(single), mean(run));
  }

  void mutedSourceIsSilent() {
    Builder b;
    const Id p = b.node("source.poisson", {{"rate", 5000.0}, {"muted", true}});
    const Id id = b.node("neuron.lif_delta", {{"n", std::int64_t{5}}});
    b.synapses(p, id, {{"weight", 1.0}});
    Run run(b.project);
    run.until(20);
    QCOMPARE(run.value(id, "V"), 0.0);
  }
};

QTEST_APPLESS_MAIN(PoissonSourceTest)
#include "poisson_test.moc"
