#include "engine/sim/population.h"

#include <QtTest>

using namespace spk;

class PopulationTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sizesAreNumbersOrGrids() {
    QCOMPARE(readGrid(std::int64_t{12}).value(), (Grid{1, 1, 12}));
    QCOMPARE(readGrid(40.0).value(), (Grid{1, 1, 40}));
    QCOMPARE(readGrid(Json{"[7]"}).value(), (Grid{1, 1, 7}));
    QCOMPARE(readGrid(Json{"[4, 5]"}).value(), (Grid{1, 4, 5}));
    QCOMPARE(readGrid(Json{"[2, 34, 34]"}).value().size(), 2312u);
  }
  void otherSizesAreRefused() {
    for (const Value& value :
         {Value{std::int64_t{0}}, Value{-3.0}, Value{2.5}, Value{Json{"[]"}},
          Value{Json{"[1, 2, 3, 4]"}}, Value{Json{"[0, 5]"}}, Value{Json{"[100000, 100000]"}},
          Value{std::string("many")}, Value{Json{"[\"a\"]"}}}) {
      const auto grid = readGrid(value);
      QVERIFY2(!grid, valueText(value).c_str());
      QCOMPARE(grid.error().where, std::string("n"));
    }
  }
};

QTEST_APPLESS_MAIN(PopulationTest)
#include "population_test.moc"
