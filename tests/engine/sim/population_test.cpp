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
  void sharedParametersAreTheSameInEveryType() {
    for (const auto& [name, unit] : {std::pair{"tau_m", "ms"},
                                     {"C_m", "pF"},
                                     {"E_L", "mV"},
                                     {"V_th", "mV"},
                                     {"V_reset", "mV"},
                                     {"t_ref", "ms"},
                                     {"I_e", "pA"}}) {
      const Parameter parameter = membraneParameter(name, 3.0);
      QCOMPARE(parameter.name, std::string(name));
      QCOMPARE(parameter.unit, std::string(unit));
      QVERIFY(parameter.min < 3 && parameter.max > 3);
      QVERIFY(parameter.each && parameter.live && !parameter.essential);
      QVERIFY(parameter.initial == Value(3.0));
      QVERIFY(!parameter.doc.empty());
      QCOMPARE(membraneParameter(name, 3.0, "of the soma").doc, std::string("of the soma"));
      QVERIFY(essential(parameter).essential);
    }
  }
  void aResetAtOrAboveThresholdIsRefused() {
    QVERIFY(resetBelowThreshold(-70, -55));
    for (const double V_reset : {-55.0, -50.0}) {
      const auto refused = resetBelowThreshold(V_reset, -55);
      QVERIFY(!refused);
      QCOMPARE(refused.error().where, std::string("V_reset"));
      QVERIFY(refused.error().what.find("-55 mV") != std::string::npos);
    }
  }
};

QTEST_APPLESS_MAIN(PopulationTest)
#include "population_test.moc"
