#include "engine/run/probes.h"

#include <QtTest/QTest>

#include "tests/kit/FakeSimulation.h"

using namespace spk;

class ProbesTest : public QObject {
  Q_OBJECT

  static Registry registry() {
    Registry registry;
    registry.add(kit::fakePopulation());
    NodeType view;
    view.id = "view.test";
    view.title = view.doc = "A view";
    view.role = Role::View;
    view.shape.ports = {{"in", Signal::Spikes, true}};
    registry.add(view);
    return registry;
  }
  static Item wire(std::uint64_t id, const char* port, std::uint64_t to, Values values = {}) {
    return {Id{id}, "wire.signal", {}, {Id{2}, port}, {Id{to}, "in"}, std::move(values)};
  }

 private Q_SLOTS:
  void eachWireIntoAViewIsWatched() {
    Project project = emptyProject();
    project.items[Id{2}] = {Id{2}, "fake.population", {}, {}, {}, {}};
    project.items[Id{3}] = {Id{3}, "view.test", {}, {}, {}, {{"every", 0.5}}};
    project.items[Id{4}] = wire(4, "out", 3);
    project.items[Id{5}] = wire(5, "V", 3);
    project.items[Id{6}] = wire(6, "V", 3, {{"neurons", std::string("5, 1-2")}});
    project.items[Id{7}] = wire(7, "out", 2);      // no view
    project.items[Id{8}] = wire(8, "nothing", 3);  // no such port
    project.items[Id{9}] = wire(9, "out", 99);     // no such item
    const auto found = watches(project, registry());
    QCOMPARE(found.size(), std::size_t{3});
    QCOMPARE(found[0].probe.id, Id{4});
    QCOMPARE(found[0].signal, Signal::Spikes);
    QVERIFY(found[0].probe.neurons.empty());
    QCOMPARE(found[1].signal, Signal::Trace);
    QCOMPARE(found[1].probe.neurons, (std::vector<std::uint32_t>{0, 1, 2, 3}));
    QCOMPARE(found[1].probe.every, 500 * kMicrosecond);
    QCOMPARE(found[2].probe.neurons, (std::vector<std::uint32_t>{1, 2, 5}));
  }

  void aSmallPopulationIsWatchedWhole() {
    Project project = emptyProject();
    project.items[Id{2}] = {Id{2}, "fake.population", {}, {}, {}, {{"n", std::int64_t{2}}}};
    project.items[Id{3}] = {Id{3}, "view.test", {}, {}, {}, {}};
    project.items[Id{5}] = wire(5, "V", 3);
    const auto found = watches(project, registry());
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(found[0].probe.neurons, (std::vector<std::uint32_t>{0, 1}));
  }

  void neuronLists_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QList<uint>>("neurons");
    QTest::newRow("one") << "7" << QList<uint>{7};
    QTest::newRow("range") << "0-3, 17" << QList<uint>{0, 1, 2, 3, 17};
    QTest::newRow("unsorted, twice") << "9,1, 9" << QList<uint>{1, 9};
    QTest::newRow("as in a file") << "[4, 2]" << QList<uint>{2, 4};
    QTest::newRow("all") << "all" << QList<uint>{};
  }
  void neuronLists() {
    QFETCH(QString, text);
    QFETCH(QList<uint>, neurons);
    const auto read = neuronList(text.toStdString());
    QVERIFY(read);
    QCOMPARE(read.value(), std::vector<std::uint32_t>(neurons.begin(), neurons.end()));
  }

  void wrongNeuronListsAreNamed_data() {
    QTest::addColumn<QString>("text");
    for (const char* text : {"a", "1-", "3-1", "-4", "1,,2", "0-4000000000", "1.5"})
      QTest::newRow(text) << text;
  }
  void wrongNeuronListsAreNamed() {
    QFETCH(QString, text);
    const auto read = neuronList(text.toStdString());
    QVERIFY(!read);
    QCOMPARE(read.error().where, std::string("neurons"));
  }

  void ringsFitTheirSignal() {
    const Probe probe{Id{4}, {Id{2}, "out"}};
    QVERIFY(std::holds_alternative<Ring<Spike>>(*makeChannel(probe, Signal::Spikes).value()));
    QVERIFY(std::holds_alternative<Ring<Sample>>(*makeChannel(probe, Signal::Trace).value()));
    QVERIFY(std::holds_alternative<Ring<Event>>(*makeChannel(probe, Signal::Events).value()));
    QVERIFY(std::holds_alternative<Ring<Frame>>(*makeChannel(probe, Signal::Frames).value()));
    const Probe marks{Id{1}, {Id::none, "marks"}};
    QVERIFY(std::holds_alternative<Ring<Mark>>(*makeChannel(marks, Signal::Spikes).value()));
    const auto refused = makeChannel(probe, Signal::Recording);
    QVERIFY(!refused);
    QVERIFY(refused.error().what.find("recording") != std::string::npos);
  }
};

QTEST_APPLESS_MAIN(ProbesTest)
#include "probes_test.moc"
