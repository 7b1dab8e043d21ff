#include "engine/graph/Document.h"

#include <QTest>
#include <cmath>

#include "tests/kit/graph.h"

using namespace spk;
using kit::node;
using kit::wire;

class DocumentTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void emptyHasSettings() {
    const Document document;
    const Item& settings = document.project().settings();
    QCOMPARE(settings.id, Id::settings);
    QCOMPARE(numberOr(settings.values, "dt", 0), 0.1);
    QCOMPARE(integerOr(settings.values, "seed", 0), std::int64_t{1});
    QCOMPARE(document.project().items.size(), std::size_t{1});
    QCOMPARE(Project().settings().id, Id::settings);
  }

  void appliesAndTellsOnce() {
    Document document;
    int told = 0;
    document.onEdit = [&](const Edit&) { ++told; };
    const Id id = document.newId();
    QCOMPARE(number(id), std::uint64_t{2});
    QVERIFY(document.apply(
        {"Add", {Insert{node(2, "neuron.test", "E")}, Set{id, "n", {}, Value(std::int64_t{5})}}}));
    QCOMPARE(told, 1);
    QCOMPARE(document.version(), std::uint64_t{1});
    QCOMPARE(integerOr(document.project().find(id)->values, "n", 0), std::int64_t{5});
    QCOMPARE(number(document.newId()), std::uint64_t{3});
    QVERIFY(document.apply({"Far", {Insert{node(70, "neuron.test")}}}));
    QCOMPARE(number(document.newId()), std::uint64_t{71});
  }

  void allOrNothing_data() {
    QTest::addColumn<int>("which");
    const char* names[] = {"known id",
                           "missing item removed",
                           "changed item removed",
                           "missing item set",
                           "wrong before",
                           "settings removed",
                           "no number",
                           "no type",
                           "broken Json",
                           "too deep Json",
                           "empty key",
                           "key is no text",
                           "id too large",
                           "inside itself",
                           "end of a wire under a value's key",
                           "value where an end was"};
    for (int i = 0; i < 16; ++i) QTest::newRow(names[i]) << i;
  }
  void allOrNothing() {
    QFETCH(int, which);
    const Item E = node(2, "neuron.test", "E"), frame = node(3, "layout.frame", "f");
    Item inner = node(4, "layout.frame", "g");
    inner.parent = Ref{Id{3}, ""};
    Document document(kit::projectOf({E, frame, inner}));
    const Project before = document.project();
    int told = 0;
    document.onEdit = [&](const Edit&) { ++told; };
    Item other = E;
    other.values["n"] = 1.0;
    const std::string deep = std::string(65, '[') + std::string(65, ']');
    const Operation bad[] = {Insert{E},
                             Remove{node(9, "x")},
                             Remove{other},
                             Set{Id{9}, "n", {}, Value(1.0)},
                             Set{Id{2}, "name", Value(std::string("I")), Value(1.0)},
                             Remove{document.project().settings()},
                             Insert{node(0, "x")},
                             Insert{node(9, "")},
                             Set{Id{2}, "list", {}, Value(Json{"[1,"})},
                             Insert{node(9, "x", "", {{"a", Json{deep}}})},
                             Set{Id{2}, "", {}, Value(1.0)},
                             Set{Id{2}, "\xff", {}, Value(1.0)},
                             Insert{node((std::uint64_t{1} << 53) + 1, "x")},
                             Set{Id{3}, "parent", Ref{}, Ref{Id{4}, ""}},
                             Set{Id{2}, "tau_m", Ref{}, Ref{Id{4}, ""}},
                             Set{Id{2}, "from", Value(1.0), Ref{Id{4}, ""}}};
    const Edit edit{"Bad",
                    {Insert{node(20, "neuron.test")}, Set{Id{2}, "n", {}, Value(7.0)}, bad[which]}};
    const auto result = document.apply(edit);
    QVERIFY(!result);
    QVERIFY(!result.error().text().empty());
    QVERIFY(document.project() == before);
    QCOMPARE(told, 0);
  }

  void nanCanBeSetBackAndRemoved() {
    Document document(kit::projectOf({node(2, "neuron.test", "E")}));
    const Set toNan{Id{2}, "tau_m", {}, Value(NAN)};
    QVERIFY(document.apply({"NaN", {toNan}}));
    QVERIFY(document.apply({"Remove", {Remove{*document.project().find(Id{2})}}}));
    QVERIFY(document.apply(inverse({"Remove", {Remove{[] {
                                      Item i = node(2, "neuron.test", "E");
                                      i.values["tau_m"] = NAN;
                                      return i;
                                    }()}}})));
    QVERIFY(document.apply(inverse({"NaN", {toNan}})));
    QVERIFY(!document.project().find(Id{2})->values.contains("tau_m"));
  }

  void jsonIsKeptInOneSpelling() {
    Document document(kit::projectOf({node(2, "neuron.test", "E")}));
    QVERIFY(document.apply({"List", {Set{Id{2}, "tau_m", {}, Value(Json{"[1,2 ,3.0]"})}}}));
    QVERIFY(document.project().find(Id{2})->values.at("tau_m") == Value(Json{"[1, 2, 3.0]"}));
    QVERIFY(document.apply(
        {"Number", {Set{Id{2}, "tau_m", Value(Json{"[1,2,3.0]"}), Value(Json{"5"})}}}));
    QVERIFY(document.project().find(Id{2})->values.at("tau_m") == Value(std::int64_t{5}));
  }

  /// A source has parameters `from` and `to`; a wire has ends of that name.
  void endsAndValuesOfOneName() {
    const Item stream = node(2, "source.camera", "cam", {{"from", 1.0}});
    Document document(kit::projectOf(
        {stream, node(3, "view.any"), wire(4, "wire.signal", {Id{2}, "out"}, {Id{3}, "in"})}));
    const Project& project = document.project();
    QVERIFY(document.apply({"Value", {setting(project, Id{2}, "from", Value(2.0))}}));
    QCOMPARE(numberOr(project.find(Id{2})->values, "from", 0), 2.0);
    QVERIFY(document.apply({"End", {setting(project, Id{4}, "to", Ref{Id{2}, "in"})}}));
    QCOMPARE(project.find(Id{4})->to.item, Id{2});
    QVERIFY(document.apply(
        {"Unwrite", {setting(project, Id{2}, "from", {}), setting(project, Id{4}, "to", {})}}));
    QVERIFY(!project.find(Id{2})->values.contains("from"));
    QCOMPARE(project.find(Id{4})->to.item, Id::none);
  }

  void pathsAndNames() {
    Item inner = node(4, "neuron.test", "E"), deep = node(6, "neuron.test");
    inner.parent = deep.parent = Ref{Id{3}, ""};
    const Project project =
        kit::projectOf({node(2, "neuron.test", "E"), node(3, "layout.frame", "group"), inner,
                        node(5, "neuron.test", "only"), deep});
    QCOMPARE(itemByPath(project, "E").value(), Id{2});  // the exact path goes first
    QCOMPARE(itemByPath(project, "group/E").value(), Id{4});
    QCOMPARE(itemByPath(project, "only").value(), Id{5});
    QCOMPARE(itemByPath(project, "#4").value(), Id{4});
    QCOMPARE(itemByPath(project, "settings").value(), Id::settings);
    QVERIFY(itemByPath(project, "none").error().text().find("group/E") != std::string::npos);
    QCOMPARE(itemPath(project, Id{4}), std::string("group/E"));
    QCOMPARE(itemPath(project, Id{6}), std::string("group/#6"));
    QCOMPARE(itemPath(project, Id{99}), std::string("#99"));
    QCOMPARE(uniqueName(project, Id::none, "E"), std::string("E 2"));
    QCOMPARE(uniqueName(project, Id{3}, "only"), std::string("only"));
    Item twin = node(7, "neuron.test", "twin"), other = twin;
    twin.parent = Ref{Id{3}, ""};
    Project two =
        kit::projectOf({node(3, "layout.frame", "a"), node(8, "layout.frame", "b"), twin});
    other.id = Id{9};
    other.parent = Ref{Id{8}, ""};
    two.items[Id{9}] = other;
    QVERIFY(itemByPath(two, "twin").error().text().find("several") != std::string::npos);
  }

  void framesThatEncloseEachOtherDoNotHang() {
    Item a = node(2, "layout.frame", "a"), b = node(3, "layout.frame", "b");
    a.parent = Ref{Id{3}, ""};
    b.parent = Ref{Id{2}, ""};
    const Project project = kit::projectOf({a, b});
    QVERIFY(!itemPath(project, Id{2}).empty());
    QVERIFY(itemByPath(project, "a"));
  }
};

QTEST_APPLESS_MAIN(DocumentTest)
#include "Document_test.moc"
