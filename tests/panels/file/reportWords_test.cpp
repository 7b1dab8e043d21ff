#include "panels/file/reportWords.h"

#include "tests/kit/guiMain.h"

using namespace spk;
using namespace spk::panels::file;

class ReportWordsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void saysWhatWasReadAndLeftOut() {
    const auto report = JsonNode::parse(R"({"state": "done", "title": "Prophesee RAW EVT3",
      "bytes": 1200000, "indexed": 1, "width": 1280, "height": 720,
      "geometry_source": "option", "own_width": 1280, "own_height": 720,
      "own_source": "guessed", "events": 219596, "on": 115532, "off": 104064,
      "t_first_us": 11718656, "t_last_us": 11727457, "triggers": 3, "imu": 0, "frames": 0,
      "counters": {"out_of_bounds": 12, "truncated_bytes": 1, "triggers": 3,
                   "violation_missing_y": 2, "max_step_back_us": 1500},
      "notes": [{"level": "warning", "text": "the size of the sensor is guessed"}]})");
    QVERIFY(report);
    const ReportWords words = reportWords(report.value());
    QVERIFY(!words.isReading && !words.isFailed);
    QVERIFY(words.state.isEmpty());
    QVERIFY(words.guessedSize);
    QCOMPARE(fact(words, "Format"), QStringLiteral("Prophesee RAW EVT3"));
    QVERIFY(fact(words, "Sensor").contains(QStringLiteral("1280 × 720 px")));
    QVERIFY(fact(words, "Sensor").contains(QStringLiteral("guessed")));
    QVERIFY(fact(words, "Events").startsWith(shownCount(219596)));
    QVERIFY(fact(words, "Length").startsWith(shown(0.008801, "s", 6)));
    QVERIFY(fact(words, "Its clock").contains(shownCount(11718656)));
    QCOMPARE(fact(words, "Besides"), QStringLiteral("3 triggers"));
    QCOMPARE(words.left.size(), 4);  // triggers are nothing that was left out
    QVERIFY(words.left.join(u'\n').contains(QStringLiteral("12 events beyond the sensor")));
    QVERIFY(words.left.join(u'\n').contains(QStringLiteral("missing y")));
    QCOMPARE(words.notes, QStringList{QStringLiteral("the size of the sensor is guessed")});
  }
  void aSizeSetByHandIsNoGuess() {
    const auto report = JsonNode::parse(R"({"state": "done", "width": 640, "height": 480,
      "geometry_source": "option", "own_width": 1280, "own_height": 720,
      "own_source": "guessed", "events": 1})");
    const ReportWords words = reportWords(report.value());
    QVERIFY(!words.guessedSize);
    QVERIFY(fact(words, "Sensor").contains(QStringLiteral("set by hand")));
  }
  void saysHowFarItIs() {
    const auto at = [](const char* text) { return reportWords(JsonNode::parse(text).value()); };
    const ReportWords places = at(R"({"state": "reading", "indexed": 0.43, "events": 7})");
    QVERIFY(places.isReading);
    QCOMPARE(places.share, 0.43);
    QVERIFY(places.state.contains(QStringLiteral("43 %")));
    const ReportWords reading = at(R"({"state": "reading", "indexed": 1, "events": 12345})");
    QVERIFY(reading.isReading && reading.share < 0);
    QVERIFY(reading.state.contains(shownCount(12345)));
    const ReportWords failed =
        at(R"({"state": "failed", "error": "x.raw: there is no such file"})");
    QVERIFY(failed.isFailed && !failed.isReading);
    QCOMPARE(failed.state, QStringLiteral("x.raw: there is no such file"));
  }
  void optionsAreWordsOfAText() {
    QCOMPARE(optionIn("unit=s order=x,y,p,t", "order"), std::string("x,y,p,t"));
    QCOMPARE(optionIn("unit=s", "order"), std::string());
    QCOMPARE(withOption("unit=s order=x,y,p,t", "unit", "us"),
             std::string("unit=us order=x,y,p,t"));
    QCOMPARE(withOption("unit=s", "order", "t,x,y,p"), std::string("unit=s order=t,x,y,p"));
    QCOMPARE(withOption("unit=s order=t,x,y,p", "unit", ""), std::string("order=t,x,y,p"));
    QCOMPARE(withOption("", "unit", "s"), std::string("unit=s"));
  }

 private:
  static QString fact(const ReportWords& words, const char* name) {
    for (const auto& [key, value] : words.facts)
      if (key == QLatin1StringView(name)) return value;
    return {};
  }
};

SPK_GUI_MAIN(ReportWordsTest)
#include "reportWords_test.moc"
