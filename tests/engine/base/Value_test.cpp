#include "engine/base/Value.h"

#include <QTest>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "engine/base/Rng.h"

using namespace spk;

class ValueTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void numberTexts() {
    const auto text = [](double number) { return QString::fromStdString(numberText(number)); };
    QCOMPARE(text(20), "20");
    QCOMPARE(text(0), "0");
    QCOMPARE(text(-0.0), "-0");
    QCOMPARE(text(0.1), "0.1");
    QCOMPARE(text(100000), "100000");
    QCOMPARE(text(0.0001), "0.0001");
    QCOMPARE(text(1e300), "1e+300");
    QCOMPARE(text(1.0 / 3), "0.3333333333333333");
    QCOMPARE(text(-70.6), "-70.6");
    QCOMPARE(text(NAN), "nan");
    QCOMPARE(text(INFINITY), "inf");
  }

  /// Bit by bit, for numbers of all sizes.
  void numbersComeBack() {
    RandomSequence random({1, 1}, 1);
    for (int i = 0; i < 100000; ++i) {
      const double number =
          std::bit_cast<double>(std::uint64_t{random.word()} << 32 | random.word());
      if (!std::isfinite(number)) continue;
      QCOMPARE(std::strtod(numberText(number).c_str(), nullptr), number);
    }
  }

  void fromTextAndBack() {
    QVERIFY(valueFromText("true") == Value(true));
    QVERIFY(valueFromText("12") == Value(std::int64_t{12}));
    QVERIFY(valueFromText("-0.5") == Value(-0.5));
    QVERIFY(valueFromText("1e3") == Value(1000.0));
    QVERIFY(valueFromText("nan") == Value(std::string("nan")));
    QVERIFY(valueFromText("12 ms") == Value(std::string("12 ms")));
    QVERIFY(valueFromText("[1,2]") == Value(Json{"[1, 2]"}));
    QVERIFY(valueFromText("{\"normal\": {\"mean\": 1, \"sd\": 2}}") ==
            Value(Json{"{\"normal\": {\"mean\": 1, \"sd\": 2}}"}));
    QVERIFY(valueFromText("[1,") == Value(std::string("[1,")));
    QVERIFY(valueFromText("99999999999999999999") == Value(1e20));
    QVERIFY(valueFromText("") == Value(std::string()));
    for (const Value& value : {Value(true), Value(std::int64_t{-3}), Value(0.25),
                               Value(std::string("E")), Value(Json{"[1, 2]"})})
      QVERIFY(valueFromText(valueText(value)) == value);
  }

  void readsAsNumbers() {
    QCOMPARE(asNumber(Value(true)).value(), 1.0);
    QCOMPARE(asNumber(Value(std::int64_t{3})).value(), 3.0);
    QVERIFY(!asNumber(Value(std::string("3"))));
    QCOMPARE(asInteger(Value(3.0)).value(), std::int64_t{3});
    QVERIFY(!asInteger(Value(3.5)) && !asInteger(Value(NAN)) && !asInteger(Value(1e300)));
    QVERIFY(!asInteger(Value(9223372036854775808.0)));
    QCOMPARE(asInteger(Value(-9223372036854775808.0)).value(),
             std::numeric_limits<std::int64_t>::min());
    const Values values = {
        {"a", 2.5}, {"b", std::int64_t{4}}, {"c", true}, {"d", std::string("word")}};
    QCOMPARE(numberOr(values, "a", 0), 2.5);
    QCOMPARE(numberOr(values, "b", 0), 4.0);
    QCOMPARE(numberOr(values, "d", 7), 7.0);
    QCOMPARE(numberOr(values, "e", 7), 7.0);
    QCOMPARE(integerOr(values, "a", 9), std::int64_t{9});
    QVERIFY(switchOr(values, "c", false));
    QVERIFY(switchOr(values, "d", true));
    QCOMPARE(textOr(values, "d", ""), std::string("word"));
    QCOMPARE(textOr(values, "a", "none"), std::string("none"));
  }

  void blobsAreKnownByContent() {
    const Blob a({2, 2}, {1, 2, 3, 4}), same({2, 2}, {1, 2, 3, 4}), flat({4}, {1, 2, 3, 4}),
        other({2, 2}, {1, 2, 3, 5});
    QVERIFY(a == same);
    QVERIFY(!(a == flat) && !(a == other));
    QCOMPARE(a.name().size(), std::size_t{32});
    QVERIFY(!(Blob({1}, {0.0}) == Blob({1}, {-0.0})));
    const Blob missing = Blob::missing(a.name());
    QVERIFY(missing == a && missing.isMissing() && missing.numbers().empty());
  }
};

QTEST_APPLESS_MAIN(ValueTest)
#include "Value_test.moc"
