#include "engine/graph/Distribution.h"

#include <QTest>
#include <cmath>

using namespace spk;

namespace {

Distribution of(const char* json) {
  auto read = Distribution::read(Json{json});
  return read ? read.value() : Distribution(NAN);
}
QString failure(const Value& value) {
  const auto read = Distribution::read(value);
  return read ? QString() : QString::fromStdString(read.error().text());
}

struct Moments {
  double mean = 0, sd = 0, low = INFINITY, high = -INFINITY;
};
Moments momentsOf(const Distribution& distribution, int n = 100000) {
  Moments m;
  double squares = 0;
  RandomSequence random(randomKey(1, 1, Purpose::Weight), 0);
  for (int i = 0; i < n; ++i) {
    const double x = distribution.draw(random);
    m.mean += x, squares += x * x, m.low = std::min(m.low, x), m.high = std::max(m.high, x);
  }
  m.mean /= n;
  m.sd = std::sqrt(squares / n - m.mean * m.mean);
  return m;
}
bool near(double a, double b, double margin) { return std::fabs(a - b) < margin; }

}  // namespace

class DistributionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void momentsAreThoseAsked() {
    const Moments normal = momentsOf(of(R"({"normal": {"mean": 3, "sd": 2}})"));
    QVERIFY(near(normal.mean, 3, 0.04) && near(normal.sd, 2, 0.03));
    const Moments uniform = momentsOf(of(R"({"uniform": {"min": 2, "max": 4}})"));
    QVERIFY(near(uniform.mean, 3, 0.01) && near(uniform.sd, 2 / std::sqrt(12), 0.01) &&
            uniform.low >= 2 && uniform.high <= 4);
    const Moments exponential = momentsOf(of(R"({"exponential": {"mean": 5}})"));
    QVERIFY(near(exponential.mean, 5, 0.1) && near(exponential.sd, 5, 0.15) && exponential.low > 0);
    const Moments lognormal = momentsOf(of(R"({"lognormal": {"mean": 1, "sd": 0.5}})"));
    QVERIFY(near(lognormal.mean, std::exp(1.125), 0.04));
    QVERIFY(near(of(R"({"lognormal": {"mean": 1, "sd": 0.5}})").mean(), std::exp(1.125), 1e-12));
  }

  void boundsClipOrRedraw() {
    const Moments clipped = momentsOf(of(R"({"normal": {"mean": 0, "sd": 1, "min": 0}})"));
    QCOMPARE(clipped.low, 0.0);
    QVERIFY(near(clipped.mean, 1 / std::sqrt(2 * M_PI), 0.01));  // half of them at the bound
    const Moments redrawn =
        momentsOf(of(R"({"normal": {"mean": 0, "sd": 1, "min": 0, "outside": "redraw"}})"));
    QVERIFY(redrawn.low > 0 && near(redrawn.mean, std::sqrt(2 / M_PI), 0.01));
    const Distribution both = of(R"({"exponential": {"mean": 1, "min": 1, "max": 2}})");
    QCOMPARE(both.lowest(), 1.0);
    QCOMPARE(both.highest(), 2.0);
  }

  void listsAndConstants() {
    const Distribution list = of("[1, 2.5, -3]");
    RandomSequence random({1, 1}, 1);
    QCOMPARE(list.draw(random, 1), 2.5);
    QVERIFY(std::isnan(list.draw(random, 3)));
    QCOMPARE(list.lowest(), -3.0);
    QCOMPARE(list.highest(), 2.5);
    QCOMPARE(list.listSize(), std::size_t{3});
    QCOMPARE(Distribution::read(Value(std::int64_t{4})).value().draw(random), 4.0);
    QVERIFY(Distribution::read(Value(4.5)).value().isConstant());
    const auto blob = Distribution::read(Blob({2}, {7, 8}));
    QCOMPARE(blob.value().draw(random, 1), 8.0);
    QCOMPARE(list.times(2).draw(random, 0), 2.0);
    QCOMPARE(of(R"({"uniform": {"min": 2, "max": 4}})").times(0.5).highest(), 2.0);
  }

  void mistakesAreNamed_data() {
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* json, const char* words) {
      QTest::newRow(json) << QString(json) << QString(words);
    };
    row(R"({"normal": {"mean": 0}})", "lacks \"sd\"");
    row(R"({"normal": {"mean": 0, "sd": -1}})", "0 or more");
    row(R"({"normal": {"mean": 0, "sd": 1, "skew": 2}})", "no member \"skew\"");
    row(R"({"normal": {"mean": "a", "sd": 1}})", "number is expected");
    row(R"({"normal": {"mean": 0, "sd": 1, "min": 2, "max": 1}})", "above");
    row(R"({"normal": {"mean": 0, "sd": 1, "outside": "wrap"}})", "redraw");
    row(R"({"normal": {"mean": 0, "sd": 1, "min": 5, "outside": "redraw"}})", "would not end");
    row(R"({"normal": {"mean": 0, "sd": 0, "min": 5, "outside": "redraw"}})", "would not end");
    row(R"({"exponential": {"mean": -1}})", "0 or more");
    row(R"({"exponential": {"mean": 1, "max": 0, "outside": "redraw"}})", "would not end");
    row(R"({"lognormal": {"mean": 0, "sd": 1, "max": 0, "outside": "redraw"}})", "would not end");
    row(R"({"uniform": {"min": 2, "max": 1}})", "above");
    row(R"({"gamma": {"mean": 2}})", "is no distribution");
    row(R"({"normal": 3})", "is no distribution");
    row("{}", "is no distribution");
    row("[]", "is empty");
    row("[1, \"a\"]", "a number is expected");
  }
  void mistakesAreNamed() {
    QFETCH(QString, json);
    QFETCH(QString, words);
    const QString said = failure(Json{json.toStdString()});
    QVERIFY2(said.contains(words), qPrintable(said));
  }

  void otherKindsAreNone() {
    QVERIFY(failure(std::string("20 ms")).contains("neither"));
    QVERIFY(failure(true).contains("neither"));
    QVERIFY(failure(Blob::missing("abc")).contains("missing"));
    QVERIFY(failure(Blob({0}, {})).contains("empty"));
  }
};

QTEST_APPLESS_MAIN(DistributionTest)
#include "Distribution_test.moc"
