#include "engine/run/projectSettings.h"

#include <QtTest/QTest>

#include "engine/graph/builtins.h"

using namespace spk;

namespace {

NodeType cell() {
  NodeType type;
  type.id = "neuron.test";
  type.title = type.doc = "A cell";
  type.role = Role::Population;
  type.shape.ports = {{"out", Signal::Spikes, false}};
  type.shape.parameters = {
      {.name = "n", .kind = Kind::Grid, .initial = std::int64_t{1}, .min = 1, .max = 1e8},
      {.name = "tau_m", .initial = 20.0, .unit = "ms", .min = 0.1, .max = 1000, .each = true},
      {.name = "on", .kind = Kind::Switch, .initial = true},
      {.name = "count", .kind = Kind::Integer, .initial = std::int64_t{3}, .min = 0, .max = 10},
      {.name = "rule", .kind = Kind::Choice, .initial = std::string("a"), .choices = {"a", "b"}},
      {.name = "file", .kind = Kind::File, .initial = std::string()},
      {.name = "pairs", .kind = Kind::Text, .initial = Json{"[]"}}};
  type.shape.columns = {{"V", "mV", -60, "potential"}};
  return type;
}

Registry testRegistry() {
  Registry registry;
  addBuiltIns(registry);
  registry.add(cell());
  return registry;
}

Project testProject() {
  Project project = emptyProject();
  project.items[Id{2}] = {Id{2}, "layout.frame", {}, {}, {}, {{"name", std::string("group")}}};
  project.items[Id{3}] = {Id{3}, "neuron.test", {Id{2}, ""}, {}, {}, {{"name", std::string("E")}}};
  project.items[Id{4}] = {Id{4}, "neuron.test", {}, {}, {}, {{"name", std::string("a.b")}}};
  project.items[Id{5}] = {
      Id{5}, "neuron.test", {Id{2}, ""}, {}, {}, {{"name", std::string("twin")}}};
  project.items[Id{6}] = {Id{6}, "neuron.test", {}, {}, {}, {{"name", std::string("twin 2")}}};
  project.items[Id{7}] = {Id{7}, "neuron.unknown", {}, {}, {}, {{"name", std::string("alien")}}};
  project.items[Id{8}] = {Id{8}, "neuron.test", {}, {Id{3}, "out"}, {Id{4}, "in"}, {}};
  project.items[Id{9}] = {Id{9}, "neuron.test", {}, {Id{5}, "out"}, {Id{6}, "in"}, {}};
  project.items[Id{10}] = {Id{10}, "neuron.test", {}, {Id{5}, "out"}, {Id{6}, "in"}, {}};
  project.nextId = 11;
  return project;
}

}  // namespace

class ProjectSettingsTest : public QObject {
  Q_OBJECT

  const Registry registry_ = testRegistry();

 private Q_SLOTS:
  void setsWhatIsMeant_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<qulonglong>("item");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::newRow("number") << "E.tau_m=25" << 3ull << "tau_m"
                            << "25";
    QTest::newRow("by path") << "group/E.tau_m=25" << 3ull << "tau_m"
                             << "25";
    QTest::newRow("by id") << "#3.tau_m=25" << 3ull << "tau_m"
                           << "25";
    QTest::newRow("with unit") << "E.tau_m=0.02 s" << 3ull << "tau_m"
                               << "20";
    QTest::newRow("one neuron") << "E.tau_m[17]=30" << 3ull << "tau_m[17]"
                                << "30";
    QTest::newRow("distribution") << R"(E.tau_m={"uniform": {"min": 1, "max": 2}})" << 3ull
                                  << "tau_m"
                                  << R"({"uniform":{"min":1,"max":2}})";
    QTest::newRow("initial") << "E.V.initial=-50" << 3ull << "V.initial"
                             << "-50";
    QTest::newRow("a dot in the name") << "a.b.tau_m=3" << 4ull << "tau_m"
                                       << "3";
    QTest::newRow("switch") << "E.on=off" << 3ull << "on"
                            << "false";
    QTest::newRow("mute") << "E.muted=true" << 3ull << "muted"
                          << "true";
    QTest::newRow("integer") << "E.count=7" << 3ull << "count"
                             << "7";
    QTest::newRow("choice") << "E.rule=b" << 3ull << "rule"
                            << "b";
    QTest::newRow("list") << "E.pairs=[[0, 1], [2, 3]]" << 3ull << "pairs"
                          << "[[0,1],[2,3]]";
    QTest::newRow("grid") << "E.n=[2, 3, 4]" << 3ull << "n"
                          << "[2,3,4]";
    QTest::newRow("a wire by its ends") << "E->a.b.tau_m=3" << 8ull << "tau_m"
                                        << "3";
    QTest::newRow("settings") << "settings.duration=500ms" << 1ull << "duration"
                              << "0.5";
  }
  void setsWhatIsMeant() {
    QFETCH(QString, text);
    QFETCH(qulonglong, item);
    QFETCH(QString, key);
    QFETCH(QString, value);
    const auto edit = settingEdit(testProject(), registry_, text.toStdString());
    QVERIFY2(edit, edit ? "" : edit.error().text().c_str());
    const Set& set = std::get<Set>(edit.value().ops.front());
    QCOMPARE(number(set.item), std::uint64_t{item});
    QCOMPARE(set.key, key.toStdString());
    QCOMPARE(QString::fromStdString(valueText(std::get<Value>(set.after))).remove(' '),
             value.remove(' '));
    Document document(testProject());
    QVERIFY(document.apply(edit.value()));
  }

  void saysWhatThereIs_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("words");
    QTest::newRow("no equals") << "E.tau_m" << QStringList{"NODE.PARAM=VALUE"};
    QTest::newRow("no dot") << "tau_m=3" << QStringList{"NODE.PARAM=VALUE"};
    QTest::newRow("no node") << "Q.tau_m=3" << QStringList{"Q.tau_m", "group/E", "a.b", "settings"};
    QTest::newRow("no parameter") << "E.tau=3"
                                  << QStringList{"E.tau", "tau_m", "V.initial", "rule"};
    QTest::newRow("no column") << "E.W.initial=3" << QStringList{"V.initial"};
    QTest::newRow("range") << "E.tau_m=-5" << QStringList{"E.tau_m", "-5", "0.1", "1000"};
    QTest::newRow("unit") << "E.tau_m=5 mV" << QStringList{"mV", "ms"};
    QTest::newRow("no number") << "E.tau_m=abc" << QStringList{"abc", "number"};
    QTest::newRow("whole") << "E.count=2.5" << QStringList{"2.5", "whole"};
    QTest::newRow("too many") << "E.count=11" << QStringList{"11", "10"};
    QTest::newRow("choice") << "E.rule=c" << QStringList{"c", "a", "b"};
    QTest::newRow("switch") << "E.on=maybe" << QStringList{"maybe", "on"};
    QTest::newRow("not per neuron") << "E.count[3]=2" << QStringList{"count[3]", "tau_m"};
    QTest::newRow("no list") << "E.pairs=none" << QStringList{"E.pairs"};
    QTest::newRow("broken JSON") << "E.n=[2," << QStringList{"E.n"};
    QTest::newRow("no wire") << "a.b->E.tau_m=3" << QStringList{"a.b->E", "no such node"};
    QTest::newRow("two wires") << "twin->twin 2.tau_m=3" << QStringList{"several", "#9", "#10"};
    QTest::newRow("unknown type") << "alien.tau_m=3" << QStringList{"neuron.unknown"};
  }
  void saysWhatThereIs() {
    QFETCH(QString, text);
    QFETCH(QStringList, words);
    const auto edit = settingEdit(testProject(), registry_, text.toStdString());
    QVERIFY(!edit);
    const QString said = QString::fromStdString(edit.error().text());
    for (const QString& word : words)
      QVERIFY2(said.contains(word), qPrintable(said + " lacks " + word));
    QVERIFY(!said.contains('\n'));
  }

  void relativeFilesLieBesideTheProject() {
    Project project = testProject();
    project.items[Id{3}].values["file"] = std::string("data/../events.raw");
    project.items[Id{4}].values["file"] = std::string("/abs/events.raw");
    const Project placed = withAbsolutePaths(project, registry_, "/home/me");
    QCOMPARE(valueText(placed.items.at(Id{3}).values.at("file")),
             std::string("/home/me/events.raw"));
    QCOMPARE(valueText(placed.items.at(Id{4}).values.at("file")), std::string("/abs/events.raw"));
    QVERIFY(!placed.items.at(Id{5}).values.contains("file"));
  }

  void durationAndSeedHaveDefaults() {
    Project project = emptyProject();
    project.items[Id::settings].values.clear();
    QCOMPARE(durationOf(project), 10 * kSecond);
    QCOMPARE(seedOf(project), std::uint64_t{1});
    project.items[Id::settings].values = {{"duration", 0.25}, {"seed", std::int64_t{7}}};
    QCOMPARE(durationOf(project), 250 * kMillisecond);
    QCOMPARE(seedOf(project), std::uint64_t{7});
  }
};

QTEST_APPLESS_MAIN(ProjectSettingsTest)
#include "projectSettings_test.moc"
