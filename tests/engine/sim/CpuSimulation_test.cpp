#include <QtTest>
#include <cmath>
#include <thread>

#include "engine/sim/Isa.h"
#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

/// Every kind of thing at once: own weights and delays, traces, noise, named sources, groups of
/// neurons that do not fill their lanes.
Project mixed() {
  Builder b(0.1, 7);
  const Id e =
      b.node("neuron.lif_exp", {{"n", std::int64_t{1210}},
                                {"E_L", Json{R"({"normal": {"mean": -65, "sd": 1}})"}},
                                {"V.initial", Json{R"({"uniform": {"min": -65, "max": -56}})"}}});
  const Id i = b.node("neuron.lif_delta", {{"n", std::int64_t{301}}, {"V_th", 15.0}});
  const Id named = b.node("neuron.poisson", {{"n", std::int64_t{77}}, {"rate", 40.0}});
  const Id noise = b.node("source.poisson", {{"rate", 9000.0}});
  const Id strong = b.node("source.poisson", {{"rate", 250000.0}});
  const Id dc = b.node("source.dc", {{"amplitude", 120.0}, {"start", 7.3}, {"stop", 61.0}});
  const Id list = b.node(
      "source.spike_list",
      {{"n", std::int64_t{3}}, {"spikes", Json{"[[5, 0], [12.34, 2], [12.4, 1], [30, 0]]"}}});
  b.synapses(noise, e, {{"weight", Json{R"({"normal": {"mean": 30, "sd": 3}})"}}});
  b.synapses(strong, i, {{"weight", 0.02}});
  b.wire("wire.signal", {dc, "out"}, {e, "I"});
  b.synapses(list, i, {{"weight", 6.0}, {"delay", 2.0}});
  b.synapses(
      named, e,
      {{"weight", 40.0}, {"delay", 1.2}, {"rule", std::string("pairwise_bernoulli")}, {"p", 0.1}});
  b.synapses(e, e,
             {{"weight", Json{R"({"normal": {"mean": 12, "sd": 2, "min": 0}})"}},
              {"delay", Json{R"({"normal": {"mean": 1.5, "sd": 0.75, "min": 0.7, "max": 4}})"}},
              {"rule", std::string("fixed_total")},
              {"total", std::int64_t{60000}}});
  b.synapses(e, i,
             {{"weight", Json{R"({"lognormal": {"mean": -2, "sd": 0.5}})"}},
              {"delay", 0.8},
              {"rule", std::string("fixed_indegree")},
              {"indegree", std::int64_t{80}}});
  b.synapses(i, e,
             {{"weight", -60.0},
              {"delay", 1.0},
              {"rule", std::string("gaussian")},
              {"sigma", 40.0},
              {"p_max", 0.4}});
  return b.project;
}

Run ran(const Project& project, const CpuOptions& options, double ms) {
  return Run(project, options, ms);
}

}  // namespace

class CpuSimulationTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void spikesDoNotDependOnThreads() {
    const Project project = mixed();
    const Run one = ran(project, {.threads = 1}, 200);
    QCOMPARE(one.error, std::string());
    QVERIFY(one.spikes.size() > 3000);
    for (const std::uint32_t threads : {2u, 3u, 8u})
      QVERIFY(spk::test::same(one.spikes, ran(project, {.threads = threads}, 200).spikes));
  }

  void aSmallNetworkTakesOneThread() {
    Run small(mixed(), {});
    QCOMPARE(small.simulation->totals().threads, 1u);
    Run asked(mixed(), {.threads = 2});
    QCOMPARE(asked.simulation->totals().threads, 2u);
    if (std::thread::hardware_concurrency() < 2) return;
    Run large(spk::test::brunel(8000), {});
    QVERIFY(large.simulation->totals().threads >= 2);
  }

  void spikesDoNotDependOnTheInstructionSet() {
    const Project project = mixed();
    const Run generic = ran(project, {.threads = 1, .isa = "generic"}, 200);
    int others = 0;
    for (const Isa isa : {Isa::Avx2, Isa::Avx512}) {
      if (!hasIsa(isa)) {
        qInfo("not compared: this processor has no %s", isaWord(isa));
        continue;
      }
      const Run other = ran(project, {.threads = 1, .isa = isaWord(isa)}, 200);
      QVERIFY2(spk::test::same(generic.spikes, other.spikes), isaWord(isa));
      ++others;
    }
    if (!others) QSKIP("this processor has only the generic instruction set");
  }

  void spikesDoNotDependOnTheBatch() {
    const Project project = mixed();
    const Run whole = ran(project, {.threads = 1}, 200);
    for (const std::uint32_t steps : {1u, 3u})
      QVERIFY(spk::test::same(whole.spikes,
                              ran(project, {.threads = 2, .mostBatchSteps = steps}, 200).spikes));
    Run halting(project);
    for (double ms = 0.1; ms < 200.05; ms += 0.1 * (1 + std::fmod(ms * 7, 5))) halting.until(ms);
    halting.until(200);
    QVERIFY(spk::test::same(whole.spikes, halting.spikes));
  }

  void anotherPopulationShiftsNobodysNumbers() {
    Project project = mixed();
    const Run before = ran(project, {.threads = 1}, 100);
    Item extra{Id{project.nextId++}, "neuron.poisson", {}, {}, {}, {{"n", std::int64_t{50}}}};
    const Id id = extra.id;
    project.items.emplace(id, std::move(extra));
    Run after = ran(project, {.threads = 1}, 100);
    std::erase_if(after.spikes, [&](const FiredSpike& s) { return s.population == id; });
    QVERIFY(spk::test::same(before.spikes, after.spikes));
  }

  void checkpointContinuesExactly() {
    const Project project = mixed();
    const Run whole = ran(project, {.threads = 1}, 200);
    Run first(project);
    first.until(83.7);
    const Checkpoint checkpoint = first.simulation->save();
    first.until(120);
    for (const std::uint32_t batch : {0u, 2u}) {
      Run second(project, {.threads = 2, .mostBatchSteps = batch});
      const auto restored = second.simulation->restore(checkpoint);
      QVERIFY2(bool(restored), restored ? "" : restored.error().text().c_str());
      QCOMPARE(second.simulation->now(), fromMilliseconds(83.7));
      second.until(200);
      std::vector<FiredSpike> joined;
      for (const FiredSpike& s : whole.spikes)
        if (s.step >= 837) joined.push_back(s);
      QVERIFY(spk::test::same(joined, second.spikes));
      QCOMPARE(second.simulation->totals().spikes, static_cast<std::uint64_t>(whole.spikes.size()));
    }
    // and back in the same simulation
    first.spikes.clear();
    QVERIFY(bool(first.simulation->restore(checkpoint)));
    first.until(120);
    QVERIFY(!first.spikes.empty());
    for (const FiredSpike& s : first.spikes) QVERIFY(s.step >= 837 && s.step < 1200);
    // save → restore → save is the same bytes
    Run third(project);
    QVERIFY(bool(third.simulation->restore(checkpoint)));
    const Checkpoint again = third.simulation->save();
    for (const auto& [id, pages] : checkpoint.state) QVERIFY(*pages[0] == *again.state.at(id)[0]);
  }

  void strangeStateIsRefused() {
    Run small(spk::test::brunel(200));
    Run large(spk::test::brunel(400));
    small.until(5);
    const auto restored = large.simulation->restore(small.simulation->save());
    QVERIFY(!restored);
    QVERIFY2(restored.error().text().find("200") != std::string::npos,
             restored.error().text().c_str());
    QVERIFY(bool(large.simulation->restore(small.simulation->save(), Simulation::Fit::WhatFits)));
    QCOMPARE(large.simulation->now(), 5 * kMillisecond);
    large.until(20);
  }

  void mutedNodeSendsNothingAndRunsOn() {
    Builder b;
    const Id a = b.node("neuron.lif_delta", {{"n", std::int64_t{1}}, {"I_e", 400.0}});
    const Id target = b.node("neuron.lif_delta", {{"n", std::int64_t{1}}});
    const Id wire = b.synapses(a, target, {{"weight", 25.0}});
    Run open(b.project);
    open.until(200);
    QVERIFY(open.count(target) > 5);
    QCOMPARE(open.count(target), open.count(a));
    for (const Id muted : {a, wire}) {
      Project project = b.project;
      project.items.at(muted).values["muted"] = true;
      Run run(project);
      run.until(200);
      QCOMPARE(run.count(target), std::uint64_t{0});
      QCOMPARE(run.train(a), open.train(a));
      // unmuted while it runs
      QVERIFY(
          bool(run.simulation->apply(Edit{"", {setting(project, muted, "muted", Value{false})}})));
      run.until(400);
      QVERIFY(run.count(target) > 5);
    }
  }

  void liveParameterEqualsABuildWithIt() {
    // From rest, an edit at t = 0 and a build with the value are the same.
    Builder b;
    const Id a = b.node("neuron.lif_exp", {{"n", std::int64_t{20}}, {"I_e", 300.0}});
    const Id noise = b.node("source.poisson", {{"rate", 2000.0}});
    const Id wire = b.synapses(noise, a, {{"weight", 20.0}});
    const Id back = b.synapses(a, a,
                               {{"weight", Json{R"({"normal": {"mean": 5, "sd": 1}})"}},
                                {"rule", std::string("pairwise_bernoulli")},
                                {"p", 0.5}});
    const Edit edit{
        "",
        {setting(b.project, a, "I_e", Value{450.0}),
         setting(b.project, wire, "weight", Value{12.0}),
         setting(b.project, noise, "rate", Value{5000.0}),
         setting(b.project, back, "weight", Value{Json{R"({"normal": {"mean": 9, "sd": 2}})"}})}};
    QVERIFY(!needsRebuild(edit, b.project, spk::test::registry()));
    Run live(b.project), unchanged(b.project);
    const auto applied = live.simulation->apply(edit);
    QVERIFY2(bool(applied), applied ? "" : applied.error().text().c_str());
    Project edited = b.project;
    for (const Operation& op : edit.ops)
      edited.items.at(std::get<Set>(op).item).values[std::get<Set>(op).key] =
          std::get<Value>(std::get<Set>(op).after);
    Run built(edited);
    live.until(300);
    built.until(300);
    unchanged.until(300);
    QVERIFY(live.spikes.size() > 100);
    QVERIFY(spk::test::same(live.spikes, built.spikes));
    QVERIFY(!spk::test::same(live.spikes, unchanged.spikes));
    // taken back
    QVERIFY(bool(live.simulation->apply(inverse(edit))));
    QVERIFY(bool(live.simulation->restore(Run(b.project).simulation->save())));
    live.spikes.clear();
    live.until(300);
    QVERIFY(spk::test::same(live.spikes, unchanged.spikes));
  }

  void impossibleEditChangesNothing() {
    Builder b;
    const Id a = b.node("neuron.lif_delta", {{"n", std::int64_t{1}}, {"I_e", 400.0}});
    Run run(b.project), same(b.project);
    const auto applied =
        run.simulation->apply(Edit{"",
                                   {setting(b.project, a, "I_e", Value{900.0}),
                                    setting(b.project, a, "V_reset", Value{30.0})}});
    QVERIFY(!applied);
    QVERIFY2(applied.error().text().find("V_reset") != std::string::npos,
             applied.error().text().c_str());
    run.until(100);
    same.until(100);
    QVERIFY(spk::test::same(run.spikes, same.spikes));
  }

  void rebuildIsAskedForWhereItIsNeeded() {
    Builder b;
    const Id a = b.node("neuron.lif_delta");
    const Id wire = b.synapses(a, a, {{"rule", std::string("one_to_one")}});
    const auto needs = [&](Operation op) {
      return needsRebuild(Edit{"", {std::move(op)}}, b.project, spk::test::registry());
    };
    QVERIFY(!needs(setting(b.project, a, "tau_m", Value{10.0})));
    QVERIFY(!needs(setting(b.project, a, "x", Value{10.0})));
    QVERIFY(!needs(setting(b.project, wire, "weight", Value{2.0})));
    QVERIFY(!needs(setting(b.project, a, "muted", Value{true})));
    QVERIFY(needs(setting(b.project, a, "n", Value{std::int64_t{3}})));
    QVERIFY(needs(setting(b.project, a, "V.initial", Value{5.0})));
    QVERIFY(needs(setting(b.project, wire, "delay", Value{2.0})));
    QVERIFY(needs(setting(b.project, wire, "rule", Value{std::string("all_to_all")})));
    QVERIFY(needs(
        setting(b.project, wire, "weight", Value{Json{R"({"uniform": {"min": 0, "max": 1}})"}})));
    QVERIFY(needs(setting(b.project, Id::settings, "seed", Value{std::int64_t{2}})));
    QVERIFY(!needs(setting(b.project, Id::settings, "pace", Value{2.0})));
    QVERIFY(needs(Remove{b.project.items.at(wire)}));
    QVERIFY(needs(Insert{{Id{99}, "neuron.lif_exp", {}, {}, {}, {}}}));
    QVERIFY(!needs(Insert{{Id{99}, "layout.note", {}, {}, {}, {}}}));
  }

  void notFiniteStopsAndNamesNeuronAndStep() {
    Builder b;
    const Id source = b.node("source.spike_list", {{"spikes", Json{"[[4.0, 0]]"}}});
    const Id a = b.node("neuron.lif_exp",
                        {{"name", std::string("E")}, {"n", std::int64_t{300}}, {"V_th", 200.0}});
    // as large as is allowed, and added until float overflows
    b.synapses(source, a, {{"weight", 1e6}, {"delay", 1.0}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    Checkpoint checkpoint = run.simulation->save();
    Bytes bytes(
        {checkpoint.state.at(a)[0]->span().begin(), checkpoint.state.at(a)[0]->span().end()});
    // V of neuron 270 is NaN from the start: the first step shows it
    std::vector<std::byte> raw(bytes.span().begin(), bytes.span().end());
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::size_t header = 8 + std::string_view("neuron.lif_exp").size() + 4 + 8 + 8 + 1 + 8;
    std::memcpy(raw.data() + header + 270 * sizeof(double), &nan, sizeof nan);
    checkpoint.state.at(a)[0] = std::make_shared<const Bytes>(std::move(raw));
    QVERIFY(bool(run.simulation->restore(checkpoint)));
    const Outcome outcome = run.until(50);
    QCOMPARE(outcome.why, Why::NotFinite);
    QVERIFY(outcome.reached < 50 * kMillisecond);
    QCOMPARE(outcome.notes.back().item, a);
    const std::string& text = outcome.notes.back().text;
    QVERIFY2(text.find("neuron 270 of E") != std::string::npos &&
                 text.find("step 0") != std::string::npos,
             text.c_str());
  }

  void runawayIsANote() {
    Builder b;
    const Id a = b.node("neuron.lif_delta", {{"n", std::int64_t{40}}, {"I_e", 400.0}});
    Run run(b.project);
    const Outcome outcome = run.until(100);
    QCOMPARE(outcome.why, Why::Reached);
    QCOMPARE(outcome.notes.size(), std::size_t{1});
    QCOMPARE(outcome.notes[0].item, a);
    QVERIFY(outcome.notes[0].text.starts_with("40 of 40 neurons fired in one step"));
    QVERIFY(run.until(200).notes.empty());
  }

  void totalsCount() {
    Run run(spk::test::brunel(400));
    run.until(100);
    const Totals totals = run.simulation->totals();
    QCOMPARE(totals.neurons, std::uint64_t{500});
    QCOMPARE(totals.synapses, std::uint64_t{500 * 50});
    QCOMPARE(totals.spikes, static_cast<std::uint64_t>(run.spikes.size()));
    QVERIFY(totals.synapticEvents > 0);
  }

  void traceBetweenPopulationsBringsTheStepBefore() {
    Builder b;
    const Id a =
        b.node("neuron.lif_delta", {{"n", std::int64_t{2}}, {"V.initial", Json{"[7.5, 3]"}}});
    const Id target = b.node("neuron.lif_delta", {{"n", std::int64_t{2}}});
    b.wire("wire.signal", {a, "V"}, {target, "I"});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    QCOMPARE(run.simulation->batch(), run.simulation->dt());
    const double decay = std::exp(-0.1 / 20), gain = (1 - decay) * 20 / 250;
    double source = 7.5, V = 0;
    for (int step = 0; step < 50; ++step) {
      V = decay * V + gain * static_cast<float>(source);
      source *= decay;
      run.until(0.1 * (step + 1));
      QVERIFY(std::fabs(run.value(target, "V") - V) < 1e-9);
    }
  }

  void bypassedPopulationHandsItsInputOn() {
    Builder b;
    const Id source =
        b.node("source.spike_list", {{"n", std::int64_t{2}}, {"spikes", Json{"[[2, 0], [3, 1]]"}}});
    const Id a = b.node("neuron.lif_exp", {{"n", std::int64_t{2}}, {"bypassed", true}});
    b.synapses(source, a, {{"weight", 0.5}, {"delay", 1.0}, {"rule", std::string("one_to_one")}});
    Run run(b.project);
    run.until(10);
    QCOMPARE(run.train(a, 0), (std::vector<std::uint64_t>{29}));
    QCOMPARE(run.train(a, 1), (std::vector<std::uint64_t>{39}));
  }
};

QTEST_APPLESS_MAIN(CpuSimulationTest)
#include "CpuSimulation_test.moc"
