// Units that take one update in each step, and memories and modules of them, against their
// formulas.
#include <QtTest>
#include <cmath>

#include "engine/base/Math.h"
#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

std::string listText(const std::vector<double>& values) {
  std::string list = "[";
  for (const double value : values) list += (list.size() > 1 ? ", " : "") + numberText(value);
  return list + "]";
}
Id spikesAt(Builder& b, const std::string& list, std::int64_t n = 1) {
  return b.node("source.spike_list", {{"n", n}, {"spikes", Json{list}}});
}

}  // namespace

class DiscreteTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void lifMlFollowsItsFormula_data() {
    QTest::addColumn<QString>("leak");
    QTest::addColumn<bool>("decayInput");
    QTest::addColumn<bool>("soft");
    for (const char* leak : {"tau", "sigmoid", "none"})
      for (const bool decayInput : {true, false})
        for (const bool soft : {true, false})
          QTest::addRow("%s, %s input, %s reset", leak, decayInput ? "decaying" : "whole",
                        soft ? "soft" : "hard")
              << leak << decayInput << soft;
  }
  void lifMlFollowsItsFormula() {
    QFETCH(QString, leak);
    QFETCH(bool, decayInput);
    QFETCH(bool, soft);
    std::vector<double> inputs;
    for (int i = 0; i < 50; ++i) inputs.push_back(0.05 + 0.061 * i);
    Builder b(1.0);
    const Id id = b.node("neuron.lif_ml", {{"n", std::int64_t{50}},
                                           {"leak", leak.toStdString()},
                                           {"decay_input", decayInput},
                                           {"reset", std::string(soft ? "soft" : "hard")},
                                           {"tau", 3.0},
                                           {"w", -0.4},
                                           {"V_th", 1.25},
                                           {"V_reset", 0.125},
                                           {"I_e", Json{listText(inputs)}}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    std::vector<double> V(50, 0);
    std::vector<std::size_t> counts(50, 0);
    const double share = leak == "tau" ? 1 / 3.0 : leak == "none" ? 0 : 1 / (1 + std::exp(0.4));
    for (int t = 1; t <= 60; ++t) {
      run.until(t);
      for (std::size_t i = 0; i < 50; ++i) {
        const double x = inputs[i];
        const double drive =
            decayInput && share > 0 ? share * (x - (V[i] - 0.125)) : x - share * (V[i] - 0.125);
        V[i] += drive;
        if (V[i] >= 1.25) ++counts[i], V[i] = soft ? V[i] - 1.25 : 0.125;
        QVERIFY2(std::fabs(run.value(id, "V", i) - V[i]) < 1e-12,
                 qPrintable(QString("step %1, input %2").arg(t).arg(x)));
      }
    }
    for (std::uint32_t i = 0; i < 50; ++i) QCOMPARE(run.train(id, i).size(), counts[i]);
    QVERIFY(counts[49] > 20);
  }

  void cubaLifFollowsItsFormula() {
    Builder b(1.0);
    const Id source = spikesAt(b, "[[3, 0], [4, 0], [11, 0], [12, 0], [13, 0]]");
    const Id id =
        b.node("neuron.cuba_lif", {{"n", std::int64_t{1}}, {"reset", std::string("soft")}});
    b.synapses(source, id, {{"weight", 0.5}, {"delay", 1.0}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    double i = 0, V = 0;
    std::size_t fired = 0;
    for (int t = 1; t <= 40; ++t) {
      run.until(t);
      const bool arrives = t == 4 || t == 5 || t == 12 || t == 13 || t == 14;
      i = std::exp(-0.5) * i + (arrives ? 0.5 : 0);
      V = std::exp(-0.1) * V + i;
      if (V >= 1) ++fired, V -= 1;
      QVERIFY(std::fabs(run.value(id, "I_syn") - i) < 1e-12);
      QVERIFY2(std::fabs(run.value(id, "V") - V) < 1e-12, qPrintable(QString::number(t)));
    }
    QCOMPARE(run.train(id).size(), fired);
    QVERIFY(fired > 2);
  }

  /// floor(clip(T x / lambda + 1/2, 0, T)) spikes in T steps, for every T and 60 inputs.
  void quantisedRateIsExact() {
    std::vector<double> inputs;
    for (int i = 0; i < 60; ++i) inputs.push_back(-0.3 + 0.0371 * i);
    Builder b(1.0);
    const Id id =
        b.node("neuron.qcfs_if",
               {{"n", std::int64_t{60}}, {"lambda", 1.5}, {"I_e", Json{listText(inputs)}}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    for (int T = 1; T <= 32; ++T) {
      run.until(T);
      for (std::uint32_t i = 0; i < 60; ++i) {
        const double count = std::floor(std::clamp(T * inputs[i] / 1.5 + 0.5, 0.0, 1.0 * T));
        QCOMPARE(static_cast<double>(run.train(id, i).size()), count);
      }
    }
  }

  /// Its own spikes tell a constant signal to within theta / 2 and one step's decay.
  void sigmaDeltaTellsItsSignal() {
    std::vector<double> signals;
    for (int i = 0; i < 50; ++i) signals.push_back(0.02 * i);
    Builder b;
    const Id id =
        b.node("neuron.sigma_delta", {{"n", std::int64_t{50}}, {"I_e", Json{listText(signals)}}});
    const Id receiver =
        b.node("neuron.sigma_delta", {{"n", std::int64_t{50}}, {"theta", 1e6}, {"tau_in", 20.0}});
    b.synapses(id, receiver,
               {{"weight", 0.1}, {"delay", 0.1}, {"rule", std::string("one_to_one")}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    std::vector<double> mean(50, 0), earlier(50, 0);
    for (int step = 1; step <= 4000; ++step) {
      run.until(step * 0.1);
      for (std::size_t i = 0; i < 50; ++i) {
        const double said = run.value(id, "said", i);
        if (step > 300) {
          QVERIFY2(std::fabs(said - signals[i]) < 0.05 + 0.15 * 0.1 / 20 + signals[i] * 0.1 / 20,
                   qPrintable(QString("%1 says %2").arg(signals[i]).arg(said)));
          mean[i] += said / 3700;
        }
        // the receiver holds what was said one step, the delay, before
        if (step > 1) QVERIFY(std::fabs(run.value(receiver, "x", i) - earlier[i]) < 1e-6);
        earlier[i] = said;
      }
    }
    for (std::size_t i = 5; i < 50; ++i) QVERIFY(std::fabs(mean[i] - signals[i]) < 0.01);
  }

  /// OR, AND, NOT and a threshold of two, from all inputs.
  void mccullochPittsIsLogic() {
    Builder b(1.0);
    // inputs A and B at steps 1 to 4: 00, 10, 01, 11
    const Id source = spikesAt(b, "[[2, 0], [3, 1], [4, 0], [4, 1]]", 2);
    const auto unit = [&](double theta, double I) {
      return b.node("neuron.mcculloch_pitts",
                    {{"n", std::int64_t{1}}, {"theta", theta}, {"I_e", I}});
    };
    const Id any = unit(1, 0), both = unit(2, 0), none = unit(1, 1);
    for (const Id id : {any, both})
      b.wire("synapse.static", {source, "out"}, {id, "in"}, {{"weight", 1.0}, {"delay", 1.0}});
    b.wire("synapse.static", {source, "out"}, {none, "veto"}, {{"weight", 1.0}, {"delay", 1.0}});
    Run run(b.project, {.threads = 1}, 6);
    QCOMPARE(run.error, std::string());
    // sent at the end of step 2 (t = 2 ms), there one step later
    using Steps = std::vector<std::uint64_t>;
    const Steps reached = run.train(any);
    QCOMPARE(reached.size(), std::size_t{3});
    const std::uint64_t first = reached[0];
    QCOMPARE(reached, (Steps{first, first + 1, first + 2}));
    QCOMPARE(run.train(both), (Steps{first + 2}));
    for (const std::uint64_t step : run.train(none)) QVERIFY(step < first || step > first + 2);
    QCOMPARE(run.train(none).size(), std::size_t{3});
  }

  void pacemakerKeepsTime() {
    Builder b;
    const Id id = b.node("neuron.pacemaker", {{"n", std::int64_t{4}},
                                              {"period", Json{"[10, 12.34, 0.1, 33.3333333]"}},
                                              {"first", Json{"[1, 40, 1, 7]"}}});
    Run run(b.project, {.threads = 1}, 5000);
    QCOMPARE(run.error, std::string());
    const double periods[] = {100, 123.4, 1, 333.333333}, first[] = {1, 40, 1, 7};
    for (std::uint32_t i = 0; i < 4; ++i) {
      const auto train = run.train(id, i);
      QVERIFY(train.size() > 100);
      for (std::size_t k = 0; k < train.size(); ++k) {
        const double exact = first[i] + static_cast<double>(k) * periods[i];
        QVERIFY2(std::fabs(static_cast<double>(train[k] + 1) - exact) <= 0.5 + 1e-6,
                 qPrintable(QString("spike %1: %2 for %3").arg(k).arg(train[k] + 1).arg(exact)));
      }
    }
  }
  void pacemakerJitters() {
    Builder b;
    const Id id =
        b.node("neuron.pacemaker", {{"n", std::int64_t{100}}, {"period", 20.0}, {"jitter", 2.0}});
    Run run(b.project, {.threads = 1}, 10'000);
    double sum = 0, square = 0, n = 0;
    for (std::uint32_t i = 0; i < 100; ++i) {
      const auto train = run.train(id, i);
      for (std::size_t k = 1; k < train.size(); ++k) {
        const double x = 0.1 * static_cast<double>(train[k] - train[k - 1]);
        sum += x, square += x * x, ++n;
      }
    }
    const double mean = sum / n, sd = std::sqrt(square / n - mean * mean);
    QVERIFY(n > 40'000);
    QVERIFY2(std::fabs(mean - 20) < 5 * 2 / std::sqrt(n), qPrintable(QString::number(mean)));
    QVERIFY2(std::fabs(sd - 2) < 5 * 2 / std::sqrt(2 * n), qPrintable(QString::number(sd)));
  }

  /// The k largest of each group, whatever the group's size and the number of units.
  void winnersAreTheLargest_data() {
    QTest::addColumn<int>("group");
    QTest::addColumn<int>("k");
    for (const auto& [group, k] : {std::pair{2, 1}, {4, 1}, {8, 3}, {16, 16}, {64, 5}})
      QTest::addRow("%d of %d", k, group) << group << k;
  }
  void winnersAreTheLargest() {
    QFETCH(int, group);
    QFETCH(int, k);
    constexpr int kUnits = 1000;
    std::vector<double> inputs;
    for (int i = 0; i < kUnits; ++i) inputs.push_back(std::fmod(0.618034 * i, 1.0) + 0.1);
    Builder b(1.0);
    b.node("neuron.wta", {{"n", std::int64_t{kUnits}},
                          {"group", std::to_string(group)},
                          {"k", std::int64_t{k}},
                          {"V_th", 0.3},
                          {"I_e", Json{listText(inputs)}}});
    Run run(b.project, {.threads = 1}, 1);
    QCOMPARE(run.error, std::string());
    std::vector<std::uint32_t> expected;
    for (int begin = 0; begin < kUnits; begin += group)
      for (int i = begin; i < std::min(kUnits, begin + group); ++i) {
        int larger = 0;
        for (int j = begin; j < std::min(kUnits, begin + group); ++j)
          larger += inputs[j] > inputs[i];
        if (inputs[i] >= 0.3 && larger < k) expected.push_back(static_cast<std::uint32_t>(i));
      }
    std::vector<std::uint32_t> fired;
    for (const FiredSpike& s : run.spikes) fired.push_back(s.neuron);
    QCOMPARE(fired, expected);
  }
  void softmaxDrawsWithItsChances() {
    Builder b(1.0);
    const std::vector<double> inputs = {0.0, 0.5, 1.0, 2.0};
    const Id id = b.node("neuron.wta", {{"n", std::int64_t{4}},
                                        {"group", std::string("4")},
                                        {"rule", std::string("softmax")},
                                        {"temperature", 0.8},
                                        {"V_th", -1.0},
                                        {"I_e", Json{listText(inputs)}}});
    Run run(b.project, {.threads = 1}, 20'000);
    QCOMPARE(run.error, std::string());
    QCOMPARE(run.spikes.size(), std::size_t{20'000});
    double sum = 0;
    for (const double x : inputs) sum += std::exp(x / 0.8);
    for (std::uint32_t i = 0; i < 4; ++i) {
      const double p = std::exp(inputs[i] / 0.8) / sum;
      const double count = static_cast<double>(run.train(id, i).size());
      QVERIFY2(std::fabs(count - 20'000 * p) < 5 * std::sqrt(20'000 * p * (1 - p)),
               qPrintable(QString("%1 for %2").arg(count).arg(20'000 * p)));
    }
  }
  void moreWinnersThanUnitsAreRefused() {
    Builder b;
    b.node("neuron.wta", {{"k", std::int64_t{9}}});
    const Run run(b.project);
    QVERIFY2(run.error.find("9") != std::string::npos, run.error.c_str());
  }

  /// A slow sine comes back theta later; a constant fills the memory exactly.
  void legendreMemoryDelays() {
    Builder b(1.0);
    const Id rate =
        b.node("neuron.resonate_and_fire",
               {{"n", std::int64_t{1}}, {"f", 4.0}, {"tau", 1e5}, {"y_th", 1e3}, {"y_reset", 0.0}});
    const Id memory = b.node(
        "neuron.lmu", {{"n", std::int64_t{1}}, {"order", std::int64_t{8}}, {"theta", 100.0}});
    const Id constant = b.node("neuron.lmu", {{"n", std::int64_t{1}}, {"I_e", 0.75}});
    const Id kick = spikesAt(b, "[[1, 0]]");
    b.synapses(kick, rate, {{"weight", 1.0}, {"delay", 1.0}});
    b.wire("wire.signal", {rate, "x"}, {memory, "u"});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    std::vector<double> x;
    for (int t = 1; t <= 800; ++t) {
      run.until(t);
      x.push_back(run.value(rate, "x"));
      // u is the value of a step before, held over the step
      if (t > 400) {
        const double late = 0.5 * (x[x.size() - 102] + x[x.size() - 101]);
        QVERIFY2(std::fabs(run.value(memory, "y") - late) < 0.02,
                 qPrintable(QString("%1 for %2").arg(run.value(memory, "y")).arg(late)));
      }
    }
    QVERIFY(std::fabs(run.value(constant, "m0") - 0.75) < 1e-6);
    QVERIFY(std::fabs(run.value(constant, "m1")) < 1e-6);
    QVERIFY(std::fabs(run.value(constant, "y") - 0.75) < 1e-6);
  }

  /// 9 of a segment's synapses do nothing, 10 lift the cell so that a weak input fires it; 10 that
  /// are spread over two segments do nothing.
  void segmentNeedsTenSynapses() {
    const auto fires = [](int synapses, bool spread) {
      Builder b;
      const Id inputs = b.node("source.spike_list", [&] {
        std::string list = "[";
        for (int i = 0; i < synapses; ++i)
          list += (i ? ", [5.0, " : "[5.0, ") + std::to_string(i) + "]";
        return Values{{"n", std::int64_t{20}}, {"spikes", Json{list + "]"}}};
      }());
      const Id proximal = spikesAt(b, "[[30.0, 0]]");
      const Id id = b.node("neuron.active_dendrite", {{"n", std::int64_t{1}}});
      if (spread) {
        b.wire("synapse.static", {inputs, "out"}, {id, "seg1"}, {{"weight", 0.5}});
        b.wire("synapse.static", {inputs, "out"}, {id, "seg2"}, {{"weight", 0.5}});
      } else {
        b.wire("synapse.static", {inputs, "out"}, {id, "seg3"}, {{"weight", 1.0}});
      }
      b.synapses(proximal, id, {{"weight", 10.0}});
      Run run(b.project, {.threads = 1}, 29);
      if (!run.error.empty() || run.count(id) != 0) return -1;
      run.until(100);
      return static_cast<int>(run.count(id));
    };
    QCOMPARE(fires(9, false), 0);
    QCOMPARE(fires(10, false), 1);
    QCOMPARE(fires(10, true), 0);
  }
  void segmentsBecomePorts() {
    Item item{.type = "neuron.active_dendrite", .values = {{"segments", std::int64_t{7}}}};
    const Shape shape = spk::test::registry().describe(item);
    QVERIFY(shape.port("seg7") && !shape.port("seg8") && shape.port("out"));
  }
};

QTEST_APPLESS_MAIN(DiscreteTest)
#include "discrete_test.moc"
