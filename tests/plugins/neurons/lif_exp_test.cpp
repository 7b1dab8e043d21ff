#include <QtTest>
#include <cmath>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

class LifExpTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void intervalIsTheClosedFormRoundedUp() {
    // T = tau_m ln((R I + E_L − V_reset) / (R I + E_L − V_th)), then t_ref of 20 steps.
    Builder b;
    std::vector<double> currents;
    std::string list = "[";
    for (int i = 0; i < 50; ++i) {
      currents.push_back(377 + 13.7 * i + 0.41 * i * i);
      list += (i ? ", " : "") + numberText(currents.back());
    }
    const Id id = b.node("neuron.lif_exp", {{"n", std::int64_t{50}}, {"I_e", Json{list + "]"}}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    run.until(1000);
    for (std::uint32_t i = 0; i < 50; ++i) {
      const double drive = 10.0 / 250.0 * currents[i];
      const auto expected =
          static_cast<std::uint64_t>(std::ceil(10 * std::log(drive / (drive - 15)) / 0.1)) + 20;
      const auto train = run.train(id, i);
      QVERIFY(train.size() > 2);
      for (std::size_t k = 1; k < train.size(); ++k) QCOMPARE(train[k] - train[k - 1], expected);
    }
  }

  /// I = w e^(−t/tau_syn); V − E_L = (w/C) (e^(−t/tau_syn) − e^(−t/tau_m)) / (1/tau_m − 1/tau_syn),
  /// and (w/C) t e^(−t/tau) where both time constants are equal.
  void currentAndPotentialAreClosedForms_data() {
    QTest::addColumn<double>("tau_syn");
    for (const double tau : {0.5, 2.0, 9.999999, 10.0, 10.3, 80.0})
      QTest::addRow("tau_syn %g", tau) << tau;
  }
  void currentAndPotentialAreClosedForms() {
    QFETCH(double, tau_syn);
    Builder b;
    const Id source = b.node("source.spike_list", {{"spikes", Json{"[[1.0, 0]]"}}});
    const Id id = b.node("neuron.lif_exp", {{"n", std::int64_t{1}}, {"tau_syn", tau_syn}});
    b.synapses(source, id, {{"weight", 128.0}, {"delay", 1.5}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    for (int step = 1; step <= 600; ++step) {
      run.until(step * 0.1);
      const double t = 0.1 * (step - 25);  // sent at 1 ms, arrives at 2.5 ms
      const double a = 1 / 10.0 - 1 / tau_syn;
      const double current = step >= 25 ? 128 * std::exp(-t / tau_syn) : 0;
      // e^(−t/tau_m) (e^(a t) − 1) / a, which has no cancellation
      const double shape = std::exp(-t / 10) * (a == 0 ? t : std::expm1(a * t) / a);
      const double potential = -70 + (step >= 25 ? 128.0 / 250 * shape : 0);
      QVERIFY(std::fabs(run.value(id, "I_syn") - current) < 1e-10);
      QVERIFY2(std::fabs(run.value(id, "V") - potential) < 1e-10,
               qPrintable(QString::number(step)));
    }
  }

  void currentGoesOnInTheRefractoryTime() {
    Builder b;
    const Id source = b.node("source.spike_list", {{"spikes", Json{"[[1.0, 0]]"}}});
    const Id id = b.node("neuron.lif_exp", {{"n", std::int64_t{1}}});
    b.synapses(source, id, {{"weight", 20000.0}, {"delay", 0.5}});
    Run run(b.project);
    run.until(2.5);
    QVERIFY(run.count(id) == 1);
    QCOMPARE(run.value(id, "V"), -70.0);
    QVERIFY(std::fabs(run.value(id, "I_syn") - 20000 * std::exp(-1.0 / 2)) < 1e-8);
  }

  /// theta is a count of spikes less a ramp, so the mean rate is rho_0 whatever drives the neurons.
  void thresholdSeeksTheRate() {
    Builder b;
    const Id noise = b.node("source.poisson", {{"rate", 4000.0}});
    const Id id =
        b.node("neuron.lif_homeostatic", {{"n", std::int64_t{40}},
                                          {"rho_0", 8.0},
                                          {"eta", 0.4},
                                          {"I_e", Json{R"({"uniform": {"min": 0, "max": 900}})"}}});
    b.synapses(noise, id, {{"weight", 40.0}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    run.until(8000);
    const std::size_t before = run.count(id);
    double least = 1e9, most = -1e9;
    for (std::uint32_t i = 0; i < 40; ++i) {
      const double theta = run.value(id, "theta", i), spikes = double(run.train(id, i).size());
      QVERIFY(std::fabs(theta - 0.4 * (spikes - 0.008 * 8000)) < 1e-8);
      least = std::min(least, theta);
      most = std::max(most, theta);
    }
    QVERIFY(most - least > 5);  // thresholds of neurons that are driven more are higher
    run.until(28000);
    const double rate = static_cast<double>(run.count(id) - before) / 40 / 20;
    QVERIFY2(std::fabs(rate - 8) < 0.2, qPrintable(QString::number(rate)));
  }
};

QTEST_APPLESS_MAIN(LifExpTest)
#include "lif_exp_test.moc"
