// Neurons that fire by chance, against their analytic rates. Fixed seeds; every margin is five
// standard errors.
#include <QtTest>
#include <cmath>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

/// Intervals of a renewal process in steps, from the chance to fire k steps after a spike.
struct Renewal {
  double mean = 0, variance = 0;
  template <class Chance>
  explicit Renewal(Chance chance) {
    double alive = 1, square = 0;
    for (int k = 1; k < 200'000 && alive > 1e-15; ++k) {
      const double fires = alive * chance(k);
      mean += k * fires;
      square += static_cast<double>(k) * k * fires;
      alive -= fires;
    }
    variance = square - mean * mean;
  }
};

/// All intervals of a population, after the first spike of each neuron.
void hasIntervals(const Run& run, Id id, std::uint32_t n, const Renewal& renewal) {
  double sum = 0, count = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    const auto train = run.train(id, i);
    for (std::size_t k = 1; k < train.size(); ++k)
      sum += static_cast<double>(train[k] - train[k - 1]), ++count;
  }
  QVERIFY(count > 2000);
  const double error = sum / count - renewal.mean, margin = 5 * std::sqrt(renewal.variance / count);
  qInfo("mean interval %.4f steps, analytic %.4f, margin %.4f", sum / count, renewal.mean, margin);
  // intervals cut off at the end are the long ones: less than one in 200 here
  QVERIFY2(std::fabs(error) < margin + renewal.mean / 200, qPrintable(QString::number(error)));
}

}  // namespace

class StochasticTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void escapeRateIsAnalytic_data() {
    QTest::addColumn<double>("I_e");
    for (const double I : {0.0, 200.0, 400.0, 900.0}) QTest::addRow("%g pA", I) << I;
  }
  /// V after a spike is known, and so is the chance in each step.
  void escapeRateIsAnalytic() {
    QFETCH(double, I_e);
    Builder b;
    const Id id = b.node(
        "neuron.lif_escape",
        {{"n", std::int64_t{100}}, {"I_e", I_e}, {"rho_0", 400.0}, {"Delta", 5.0}, {"t_ref", 3.0}});
    Run run(b.project, {.threads = 1}, I_e > 0 ? 20'000 : 60'000);
    QCOMPARE(run.error, std::string());
    const Renewal renewal([&](int k) {
      if (k <= 30) return 0.0;
      const double V = -70 + I_e * 10 / 250 * (1 - std::exp(-0.1 * (k - 30) / 10));
      return 1 - std::exp(-0.4 * 0.1 * std::exp((V + 55) / 5));
    });
    hasIntervals(run, id, 100, renewal);
  }

  /// Without its own filters it is the simpler neuron, spike by spike.
  void gifWithoutFiltersIsTheEscapeRateNeuron() {
    Builder b;
    const Values common = {{"n", std::int64_t{50}}, {"tau_m", 15.0},
                           {"C_m", 120.0},          {"V_th", -52.0},
                           {"V_reset", -60.0},      {"t_ref", 2.5},
                           {"rho_0", 50.0},         {"Delta", 3.0},
                           {"I_e", 130.0},          {"stream", std::int64_t{77}}};
    const Id plain = b.node("neuron.lif_escape", common);
    Values values = common;
    for (const char* name : {"q_1", "q_2", "a_1", "a_2"}) values[name] = 0.0;
    const Id full = b.node("neuron.gif", values);
    Run run(b.project, {.threads = 1}, 2000);
    QCOMPARE(run.error, std::string());
    QVERIFY(run.count(plain) > 500);
    for (std::uint32_t i = 0; i < 50; ++i) QCOMPARE(run.train(plain, i), run.train(full, i));
  }

  /// One certain spike at a time: what it adds decays as stated, and pulls V by the closed form.
  void gifFiltersAreClosedForms() {
    Builder b;
    const Id id = b.node("neuron.gif", {{"n", std::int64_t{1}},
                                        {"V_th", -50.0},
                                        {"V_reset", -55.0},
                                        {"t_ref", 4.0},
                                        {"Delta", 0.01},
                                        {"rho_0", 1e6},
                                        {"a_1", 100.0}});
    const Id dc = b.node("source.dc", {{"amplitude", 1e4}, {"start", 10.0}, {"stop", 10.3}});
    b.wire("wire.signal", {dc, "out"}, {id, "I"});
    Run run(b.project, {.threads = 1}, 12);
    QCOMPARE(run.error, std::string());
    QCOMPARE(run.count(id), std::uint64_t{1});
    const double at = 0.1 * static_cast<double>(run.train(id)[0] + 1);
    for (double ms = at + 5; ms < at + 100; ms += 7) {
      run.until(ms);
      const double t = ms - at;
      QVERIFY(std::fabs(run.value(id, "th_1") - 100 * std::exp(-t / 20)) < 1e-10);
      QVERIFY(std::fabs(run.value(id, "th_2") - 2 * std::exp(-t / 200)) < 1e-10);
      QVERIFY(std::fabs(run.value(id, "I_1") + 20 * std::exp(-t / 30)) < 1e-10);
      QVERIFY(std::fabs(run.value(id, "I_2") + 5 * std::exp(-t / 200)) < 1e-10);
      const double s = t - 4;  // V is free again
      const auto pull = [&](double q, double tau) {
        return -q * std::exp(-4 / tau) / 80 * (std::exp(-s / 20) - std::exp(-s / tau)) /
               (1 / tau - 1 / 20.0);
      };
      const double V = -70 + 15 * std::exp(-s / 20) + pull(20, 30) + pull(5, 200);
      QVERIFY2(
          std::fabs(run.value(id, "V") - V) < 1e-9,
          qPrintable(QString("%1 for %2").arg(run.value(id, "V"), 0, 'g', 12).arg(V, 0, 'g', 12)));
    }
    QCOMPARE(run.count(id), std::uint64_t{1});
  }

  void galvesLoecherbachIsAnalytic_data() {
    QTest::addColumn<double>("mu");
    QTest::addColumn<double>("r");
    for (const double mu : {0.0, 0.5, 0.9})
      for (const double r : {0.5, 1.0, 2.0}) QTest::addRow("mu %g, r %g", mu, r) << mu << r;
  }
  /// U_k = I (1 − mu^k) / (1 − mu), k steps after a spike; fires with phi of the U before.
  void galvesLoecherbachIsAnalytic() {
    QFETCH(double, mu);
    QFETCH(double, r);
    Builder b;
    const Id id =
        b.node("neuron.galves_loecherbach",
               {{"n", std::int64_t{100}}, {"mu", mu}, {"r", r}, {"gamma", 0.7}, {"I_e", 0.08}});
    Run run(b.project, {.threads = 1}, 3000);
    QCOMPARE(run.error, std::string());
    const Renewal renewal([&](int k) {
      double U = 0;
      for (int j = 1; j < std::min(k, 2000); ++j) U = mu * U + 0.08;
      return std::pow(std::min(1.0, 0.7 * U), r);
    });
    hasIntervals(run, id, 100, renewal);
  }

  /// Above 1 the chance is 1: it fires in every second step, as U must first rise again.
  void galvesLoecherbachSaturates() {
    Builder b;
    const Id id = b.node("neuron.galves_loecherbach", {{"n", std::int64_t{1}}, {"I_e", 5.0}});
    Run run(b.project, {.threads = 1}, 10);
    QCOMPARE(run.count(id), std::uint64_t{50});
  }
};

QTEST_APPLESS_MAIN(StochasticTest)
#include "stochastic_test.moc"
