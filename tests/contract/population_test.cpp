// What every population of the registry keeps to, from its first day.
#include <QtTest>
#include <cmath>

#include "engine/graph/Given.h"
#include "engine/graph/check.h"
#include "engine/sim/Isa.h"
#include "tests/kit/countedNew.h"
#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

/// Rate units and memories send none, astrocytes within seconds: what they say is in their columns.
bool sendsSpikes(const NodeType& type) {
  return type.shape.port("out") && !type.id.starts_with("astrocyte.");
}

/// The whole state of a population.
std::vector<std::vector<double>> state(const Run& run, Id id, const NodeType& type) {
  std::vector<std::vector<double>> all;
  for (const Column& column : type.shape.columns)
    all.push_back(run.simulation->look(id, {What::Kind::Column, column.name}).value().values);
  return all;
}

/// The type in company: noise on every spike input, coupled to itself with a delay, watched.
Project network(const NodeType& type, Id* population = nullptr) {
  Builder b;
  const Id id = b.node(type.id, {{"n", std::int64_t{613}}});
  if (population) *population = id;
  const Shape shape = spk::test::registry().describe(b.project.items.at(id));
  for (const Port& port : shape.ports) {
    if (!port.input) continue;
    if (port.signal == Signal::Spikes) {
      const Id noise = b.node("source.poisson", {{"rate", 2500.0}});
      // strong enough to fire at the model's own scale: mV move V itself, pA a current; of two
      // conductances the one that excites wins
      const double weight = port.unit == "pA"   ? 60.0
                            : port.unit == "mV" ? 1.5
                            : port.unit == "nS" ? (port.name == "inh" ? 0.5 : 2.0)
                                                : 0.02;
      b.wire("synapse.static", {noise, "out"}, {id, port.name}, {{"weight", weight}});
      if (sendsSpikes(type))
        b.wire("synapse.static", {id, "out"}, {id, port.name},
               {{"weight", weight / 4},
                {"delay", 1.4},
                {"rule", std::string("fixed_indegree")},
                {"indegree", std::int64_t{20}}});
    } else if (port.signal == Signal::Trace) {
      const double amplitude = port.unit == "pA" ? 150 : 1.2;
      const Id dc = b.node("source.dc", {{"amplitude", amplitude}, {"start", 12.3}});
      b.wire("wire.signal", {dc, "out"}, {id, port.name});
    }
  }
  return b.project;
}

}  // namespace

class PopulationContract : public QObject {
  Q_OBJECT

  static void eachType() {
    QTest::addColumn<const NodeType*>("type");
    for (const NodeType& type : spk::test::registry().nodeTypes())
      if (type.role == Role::Population) QTest::newRow(type.id.c_str()) << &type;
  }

 private Q_SLOTS:
  void isDescribed_data() { eachType(); }
  void isDescribed() {
    QFETCH(const NodeType*, type);
    QVERIFY(!type->title.empty() && type->doc.size() > 80 && !type->group.empty());
    for (const auto step : type->step) QVERIFY(step);
    QVERIFY(type->prepare || type->shape.constants.empty());
    int essential = 0;
    QVERIFY(type->shape.parameter("n"));
    for (const Parameter& p : type->shape.parameters) {
      QVERIFY2(!p.doc.empty(), p.name.c_str());
      essential += p.essential;
      if (const auto initial = asNumber(p.initial))
        QVERIFY2(*initial >= p.min && *initial <= p.max, p.name.c_str());
    }
    QVERIFY(essential <= 3);
    for (const Column& c : type->shape.columns) QVERIFY2(!c.doc.empty(), c.name.c_str());
    for (const Port& p : type->shape.ports) QVERIFY2(!p.doc.empty(), p.name.c_str());
    for (const Preset& preset : type->presets)
      for (const auto& [key, value] : preset.values) {
        const Parameter* p = type->shape.parameter(key);
        QVERIFY2(p && checkValue(*p, value), (preset.name + " " + key).c_str());
      }
  }

  void presetsRun_data() { eachType(); }
  void presetsRun() {
    QFETCH(const NodeType*, type);
    for (const Preset& preset : type->presets) {
      Builder b;
      Values values = preset.values;
      values["n"] = std::int64_t{10};
      b.node(type->id, values);
      Run run(b.project);
      QCOMPARE(run.error, std::string());
      QCOMPARE(run.until(20).why, Why::Reached);
    }
  }

  void spikesAreEqualEverywhere_data() { eachType(); }
  void spikesAreEqualEverywhere() {
    QFETCH(const NodeType*, type);
    Id id = Id::none;
    const Project project = network(*type, &id);
    const Run one(project, {.threads = 1}, 150);
    QCOMPARE(one.error, std::string());
    QVERIFY(one.spikes.size() > 50 || !sendsSpikes(*type));
    const auto whole = state(one, id, *type);
    for (const std::uint32_t threads : {2u, 4u}) {
      const Run other(project, {.threads = threads}, 150);
      QVERIFY(spk::test::same(one.spikes, other.spikes));
      QVERIFY(state(other, id, *type) == whole);
    }
    const Run stepwise(project, {.threads = 1, .mostBatchSteps = 1}, 150);
    QVERIFY(spk::test::same(one.spikes, stepwise.spikes));
    QVERIFY(state(stepwise, id, *type) == whole);
    for (const Isa isa : {Isa::Generic, Isa::Avx2, Isa::Avx512}) {
      if (!hasIsa(isa)) {
        qInfo("not compared: this processor has no %s", isaWord(isa));
        continue;
      }
      const Run other(project, {.threads = 1, .isa = isaWord(isa)}, 150);
      QVERIFY2(spk::test::same(one.spikes, other.spikes), isaWord(isa));
      QVERIFY2(state(other, id, *type) == whole, isaWord(isa));
    }
  }

  void checkpointContinuesExactly_data() { eachType(); }
  void checkpointContinuesExactly() {
    QFETCH(const NodeType*, type);
    Id id = Id::none;
    const Project project = network(*type, &id);
    Run whole(project);
    whole.until(61.3);
    const Checkpoint checkpoint = whole.simulation->save();
    whole.spikes.clear();
    whole.until(150);
    Run later(project);
    const auto restored = later.simulation->restore(checkpoint);
    QVERIFY2(bool(restored), restored ? "" : restored.error().text().c_str());
    later.until(150);
    QVERIFY(spk::test::same(whole.spikes, later.spikes));
    QVERIFY(state(whole, id, *type) == state(later, id, *type));
  }

  void loopDoesNotAllocate_data() { eachType(); }
  void loopDoesNotAllocate() {
    QFETCH(const NodeType*, type);
    Id id = Id::none;
    const Project project = network(*type, &id);
    auto made = makeCpuSimulation(project, spk::test::registry(), {.threads = 2});
    QVERIFY(bool(made));
    Simulation& simulation = *made.value();
    std::uint64_t heard = 0;
    simulation.listen([&](std::span<const FiredSpike> spikes) { heard += spikes.size(); });
    Channel spikes(std::in_place_type<Ring<Spike>>, std::size_t{1024}),
        counts(std::in_place_type<Ring<Count>>, std::size_t{1024});
    Channel samples(std::in_place_type<Ring<Sample>>, std::size_t{1024});
    if (sendsSpikes(*type)) QVERIFY(bool(simulation.attach({Id{900}, {id, "out"}}, spikes)));
    QVERIFY(bool(simulation.attach({Id{901}, {Id::none, "counts"}}, counts)));
    if (!type->shape.columns.empty())
      QVERIFY(
          bool(simulation.attach({Id{902}, {id, type->shape.columns[0].name}, {1, 2}}, samples)));
    const long before = kit::allocations;
    const Outcome outcome = simulation.runUntil(200 * kMillisecond);
    const long during = kit::allocations - before;
    QCOMPARE(outcome.why, Why::Reached);
    // notes at the end are words for people; there is at most one for a population
    QVERIFY2(during <= static_cast<long>(outcome.notes.size()) * 16,
             qPrintable(QString::number(during)));
    QVERIFY(heard > 0 || !sendsSpikes(*type));
  }

  void everyLiveParameterCanChange_data() { eachType(); }
  void everyLiveParameterCanChange() {
    QFETCH(const NodeType*, type);
    Id id = Id::none;
    const Project project = network(*type, &id);
    Run run(project);
    run.until(10);
    for (const Parameter& p : type->shape.parameters) {
      const auto initial = asNumber(p.initial);
      if (!p.live || p.kind != Kind::Number || !initial) continue;
      // a little more, which no rule between parameters forbids
      const double value = std::min(p.max, *initial + 1e-3 * std::max(1.0, std::fabs(*initial)));
      const auto done =
          run.simulation->apply(Edit{"", {setting(project, id, p.name, Value{value})}});
      QVERIFY2(bool(done), done ? "" : done.error().text().c_str());
    }
    QCOMPARE(run.until(40).why, Why::Reached);
  }

  void parametersMayDifferByNeuron_data() { eachType(); }
  void parametersMayDifferByNeuron() {
    QFETCH(const NodeType*, type);
    Id id = Id::none;
    Project project = network(*type, &id);
    const Run same(project, {.threads = 1}, 100);
    for (const Parameter& p : type->shape.parameters) {
      if (!p.each) continue;
      const auto text = numberText(*asNumber(p.initial));
      std::string list = "[";
      for (int i = 0; i < 613; ++i) list += (i ? "," : "") + text;
      project.items.at(id).values[p.name] = Json{list + "]"};
    }
    // a list of equal values is the value itself
    const Run each(project, {.threads = 1}, 100);
    QCOMPARE(each.error, std::string());
    QVERIFY(spk::test::same(same.spikes, each.spikes));
  }
};

QTEST_APPLESS_MAIN(PopulationContract)
#include "population_test.moc"
