#include <QRegularExpression>
#include <QtTest>
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "engine/graph/Equations.h"
#include "engine/sim/Isa.h"
#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

const NodeType& equationsType() { return *spk::test::registry().nodeType("neuron.equations"); }
std::string presetText(std::string_view name) {
  for (const Preset& preset : equationsType().presets)
    if (preset.name == name) return std::string(*asText(preset.values.at("equations")));
  return {};
}
Id equationsNode(Builder& b, const std::string& text, Values values = {}) {
  values["equations"] = text;
  if (!values.contains("n")) values["n"] = std::int64_t{1};
  return b.node("neuron.equations", values);
}
Json listOf(int n, const std::function<double(int)>& value) {
  std::string list = "[";
  for (int i = 0; i < n; ++i) list += (i ? ", " : "") + numberText(value(i));
  return Json{list + "]"};
}

template <std::size_t n>
using State = std::array<double, n>;
template <std::size_t n>
State<n> moved(State<n> x, const State<n>& k, double by) {
  for (std::size_t i = 0; i < n; ++i) x[i] += by * k[i];
  return x;
}
/// One step of the classical method, written out.
template <std::size_t n, class F>
State<n> rungeKutta(const State<n>& x, double dt, F f) {
  const State<n> k1 = f(x), k2 = f(moved(x, k1, dt / 2)), k3 = f(moved(x, k2, dt / 2)),
                 k4 = f(moved(x, k3, dt));
  State<n> next = x;
  for (std::size_t i = 0; i < n; ++i) next[i] += dt / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
  return next;
}

struct Known {
  const char* formula;
  double (*value)(double v);
};
const std::vector<Known> kFunctions = {
    {"exp(v)", [](double v) { return std::exp(v); }},
    {"log(abs(v) + 0.1)", [](double v) { return std::log(std::fabs(v) + 0.1); }},
    {"sqrt(abs(v))", [](double v) { return std::sqrt(std::fabs(v)); }},
    {"sin(v) - cos(2*v)", [](double v) { return std::sin(v) - std::cos(2 * v); }},
    {"tanh(v)", [](double v) { return std::tanh(v); }},
    {"sinh(v)", [](double v) { return std::sinh(v); }},
    {"cosh(v)", [](double v) { return std::cosh(v); }},
    {"exprel(v)", [](double v) { return v == 0 ? 1 : std::expm1(v) / v; }},
    {"min(v, 0.5) + max(v, -1)", [](double v) { return std::min(v, 0.5) + std::max(v, -1.0); }},
    {"clip(v, -1, 2)", [](double v) { return std::clamp(v, -1.0, 2.0); }},
    {"v**3 - v^-2 + v²", [](double v) { return v * v * v - 1 / (v * v) + v * v; }},
    {"pow(abs(v), 0.3)", [](double v) { return std::pow(std::fabs(v), 0.3); }},
    {"where(v > 0 and not (v >= 1), v, -v)", [](double v) { return v > 0 && v < 1 ? v : -v; }},
    {"int(v <= 0 or v != 1) - int(v == 1)", [](double) { return 1.0; }},
    {"-v*2 - (3 - v)/7", [](double v) { return -v * 2 - (3 - v) / 7; }}};

}  // namespace

class EquationsNodeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theTextOfLifIsLifExp() {
    constexpr int n = 300;
    Builder b;
    const Json currents = listOf(n, [](int i) { return 250 + 1.7 * i; });
    const Id noise = b.node("source.poisson", {{"rate", 2000.0}});
    const Id dc = b.node("source.dc", {{"amplitude", 40.0}, {"start", 30.0}});
    const Id builtIn = b.node("neuron.lif_exp", {{"n", std::int64_t{n}}, {"I_e", currents}});
    const Id text =
        equationsNode(b, presetText("LIF"), {{"n", std::int64_t{n}}, {"I_e", currents}});
    for (const Id id : {builtIn, text}) {
      b.synapses(noise, id, {{"weight", 60.0}, {"stream", std::int64_t{77}}});
      b.synapses(id, id,
                 {{"weight", 20.0},
                  {"delay", 1.4},
                  {"rule", std::string("fixed_indegree")},
                  {"indegree", std::int64_t{20}},
                  {"stream", std::int64_t{78}}});
      b.wire("wire.signal", {dc, "out"}, {id, "I"});
    }
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    for (int k = 1; k <= 20; ++k) {
      run.until(20 * k);
      for (std::uint32_t i = 0; i < n; ++i) {
        QVERIFY(std::fabs(run.value(builtIn, "V", i) - run.value(text, "v", i)) < 1e-10);
        QVERIFY(std::fabs(run.value(builtIn, "I_syn", i) - run.value(text, "I_syn", i)) < 1e-9);
        QCOMPARE(run.value(builtIn, "rest", i), run.value(text, "rest", i));
      }
    }
    QVERIFY(run.count(builtIn) > 3000);
    for (std::uint32_t i = 0; i < n; ++i) QVERIFY(run.train(builtIn, i) == run.train(text, i));
  }

  void theTextOfLifDeltaIsLifDelta() {
    const std::string text = R"(
      dv/dt = (E_L - v + R*I_e)/tau_m : mV (refractory)
      on in: v += w
      threshold: v >= 20 mV
      reset: v = 0
      refractory: 2 ms
      parameters:
        tau_m = 20 ms; E_L = 0 mV; R = 80 Mohm; I_e = 0 pA)";
    Builder b;
    const Id noise = b.node("source.poisson", {{"rate", 9000.0}});
    const Id builtIn = b.node("neuron.lif_delta", {{"n", std::int64_t{100}}});
    const Id own = equationsNode(b, text, {{"n", std::int64_t{100}}});
    for (const Id id : {builtIn, own})
      b.synapses(noise, id, {{"weight", 0.15}, {"stream", std::int64_t{5}}});
    Run run(b.project, {.threads = 1}, 500);
    QCOMPARE(run.error, std::string());
    QVERIFY(run.count(builtIn) > 500);
    for (std::uint32_t i = 0; i < 100; ++i) QVERIFY(run.train(builtIn, i) == run.train(own, i));
  }

  /// The same method, written out with the C library's functions.
  void adexIsWhatTheTextSays() {
    Builder b;
    const Id id = equationsNode(b, presetText("AdEx"), {{"I_e", 1500.0}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    State<2> x = {-70.6, 0};
    std::vector<std::uint64_t> spikes;
    for (std::uint64_t step = 0; step < 6000; ++step) {
      x = rungeKutta<2>(x, 0.1, [](const State<2>& s) {
        const double peak = std::min(s[0], 0.0);
        return State<2>{
            (30 * (-70.6 - s[0]) + 30 * 2 * std::exp((peak + 50.4) / 2) - s[1] + 1500) / 281,
            (4 * (peak + 70.6) - s[1]) / 144};
      });
      if (x[0] >= 0) spikes.push_back(step), x = {-70.6, x[1] + 80.5};
      if (step % 10 == 9) {
        run.until(0.1 * static_cast<double>(step + 1));
        QVERIFY(std::fabs(run.value(id, "v") - x[0]) < 1e-7);
        QVERIFY(std::fabs(run.value(id, "u") - x[1]) < 1e-7);
      }
    }
    QVERIFY(spikes.size() > 4);
    QVERIFY(run.train(id) == spikes);
  }

  void izhikevichIsWhatTheTextSays() {
    Builder b;
    const Id id = equationsNode(b, presetText("Izhikevich"));
    Run run(b.project, {.threads = 1}, 1000);
    QCOMPARE(run.error, std::string());
    State<2> x = {-65, -13};
    std::vector<std::uint64_t> spikes;
    for (std::uint64_t step = 0; step < 10'000; ++step) {
      x = rungeKutta<2>(x, 0.1, [](const State<2>& s) {
        return State<2>{0.04 * s[0] * s[0] + 5 * s[0] + 140 - s[1] + 10,
                        0.02 * (0.2 * s[0] - s[1])};
      });
      if (x[0] >= 30) spikes.push_back(step), x = {-65, x[1] + 8};
    }
    QVERIFY(spikes.size() > 10);
    QVERIFY(run.train(id) == spikes);
  }

  /// The error shrinks with the step as the method's order says.
  void methodsHaveTheirOrder_data() {
    QTest::addColumn<QString>("method");
    QTest::addColumn<double>("ratio");
    QTest::newRow("rk4") << "rk4" << 16.0;
    QTest::newRow("rk2") << "rk2" << 4.0;
    QTest::newRow("euler") << "euler" << 2.0;
    QTest::newRow("exponential_euler") << "exponential_euler" << 2.0;
  }
  void methodsHaveTheirOrder() {
    QFETCH(QString, method);
    QFETCH(double, ratio);
    // A conductance that decays pulls v: linear in v, not in both.
    const std::string text =
        "dv/dt = (-v + g*(60 mV - v) + 10 mV*sin(t/(3 ms)))/(5 ms) : mV\ndg/dt = -g/(8 ms) : 1\n"
        "initial: v = -10 mV; g = 2\nmethod: " +
        method.toStdString();
    const auto rate = [](const State<3>& s) {  // v, g, t
      return State<3>{(-s[0] + s[1] * (60 - s[0]) + 10 * std::sin(s[2] / 3)) / 5, -s[1] / 8, 1};
    };
    State<3> exact = {-10, 2, 0};
    for (int i = 0; i < 20'000; ++i) exact = rungeKutta<3>(exact, 0.001, rate);
    const auto error = [&](double dt) {
      Builder b(dt);
      const Id id = equationsNode(b, text);
      Run run(b.project, {.threads = 1}, 20);
      if (!run.error.empty()) qWarning("%s", run.error.c_str());
      return std::fabs(run.value(id, "v") - exact[0]);
    };
    const double coarse = error(0.4), fine = error(0.2);
    QVERIFY2(std::fabs(coarse / fine / ratio - 1) < 0.25,
             qPrintable(QString("%1 %2").arg(coarse).arg(fine)));
  }

  /// Of a variable, computed in blocks, and of a parameter, computed before: equal to the bit, and
  /// what the C library says.
  void functionsAreWhatTheySay_data() {
    QTest::addColumn<QString>("formula");
    QTest::addColumn<int>("which");
    for (int i = 0; i < static_cast<int>(kFunctions.size()); ++i)
      QTest::newRow(kFunctions[static_cast<std::size_t>(i)].formula)
          << kFunctions[static_cast<std::size_t>(i)].formula << i;
  }
  void functionsAreWhatTheySay() {
    QFETCH(QString, formula);
    QFETCH(int, which);
    constexpr int n = 77;
    const auto value = [](int i) { return -3.1 + 0.083 * i; };
    QString ofParameter = formula;
    ofParameter.replace(QRegularExpression("\\bv\\b"), "q");
    const std::string text =
        "dv/dt = 0/ms : 1\ndy1/dt = 0/ms : 1\ndy2/dt = 0/ms : 1\nq = 1\n"
        "threshold: t > 0 ms\nreset: y1 = " +
        formula.toStdString() + "; y2 = " + ofParameter.toStdString();
    for (const Isa isa : {Isa::Generic, Isa::Avx2, Isa::Avx512}) {
      if (!hasIsa(isa)) continue;
      Builder b;
      const Id id = equationsNode(
          b, text,
          {{"n", std::int64_t{n}}, {"v.initial", listOf(n, value)}, {"q", listOf(n, value)}});
      Run run(b.project, {.threads = 1, .isa = isaWord(isa)}, 0.1);
      QCOMPARE(run.error, std::string());
      for (int i = 0; i < n; ++i) {
        const double wanted = kFunctions[static_cast<std::size_t>(which)].value(value(i));
        const double y1 = run.value(id, "y1", static_cast<std::size_t>(i));
        QVERIFY2(std::fabs(y1 - wanted) <= 4e-15 * std::max(1.0, std::fabs(wanted)),
                 qPrintable(QString("%1: %2, not %3").arg(value(i)).arg(y1).arg(wanted)));
        QCOMPARE(run.value(id, "y2", static_cast<std::size_t>(i)), y1);
      }
    }
  }

  /// x'' = -k x - d x' with a constant force: exact for any step.
  void linearSystemsAreExact() {
    const std::string text =
        "dx1/dt = y1 : 1\ndy1/dt = -k*x1 - d*y1 + 0.3/ms**2 : 1/ms\ninitial: x1 = 1\n"
        "k = 0.5 1/ms**2\nd = 0.2 1/ms";
    for (const double dt : {0.1, 1.0, 5.0}) {
      Builder b(dt);
      const Id id = equationsNode(b, text);
      Run run(b.project);
      QCOMPARE(run.error, std::string());
      const double w = std::sqrt(0.5 - 0.01), rest = 0.6;
      for (int i = 1; i <= 8; ++i) {
        run.until(5 * i);
        const double t = 5 * i, e = std::exp(-0.1 * t);
        const double x = rest + (1 - rest) * e * (std::cos(w * t) + 0.1 / w * std::sin(w * t));
        QVERIFY2(std::fabs(run.value(id, "x1") - x) < 1e-12, qPrintable(QString::number(dt)));
      }
    }
  }

  /// While v rests at 0, u feels v = 0 and not where v would have gone.
  void whatDependsOnAFrozenVariableIsExact() {
    const std::string text =
        "dv/dt = (30 mV - v)/(10 ms) : mV (refractory)\ndu/dt = (v - u)/(20 ms) : mV\n"
        "threshold: v >= 15 mV\nreset: v = 0\nrefractory: 5 ms";
    Builder b;
    const Id id = equationsNode(b, text);
    Run run(b.project, {.threads = 1}, 7.0);
    QCOMPARE(run.error, std::string());
    QCOMPARE(run.train(id), std::vector<std::uint64_t>{69});  // 10 ln 2 = 6.93 ms
    const double atSpike = run.value(id, "u");
    const auto rising = [](double t) {  // u from 0: v = 30 (1 − e^(−t/10))
      return 30 - 60 * std::exp(-t / 20) + 30 * std::exp(-t / 10);
    };
    QVERIFY(std::fabs(atSpike - rising(7.0)) < 1e-12);
    run.until(12.0);
    QCOMPARE(run.value(id, "v"), 0.0);
    QVERIFY(std::fabs(run.value(id, "u") - atSpike * std::exp(-5.0 / 20)) < 1e-12);
    run.until(12.1);
    QVERIFY(run.value(id, "v") > 0);
  }

  void resetGoesStatementByStatement() {
    const std::string text =
        "dv/dt = 1 mV/ms : mV\nda/dt = 0/ms : 1\ndb/dt = 0/ms : 1\nthreshold: v > 0.45 mV\n"
        "reset:\n  a = b\n  b = a + 1\n  v -= 10 mV\n  a *= 3\ninitial: a = 1; b = 5";
    Builder b;
    const Id id = equationsNode(b, text);
    Run run(b.project, {.threads = 1}, 1);
    QCOMPARE(run.error, std::string());
    QCOMPARE(run.train(id), std::vector<std::uint64_t>{4});
    QCOMPARE(run.value(id, "b"), 6.0);
    QCOMPARE(run.value(id, "a"), 15.0);
    QVERIFY(std::fabs(run.value(id, "v") + 9) < 1e-12);
  }

  void portsDoWhatTheySay() {
    const std::string text =
        "dv/dt = 0 mV/ms : mV\ndg/dt = 0 nS/ms : nS\ndk/dt = 0/ms : 1\n"
        "on exc: g += 2*w\non set: v = w; k += 1\non half: g *= 0.5; k += 10";
    Builder b;
    const Id id = equationsNode(b, text, {{"v.initial", 7.0}});
    const Id at1 = b.node("source.spike_list", {{"spikes", Json{"[[1.0, 0], [2.0, 0]]"}}});
    const Id at3 = b.node("source.spike_list", {{"spikes", Json{"[[3.0, 0]]"}}});
    b.wire("synapse.static", {at1, "out"}, {id, "exc"}, {{"weight", 1.5}, {"delay", 0.5}});
    b.wire("synapse.static", {at3, "out"}, {id, "set"}, {{"weight", -4.0}, {"delay", 0.5}});
    b.wire("synapse.static", {at3, "out"}, {id, "half"}, {{"weight", 1.0}, {"delay", 0.5}});
    Run run(b.project, {.threads = 1}, 3.2);
    QCOMPARE(run.error, std::string());
    QCOMPARE(run.value(id, "g"), 6.0);
    QCOMPARE(run.value(id, "v"), 7.0);
    run.until(5);
    QCOMPARE(run.value(id, "g"), 3.0);
    QCOMPARE(run.value(id, "v"), -4.0);
    QCOMPARE(run.value(id, "k"), 11.0);
  }

  /// FitzHugh's neuron goes round and round: one spike for each turn, not for each step above.
  void aConditionKeepsRefractory() {
    Builder b;
    const Id id = equationsNode(b, presetText("FitzHugh-Nagumo"));
    Run run(b.project, {.threads = 1}, 400);
    const auto train = run.train(id);
    QVERIFY(train.size() > 8 && train.size() < 14);  // a period of some 37 ms
    for (std::size_t i = 1; i < train.size(); ++i) QVERIFY(train[i] - train[i - 1] > 300);
  }

  void ioUnitsAreConverted() {
    const std::string text =
        "dv/dt = (U - v)/tau : V\nU : V (input)\ntau = 0.01 s\non in: v += w\ninitial: v = 20 mV";
    Builder b;
    const Id id = equationsNode(b, text);
    const Id dc = b.node("source.dc", {{"amplitude", 2.0}});
    b.wire("wire.signal", {dc, "out"}, {id, "U"});
    Run run(b.project, {.threads = 1}, 10);
    QCOMPARE(run.error, std::string());
    QVERIFY(std::fabs(run.value(id, "v") - (2 - 1.98 * std::exp(-1.0))) < 1e-9);
  }

  /// Ornstein and Uhlenbeck: mean 0, standard deviation sigma.
  void noiseHasItsMoments() {
    const std::string text =
        "dx1/dt = -x1/tau + sigma*sqrt(2/tau)*xi : mV\ntau = 5 ms\nsigma = 3 mV";
    constexpr int n = 20'000;
    Builder b;
    const Id id = equationsNode(b, text, {{"n", std::int64_t{n}}});
    Run run(b.project, {.threads = 1}, 50);
    QCOMPARE(run.error, std::string());
    const auto shot = run.simulation->look(id, {What::Kind::Column, "x1"});
    QVERIFY(shot);
    double mean = 0, square = 0;
    for (const double v : shot.value().values) mean += v / n, square += v * v / n;
    QVERIFY(std::fabs(mean) < 4 * 3 / std::sqrt(n));
    QVERIFY(std::fabs(std::sqrt(square) / 3 - 1) < 4 / std::sqrt(2.0 * n));
  }

  void everyPresetIsEqualEverywhere() {
    for (const Preset& preset : equationsType().presets) {
      Builder b;
      const std::string text(*asText(preset.values.at("equations")));
      const Equations e = readEquations(text);
      const Id id = equationsNode(b, text, {{"n", std::int64_t{600}}});
      const Id noise = b.node("source.poisson", {{"rate", 1000.0}});
      const double weight = e.ports[0].unit == "pA" ? 180.0 : 0.3;
      b.wire("synapse.static", {noise, "out"}, {id, "in"}, {{"weight", weight}});
      const Run one(b.project, {.threads = 1, .isa = "generic"}, 100);
      QCOMPARE(one.error, std::string());
      QVERIFY2(one.spikes.size() > 100, preset.name.c_str());
      for (const Isa isa : {Isa::Avx2, Isa::Avx512}) {
        if (!hasIsa(isa)) continue;
        const Run other(b.project, {.threads = 3, .isa = isaWord(isa)}, 100);
        QVERIFY2(spk::test::same(one.spikes, other.spikes), preset.name.c_str());
        for (const auto& variable : e.variables)
          QCOMPARE(other.value(id, variable.name, 599), one.value(id, variable.name, 599));
      }
    }
  }

  void theNodeFollowsItsText() {
    Item item;
    item.type = "neuron.equations";
    item.values["equations"] = std::string(
        "du/dt = (J - u)/tau : nA\nJ : nA (input)\non kick: u += w\ntau = 3 ms in [1, 9]");
    const Shape shape = spk::test::registry().describe(item);
    QVERIFY(shape.port("J") && shape.port("J")->input && shape.port("J")->unit == "nA");
    QVERIFY(shape.port("kick") && shape.port("kick")->signal == Signal::Spikes);
    QVERIFY(shape.port("u") && !shape.port("u")->input);
    QVERIFY(shape.port("out") && !shape.port("in"));
    const Parameter* tau = shape.parameter("tau");
    QVERIFY(tau && tau->unit == "ms" && tau->min == 1 && tau->max == 9 && tau->live && tau->each);
    QCOMPARE(shape.columns.size(), std::size_t{1});
  }

  void parametersChangeLive() {
    Builder b;
    const Id id = equationsNode(b, "dv/dt = (E - v)/tau : mV\ntau = 10 ms\nE = 10 mV");
    Run run(b.project, {.threads = 1}, 10);
    QVERIFY(std::fabs(run.value(id, "v") - 10 * (1 - std::exp(-1.0))) < 1e-12);
    QVERIFY(run.simulation->apply({"", {setting(b.project, id, "tau", Value{1e-3})}}));
    run.until(10.1);
    QVERIFY(std::fabs(run.value(id, "v") - 10) < 1e-9);
    QVERIFY(run.simulation->apply(
        {"", {setting(b.project, id, "equations", Value{std::string("dv/dt = -v/ms : mV")})}}));
    run.until(11.1);
    QVERIFY(std::fabs(run.value(id, "v") - 10 * std::exp(-1.0)) < 1e-9);
  }

  void impossibleNumbersNameTheirTerm() {
    Builder b;
    equationsNode(b, "dv/dt = -v/tau : mV\ntau = 0 ms");
    const Run run(b.project);
    QVERIFY2(run.error.find("tau") != std::string::npos ||
                 run.error.find("solution for v") != std::string::npos,
             run.error.c_str());
    Builder bad;
    equationsNode(bad, "dv/dt = -v/tau : mV");
    const Run refused(bad.project);
    QVERIFY2(refused.error.find("line 1, column 12: `tau` is not known") != std::string::npos,
             refused.error.c_str());
  }
};

QTEST_APPLESS_MAIN(EquationsNodeTest)
#include "equations_test.moc"
