#include <QtTest>

#include "tests/kit/events.h"

using namespace spk;

class Csv : public QObject {
  Q_OBJECT
  kit::Folder folder_;

  std::unique_ptr<EventSource> file(const std::string& text, const Values& options = {},
                                    QString* why = nullptr) {
    return kit::openEvents("csv", folder_.write("a.csv", text), options, why);
  }

 private Q_SLOTS:
  void tablesOfManyKinds_data() {
    QTest::addColumn<QString>("text");
    QTest::newRow("t,x,y,p") << "1000000,3,4,1\n1000500,5,6,0\n1001000,2,9,1\n";
    QTest::newRow("x,y,p,t") << "3,4,1,1000000\n5,6,0,1000500\n2,9,1,1001000\n";
    QTest::newRow("names")
        << "p,junk,y,x,timestamp\n1,7,4,3,1000000\n0,7,6,5,1000500\n1,8,9,2,1001000\n";
    QTest::newRow("seconds, blanks") << "1.000000 3 4 1\n1.0005 5 6 0\n1.001   2 9 1\n";
    QTest::newRow("semicolons, -1") << "t_ms;x;y;p\n1000;3;4;1\n1000.5;5;6;-1\n1001;2;9;1\n";
    QTest::newRow("tabs, words, CRLF") << "t\tx\ty\tpolarity\r\n1000000\t3\t4\ttrue\r\n1000500\t5\t"
                                          "6\tfalse\r\n1001000\t2\t9\ttrue\r\n";
    QTest::newRow("comments") << "# a table\n\n1000000,3,4,1\n1000500,5,6,0\n# more\n1001000,2,9,1";
  }
  void tablesOfManyKinds() {
    QFETCH(QString, text);
    QString why;
    const auto source = file(text.toStdString(), {}, &why);
    QVERIFY2(source, qPrintable(why));
    const std::vector<Event> expected = {
        {0, 3, 4, 1}, {500 * kMicrosecond, 5, 6, 0}, {kMillisecond, 2, 9, 1}};
    QCOMPARE(*kit::eventsLeft(*source), expected);
    QCOMPARE(source->t0(), kSecond);
    QCOMPARE(source->streams()[0].sensor.width, 6);
    QCOMPARE(source->streams()[0].sensor.height, 10);
    QCOMPARE(source->streams()[0].sensor.origin, std::string("guessed"));
    QCOMPARE(source->counters().at("bad_rows"), 0);
  }

  void optionsOverruleGuesses() {
    const auto source = file("5 1 0 2\n9 0 1 3\n", {{"order", std::string("t,p,x,y")},
                                                    {"unit", std::string("ns")},
                                                    {"separator", std::string("blank")},
                                                    {"width", std::int64_t{8}},
                                                    {"height", std::int64_t{8}}});
    const std::vector<Event> expected = {{0, 0, 2, 1}, {4, 1, 3, 0}};
    QCOMPARE(*kit::eventsLeft(*source), expected);
    QCOMPARE(source->streams()[0].sensor.origin, std::string("option"));
  }

  void guessesAreSaid() {
    const auto source = file("0,1,0,0\n1,0,1,1\n");
    bool order = false, unit = false, size = false;
    for (const Note& note : source->notes()) {
      order |= note.text.find("both orders fit") != std::string::npos &&
               note.level == Note::Level::Warning;
      unit |= note.text.find("microseconds") != std::string::npos;
      size |= note.text.find("how large the sensor is") != std::string::npos;
    }
    QVERIFY(order && unit && size);
  }

  void rowsThatAreNoneAreCounted() {
    const std::string longRow(200'000, '7');
    const auto source =
        file("# sensor 10x10\nt,x,y,p\n1,1,1,1\n2,x,1,1\n3,1\n4,10,1,1\n5,1,1,2\n" + longRow +
             ",1,1,1\n99999999999999999999,1,1,1\n6,-1,1,1\n7,2,2,0\n5,2,2,1\n8,1,");
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{3});
    const auto& counters = source->counters();
    QCOMPARE(counters.at("bad_rows"), 6);
    QCOMPARE(counters.at("out_of_bounds"), 2);
    QCOMPARE(counters.at("non_monotonic"), 1);
    QCOMPARE(counters.at("unterminated_lines"), 1);
    bool said = false;
    for (const Note& note : source->notes())
      said |= note.text.find("line 4: \"2,x,1,1\"") != std::string::npos;
    QVERIFY(said);
  }

  void whatIsNoTableIsRefused() {
    QString why;
    QVERIFY(!file("", {}, &why));
    QVERIFY(why.contains("no rows"));
    QVERIFY(!file("hello world\n", {}, &why));
    QVERIFY(!file("time,unit,value,flag\n1,2,3,1\n", {}, &why));
    QVERIFY2(why.contains("set order"), qPrintable(why));
    QVERIFY(!file("1,2,3,1\n", {{"width", std::int64_t{5}}}, &why));
  }

  void readAndSeekMeetAtTheSamePlace() {
    std::string text = "# sensor 640x480\nt,x,y,p\n";
    RandomSequence random(randomKey(1, 1, Purpose::Sample), 0);
    std::int64_t t = 0;
    for (int i = 0; i < 60'000; ++i) {
      t += random.below(40);
      text += std::to_string(t - random.below(100)) + "," + std::to_string(random.below(640)) +
              "," + std::to_string(random.below(480)) + "," + std::to_string(random.below(2)) +
              "\n";
    }
    const auto whole = file(text);
    const auto all = *kit::eventsLeft(*whole);
    const auto counters = whole->counters();
    QCOMPARE(all.size(), std::size_t{60'000});
    for (const Time at :
         {Time{0}, 7 * kMillisecond, 700 * kMillisecond, 123 * kMillisecond, 5 * kSecond}) {
      const auto source = file(text);
      auto joined = *kit::eventsBefore(*source, at);
      QVERIFY(source->seek(at));
      const auto after = *kit::eventsLeft(*source);
      joined.insert(joined.end(), after.begin(), after.end());
      QCOMPARE(joined, all);
      QCOMPARE(source->counters(), counters);
    }
  }

  void writesWhatItReads() {
    const auto first = file("# sensor 64x32\nt,x,y,p\n-5,1,2,1\n100,63,31,0\n99,0,0,1\n");
    const auto events = *kit::eventsLeft(*first);
    for (const char* unit : {"us", "s"}) {
      Opened from = kit::openEvents("csv", folder_.path("a.csv"));
      QVERIFY(kit::registry().fileFormat("csv")->write(folder_.path("b.csv"), from,
                                                       {{"unit", std::string(unit)}}));
      const auto second = kit::openEvents("csv", folder_.path("b.csv"));
      QCOMPARE(*kit::eventsLeft(*second), events);
      QCOMPARE(second->t0(), -5 * kMicrosecond);
      QCOMPARE(second->streams()[0].sensor.width, 64);
      QCOMPARE(second->streams()[0].sensor.origin, std::string("header"));
    }
  }

  void aWriteThatFailsLeavesNothing() {
    // Time goes back across the wrap of the clock: neither encoding can say that.
    const kit::Folder empty;
    for (const char* id : {"evt2", "evt3"}) {
      Opened from = file("# sensor 9x9\nt,x,y,p\n17179869184,1,1,1\n17179869100,2,2,1\n");
      QVERIFY(!kit::registry().fileFormat(id)->write(empty.path("none.raw"), from, {}));
      QVERIFY(std::filesystem::is_empty(empty.path("")));
    }
  }

  void pausesSurviveTheEncodings() {
    for (const char* id : {"evt2", "evt3"}) {
      Opened from = file("# sensor 9x9\nt,x,y,p\n5,1,1,1\n90000000,2,2,1\n40000000000,2,2,1\n");
      const auto events = *kit::eventsLeft(*std::get<std::unique_ptr<EventSource>>(from));
      auto written = kit::registry().fileFormat(id)->write(folder_.path("b.raw"), from, {});
      QVERIFY2(written, written ? "" : written.error().text().c_str());
      QCOMPARE(*kit::eventsLeft(*kit::openEvents(id, folder_.path("b.raw"))), events);
    }
  }
};

QTEST_APPLESS_MAIN(Csv)
#include "csv_test.moc"
