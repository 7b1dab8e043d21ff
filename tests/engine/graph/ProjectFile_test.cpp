#include "engine/graph/ProjectFile.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>

#include "engine/base/file.h"
#include "engine/graph/blobs.h"
#include "tests/kit/graph.h"

using namespace spk;
using kit::node;
using kit::wire;
namespace fs = std::filesystem;

namespace {

const Registry& registry() {
  static const Registry kRegistry = kit::registry();
  return kRegistry;
}

/// One of everything.
Project rich() {
  Item inner = node(6, "neuron.test", "µ \"quoted\" \\ \n Ω",
                    {{"tau_m", Json{R"({"normal": {"mean": 20.0, "sd": 2}})"}},
                     {"tau_m[17]", 5.0},
                     {"n", Json{"[2, 3, 4]"}},
                     {"empty", std::string()},
                     {"null", Json{"null"}},
                     {"V.initial", -65.0}});
  inner.parent = Ref{Id{5}, ""};
  Project project =
      kit::projectOf({node(2, "neuron.test", "E",
                           {{"n", std::int64_t{800}},
                            {"tau_m", 20.0},
                            {"plastic", true},
                            {"third", 1.0 / 3},
                            {"tiny", 5e-324},
                            {"inf", INFINITY}}),
                      node(3, "neuron.future", "F", {{"x", -12.5}}),
                      wire(4, "synapse.static", {Id{2}, "out"}, {Id{6}, "in"}, {{"weight", -0.1}}),
                      node(5, "layout.frame", "f"), inner,
                      wire(7, "wire.signal", {Id{2}, "a.b.c"}, {Id{4}, "reward"})});
  project.items[Id{3}].unknown = {{"future", Json{"[1, {\"a\": 2.0}]"}},
                                  {"more", Json{"\"text\""}}};
  project.unknown = {{"licence", Json{"{\"by\": \"me\"}"}}};
  project.nextId = 40;
  return project;
}

QString failure(std::string_view text) {
  const auto read = readProject(text, registry());
  return read ? QString() : QString::fromStdString(read.error().text());
}

}  // namespace

class ProjectFileTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { QVERIFY(folder_.emplace().isValid()); }

  void readIsTheInverseOfWrite() {
    for (const Project& project : {emptyProject(), rich()}) {
      const std::string text = projectText(project);
      const auto read = readProject(text, registry());
      QVERIFY2(read, read ? "" : read.error().text().c_str());
      QVERIFY(read.value().project == project);
      QCOMPARE(projectText(read.value().project), text);
    }
  }

  void textIsReadable() {
    Project project =
        kit::projectOf({node(2, "neuron.test", "E", {{"n", std::int64_t{800}}, {"tau_m", 20.0}}),
                        wire(3, "synapse.static", {Id{2}, "out"}, {Id{2}, "in"},
                             {{"weight", 0.1},
                              {"delay", 1.5},
                              {"rule", std::string("fixed_indegree")},
                              {"indegree", std::int64_t{80}}})});
    QCOMPARE(QString::fromStdString(projectText(project)), QString(R"({
  "spikarium": 1,
  "nextId": 4,
  "items": [
    {"id": 1, "type": "project.settings", "values": {
      "dt": 0.1,
      "duration": 10.0,
      "pace": 1.0,
      "seed": 1
    }},
    {"id": 2, "type": "neuron.test", "values": {"n": 800, "name": "E", "tau_m": 20.0}},
    {"id": 3, "type": "synapse.static", "from": "2.out", "to": "2.in", "values": {
      "delay": 1.5,
      "indegree": 80,
      "rule": "fixed_indegree",
      "weight": 0.1
    }}
  ]
}
)"));
  }

  void damageIsNamedWithItsPlace_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* text, const char* words) {
      QTest::newRow(words) << QString(text) << QString(words);
    };
    row("", "line 1, column 1");
    row("{\n  \"spikarium\": 1,\n  \"items\": [\n    {\"id\": 2, \"type\" \"x\"}\n  ]\n}",
        "line 4");
    row("{\n  \"spikarium\": 1,\n  \"items\": [\n    {\"id\": 2, \"type\" \"x\"}\n  ]\n}",
        "the colon after a name is missing (line 4, column 24)");
    row("{\"spikarium\": 1,\n \"items\": [", "it ends too early");
    row("{\"spikarium\": 1,\n \"items\": [] []", "the closing } is missing");
    row("{\"spikarium\": 1, \"items\": []} x", "more text behind its end");
    row("{\"spikarium\": 1, \"items\": [\"a]}", "a text in quotes is not closed");
    row("{\"spikarium\": 1, items: []}", "a name in quotes is expected");
    row("{\"spikarium\": nil}", "neither text, number, list nor object");
    row("[]", "is no Spikarium project");
    row("{\"spikarium\": \"1\", \"items\": []}", "is no Spikarium project");
    row("{\"spikarium\": 1}", "lacks \"items\"");
    row("{\"spikarium\": 1, \"items\": {}}", "is no list");
    row("{\"spikarium\": 1, \"items\": [3]}", "an object is expected");
    row("{\"spikarium\": 1, \"items\": [{\"type\": \"x\"}]}", "lacks \"id\"");
    row("{\"spikarium\": 1, \"items\": [{\"id\": 0, \"type\": \"x\"}]}", "number of 1 or more");
    row("{\"spikarium\": 1, \"items\": [{\"id\": 1, \"type\": \"x\"}]}", "project's settings");
    row("{\"spikarium\": 1, \"items\": [{\"id\": 2}]}", "item 2: lacks \"type\"");
    row("{\"spikarium\": 1, \"items\": [{\"id\": 2, \"type\": \"x\"}, {\"id\": 2, \"type\": "
        "\"x\"}]}",
        "item 2: is there twice");
    row("{\"spikarium\": 1, \"items\": [{\"id\": 2, \"type\": \"x\", \"from\": \"out\"}]}",
        "3.out");
    row("{\"spikarium\": 1, \"items\": [{\"id\": 2, \"type\": \"x\", \"values\": []}]}",
        "\"values\" is no object");
    row("{\"spikarium\": 1, \"items\": [], \"items\": []}", "is there twice");
    row("{\"spikarium\": 1, \"nextId\": \"a\", \"items\": []}", "\"nextId\"");
  }
  void damageIsNamedWithItsPlace() {
    QFETCH(QString, text);
    QFETCH(QString, words);
    QVERIFY2(failure(text.toStdString()).contains(words), qPrintable(failure(text.toStdString())));
  }

  void olderAndNewerProjects() {
    const auto read = readProject(
        R"({"spikarium": 2, "shape": 3, "items": [{"id": 9, "type": "neuron.test", "values": {"tau": 7.0}}]})",
        registry());
    QVERIFY(read);
    const Project& project = read.value().project;
    QCOMPARE(numberOr(project.find(Id{9})->values, "tau_m", 0), 7.0);  // renamed
    QCOMPARE(project.nextId, std::uint64_t{10});
    QVERIFY(project.items.contains(Id::settings));
    QCOMPARE(read.value().notes.size(), std::size_t{2});
    QVERIFY(read.value().notes[0].text.find("newer version") != std::string::npos);
    QVERIFY(projectText(project).find("\"spikarium\": 2,") != std::string::npos);
    QVERIFY(projectText(project).find("\"shape\": 3,") != std::string::npos);
  }

  void savesAndLoadsWithBlobs() {
    Project project = rich();
    project.items[Id{2}].values["painted"] = Blob({2, 3}, {1, 2, 3, 4, 5, NAN});
    project.items[Id{3}].values["scalar"] = Blob({}, {7});
    project.items[Id{5}].values["none"] = Blob({0}, {});
    QVERIFY(save(project, at("a.spk")));
    QVERIFY(fs::exists(at("a.blobs")));
    auto loaded = load(at("a.spk"), registry());
    QVERIFY2(loaded, loaded ? "" : loaded.error().text().c_str());
    QVERIFY(loaded.value().project == project);
    const Blob& blob = std::get<Blob>(loaded.value().project.find(Id{2})->values.at("painted"));
    QVERIFY(!blob.isMissing() && blob.numbers()[4] == 5 && std::isnan(blob.numbers()[5]));
    QVERIFY((blob.shape() == std::vector<std::size_t>{2, 3}));
    QVERIFY(
        std::get<Blob>(loaded.value().project.find(Id{3})->values.at("scalar")).shape().empty());

    fs::remove(at("a.blobs") / (blob.name() + ".h5"));
    loaded = load(at("a.spk"), registry());
    QVERIFY(std::ranges::any_of(loaded.value().notes, [](const Note& n) {
      return n.text.find("array of painted is missing") != std::string::npos;
    }));
    QVERIFY(loaded.value().project == project);  // its name is kept
    QVERIFY(save(loaded.value().project, at("b.spk")));
    QCOMPARE(readFile(at("a.spk")).value(), readFile(at("b.spk")).value());
  }

  void aBlobFileThatWasExchangedIsNotBelieved() {
    const Blob a({1}, {1}), b({1}, {2});
    QVERIFY(writeBlobs(kit::projectOf({node(2, "x", "", {{"a", a}, {"b", b}})}), at("blobs")));
    fs::rename(at("blobs") / (a.name() + ".h5"), at("blobs") / (b.name() + ".h5"));
    QVERIFY(readBlob(b.name(), at("blobs")).error().text().find("another array") !=
            std::string::npos);
    QVERIFY(!readBlob("../../etc/passwd", at("blobs")));
  }

  void theOldFileStaysAsBak() {
    QVERIFY(save(emptyProject(), at("a.spk")));
    QVERIFY(save(rich(), at("a.spk")));
    QVERIFY(load(at("a.spk.bak"), registry()).value().project == emptyProject());
    QVERIFY(writeFileSafely(at("a.spk"), "{\"spik"));
    const auto broken = load(at("a.spk"), registry());
    QVERIFY(!broken &&
            broken.error().text().find("a.spk.bak holds the version before") != std::string::npos);
  }

  void editsAsLines() {
    const Project project = rich();
    const Edit edit{
        "Everything, \"quoted\"",
        {Insert{*project.find(Id{3})}, Remove{*project.find(Id{4})},
         Set{Id{2}, "n", {}, Value(1.0)}, Set{Id{2}, "n", Value(1.0), {}},
         Set{Id{4}, "from", Ref{Id{2}, "out"}, Ref{}}, Set{Id{6}, "parent", Ref{Id{5}, ""}, Ref{}},
         Set{Id{2}, "from", Value(std::string("3.out")), Value(true)},
         Set{Id{2}, "list", Value(Json{"[1, 2]"}), Value(Json{"null"})}}};
    const std::string line = editText(edit);
    QVERIFY(line.find('\n') == std::string::npos);
    QVERIFY(readEdit(line).value() == edit);
    QVERIFY(!readEdit("{}") && !readEdit("{\"title\": \"a\", \"ops\": [{\"set\": 3}]}") &&
            !readEdit("nothing"));
  }

  void saveSpeed() {
    const Project project = large();
    QBENCHMARK { QVERIFY(save(project, at("big.spk"))); }
  }
  void loadSpeed() {
    QVERIFY(save(large(), at("big.spk")));
    QBENCHMARK {
      QCOMPARE(load(at("big.spk"), registry()).value().project.items.size(), std::size_t{2001});
    }
  }

 private:
  /// 500 nodes and 1500 wires.
  static Project large() {
    Project project = emptyProject();
    for (std::uint64_t id = 2; id < 502; ++id)
      project.items[Id{id}] =
          node(id, "neuron.test", "n" + std::to_string(id),
               {{"x", 1.5}, {"y", 2.5}, {"tau_m", 20.0}, {"n", std::int64_t{5}}});
    for (std::uint64_t id = 502; id < 2002; ++id)
      project.items[Id{id}] =
          wire(id, "synapse.static", {Id{2 + id % 500}, "out"}, {Id{2 + id * 7 % 500}, "in"},
               {{"weight", 0.1}, {"delay", 1.5}, {"rule", std::string("fixed_indegree")}});
    project.nextId = 2002;
    return project;
  }
  fs::path at(const char* name) const { return fs::path(folder_->path().toStdString()) / name; }
  std::optional<QTemporaryDir> folder_;
};

QTEST_APPLESS_MAIN(ProjectFileTest)
#include "ProjectFile_test.moc"
