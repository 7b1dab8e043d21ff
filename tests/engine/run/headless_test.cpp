#include "engine/run/headless.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest/QTest>

#include "engine/base/H5.h"
#include "engine/base/checksum.h"
#include "engine/graph/builtins.h"
#include "engine/run/Runner.h"
#include "tests/kit/FakeSimulation.h"

using namespace spk;

class HeadlessTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  Registry registry_;
  Targets targets_;

  std::filesystem::path path(const char* name) const {
    return folder_.filePath(name).toStdString();
  }
  static QByteArray bytes(const std::filesystem::path& path) {
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }

  static Project project() {
    Project project = emptyProject();
    project.items[Id::settings].values["dt"] = 1.0;
    project.items[Id::settings].values["duration"] = 0.5;
    project.items[Id{2}] = {Id{2}, "layout.frame", {}, {}, {}, {{"name", std::string("group")}}};
    project.items[Id{3}] = {Id{3},       "fake.population",
                            {Id{2}, ""}, {},
                            {},          {{"n", std::int64_t{40}}, {"name", std::string("E")}}};
    project.items[Id{4}] = {
        Id{4}, "fake.population",
        {},    {},
        {},    {{"n", std::int64_t{20}}, {"rate", 0.0}, {"name", std::string("I")}}};
    project.items[Id{5}] = {Id{5}, "view.test", {}, {}, {}, {{"name", std::string("Traces")}}};
    project.items[Id{6}] = {Id{6}, "wire.signal", {}, {Id{3}, "V"}, {Id{5}, "in"}, {}};
    project.nextId = 7;
    return project;
  }
  RunRequest request() const {
    RunRequest request;
    request.target = "fake";
    return request;
  }
  Result<RunReport> run(const RunRequest& asked, const Project& of = project()) const {
    return runProject(of, registry_, targets_, asked);
  }

 private Q_SLOTS:
  void initTestCase() {
    addBuiltIns(registry_);
    registry_.add(kit::fakePopulation());
    NodeType view;
    view.id = "view.test";
    view.title = view.doc = "A view";
    view.role = Role::View;
    view.shape.ports = {{"in", Signal::Trace, true}};
    registry_.add(view);
    targets_.add(std::make_unique<kit::FakeTarget>());
  }

  void countsHashAndRates() {
    const auto report = run(request());
    QVERIFY2(report, report ? "" : report.error().text().c_str());
    kit::FakeSimulation alone(project());
    std::uint64_t hash = kFnvStart, count = 0;
    alone.listen([&](std::span<const FiredSpike> spikes) {
      hash = spikeHash(spikes, hash);
      count += spikes.size();
    });
    alone.runUntil(500 * kMillisecond);
    const RunReport& made = report.value();
    QCOMPARE(made.spikeHash, hash);
    QCOMPARE(made.populations.size(), std::size_t{2});
    QCOMPARE(made.populations[0].name, std::string("group.E"));
    QCOMPARE(made.populations[0].spikes, count);
    QCOMPARE(made.populations[0].rateHz, static_cast<double>(count) / 40 / 0.5);
    QVERIFY(made.populations[0].cvNeurons > 0);
    QCOMPARE(made.populations[1].spikes, std::uint64_t{0});
    QCOMPARE(made.biologicalS, 0.5);
  }

  void theHashIsTheDocumentedOne() {
    // FNV-1a 64 of 20 bytes, one by one as the definition says.
    const FiredSpike spike{0x0102030405060708ull, Id{9}, 0x0a0b0c0d};
    const unsigned char expected[20] = {8, 7, 6, 5, 4, 3, 2,  1,  9,  0,
                                        0, 0, 0, 0, 0, 0, 13, 12, 11, 10};
    QCOMPARE(spikeHash(std::span(&spike, 1), kFnvStart), fnv1a(std::as_bytes(std::span(expected))));
  }

  void whatCheckCallsAnErrorIsRefused() {
    Project wrong = project();
    wrong.items[Id{4}].values["rate"] = 2.0;  // no probability
    const auto report = run(request(), wrong);
    QVERIFY(!report);
    QVERIFY2(report.error().where == "I.rate", report.error().text().c_str());
  }

  void writesSonata() {
    RunRequest asked = request();
    asked.out = path("a.h5");
    const auto report = run(asked);
    QVERIFY2(report, report ? "" : report.error().text().c_str());
    QVERIFY(!std::filesystem::exists(path("a.h5.log")));
    auto file = H5::open(asked.out);
    QVERIFY(file);
    const auto times = file.value().read<double>("/spikes/group.E/timestamps");
    const auto nodes = file.value().read<std::uint64_t>("/spikes/group.E/node_ids");
    QVERIFY(times && nodes);
    QCOMPARE(times.value().size(), nodes.value().size());
    QCOMPARE(times.value().size(), report.value().populations[0].spikes);
    std::vector<FiredSpike> spikes;
    kit::FakeSimulation alone(project());
    alone.listen(
        [&](std::span<const FiredSpike> s) { spikes.insert(spikes.end(), s.begin(), s.end()); });
    alone.runUntil(500 * kMillisecond);
    for (std::size_t i = 0; i < spikes.size(); ++i) {
      QCOMPARE(times.value()[i], static_cast<double>(spikes[i].step + 1));  // dt = 1 ms
      QCOMPARE(nodes.value()[i], std::uint64_t{spikes[i].neuron});
    }
    QCOMPARE(valueText(file.value().attribute("/spikes/group.E/timestamps", "units").value()),
             std::string("ms"));
    // A silent population is there, and empty.
    QVERIFY(file.value().read<double>("/spikes/I/timestamps").value().empty());

    const auto info = file.value().info("/report/group.E/data");
    QVERIFY(info);
    QCOMPARE(info.value().shape, (std::vector<std::size_t>{500, 4}));
    QCOMPARE(file.value().read<double>("/report/group.E/mapping/time").value(),
             (std::vector<double>{1, 501, 1}));
    QCOMPARE(file.value().read<std::uint64_t>("/report/group.E/mapping/node_ids").value(),
             (std::vector<std::uint64_t>{0, 1, 2, 3}));
    const auto data = file.value().read<float>("/report/group.E/data").value();
    QCOMPARE(data[5], data[4] + 1);  // the fake gives base + neuron

    const std::string text = file.value().readText("/spikarium/project").value();
    QVERIFY(text.find("fake.population") != std::string::npos);
    QCOMPARE(valueText(file.value().attribute("/spikarium", "seed").value()), std::string("1"));
    QVERIFY(file.value().readTexts("/spikarium/edits").value().empty());
  }

  void whatSeveralViewsShowIsWrittenOnce() {
    Project twice = project();
    twice.items[Id{6}].values["every"] = 2.0;
    twice.items[Id{7}] = {Id{7}, "view.test", {}, {}, {}, {}};
    twice.items[Id{8}] = {Id{8},        "wire.signal", {},
                          {Id{3}, "V"}, {Id{7}, "in"}, {{"neurons", std::string("3, 9")}}};
    RunRequest asked = request();
    asked.out = folder_.filePath("twice.h5").toStdString();
    QVERIFY(run(asked, twice));
    auto file = H5::open(asked.out);
    QVERIFY(file);
    QCOMPARE(file.value().read<std::uint64_t>("/report/group.E/mapping/node_ids").value(),
             (std::vector<std::uint64_t>{0, 1, 2, 3, 9}));
    QCOMPARE(file.value().read<double>("/report/group.E/mapping/time").value(),
             (std::vector<double>{1, 501, 1}));
    // Where one view wants them all, all are written.
    twice.items[Id{8}].values["neurons"] = std::string("all");
    QVERIFY(run(asked, twice));
    file = H5::open(asked.out);
    QVERIFY(file);
    QCOMPARE(file.value().info("/report/group.E/data").value().shape[1], std::size_t{40});
  }

  void equalRunsGiveEqualBytes() {
    RunRequest asked = request();
    asked.out = path("one.h5");
    QVERIFY(run(asked));
    asked.out = path("another name.h5");
    asked.threads = 3;  // another batch length, for the fake
    asked.progress = [](Time, Time, Time) { return true; };
    QVERIFY(run(asked));
    const QByteArray first = bytes(path("one.h5"));
    QVERIFY(first.size() > 1000);
    QCOMPARE(bytes(path("another name.h5")), first);
  }

  void theWindowsRecordingHasTheSameBytes() {
    RunRequest asked = request();
    asked.out = path("headless.h5");
    QVERIFY(run(asked));
    Runner runner(registry_);
    runner.load(std::make_unique<kit::FakeSimulation>(project()), project());
    QVERIFY(runner.attach({Id{6}, {Id{3}, "V"}, {7}}, Signal::Trace));  // a view is open
    runner.pace(0);
    runner.until(130 * kMillisecond);
    runner.play();
    QTRY_COMPARE(runner.status().now, 130 * kMillisecond);
    QVERIFY(runner.record(path("window.h5")));
    runner.play();
    QTRY_VERIFY(std::filesystem::exists(path("window.h5")));
    QTRY_VERIFY(!runner.status().recording);
    QCOMPARE(runner.status().now, 500 * kMillisecond);
    QCOMPARE(bytes(path("window.h5")), bytes(path("headless.h5")));
  }

  void editsOfARecordingAreInTheFile() {
    Runner runner(registry_);
    runner.load(std::make_unique<kit::FakeSimulation>(project()), project());
    runner.pace(0);
    QVERIFY(runner.record(path("edited.h5")));
    runner.until(200 * kMillisecond);
    runner.play();
    QTRY_COMPARE(runner.status().now, 200 * kMillisecond);
    Edit edit{"faster"};
    edit.ops.push_back(Set{Id{3}, "rate", {}, Value(0.3)});
    runner.post(edit);
    runner.play();
    QTRY_VERIFY(std::filesystem::exists(path("edited.h5")));
    auto file = H5::open(path("edited.h5"));
    QVERIFY(file);
    const auto edits = file.value().readTexts("/spikarium/edits").value();
    QCOMPARE(edits.size(), std::size_t{1});
    QVERIFY(edits.front().find("\"t_ms\":200") != std::string::npos);
    QVERIFY(edits.front().find("faster") != std::string::npos);
  }

  void whatWasEditedBeforeARecordingHoldsFromItsStart() {
    Edit edit{"faster"};
    edit.ops.push_back(Set{Id{3}, "rate", {}, Value(0.3)});
    Runner runner(registry_);
    runner.load(std::make_unique<kit::FakeSimulation>(project()), project());
    runner.pace(0);
    runner.until(100 * kMillisecond);
    runner.play();
    QTRY_COMPARE(runner.status().now, 100 * kMillisecond);
    runner.post(edit);
    QVERIFY(runner.record(path("before.h5")));
    runner.play();
    QTRY_VERIFY(std::filesystem::exists(path("before.h5")));
    kit::FakeSimulation alone(project());
    std::vector<std::uint64_t> expected;
    alone.listen([&](std::span<const FiredSpike> spikes) {
      for (const FiredSpike& spike : spikes) expected.push_back(spike.neuron);
    });
    QVERIFY(alone.apply(edit));
    alone.runUntil(500 * kMillisecond);
    auto file = H5::open(path("before.h5"));
    QVERIFY(file);
    QCOMPARE(file.value().read<std::uint64_t>("/spikes/group.E/node_ids").value(), expected);
    const auto edits = file.value().readTexts("/spikarium/edits").value();
    QCOMPARE(edits.size(), std::size_t{1});
    QVERIFY(edits.front().find("\"t_ms\":0,") != std::string::npos);
  }

  void setsAndSeedChangeTheRun() {
    RunRequest asked = request();
    asked.out = path("set.h5");
    asked.sets = {"E.rate=0.3", "settings.duration=0.2"};
    asked.seed = 77;
    const auto report = run(asked);
    QVERIFY2(report, report ? "" : report.error().text().c_str());
    QCOMPARE(report.value().biologicalS, 0.2);
    auto file = H5::open(asked.out);
    QVERIFY(file.value().readText("/spikarium/project").value().find("0.3") != std::string::npos);
    QCOMPARE(valueText(file.value().attribute("/spikarium", "seed").value()), std::string("77"));
  }

  void aRunInTwoPartsIsTheWholeRun() {
    RunRequest first = request(), second = request();
    first.duration = 123 * kMillisecond;
    first.saveState = path("half.state");
    QVERIFY(run(first));
    second.fromState = path("half.state");
    second.saveState = path("end.state");
    const auto rest = run(second);
    QVERIFY2(rest, rest ? "" : rest.error().text().c_str());
    QCOMPARE(rest.value().biologicalS, 0.377);
    RunRequest whole = request();
    whole.saveState = path("whole.state");
    QVERIFY(run(whole));
    QCOMPARE(bytes(path("end.state")), bytes(path("whole.state")));
  }

  void aForeignOrFinishedStateIsRefused() {
    RunRequest asked = request();
    asked.saveState = path("s.state");
    QVERIFY(run(asked));
    RunRequest again = request();
    again.fromState = path("s.state");
    const auto finished = run(again);
    QVERIFY(!finished);
    QVERIFY(finished.error().text().find("--for") != std::string::npos);
    again.duration = 100 * kMillisecond;
    QVERIFY(run(again));
    again.sets = {"E.rate=0.3"};
    const auto foreign = run(again);
    QVERIFY(!foreign);
    QVERIFY(foreign.error().what.find("another network") != std::string::npos);
  }

  void refusals_data() {
    QTest::addColumn<QString>("set");
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("out");
    QTest::addColumn<QStringList>("words");
    QTest::newRow("target") << ""
                            << "abacus"
                            << "" << QStringList{"abacus", "fake"};
    QTest::newRow("set") << "Q.rate=1"
                         << "fake"
                         << "" << QStringList{"Q.rate", "group/E"};
    QTest::newRow("folder") << ""
                            << "fake"
                            << "/proc/none/a.h5" << QStringList{"/proc/none/a.h5"};
    QTest::newRow("no time") << "settings.duration=0"
                             << "fake"
                             << "" << QStringList{"--for"};
  }
  void refusals() {
    QFETCH(QString, set);
    QFETCH(QString, target);
    QFETCH(QString, out);
    QFETCH(QStringList, words);
    RunRequest asked = request();
    if (!set.isEmpty()) asked.sets = {set.toStdString()};
    asked.target = target.toStdString();
    asked.out = out.toStdString();
    const auto report = run(asked);
    QVERIFY(!report);
    const QString said = QString::fromStdString(report.error().text());
    for (const QString& word : words) QVERIFY2(said.contains(word), qPrintable(said));
  }

  void aStoppedRunLeavesNoFile() {
    RunRequest asked = request();
    asked.out = path("stopped.h5");
    asked.progress = [](Time now, Time, Time) { return now < 200 * kMillisecond; };
    const auto report = run(asked);
    QVERIFY(!report);
    QVERIFY(report.error().what.find("stopped") != std::string::npos);
    QVERIFY(!std::filesystem::exists(path("stopped.h5")));
    QVERIFY(!std::filesystem::exists(path("stopped.h5.log")));
  }
};

QTEST_APPLESS_MAIN(HeadlessTest)
#include "headless_test.moc"
