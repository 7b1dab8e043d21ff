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
      {"neuron.lif_homeostatic", 10, 10.0 / 250, -70, -55, -70, 2, {{"eta", 0.0}}},
      {"neuron.lif_alpha", 10, 10.0 / 250, -70, -55, -70, 2},
      {"neuron.lif_cond_exp", 20, 20.0 / 200, -60, -50, -60, 5},
      {"neuron.lif_cond_alpha", 20, 20.0 / 200, -60, -50, -60, 5},
      {"neuron.lif_cond_adaptive", 20, 20.0 / 200, -60, -50, -60, 5, {{"dtheta", 0.0}}},
      {"neuron.lif_cond_nmda", 20, 20.0 / 200, -70, -50, -60, 2},
      {"neuron.active_dendrite", 20, 20.0 / 250, -70, -55, -70, 2},
      {"neuron.glif",
       58.72 / 9.43,
       1 / 9.43,
       -78.85,
       -51.68,
       -78.85,
       4,
       {{"level", std::string("lif")}, {"t_ref", 4.0}}},
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

  void resetAboveThresholdIsRefused_data() {
    QTest::addColumn<const Leaky*>("kind");
    for (const Leaky& kind : leaky())
      if (spk::test::registry().nodeType(kind.type)->shape.parameter("V_reset"))
        QTest::newRow(kind.type) << &kind;
  }
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

  /// V is never reset: E_L + R I (1 − e^(−t/tau_m)); the threshold is a sum over all spikes.
  void matThresholdIsTheClosedForm() {
    for (const Preset& preset : spk::test::registry().nodeType("neuron.mat2")->presets) {
      Builder b;
      Values values = preset.values;
      values["n"] = std::int64_t{1};
      values["I_e"] = 700.0;
      const Id id = b.node("neuron.mat2", values);
      Run run(b.project, {.threads = 1}, 500);
      QCOMPARE(run.error, std::string());
      const double a1 = *asNumber(values["alpha_1"]), a2 = *asNumber(values["alpha_2"]),
                   omega = *asNumber(values["omega"]);
      std::vector<std::uint64_t> expected;
      for (std::uint64_t step = 0; step < 5000; ++step) {
        const double t = 0.1 * static_cast<double>(step + 1);
        double threshold = omega;
        for (const std::uint64_t s : expected) {
          const double ago = 0.1 * static_cast<double>(step - s);
          threshold += a1 * std::exp(-ago / 10) + a2 * std::exp(-ago / 200);
        }
        if (35 * (1 - std::exp(-t / 5)) >= threshold &&
            (expected.empty() || step - expected.back() >= 20))
          expected.push_back(step);
      }
      QVERIFY(expected.size() > 5);
      QCOMPARE(run.train(id), expected);
    }
  }

  /// Exact means: without a spike the state does not hang on the step, and what a spike sets decays
  /// as the paper says.
  void glifIsExact() {
    const auto at30 = [](double dt) {
      Builder b(dt);
      const Id id = b.node("neuron.glif", {{"n", std::int64_t{1}}, {"I_e", 150.0}});
      const Id source = b.node("source.spike_list", {{"spikes", Json{"[[8.0, 0], [20.0, 0]]"}}});
      b.synapses(source, id, {{"weight", 200.0}, {"delay", 1.0}});
      Run run(b.project);
      run.until(30);
      return std::array{run.value(id, "V"), run.value(id, "th_v"),
                        static_cast<double>(run.count(id))};
    };
    const auto coarse = at30(1), fine = at30(0.05);
    QCOMPARE(coarse[2], 0.0);
    QVERIFY(fine[1] > 0.1);
    QVERIFY(std::fabs(coarse[0] - fine[0]) < 1e-10 && std::fabs(coarse[1] - fine[1]) < 1e-10);
    // one spike, then silence
    Builder b;
    const Id id = b.node("neuron.glif", {{"n", std::int64_t{1}}, {"t_ref", 4.0}});
    const Id dc = b.node("source.dc", {{"amplitude", 3000.0}, {"start", 9.0}, {"stop", 9.7}});
    b.wire("wire.signal", {dc, "out"}, {id, "I"});
    Run run(b.project, {.threads = 1}, 60);
    QCOMPARE(run.count(id), std::uint64_t{1});
    const double t = 60 - 0.1 * static_cast<double>(run.train(id)[0] + 1) - 4;  // since t_ref
    QVERIFY(std::fabs(run.value(id, "I_1") + 9.18 * std::exp(-0.003 * t)) < 1e-10);
    QVERIFY(std::fabs(run.value(id, "I_2") + 198.94 * std::exp(-0.1 * t)) < 1e-10);
    QVERIFY(std::fabs(run.value(id, "th_s") - 0.37 * std::exp(-0.009 * t)) < 1e-10);
  }

  /// x + i y turns and shrinks; two kicks one period apart fire, half a period apart do not.
  void resonatorIsTheClosedForm() {
    Builder b;
    const Id source = b.node("source.spike_list", {{"spikes", Json{"[[1.0, 0]]"}}});
    const Id id = b.node("neuron.resonate_and_fire", {{"n", std::int64_t{1}}, {"f", 50.0}});
    b.synapses(source, id, {{"weight", 0.75}, {"delay", 1.0}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    for (int step = 20; step < 500; ++step) {
      run.until(step * 0.1);
      const double t = 0.1 * step - 2, turn = 2 * 3.14159265358979323846 * 0.05 * t;
      QVERIFY(std::fabs(run.value(id, "x") - 0.75 * std::exp(-t / 20) * std::cos(turn)) < 1e-10);
      QVERIFY(std::fabs(run.value(id, "y") - 0.75 * std::exp(-t / 20) * std::sin(turn)) < 1e-10);
    }
    for (const auto& [second, fires] : {std::pair{"21", true}, {"11", false}, {"31", false}}) {
      Builder two;
      const Id kicks = two.node("source.spike_list",
                                {{"spikes", Json{"[[1, 0], [" + std::string(second) + ", 0]]"}}});
      const Id cell = two.node("neuron.resonate_and_fire", {{"n", std::int64_t{1}}, {"f", 50.0}});
      two.synapses(kicks, cell, {{"weight", 1.1}});
      const Run both(two.project, {.threads = 1}, 200);
      QCOMPARE(both.count(cell) > 0, fires);
    }
  }
};

QTEST_APPLESS_MAIN(LifTest)
#include "lif_test.moc"
