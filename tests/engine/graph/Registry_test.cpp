#include "engine/graph/Registry.h"

#include <QTest>

#include "engine/graph/check.h"
#include "tests/kit/graph.h"

using namespace spk;

class RegistryTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void commonParameters() {
    const Registry registry = kit::registry();
    const auto has = [&](const char* type, const char* parameter) {
      return registry.describe({Id{2}, type, {}, {}, {}, {}}).parameter(parameter) != nullptr;
    };
    for (const char* key : {"name", "muted", "bypassed", "x", "y", "stream"})
      QVERIFY2(has("neuron.test", key), key);
    for (const char* key : {"name", "muted", "x", "y", "stream"})
      QVERIFY2(has("source.camera", key), key);
    for (const char* key : {"name", "muted", "stream", "points"})
      QVERIFY2(has("synapse.static", key), key);
    for (const char* key : {"name", "x", "y", "w", "h", "collapsed"})
      QVERIFY2(has("layout.frame", key), key);
    QVERIFY(has("filter.noise", "bypassed"));
    QVERIFY(!has("source.camera", "bypassed") && !has("view.raster", "bypassed") &&
            !has("view.raster", "stream"));
    QVERIFY(!has("synapse.static", "x") && !has("layout.frame", "muted") &&
            !has("project.settings", "name"));
    QVERIFY(registry.describe({Id{2}, "none.such", {}, {}, {}, {}}).parameters.empty());
  }

  void ownParameterGoesFirst() {
    Registry registry;
    NodeType type = kit::simple("view.own", Role::View, {});
    type.shape.parameters = {{.name = "x", .kind = Kind::Text, .initial = std::string("mine")}};
    registry.add(type);
    const Shape shape = registry.describe({Id{2}, "view.own", {}, {}, {}, {}});
    QVERIFY(shape.parameter("x")->kind == Kind::Text);
    QCOMPARE(std::ranges::count(shape.parameters, std::string("x"), &Parameter::name), 1);
  }

  void columnsAreOutputs() {
    const Shape shape = kit::registry().describe({Id{2}, "neuron.test", {}, {}, {}, {}});
    const Port* V = shape.port("V");
    QVERIFY(V && !V->input && V->signal == Signal::Trace && V->unit == "mV");
  }

  /// What the contract tests ask of every type, for the built-in ones.
  void builtInsAreDescribed() {
    const Registry registry = [] {
      Registry made;
      addBuiltIns(made);
      return made;
    }();
    QCOMPARE(registry.nodeTypes().size(), std::size_t{8});
    for (const NodeType& type : registry.nodeTypes()) {
      QVERIFY2(!type.doc.empty() && !type.title.empty() && !type.group.empty(), type.id.c_str());
      const Shape shape = registry.describe({Id{2}, type.id, {}, {}, {}, {}});
      for (const Parameter& parameter : shape.parameters) {
        const std::string name = type.id + "." + parameter.name;
        QVERIFY2(!parameter.doc.empty(), name.c_str());
        QVERIFY2(checkValue(parameter, parameter.initial), name.c_str());
      }
    }
    const Project empty = emptyProject();
    for (const auto& [key, value] : empty.settings().values)
      QVERIFY(registry.nodeType("project.settings")->shape.parameter(key));
  }
};

QTEST_APPLESS_MAIN(RegistryTest)
#include "Registry_test.moc"
