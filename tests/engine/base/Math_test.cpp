#include "engine/base/Math.h"

#include <QTest>
#include <cmath>
#include <functional>
#include <limits>

#include "engine/base/MathCore.h"
#include "engine/base/Rng.h"

using namespace spk;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

/// |got − exact| in units of the last place of the exact value.
double ulps(double got, long double exact) {
  if (std::isnan(got) || std::isinf(got)) return got == static_cast<double>(exact) ? 0 : 1e9;
  const double near = static_cast<double>(exact);
  const double step = std::nextafter(std::fabs(near), kInf) - std::fabs(near);
  return static_cast<double>(std::fabs(static_cast<long double>(got) - exact) / step);
}

/// Largest error over `count` points of [low, high], even or, if both are positive, in the
/// logarithm.
double worst(double (*ours)(double), long double (*exact)(long double), double low, double high,
             bool logarithmic = false, int count = 400000) {
  RandomSequence random({1, 2}, 3);
  double most = 0;
  for (int i = 0; i < count; ++i) {
    const double u = (i + random.uniform()) / count;
    const double x = logarithmic ? std::exp(std::log(low) + u * (std::log(high) - std::log(low)))
                                 : low + u * (high - low);
    most = std::max(most, ulps(ours(x), exact(x)));
  }
  return most;
}

}  // namespace

/// The C library's long double functions (64 bits of mantissa) are the reference.
class MathTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void closeToExact_data() {
    QTest::addColumn<double>("found");
    QTest::addColumn<double>("allowed");
    const auto row = [](const char* name, double found, double allowed) {
      QTest::newRow(name) << found << allowed;
    };
    row("exp, all", worst(spk::exp, std::exp, -745, 709.78), 1.0);
    row("exp, near 0", worst(spk::exp, std::exp, -1, 1), 1.0);
    row("exp, subnormal", worst(spk::exp, std::exp, -745, -708), 1.0);
    row("log, all", worst(spk::log, std::log, 1e-300, 1e300, true), 1.0);
    row("log, subnormal", worst(spk::log, std::log, 1e-320, 1e-308, true), 1.0);
    row("log, near 1", worst(spk::log, std::log, 0.5, 2), 1.0);
    row("log, nearer 1", worst(spk::log, std::log, 0.999, 1.001), 1.0);
    row("sin, one turn", worst(spk::sin, std::sin, -7, 7), 1.0);
    row("sin, far", worst(spk::sin, std::sin, -1e6, 1e6), 1.0);
    row("sin, small", worst(spk::sin, std::sin, 1e-300, 1e-3, true), 1.0);
    row("cos, one turn", worst(spk::cos, std::cos, -7, 7), 1.0);
    row("cos, far", worst(spk::cos, std::cos, -1e6, 1e6), 1.0);
    row("expm1, middle", worst(spk::expm1, std::expm1, -2, 2), 1.0);
    row("expm1, small", worst(spk::expm1, std::expm1, 1e-300, 1e-2, true), 1.0);
    row("expm1, all", worst(spk::expm1, std::expm1, -50, 709), 1.1);
    const auto exact = [](long double x) { return x == 0 ? 1 : std::expm1(x) / x; };
    row("exprel, middle", worst(spk::exprel, exact, -2, 2), 4.0);
    row("exprel, all", worst(spk::exprel, exact, -700, 700), 4.0);
    row("exprel, small", worst(spk::exprel, exact, 1e-300, 1e-2, true), 1.0);
    row("tanh, all", worst(spk::tanh, std::tanh, -30, 30), 5.0);
    row("tanh, small", worst(spk::tanh, std::tanh, 1e-300, 1e-2, true), 3.0);
    row("log1p, middle", worst(spk::log1p, std::log1p, -0.9, 2), 1.0);
    row("log1p, small", worst(spk::log1p, std::log1p, 1e-300, 1e-2, true), 1.0);
    row("log1p, large", worst(spk::log1p, std::log1p, 1, 1e308, true), 1.0);
  }
  void closeToExact() {
    QFETCH(double, found);
    QFETCH(double, allowed);
    qInfo("%s: %.3f ulp", QTest::currentDataTag(), found);
    QVERIFY2(found < allowed, qPrintable(QString::number(found)));
  }

  void powIsClose() {
    RandomSequence random({7, 8}, 9);
    double most = 0;
    for (int i = 0; i < 400000; ++i) {
      const double base = std::pow(10.0, random.uniform() * 40 - 20);
      const double largest = 700 / std::max(0.01, std::fabs(std::log(base)));
      const double exponent = (random.uniform() * 2 - 1) * std::min(largest, 300.0);
      most = std::max(most, ulps(spk::pow(base, exponent), std::pow<long double>(base, exponent)));
    }
    qInfo("pow: %.3f ulp", most);
    QVERIFY2(most < 1.0, qPrintable(QString::number(most)));
    for (int n = -1074; n <= 1023; ++n) QCOMPARE(spk::pow(2, n), std::ldexp(1.0, n));
    for (int n = 1; n <= 22; ++n)
      QCOMPARE(spk::pow(10, n), std::strtod(("1e" + std::to_string(n)).c_str(), nullptr));
    QCOMPARE(spk::pow(3, 2), 9.0);
    QCOMPARE(spk::pow(0.3, 1), 0.3);
  }

  void edges() {
    QCOMPARE(spk::exp(0), 1.0);
    QCOMPARE(spk::exp(-746), 0.0);
    QCOMPARE(spk::exp(-kInf), 0.0);
    QCOMPARE(spk::exp(710), kInf);
    QCOMPARE(spk::exp(kInf), kInf);
    QVERIFY(std::isnan(spk::exp(NAN)));
    QCOMPARE(spk::exp(-745.13321910194110842), 4.9406564584124654e-324);
    QVERIFY(std::isfinite(spk::exp(709.782712893384)));
    QCOMPARE(spk::log(1), 0.0);
    QCOMPARE(spk::log(0), -kInf);
    QCOMPARE(spk::log(kInf), kInf);
    QVERIFY(std::isnan(spk::log(-1)) && std::isnan(spk::log(NAN)));
    QCOMPARE(spk::sin(0), 0.0);
    QCOMPARE(spk::cos(0), 1.0);
    QVERIFY(std::isnan(spk::sin(kInf)) && std::isnan(spk::cos(NAN)));
    QCOMPARE(spk::expm1(0), 0.0);
    QCOMPARE(spk::expm1(-kInf), -1.0);
    QCOMPARE(spk::expm1(kInf), kInf);
    QCOMPARE(spk::log1p(-1), -kInf);
    QCOMPARE(spk::log1p(kInf), kInf);
    QVERIFY(std::isnan(spk::log1p(-2)) && std::isnan(spk::expm1(NAN)));
    QCOMPARE(spk::pow(0, 0), 1.0);
    QCOMPARE(spk::pow(0, 2), 0.0);
    QCOMPARE(spk::pow(0, -1), kInf);
    QCOMPARE(spk::pow(kInf, 2), kInf);
    QCOMPARE(spk::pow(kInf, -2), 0.0);
    QCOMPARE(spk::pow(2, 1e300), kInf);
    QCOMPARE(spk::pow(2, -kInf), 0.0);
    QCOMPARE(spk::pow(1, 1e300), 1.0);
    QVERIFY(std::isnan(spk::pow(-1, 2)) && std::isnan(spk::pow(2, NAN)) &&
            std::isnan(spk::pow(NAN, 2)));
  }

  void neighboursStayInOrder() {
    for (double x = -3; x < 3; x += 0.00037)
      QVERIFY(spk::exp(std::nextafter(x, 10)) >= spk::exp(x));
    for (double x = 0.2; x < 9; x += 0.00041)
      QVERIFY(spk::log(std::nextafter(x, 10)) >= spk::log(x));
  }
};

QTEST_APPLESS_MAIN(MathTest)
#include "Math_test.moc"
