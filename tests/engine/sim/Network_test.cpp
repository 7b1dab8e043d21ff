#include "engine/sim/Network.h"

#include <QtTest>
#include <algorithm>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {
std::string errorOf(const Project& project) { return Run(project).error; }
bool says(const std::string& error, std::initializer_list<const char*> words) {
  for (const char* word : words)
    if (error.find(word) == std::string::npos) return false;
  return true;
}
}  // namespace

#define SAYS(error, ...) QVERIFY2(says(error, {__VA_ARGS__}), (error).c_str())

class NetworkTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void impossibleThingsAreNamed() {
    {
      Builder b;
      b.node("neuron.lif_delta", {{"name", std::string("E")}, {"tau_m", -5.0}});
      SAYS(errorOf(b.project), "E", "tau_m", "-5", "0.1");
    }
    {
      Builder b;
      b.node("neuron.lif_delta", {{"name", std::string("E")}, {"n", std::int64_t{0}}});
      SAYS(errorOf(b.project), "E.n", "0");
    }
    {
      Builder b;
      const Id a = b.node("neuron.lif_delta", {{"n", std::int64_t{5}}});
      b.synapses(a, a, {{"name", std::string("w")}, {"delay", 0.0}});
      SAYS(errorOf(b.project), "w", "delay", "0");
    }
    {
      Builder b;
      const Id a = b.node("neuron.lif_delta", {{"n", std::int64_t{5}}});
      b.synapses(a, a,
                 {{"name", std::string("w")},
                  {"rule", std::string("fixed_indegree")},
                  {"indegree", std::int64_t{6}},
                  {"multapses", false}});
      SAYS(errorOf(b.project), "w.indegree", "6", "5");
    }
    {
      Builder b;
      const Id a = b.node("neuron.lif_delta", {{"n", std::int64_t{5}}});
      b.synapses(
          a, a, {{"name", std::string("w")}, {"weight", std::numeric_limits<double>::quiet_NaN()}});
      SAYS(errorOf(b.project), "w", "weight");
    }
    {
      Builder b;
      const Id a = b.node("neuron.lif_delta", {{"n", std::int64_t{5}}});
      b.wire("synapse.static", {a, "out"}, {a, "nowhere"}, {{"name", std::string("w")}});
      SAYS(errorOf(b.project), "w", "nowhere");
    }
    {
      Builder b;
      const Id a = b.node("neuron.lif_delta", {{"n", std::int64_t{5}}});
      const Id p = b.node("source.poisson");
      b.synapses(p, a, {{"name", std::string("w")}, {"rule", std::string("pairwise_bernoulli")}});
      SAYS(errorOf(b.project), "w.rule", "all_to_all");
    }
    {
      Builder b;
      const Id a = b.node(
          "neuron.lif_delta",
          {{"n", std::int64_t{5}}, {"V.initial", Json{"[1, 2]"}}, {"name", std::string("E")}});
      b.synapses(a, a);
      SAYS(errorOf(b.project), "E.V.initial", "2 values", "5 neurons");
    }
    {
      Builder b;
      const Id a = b.node("neuron.lif_delta", {{"n", std::int64_t{2000000}}});
      b.synapses(a, a);
      SAYS(errorOf(b.project), "memory", "GB");
    }
    {
      Builder b(20.0);
      b.node("neuron.lif_delta");
      SAYS(errorOf(b.project), "dt", "20");
    }
    CpuOptions options;
    options.isa = "sse9";
    SAYS(Run(Builder().project, options).error, "sse9", "generic");
  }

  void emptyNetworkRuns() {
    Run run(Builder().project);
    QCOMPARE(run.error, std::string());
    QCOMPARE(run.until(12).reached, fromMilliseconds(12));
  }

  void unknownNodesAreSkippedAndSaid() {
    Builder b;
    const Id strange = b.node("neuron.from_tomorrow");
    const Id a = b.node("neuron.lif_delta", {{"n", std::int64_t{5}}});
    b.synapses(strange, a);
    auto network = Network::compile(b.project, spk::test::registry());
    QVERIFY(bool(network));
    QCOMPARE(network.value().populations.size(), std::size_t{1});
    QCOMPARE(network.value().notes.size(), std::size_t{1});
    QCOMPARE(network.value().notes[0].item, strange);
  }

  void delaysAreRoundedWithANote() {
    Builder b;
    const Id a = b.node("neuron.lif_delta", {{"n", std::int64_t{5}}});
    const Id wire = b.synapses(a, a, {{"delay", 0.26}});
    b.synapses(a, a, {{"delay", 1.5}});
    const auto network = Network::compile(b.project, spk::test::registry());
    QCOMPARE(network.value().projections[0].delayLow, 3u);
    QCOMPARE(network.value().batchSteps, 3u);
    QCOMPARE(network.value().notes.size(), std::size_t{1});
    QCOMPARE(network.value().notes[0].item, wire);
    SAYS(network.value().notes[0].text, "0.26", "0.3", "3 steps");
  }

  void batchIsTheSmallestDelayOrFiveMilliseconds() {
    Builder b;
    const Id a = b.node("neuron.lif_delta", {{"n", std::int64_t{5}}});
    b.synapses(a, a, {{"delay", 30.0}});
    QCOMPARE(Network::compile(b.project, spk::test::registry()).value().batchSteps, 50u);
    b.synapses(a, a, {{"delay", 2.0}});
    QCOMPARE(Network::compile(b.project, spk::test::registry()).value().batchSteps, 20u);
  }

  void formFollowsTheRule() {
    Builder b;
    const Id a = b.node("neuron.lif_delta", {{"n", std::int64_t{5}}});
    const Json spread{R"({"uniform": {"min": 1, "max": 2}})"};
    b.synapses(a, a);
    b.synapses(a, a, {{"weight", spread}});
    b.synapses(a, a, {{"delay", spread}});
    const auto network = Network::compile(b.project, spk::test::registry());
    QCOMPARE(network.value().projections[0].form, Projection::Form::Shared);
    QCOMPARE(network.value().projections[1].form, Projection::Form::Weighted);
    QCOMPARE(network.value().projections[2].form, Projection::Form::Placed);
  }

  /// Maps hold the synapses that lists would, twins and triplets too, and take less room.
  void mapsHoldTheSynapses() {
    Rows lists;
    lists.first = Array<std::uint32_t>(4, 0);
    std::vector<std::uint16_t> targets;
    for (std::uint16_t t = 0; t < 130; ++t)
      for (int i = 0; i < (t % 41 == 7 ? 3 : t % 3 != 1); ++i) targets.push_back(t);
    lists.first[2] = lists.first[3] = static_cast<std::uint32_t>(targets.size());
    lists.targets = Array<std::uint16_t>(targets.size());
    std::ranges::copy(targets, lists.targets.begin());
    lists.count = targets.size();
    Rows maps;
    maps.first = Array<std::uint32_t>(4);
    maps.targets = Array<std::uint16_t>(targets.size());
    std::ranges::copy(lists.first, maps.first.begin());
    std::ranges::copy(targets, maps.targets.begin());
    maps.makeMaps(130);
    QCOMPARE(maps.words, 3u);
    QCOMPARE(maps.most, 3u);
    QVERIFY(maps.targets.empty());
    QVERIFY(maps.maps.size() * 8 < targets.size() * 2);
    for (std::uint32_t source = 0; source < 3; ++source) {
      std::vector<std::uint32_t> a, b;
      lists.eachTarget(source, [&](std::uint32_t t) { a.push_back(t); });
      maps.eachTarget(source, [&](std::uint32_t t) { b.push_back(t); });
      QCOMPARE(a, b);
      QCOMPARE(a.size(), source == 1 ? targets.size() : 0);
    }
  }

  /// What a static synapse takes, all of the projection counted: 8 bytes with a weight and delay of
  /// its own, 4 with one weight and delay for all, 2 where targets are 16-bit offsets or bits.
  void memoryOfSynapses_data() {
    QTest::addColumn<bool>("ownWeight");
    QTest::addColumn<bool>("ownDelay");
    QTest::addColumn<double>("density");
    QTest::addColumn<double>("bytes");
    QTest::newRow("shared, dense") << false << false << 0.1 << 2.0;
    QTest::newRow("shared, sparse") << false << false << 0.02 << 2.2;
    QTest::newRow("own weight") << true << false << 0.1 << 8.0;
    QTest::newRow("own weight and delay, dense") << true << true << 0.1 << 8.0;
    QTest::newRow("own weight and delay, sparse") << true << true << 0.02 << 8.0;
  }
  void memoryOfSynapses() {
    QFETCH(bool, ownWeight);
    QFETCH(bool, ownDelay);
    QFETCH(double, density);
    QFETCH(double, bytes);
    Builder b;
    const Id a = b.node("neuron.lif_delta", {{"n", std::int64_t{2000}}});
    Values values = {{"rule", std::string("pairwise_bernoulli")}, {"p", density}};
    if (ownWeight) values["weight"] = Json{R"({"normal": {"mean": 1, "sd": 0.1}})"};
    if (ownDelay) values["delay"] = Json{R"({"normal": {"mean": 1.5, "sd": 0.5, "min": 0.1}})"};
    b.synapses(a, a, values);
    auto network = Network::compile(b.project, spk::test::registry());
    QVERIFY(bool(connectAll(network.value(), 1)));
    const Projection& p = network.value().projections[0];
    QVERIFY(p.synapses > 0.9 * density * 4e6);
    const double each = static_cast<double>(p.bytes) / static_cast<double>(p.synapses);
    QVERIFY2(each <= bytes, std::to_string(each).c_str());
    std::size_t held = 0;  // what is said is what is there
    for (const Rows& rows : p.parts)
      held += rows.first.size() * 4 + rows.targets.size() * 2 + rows.places.size() * 4 +
              rows.weights.size() * 4 + rows.maps.size() * 8 + std::size_t{rows.runsUsed} * 2;
    QCOMPARE(std::uint64_t{held}, p.bytes);
  }

  void buildDoesNotDependOnThreads() {
    const Project project = spk::test::brunel(800);
    auto one = Network::compile(project, spk::test::registry()),
         three = Network::compile(project, spk::test::registry());
    QVERIFY(bool(connectAll(one.value(), 1)));
    QVERIFY(bool(connectAll(three.value(), 3)));
    for (std::size_t p = 0; p < one.value().projections.size(); ++p)
      for (std::size_t k = 0; k < one.value().projections[p].parts.size(); ++k) {
        const Rows &a = one.value().projections[p].parts[k],
                   &b = three.value().projections[p].parts[k];
        QVERIFY(std::ranges::equal(a.first, b.first));
        QVERIFY(std::ranges::equal(a.targets, b.targets));
        QVERIFY(std::ranges::equal(a.maps, b.maps));
      }
  }
};

QTEST_APPLESS_MAIN(NetworkTest)
#include "Network_test.moc"
