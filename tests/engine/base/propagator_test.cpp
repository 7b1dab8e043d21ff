#include "engine/base/propagator.h"

#include <QtTest>
#include <cmath>

using namespace spk;

/// Against closed forms, over short and long times.
class PropagatorTest : public QObject {
  Q_OBJECT

  static bool close(double found, double exact) {
    return std::fabs(found - exact) <= 2e-14 * std::fabs(exact) + 1e-15;
  }

 private Q_SLOTS:
  void twoTimeConstants_data() {
    QTest::addColumn<double>("t");
    for (const double t : {1e-4, 0.1, 1.0, 30.0}) QTest::addRow("t %g", t) << t;
  }
  void twoTimeConstants() {
    QFETCH(double, t);
    const double A[] = {-0.1, 3, 0, -0.5};
    const auto P = propagator(A, 2, t);
    QVERIFY(close(P[0], std::exp(-0.1 * t)));
    QVERIFY(close(P[3], std::exp(-0.5 * t)));
    QVERIFY(close(P[1], 3 * std::exp(-0.1 * t) * -std::expm1(-0.4 * t) / 0.4));
    QCOMPARE(P[2], 0.0);
  }
  void equalTimeConstants() {
    const double A[] = {-0.5, 1, 0, -0.5};
    const auto P = propagator(A, 2, 0.1);
    QVERIFY(close(P[1], 0.1 * std::exp(-0.05)));
  }
  void rotation() {
    const double A[] = {0, -2, 2, 0};
    const auto P = propagator(A, 2, 7.5);
    QVERIFY(std::fabs(P[0] - std::cos(15)) < 1e-12 && std::fabs(P[2] - std::sin(15)) < 1e-12);
  }
  /// x' = −x / 20 + u: what a constant input has added.
  void constantInput() {
    const double A[] = {-0.05, 1, 0, 0};
    QVERIFY(close(propagator(A, 2, 0.1)[1], -20 * std::expm1(-0.005)));
    QVERIFY(close(propagator(A, 2, 1e4)[1], 20));
  }
  void nothingAtTimeZero() {
    const double A[] = {-0.05, 1, 5, 2};
    QCOMPARE(propagator(A, 2, 0), (std::vector<double>{1, 0, 0, 1}));
  }
};

QTEST_APPLESS_MAIN(PropagatorTest)
#include "propagator_test.moc"
