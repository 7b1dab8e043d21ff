// The closed list of models in resources/docs/models.md against the registry, both ways.
#include <QFile>
#include <QFileInfo>
#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <QtTest>

#include "engine/graph/builtins.h"

namespace spk {
void addPlugins(Registry& registry);
}
using namespace spk;

namespace {

struct List {
  QMap<QString, QString> tests;  ///< by id
  QSet<QString> planned;
  QStringList faults;
};

/// Reads the tables: rows "| `id` | words | `test` |", and those below "## Not yet" without a test.
List readList(const QString& text) {
  static const QRegularExpression kRow(
      R"(^\| `([a-z]+\.[a-z0-9_]+)` \| ([^|]+) \|(?: `([^`|]+)` \|)?$)");
  List list;
  bool later = false;
  for (const QString& line : text.split('\n')) {
    if (line.startsWith("## ")) later = line == "## Not yet";
    if (!line.startsWith("| `")) continue;
    const auto row = kRow.match(line);
    const QString id = row.captured(1);
    if (!row.hasMatch() || row.captured(3).isEmpty() != later)
      list.faults << "no such row: " + line;
    else if (list.tests.contains(id) || list.planned.contains(id))
      list.faults << "twice: " + id;
    else if (later)
      list.planned << id;
    else
      list.tests[id] = row.captured(3);
  }
  return list;
}

/// Ids of all that computes: neurons, astrocytes, synapses, encoders, sources, filters.
QSet<QString> registered() {
  Registry registry;
  addBuiltIns(registry);
  addPlugins(registry);
  static const QRegularExpression kModel("^(neuron|astrocyte|synapse|encode|source|filter)\\.");
  QSet<QString> ids;
  for (const NodeType& type : registry.nodeTypes())
    if (const QString id = QString::fromStdString(type.id); kModel.match(id).hasMatch()) ids << id;
  return ids;
}

QStringList differences(const List& list, const QSet<QString>& types) {
  QStringList found = list.faults;
  for (const QString& id : types)
    if (!list.tests.contains(id)) found << id + " has no row";
  for (const auto& [id, test] : list.tests.asKeyValueRange()) {
    if (!types.contains(id)) found << id + " has a row but no type";
    if (!QFileInfo::exists(SPK_SOURCE_DIR "/" + test)) found << id + ": there is no " + test;
  }
  for (const QString& id : list.planned)
    if (types.contains(id)) found << id + " is said to come later, but is there";
  found.sort();
  return found;
}

}  // namespace

class ModelsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void listAndRegistryAgree() {
    QFile file(SPK_SOURCE_DIR "/resources/docs/models.md");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const List list = readList(QString::fromUtf8(file.readAll()));
    QVERIFY(list.tests.size() > 10);
    const QStringList found = differences(list, registered());
    QVERIFY2(found.isEmpty(), qPrintable("\n  " + found.join("\n  ")));
  }

  /// In the last table of events.md each row names tests that exist.
  void everyMistakeOfOthersHasItsTest() {
    QFile file(SPK_SOURCE_DIR "/resources/docs/events.md");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(file.readAll()).section("## What others got wrong", 1);
    static const QRegularExpression kNamed(R"(((?:`\w+`(?:, )?)+) in `([\w/.]+_test\.cpp)`)");
    int rows = 0;
    for (const QString& line : text.split('\n')) {
      if (!line.startsWith("| ") || line.startsWith("| mistake")) continue;
      auto named = kNamed.globalMatch(line);
      QVERIFY2(named.hasNext(), qPrintable(line));
      for (++rows; named.hasNext();) {
        const auto match = named.next();
        QFile test(SPK_SOURCE_DIR "/" + match.captured(2));
        QVERIFY2(test.open(QIODevice::ReadOnly), qPrintable(match.captured(2)));
        const QString code = QString::fromUtf8(test.readAll());
        for (const QString& name : match.captured(1).remove('`').split(", "))
          QVERIFY2(code.contains("void " + name + "()"), qPrintable(name));
      }
    }
    QVERIFY(rows >= 8);
  }

  void everyDifferenceIsFound() {
    const QString test = "tests/contract/models_test.cpp";
    const List list =
        readList("| `neuron.a` | one | `" + test + "` |\n| `neuron.b` | two | `" + test +
                 "` |\n| `neuron.d` | no test |\n## Not yet\n" + "| `neuron.c` | three |\n");
    QCOMPARE(differences(list, {"neuron.a", "neuron.b"}),
             QStringList{"no such row: | `neuron.d` | no test |"});
    QCOMPARE(differences(list, {"neuron.a", "neuron.c", "neuron.e"}).size(), 5);
    QVERIFY(differences(readList("| `neuron.a` | one | `tests/none.cpp` |\n"), {"neuron.a"}) ==
            QStringList{"neuron.a: there is no tests/none.cpp"});
  }
};

QTEST_APPLESS_MAIN(ModelsTest)
#include "models_test.moc"
