// Rules that are not told by pairs of spikes alone: short-term plasticity, voltage, consolidation,
// homeostasis, and what an astrocyte does to them.
#include <QtTest>
#include <algorithm>
#include <array>
#include <cmath>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

constexpr double kDt = 0.1;

std::string spikesAt(const std::vector<double>& times, int neuron = 0) {
  std::string list;
  for (const double t : times)
    list += (list.empty() ? "[" : ", [") + numberText(t) + ", " + std::to_string(neuron) + "]";
  return "[" + list + "]";
}
std::vector<double> regular(double first, double interval, int count) {
  std::vector<double> times;
  for (int i = 0; i < count; ++i) times.push_back(first + i * interval);
  return times;
}
std::vector<double> weights(const Run& run, Id wire) {
  return run.simulation->look(wire, {What::Kind::Weights, ""}).value().values;
}

}  // namespace

class SlowRulesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// What each of 60 regular spikes sends, against the closed recursion; the last against the
  /// steady state.
  void stpFollowsItsRecursion_data() {
    QTest::addColumn<double>("U");
    QTest::addColumn<double>("tau_rec");
    QTest::addColumn<double>("tau_fac");
    QTest::newRow("depressing") << 0.67 << 150.0 << 0.01;
    QTest::newRow("facilitating") << 0.03 << 30.0 << 530.0;
    QTest::newRow("both") << 0.3 << 100.0 << 80.0;
  }
  void stpFollowsItsRecursion() {
    QFETCH(double, U);
    QFETCH(double, tau_rec);
    QFETCH(double, tau_fac);
    constexpr double kInterval = 20, kWeight = 3;
    Builder b(kDt);
    const Id source = b.node("source.spike_list", {{"spikes", Json{spikesAt(regular(5, 20, 60))}}});
    const Id target = b.node("neuron.lif_delta", {{"V_th", 200.0}, {"tau_m", 1e3}});
    b.wire("synapse.stp", {source, "out"}, {target, "in"},
           {{"weight", kWeight}, {"U", U}, {"tau_rec", tau_rec}, {"tau_fac", tau_fac}});
    Run run(b.project);
    QVERIFY2(run.error.empty(), run.error.c_str());
    double u = 0, x = 1, sent = 0;
    for (int spike = 0; spike < 60; ++spike) {
      if (spike > 0) {
        u *= std::exp(-kInterval / tau_fac);
        x = 1 - (1 - x) * std::exp(-kInterval / tau_rec);
      }
      u += U * (1 - u);
      sent = u * x;
      x -= sent;
      // It arrives 1 ms later, in the step that ends then.
      run.until(6 + spike * kInterval - kDt);
      const double before = run.value(target, "V") * std::exp(-kDt / 1e3);
      run.until(6 + spike * kInterval);
      QVERIFY(std::fabs(run.value(target, "V") - before - kWeight * sent) < 2e-6);
    }
    const double uSteady = U / (1 - (1 - U) * std::exp(-kInterval / tau_fac));
    const double decay = std::exp(-kInterval / tau_rec);
    const double xSteady = (1 - decay) / (1 - (1 - uSteady) * decay);
    QVERIFY(std::fabs(sent - uSteady * xSteady) < 0.03 * sent);
  }

  /// The two weights relax to their weighted mean, exactly.
  void consolidationRelaxesExactly() {
    Builder b(kDt);
    const Id source = b.node("source.spike_list", {{"spikes", Json{spikesAt({10})}}});
    const Id target = b.node("neuron.lif_delta", {{"V_th", 10.0}, {"V_reset", 0.0}});
    const Id wire = b.wire("synapse.consolidation", {source, "out"}, {target, "in"},
                           {{"weight", 12.0},
                            {"w_max", 20.0},
                            {"A_plus", 3.0},
                            {"tau_w", 200.0},
                            {"tau_v", 600.0},
                            {"interval", 5.0}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    run.until(12);  // the spike arrives at 11 ms, fires the target and counts at distance 0
    QVERIFY(std::fabs(weights(run, wire)[0] - 15) < 1e-5);
    // Steps of consolidation lie at 15, 20 … ms (and one, where w = v, before).
    for (const double until : {15.1, 50.1, 400.1, 5000.1}) {
      run.until(until);
      const double relaxed = 5 * (std::floor(until / 5) - 2);
      const double gone = 1 - std::exp(-relaxed * (1 / 200.0 + 1 / 600.0));
      const double expected = 15 - 3 * gone * (1 / 200.0) / (1 / 200.0 + 1 / 600.0);
      QVERIFY2(
          std::fabs(weights(run, wire)[0] - expected) < 2e-5,
          qPrintable(QString::number(weights(run, wire)[0]) + " for " + QString::number(expected)));
    }
  }

  void scalingKeepsTheSum() {
    Builder b(kDt, 3);
    const Id source = b.node("neuron.poisson", {{"n", std::int64_t{30}}, {"rate", 50.0}});
    const Id target = b.node("neuron.lif_delta", {{"n", std::int64_t{20}}, {"V_th", 5.0}});
    const Id wire = b.wire("synapse.scaling", {source, "out"}, {target, "in"},
                           {{"weight", Json{R"({"uniform": {"min": 0.2, "max": 1}})"}},
                            {"mode", std::string("sum")},
                            {"sum", 24.0},
                            {"A_plus", 0.05},
                            {"A_minus", 0.02},
                            {"interval", 50.0},
                            {"w_max", 10.0}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    run.until(1000.1);
    const auto now = weights(run, wire);
    for (std::size_t t = 0; t < 20; ++t) {
      double sum = 0;
      for (std::size_t s = 0; s < 30; ++s) sum += now[s * 20 + t];
      QVERIFY(std::fabs(sum - 24) < 1e-4);
    }
    QVERIFY(std::fabs(now[0] - now[20]) > 1e-3);  // and they differ, by what was learnt
  }

  /// Targets that are too quiet or too loud are led to the rate; without spikes weights grow by
  /// 1 + interval / tau_scale each time.
  void scalingLeadsToTheRate() {
    Builder b(kDt, 3);
    const Values rule = {{"weight", 0.2},      {"rho_0", 20.0},     {"tau_scale", 1000.0},
                         {"tau_rate", 1000.0}, {"interval", 100.0}, {"w_max", 50.0}};
    const Id source = b.node("neuron.poisson", {{"n", std::int64_t{50}}, {"rate", 20.0}});
    const Id target = b.node("neuron.lif_delta", {{"n", std::int64_t{30}}});
    b.wire("synapse.scaling", {source, "out"}, {target, "in"}, rule);
    const Id silent = b.node("source.spike_list", {{"spikes", Json{"[]"}}});
    const Id quiet = b.node("neuron.lif_delta", {});
    const Id wire = b.wire("synapse.scaling", {silent, "out"}, {quiet, "in"}, rule);
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    run.until(1000.1);
    QVERIFY(std::fabs(weights(run, wire)[0] - 0.2 * std::pow(1.1, 10)) < 1e-5);
    run.until(20000);
    const std::uint64_t before = run.count(target);
    run.until(30000);
    const double rate = static_cast<double>(run.count(target) - before) / 30 / 10;
    QVERIFY2(std::fabs(rate - 20) < 2, qPrintable(QString::number(rate)));
  }

  /// Against the equations on V as it was.
  void voltageRuleReadsThePotential() {
    Builder b(kDt, 5);
    const Id source = b.node("neuron.poisson", {{"n", std::int64_t{3}}, {"rate", 80.0}});
    const Id target = b.node("neuron.lif_delta", {{"n", std::int64_t{2}}, {"t_ref", 0.5}});
    const Id noise = b.node("source.poisson", {{"rate", 8000.0}});
    b.synapses(noise, target, {{"weight", 0.15}});
    const Id wire = b.wire("synapse.stdp_voltage", {source, "out"}, {target, "in"},
                           {{"weight", 1.0},
                            {"A_LTP", 1e-4},
                            {"A_LTD", 2e-3},
                            {"theta_minus", 8.0},
                            {"theta_plus", 14.0},
                            {"u_ref", 6.0},
                            {"tau_mean", 100.0}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    const auto keep = [](double tau) { return std::exp(-kDt / tau); };
    const auto positive = [](double x) { return std::max(0.0, x); };
    double w[3][2] = {{1, 1}, {1, 1}, {1, 1}}, x[3] = {}, minus[2] = {}, plus[2] = {}, mean[2] = {};
    for (int step = 0; step < 5000; ++step) {
      double V[2];
      for (std::size_t t = 0; t < 2; ++t) V[t] = run.value(target, "V", t);
      for (std::size_t s = 0; s < 3; ++s) {
        const auto train = run.train(source, static_cast<std::uint32_t>(s));
        // Sent in step − 10 it arrives in this step; the trace that potentiates is of the begin.
        const bool arrives =
            step >= 10 && std::ranges::find(train, std::uint64_t(step - 10)) != train.end();
        for (std::size_t t = 0; t < 2; ++t) {
          w[s][t] = std::min(
              2.0, w[s][t] + 1e-4 * kDt * x[s] * positive(V[t] - 14) * positive(plus[t] - 8));
          if (arrives)
            w[s][t] =
                std::max(0.0, w[s][t] - 2e-3 * mean[t] * mean[t] / 36 * positive(minus[t] - 8));
        }
        x[s] *= keep(15);
        if (arrives) x[s] += 1;
      }
      for (std::size_t t = 0; t < 2; ++t) {
        const double above = positive(minus[t] - 8);
        mean[t] = above + keep(100) * (mean[t] - above);
        minus[t] = V[t] + keep(10) * (minus[t] - V[t]);
        plus[t] = V[t] + keep(7) * (plus[t] - V[t]);
      }
      run.until(kDt * (step + 1));
    }
    const auto got = weights(run, wire);
    double moved = 0;
    for (std::size_t s = 0; s < 3; ++s)
      for (std::size_t t = 0; t < 2; ++t) {
        QVERIFY2(std::fabs(got[s * 2 + t] - w[s][t]) < 1e-4,
                 qPrintable(QString("%1 for %2").arg(got[s * 2 + t]).arg(w[s][t])));
        moved += std::fabs(got[s * 2 + t] - 1);
      }
    QVERIFY(moved > 0.1);
  }

  void epropFollowsItsTrace() {
    Builder b(kDt, 5);
    const Id source = b.node("neuron.poisson", {{"n", std::int64_t{3}}, {"rate", 80.0}});
    const Id target = b.node("neuron.lif_delta", {{"n", std::int64_t{2}}});
    const Id noise = b.node("source.poisson", {{"rate", 8000.0}});
    b.synapses(noise, target, {{"weight", 0.12}});
    const Id wire = b.wire("synapse.eprop", {source, "out"}, {target, "in"},
                           {{"weight", 1.0}, {"eta", 2e-4}, {"width", 10.0}, {"tau_out", 30.0}});
    const Id error = b.node("source.dc", {{"amplitude", -0.5}, {"start", 100.0}});
    b.wire("wire.signal", {error, "out"}, {wire, "learning_signal"});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    double w[3][2] = {{1, 1}, {1, 1}, {1, 1}}, z[3] = {}, e[3][2] = {};
    for (int step = 0; step < 5000; ++step) {
      for (std::size_t s = 0; s < 3; ++s) {
        const auto train = run.train(source, static_cast<std::uint32_t>(s));
        z[s] *= std::exp(-kDt / 20);
        if (step >= 10 && std::ranges::find(train, std::uint64_t(step - 10)) != train.end())
          z[s] += 1;
        for (std::size_t t = 0; t < 2; ++t) {
          const double V = run.value(target, "V", t);
          e[s][t] = e[s][t] * std::exp(-kDt / 30) +
                    0.3 * kDt * std::max(0.0, 1 - std::fabs(V - 20) / 10) * z[s];
          if (step >= 1000) w[s][t] = std::clamp(w[s][t] + 2e-4 * kDt * 0.5 * e[s][t], -2.0, 2.0);
        }
      }
      run.until(kDt * (step + 1));
    }
    const auto got = weights(run, wire);
    for (std::size_t s = 0; s < 3; ++s)
      for (std::size_t t = 0; t < 2; ++t) {
        QVERIFY2(std::fabs(got[s * 2 + t] - w[s][t]) < 3e-4,
                 qPrintable(QString("%1 for %2").arg(got[s * 2 + t]).arg(w[s][t])));
        QVERIFY(w[s][t] > 1.002);
      }
  }

  /// Two populations, four junctions each way on average: what enters one leaves the other, and
  /// potentials approach each other as the closed recursion says.
  void gapJunctionsConserveCharge() {
    Builder b(kDt, 4);
    const Values quiet = {{"n", std::int64_t{300}}, {"V_th", 0.0}};
    Values warm = quiet;
    warm["V.initial"] = Json{R"({"uniform": {"min": -75, "max": -5}})"};
    const Id one = b.node("neuron.lif_exp", warm), two = b.node("neuron.lif_exp", quiet);
    b.wire("wire.gap_junction", {one, "V"}, {two, "I"},
           {{"g", 3.0}, {"rule", std::string("fixed_indegree")}, {"indegree", std::int64_t{4}}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    Channel in[2] = {Channel(std::in_place_type<Ring<Sample>>, std::size_t{1} << 16),
                     Channel(std::in_place_type<Ring<Sample>>, std::size_t{1} << 16)};
    QVERIFY(bool(run.simulation->attach({Id{901}, {one, "I"}}, in[0])));
    QVERIFY(bool(run.simulation->attach({Id{902}, {two, "I"}}, in[1])));
    run.until(10);
    double sum[2][100] = {}, most = 0;
    for (std::size_t side = 0; side < 2; ++side) {
      Sample sample;
      int n = 0;
      while (std::get<Ring<Sample>>(in[side]).pop({&sample, 1})) {
        sum[side][n++ / 300] += static_cast<double>(sample.value);
        most = std::max(most, std::fabs(static_cast<double>(sample.value)));
      }
      QCOMPARE(n, 30000);
    }
    QVERIFY(most > 100);
    for (int step = 0; step < 100; ++step)  // each current is a float of up to 1000 pA
      QVERIFY(std::fabs(sum[0][step] + sum[1][step]) < 600 * 3e-5);
  }
  void gapJunctionEvensOut() {
    Builder b(kDt);
    const Id one =
        b.node("neuron.lif_exp", {{"n", std::int64_t{1}}, {"V_th", 0.0}, {"V.initial", -60.0}});
    const Id two =
        b.node("neuron.lif_exp", {{"n", std::int64_t{1}}, {"V_th", 0.0}, {"V.initial", -70.0}});
    b.wire("wire.gap_junction", {one, "V"}, {two, "I"}, {{"g", 5.0}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    // C 250 pF, tau 10 ms: R = 0.04 GΩ; the current of a step is that of its begin.
    const double decay = std::exp(-kDt / 10);
    double distance = 10;
    for (int step = 0; step < 100; ++step)
      distance = distance * decay - 0.04 * (1 - decay) * 2 * 5 * distance;
    run.until(10);
    QVERIFY(std::fabs(run.value(one, "V") - run.value(two, "V") - distance) < 1e-5);
  }

  /// A pair of spikes leaves an eligibility; a dopamine population fires later, twice, and what the
  /// tissue then holds turns it into weight.
  void dopamineFromSpikesTeaches() {
    Builder b(kDt);
    const Id source = b.node("source.spike_list", {{"spikes", Json{spikesAt({9})}}});
    const Id teacher = b.node("source.spike_list", {{"spikes", Json{spikesAt({14})}}});
    const Id target = b.node("neuron.lif_delta", {});
    b.synapses(teacher, target, {{"weight", 50.0}, {"delay", 1.0}});
    const Id wire = b.wire("synapse.reward_stdp", {source, "out"}, {target, "in"},
                           {{"weight", 1.0}, {"eta", 0.002}, {"tau_e", 400.0}, {"w_max", 10.0}});
    const Id cue = b.node("source.spike_list", {{"n", std::int64_t{2}},
                                                {"spikes", Json{"[[99, 0], [99, 1], [199, 1]]"}}});
    const Id dopamine = b.node("neuron.lif_delta", {{"n", std::int64_t{2}}});
    b.synapses(cue, dopamine,
               {{"weight", 50.0}, {"delay", 1.0}, {"rule", std::string("one_to_one")}});
    const Id tissue = b.node("neuron.modulator", {{"tau", 150.0}, {"baseline", 0.0}});
    b.synapses(dopamine, tissue, {{"weight", 0.5}, {"delay", 1.0}});
    b.wire("wire.signal", {tissue, "D"}, {wire, "reward"});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    const auto fired = run.until(1500);
    QCOMPARE(fired.why, Why::Reached);
    QCOMPARE(run.train(dopamine, 1).size(), std::size_t{2});
    // Each spike of the population is in D at the end of the step in which it arrives.
    double D = 0, e = 0, w = 1;
    QCOMPARE(run.train(target), std::vector<std::uint64_t>{149});
    constexpr std::uint64_t post = 149, pre = 99;  // sent at 9 ms, the end of step 89
    for (std::uint64_t step = 0; step < 15000; ++step) {
      e *= std::exp(-kDt / 400);
      // the post spike reaches the synapse at the begin of the next step, before it decays on
      if (step == post + 1)
        e = std::exp(-static_cast<double>(post - pre) * kDt / 20) * std::exp(-kDt / 400);
      w += 0.002 * kDt * D * e;
      D *= std::exp(-kDt / 150);
      for (std::uint32_t i = 0; i < 2; ++i)
        for (const std::uint64_t spike : run.train(dopamine, i))
          if (spike + 10 == step) D += 0.5;
    }
    QVERIFY(w > 1.1);
    QVERIFY2(std::fabs(weights(run, wire)[0] - w) < 1e-4,
             qPrintable(QString("%1 for %2").arg(weights(run, wire)[0]).arg(w)));
    QVERIFY(std::fabs(run.value(tissue, "D") - D) < 1e-12);
  }

  /// A constant train: A settles at b + w · rate; its wire sets the depression of STDP.
  void astrocyteSetsDepression() {
    Builder b(kDt);
    const Id liquid =
        b.node("source.spike_list", {{"spikes", Json{spikesAt(regular(1, 2, 1000))}}});
    const Id astrocyte = b.node("astrocyte.nalsm", {{"tau", 50.0}, {"w", 0.2}, {"b", 0.1}});
    b.wire("synapse.static", {liquid, "out"}, {astrocyte, "liquid"}, {{"weight", 1.0}});
    // The target fires at 500 ms; a pre spike arrives 3 ms later.
    const Id source = b.node("source.spike_list", {{"spikes", Json{spikesAt({502})}}});
    const Id teacher = b.node("source.spike_list", {{"spikes", Json{spikesAt({499})}}});
    const Id target = b.node("neuron.lif_delta", {});
    b.synapses(teacher, target, {{"weight", 50.0}, {"delay", 1.0}});
    const Id wire = b.wire("synapse.stdp_nalsm", {source, "out"}, {target, "in"},
                           {{"weight", 1.0}, {"w_min", 0.0}});
    b.wire("wire.signal", {astrocyte, "A"}, {wire, "astrocyte"});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    // Each spike lifts A by (1 − decay) w / dt; sent at 1, 3, 5 … ms, it arrives 1 ms later.
    const double decay = std::exp(-kDt / 50);
    double A = 0.1;
    for (int step = 0; step < 5029; ++step) {
      const bool spike = (step + 1) % 20 == 0;
      A = decay * A + (1 - decay) * 0.1 + (spike ? (1 - decay) * 0.2 / kDt : 0);
    }
    run.until(502.9);
    QVERIFY(std::fabs(run.value(astrocyte, "A") - A) < 1e-6);
    QVERIFY(std::fabs(A - 0.2) < 0.02);  // b + w · 0.5 spikes per ms
    run.until(510);  // the pre spike arrived in the next step, and met A as it was
    const double expected = 1 - A * std::exp(-3.0 / 10);
    QVERIFY2(std::fabs(weights(run, wire)[0] - expected) < 1e-5,
             qPrintable(QString::number(weights(run, wire)[0])));
  }

  /// The equations of Li & Rinzel, solved by themselves with a tenth of the step.
  void calciumFollowsItsEquations() {
    Builder b(1.0);
    const Id cell = b.node("astrocyte.li_rinzel", {{"IP3_rest", 0.4}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    std::array<double, 3> y = {0.07, 0.8, 0.4};
    const auto slope = [](const std::array<double, 3>& at) {
      const auto [C, h, I] = at;
      const double m = I / (I + 0.13) * C / (C + 0.08234) * h,
                   Q = 1.049 * (I + 0.13) / (I + 0.9434);
      return std::array<double, 3>{
          1e-3 * ((6 * m * m * m + 0.11) * (2 - 1.185 * C) - 0.9 * C * C / (C * C + 0.01)),
          1e-3 * 0.2 * (Q * (1 - h) - h * C), (0.4 - I) / 7140};
    };
    const auto moved = [&](const std::array<double, 3>& d, double by) {
      std::array<double, 3> to = y;
      for (std::size_t i = 0; i < 3; ++i) to[i] += by * d[i];
      return to;
    };
    double most = 0;
    for (int ms = 0; ms < 20000; ++ms) {
      for (int part = 0; part < 10; ++part) {
        const auto k1 = slope(y), k2 = slope(moved(k1, 0.05)), k3 = slope(moved(k2, 0.05)),
                   k4 = slope(moved(k3, 0.1));
        for (std::size_t i = 0; i < 3; ++i)
          y[i] += 0.1 / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
      }
      most = std::max(most, y[0]);
    }
    run.until(20000);
    QVERIFY(most > 0.4);  // it rose and fell
    QVERIFY(std::fabs(run.value(cell, "Ca") - y[0]) < 1e-8);
    QVERIFY(std::fabs(run.value(cell, "h") - y[1]) < 1e-8);
  }

  /// Glutamate raises IP3, that calcium, that the current into the neurons that hear of it.
  void glutamateReachesNeuronsThroughAnAstrocyte() {
    Builder b(1.0);
    const Id source =
        b.node("source.spike_list", {{"spikes", Json{spikesAt(regular(1000, 100, 30))}}});
    const Id cell = b.node("astrocyte.li_rinzel", {});
    b.wire("synapse.static", {source, "out"}, {cell, "glu"}, {{"weight", 0.02}});
    const Id target = b.node("neuron.lif_exp", {{"V_th", 0.0}});
    b.wire("wire.signal", {cell, "sic"}, {target, "I"});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    run.until(1000);
    QCOMPARE(run.value(cell, "sic"), 0.0);
    const double rest = run.value(target, "V");
    double most = 0;
    for (int s = 2; s < 15; ++s) {
      run.until(1000.0 * s);
      most = std::max(most, run.value(target, "V") - rest);
    }
    QVERIFY(run.count(cell) >= 1);  // calcium rose through Ca_th
    QVERIFY2(most > 1, qPrintable(QString::number(most)));
  }
};

QTEST_APPLESS_MAIN(SlowRulesTest)
#include "slow_rules_test.moc"
