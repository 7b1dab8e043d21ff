#include "engine/graph/check.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "engine/base/file.h"
#include "tests/kit/graph.h"

using namespace spk;
using kit::node;
using kit::wire;
using Level = Note::Level;

namespace {

const Registry& registry() {
  static const Registry kRegistry = kit::registry();
  return kRegistry;
}

QString words(const Notes& notes) {
  QString all;
  for (const Note& note : notes)
    all += QString("[%1] %2\n").arg(levelWord(note.level), QString::fromStdString(note.text));
  return all;
}

/// A project with two populations, E (#2) and I (#3), and what the test adds.
Notes checked(std::initializer_list<Item> more, Values E = {}) {
  Project project =
      kit::projectOf({node(2, "neuron.test", "E", std::move(E)), node(3, "neuron.test", "I")});
  for (const Item& item : more) project.items[item.id] = item;
  return check(project, registry());
}

/// Its fix, applied, silences the note.
void fixHolds(std::initializer_list<Item> more, Values E = {}) {
  Project project =
      kit::projectOf({node(2, "neuron.test", "E", std::move(E)), node(3, "neuron.test", "I")});
  for (const Item& item : more) project.items[item.id] = item;
  const Notes before = check(project, registry());
  QVERIFY2(before.size() == 1 && before[0].fix && !before[0].fix->title.empty(),
           qPrintable(words(before)));
  Document document(project);
  const auto applied = document.apply(*before[0].fix);
  QVERIFY2(applied, applied ? "" : applied.error().text().c_str());
  QVERIFY2(check(document.project(), registry()).empty(),
           qPrintable(words(check(document.project(), registry()))));
}

Item synapse(Values values = {}, std::uint64_t from = 2, std::string port = "in") {
  return wire(4, "synapse.static", {Id{from}, "out"}, {Id{3}, std::move(port)}, std::move(values));
}

}  // namespace

class CheckTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void goodProjectHasNoNotes() {
    const Notes notes =
        checked({synapse({{"weight", 0.5}, {"delay", 1.5}}),
                 wire(5, "wire.signal", {Id{2}, "V"}, {Id{6}, "in"}), node(6, "view.any", "scope")},
                {{"tau_m[3]", 12.0}, {"V.initial", -65.0}, {"n", Json{"[2, 5, 10]"}}});
    QVERIFY2(notes.empty(), qPrintable(words(notes)));
    QVERIFY(check(emptyProject(), registry()).empty());
  }

  void valuesAreNamed_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* key, const char* written, const char* said) {
      QTest::addRow("%s = %s", key, written)
          << QString(key) << QString(written) << QString::fromUtf8(said);
    };
    row("tau_m", "-5", "E: tau_m = -5 ms; allowed 0.1 … 1000 ms");
    row("tau_m", "2000", "E: tau_m = 2000 ms; allowed 0.1 … 1000 ms");
    row("tau_m", "20 ms", "E: tau_m = 20 ms; allowed 0.1 … 1000 ms");
    row("tau_m", "true", "E: tau_m = true; allowed 0.1 … 1000 ms");
    row("tau_m", "[1, -2]", "E: tau_m = -2 ms; allowed 0.1 … 1000 ms");
    row("tau_m", "[1, 2]", "E: tau_m has 2 values for 100 neurons");
    row("tau_m", "{\"normal\": {\"mean\": 1}}", "lacks \"sd\"");
    row("tau_m", "{\"uniform\": {\"min\": -9, \"max\": -8}}", "allowed 0.1 … 1000 ms");
    row("rate", "[1, 2]", "E: rate = [1, 2]; allowed 0 … 100000 Hz");  // is one for all
    row("order", "2.5", "E: order = 2.5; allowed whole numbers, 1 … 9");
    row("order", "12", "E: order = 12; allowed 1 … 9");
    row("mode", "c", "E: mode = c; allowed a, b");
    row("mode", "1", "E: mode = 1; allowed a text");
    row("plastic", "3", "E: plastic = 3; allowed true or false");
    row("n", "0", "E: n = 0");
    row("n", "[2, 0, 3]", "a grid [C, H, W] is allowed");
    row("n", "[1, 2, 3, 4]", "a grid [C, H, W] is allowed");
    row("n", "10000000", "E: n = 10000000; allowed 1 … 1000000");
    row("tau_m[100]", "5", "there are neurons 0 … 99");
    row("tau_m[x]", "5", "there are neurons 0 … 99");
    row("rate[1]", "5", "cannot differ per neuron");
    row("tau_m[1]", "-5", "tau_m[1] = -5 ms");
    row("V.initial", "low", "V.initial = low; allowed any number");
    row("W.initial", "1", "there is no column W");
    row("tau_mm", "1", "there is no parameter tau_mm");
  }
  void valuesAreNamed() {
    QFETCH(QString, key);
    QFETCH(QString, written);
    QFETCH(QString, said);
    const Values values = {{key.toStdString(), valueFromText(written.toStdString())}};
    const Notes notes = checked({}, values);
    QVERIFY2(notes.size() == 1 && words(notes).contains(said), qPrintable(words(notes)));
    QCOMPARE(notes[0].item, Id{2});
    QCOMPARE(QString::fromStdString(notes[0].key), key);
    fixHolds({}, values);
  }

  void nanIsRefused() {
    const Notes notes = checked({}, {{"tau_m", NAN}});
    QVERIFY2(words(notes).contains("E: tau_m = NaN ms; allowed 0.1 … 1000 ms"),
             qPrintable(words(notes)));
    QVERIFY(notes[0].level == Level::Error);
    fixHolds({}, {{"tau_m", NAN}});
    fixHolds({}, {{"tau_m", INFINITY}});
  }

  void drawsBeyondTheRangeAreTold() {
    const Notes notes = checked({}, {{"tau_m", Json{R"({"normal": {"mean": 20, "sd": 5}})"}}});
    QVERIFY2(notes.size() == 1 && notes[0].level == Level::Info, qPrintable(words(notes)));
    for (const char* held :
         {R"({"normal": {"mean": 20, "sd": 5, "min": 1, "max": 40}})",
          R"({"normal": {"mean": 20, "sd": 3}})", R"({"exponential": {"mean": 20, "min": 1}})",
          R"({"lognormal": {"mean": 1, "sd": 0.5}})"})
      QVERIFY2(checked({}, {{"tau_m", Json{held}}}).empty(), held);
  }

  void missingFiles() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.path().toStdString();
    QVERIFY(writeFileSafely(path / "there.csv", "1"));
    Project project =
        kit::projectOf({node(2, "neuron.test", "E", {{"file", std::string("there.csv")}})});
    QVERIFY(check(project, registry(), path).empty());
    project.items[Id{2}].values["file"] = std::string("none.csv");
    const Notes notes = check(project, registry(), path);
    QVERIFY2(words(notes).contains("there is no file") && words(notes).contains("none.csv"),
             qPrintable(words(notes)));
    QVERIFY(notes[0].level == Level::Error);
  }

  void unknownTypesAreKept() {
    const Notes notes = checked(
        {node(4, "neuron.future", "F"), wire(5, "synapse.static", {Id{4}, "out"}, {Id{3}, "in"})});
    QCOMPARE(notes.size(), std::size_t{2});
    QVERIFY(notes[0].level == Level::Info && notes[1].level == Level::Info);
    QVERIFY(words(notes).contains("neuron.future is not known"));
  }

  void wrongWires_data() {
    QTest::addColumn<int>("which");
    QTest::addColumn<QString>("said");
    QTest::newRow("no end") << 0 << "has no end";
    QTest::newRow("into nothing") << 1 << "into nothing: there is no item #9";
    QTest::newRow("from nothing") << 2 << "from nothing: there is no item #9";
    QTest::newRow("no such port") << 3 << "has no input \"none\"; there are: I, in, exc";
    QTest::newRow("output into output") << 4 << "has no input \"out\"";
    QTest::newRow("signals differ") << 5 << "gives trace, but I.in takes spikes";
    QTest::newRow("wrong kind of wire") << 6 << "need one of type synapse.static";
    QTest::newRow("events to 1-D") << 7 << "give it a grid";
    QTest::newRow("spikes to a camera view") << 8 << "gives spikes, but";
    QTest::newRow("node with ends") << 9 << "is not a wire";
  }
  void wrongWires() {
    QFETCH(int, which);
    QFETCH(QString, said);
    const Item camera = node(6, "source.camera", "cam"), any = node(7, "view.any", "any");
    Item node9 = node(4, "view.any", "odd");
    node9.from = {Id{2}, "V"};
    node9.to = {Id{7}, "in"};
    const Item wires[] = {wire(4, "synapse.static", {Id{2}, "out"}, {}),
                          wire(4, "synapse.static", {Id{2}, "out"}, {Id{9}, "in"}),
                          wire(4, "synapse.static", {Id{9}, "out"}, {Id{3}, "in"}),
                          wire(4, "synapse.static", {Id{2}, "out"}, {Id{3}, "none"}),
                          wire(4, "synapse.static", {Id{2}, "out"}, {Id{3}, "out"}),
                          wire(4, "synapse.static", {Id{2}, "V"}, {Id{3}, "in"}),
                          wire(4, "wire.signal", {Id{2}, "out"}, {Id{3}, "in"}),
                          wire(4, "encode.events", {Id{6}, "out"}, {Id{3}, "in"}),
                          wire(4, "wire.signal", {Id{2}, "out"}, {Id{7}, "in"}),
                          node9};
    const Notes notes = checked({camera, any, wires[which]});
    QVERIFY2(notes.size() == 1 && notes[0].level == Level::Error && words(notes).contains(said),
             qPrintable(words(notes)));
    fixHolds({camera, any, wires[which]});
  }

  void delays() {
    QVERIFY(words(checked({synapse({{"delay", 0.0}})}))
                .contains("E→I: delay = 0 ms; it must be above 0"));
    fixHolds({synapse({{"delay", -1.0}})});
    QVERIFY(checked({synapse({{"delay", 0.01}})})[0].level == Level::Info);
    QVERIFY(words(checked({synapse({{"delay", Json{R"({"uniform": {"min": -2, "max": -1}})"}}})}))
                .contains("no delay drawn"));
    QVERIFY(words(checked({synapse({{"weight", NAN}})})).contains("weight = NaN"));
  }

  void degrees() {
    const Values many = {{"rule", std::string("fixed_indegree")}, {"indegree", std::int64_t{101}}};
    QVERIFY(checked({synapse(many)}).empty());  // multapses make it possible
    Values single = many;
    single["multapses"] = false;
    QVERIFY2(words(checked({synapse(single)}))
                 .contains("indegree = 101; allowed 0 … 100 without multapses"),
             qPrintable(words(checked({synapse(single)}))));
    fixHolds({synapse(single)});
    single["indegree"] = std::int64_t{100};
    QVERIFY(checked({synapse(single)}).empty());
    single["autapses"] = false;
    QVERIFY(checked({synapse(single)}).empty());
    QVERIFY(words(checked({synapse(single, 3)})).contains("allowed 0 … 99"));
    QVERIFY(words(checked({synapse({{"rule", std::string("fixed_total")},
                                    {"total", std::int64_t{10001}},
                                    {"multapses", false}})}))
                .contains("allowed 0 … 10000"));
    QVERIFY(
        words(checked({synapse({{"rule", std::string("one_to_one")}})}, {{"n", std::int64_t{50}}}))
            .contains("50 meet 100"));
  }

  void conductancesAreNotNegative() {
    QVERIFY(words(checked({synapse({{"weight", -1.0}}, 2, "exc")})).contains("0 or more"));
    QVERIFY(checked({synapse({{"weight", -1.0}})}).empty());
  }

  void unitsOfTraces() {
    const Notes notes = checked({wire(4, "wire.signal", {Id{2}, "V"}, {Id{3}, "I"})});
    QVERIFY2(notes.size() == 1 && notes[0].level == Level::Warning &&
                 words(notes).contains("mV arrives where pA"),
             qPrintable(words(notes)));
  }

  /// 500 nodes and 1500 wires: it runs on every finished edit.
  void speed() {
    Project project = emptyProject();
    for (std::uint64_t id = 2; id < 502; ++id)
      project.items[Id{id}] = node(id, "neuron.test", "n" + std::to_string(id),
                                   {{"tau_m", 20.0}, {"x", 1.0}, {"y", 1.0}});
    for (std::uint64_t id = 502; id < 2002; ++id)
      project.items[Id{id}] = wire(id, "synapse.static", {Id{2 + id % 500}, "out"},
                                   {Id{2 + id * 7 % 500}, "in"}, {{"weight", 0.1}, {"delay", 1.5}});
    Notes notes;
    QBENCHMARK { notes = check(project, registry()); }
    QVERIFY(notes.empty());
  }

  void namesAndFrames() {
    QVERIFY(words(checked({node(4, "neuron.test", "E")})).contains("#2 has the same name"));
    fixHolds({node(4, "neuron.test", "E")});
    Item lost = node(4, "neuron.test", "L");
    lost.parent = Ref{Id{9}, ""};
    QVERIFY(words(checked({lost})).contains("does not exist"));
    fixHolds({lost});
    lost.parent = Ref{Id{2}, ""};
    QVERIFY(words(checked({lost})).contains("no frame"));
  }
};

QTEST_APPLESS_MAIN(CheckTest)
#include "check_test.moc"
