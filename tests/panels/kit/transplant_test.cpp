#include "panels/kit/transplant.h"

#include <QTest>

#include "panels/kit/acts.h"
#include "tests/kit/PanelHarness.h"

namespace spk::test {

class TransplantTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void innerWiresFramesAndPointsComeAlong() {
    PanelHarness h;
    const Id frame = h.put("layout.frame", "Net", 0, 0);
    const Id a = h.put("neuron.lif_delta", "A", 10, 20),
             b = h.put("neuron.lif_delta", "B", 300, 20);
    const Id outside = h.put("source.poisson", "Drive", -300, 20);
    for (const Id id : {a, b})
      QVERIFY(h.document.apply({"in", {Set{id, "parent", Ref{}, Ref{frame, ""}}}}));
    const std::vector<Place> points{{100, 50}};
    const Id inner = h.wire({a, "out"}, {b, "in"}, {{"points", pointsValue(points)}});
    h.wire({outside, "out"}, {a, "in"});

    Document other;
    const auto planted = transplant(
        h.document.project(), std::vector<Id>{frame}, other.project(),
        [&] { return other.newId(); }, 40, 8);
    QVERIFY(other.apply(planted.edit));
    QCOMPARE(other.project().items.size(),
             std::size_t{1 + 4});  // settings, frame, two nodes, one wire
    const auto named = [&](const char* name) { return itemByPath(other.project(), name).value(); };
    const Item& newA = other.project().items.at(named("Net/A"));
    QCOMPARE(numberOr(newA.values, "x", 0), 50.0);
    for (const auto& [id, item] : other.project().items)
      if (item.isWire()) {
        QCOMPARE(item.from.item, newA.id);
        QCOMPARE(pointsOf(item).front().x, 140.0);
        QCOMPARE(pointsOf(item).front().y, 58.0);
      }
    QVERIFY(other.apply(inverse(planted.edit)));
    QCOMPARE(other.project().items.size(), std::size_t{1});
    QVERIFY(h.items().contains(inner));
  }

  void incomingWiresOnlyWhereTheirSourceIs() {
    PanelHarness h;
    const Id a = h.put("neuron.lif_delta", "A", 0, 0),
             drive = h.put("source.poisson", "Drive", 0, 0);
    h.wire({drive, "out"}, {a, "in"});
    const std::vector<Id> which{a};
    const auto count = [&](const Project& to, Incoming incoming) {
      Document into(to);
      return transplant(
                 h.document.project(), which, into.project(), [&] { return into.newId(); }, 0, 0,
                 incoming)
          .edit.ops.size();
    };
    QCOMPARE(count(h.document.project(), Incoming::Keep), std::size_t{2});
    QCOMPARE(count(h.document.project(), Incoming::Drop), std::size_t{1});
    QCOMPARE(count(emptyProject(), Incoming::Keep), std::size_t{1});
  }

  void namesAreUniqueAmongThemselvesToo() {
    PanelHarness h;
    const Id a = h.put("neuron.lif_delta", "A", 0, 0);
    const std::vector<Id> which{a};
    for (int k = 0; k < 3; ++k) {
      const auto planted = transplant(
          h.document.project(), which, h.document.project(), [&] { return h.document.newId(); }, 0,
          0);
      QVERIFY(h.document.apply(planted.edit));
    }
    for (const char* name : {"A", "A 2", "A 3", "A 4"}) QVERIFY2(h.named(name) != Id::none, name);
  }

  void selectionsTravelAsValues() {
    const std::vector<Id> ids{Id{3}, Id{70}};
    QCOMPARE(selectionOf(selectionValues(ids)), ids);
    QVERIFY(selectionOf({}).empty());
    QVERIFY(selectionOf({{"items", Json{"[0, -2, 1.5, \"x\"]"}}}).empty());
    QCOMPARE(itemOf(itemValues(Id{9})), Id{9});
    QCOMPARE(itemOf({}), Id::none);
  }
};

}  // namespace spk::test

using spk::test::TransplantTest;
QTEST_GUILESS_MAIN(TransplantTest)
#include "transplant_test.moc"
