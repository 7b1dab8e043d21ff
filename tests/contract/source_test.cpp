// What every source that makes its signal itself keeps to, from its first day: the same for any
// number of threads, batch length and after a checkpoint; no allocation; live values can change.
#include <QTemporaryDir>
#include <QtTest>

#include "engine/base/H5.h"
#include "engine/graph/check.h"
#include "tests/kit/countedNew.h"
#include "tests/kit/sources.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Listened;
using spk::test::Run;

namespace {

/// Two neurons' spikes in a file, for the source that plays one.
std::string recording(const QTemporaryDir& folder) {
  const std::string path = folder.filePath("spikes.h5").toStdString();
  std::vector<double> times;
  std::vector<std::uint64_t> nodes;
  for (int i = 1; i < 400; ++i) times.push_back(0.7 * i), nodes.push_back(i % 2);
  auto file = H5::create(path);
  if (!file || !file.value().write<double>("/spikes/E/timestamps", times) ||
      !file.value().write<std::uint64_t>("/spikes/E/node_ids", nodes) || !file.value().close())
    return "";
  return path;
}

/// The source with what it needs to say something, and a population that hears it.
struct Company {
  Project project;
  Id source = Id::none, population = Id::none;
  Signal signal = Signal::Spikes;
};

Company company(const NodeType& type, const QTemporaryDir& folder) {
  Builder b;
  Company made;
  Values values;
  if (type.id == "source.replay") values["file"] = recording(folder);
  if (type.id == "source.spike_list") {
    values["spikes"] = Json{"[[3.3, 0], [7, 4], [7.05, 1], [30, 0], [61, 2]]"};
    values["n"] = std::int64_t{5};
  }
  if (type.id == "source.pulse_packet") values["every"] = 40.0;
  if (type.id == "source.image") values["present"] = 20.0;
  if (type.id == "source.ramp") values["to"] = 5000.0;
  made.source = b.node(type.id, values);
  const Shape shape = spk::test::registry().describe(b.project.items.at(made.source));
  for (const Port& port : shape.ports)
    if (port.input && port.signal == Signal::Trace) {
      const Id ramp = b.node("source.ramp", {{"from", 20.0}, {"to", 150.0}, {"stop", 110.0}});
      b.wire("wire.signal", {ramp, "out"}, {made.source, port.name});
    }
  made.signal = shape.port("out")->signal;
  made.population = b.node("neuron.lif_delta", {{"n", std::int64_t{50}}, {"V_th", 2.0}});
  if (made.signal == Signal::Trace)
    b.wire("wire.signal", {made.source, "out"}, {made.population, "I"});
  else
    b.synapses(
        made.source, made.population,
        {{"weight", 1.0}, {"delay", 2.0}, {"rule", std::string("pairwise_bernoulli")}, {"p", 0.5}});
  made.project = b.project;
  return made;
}

/// What it says, whatever that is, and what comes of it.
struct Said {
  std::vector<Spike> spikes;
  std::vector<Sample> samples;
  std::vector<FiredSpike> fired;
  bool operator==(const Said& o) const {
    return spikes == o.spikes && samples == o.samples && spk::test::same(fired, o.fired);
  }
};
Said listen(const Company& in, const CpuOptions& options, double ms) {
  Said said;
  const auto take = [&]<class T>(std::vector<T>& into) {
    Listened<T> all(in.project, in.source, "out", options);
    into = all.until(ms);
    said.fired = all.run.spikes;
  };
  in.signal == Signal::Trace ? take(said.samples) : take(said.spikes);
  return said;
}

}  // namespace

class SourceContract : public QObject {
  Q_OBJECT

  /// Sources with a body whose signal is spikes or a trace; streams of events have tests of their
  /// own, and need files.
  static void eachSource() {
    QTest::addColumn<const NodeType*>("type");
    for (const NodeType& type : spk::test::registry().nodeTypes()) {
      if (type.role != Role::Source || !type.body) continue;
      const Port* out = type.shape.port("out");
      if (out && (out->signal == Signal::Spikes || out->signal == Signal::Trace))
        QTest::newRow(type.id.c_str()) << &type;
    }
  }
  QTemporaryDir folder_;

 private Q_SLOTS:
  void saysTheSameEverywhere_data() { eachSource(); }
  void saysTheSameEverywhere() {
    QFETCH(const NodeType*, type);
    const Company in = company(*type, folder_);
    QCOMPARE(Run(in.project).error, std::string());
    const Said one = listen(in, {.threads = 1}, 130);
    QVERIFY(type->id == "source.poke" || one.spikes.size() + one.samples.size() > 0);
    QVERIFY(type->id == "source.poke" || !one.fired.empty());
    QVERIFY(listen(in, {.threads = 3}, 130) == one);
    for (const std::uint32_t steps : {1u, 3u, 7u})
      QVERIFY2(listen(in, {.threads = 1, .mostBatchSteps = steps}, 130) == one,
               std::to_string(steps).c_str());
  }

  void checkpointContinuesExactly_data() { eachSource(); }
  void checkpointContinuesExactly() {
    QFETCH(const NodeType*, type);
    const Company in = company(*type, folder_);
    Run whole(in.project);
    whole.until(46.3);
    const Checkpoint checkpoint = whole.simulation->save();
    whole.spikes.clear();
    whole.until(150);
    Run later(in.project);
    later.until(99);  // its own state must not shine through
    const auto restored = later.simulation->restore(checkpoint);
    QVERIFY2(bool(restored), restored ? "" : restored.error().text().c_str());
    later.spikes.clear();
    later.until(150);
    QVERIFY(spk::test::same(whole.spikes, later.spikes));
    QVERIFY(later.value(in.population, "V", 3) == whole.value(in.population, "V", 3));
  }

  void loopDoesNotAllocate_data() { eachSource(); }
  void loopDoesNotAllocate() {
    QFETCH(const NodeType*, type);
    const Company in = company(*type, folder_);
    auto made = makeCpuSimulation(in.project, spk::test::registry(), {.threads = 2});
    QVERIFY(bool(made));
    const long before = kit::allocations;
    const Outcome outcome = made.value()->runUntil(200 * kMillisecond);
    const long during = kit::allocations - before;
    QCOMPARE(outcome.why, Why::Reached);
    // notes at the end are words for people
    QVERIFY2(during <= static_cast<long>(outcome.notes.size()) * 16,
             qPrintable(QString::number(during)));
  }

  void everyLiveParameterCanChange_data() { eachSource(); }
  void everyLiveParameterCanChange() {
    QFETCH(const NodeType*, type);
    const Company in = company(*type, folder_);
    Run run(in.project);
    run.until(10);
    for (const Parameter& p : type->shape.parameters) {
      if (!p.live) continue;
      Value value = p.initial;
      if (const auto number = asNumber(p.initial); number && p.kind == Kind::Number)
        value = std::min(p.max, *number + std::max(1.0, std::abs(*number)));
      if (const auto number = asInteger(p.initial); number && p.kind == Kind::Integer)
        value = *number + 1;
      const auto done =
          run.simulation->apply(Edit{"", {setting(in.project, in.source, p.name, value)}});
      QVERIFY2(bool(done), done ? "" : done.error().text().c_str());
    }
    QCOMPARE(run.until(60).why, Why::Reached);
  }

  /// A source that is asked while a value is typed says no to the same as a build does.
  void checkRefusesWhatABuildRefuses_data() { eachSource(); }
  void checkRefusesWhatABuildRefuses() {
    QFETCH(const NodeType*, type);
    Company in = company(*type, folder_);
    for (const Note& note : check(in.project, spk::test::registry()))
      QVERIFY2(note.level != Note::Level::Error, note.text.c_str());
    for (const Parameter& p : type->shape.parameters) {
      if (p.kind != Kind::Number || !std::isfinite(p.max)) continue;
      Company wrong = in;
      wrong.project.items.at(in.source).values[p.name] = p.max * 2 + 1;
      const Notes notes = check(wrong.project, spk::test::registry());
      QVERIFY2(std::ranges::any_of(notes, [&](const Note& n) { return n.key == p.name; }),
               p.name.c_str());
      QVERIFY2(Run(wrong.project).error.find(p.name) != std::string::npos, p.name.c_str());
    }
  }
};

QTEST_APPLESS_MAIN(SourceContract)
#include "source_test.moc"
