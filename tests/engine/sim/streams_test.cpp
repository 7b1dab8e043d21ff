// Stream nodes inside a running network: order, time, mute, bypass, delays, checkpoints.
#include <QtTest>
#include <cmath>

#include "engine/sim/Body.h"
#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;

namespace {

/// One event every 0.25 ms, along the rows of a sensor of 4 × 3.
struct EventsBody : Body {
  void run(Batch& batch) noexcept override {
    Out<Event> out = batch.out<Event>(0);
    constexpr Time kEvery = 250 * kMicrosecond;
    for (Time t = (batch.begin + kEvery - 1) / kEvery * kEvery; t < batch.end; t += kEvery) {
      const auto i = static_cast<std::uint16_t>(t / kEvery % 12);
      out.add({t, static_cast<std::uint16_t>(i % 4), static_cast<std::uint16_t>(i / 4), 1});
    }
  }
  Result<void> change(const Item&) override { return {}; }
  void save(Bytes&) const override {}
  Result<void> restore(Bytes&) override { return {}; }
  Notes notes() const override { return {{Note::Level::Info, "made up"}}; }
};

/// Lets every second event pass; counts, so that it has state.
struct HalfBody : Body {
  std::uint64_t count = 0;
  void run(Batch& batch) noexcept override {
    for (const Event& e : batch.in<Event>(0))
      if (count++ % 2 == 0) batch.out<Event>(0).add(e);
  }
  Result<void> change(const Item&) override { return {}; }
  void save(Bytes& out) const override { out.put(count); }
  Result<void> restore(Bytes& in) override {
    TRY(count, in.take<std::uint64_t>());
    return {};
  }
};

/// Says how many spikes it has heard, as a trace.
struct CountBody : Body {
  std::uint64_t heard = 0;
  void run(Batch& batch) noexcept override {
    for (const Spike& s : batch.in<Spike>(0))
      batch.out<Sample>(0).add({s.t, 0, static_cast<float>(++heard)});
  }
  Result<void> change(const Item&) override { return {}; }
  void save(Bytes& out) const override { out.put(heard); }
  Result<void> restore(Bytes& in) override {
    TRY(heard, in.take<std::uint64_t>());
    return {};
  }
};

template <class T>
Result<std::unique_ptr<Body>> make(const Item&, const Registry&) {
  return std::unique_ptr<Body>(std::make_unique<T>());
}

const Registry& registry() {
  static const Registry all = [] {
    Registry made;
    addBuiltIns(made);
    addPlugins(made);
    made.add(NodeType{
        .id = "source.test_events",
        .role = Role::Source,
        .shape = {.ports = {{"out", Signal::Events, false, "", "", {3, 4}}}, .parameters = {}},
        .body = make<EventsBody>});
    made.add(NodeType{.id = "filter.test_half",
                      .role = Role::Filter,
                      .shape = {.ports = {{"in", Signal::Events, true},
                                          {"out", Signal::Events, false, "", "", {3, 4}}},
                                .parameters = {}},
                      .body = make<HalfBody>});
    made.add(
        NodeType{.id = "metric.test_count",
                 .role = Role::Metric,
                 .shape = {.ports = {{"in", Signal::Spikes, true}, {"out", Signal::Trace, false}},
                           .parameters = {}},
                 .body = make<CountBody>});
    return made;
  }();
  return all;
}

struct Ends {
  Project project;
  Id source, filter, wire, layer, count;
};
Ends camera(double delay = 0) {
  Builder b;
  Ends e;
  e.source = b.node("source.test_events");
  e.filter = b.node("filter.test_half");
  e.layer = b.node("neuron.lif_delta", {{"n", Json{"[1, 3, 4]"}}, {"t_ref", 0.1}});
  e.count = b.node("metric.test_count");
  b.wire("wire.signal", {e.source, "out"}, {e.filter, "in"});
  e.wire = b.wire("encode.events", {e.filter, "out"}, {e.layer, "in"},
                  {{"weight", 25.0}, {"delay", delay}});
  b.wire("wire.signal", {e.layer, "out"}, {e.count, "in"});
  e.project = b.project;
  return e;
}

struct StreamRun {
  std::unique_ptr<Simulation> simulation;
  std::vector<FiredSpike> spikes;
  std::string error;
  explicit StreamRun(const Project& project, CpuOptions options = {.threads = 1}) {
    auto made = makeCpuSimulation(project, registry(), options);
    if (!made) {
      error = made.error().text();
      return;
    }
    simulation = std::move(made).value();
    simulation->listen(
        [this](std::span<const FiredSpike> s) { spikes.insert(spikes.end(), s.begin(), s.end()); });
  }
  StreamRun(const StreamRun&) = delete;
};

}  // namespace

class StreamsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void anEventEntersTheStepThatContainsIt() {
    for (const double delay : {0.0, 0.1, 3.0, 12.0}) {
      const Ends e = camera(delay);
      StreamRun run(e.project);
      QCOMPARE(run.error, std::string());
      run.simulation->runUntil(30 * kMillisecond);
      // every second event: k = 0, 2, 4 …, at k · 0.25 ms, of pixel k mod 12
      std::vector<std::pair<std::uint64_t, std::uint32_t>> expected, got;
      for (std::uint32_t k = 0;; k += 2) {
        const auto step = static_cast<std::uint64_t>(std::floor(k * 2.5)) +
                          static_cast<std::uint64_t>(std::lround(delay * 10));
        if (step >= 300) break;
        expected.emplace_back(step, k % 12);
      }
      for (const FiredSpike& s : run.spikes) got.emplace_back(s.step, s.neuron);
      QVERIFY2(got == expected,
               qPrintable(
                   QString("delay %1: %2 of %3").arg(delay).arg(got.size()).arg(expected.size())));
    }
  }

  void resultsDoNotDependOnTheBatch() {
    const Ends e = camera(0.7);
    StreamRun whole(e.project), single(e.project, {.threads = 1, .mostBatchSteps = 1});
    whole.simulation->runUntil(50 * kMillisecond);
    single.simulation->runUntil(50 * kMillisecond);
    QVERIFY(whole.spikes.size() > 50);
    QVERIFY(spk::test::same(whole.spikes, single.spikes));
  }

  void checkpointKeepsWhatIsOnItsWay() {
    const Ends e = camera(7.0);
    StreamRun whole(e.project), later(e.project);
    whole.simulation->runUntil(23 * kMillisecond);
    const Checkpoint checkpoint = whole.simulation->save();
    whole.spikes.clear();
    whole.simulation->runUntil(60 * kMillisecond);
    const auto restored = later.simulation->restore(checkpoint);
    QVERIFY2(bool(restored), restored ? "" : restored.error().text().c_str());
    later.simulation->runUntil(60 * kMillisecond);
    QVERIFY(spk::test::same(whole.spikes, later.spikes));
  }

  void muteAndBypass() {
    const Ends e = camera();
    const auto count = [&](Id muted, const char* key) {
      StreamRun run(e.project);
      if (muted != Id::none) {
        const auto done =
            run.simulation->apply(Edit{"", {setting(e.project, muted, key, Value{true})}});
        if (!done) return std::size_t{9999};
      }
      run.simulation->runUntil(30 * kMillisecond);
      return run.spikes.size();
    };
    QCOMPARE(count(Id::none, ""), std::size_t{60});
    QCOMPARE(count(e.source, "muted"), std::size_t{0});
    QCOMPARE(count(e.filter, "muted"), std::size_t{0});
    QCOMPARE(count(e.wire, "muted"), std::size_t{0});
    for (const auto& [id, item] : e.project.items)
      if (item.from.item == e.source) QCOMPARE(count(id, "muted"), std::size_t{0});
    QCOMPARE(count(e.filter, "bypassed"), std::size_t{120});
  }

  void metricsHearTheBatchAndTheirNotesAreTold() {
    const Ends e = camera();
    StreamRun run(e.project);
    Channel events(std::in_place_type<Ring<Event>>, std::size_t{4096}),
        samples(std::in_place_type<Ring<Sample>>, std::size_t{4096});
    QVERIFY(bool(run.simulation->attach({Id{900}, {e.filter, "out"}}, events)));
    QVERIFY(bool(run.simulation->attach({Id{901}, {e.count, "out"}}, samples)));
    const Outcome outcome = run.simulation->runUntil(30 * kMillisecond);
    QCOMPARE(outcome.notes.size(), std::size_t{1});
    QCOMPARE(outcome.notes[0].item, e.source);
    QVERIFY(run.simulation->runUntil(30 * kMillisecond).notes.empty());
    std::vector<Event> seen(4096);
    seen.resize(std::get<Ring<Event>>(events).pop(seen));
    QCOMPARE(seen.size(), std::size_t{60});
    std::vector<Sample> heard(4096);
    heard.resize(std::get<Ring<Sample>>(samples).pop(heard));
    QCOMPARE(heard.size(), run.spikes.size());
    QCOMPARE(heard.back().value, static_cast<float>(run.spikes.size()));
    QCOMPARE(heard.back().t, static_cast<Time>(run.spikes.back().step + 1) * run.simulation->dt());
  }

  void aWayBackIsRefused() {
    Builder b;
    const Id a = b.node("neuron.lif_delta", {{"n", std::int64_t{3}}});
    const Id count = b.node("metric.test_count");
    b.wire("wire.signal", {a, "out"}, {count, "in"});
    b.wire("wire.signal", {count, "out"}, {a, "I"});
    const std::string error = StreamRun(b.project).error;
    QVERIFY2(error.find("back to a population") != std::string::npos, error.c_str());
  }
};

QTEST_APPLESS_MAIN(StreamsTest)
#include "streams_test.moc"
