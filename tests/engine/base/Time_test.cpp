#include "engine/base/Time.h"

#include <QTest>
#include <limits>

using namespace spk;

class TimeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void parses_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("time");
    const auto row = [](const char* text, Time time) {
      QTest::newRow(text) << QString::fromUtf8(text) << qint64{time};
    };
    row("250ms", 250 * kMillisecond);
    row("2s", 2 * kSecond);
    row(" 2 s ", 2 * kSecond);
    row("2", 2 * kSecond);
    row("0.1", kSecond / 10);
    row("10us", 10 * kMicrosecond);
    row("10µs", 10 * kMicrosecond);
    row("5ns", 5);
    row("1min", 60 * kSecond);
    row("1.5h", 5400 * kSecond);
    row("-3ms", -3 * kMillisecond);
    row("+3ms", 3 * kMillisecond);
    row(".5s", kSecond / 2);
    row("0.3ms", 300000);  // no detour through a double
    row("1234567.890123456s", 1234567890123456);
    row("0.6ns", 1);
    row("0.4ns", 0);
    row("9223372036.854775807s", std::numeric_limits<Time>::max());
  }
  void parses() {
    QFETCH(QString, text);
    QFETCH(qint64, time);
    const auto parsed = parseTime(text.toStdString());
    QVERIFY2(parsed, parsed ? "" : parsed.error().text().c_str());
    QCOMPARE(qint64{parsed.value()}, time);
  }

  void refuses() {
    for (const char* text : {"", "s", "ms", "1 year", "1e3", "1.2.3s", "two", "--1s", "9223372037s",
                             "99999999999999999999999999999s", "1s2", "nan"})
      QVERIFY2(!parseTime(text), text);
    QVERIFY(parseTime("1 year").error().text().find("1 year") == 0);
  }

  void tells_data() {
    QTest::addColumn<qint64>("time");
    QTest::addColumn<QString>("text");
    const auto row = [](Time time, const char* text) {
      QTest::newRow(text) << qint64{time} << QString::fromUtf8(text);
    };
    row(0, "0 s");
    row(2 * kSecond, "2 s");
    row(250 * kMillisecond, "250 ms");
    row(1500 * kMillisecond, "1.5 s");
    row(100 * kMicrosecond, "100 µs");
    row(7, "7 ns");
    row(-7, "-7 ns");
    row(kSecond + 1, "1.000000001 s");
    row(std::numeric_limits<Time>::min(), "-9223372036.854775808 s");
  }
  void tells() {
    QFETCH(qint64, time);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(timeText(time)), text);
  }

  void textAndBack() {
    for (Time t = 1; t < std::numeric_limits<Time>::max() / 7; t = t * 7 + 3) {
      QCOMPARE(parseTime(timeText(t)).value(), t);
      QCOMPARE(parseTime(timeText(-t)).value(), -t);
    }
  }

  void milliseconds() {
    QCOMPARE(fromMilliseconds(0.1), Time{100000});
    QCOMPARE(fromMilliseconds(-0.1), Time{-100000});
    QCOMPARE(fromMilliseconds(0.0000005), Time{1});
    QCOMPARE(toMilliseconds(1500000), 1.5);
  }
};

QTEST_APPLESS_MAIN(TimeTest)
#include "Time_test.moc"
