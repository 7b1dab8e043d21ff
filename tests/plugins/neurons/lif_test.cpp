// What the leaky integrate-and-fire neurons have in common, each against its closed form.
#include <QtTest>
#include <cmath>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

/// A neuron type whose potential relaxes with one time constant to E_L + R I.
struct Leaky {
  const char* type;
  double tau, R, E_L, V_th, V_reset, t_ref;  // ms, GΩ, mV, ms
  Values values = {};
};
const std::vector<Leaky>& leaky() {
  static const std::vector<Leaky> all = {
      {"neuron.lif_exp", 10, 10.0 / 250, -70, -55, -70, 2},
      {"neuron.lif_alpha", 10, 10.0 / 250, -70, -55, -70, 2},
      {"neuron.lif_cond_exp", 20, 20.0 / 200, -60, -50, -60, 5},
      {"neuron.lif_cond_alpha", 20, 20.0 / 200, -60, -50, -60, 5},
  };
  return all;
}

}  // namespace

class LifTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void intervalIsTheClosedFormRoundedUp_data() {
    QTest::addColumn<const Leaky*>("kind");
    for (const Leaky& kind : leaky()) QTest::newRow(kind.type) << &kind;
  }
  /// T = tau ln((R I + E_L − V_reset) / (R I + E_L − V_th)), and t_ref, for 50 currents.
  void intervalIsTheClosedFormRoundedUp() {
    QFETCH(const Leaky*, kind);
    const double rheobase = (kind->V_th - kind->E_L) / kind->R;
    Builder b;
    std::vector<double> currents;
    std::string list = "[";
    for (int i = 0; i < 50; ++i) {
      currents.push_back(rheobase * (1.005 + 0.0313 * i + 0.0011 * i * i));
      list += (i ? ", " : "") + numberText(currents.back());
    }
    Values values = kind->values;
    values["n"] = std::int64_t{50};
    values["I_e"] = Json{list + "]"};
    const Id id = b.node(kind->type, values);
    Run run(b.project);
    QVERIFY2(run.error.empty(), run.error.c_str());
    run.until(1000);
    for (std::uint32_t i = 0; i < 50; ++i) {
      const double end = kind->E_L + kind->R * currents[i];
      const double period = kind->tau * std::log((end - kind->V_reset) / (end - kind->V_th));
      const auto expected =
          static_cast<std::uint64_t>(std::ceil(period / 0.1) + std::round(kind->t_ref / 0.1));
      const auto train = run.train(id, i);
      QVERIFY(train.size() > 2);
      for (std::size_t k = 1; k < train.size(); ++k) QCOMPARE(train[k] - train[k - 1], expected);
    }
  }

  /// w (t/tau) e^(1 − t/tau), and its convolution with e^(−t/tau_m) / C.
  void alphaCurrentIsTheClosedForm_data() {
    QTest::addColumn<double>("tau_syn");
    for (const double tau : {0.5, 2.0, 9.999, 10.0, 30.0}) QTest::addRow("tau_syn %g", tau) << tau;
  }
  void alphaCurrentIsTheClosedForm() {
    QFETCH(double, tau_syn);
    Builder b;
    const Id source = b.node("source.spike_list", {{"spikes", Json{"[[1.0, 0]]"}}});
    const Id id = b.node("neuron.lif_alpha", {{"n", std::int64_t{1}}, {"tau_syn", tau_syn}});
    b.synapses(source, id, {{"weight", 128.0}, {"delay", 1.5}});
    Run run(b.project);
    QVERIFY2(run.error.empty(), run.error.c_str());
    for (int step = 1; step <= 600; ++step) {
      run.until(step * 0.1);
      const double t = 0.1 * std::max(0, step - 25);  // sent at 1 ms, arrives at 2.5 ms
      const double current = 128 * t / tau_syn * std::exp(1 - t / tau_syn);
      QVERIFY(std::fabs(run.value(id, "I_syn") - current) < 1e-10);
      // e^(−t/tau_m) ∫ s e^(a s) ds with a = 1/tau_m − 1/tau_syn, by its series where a t is small
      const double a = 1 / 10.0 - 1 / tau_syn, x = a * t;
      double integral = 0;
      if (std::fabs(x) > 0.5) {
        integral = (std::exp(x) * (x - 1) + 1) / (a * a);
      } else {
        double term = t * t;
        for (int k = 0; k < 20; ++k, term *= x / k) integral += term / (k + 2);
      }
      const double potential =
          -70 + 128.0 / 250 * std::exp(1) / tau_syn * std::exp(-t / 10) * integral;
      QVERIFY2(
          std::fabs(run.value(id, "V") - potential) < 1e-10,
          qPrintable(QString("step %1: off by %2").arg(step).arg(run.value(id, "V") - potential)));
    }
  }

  /// An input that would fire it again: the current goes on, V does not, until t_ref is over.
  void refractoryTimeHoldsThePotential_data() { intervalIsTheClosedFormRoundedUp_data(); }
  void refractoryTimeHoldsThePotential() {
    QFETCH(const Leaky*, kind);
    Builder b;
    Values values = kind->values;
    values["n"] = std::int64_t{1};
    const Id id = b.node(kind->type, values);
    const Id source = b.node("source.dc", {{"amplitude", 1e5}, {"stop", 10.0}});
    b.wire("wire.signal", {source, "out"}, {id, "I"});
    Run run(b.project);
    QVERIFY2(run.error.empty(), run.error.c_str());
    run.until(0.1);
    QCOMPARE(run.count(id), std::uint64_t{1});
    run.until(kind->t_ref + 0.1);
    QCOMPARE(run.count(id), std::uint64_t{1});
    QCOMPARE(run.value(id, "V"), kind->V_reset);
    run.until(kind->t_ref + 0.2);
    QCOMPARE(run.count(id), std::uint64_t{2});
  }

  void resetAboveThresholdIsRefused_data() { intervalIsTheClosedFormRoundedUp_data(); }
  void resetAboveThresholdIsRefused() {
    QFETCH(const Leaky*, kind);
    Builder b;
    Values values = kind->values;
    values["name"] = std::string("E");
    values["V_reset"] = kind->V_th + 5;
    b.node(kind->type, values);
    const Run run(b.project);
    QVERIFY2(run.error.find("E.V_reset") != std::string::npos, run.error.c_str());
  }
};

QTEST_APPLESS_MAIN(LifTest)
#include "lif_test.moc"
