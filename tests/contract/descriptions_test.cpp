#include <QRegularExpression>
#include <QSet>
#include <QtTest>
#include <cmath>

#include "engine/graph/Given.h"
#include "engine/graph/History.h"
#include "engine/graph/ProjectFile.h"
#include "engine/graph/builtins.h"
#include "engine/graph/check.h"

namespace spk {
void addPlugins(Registry& registry);
void addViews(Registry& registry);
}  // namespace spk
using namespace spk;

/// What every description in the registry must say; new node types are held to it from their first
/// day. Each rule is also held against planted faults.
class DescriptionsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase();
  void everyTypeIsDescribed_data() { types(); }
  void everyTypeIsDescribed();
  void everyPresetIsAllowed_data() { types(); }
  void everyPresetIsAllowed();
  void everyEquivalentComesBack_data() { types(); }
  void everyEquivalentComesBack();
  void preparesWithItsDefaults_data() { types(); }
  void preparesWithItsDefaults();
  void savesAndLoads_data() { types(); }
  void savesAndLoads();
  void undoesAndRedoes_data() { types(); }
  void undoesAndRedoes();
  void idsAndTitlesDiffer();
  void formatsAreDescribed();
  void plantedFaultsAreFound_data();
  void plantedFaultsAreFound();

 private:
  void types() const {
    QTest::addColumn<QString>("id");
    for (const NodeType& type : registry_.nodeTypes())
      QTest::newRow(type.id.c_str()) << QString::fromStdString(type.id);
  }
  static QStringList faults(const NodeType& type, const Shape& shape);
  static QStringList parameterFaults(const Parameter& parameter, const Shape& shape);
  Item sample(const NodeType& type) const;

  Registry registry_;
};

namespace {

const QStringList kUnits = {"",      "mV", "ms",       "pA",     "nS",   "pF",    "GΩ",    "MΩ",
                            "kHz",   "Hz", "s",        "px",     "%",    "1/ms",  "1/mV",  "steps",
                            "µm",    "mm", "°",        "bins",   "px/s", "mV/ms", "pA/ms", "nS/ms",
                            "nS/mV", "°C", "events/s", "spikes", "µM",   "µM/s",  "1/s",   "mM"};

QString text(const std::string& words) { return QString::fromStdString(words); }
/// A sentence: begins with a capital or sign, ends with a full stop.
bool isSentence(const std::string& words) {
  return text(words).trimmed().size() >= 8 && text(words).trimmed().endsWith('.');
}

}  // namespace

void DescriptionsTest::initTestCase() {
  addBuiltIns(registry_);
  addPlugins(registry_);
  addViews(registry_);
  QVERIFY(registry_.nodeTypes().size() > 5);
}

QStringList DescriptionsTest::parameterFaults(const Parameter& parameter, const Shape& shape) {
  QStringList faults;
  const QString name = text(parameter.name);
  const auto fault = [&](const QString& words) { faults << "parameter " + name + ": " + words; };
  static const QRegularExpression kName("^[A-Za-z][A-Za-z0-9_]*$");
  if (!kName.match(name).hasMatch()) fault("a name that --set cannot take");
  if (text(parameter.doc).trimmed().size() < 8) fault("no words say what it is");
  if (!kUnits.contains(text(parameter.unit))) fault("unknown unit " + text(parameter.unit));
  const bool number = parameter.kind == Kind::Number || parameter.kind == Kind::Integer;
  if (number && !(parameter.min < parameter.max)) fault("no range");
  if (number && (std::isnan(parameter.min) || std::isnan(parameter.max))) fault("a range of NaN");
  if ((parameter.kind == Kind::Choice) == parameter.choices.empty())
    fault("choices belong to a choice, and to nothing else");
  if (const auto allowed = checkValue(parameter, parameter.initial); !allowed)
    fault("its own default is refused: " + text(allowed.error().what));
  if (parameter.shownIf.empty()) return faults;
  static const QRegularExpression kCondition(
      R"(^(\w+) (==|!=) (\S+)( \|\| (\w+) (==|!=) (\S+))*$)");
  const auto condition = kCondition.match(text(parameter.shownIf));
  if (!condition.hasMatch()) {
    fault("shownIf is no condition: " + text(parameter.shownIf));
    return faults;
  }
  for (const QString& part : text(parameter.shownIf).split(" || ")) {
    const QStringList words = part.split(' ');
    const Parameter* other = shape.parameter(words[0].toStdString());
    if (!other)
      fault("shownIf names " + words[0] + ", which is no parameter");
    else if (other->kind == Kind::Choice &&
             std::ranges::find(other->choices, words[2].toStdString()) == other->choices.end())
      fault("shownIf asks for " + words[2] + ", which is no choice of " + words[0]);
  }
  return faults;
}

QStringList DescriptionsTest::faults(const NodeType& type, const Shape& shape) {
  QStringList faults;
  static const QRegularExpression kId(
      "^(neuron|synapse|encode|wire|source|filter|flow|metric|learn|target|view|layout|lesson|"
      "astrocyte|project)\\.[a-z][a-z0-9_]*$");
  static const QMap<QString, QList<Role>> kRoles = {
      {"neuron", {Role::Population}},  {"astrocyte", {Role::Population}},
      {"synapse", {Role::Projection}}, {"encode", {Role::Projection}},
      {"wire", {Role::Projection}},    {"source", {Role::Source}},
      {"filter", {Role::Filter}},      {"flow", {Role::Filter}},
      {"metric", {Role::Metric}},      {"learn", {Role::Learner}},
      {"target", {Role::Target}},      {"view", {Role::View}},
      {"layout", {Role::Layout}},      {"lesson", {Role::Layout}},
      {"project", {Role::Layout}}};
  const auto id = kId.match(text(type.id));
  if (!id.hasMatch())
    faults << "the id " + text(type.id) + " follows no pattern";
  else if (!kRoles[id.captured(1)].contains(type.role))
    faults << "its id does not go with the role " + QString(roleWord(type.role));
  if (type.title.empty() || text(type.title).size() > 32) faults << "a title of 1 to 32 letters";
  if (!isSentence(type.doc) || text(type.doc).size() < 40) faults << "no sentences say what it is";
  if (type.group.empty()) faults << "no place in the palette";
  QSet<QString> names;
  for (const Port& port : shape.ports) {
    const QString name = text(port.name) + (port.input ? " (in)" : " (out)");
    if (names.contains(name)) faults << "two ports " + name;
    names.insert(name);
    if (text(port.doc).trimmed().size() < 6) faults << "port " + name + ": no words";
    if (!kUnits.contains(text(port.unit))) faults << "port " + name + ": unknown unit";
  }
  names.clear();
  int essential = 0;
  for (const Parameter& parameter : shape.parameters) {
    if (names.contains(text(parameter.name))) faults << "two parameters " + text(parameter.name);
    names.insert(text(parameter.name));
    essential += parameter.essential;
    faults << parameterFaults(parameter, shape);
  }
  if (essential > 3) faults << QString::number(essential) + " essential parameters; three at most";
  for (const Column& column : shape.columns) {
    const QString name = "column " + text(column.name);
    if (text(column.doc).trimmed().size() < 6) faults << name + ": no words";
    if (!kUnits.contains(text(column.unit))) faults << name + ": unknown unit " + text(column.unit);
    if (column.count < 1) faults << name + ": no compartments";
    if (!column.initialFrom.empty() && !shape.parameter(column.initialFrom))
      faults << name + " starts from " + text(column.initialFrom) + ", which is no parameter";
  }
  if (type.role == Role::Population && !shape.parameter("n")) faults << "a population without n";
  if (type.role == Role::View &&
      std::ranges::none_of(shape.ports, [](const Port& port) { return port.input; }))
    faults << "a view without an input";
  return faults;
}

void DescriptionsTest::everyTypeIsDescribed() {
  QFETCH(QString, id);
  const NodeType& type = *registry_.nodeType(id.toStdString());
  const Shape shape = registry_.describe(Item{.type = type.id});
  const QStringList found = faults(type, shape);
  QVERIFY2(found.isEmpty(), qPrintable("\n  " + found.join("\n  ")));
  const bool runs = type.body || type.step[0];
  if (type.role == Role::Population) QVERIFY(type.step[0] && type.step[1] && type.step[2]);
  if (type.role == Role::View || type.role == Role::Layout) QVERIFY(!runs);
}

void DescriptionsTest::everyPresetIsAllowed() {
  QFETCH(QString, id);
  const NodeType& type = *registry_.nodeType(id.toStdString());
  const Shape shape = registry_.describe(Item{.type = type.id});
  QSet<QString> names;
  for (const Preset& preset : type.presets) {
    QVERIFY2(!preset.name.empty() && !names.contains(text(preset.name)), preset.name.c_str());
    names.insert(text(preset.name));
    QVERIFY2(!preset.values.empty(), preset.name.c_str());
    for (const auto& [key, value] : preset.values) {
      const Parameter* parameter = shape.parameter(key);
      QVERIFY2(parameter, key.c_str());
      const auto allowed = checkValue(*parameter, value);
      QVERIFY2(bool(allowed), allowed ? "" : allowed.error().what.c_str());
    }
  }
}

void DescriptionsTest::everyEquivalentComesBack() {
  QFETCH(QString, id);
  const NodeType& type = *registry_.nodeType(id.toStdString());
  const Item item = sample(type);
  for (const Equivalent& equivalent : type.equivalents) {
    QVERIFY2(!equivalent.target.empty() && !equivalent.name.empty(), type.id.c_str());
    if (!equivalent.give || !equivalent.take) continue;  // one-way
    const auto back = equivalent.take(equivalent.give(item));
    QVERIFY2(bool(back), back ? "" : back.error().what.c_str());
    QCOMPARE(back.value().type, item.type);
    for (const auto& [key, value] : back.value().values)
      if (const auto written = item.values.find(key); written != item.values.end())
        QVERIFY2(value == written->second, key.c_str());
  }
}

void DescriptionsTest::preparesWithItsDefaults() {
  QFETCH(QString, id);
  const NodeType& type = *registry_.nodeType(id.toStdString());
  const Shape shape = registry_.describe(Item{.type = type.id});
  QCOMPARE(type.prepare != nullptr, !shape.constants.empty());
  if (!type.prepare) return;
  for (const double dt : {0.01, 0.1, 1.0}) {
    const double unwritten = std::nan("");
    std::vector<double> constants(shape.constants.size(), unwritten);
    const Values values;
    const auto done = type.prepare(Given(shape, values), dt, constants);
    QVERIFY2(bool(done), done ? "" : done.error().what.c_str());
    for (std::size_t i = 0; i < constants.size(); ++i)
      QVERIFY2(std::isfinite(constants[i]), shape.constants[i].c_str());
  }
}

/// With every parameter written: half of them a little away from the default.
Item DescriptionsTest::sample(const NodeType& type) const {
  Item item{.type = type.id};
  bool away = false;
  for (const Parameter& parameter : registry_.describe(item).parameters) {
    Value value = parameter.initial;
    away = !away;
    if (const double* number = std::get_if<double>(&value); number && away) {
      const double top = std::isfinite(parameter.max) ? parameter.max : *number + 1;
      value = *number + (top - *number) * 0.03125;
    }
    if (parameter.kind == Kind::Choice && away) value = parameter.choices.back();
    item.values[parameter.name] = std::move(value);
  }
  item.values["name"] = std::string("τ and \"quotes\"\n");
  item.values["of a newer version"] = Json{R"({"a": [1, 2.5, null]})"};
  return item;
}

void DescriptionsTest::savesAndLoads() {
  QFETCH(QString, id);
  const NodeType& type = *registry_.nodeType(id.toStdString());
  if (type.id == "project.settings") QSKIP("item 1 is in every project");
  Project project = emptyProject();
  for (int i = 0; i < 2; ++i) {
    Item item = sample(type);
    item.id = Id{project.nextId++};
    if (type.role == Role::Projection) item.from = {Id{2}, "out"}, item.to = {Id{3}, "in"};
    project.items[item.id] = item;
  }
  const std::string written = projectText(project);
  const auto loaded = readProject(written, registry_);
  QVERIFY2(bool(loaded), loaded ? "" : loaded.error().what.c_str());
  for (const auto& [number, item] : project.items) {
    const Item* back = loaded.value().project.find(number);
    QVERIFY(back);
    for (const auto& [key, value] : item.values)
      QVERIFY2(back->values.at(key) == value,
               (key + " " + valueText(value) + " " + valueText(back->values.at(key))).c_str());
    QVERIFY(*back == item);
  }
  QCOMPARE(projectText(loaded.value().project), written);
}

void DescriptionsTest::undoesAndRedoes() {
  QFETCH(QString, id);
  const NodeType& type = *registry_.nodeType(id.toStdString());
  if (type.id == "project.settings") QSKIP("item 1 is in every project");
  Document document;
  History history(document);
  Item item = sample(type);
  const Values values = std::exchange(item.values, {});
  item.id = document.newId();
  const Project before = document.project();
  QVERIFY(history.commit({.title = "Add", .ops = {Insert{item}}}));
  for (const auto& [key, value] : values)
    QVERIFY(history.commit(
        {.title = "Set", .ops = {setting(document.project(), item.id, key, value)}}));
  QVERIFY(history.commit({.title = "Remove", .ops = {Remove{*document.project().find(item.id)}}}));
  QVERIFY(document.project().items == before.items);
  QVERIFY(history.undo());
  const Project after = document.project();
  for (const auto& [key, value] : values)
    QVERIFY2(after.find(item.id)->values.at(key) == value, key.c_str());
  QCOMPARE(after.find(item.id)->values.size(), values.size());
  while (history.canUndo()) QVERIFY(history.undo());
  QVERIFY(document.project().items == before.items);
  for (std::size_t i = 0; i <= values.size(); ++i) QVERIFY(history.redo());
  QVERIFY(document.project().items == after.items);
}

void DescriptionsTest::idsAndTitlesDiffer() {
  QSet<QString> ids, titles;
  for (const NodeType& type : registry_.nodeTypes()) {
    QVERIFY2(!ids.contains(text(type.id)), type.id.c_str());
    QVERIFY2(!titles.contains(text(type.title)), type.title.c_str());
    ids.insert(text(type.id)), titles.insert(text(type.title));
  }
}

void DescriptionsTest::formatsAreDescribed() {
  QVERIFY(!registry_.fileFormats().empty());
  for (const FileFormat& format : registry_.fileFormats()) {
    static const QRegularExpression kId("^[a-z0-9][a-z0-9._-]*$");
    QVERIFY2(kId.match(text(format.id)).hasMatch(), format.id.c_str());
    QVERIFY2(!format.title.empty() && !format.endings.empty(), format.id.c_str());
    QVERIFY2(format.sniff && format.open, format.id.c_str());
    Shape shape;
    shape.parameters = format.options;
    for (const Parameter& option : format.options) {
      const QStringList found = parameterFaults(option, shape);
      QVERIFY2(found.isEmpty(), qPrintable(text(format.id) + ": " + found.join("; ")));
    }
  }
}

namespace {

NodeType good() {
  NodeType type{"neuron.good", "Good", "A type that says all that a type must say, and no more.",
                Role::Population, "Neurons"};
  type.shape.ports = {{.name = "in", .input = true, .unit = "mV", .doc = "Spikes that come in."},
                      {.name = "out", .doc = "Its own spikes."}};
  type.shape.parameters = {
      {.name = "n", .kind = Kind::Grid, .initial = std::int64_t{1}, .doc = "How many neurons."},
      {.name = "tau_m",
       .initial = 20.0,
       .unit = "ms",
       .min = 0.1,
       .max = 1000,
       .doc = "Membrane time constant."},
      {.name = "rule",
       .kind = Kind::Choice,
       .initial = std::string("a"),
       .doc = "Which of two.",
       .choices = {"a", "b"}},
      {.name = "p",
       .initial = 0.5,
       .min = 0,
       .max = 1,
       .doc = "Chance of the second.",
       .shownIf = "rule == b"}};
  type.shape.columns = {{"V", "mV", 0, "Membrane potential."}};
  return type;
}
struct Planted {
  const char* name;
  void (*spoil)(NodeType&);
};
const Planted kPlanted[] = {
    {"id", [](NodeType& t) { t.id = "Neuron.Good"; }},
    {"role",
     [](NodeType& t) {
       t.role = Role::View;
       t.id = "source.x";
     }},
    {"title", [](NodeType& t) { t.title.clear(); }},
    {"doc", [](NodeType& t) { t.doc = "short."; }},
    {"group", [](NodeType& t) { t.group.clear(); }},
    {"port twice", [](NodeType& t) { t.shape.ports.push_back(t.shape.ports[0]); }},
    {"port doc", [](NodeType& t) { t.shape.ports[0].doc.clear(); }},
    {"port unit", [](NodeType& t) { t.shape.ports[0].unit = "furlong"; }},
    {"no n", [](NodeType& t) { t.shape.parameters.erase(t.shape.parameters.begin()); }},
    {"parameter twice", [](NodeType& t) { t.shape.parameters.push_back(t.shape.parameters[1]); }},
    {"parameter name", [](NodeType& t) { t.shape.parameters[1].name = "tau m"; }},
    {"parameter doc", [](NodeType& t) { t.shape.parameters[1].doc.clear(); }},
    {"parameter unit", [](NodeType& t) { t.shape.parameters[1].unit = "msec"; }},
    {"default out of range", [](NodeType& t) { t.shape.parameters[1].initial = 2000.0; }},
    {"default of another kind",
     [](NodeType& t) { t.shape.parameters[1].initial = std::string("x"); }},
    {"range", [](NodeType& t) { t.shape.parameters[1].min = 1e4; }},
    {"choices", [](NodeType& t) { t.shape.parameters[2].choices.clear(); }},
    {"default no choice", [](NodeType& t) { t.shape.parameters[2].initial = std::string("c"); }},
    {"shownIf nobody", [](NodeType& t) { t.shape.parameters[3].shownIf = "mode == b"; }},
    {"shownIf no choice", [](NodeType& t) { t.shape.parameters[3].shownIf = "rule == c"; }},
    {"shownIf words", [](NodeType& t) { t.shape.parameters[3].shownIf = "when b"; }},
    {"essential",
     [](NodeType& t) {
       for (Parameter& p : t.shape.parameters) p.essential = true;
     }},
    {"column doc", [](NodeType& t) { t.shape.columns[0].doc.clear(); }},
    {"column unit", [](NodeType& t) { t.shape.columns[0].unit = "volts"; }},
    {"column start", [](NodeType& t) { t.shape.columns[0].initialFrom = "V_0"; }},
};

}  // namespace

void DescriptionsTest::plantedFaultsAreFound_data() {
  QTest::addColumn<int>("which");
  QCOMPARE(faults(good(), good().shape), QStringList());
  for (int i = 0; i < static_cast<int>(std::size(kPlanted)); ++i)
    QTest::newRow(kPlanted[i].name) << i;
}
void DescriptionsTest::plantedFaultsAreFound() {
  QFETCH(int, which);
  NodeType type = good();
  kPlanted[which].spoil(type);
  QVERIFY(!faults(type, type.shape).isEmpty());
}

QTEST_APPLESS_MAIN(DescriptionsTest)
#include "descriptions_test.moc"
