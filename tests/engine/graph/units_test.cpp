#include "engine/graph/units.h"

#include <QTest>

using namespace spk;

class UnitsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void converts_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("unit");
    QTest::addColumn<double>("number");
    const auto row = [](const char* text, const char* unit, double number) {
      QTest::addRow("%s in %s", text, unit)
          << QString::fromUtf8(text) << QString::fromUtf8(unit) << number;
    };
    row("20", "ms", 20);
    row("20 ms", "ms", 20);
    row("0.02s", "ms", 20);
    row("20us", "ms", 0.02);
    row("3 MΩ", "MΩ", 3);
    row("3 Mohm", "MΩ", 3);
    row("3 MOhm", "GΩ", 0.003);
    row("0.25 nF", "pF", 250);
    row("1 kHz", "Hz", 1000);
    row("5 Hz", "kHz", 0.005);
    row("5/s", "Hz", 5);
    row("-70.6 mV", "mV", -70.6);
    row("-0.0706 V", "mV", -70.6);
    row("30 nS", "nS", 30);
    row("0.1 µA", "pA", 100000);
    row("2 min", "s", 120);
    row("50 %", "", 0.5);
    row("1e3", "pA", 1000);
    row("+5", "", 5);
    row("7 px", "px", 7);
    row("7 spikes", "spikes", 7);  // its own unit is always known
    row("100 µm", "mm", 0.1);
  }
  void converts() {
    QFETCH(QString, text);
    QFETCH(QString, unit);
    QFETCH(double, number);
    const auto read = numberWithUnit(text.toStdString(), unit.toStdString());
    QVERIFY2(read, read ? "" : read.error().text().c_str());
    QCOMPARE(read.value(), number);
  }

  void refuses() {
    const auto words = [](const char* text, const char* unit) {
      const auto read = numberWithUnit(text, unit);
      return read ? QString() : QString::fromStdString(read.error().text());
    };
    QVERIFY(words("20 mV", "ms").contains("mV") && words("20 mV", "ms").contains("ms"));
    QVERIFY(words("20 parsec", "ms").contains("parsec is not known"));
    QVERIFY(words("abc", "ms").contains("is no number"));
    QVERIFY(words("", "ms").contains("is no number"));
    QVERIFY(words("nan", "ms").contains("is no number"));
    QVERIFY(words("1e999", "ms").contains("too large"));
    QVERIFY(words("20 ms", "").contains("no unit"));
  }

  void coherentSet() {
    QCOMPARE(coherentFactor("Hz"), 1e-3);
    QCOMPARE(coherentFactor("MΩ"), 1e-3);
    for (const char* unit : {"mV", "ms", "pA", "nS", "pF", "GΩ", "kHz", ""})
      QCOMPARE(coherentFactor(unit), 1.0);
  }
};

QTEST_APPLESS_MAIN(UnitsTest)
#include "units_test.moc"
