// What every projection that learns keeps to, from its first day.
#include <QtTest>
#include <algorithm>
#include <cmath>

#include "engine/graph/check.h"
#include "engine/sim/Isa.h"
#include "tests/kit/countedNew.h"
#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

/// The rule between named trains and a population of several parts, and from that to itself with
/// delays of its own; every port of the wires is met by a trace.
struct Company {
  Project project;
  Id source = Id::none, target = Id::none, forward = Id::none, back = Id::none;
};

bool hasAll(const NodeType& population, const std::vector<std::string>& columns) {
  return std::ranges::all_of(columns, [&](const std::string& name) {
    return std::ranges::find(population.shape.columns, name, &Column::name) !=
           population.shape.columns.end();
  });
}

/// A population whose neurons have what the rule reads.
std::string targetType(const NodeType& rule) {
  for (const char* id : {"neuron.lif_delta", "neuron.lif_exp"})
    if (hasAll(*spk::test::registry().nodeType(id), rule.shape.reads)) return id;
  for (const NodeType& type : spk::test::registry().nodeTypes())
    if (type.role == Role::Population && hasAll(type, rule.shape.reads)) return type.id;
  return "";
}

Company company(const NodeType& rule) {
  Builder b;
  Company made;
  const std::string type = targetType(rule);
  const Shape shape = spk::test::registry().nodeType(type)->shape;
  const auto spikes = std::ranges::find_if(
      shape.ports, [](const Port& p) { return p.input && p.signal == Signal::Spikes; });
  const double scale = spikes->unit == "pA" ? 60 : spikes->unit == "nS" ? 3 : 1.5;
  made.source = b.node("neuron.poisson", {{"n", std::int64_t{90}}, {"rate", 60.0}});
  made.target = b.node(type, {{"n", std::int64_t{3700}}});
  const Id noise = b.node("source.poisson", {{"rate", 1500.0}});
  const Ref in{made.target, spikes->name};
  b.wire("synapse.static", {noise, "out"}, in, {{"weight", scale}});
  const Values few = {{"weight", scale},
                      {"delay", 1.4},
                      {"rule", std::string("fixed_indegree")},
                      {"indegree", std::int64_t{7}}};
  made.forward = b.wire(rule.id, {made.source, "out"}, in, few);
  Values own = few;
  own["delay"] = Json{R"({"uniform": {"min": 1.4, "max": 2.2}})"};
  made.back = b.wire(rule.id, {made.target, "out"}, in, own);
  for (const Port& port : rule.shape.ports) {
    if (!port.input || port.signal != Signal::Trace) continue;
    const Id trace = b.node("source.dc", {{"amplitude", 1.0}, {"start", 30.2}, {"stop", 90.0}});
    for (const Id wire : {made.forward, made.back})
      b.wire("wire.signal", {trace, "out"}, {wire, port.name});
  }
  made.project = b.project;
  return made;
}

std::vector<double> weights(const Run& run, Id wire) {
  return run.simulation->look(wire, {What::Kind::Weights, ""}).value().values;
}

bool sameRun(const Run& a, const Run& b, const Company& in) {
  return spk::test::same(a.spikes, b.spikes) && weights(a, in.forward) == weights(b, in.forward) &&
         weights(a, in.back) == weights(b, in.back);
}

}  // namespace

class ProjectionContract : public QObject {
  Q_OBJECT

  static void eachRule() {
    QTest::addColumn<const NodeType*>("rule");
    for (const NodeType& type : spk::test::registry().nodeTypes())
      if (type.deliver) QTest::newRow(type.id.c_str()) << &type;
  }

 private Q_SLOTS:
  void isDescribed_data() { eachRule(); }
  void isDescribed() {
    QFETCH(const NodeType*, rule);
    QVERIFY(rule->role == Role::Projection && rule->doc.size() > 200);
    QVERIFY(rule->prepare || rule->shape.constants.empty());
    for (const Column& c : rule->shape.columns) {
      QVERIFY2(!c.doc.empty() && c.per != Per::Neuron, c.name.c_str());
      QVERIFY2(c.decay.empty() || rule->shape.parameter(c.decay), c.name.c_str());
    }
    QVERIFY2(!targetType(*rule).empty(), "no population has the columns that it reads");
  }

  /// The trains of source.poisson have no names: said on the wire, and before a run.
  void namelessTrainsAreRefused_data() { eachRule(); }
  void namelessTrainsAreRefused() {
    QFETCH(const NodeType*, rule);
    Company in = company(*rule);
    in.project.items.at(in.source).type = "source.poisson";
    QVERIFY(Run(in.project).error.find("neuron.poisson") != std::string::npos);
    const Notes notes = check(in.project, spk::test::registry());
    QVERIFY(std::ranges::any_of(notes, [&](const Note& note) {
      return note.item == in.forward && note.level == Note::Level::Error && note.fix;
    }));
  }

  void runsAreEqualEverywhere_data() { eachRule(); }
  void runsAreEqualEverywhere() {
    QFETCH(const NodeType*, rule);
    const Company in = company(*rule);
    const Run one(in.project, {.threads = 1}, 120);
    QCOMPARE(one.error, std::string());
    QVERIFY(one.count(in.target) > 500);
    const Run two(in.project, {.threads = 3}, 120);
    QVERIFY(sameRun(one, two, in));
    const Run stepwise(in.project, {.threads = 1, .mostBatchSteps = 1}, 120);
    QVERIFY(sameRun(one, stepwise, in));
    for (const Isa isa : {Isa::Generic, Isa::Avx2}) {
      if (!hasIsa(isa)) continue;
      const Run other(in.project, {.threads = 2, .isa = isaWord(isa)}, 120);
      QVERIFY2(sameRun(one, other, in), isaWord(isa));
    }
  }

  void checkpointContinuesExactly_data() { eachRule(); }
  void checkpointContinuesExactly() {
    QFETCH(const NodeType*, rule);
    const Company in = company(*rule);
    Run whole(in.project);
    whole.until(61.3);
    const Checkpoint checkpoint = whole.simulation->save();
    const auto then = weights(whole, in.back);
    whole.spikes.clear();
    whole.until(120);
    Run later(in.project, {.threads = 2});
    const auto restored = later.simulation->restore(checkpoint);
    QVERIFY2(bool(restored), restored ? "" : restored.error().text().c_str());
    QVERIFY(weights(later, in.back) == then);
    later.until(120);
    QVERIFY(sameRun(whole, later, in));
    // Back in time, in the run that went on.
    QVERIFY(bool(later.simulation->restore(checkpoint)));
    later.spikes.clear();
    later.until(120);
    QVERIFY(sameRun(whole, later, in));
  }

  void unchangedPagesAreShared_data() { eachRule(); }
  void unchangedPagesAreShared() {
    QFETCH(const NodeType*, rule);
    const Company in = company(*rule);
    Run run(in.project, {.threads = 1}, 20);
    const Checkpoint a = run.simulation->save(), b = run.simulation->save();
    const auto &first = a.state.at(in.back), &second = b.state.at(in.back);
    QCOMPARE(first.size(), second.size());
    QVERIFY(first.size() > 1);
    for (std::size_t i = 1; i < first.size(); ++i) QVERIFY(first[i] == second[i]);
  }

  void plasticityCanBeSwitchedOff_data() { eachRule(); }
  void plasticityCanBeSwitchedOff() {
    QFETCH(const NodeType*, rule);
    const Company in = company(*rule);
    Run run(in.project, {.threads = 2}, 50);
    QVERIFY(bool(run.simulation->apply(
        Edit{"", {setting(in.project, in.forward, "plastic", Value{false})}})));
    const auto kept = weights(run, in.forward);
    run.until(100);
    QVERIFY(weights(run, in.forward) == kept);
  }

  void loopDoesNotAllocate_data() { eachRule(); }
  void loopDoesNotAllocate() {
    QFETCH(const NodeType*, rule);
    const Company in = company(*rule);
    Run run(in.project, {.threads = 2}, 1);
    run.simulation->listen(nullptr);
    Channel samples(std::in_place_type<Ring<Sample>>, std::size_t{1024});
    QVERIFY(bool(run.simulation->attach({Id{902}, {in.forward, "weight"}}, samples)));
    const long before = kit::allocations;
    const Outcome outcome = run.until(100);
    const long during = kit::allocations - before;
    QCOMPARE(outcome.why, Why::Reached);
    QVERIFY2(during <= static_cast<long>(outcome.notes.size()) * 16,
             qPrintable(QString::number(during)));
    Sample sample;
    std::size_t n = 0;
    double last = 0;
    while (std::get<Ring<Sample>>(samples).pop({&sample, 1})) ++n, last = sample.value;
    QVERIFY(n > 10);
    double mean = 0;
    const auto now = weights(run, in.forward);
    for (const double w : now) mean += w / static_cast<double>(now.size());
    QVERIFY(std::fabs(mean - last) <= 1e-5 * std::max(1.0, std::fabs(mean)));
  }

  void everyLiveParameterCanChange_data() { eachRule(); }
  void everyLiveParameterCanChange() {
    QFETCH(const NodeType*, rule);
    const Company in = company(*rule);
    Run run(in.project, {.threads = 1}, 10);
    for (const Parameter& p : rule->shape.parameters) {
      const auto initial = asNumber(p.initial);
      if (!p.live || p.kind != Kind::Number || !initial) continue;
      const double value = std::min(p.max, *initial + 1e-3 * std::max(1.0, std::fabs(*initial)));
      const auto done =
          run.simulation->apply(Edit{"", {setting(in.project, in.forward, p.name, Value{value})}});
      QVERIFY2(bool(done), done ? "" : done.error().text().c_str());
    }
    QCOMPARE(run.until(40).why, Why::Reached);
    for (const double w : weights(run, in.forward)) QVERIFY(std::isfinite(w));
  }
};

QTEST_APPLESS_MAIN(ProjectionContract)
#include "projection_test.moc"
