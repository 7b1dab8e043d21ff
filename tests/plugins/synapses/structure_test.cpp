// Synapses as hardware has them, and synapses that move: levels, devices, in-degrees. What they
// learn from pairs of spikes is in stdp_test.cpp.
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <set>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

std::vector<double> weights(const Run& run, Id wire) {
  return run.simulation->look(wire, {What::Kind::Weights, ""}).value().values;
}

/// `sources` trains of `rate` Hz onto `targets` neurons that stay silent.
struct Silent {
  Project project;
  Id wire = Id::none;
};
Silent silent(const char* type, std::int64_t sources, std::int64_t targets, double rate,
              Values values) {
  Builder b;
  Silent made;
  const Id source = b.node("neuron.poisson", {{"n", sources}, {"rate", rate}});
  const Id target =
      b.node("neuron.lif_delta",
             {{"n", targets}, {"V_th", 200.0}, {"V.initial", -100.0}, {"E_L", -100.0}});
  made.wire = b.wire(type, {source, "out"}, {target, "in"}, std::move(values));
  made.project = b.project;
  return made;
}

/// Within five standard deviations: a false alarm in two million.
bool isShare(std::size_t count, std::size_t of, double p) {
  const double mean = static_cast<double>(of) * p;
  return std::fabs(static_cast<double>(count) - mean) <= 5 * std::sqrt(mean * (1 - p)) + 1e-9;
}

}  // namespace

class StructureTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// Against the quantiser of LSQ, for weights within and beyond its range.
  void weightsLieOnLevels_data() {
    QTest::addColumn<int>("bits");
    QTest::addColumn<bool>("isSigned");
    for (int bits = 2; bits <= 8; ++bits)
      for (const bool isSigned : {true, false})
        QTest::addRow("%d bits, %s", bits, isSigned ? "signed" : "unsigned") << bits << isSigned;
  }
  void weightsLieOnLevels() {
    QFETCH(int, bits);
    QFETCH(bool, isSigned);
    const double step = 1.7 / std::pow(2, bits - 1);
    std::string list;
    std::vector<double> written;
    for (int i = 0; i < 400; ++i) {
      written.push_back((i - 200) * 0.0201 + 0.00317);
      list += (i ? ", " : "[") + numberText(written.back());
    }
    const Silent what = silent("synapse.quantised", 20, 20, 10,
                               {{"weight", Json{list + "]"}},
                                {"bits", std::int64_t{bits}},
                                {"step", step},
                                {"signs", std::string(isSigned ? "signed" : "unsigned")}});
    Run run(what.project, {.threads = 1}, 0.1);
    QCOMPARE(run.error, std::string());
    const double least = isSigned ? -std::pow(2, bits - 1) : 0,
                 most = isSigned ? std::pow(2, bits - 1) - 1 : std::pow(2, bits) - 1;
    const auto now = weights(run, what.wire);
    std::set<double> levels;
    for (std::size_t i = 0; i < 400; ++i) {
      const double expected = step * std::clamp(std::nearbyint(written[i] / step), least, most);
      QVERIFY2(std::fabs(now[i] - expected) < 1e-6,
               qPrintable(QString("%1 becomes %2").arg(written[i]).arg(now[i])));
      levels.insert(now[i]);
    }
    QVERIFY(levels.size() <= std::size_t{1} << bits);
    QVERIFY(isSigned ? levels.size() > (std::size_t{1} << bits) / 2 : levels.size() > 2);
  }

  /// Weights that are set while it runs meet the levels when they next send.
  void weightsThatAreSetAreQuantised() {
    const Silent what = silent("synapse.quantised", 30, 10, 200, {{"weight", 0.6}, {"step", 0.25}});
    Run run(what.project, {.threads = 1}, 5);
    QVERIFY(std::ranges::all_of(weights(run, what.wire), [](double w) { return w == 0.5; }));
    QVERIFY(bool(run.simulation->apply(
        Edit{"", {setting(what.project, what.wire, "weight", Value{-1.1})}})));
    run.until(200);
    QVERIFY(std::ranges::all_of(weights(run, what.wire), [](double w) { return w == -1.0; }));
  }

  /// Each device is stuck or not by itself: nine kinds of pairs, each as often as it should be.
  void devicesAreStuck() {
    constexpr double kOff = 0.07, kOn = 0.04;
    const Silent what =
        silent("synapse.reram", 200, 200, 10,
               {{"weight", 1.0}, {"stuck_off", kOff}, {"stuck_on", kOn}, {"w_max", 2.0}});
    Run run(what.project, {.threads = 1}, 0.1);
    QCOMPARE(run.error, std::string());
    const auto now = weights(run, what.wire);
    QCOMPARE(now.size(), std::size_t{40000});
    const double healthy = 1 - kOff - kOn;
    // A weight of 1 of 2 is 0.52 in G_plus and 0.02 in G_minus.
    const struct {
      double w, share;
    } kinds[] = {{2 * (0.52 - 0.02), healthy * (healthy + kOff)},
                 {2 * (0.52 - 1), healthy * kOn},
                 {0, kOff * (healthy + kOff) + kOn * kOn},
                 {2 * (0.02 - 1), kOff * kOn},
                 {2 * (1 - 0.02), kOn * (healthy + kOff)}};
    std::size_t seen = 0;
    for (const auto& kind : kinds) {
      const auto n = static_cast<std::size_t>(
          std::ranges::count_if(now, [&](double w) { return std::fabs(w - kind.w) < 1e-6; }));
      QVERIFY2(
          isShare(n, now.size(), kind.share),
          qPrintable(QString("%1: %2, expected %3").arg(kind.w).arg(n).arg(kind.share * 40000)));
      seen += n;
    }
    QCOMPARE(seen, now.size());
  }

  /// Where a device is stuck does not hang on how the network is cut: a longer delay beside it
  /// makes parts smaller.
  void faultsDoNotHangOnTheCut() {
    const auto faults = [](double delayBeside) {
      Builder b;
      const Id source = b.node("neuron.poisson", {{"n", std::int64_t{40}}, {"rate", 5.0}});
      const Id target = b.node("neuron.lif_delta", {{"n", std::int64_t{5000}}});
      const Id wire =
          b.wire("synapse.reram", {source, "out"}, {target, "in"},
                 {{"weight", 1.0}, {"stuck_off", 0.2}, {"write_noise", 0.05}, {"delay", 2.0}});
      b.synapses(
          target, target,
          {{"weight", Json{R"({"uniform": {"min": 0, "max": 0.01}})"}},
           {"delay", Json{R"({"uniform": {"min": 2, "max": )" + numberText(delayBeside) + "}}"}},
           {"rule", std::string("fixed_indegree")}});
      Run run(b.project, {.threads = 1}, 1);
      return weights(run, wire);
    };
    const auto few = faults(2.5), many = faults(40);
    QVERIFY(few.size() == 200000);
    QVERIFY(few == many);
  }

  void writingAndReadingAreNoisy() {
    const Values values = {{"weight", 1.0}, {"write_noise", 0.05}, {"w_max", 2.0}};
    const Silent written = silent("synapse.reram", 100, 100, 10, values);
    Run once(written.project, {.threads = 1}, 0.1);
    const auto first = weights(once, written.wire);
    const auto moments = [](const std::vector<double>& of) {
      double mean = 0, square = 0;
      for (const double w : of) mean += w / static_cast<double>(of.size());
      for (const double w : of) square += (w - mean) * (w - mean);
      return std::pair(mean, std::sqrt(square / static_cast<double>(of.size())));
    };
    // G_minus would be 0.02 ± 0.05 but cannot fall below 0.02: with s = 0.05 its mean is higher by
    // s / sqrt(2 pi), its variance s² (1/2 - 1/(2 pi)). 10,000 pairs: 5 deviations of the mean.
    constexpr double kPi = 3.14159265358979323846, s = 0.05;
    const double expected = 2 * (0.5 - s / std::sqrt(2 * kPi)),
                 spread = 2 * s * std::sqrt(1.5 - 1 / (2 * kPi));
    const auto [mean, sd] = moments(first);
    QVERIFY2(std::fabs(mean - expected) < 5 * spread / 100, qPrintable(QString::number(mean)));
    QVERIFY2(std::fabs(sd / spread - 1) < 5 / std::sqrt(2e4), qPrintable(QString::number(sd)));

    // Read by spikes: each time anew, each conductance off by a tenth of itself.
    const Silent read = silent("synapse.reram", 100, 100, 400,
                               {{"weight", 1.0}, {"read_noise", 0.1}, {"w_max", 2.0}});
    Run run(read.project, {.threads = 1}, 100);
    const auto one = weights(run, read.wire);
    run.until(200);
    const auto two = weights(run, read.wire);
    const double noise = 2 * 0.1 * std::sqrt(0.52 * 0.52 + 0.02 * 0.02);
    for (const auto& all : {one, two}) {
      const auto [m, d] = moments(all);
      QVERIFY(std::fabs(m - 1) < 5 * noise / 100);
      QVERIFY(std::fabs(d / noise - 1) < 5 / std::sqrt(2e4));
    }
    double together = 0;
    for (std::size_t i = 0; i < one.size(); ++i) together += (one[i] - 1) * (two[i] - 1);
    QVERIFY(std::fabs(together / (1e4 * noise * noise)) < 0.05);
  }

  /// Pulses fill both devices; a refresh makes room and keeps the weight.
  void refreshKeepsTheWeight() {
    const auto after = [](double refresh, double ms) {
      Builder b(0.1, 7);
      const Id source = b.node("neuron.poisson", {{"n", std::int64_t{20}}, {"rate", 50.0}});
      const Id target = b.node("neuron.lif_delta", {{"n", std::int64_t{10}}, {"V_th", 5.0}});
      const Id wire =
          b.wire("synapse.reram", {source, "out"}, {target, "in"},
                 {{"weight", 1.0}, {"A_plus", 0.05}, {"A_minus", 0.05}, {"refresh", refresh}});
      Run run(b.project, {.threads = 1}, ms);
      return weights(run, wire);
    };
    // Nothing but the refresh lies between 500.0 and 500.1 ms for most synapses.
    const auto before = after(0, 500.1), now = after(500, 500.1);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < now.size(); ++i) kept += std::fabs(now[i] - before[i]) < 1e-6;
    QCOMPARE(kept, now.size());
    // Without refresh both fill up and weights go towards 0; with it they stay apart.
    const auto full = after(0, 20000), fresh = after(200, 20000);
    const auto size = [](const std::vector<double>& of) {
      double sum = 0;
      for (const double w : of) sum += std::fabs(w) / static_cast<double>(of.size());
      return sum;
    };
    QVERIFY2(size(full) < 0.2 && size(fresh) > 2 * size(full),
             qPrintable(QString("%1, %2").arg(size(full)).arg(size(fresh))));
  }

  /// Every target has as many real synapses as ever, of sources that change.
  void inDegreeIsKept() {
    constexpr std::size_t kSources = 60, kTargets = 50, kActive = 12;
    const Silent what = silent("synapse.rewiring", kSources, kTargets, 30,
                               {{"weight", 0.4},
                                {"active", std::int64_t{kActive}},
                                {"A_minus", 0.05},
                                {"w_new", 0.3},
                                {"interval", 50.0},
                                {"turnover", 0.4},
                                {"weak", 0.45}});
    Run run(what.project, {.threads = 1}, 0.1);
    QCOMPARE(run.error, std::string());
    const auto real = [&] {
      std::vector<bool> all;
      for (const double w : weights(run, what.wire)) all.push_back(w != 0);
      return all;
    };
    const auto first = real();
    std::vector<bool> last = first;
    for (int k = 1; k <= 40; ++k) {
      run.until(50.0 * k + 0.1);
      last = real();
      for (std::size_t t = 0; t < kTargets; ++t) {
        std::size_t degree = 0;
        for (std::size_t s = 0; s < kSources; ++s) degree += last[s * kTargets + t];
        QCOMPARE(degree, kActive);
      }
    }
    std::size_t both = 0;
    for (std::size_t i = 0; i < first.size(); ++i) both += first[i] && last[i];
    // 40 exchanges of 40 %: what was real is so again by chance, a fifth of the potential ones.
    QVERIFY2(isShare(both, kTargets * kActive, 0.2), qPrintable(QString::number(both)));
  }

  /// All potential synapses of a target are alike: each is real as often as any other.
  void choiceIsUniform() {
    constexpr std::size_t kSources = 20, kTargets = 100, kActive = 5;
    const Silent what = silent(
        "synapse.rewiring", kSources, kTargets, 10,
        {{"active", std::int64_t{kActive}}, {"weak", 2.0}, {"turnover", 1.0}, {"interval", 1.0}});
    Run run(what.project, {.threads = 1}, 0.1);
    std::vector<std::size_t> taken(kSources, 0), started(kSources, 0);
    constexpr int kTimes = 200;
    for (int k = 0; k < kTimes; ++k) {
      const auto now = weights(run, what.wire);
      for (std::size_t i = 0; i < now.size(); ++i)
        if (now[i] != 0) ++(k ? taken : started)[i / kTargets];
      run.until(1.0 * (k + 1) + 0.1);
    }
    for (std::size_t s = 0; s < kSources; ++s) {
      QVERIFY2(isShare(started[s], kTargets, 0.25), qPrintable(QString::number(started[s])));
      QVERIFY2(isShare(taken[s], kTargets * (kTimes - 1), 0.25),
               qPrintable(QString::number(taken[s])));
    }
  }

  /// Synapses of sources that make the target fire stay, others go: they gather there.
  void causesAreFound() {
    constexpr std::size_t kSources = 100, kTargets = 20;
    Builder b(0.1, 5);
    const Id chosen = b.node("neuron.poisson", {{"n", std::int64_t{100}}, {"rate", 5.0}});
    const Id target = b.node("neuron.lif_delta", {{"n", std::int64_t{20}}, {"V_th", 10.0}});
    // The first ten sources drive all targets strongly, beside the wire that moves.
    const Id drive = b.node("neuron.lif_delta", {{"n", std::int64_t{10}}, {"t_ref", 0.1}});
    std::string list;
    for (std::size_t s = 0; s < kSources; ++s)
      for (std::size_t d = 0; d < 10; ++d)
        list += (list.empty() ? "[" : ", ") + std::string(s == d ? "100" : "0");
    b.synapses(chosen, drive, {{"weight", Json{list + "]"}}, {"delay", 0.1}});
    b.synapses(drive, target, {{"weight", 20.0}, {"delay", 2.0}});
    const Id wire = b.wire("synapse.rewiring", {chosen, "out"}, {target, "in"},
                           {{"weight", 0.5},
                            {"active", std::int64_t{10}},
                            {"A_plus", 0.08},
                            {"A_minus", 0.1},
                            {"weak", 0.2},
                            {"w_new", 0.5},
                            {"turnover", 0.3}});
    Run run(b.project, {.threads = 1}, 0.2);
    QCOMPARE(run.error, std::string());
    const auto inGroup = [&] {
      const auto now = weights(run, wire);
      std::size_t n = 0;
      for (std::size_t i = 0; i < 10 * kTargets; ++i) n += now[i] != 0;
      return n;
    };
    QVERIFY(isShare(inGroup(), 10 * kTargets, 0.1));
    run.until(60000);
    QVERIFY2(inGroup() > 5 * kTargets, qPrintable(QString::number(inGroup())));
  }
};

QTEST_APPLESS_MAIN(StructureTest)
#include "structure_test.moc"
