#include <QtTest>
#include <algorithm>
#include <cmath>

#include "engine/base/Json.h"
#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

class DeliveryTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// A spike sent at step s is in V at the end of step s + delay, for every delay and form.
  void delaysAreExactToTheStep_data() {
    QTest::addColumn<double>("delay");
    QTest::addColumn<int>("form");
    for (const double delay : {0.1, 0.2, 1.0, 1.5, 4.9, 5.0, 5.1, 17.3})
      for (int form = 0; form < 4; ++form)
        QTest::addRow("%g ms, form %d", delay, form) << delay << form;
  }
  void delaysAreExactToTheStep() {
    QFETCH(double, delay);
    QFETCH(int, form);
    Builder b;
    const Id source = b.node("source.spike_list",
                             {{"n", std::int64_t{2}}, {"spikes", Json{"[[2.0, 0], [3.3, 1]]"}}});
    const Id target = b.node("neuron.lif_delta", {{"n", std::int64_t{3}}, {"V_th", 100.0}});
    Values values = {{"weight", 4.0}, {"delay", delay}};
    const std::string d = numberText(delay);
    if (form > 0) values["weight"] = Json{"[4, 4, 4, 4, 4, 4]"};
    if (form == 3) {  // runs
      values["weight"] = Json{R"({"uniform": {"min": 4, "max": 4}})"};
      values["delay"] = Json{R"({"uniform": {"min": )" + d + R"(, "max": )" + d + "}}"};
    }
    if (form == 2)
      values["delay"] = Json{"[" + d + ", " + d + ", " + d + ", " + d + ", " + d + ", " + d + "]"};
    b.synapses(source, target, values);
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    const auto arrival = static_cast<int>(std::lround(delay / 0.1));
    for (int step = 0; step < 250; ++step) {
      run.until(0.1 * (step + 1));
      double expected = 0;
      for (const int sent : {19, 32})  // the steps that end at 2.0 and 3.3 ms
        if (step >= sent + arrival) expected += 4 * std::exp(-0.1 * (step - sent - arrival) / 20);
      for (std::size_t i = 0; i < 3; ++i)
        QVERIFY2(std::fabs(run.value(target, "V", i) - expected) < 1e-10,
                 qPrintable(QString::number(step)));
    }
  }

  void listsGoBySourceThenTarget() {
    Builder b;
    const Id source = b.node("source.spike_list",
                             {{"n", std::int64_t{2}}, {"spikes", Json{"[[1.0, 0], [11.0, 1]]"}}});
    const Id target =
        b.node("neuron.lif_delta", {{"n", std::int64_t{3}}, {"V_th", 100.0}, {"tau_m", 1000.0}});
    const Id wire = b.synapses(
        source, target,
        {{"weight", Json{"[1, 2, 3, 40, 50, 60]"}}, {"delay", Json{"[1, 2, 3, 4, 5, 6]"}}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    const auto weights = run.simulation->look(wire, {What::Kind::Weights, ""});
    QCOMPARE(weights.value().values, (std::vector<double>{1, 2, 3, 40, 50, 60}));
    const auto delays = run.simulation->look(wire, {What::Kind::Delays, ""});
    for (std::size_t i = 0; i < 6; ++i)
      QVERIFY(std::fabs(delays.value().values[i] - (1.0 + i)) < 1e-9);
    const auto who = run.simulation->look(wire, {What::Kind::Connectivity, ""});
    QCOMPARE(who.value().sources, (std::vector<std::uint32_t>{0, 0, 0, 1, 1, 1}));
    QCOMPARE(who.value().targets, (std::vector<std::uint32_t>{0, 1, 2, 0, 1, 2}));
    run.until(2.0);  // the first spike and its delay of 1 ms
    QVERIFY(std::fabs(run.value(target, "V", 0) - 1) < 1e-9);
    QCOMPARE(run.value(target, "V", 1), 0.0);
    run.until(17.0);
    QVERIFY(std::fabs(run.value(target, "V", 2) - (60 + 3 * std::exp(-13.0 / 1000))) < 1e-9);
  }

  void listOfWrongLengthIsRefused() {
    Builder b;
    const Id a = b.node("neuron.lif_delta", {{"n", std::int64_t{2}}});
    b.synapses(a, a, {{"name", std::string("back")}, {"weight", Json{"[1, 2, 3]"}}});
    const std::string error = Run(b.project).error;
    QVERIFY2(error.find("back.weight") != std::string::npos &&
                 error.find("3 values") != std::string::npos &&
                 error.find("4 synapses") != std::string::npos,
             error.c_str());
  }

  void ownValuesHaveTheirDistribution() {
    Builder b;
    const Id from = b.node("neuron.poisson", {{"n", std::int64_t{200}}});
    const Id to = b.node("neuron.lif_delta", {{"n", std::int64_t{300}}});
    const Id wire = b.synapses(from, to,
                               {{"weight", Json{R"({"normal": {"mean": 3, "sd": 0.5}})"}},
                                {"delay", Json{R"({"uniform": {"min": 1, "max": 2}})"}}});
    Run run(b.project);
    const auto weights = run.simulation->look(wire, {What::Kind::Weights, ""}).value().values;
    const auto delays = run.simulation->look(wire, {What::Kind::Delays, ""}).value().values;
    QCOMPARE(weights.size(), std::size_t{60000});
    double mean = 0, square = 0, delay = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      mean += weights[i] / 60000;
      square += (weights[i] - 3) * (weights[i] - 3) / 60000;
      delay += delays[i] / 60000;
      QVERIFY(delays[i] > 0.95 && delays[i] < 2.05);
      QVERIFY(std::fabs(delays[i] / 0.1 - std::lround(delays[i] / 0.1)) < 1e-6);
    }
    QVERIFY(std::fabs(mean - 3) < 5 * 0.5 / std::sqrt(60000));  // five standard errors
    QVERIFY(std::fabs(square - 0.25) < 5 * 0.25 * std::sqrt(2.0 / 60000));
    QVERIFY(std::fabs(delay - 1.5) < 5 * 0.29 / std::sqrt(60000));
  }

  /// Many joined pairs are stored as bits. Of 600 sources, some of which reach a target several
  /// times, 300 fire in one step: each target gets its number of synapses times the
  /// weight, on every machine.
  void mapsBringEverySynapse() {
    Builder b;
    std::string times;
    for (int i = 0; i < 600; i += 2) times += (i ? ", [2.0, " : "[2.0, ") + std::to_string(i) + "]";
    const Id source = b.node("source.spike_list",
                             {{"n", std::int64_t{600}}, {"spikes", Json{"[" + times + "]"}}});
    const Id target = b.node("neuron.lif_delta", {{"n", std::int64_t{1000}}, {"V_th", 200.0}});
    const Id wire = b.synapses(source, target,
                               {{"weight", 0.25},
                                {"rule", std::string("fixed_indegree")},
                                {"indegree", std::int64_t{400}}});
    std::vector<double> first;
    for (const char* isa : {"generic", "avx2", "avx512"}) {
      Run run(b.project, {.threads = 1, .isa = isa});
      if (run.error.find("this processor has no") != std::string::npos) continue;
      QVERIFY2(run.error.empty(), run.error.c_str());
      std::vector<int> synapses(1000, 0);
      const auto who = run.simulation->look(wire, {What::Kind::Connectivity, "", 1'000'000});
      QCOMPARE(who.value().targets.size(), std::size_t{400'000});
      for (std::size_t i = 0; i < 400'000; ++i)
        if (who.value().sources[i] % 2 == 0) ++synapses[who.value().targets[i]];
      run.until(3.0);  // sent with the step that ends at 2.0 ms; the delay is 1 ms
      std::vector<double> V;
      for (std::size_t i = 0; i < 1000; ++i) {
        V.push_back(run.value(target, "V", i));
        QCOMPARE(V.back(), 0.25 * synapses[i]);
      }
      if (first.empty()) first = V;
      QCOMPARE(V, first);
    }
  }

  /// A network with own weights and delays. `mixed`: a silent wire of another kind meets at the
  /// same port, so spikes are placed ahead in time instead of walking along runs.
  static Project spread(bool mixed) {
    Builder b;
    const Json delay{R"({"normal": {"mean": 2.5, "sd": 1, "min": 0.8}})"};
    const Values neuron = {{"n", std::int64_t{600}},
                           {"I_e", 380.0},
                           {"V.initial", Json{R"({"uniform": {"min": -70, "max": -55}})"}}};
    const Id e = b.node("neuron.lif_exp", neuron), i = b.node("neuron.lif_exp", neuron);
    for (const Id to : {e, i})
      for (const Id from : {e, i})
        b.synapses(from, to,
                   {{"weight", Json{from == e ? R"({"normal": {"mean": 20, "sd": 2}})"
                                              : R"({"lognormal": {"mean": 1, "sd": 1}})"}},
                    {"delay", delay},
                    {"rule", std::string("fixed_indegree")},
                    {"indegree", std::int64_t{60}}});
    if (mixed) {
      const Id silent = b.node("source.spike_list", {{"spikes", Json{"[]"}}});
      for (const Id to : {e, i}) b.synapses(silent, to, {{"weight", 1.0}, {"delay", 0.8}});
    }
    return b.project;
  }

  void runsAndPlacesGiveTheSameSpikes() {
    const Run runs(spread(false), {.threads = 1}, 120), places(spread(true), {.threads = 1}, 120);
    QVERIFY2(runs.error.empty() && places.error.empty(), runs.error.c_str());
    QVERIFY(runs.spikes.size() > 500);
    QVERIFY(spk::test::same(runs.spikes, places.spikes));
  }

  void runsDependOnNoThreadBatchOrIsa() {
    const Project project = spread(false);
    const Run whole(project, {.threads = 1}, 120);
    for (const CpuOptions& options :
         {CpuOptions{.threads = 3}, CpuOptions{.threads = 1, .mostBatchSteps = 1},
          CpuOptions{.threads = 2, .isa = "generic", .mostBatchSteps = 3}}) {
      const Run other(project, options, 120);
      QVERIFY2(other.error.empty(), other.error.c_str());
      QVERIFY(spk::test::same(whole.spikes, other.spikes));
    }
  }

  /// Spikes on their way are saved with the inputs, and keep the weights that they set out with.
  void runsSurviveCheckpointsAndNewWeights() {
    const Project project = spread(false);
    const auto heavier = [&](Run& run) {
      const Id wire = std::ranges::find_if(project.items, [](const auto& entry) {
                        return entry.second.isWire();
                      })->first;
      const Edit edit{"heavier",
                      {Set{wire, "weight", project.items.at(wire).values.at("weight"),
                           Value(Json{R"({"normal": {"mean": 40, "sd": 4}})"})}}};
      QVERIFY(bool(run.simulation->apply(edit)));
    };
    Run whole(project, {.threads = 1}, 50);
    heavier(whole);
    whole.until(120);
    Run first(project, {.threads = 1, .mostBatchSteps = 3}, 50);
    heavier(first);
    first.until(80.5);
    Run second(project, {.threads = 1, .mostBatchSteps = 5});
    heavier(second);
    QVERIFY(bool(second.simulation->restore(first.simulation->save())));
    second.until(120);
    first.spikes.insert(first.spikes.end(), second.spikes.begin(), second.spikes.end());
    QVERIFY(spk::test::same(whole.spikes, first.spikes));
  }

  /// More spikes at once than there is room for walkers: the oldest arrive early, none is lost.
  void manySpikesAtOnceAllArrive() {
    Builder b;
    std::string times;
    for (int i = 0; i < 4000; ++i) times += (i ? ", [1.0, " : "[1.0, ") + std::to_string(i) + "]";
    const Id source = b.node("source.spike_list",
                             {{"n", std::int64_t{4000}}, {"spikes", Json{"[" + times + "]"}}});
    const Id target =
        b.node("neuron.lif_delta", {{"n", std::int64_t{50}}, {"V_th", 200.0}, {"tau_m", 1000.0}});
    b.synapses(source, target,
               {{"weight", 0.03125}, {"delay", Json{R"({"uniform": {"min": 1, "max": 3}})"}}});
    Run run(b.project, {.threads = 1}, 5);
    QVERIFY2(run.error.empty(), run.error.c_str());
    for (std::size_t i = 0; i < 50; ++i) {
      const double V = run.value(target, "V", i);  // 125 mV, less a leak of 1 to 3 ms
      QVERIFY2(V > 125 * std::exp(-0.0041) && V < 125 * std::exp(-0.0009),
               qPrintable(QString::number(V)));
    }
  }

  /// Parts of a population: 40,000 targets with own delays are cut; each still gets its own.
  void cutPopulationsReceiveAlike() {
    Builder b;
    const Id source = b.node("source.spike_list", {{"spikes", Json{"[[1.0, 0]]"}}});
    const Id target = b.node("neuron.lif_delta", {{"n", std::int64_t{40000}}, {"V_th", 100.0}});
    b.synapses(source, target,
               {{"weight", 5.0}, {"delay", Json{R"({"uniform": {"min": 1, "max": 3}})"}}});
    Run run(b.project);
    run.until(6.0);
    for (std::size_t i = 0; i < 40000; i += 37) {
      const double V = run.value(target, "V", i);
      QVERIFY(V > 5 * std::exp(-4.05 / 20) && V < 5 * std::exp(-1.95 / 20));
    }
  }
};

QTEST_APPLESS_MAIN(DeliveryTest)
#include "delivery_test.moc"
