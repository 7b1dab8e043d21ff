#include "engine/analysis/flow.h"

#include <QtTest>
#include <cmath>

using namespace spk;

class FlowTest : public QObject {
  Q_OBJECT

  static double degrees(double angle) { return angle * 180 / M_PI; }

 private Q_SLOTS:
  void anglesAreThoseOfTheCLibrary() {
    double worst = 0;
    for (int i = 0; i < 3600; ++i) {
      const double x = 7 * std::cos(i * M_PI / 1800), y = 7 * std::sin(i * M_PI / 1800);
      worst = std::max(worst, std::abs(angleOf(x, y) - std::atan2(y, x)));
    }
    QVERIFY2(worst < 1e-14, qPrintable(QString::number(worst)));
    QCOMPARE(angleOf(0, 0), 0.0);
    QCOMPARE(degrees(angleOf(-2, 0)), 180.0);
    QCOMPARE(degrees(angleOf(0, -3)), -90.0);
  }

  void errorsAreThoseOfTheirDefinitions() {
    FlowScore score;
    score.add({10, 0}, {10, 0});   // right
    score.add({0, 10}, {10, 0});   // across: √2 of its speed, 90°
    score.add({-50, 0}, {10, 0});  // away: 6 times its speed, counts as 2; 180°
    score.add({5, 5}, {0, 0});     // nothing is known
    const FlowErrors e = score.errors();
    QCOMPARE(e.flows, std::uint64_t{3});
    QVERIFY(std::abs(e.medianRelative - std::sqrt(2)) < 1e-12);
    QVERIFY(std::abs(e.meanRelative - (0 + std::sqrt(2) + 2) / 3) < 1e-12);
    QVERIFY(std::abs(e.aee - (0 + std::sqrt(200) + 60) / 3) < 1e-12);
    QVERIFY(std::abs(e.medianAngle - 90) < 1e-12 && std::abs(e.meanAngle - 90) < 1e-12);
    QVERIFY(std::abs(e.outliers - 2.0 / 3) < 1e-12);
    QCOMPARE(FlowScore().errors().flows, std::uint64_t{0});
  }

  void normalFlowIsThePartAlongTheNormal() {
    const Velocity n = normalFlow({160, 120}, {0.5, 0});
    QCOMPARE(n.x, 160.0);
    QCOMPARE(n.y, 0.0);
    const Velocity slanted = normalFlow({100, 0}, {1, 1});
    QVERIFY(std::abs(slanted.x - 50) < 1e-12 && std::abs(slanted.y - 50) < 1e-12);
    QVERIFY((normalFlow({1, 2}, {0, 0}) == Velocity{}));
  }

  void fieldsAreCountedInPixels() {
    const std::vector<Velocity> truth(4, Velocity{100, 0});
    const std::vector<Velocity> field = {{100, 0}, {250, 0}, {100, -250}, {500, 0}};
    const FieldErrors e = fieldErrors(field, truth, 10 * kMillisecond);  // 0, 1.5, 2.5, 4 px
    QCOMPARE(e.pixels, std::uint64_t{4});
    QVERIFY(std::abs(e.epe - 2) < 1e-12);
    QCOMPARE(e.over1, 0.75);
    QCOMPARE(e.over2, 0.5);
    QCOMPARE(e.over3, 0.25);
  }

  /// Twenty points that move: under their own flow each becomes one spot.
  void warpLossTellsRightFlowFromWrong() {
    const auto moving = [](float vx) {
      std::vector<Flow> flows;
      for (int step = 0; step < 10; ++step)
        for (int k = 0; k < 20; ++k)
          flows.push_back({step * 2 * kMillisecond, static_cast<std::uint16_t>(10 + step),
                           static_cast<std::uint16_t>(3 * k), vx, 0});
      return flows;
    };
    const double right = flowWarpLoss(moving(500), 80, 60, 20 * kMillisecond),
                 none = flowWarpLoss(moving(0), 80, 60, 20 * kMillisecond),
                 wrong = flowWarpLoss(moving(-500), 80, 60, 20 * kMillisecond);
    QVERIFY2(right > 5, qPrintable(QString::number(right)));
    QVERIFY(std::abs(none - 1) < 1e-9);
    QVERIFY2(wrong < 1.05, qPrintable(QString::number(wrong)));
    QCOMPARE(flowWarpLoss({}, 80, 60, kMillisecond), 0.0);
  }

  void coloursGoRoundTheWheel() {
    QVERIFY((wheelColour({0, 0}, 10) == WheelColour{255, 255, 255}));
    QVERIFY((wheelColour({10, 0}, 10) == WheelColour{255, 0, 0}));
    QVERIFY((wheelColour({-10, 0}, 10) == WheelColour{0, 255, 255}));
    QVERIFY((wheelColour({50, 0}, 10) == wheelColour({10, 0}, 10)));
    QVERIFY((wheelColour({5, 0}, 10) == WheelColour{255, 128, 128}));
    const WheelColour down = wheelColour({0, 10}, 10), up = wheelColour({0, -10}, 10);
    QVERIFY(down.green == 255 && down.blue == 0);
    QVERIFY(up.blue == 255 && up.green == 0);
  }

  void directionsAreCounted() {
    const std::vector<Flow> flows = {{0, 0, 0, 5, 0.1f}, {0, 0, 0, 3, 3},    {0, 0, 0, 0, 2},
                                     {0, 0, 0, 1, -1},   {0, 0, 0, -4, 0.f}, {0, 0, 0, 0, 0}};
    const auto four = directionHistogram(flows, 4);
    QCOMPARE(four, (std::vector<std::uint64_t>{2, 2, 1, 0}));
    const auto one = directionHistogram(flows, 1);
    QCOMPARE(one, (std::vector<std::uint64_t>{5}));
  }
};

QTEST_APPLESS_MAIN(FlowTest)
#include "flow_test.moc"
