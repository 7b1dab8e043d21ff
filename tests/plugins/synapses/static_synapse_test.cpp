#include <QTemporaryFile>
#include <QtTest>

#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

class StaticSynapseTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// Every rule of the description is one that the engine knows, with the parameters it shows.
  void everyRuleBuilds_data() {
    QTest::addColumn<std::string>("rule");
    const NodeType* type = spk::test::registry().nodeType("synapse.static");
    QVERIFY(type);
    for (const std::string& rule : type->shape.parameter("rule")->choices)
      QTest::newRow(rule.c_str()) << rule;
  }
  void everyRuleBuilds() {
    QFETCH(std::string, rule);
    Builder b;
    const Id a = b.node("neuron.lif_delta", {{"n", Json{"[1, 6, 6]"}}});
    // Windows of 3 × 3 sources need a grid of targets that they fill.
    const Id to = rule == "pooling" ? b.node("neuron.lif_delta", {{"n", Json{"[1, 2, 2]"}}}) : a;
    Values values{{"rule", rule}};
    if (rule == "convolution") values["padding"] = std::int64_t{1};
    if (rule == "pairs") values["pairs"] = Json{"[[35, 0], [3, 8]]"};
    QTemporaryFile edges;
    QVERIFY(edges.open() && edges.write("35 0\n3 8\n") > 0 && edges.flush());
    if (rule == "from_file") values["edges"] = edges.fileName().toStdString();
    const Id wire = b.synapses(a, to, values);
    Run run(b.project);
    QCOMPARE(run.error, std::string());
    const auto who = run.simulation->look(wire, {What::Kind::Connectivity, ""});
    QVERIFY(who.value().total > 0);
    for (const std::uint32_t s : who.value().sources) QVERIFY(s < 36);
    for (const std::uint32_t t : who.value().targets) QVERIFY(t < 36);
  }

  void weightIsLive() {
    Builder b;
    const Id source = b.node("source.spike_list", {{"spikes", Json{"[[1, 0], [3, 0]]"}}});
    const Id a =
        b.node("neuron.lif_delta", {{"n", std::int64_t{1}}, {"V_th", 90.0}, {"tau_m", 1000.0}});
    const Id wire = b.synapses(source, a, {{"weight", 4.0}, {"delay", 1.0}});
    Run run(b.project);
    run.until(2.5);
    QVERIFY(run.value(a, "V") > 3.9);
    QVERIFY(
        bool(run.simulation->apply(Edit{"", {setting(b.project, wire, "weight", Value{-8.0})}})));
    run.until(4.5);
    QVERIFY(run.value(a, "V") < -3.9);
  }
};

QTEST_APPLESS_MAIN(StaticSynapseTest)
#include "static_synapse_test.moc"
