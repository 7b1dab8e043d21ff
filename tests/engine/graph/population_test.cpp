#include "engine/graph/population.h"

#include <QTest>

#include "tests/kit/graph.h"

using namespace spk;
using Grid = std::vector<std::int64_t>;

class PopulationTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void numberOrGrid() {
    QVERIFY(gridOf(Value(std::int64_t{5})).value() == Grid{5});
    QVERIFY(gridOf(Value(5.0)).value() == Grid{5});
    QVERIFY((gridOf(Value(Json{"[2, 3, 4]"})).value() == Grid{2, 3, 4}));
    QVERIFY((gridOf(Value(Json{"[3, 4]"})).value() == Grid{1, 3, 4}));
    QVERIFY(gridOf(Value(Json{"[7]"})).value() == Grid{7});
    for (const Value& bad :
         {Value(std::int64_t{0}), Value(2.5), Value(true), Value(std::string("5")),
          Value(Json{"[]"}), Value(Json{"[1, 2, 3, 4]"}), Value(Json{"[1, -2]"}),
          Value(Json{"[1.5]"}), Value(Json{"[\"1\"]"}), Value(Json{"{}"}),
          Value(std::int64_t{1} << 40), Value(Json{"[99999999, 99999999, 99999999]"})})
      QVERIFY(!gridOf(bad));
  }

  void ofAnItem() {
    const Shape shape = kit::neuron().shape;
    QCOMPARE(populationSize(kit::node(2, "neuron.test"), shape), std::int64_t{100});
    QCOMPARE(populationSize(kit::node(2, "neuron.test", "", {{"n", Json{"[2, 3, 4]"}}}), shape),
             std::int64_t{24});
    QCOMPARE(populationSize(kit::node(2, "neuron.test", "", {{"n", std::string("x")}}), shape),
             std::int64_t{0});
    QCOMPARE(populationSize(kit::node(2, "view.raster"), Shape()), std::int64_t{0});
  }
};

QTEST_APPLESS_MAIN(PopulationTest)
#include "population_test.moc"
