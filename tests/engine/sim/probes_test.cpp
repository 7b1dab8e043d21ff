#include <QtTest>
#include <cmath>
#include <deque>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

template <class T>
std::vector<T> all(Channel& channel) {
  std::vector<T> items(1 << 16);
  items.resize(std::get<Ring<T>>(channel).pop(items));
  return items;
}
/// A channel that carries T; rings stay where they are made.
template <class T>
struct Carrier {
  Channel channel{std::in_place_type<Ring<T>>, std::size_t{1} << 16};
};

}  // namespace

class ProbesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void spikesAreThoseOfTheRecorder() {
    const Project project = spk::test::brunel(400);
    Run run(project);
    Id e = Id::none;
    for (const auto& [id, item] : project.items)
      if (textOr(item.values, "name", "") == "E") e = id;
    Carrier<Spike> everybody, two;
    QVERIFY(bool(run.simulation->attach({Id{900}, {e, "out"}}, everybody.channel)));
    QVERIFY(bool(run.simulation->attach({Id{901}, {e, "out"}, {3, 399}}, two.channel)));
    run.until(60);
    std::vector<Spike> expected, some;
    for (const FiredSpike& s : run.spikes) {
      if (s.population != e) continue;
      expected.push_back({static_cast<Time>(s.step + 1) * run.simulation->dt(), s.neuron});
      if (s.neuron == 3 || s.neuron == 399) some.push_back(expected.back());
    }
    QVERIFY(expected.size() > 100);
    QVERIFY(all<Spike>(everybody.channel) == expected);
    QVERIFY(all<Spike>(two.channel) == some);
    run.simulation->detach(Id{900});
    run.until(70);
    QVERIFY(all<Spike>(everybody.channel).empty());
  }

  void tracesAreSampledOnTheirGrid() {
    Builder b;
    const Id id = b.node("neuron.lif_delta", {{"n", std::int64_t{700}}, {"V.initial", 10.0}});
    const Id noise = b.node("source.poisson", {{"rate", 500.0}});
    b.synapses(noise, id, {{"weight", 0.25}});
    Run run(b.project);
    Carrier<Sample> each, coarse, input;
    QVERIFY(bool(run.simulation->attach({Id{900}, {id, "V"}, {0, 699}}, each.channel)));
    QVERIFY(bool(
        run.simulation->attach({Id{901}, {id, "V"}, {5, 300}, 2 * kMillisecond}, coarse.channel)));
    QVERIFY(bool(run.simulation->attach({Id{902}, {id, "in"}, {699}}, input.channel)));
    run.until(20);
    const auto samples = all<Sample>(each.channel), in = all<Sample>(input.channel);
    QCOMPARE(samples.size(), std::size_t{400});
    QCOMPARE(in.size(), std::size_t{200});
    double V = 10;
    for (int step = 0; step < 200; ++step) {
      const Sample& last = samples[2 * step + 1];
      QCOMPARE(last.t, (step + 1) * run.simulation->dt());
      QCOMPARE(last.neuron, 699u);
      V = V * std::exp(-0.1 / 20) + in[step].value;
      QVERIFY(std::fabs(last.value - V) < 1e-5);
    }
    const auto few = all<Sample>(coarse.channel);
    QCOMPARE(few.size(), std::size_t{20});
    for (std::size_t i = 0; i < few.size(); ++i) {
      QCOMPARE(few[i].t, static_cast<Time>(i / 2 + 1) * 2 * kMillisecond);
      QCOMPARE(few[i].neuron, i % 2 ? 300u : 5u);
    }
  }

  void countsAddUp() {
    Run run(spk::test::brunel(400));
    Carrier<Count> counts;
    QVERIFY(bool(run.simulation->attach({Id{900}, {Id::none, "counts"}}, counts.channel)));
    run.until(50);
    std::uint64_t total = 0;
    for (const Count& c : all<Count>(counts.channel)) total += c.n;
    QCOMPARE(total, static_cast<std::uint64_t>(run.spikes.size()));
  }

  void editsLeaveMarks() {
    Builder b;
    const Id id = b.node("neuron.lif_delta", {{"n", std::int64_t{5}}, {"name", std::string("E")}});
    Run run(b.project);
    Carrier<Mark> marks;
    QVERIFY(bool(run.simulation->attach({Id{900}, {Id::none, "marks"}}, marks.channel)));
    run.until(12);
    QVERIFY(bool(run.simulation->apply(Edit{"", {setting(b.project, id, "tau_m", Value{30.0})}})));
    QVERIFY(bool(run.simulation->apply(
        Edit{"", {setting(b.project, id, "x", Value{30.0})}})));  // only looks
    const Edit mute{"", {setting(b.project, id, "muted", Value{true})}};
    QVERIFY(bool(run.simulation->apply(mute)));
    QVERIFY(bool(run.simulation->apply(inverse(mute))));
    const auto made = all<Mark>(marks.channel);
    QCOMPARE(made.size(), std::size_t{3});
    QCOMPARE(made[0].t, 12 * kMillisecond);
    QCOMPARE(made[0].item, id);
    QCOMPARE(std::string(made[0].words), std::string("E tau_m 20 → 30 ms"));
    QCOMPARE(std::string(made[1].words), std::string("E muted"));
    QCOMPARE(std::string(made[2].words), std::string("E muted off"));
  }

  void wrongProbesAreRefused() {
    Builder b;
    const Id id = b.node("neuron.lif_delta", {{"n", std::int64_t{5}}});
    Run run(b.project);
    Carrier<Spike> spikes;
    Carrier<Sample> samples;
    QVERIFY(!run.simulation->attach({Id{900}, {id, "V"}}, spikes.channel));
    QVERIFY(!run.simulation->attach({Id{900}, {id, "U"}}, samples.channel));
    QVERIFY(!run.simulation->attach({Id{900}, {id, "out"}, {5}}, spikes.channel));
    QVERIFY(!run.simulation->attach({Id{900}, {Id{77}, "out"}}, spikes.channel));
  }

  /// Watching changes nothing.
  void spikesAreTheSameWithAnyNumberOfProbes() {
    const Project project = spk::test::brunel(400);
    Run plain(project), watched(project);
    std::deque<Channel> channels;
    for (const auto& [id, item] : project.items) {
      if (item.type != "neuron.lif_delta") continue;
      for (const char* port : {"V", "rest", "in"}) {
        Channel& channel = channels.emplace_back(std::in_place_type<Ring<Sample>>, std::size_t{64});
        QVERIFY(
            bool(watched.simulation->attach({Id{1000 + channels.size()}, {id, port}}, channel)));
      }
    }
    plain.until(40);
    watched.until(40);
    QVERIFY(spk::test::same(plain.spikes, watched.spikes));
  }
};

QTEST_APPLESS_MAIN(ProbesTest)
#include "probes_test.moc"
