#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "engine/base/H5.h"
#include "engine/run/CpuTarget.h"
#include "engine/run/headless.h"
#include "engine/run/openFile.h"
#include "tests/kit/sources.h"

using namespace spk;
using spk::test::Builder;
using spk::test::refusal;
using spk::test::Run;
using spk::test::spikesOf;

namespace {

bool says(const std::string& error, std::initializer_list<const char*> words) {
  return std::ranges::all_of(
      words, [&](const char* word) { return error.find(word) != std::string::npos; });
}

}  // namespace

class ReplayTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }
  /// Another program's file: seconds, in no order, two populations.
  std::string sonata() const {
    const std::string made = path("sonata.h5");
    auto file = H5::create(made);
    const std::vector<double> times = {0.020, 0.0105, 0.030, 0.0105};
    const std::vector<std::uint64_t> nodes = {3, 1, 0, 0};
    if (!file || !file.value().write("/spikes/thalamus/timestamps", times) ||
        !file.value().write("/spikes/thalamus/node_ids", nodes) ||
        !file.value().setAttribute("/spikes/thalamus/timestamps", "units", std::string("s")) ||
        !file.value().write("/spikes/cortex/timestamps", times) ||
        !file.value().write("/spikes/cortex/node_ids", std::vector<std::uint64_t>{1}) ||
        !file.value().close())
      return "";
    return made;
  }

 private Q_SLOTS:
  /// What a run wrote, played in place of the population, drives the others in the same way.
  void ownRecordingsAreTheSameSpikes() {
    Builder b;
    const Id noise =
        b.node("neuron.poisson",
               {{"n", std::int64_t{10}}, {"rate", 50.0}, {"name", std::string("noise")}});
    const Id direct = b.node("neuron.lif_delta", {{"n", std::int64_t{4}}});
    b.synapses(noise, direct, {{"weight", 3.0}, {"delay", 1.3}});
    Targets targets;
    targets.add(cpuTarget());
    RunRequest request;
    request.out = path("run.h5");
    request.duration = 2 * kSecond;
    const auto done = runProject(b.project, spk::test::registry(), targets, request);
    QVERIFY2(bool(done), done ? "" : done.error().text().c_str());
    Run first(b.project);
    first.until(2000);
    Builder c;
    const Id replay = c.node("source.replay", {{"file", path("run.h5")},
                                               {"population", std::string("noise")},
                                               {"trains", std::int64_t{10}}});
    const Id driven = c.node("neuron.lif_delta", {{"n", std::int64_t{4}}});
    c.synapses(replay, driven, {{"weight", 3.0}, {"delay", 1.3}});
    Run second(c.project);
    QCOMPARE(second.error, std::string());
    second.until(2000);
    QVERIFY(first.count(direct) > 20);
    for (std::uint32_t i = 0; i < 4; ++i) QCOMPARE(second.train(driven, i), first.train(direct, i));
  }

  void othersFilesAreRead() {
    const Values values = {{"file", sonata()}, {"population", std::string("thalamus")}};
    const std::vector<Spike> all = spikesOf("source.replay", values, 50);
    const std::vector<Spike> expected = {
        {10'500'000, 0}, {10'500'000, 1}, {20'000'000, 3}, {30'000'000, 0}};
    QVERIFY(all == expected);
    Values part = values;
    part["from"] = 10.5, part["to"] = 20.0, part["offset"] = 3.0;
    const std::vector<Spike> some = spikesOf("source.replay", part, 50);
    QVERIFY(some == (std::vector<Spike>{{12'500'000, 3}}));
  }

  /// How many trains there are follows from the file, and a wire knows it.
  void countsItsTrains() {
    Builder b;
    const Id replay =
        b.node("source.replay", {{"file", sonata()}, {"population", std::string("thalamus")}});
    const Id id = b.node("neuron.lif_delta", {{"n", std::int64_t{4}}, {"t_ref", 0.1}});
    b.synapses(replay, id, {{"weight", 30.0}, {"rule", std::string("one_to_one")}});
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    run.until(50);
    QCOMPARE(run.train(id, 3), std::vector<std::uint64_t>{209});  // 20 ms and a delay of 1
    b.project.items.at(id).values["n"] = std::int64_t{5};
    QVERIFY2(says(Run(b.project).error, {"4 sources and 5 targets"}), Run(b.project).error.c_str());
  }

  void aDroppedFileBecomesItsNode() {
    const auto item = itemForFile(sonata(), spk::test::registry());
    QVERIFY2(bool(item), item ? "" : item.error().text().c_str());
    QCOMPARE(item.value().type, std::string("source.replay"));
    QCOMPARE(textOr(item.value().values, "population", ""), std::string("cortex"));
    QCOMPARE(textOr(item.value().values, "file", ""), path("sonata.h5"));
    std::ofstream(path("a.pgm")) << "P2 1 1 9 4";
    const auto picture = itemForFile(path("a.pgm"), spk::test::registry());
    QVERIFY(picture && picture.value().type == "source.image");
    Builder b;
    b.node("source.image", picture.value().values);
    QCOMPARE(Run(b.project).error, std::string());
  }

  void whatIsWrongIsNamed() {
    const std::string file = sonata();
    const auto refused = [&](Values values) { return refusal("source.replay", values); };
    QVERIFY(says(refused({}), {"it.file", "no file"}));
    QVERIFY(says(refused({{"file", path("none.h5")}}), {"it.file", "none.h5"}));
    QVERIFY(says(refused({{"file", file}}), {"it.population", "cortex, thalamus"}));
    QVERIFY(says(refused({{"file", file}, {"population", std::string("x")}}),
                 {"it.population", "\"x\"", "cortex, thalamus"}));
    QVERIFY(says(refused({{"file", file}, {"population", std::string("cortex")}}),
                 {"it.file", "4 timestamps and 1 node_ids"}));
    const Values whole = {{"file", file}, {"population", std::string("thalamus")}};
    Values few = whole;
    few["trains"] = std::int64_t{3};
    QVERIFY(says(refused(few), {"it.trains", "is 3", "neuron 3", "4 or more"}));
    Values turned = whole;
    turned["from"] = 20.0, turned["to"] = 10.0;
    QVERIFY(says(refused(turned), {"it.to", "10 ms", "20 ms"}));
  }
};

QTEST_GUILESS_MAIN(ReplayTest)
#include "replay_test.moc"
