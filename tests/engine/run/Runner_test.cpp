#include "engine/run/Runner.h"

#include <QTemporaryDir>
#include <QtTest/QTest>
#include <algorithm>
#include <chrono>
#include <map>

#include "engine/base/file.h"
#include "tests/kit/FakeSimulation.h"

using namespace spk;

namespace {

constexpr Id kE{2}, kI{3}, kLate{4};
constexpr Id kSpikes{100}, kMarks{101};

Project fakeProject() {
  Project project = emptyProject();
  project.items[Id::settings].values["duration"] = 2.0;
  project.items[Id::settings].values["dt"] = 1.0;
  project.items[kE] = {kE, "fake.population", {}, {}, {}, {{"n", std::int64_t{50}}}};
  project.items[kI] = {kI, "fake.population", {}, {}, {}, {{"n", std::int64_t{20}}}};
  project.nextId = 10;
  return project;
}

Registry fakeRegistry() {
  Registry registry;
  registry.add(kit::fakePopulation());
  return registry;
}

Edit rateEdit(double before, double after) {
  Edit edit{"rate"};
  edit.ops.push_back(
      Set{kE, "rate", before == 0.1 ? Setting{} : Setting{Value(before)}, Value(after)});
  return edit;
}

/// The past of a population, folded into a number: equal only after equal runs.
double past(Runner& runner, Id item = kE) {
  auto future = runner.ask(item, {});
  const auto snapshot = future.get();
  return snapshot ? snapshot.value().values.front() : -1;
}

/// What an uninterrupted simulation gives, edits at their times.
double expectedPast(Time until, std::vector<std::pair<Time, Edit>> edits = {}, Id item = kE) {
  kit::FakeSimulation simulation(fakeProject());
  for (const auto& [t, edit] : edits) {
    simulation.runUntil(t);
    if (!simulation.apply(edit)) return -2;
  }
  simulation.runUntil(until);
  return simulation.look(item, {}).value().values.front();
}

}  // namespace

class RunnerTest : public QObject {
  Q_OBJECT

  const Registry registry_ = fakeRegistry();

  /// A runner at 0 with the fake network, flat out.
  std::unique_ptr<Runner> started() const {
    auto runner = std::make_unique<Runner>(registry_);
    runner->load(std::make_unique<kit::FakeSimulation>(fakeProject()), fakeProject());
    runner->pace(0);
    return runner;
  }
  static void runTo(Runner& runner, Time t) {
    runner.until(t);
    runner.play();
    QTRY_COMPARE_WITH_TIMEOUT(runner.status().now, t, 20'000);
    QTRY_COMPARE(runner.status().state, RunStatus::State::Paused);
  }

 private Q_SLOTS:
  void isEmptyBeforeALoad() {
    Runner runner(registry_);
    QCOMPARE(runner.status().state, RunStatus::State::Empty);
    const auto answer = runner.ask(kE, {}).get();
    QVERIFY(!answer);
    QVERIFY2(answer.error().what.find("nothing runs") != std::string::npos,
             answer.error().what.c_str());
    QTemporaryDir folder;
    QVERIFY(runner.record(folder.filePath("a.h5").toStdString()));
    QTRY_COMPARE(runner.status().notes.size(), std::size_t{1});
    QVERIFY(runner.status().notes.front().text.find("no network") != std::string::npos);
  }

  void runsAsTheSimulationAlone() {
    const auto runner = started();
    runTo(*runner, 3 * kSecond);
    QCOMPARE(past(*runner), expectedPast(3 * kSecond));
    QCOMPARE(past(*runner, kI), expectedPast(3 * kSecond, {}, kI));
    QCOMPARE(runner->status().checkpoints,
             (std::vector<Time>{0, kSecond, 2 * kSecond, 3 * kSecond}));
  }

  void playsUntilPaused() {
    const auto runner = started();
    runner->play();
    QTRY_VERIFY(runner->status().now > kSecond);
    runner->pause();
    QTRY_COMPARE(runner->status().state, RunStatus::State::Paused);
    const Time stopped = runner->status().now;
    QCOMPARE(past(*runner), expectedPast(stopped));
    QCOMPARE(runner->status().now, stopped);
  }

  void untilWhereItIsStaysThere() {
    const auto runner = started();
    runTo(*runner, 300 * kMillisecond);
    runner->until(300 * kMillisecond);
    runner->play();
    // The second answer comes after the loop has had its turn.
    QCOMPARE(past(*runner), expectedPast(300 * kMillisecond));
    QCOMPARE(past(*runner), expectedPast(300 * kMillisecond));
    runTo(*runner, 400 * kMillisecond);  // and no longer after that
    QCOMPARE(past(*runner), expectedPast(400 * kMillisecond));
  }

  void stepsOneDt() {
    const auto runner = started();
    for (int i = 0; i < 7; ++i) runner->step();
    QTRY_COMPARE(runner->status().now, 7 * kMillisecond);
    QCOMPARE(past(*runner), expectedPast(7 * kMillisecond));
    QCOMPARE(runner->status().state, RunStatus::State::Paused);
  }

  void keepsTheClocksPace() {
    const auto runner = started();
    runner->pace(2);
    const auto begin = std::chrono::steady_clock::now();
    runner->play();
    QTRY_VERIFY(runner->status().now >= 400 * kMillisecond);
    const Time now = runner->status().now;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    // Never ahead of the clock; how far behind is the machine's business.
    QVERIFY2(toSeconds(now) <= 2.1 * took.count(), "ran ahead of the clock");
    QTRY_VERIFY(runner->status().realTimeFactor > 0);
    QCOMPARE(runner->status().pace, 2.0);
  }

  void aRunThatFallsBehindStillSaysHowFastItIs() {
    const auto runner = started();
    runner->pace(1e6);  // no machine keeps that
    runner->play();
    QTRY_VERIFY(runner->status().realTimeFactor > 0);
    for (int i = 0; i < 20; ++i) {
      const Time seen = runner->status().now;
      QTRY_VERIFY(runner->status().now > seen);
      QVERIFY(runner->status().realTimeFactor > 0);
    }
  }

  void slowMotionGoesStepByStep() {
    const auto runner = started();
    runner->pace(0.05);  // a step of 1 ms each 20 ms
    const auto begin = std::chrono::steady_clock::now();
    runner->play();
    QTRY_VERIFY(runner->status().now >= 3 * kMillisecond);
    runner->pause();
    const double ran = past(*runner);
    const Time now = runner->status().now;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    QVERIFY2(toSeconds(now) <= 0.051 * took.count(), "ran ahead of the clock");
    QCOMPARE(ran, expectedPast(now));
  }

  void rewindIsExact_data() {
    QTest::addColumn<qint64>("to");
    QTest::newRow("start") << qint64{0};
    QTest::newRow("between checkpoints") << qint64{1'234} * kMillisecond;
    QTest::newRow("at a checkpoint") << qint64{2} * kSecond;
    QTest::newRow("ahead") << qint64{4'567} * kMillisecond;
  }
  void rewindIsExact() {
    QFETCH(qint64, to);
    const auto runner = started();
    const std::vector<std::pair<Time, Edit>> edits = {{500 * kMillisecond, rateEdit(0.1, 0.2)},
                                                      {1'200 * kMillisecond, rateEdit(0.2, 0.05)},
                                                      {2 * kSecond, rateEdit(0.05, 0.3)},
                                                      {2'700 * kMillisecond, rateEdit(0.3, 0.02)}};
    for (const auto& [t, edit] : edits) {
      runTo(*runner, t);
      runner->post(edit);
    }
    runTo(*runner, 3 * kSecond);
    QCOMPARE(past(*runner), expectedPast(3 * kSecond, edits));
    runner->rewind(to);
    QTRY_COMPARE(runner->status().now, Time{to});
    std::vector<std::pair<Time, Edit>> made;
    for (const auto& edit : edits)
      if (edit.first <= to) made.push_back(edit);
    QCOMPARE(past(*runner), expectedPast(to, made));
    // Running on replays the later edits at their times.
    if (to < 3 * kSecond) {
      runTo(*runner, 3 * kSecond);
      QCOMPARE(past(*runner), expectedPast(3 * kSecond, edits));
    }
  }

  /// A way of a day: pausing ends it where it is, exactly; another rewind takes its place.
  void aRewindOnItsWayCanBeStopped() {
    constexpr Time kFar = 86'400 * kSecond;
    const auto runner = started();
    runner->rewind(kFar);
    QTRY_COMPARE(runner->status().replayTo, kFar);
    QCOMPARE(runner->status().state, RunStatus::State::Running);
    runner->pause();
    QTRY_COMPARE(runner->status().state, RunStatus::State::Paused);
    QCOMPARE(runner->status().replayTo, Time{-1});
    const Time now = runner->status().now;
    QVERIFY(now < kFar);
    QCOMPARE(past(*runner), expectedPast(now));
    runner->rewind(kFar);
    runner->rewind(700 * kMillisecond);
    QTRY_COMPARE(runner->status().now, 700 * kMillisecond);
    QCOMPARE(runner->status().replayTo, Time{-1});
    QCOMPARE(past(*runner), expectedPast(700 * kMillisecond));
  }

  void anEditAfterARewindBranchesOff() {
    const auto runner = started();
    runTo(*runner, 1'500 * kMillisecond);
    runner->post(rateEdit(0.1, 0.2));
    runTo(*runner, 3 * kSecond);
    runner->rewind(1'100 * kMillisecond);
    QTRY_COMPARE(runner->status().now, 1'100 * kMillisecond);
    runner->post(rateEdit(0.2, 0.4));
    runTo(*runner, 2'500 * kMillisecond);
    // The document has both edits, so both hold from the branch on.
    QCOMPARE(past(*runner),
             expectedPast(2'500 * kMillisecond, {{1'100 * kMillisecond, rateEdit(0.1, 0.2)},
                                                 {1'100 * kMillisecond, rateEdit(0.2, 0.4)}}));
    QCOMPARE(runner->status().checkpoints, (std::vector<Time>{0, kSecond, 2 * kSecond}));
  }

  void failedEditsAreNotesOnTheItem() {
    const auto runner = started();
    Edit edit{"size"};
    edit.ops.push_back(Set{kE, "n", Value(std::int64_t{50}), Value(std::int64_t{60})});
    runner->post(edit);
    QTRY_COMPARE(runner->status().notes.size(), std::size_t{1});
    const Note note = runner->status().notes.front();
    QCOMPARE(note.item, kE);
    QCOMPARE(note.key, std::string("n"));
    QVERIFY(note.text.find("rebuild") != std::string::npos);
  }

  void noSpikeIsLostOnTheWayOut() {
    const auto runner = started();
    QVERIFY(runner->attach({kSpikes, {kE, "out"}}));
    QVERIFY(!runner->attach({kSpikes, {kE, "out"}}));
    runTo(*runner, kSecond);
    auto& ring = std::get<Ring<Spike>>(*runner->channel(kSpikes));
    std::vector<Spike> spikes(1'000'000);
    spikes.resize(ring.pop(spikes));
    kit::FakeSimulation alone(fakeProject());
    std::vector<Spike> expected;
    alone.listen([&](std::span<const FiredSpike> fired) {
      for (const FiredSpike& f : fired)
        if (f.population == kE)
          expected.push_back({static_cast<Time>(f.step + 1) * kMillisecond, f.neuron});
    });
    alone.runUntil(kSecond);
    QVERIFY(expected.size() > 1000);
    QCOMPARE(spikes, expected);
    QCOMPARE(runner->status().dropped, std::uint64_t{0});
    runner->detach(kSpikes);
    QVERIFY(!runner->channel(kSpikes));
  }

  void aProbeOfALaterNodeWaitsForItsNetwork() {
    const auto runner = started();
    QVERIFY(runner->attach({kSpikes, {kLate, "out"}}));
    runTo(*runner, 100 * kMillisecond);
    QVERIFY(runner->status().notes.empty());
    Project larger = fakeProject();
    larger.items[kLate] = {kLate, "fake.population", {}, {}, {}, {}};
    runner->load(std::make_unique<kit::FakeSimulation>(larger), larger);
    runTo(*runner, 300 * kMillisecond);
    std::vector<Spike> spikes(1000);
    QVERIFY(std::get<Ring<Spike>>(*runner->channel(kSpikes)).pop(spikes) > 0);
    QVERIFY(spikes.front().t > 100 * kMillisecond);
  }

  void loadKeepsTimeAndStateById() {
    const auto runner = started();
    runTo(*runner, 1'500 * kMillisecond);
    Project larger = fakeProject();
    larger.items[kLate] = {kLate, "fake.population", {}, {}, {}, {}};
    runner->load(std::make_unique<kit::FakeSimulation>(larger), larger);
    runTo(*runner, 2'500 * kMillisecond);
    QCOMPARE(past(*runner), expectedPast(2'500 * kMillisecond));
    // The new network's own past begins at 0.
    runner->rewind(0);
    QTRY_COMPARE(runner->status().now, Time{0});
    QCOMPARE(past(*runner), expectedPast(0));
    runTo(*runner, 1'800 * kMillisecond);
    QCOMPARE(past(*runner), expectedPast(1'800 * kMillisecond));
  }

  void editsMadeWhileANetworkWasBuiltHold() {
    const auto runner = started();
    runTo(*runner, 700 * kMillisecond);
    runner->post(rateEdit(0.1, 0.2));
    runner->load(std::make_unique<kit::FakeSimulation>(fakeProject()),
                 fakeProject());  // an older copy
    runner->post(rateEdit(0.1, 0.2));
    runTo(*runner, 1'500 * kMillisecond);
    QCOMPARE(past(*runner),
             expectedPast(1'500 * kMillisecond, {{700 * kMillisecond, rateEdit(0.1, 0.2)}}));
  }

  void aNewNetworksValuesOutdoLiveEditsOfTheOld() {
    const auto runner = started();
    runTo(*runner, 700 * kMillisecond);
    runner->post(rateEdit(0.1, 0.2));
    Project later = fakeProject();  // one edit changed nodes and took the rate back to another
    later.items[kE].values["rate"] = 0.3;
    runner->load(std::make_unique<kit::FakeSimulation>(later), later);
    runTo(*runner, 1'500 * kMillisecond);
    QCOMPARE(past(*runner),
             expectedPast(1'500 * kMillisecond, {{700 * kMillisecond, rateEdit(0.1, 0.3)}}));
    QVERIFY(runner->status().notes.empty());
  }

  void aWayBackThatIsRefusedEndsThere() {
    Runner runner(registry_);
    auto simulation = std::make_unique<kit::FakeSimulation>(fakeProject());
    simulation->restoresLeft = 1;
    runner.load(std::move(simulation), fakeProject());
    runner.pace(0);
    runTo(runner, 1'500 * kMillisecond);
    runner.rewind(0);
    QTRY_COMPARE(runner.status().now, Time{0});
    runner.rewind(1'200 * kMillisecond);
    QTRY_COMPARE(runner.status().state, RunStatus::State::Failed);
    // Whoever asks is answered all the same.
    auto answer = runner.ask(kE, {});
    QTRY_VERIFY(answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready);
  }

  void removedItemsComeBackWithTheirStateUntilForgotten() {
    const auto runner = started();
    runTo(*runner, 500 * kMillisecond);
    const double kept = past(*runner, kI);
    Project smaller = fakeProject();
    smaller.items.erase(kI);
    runner->load(std::make_unique<kit::FakeSimulation>(smaller), smaller);
    runTo(*runner, 600 * kMillisecond);
    QCOMPARE(past(*runner, kI), -1.0);
    runner->load(std::make_unique<kit::FakeSimulation>(fakeProject()), fakeProject());
    QCOMPARE(past(*runner, kI), kept);

    runner->load(std::make_unique<kit::FakeSimulation>(smaller), smaller);
    runner->forget(std::vector<Id>{kI});
    runner->load(std::make_unique<kit::FakeSimulation>(fakeProject()), fakeProject());
    QCOMPARE(past(*runner, kI), static_cast<double>(number(kI)));
  }

  void whatIsNotFiniteStopsTheRun() {
    Runner runner(registry_);
    auto simulation = std::make_unique<kit::FakeSimulation>(fakeProject());
    simulation->explodesAt = 400 * kMillisecond;
    runner.load(std::move(simulation), fakeProject());
    runner.pace(0);
    runner.play();
    QTRY_COMPARE(runner.status().state, RunStatus::State::Failed);
    QCOMPARE(runner.status().notes.front().item, kE);
    runner.rewind(200 * kMillisecond);
    QTRY_COMPARE(runner.status().state, RunStatus::State::Paused);
    QCOMPARE(past(runner), expectedPast(200 * kMillisecond));
  }

  void recordsFromZeroToTheDuration() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("run.h5").toStdString();
    const auto runner = started();
    QVERIFY(runner->attach({kSpikes, {kE, "out"}}));
    QVERIFY(runner->attach({kMarks, {Id::none, "marks"}}));
    runTo(*runner, 700 * kMillisecond);
    QVERIFY(runner->record(path));
    runner->play();
    QTRY_COMPARE(runner->status().now, 2 * kSecond);
    QTRY_COMPARE(runner->status().state, RunStatus::State::Paused);
    QVERIFY(!runner->status().recording);
    QVERIFY(runner->status().notes.empty());
    QVERIFY(std::filesystem::exists(path));
    QVERIFY(!std::filesystem::exists(path.string() + ".log"));
    QCOMPARE(past(*runner), expectedPast(2 * kSecond));
  }

  void aRewindEndsARecordingAndSaysSo() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("run.h5").toStdString();
    const auto runner = started();
    QVERIFY(runner->record(path));
    runTo(*runner, kSecond);
    runner->rewind(0);
    QTRY_VERIFY(!runner->status().recording);
    QVERIFY(std::filesystem::exists(path));
    QCOMPARE(runner->status().notes.size(), std::size_t{1});
    QVERIFY(runner->status().notes.front().text.starts_with("recorded up to 1 s"));
  }

  void recordingSaysAtOnceThatAFileCannotBeWritten() {
    const auto runner = started();
    const auto refused = runner->record("/proc/nowhere/run.h5");
    QVERIFY(!refused);
    QVERIFY(refused.error().text().find("/proc/nowhere") != std::string::npos);
  }

  void closingAnswersWhatWasAsked() {
    std::future<Result<Snapshot>> answer;
    {
      const auto runner = started();
      runner->play();
      answer = runner->ask(kE, {});
    }
    const auto got = answer.get();
    QVERIFY(got || got.error().what == "the run was closed");
  }
};

QTEST_APPLESS_MAIN(RunnerTest)
#include "Runner_test.moc"
