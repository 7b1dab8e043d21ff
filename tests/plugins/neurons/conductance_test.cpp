// What neurons with synaptic conductances have in common: the conductances against their closed
// forms, the potential against itself at smaller steps, and what may never happen.
#include <QtTest>
#include <cmath>

#include "engine/graph/check.h"
#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

enum class Form { Exponential, Alpha };
struct Conducting {
  const char* type;
  Form form;
  double tau_exc, tau_inh;
  Values quiet;      ///< so that it is not reset
  double dt, order;  ///< of the method in V, from this step on
  bool bounded;      ///< V can never pass a reversal potential
};
const std::vector<Conducting>& conducting() {
  constexpr Form exponential = Form::Exponential, alpha = Form::Alpha;
  const Values high = {{"V_th", 100.0}}, flat = {{"V_T", 150.0}, {"V_peak", 190.0}};
  static const std::vector<Conducting> all = {
      {"neuron.lif_cond_exp", exponential, 5, 10, high, 0.2, 2, true},
      {"neuron.lif_cond_alpha", alpha, 2, 5, high, 0.2, 2, true},
      {"neuron.lif_cond_adaptive", exponential, 5, 10, high, 0.2, 2, true},
      {"neuron.lif_cond_nmda", exponential, 5, 10, high, 0.2, 2, false},
      {"neuron.adex", exponential, 2, 5, flat, 0.4, 4, false},
      {"neuron.adex_alpha", alpha, 2, 5, flat, 0.4, 4, false},
      {"neuron.hh_squid", exponential, 5, 10, {}, 0.1, 2, false},
      {"neuron.hh_traub_miles", exponential, 5, 10, {}, 0.1, 2, false},
  };
  return all;
}

double shape(Form form, double t, double tau) {
  return form == Form::Exponential ? std::exp(-t / tau) : t / tau * std::exp(1 - t / tau);
}

}  // namespace

class ConductanceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void conductancesAreClosedForms_data() {
    QTest::addColumn<const Conducting*>("kind");
    for (const Conducting& kind : conducting()) QTest::newRow(kind.type) << &kind;
  }
  void conductancesAreClosedForms() {
    QFETCH(const Conducting*, kind);
    Builder b;
    const Id source = b.node("source.spike_list", {{"spikes", Json{"[[1.0, 0]]"}}});
    Values values = kind->quiet;
    values["n"] = std::int64_t{1};
    const Id id = b.node(kind->type, values);
    b.wire("synapse.static", {source, "out"}, {id, "exc"}, {{"weight", 16.0}, {"delay", 1.0}});
    b.wire("synapse.static", {source, "out"}, {id, "inh"}, {{"weight", 32.0}, {"delay", 3.0}});
    Run run(b.project);
    QVERIFY2(run.error.empty(), run.error.c_str());
    for (int step = 1; step <= 500; ++step) {
      run.until(step * 0.1);
      const double e = step < 20 ? 0 : 16 * shape(kind->form, 0.1 * (step - 20), kind->tau_exc);
      const double i = step < 40 ? 0 : 32 * shape(kind->form, 0.1 * (step - 40), kind->tau_inh);
      QVERIFY(std::fabs(run.value(id, "g_exc") - e) < 1e-10);
      QVERIFY(std::fabs(run.value(id, "g_inh") - i) < 1e-10);
    }
  }

  /// Excitation and inhibition together, at dt, dt/2 and dt/4, against dt/100.
  void potentialConverges_data() { conductancesAreClosedForms_data(); }
  void potentialConverges() {
    QFETCH(const Conducting*, kind);
    const auto potential = [&](double dt) {
      Builder b(dt);
      const Id source = b.node("source.spike_list", {{"spikes", Json{"[[0.8, 0], [4.8, 0]]"}}});
      Values values = kind->quiet;
      values["n"] = std::int64_t{1};
      const Id id = b.node(kind->type, values);
      b.wire("synapse.static", {source, "out"}, {id, "exc"}, {{"weight", 40.0}, {"delay", 0.8}});
      b.wire("synapse.static", {source, "out"}, {id, "inh"}, {{"weight", 90.0}, {"delay", 1.6}});
      Run run(b.project);
      run.until(16);
      return run.value(id, "V");
    };
    // an arrival falls on a step's end: at dt it must lie on the grid of all
    const double dt = kind->dt, exact = potential(dt / 100);
    const double at1 = std::fabs(potential(dt) - exact), at2 = std::fabs(potential(dt / 2) - exact),
                 at4 = std::fabs(potential(dt / 4) - exact);
    const double order = std::log2(at1 / at2), again = std::log2(at2 / at4);
    qInfo("%s: off by %.2e mV at %g ms, %.2e at %g, %.2e at %g: order %.2f, %.2f", kind->type, at1,
          dt, at2, dt / 2, at4, dt / 4, order, again);
    QVERIFY(at2 < 1e-2);
    QVERIFY(again > kind->order - 0.3 && again < kind->order + 0.7);
  }

  /// However strong the conductance, V ends at its reversal potential and never beyond.
  void reversalIsNeverPassed_data() {
    QTest::addColumn<const Conducting*>("kind");
    QTest::addColumn<QString>("port");
    QTest::addColumn<double>("weight");
    for (const Conducting& kind : conducting())
      for (const char* port : {"exc", "inh"})
        if (kind.bounded)
          for (const double weight : {10.0, 1e3, 1e5, 1e6})
            QTest::addRow("%s %s %g nS", kind.type, port, weight) << &kind << port << weight;
  }
  void reversalIsNeverPassed() {
    QFETCH(const Conducting*, kind);
    QFETCH(QString, port);
    QFETCH(double, weight);
    Builder b;
    const Id source = b.node("source.spike_list", {{"spikes", Json{"[[0.1, 0]]"}}});
    Values values = kind->quiet;
    values["n"] = std::int64_t{1};
    const Id id = b.node(kind->type, values);
    b.wire("synapse.static", {source, "out"}, {id, port.toStdString()},
           {{"weight", weight}, {"delay", 0.1}});
    Run run(b.project);
    QVERIFY2(run.error.empty(), run.error.c_str());
    const double reversal = port == "exc" ? 0 : -80;
    double nearest = 1e9;
    for (int step = 1; step <= 300; ++step) {
      QVERIFY(run.until(step * 0.1).why == Why::Reached);
      const double V = run.value(id, "V"), left = port == "exc" ? reversal - V : V - reversal;
      QVERIFY2(left > -1e-9, qPrintable(QString("V = %1 mV").arg(V)));
      nearest = std::min(nearest, left);
    }
    if (weight >= 1e5) QVERIFY2(nearest < 0.05, qPrintable(QString::number(nearest)));
  }

  /// The block by magnesium, against the equation solved by itself with classical Runge-Kutta at a
  /// thousandth of a millisecond; excitation begins in the block and leaves it.
  void magnesiumBlocks_data() {
    QTest::addColumn<double>("Mg");
    for (const double Mg : {0.0, 1.0, 4.0}) QTest::addRow("%g mM", Mg) << Mg;
  }
  void magnesiumBlocks() {
    QFETCH(double, Mg);
    const auto at60ms = [&](double dt) {
      Builder b(dt);
      const Id source = b.node("source.spike_list", {{"spikes", Json{"[[1.6, 0], [21.6, 0]]"}}});
      const Id id = b.node("neuron.lif_cond_nmda",
                           {{"n", std::int64_t{1}}, {"V_th", 100.0}, {"Mg", Mg}, {"I_e", 100.0}});
      b.wire("synapse.static", {source, "out"}, {id, "nmda"}, {{"weight", 30.0}, {"delay", 0.4}});
      Run run(b.project);
      run.until(60);
      return run.value(id, "V");
    };
    const auto slope = [&](double t, double V) {
      const double g = 30 * ((t >= 2 ? std::exp(-(t - 2) / 100) : 0) +
                             (t >= 22 ? std::exp(-(t - 22) / 100) : 0));
      const double open = 1 / (1 + Mg / 3.57 * std::exp(-0.062 * V));
      return (10 * (-70 - V) + g * open * (0 - V) + 100) / 200;
    };
    double V = -70;
    constexpr double h = 1e-3;
    for (int i = 0; i < 60000; ++i) {
      // in the middle of the step it is plain on which side of an arrival it lies
      const double t = i * h + 1e-9, end = t + h - 2e-9, k1 = slope(t, V),
                   k2 = slope(t + h / 2, V + h / 2 * k1), k3 = slope(t + h / 2, V + h / 2 * k2);
      V += h / 6 * (k1 + 2 * k2 + 2 * k3 + slope(end, V + h * k3));
    }
    const double off1 = std::fabs(at60ms(0.4) - V), off2 = std::fabs(at60ms(0.2) - V),
                 off4 = std::fabs(at60ms(0.1) - V);
    qInfo("[Mg] %g mM: V %.4f mV, off by %.1e, %.1e, %.1e at 0.4, 0.2, 0.1 ms", Mg, V, off1, off2,
          off4);
    QVERIFY(off4 < 1e-4);
    const double order = std::log2(off1 / off2), again = std::log2(off2 / off4);
    QVERIFY(order > 1.7 && order < 2.7 && again > 1.7 && again < 2.7);
    QVERIFY(Mg == 0 ? V > -20 : V < -20);
  }

  /// V relaxes to E_L + I / g_L; the threshold is V_th and a sum over all spikes.
  void adaptiveThresholdIsTheClosedForm() {
    Builder b;
    const Id id =
        b.node("neuron.lif_cond_adaptive",
               {{"n", std::int64_t{1}}, {"I_e", 150.0}, {"dtheta", 0.75}, {"tau_theta", 90.0}});
    Run run(b.project, {.threads = 1}, 500);
    QCOMPARE(run.error, std::string());
    std::vector<std::uint64_t> expected;
    double theta = 0;
    int free = 0;  // steps since V began to move
    for (std::uint64_t step = 0; step < 5000; ++step) {
      theta *= std::exp(-0.1 / 90);
      if (!expected.empty() && step - expected.back() <= 50) continue;  // t_ref of 5 ms
      ++free;
      if (-60 + 15 * (1 - std::exp(-0.1 * free / 20)) < -50 + theta) continue;
      expected.push_back(step);
      theta += 0.75;
      free = 0;
    }
    QVERIFY(expected.size() > 8);
    QCOMPARE(run.train(id), expected);
    QVERIFY(std::fabs(run.value(id, "theta") - theta) < 1e-10);
  }

  void negativeWeightIsRefused_data() { conductancesAreClosedForms_data(); }
  void negativeWeightIsRefused() {
    QFETCH(const Conducting*, kind);
    for (const std::string port : {"exc", "inh"}) {
      Builder b;
      const Id source = b.node("source.spike_list");
      const Id id = b.node(kind->type);
      const Id wire = b.wire("synapse.static", {source, "out"}, {id, port}, {{"weight", -1.0}});
      bool refused = false;
      for (const Note& note : check(b.project, spk::test::registry()))
        refused |= note.level == Note::Level::Error && note.item == wire && note.key == "weight";
      QVERIFY(refused);
    }
  }
};

QTEST_APPLESS_MAIN(ConductanceTest)
#include "conductance_test.moc"
