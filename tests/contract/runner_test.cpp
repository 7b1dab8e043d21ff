// The runner with the real engine: rewind, live edits, rebuilds and recordings are exact.
#include <QFile>
#include <QTemporaryDir>
#include <QtTest/QTest>

#include "app/registry.h"
#include "engine/base/H5.h"
#include "engine/base/checksum.h"
#include "engine/graph/ProjectFile.h"
#include "engine/run/Runner.h"
#include "engine/run/headless.h"
#include "engine/run/projectSettings.h"

using namespace spk;

namespace {

constexpr Id kSpikesE{901}, kSpikesI{902};

QByteArray bytes(const std::filesystem::path& path) {
  QFile file(QString::fromStdString(path.string()));
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class RunnerContract : public QObject {
  Q_OBJECT

  const Registry registry_ = wholeRegistry();
  const Targets targets_ = wholeTargets();
  const std::filesystem::path demo_ = SPK_SOURCE_DIR "/resources/demos/ei_balance/project.spk";
  Project project_;

  std::unique_ptr<Simulation> built(const Project& project, int threads = 1) const {
    Item options;
    options.values["threads"] = std::int64_t{threads};
    auto made = targets_.target("cpu")->start(project, registry_, options);
    if (!made) qFatal("%s", made.error().text().c_str());
    return std::move(made).value();
  }
  std::unique_ptr<Runner> started(int threads = 1) const {
    auto runner = std::make_unique<Runner>(registry_);
    runner->pace(0);
    (void)runner->attach({kSpikesE, {idOf("E"), "out"}});
    (void)runner->attach({kSpikesI, {idOf("I"), "out"}});
    runner->load(built(project_, threads), project_);
    return runner;
  }
  Id idOf(const char* name) const { return itemByPath(project_, name).value(); }
  Edit set(const char* text) const { return settingEdit(project_, registry_, text).value(); }

  static void runTo(Runner& runner, Time t) {
    runner.until(t);
    runner.play();
    QTRY_COMPARE_WITH_TIMEOUT(runner.status().now, t, 60'000);
    QTRY_COMPARE(runner.status().state, RunStatus::State::Paused);
  }
  /// What has come out of both rings since the last call, as a sum.
  static std::uint64_t drained(Runner& runner) {
    std::uint64_t sum = kFnvStart;
    std::vector<Spike> spikes(1u << 20);
    for (const Id probe : {kSpikesE, kSpikesI}) {
      const std::size_t n = std::get<Ring<Spike>>(*runner.channel(probe)).pop(spikes);
      for (std::size_t i = 0; i < n; ++i) {
        sum = fnv1a(std::as_bytes(std::span(&spikes[i].t, 1)), sum);
        sum = fnv1a(std::as_bytes(std::span(&spikes[i].neuron, 1)), sum);
      }
    }
    return sum;
  }
  static double rate(Runner& runner, Time span) {
    std::vector<Spike> spikes(1u << 20);
    const std::size_t n = std::get<Ring<Spike>>(*runner.channel(kSpikesE)).pop(spikes);
    return static_cast<double>(n) / 800 / toSeconds(span);
  }

 private Q_SLOTS:
  void initTestCase() {
    auto loaded = load(demo_, registry_);
    QVERIFY2(loaded, loaded ? "" : loaded.error().text().c_str());
    project_ = std::move(loaded).value().project;
  }

  void rewindIsExact_data() {
    QTest::addColumn<int>("to_ms");
    for (const int to : {0, 700, 1000, 1234}) QTest::newRow(std::to_string(to).c_str()) << to;
  }
  void rewindIsExact() {
    QFETCH(int, to_ms);
    const Time to = to_ms * kMillisecond, end = 2 * kSecond;
    const auto runner = started(2);
    const std::vector<std::pair<Time, const char*>> edits = {
        {400 * kMillisecond, "I->E.weight=-5"},
        {900 * kMillisecond, "Drive.rate=900"},
        {1500 * kMillisecond, "I->I.muted=true"}};
    for (const auto& [t, text] : edits) {
      runTo(*runner, t);
      runner->post(set(text));
    }
    if (to < 1500 * kMillisecond) runTo(*runner, 1500 * kMillisecond);
    (void)drained(*runner);
    runTo(*runner, end);
    const std::uint64_t first = drained(*runner);  // 1.5 s to 2 s
    runner->rewind(to);
    QTRY_COMPARE_WITH_TIMEOUT(runner->status().now, to, 60'000);  // slow under a sanitizer
    runTo(*runner, 1500 * kMillisecond);
    (void)drained(*runner);
    runTo(*runner, end);
    QCOMPARE(drained(*runner), first);
    const Notes notes = runner->status().notes;
    QVERIFY2(notes.empty(), notes.empty() ? "" : notes.front().text.c_str());
  }

  void aLesionRunsAwayAndRecovers() {
    const auto runner = started();
    runTo(*runner, kSecond);
    const double before = rate(*runner, kSecond);
    runner->post(set("I->E.muted=true"));
    runTo(*runner, 2 * kSecond);
    const double muted = rate(*runner, kSecond);
    runner->post(inverse(set("I->E.muted=true")));
    runTo(*runner, 3 * kSecond);
    (void)rate(*runner, kSecond);
    runTo(*runner, 5 * kSecond);
    const double after = rate(*runner, 2 * kSecond);
    QVERIFY2(before > 5 && before < 20, std::to_string(before).c_str());
    QVERIFY2(muted > 150, std::to_string(muted).c_str());
    QVERIFY2(after > 5 && after < 20, std::to_string(after).c_str());
  }

  void aRebuildOfTheSameNetworkChangesNothing() {
    const auto straight = started();
    runTo(*straight, 500 * kMillisecond);
    (void)drained(*straight);
    runTo(*straight, kSecond);
    const auto rebuilt = started();
    runTo(*rebuilt, 500 * kMillisecond);
    (void)drained(*rebuilt);
    rebuilt->load(built(project_, 2), project_);
    runTo(*rebuilt, kSecond);
    QCOMPARE(drained(*rebuilt), drained(*straight));
  }

  void anAddedPopulationLeavesTheRestAlone() {
    const auto straight = started();
    runTo(*straight, 500 * kMillisecond);
    (void)drained(*straight);
    runTo(*straight, kSecond);
    const auto grown = started();
    runTo(*grown, 500 * kMillisecond);
    (void)drained(*grown);
    Project larger = project_;
    const Id id{larger.nextId++};
    larger.items[id] = {id, "neuron.lif_delta",
                        {}, {},
                        {}, {{"n", std::int64_t{10}}, {"name", std::string("extra")}}};
    grown->load(built(larger), larger);
    runTo(*grown, kSecond);
    QCOMPARE(drained(*grown), drained(*straight));
  }

  void theWindowsRecordingIsTheHeadlessRuns() {
    QTemporaryDir folder;
    const std::filesystem::path one = folder.filePath("a.h5").toStdString();
    const std::filesystem::path two = folder.filePath("b.h5").toStdString();
    RunRequest request;
    request.out = one;
    request.sets = {"settings.duration=1.2"};
    QVERIFY(runProject(project_, registry_, targets_, request));
    Project shorter = project_;
    shorter.items[Id::settings].values["duration"] = 1.2;
    Runner runner(registry_);
    runner.pace(0);
    runner.load(built(shorter, 2), shorter);
    QVERIFY(runner.attach({kSpikesE, {idOf("E"), "out"}}));
    QVERIFY(runner.attach({Id{903}, {idOf("E"), "V"}, {1, 2}}, Signal::Trace));
    runTo(runner, 300 * kMillisecond);
    QVERIFY(runner.record(two));
    runner.play();
    QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(two), 30'000);
    QTRY_VERIFY(!runner.status().recording);
    QCOMPARE(runner.status().now, fromMilliseconds(1200));
    QVERIFY(bytes(one).size() > 10'000);
    QCOMPARE(bytes(two), bytes(one));
  }

  /// The mean weight of a wire that learns, and a current, bear their names in the file.
  void wiresAndSourcesAreRecordedByName() {
    QTemporaryDir folder;
    Project project = emptyProject();
    const auto add = [&](Item item) {
      const Id id = item.id = Id{project.nextId++};
      project.items[id] = std::move(item);
      return id;
    };
    const auto named = [](const char* type, const char* name) {
      return Item{Id::none, type, {}, {}, {}, {{"name", std::string(name)}}};
    };
    const auto signal = [&](Ref from, Ref to) {
      add({Id::none, "wire.signal", {}, std::move(from), std::move(to), {}});
    };
    const Id cues = add(named("neuron.poisson", "Cues"));
    const Id cells = add(named("neuron.lif_delta", "Cells"));
    for (const Id id : {cues, cells}) project.items[id].values["n"] = std::int64_t{20};
    const Id reward = add(named("source.dc", "Reward"));
    const Id view = add(named("view.traces", "Traces"));
    Item learns = named("synapse.reward_stdp", "Cues");  // as a population is called already
    learns.from = {cues, "out"};
    learns.to = {cells, "in"};
    learns.values["rule"] = std::string("one_to_one");
    const Id wire = add(std::move(learns));
    signal({reward, "out"}, {wire, "reward"});
    signal({reward, "out"}, {view, "in"});
    signal({wire, "weight"}, {view, "in"});
    RunRequest request;
    request.out = folder.filePath("named.h5").toStdString();
    request.sets = {"settings.duration=0.2"};
    const auto ran = runProject(project, registry_, targets_, request);
    QVERIFY2(ran, ran ? "" : ran.error().text().c_str());
    auto file = H5::open(request.out);
    QVERIFY2(file, file ? "" : file.error().text().c_str());
    for (const std::string& name :
         {std::string("Reward"), "Cues#" + std::to_string(number(wire))}) {
      const auto data = file.value().read<float>("/report/" + name + "/data");
      QVERIFY2(data, data ? "" : data.error().text().c_str());
      QVERIFY(!data.value().empty());
    }
  }

  void weightsAreAnswered() {
    const auto runner = started();
    What what;
    what.kind = What::Kind::Connectivity;
    const auto answer = runner->ask(idOf("I→E"), what).get();
    QVERIFY2(answer, answer ? "" : answer.error().text().c_str());
    const double p = static_cast<double>(answer.value().total) / (800.0 * 200.0);
    QVERIFY2(std::abs(p - 0.1) < 0.003, std::to_string(p).c_str());
  }
};

QTEST_GUILESS_MAIN(RunnerContract)
#include "runner_test.moc"
