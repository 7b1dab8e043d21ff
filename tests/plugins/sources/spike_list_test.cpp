#include <QTemporaryFile>
#include <QtTest>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {
std::string errorOf(Values values) {
  Builder b;
  values["name"] = std::string("list");
  b.node("source.spike_list", std::move(values));
  return Run(b.project).error;
}
}  // namespace

class SpikeListTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// What one network recorded, written into a list, drives another in the same way.
  void recordedSpikesAreTheSameSpikes() {
    Builder b;
    const Id noise = b.node("neuron.poisson", {{"n", std::int64_t{10}}, {"rate", 50.0}});
    const Id direct = b.node("neuron.lif_delta", {{"n", std::int64_t{4}}});
    b.synapses(noise, direct, {{"weight", 3.0}, {"delay", 1.3}});
    Run first(b.project);
    first.until(2000);
    std::string list = "[";
    for (const FiredSpike& s : first.spikes)
      if (s.population == noise)
        list += (list.size() > 1 ? ", [" : "[") + numberText(static_cast<double>(s.step + 1) / 10) +
                ", " + std::to_string(s.neuron) + "]";
    Builder c;
    const Id replay =
        c.node("source.spike_list", {{"n", std::int64_t{10}}, {"spikes", Json{list + "]"}}});
    const Id driven = c.node("neuron.lif_delta", {{"n", std::int64_t{4}}});
    c.synapses(replay, driven, {{"weight", 3.0}, {"delay", 1.3}});
    Run second(c.project);
    QCOMPARE(second.error, std::string());
    second.until(2000);
    QVERIFY(first.count(direct) > 20);
    for (std::uint32_t i = 0; i < 4; ++i) QCOMPARE(second.train(driven, i), first.train(direct, i));
  }

  void timesBetweenStepsWaitForTheNext() {
    Builder b;
    const Id source = b.node("source.spike_list", {{"spikes", Json{"[[0.73, 0]]"}}});
    const Id id = b.node("neuron.lif_delta", {{"n", std::int64_t{1}}});
    b.synapses(source, id, {{"weight", 20.0}, {"delay", 0.1}});
    Run run(b.project);
    run.until(5);
    QCOMPARE(run.train(id), std::vector<std::uint64_t>{8});  // sent at 0.8, arrives at 0.9 ms
  }

  void readsAFile() {
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write("# ms, neuron\n2.0, 1\n1.0\t0\n\n3;1\n");
    file.close();
    Builder b;
    const Id source = b.node("source.spike_list",
                             {{"n", std::int64_t{2}}, {"file", file.fileName().toStdString()}});
    const Id id = b.node("neuron.lif_delta", {{"n", std::int64_t{2}}, {"t_ref", 0.1}});
    b.synapses(source, id, {{"weight", 20.0}, {"delay", 1.0}, {"rule", std::string("one_to_one")}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    run.until(10);
    QCOMPARE(run.train(id, 0), std::vector<std::uint64_t>{19});
    QCOMPARE(run.train(id, 1), (std::vector<std::uint64_t>{29, 39}));
  }

  void whatIsWrongIsNamed() {
    const auto says = [](const std::string& error, const char* word) {
      return error.find(word) != std::string::npos;
    };
    QVERIFY(says(errorOf({{"spikes", Json{"[[1, 0], [-2, 0]]"}}}), "spike 2"));
    QVERIFY(says(errorOf({{"spikes", Json{"[[1, 3]]"}}}), "neuron 3"));
    QVERIFY(says(errorOf({{"spikes", Json{"[[1]]"}}}), "[ms, neuron]"));
    QVERIFY(says(errorOf({{"file", std::string("/nowhere/spikes.txt")}}), "/nowhere/spikes.txt"));
  }
};

QTEST_APPLESS_MAIN(SpikeListTest)
#include "spike_list_test.moc"
