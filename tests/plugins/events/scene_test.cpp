#include <QCryptographicHash>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>
#include <set>

#include "tests/kit/events.h"

using namespace spk;

class Scene : public QObject {
  Q_OBJECT
  kit::Folder folder_;
  const std::filesystem::path data_ =
      std::filesystem::path(SPK_SOURCE_DIR) / "datasets/bar_and_disc";

  std::unique_ptr<EventSource> scene(const std::string& members, const Values& options = {},
                                     QString* why = nullptr) {
    return kit::openEvents("scene", folder_.write("a.json", "{\"scene\": 1, " + members + "}"),
                           options, why);
  }

 private Q_SLOTS:
  void aBarGivesEventsAtTheTimesOfItsEdge() {
    // A bar of contrast 1 passes at 100 px/s. Each pixel meets its front edge, a smooth step from 0
    // to 1 over 2 px, and crosses 0.2, 0.4, 0.6, 0.8 on it, where 3c² − 2c³ is that.
    const auto source = scene(R"("width": 40, "height": 3, "duration_ms": 200,
      "shapes": [{"kind": "bar", "width": 200, "edge": 2, "x": -102, "vx": 100}])");
    QVERIFY(source);
    const auto events = *kit::eventsLeft(*source);
    constexpr double kCrossings[] = {0.28714, 0.43306, 0.56694, 0.71286};
    std::map<int, std::vector<Time>> column;
    for (const Event& e : events) {
      QCOMPARE(int(e.polarity), 1);
      if (e.y == 1) column[e.x].push_back(e.t + source->t0());
    }
    QCOMPARE(column.size(), std::size_t{19});  // the front comes to x = 18
    for (int x = 0; x < 17; ++x) {
      QVERIFY(column[x].size() == 4 || column[x].size() == 5);  // 1.0 is reached at the very end
      for (std::size_t k = 0; k < 4; ++k) {
        // Distance d of the pixel from the front edge: c = 0.5 − d / 2.
        const double d = 1 - 2 * kCrossings[k];
        const double seconds = (x - d + 2) / 100;
        QVERIFY2(std::abs(static_cast<double>(column[x][k]) / 1e9 - seconds) < 2e-5,
                 qPrintable(QString("x %1 event %2").arg(x).arg(k)));
      }
    }
  }

  void aDarkShapeGivesOffFirst() {
    const auto source = scene(R"("width": 60, "height": 9, "duration_ms": 100,
      "shapes": [{"kind": "disc", "contrast": -1, "radius": 6, "x": -10, "y": 4, "vx": 200}])");
    std::set<int> seen;
    const auto events = *kit::eventsLeft(*source);
    for (const Event& e : events)
      if (seen.insert(e.y * 60 + e.x).second) QCOMPARE(int(e.polarity), 0);
    QVERIFY(!seen.empty());
  }

  void timesRiseAndTheRefractoryHolds() {
    const auto source =
        scene(R"("width": 30, "height": 30, "duration_ms": 300, "sigma": 0.05, "noise_hz": 50,
      "refractory_ms": 2, "shapes": [{"kind": "bar", "x": 15, "swing_x": 10, "swing_hz": 5, "angle": 30}])");
    std::map<int, Time> last;
    Time before = 0;
    const auto events = *kit::eventsLeft(*source);
    for (const Event& e : events) {
      QVERIFY(e.t >= before);
      QVERIFY(e.t % kMicrosecond == 0);
      before = e.t;
      const auto found = last.find(e.y * 30 + e.x);
      if (found != last.end()) QVERIFY(e.t - found->second >= 2 * kMillisecond - kMicrosecond);
      last[e.y * 30 + e.x] = e.t;
    }
  }

  void noiseHasItsRate() {
    const auto source =
        scene(R"("width": 50, "height": 40, "duration_ms": 2000, "noise_hz": 5, "shapes": [])");
    const auto n = static_cast<double>(kit::eventsLeft(*source)->size());
    QVERIFY(std::abs(n - 20'000) < 4 * std::sqrt(20'000.0));  // fixed seed, 4 standard deviations
    QVERIFY(
        kit::eventsLeft(*scene(R"("noise_hz": 5, "shapes": [])", {{"noise_hz", 0.0}}))->empty());
  }

  void readAndSeekMeetAtTheSamePlace() {
    const std::string text =
        R"("width": 30, "height": 20, "duration_ms": 900, "noise_hz": 20, "sigma": 0.02,
      "shapes": [{"kind": "disc", "x": 15, "y": 10, "radius": 4, "swing_x": 12, "swing_hz": 3}])";
    const auto whole = scene(text);
    const auto all = *kit::eventsLeft(*whole);
    QVERIFY(all.size() > 5000);
    for (const Time t :
         {Time{0}, 7 * kMillisecond, 850 * kMillisecond, 123 * kMillisecond, 5 * kSecond}) {
      const auto source = scene(text);
      auto joined = *kit::eventsBefore(*source, t);
      QVERIFY(source->seek(t));
      const auto after = *kit::eventsLeft(*source);
      joined.insert(joined.end(), after.begin(), after.end());
      QCOMPARE(joined, all);
      QVERIFY(source->seek(t));
      QCOMPARE(*kit::eventsLeft(*source), after);
    }
  }

  void mistakesNameTheirKey() {
    QString why;
    QVERIFY(!scene(R"("width": 0, "shapes": [])", {}, &why));
    QVERIFY2(why.contains("width: is 0; 1 to 2048"), qPrintable(why));
    QVERIFY(!scene(R"("shapes": [{"kind": "square"}])", {}, &why));
    QVERIFY2(why.contains("shapes[0].kind"), qPrintable(why));
    QVERIFY(
        !scene(R"("duration_ms": 3600000, "shapes": [{"kind": "bar", "vx": 90000}])", {}, &why));
    QVERIFY2(why.contains("steps"), qPrintable(why));
    const auto source = scene(R"("noise_hz": 1, "speed": 3, "shapes": [])");
    QCOMPARE(source->notes()[0].text, std::string("speed means nothing in a scene"));
  }

  void theShippedRecordingIsTheScene() {
    Opened from = kit::openEvents("scene", data_ / "scene.json");
    QVERIFY(kit::registry().fileFormat("evt3")->write(folder_.path("again.raw"), from, {}));
    if (qEnvironmentVariableIsSet("UPDATE_DATASETS"))
      std::filesystem::copy_file(folder_.path("again.raw"), data_ / "recording.raw",
                                 std::filesystem::copy_options::overwrite_existing);
    QFile shipped(QString::fromStdString((data_ / "recording.raw").string()));
    QVERIFY(shipped.open(QIODevice::ReadOnly));
    const QByteArray bytes = shipped.readAll();
    QVERIFY(QByteArray::fromStdString(folder_.read("again.raw")) == bytes);

    QFile about(QString::fromStdString((data_ / "about.json").string()));
    QVERIFY(about.open(QIODevice::ReadOnly));
    const QJsonObject facts = QJsonDocument::fromJson(about.readAll()).object();
    const auto source = kit::openEvents("evt3", data_ / "recording.raw");
    const kit::EventTotals sum = kit::totals(*source);
    const auto fact = [&](const char* key) { return facts[key].toInteger(); };
    const kit::EventTotals stated{fact("events"),   fact("off"),   fact("on"),
                                  fact("sum_x"),    fact("sum_y"), fact("t_first_us"),
                                  fact("t_last_us")};
    QCOMPARE(kit::text(sum), kit::text(stated));
    QCOMPARE(QString(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex()),
             facts["sha256"].toString());
    QCOMPARE(bytes.size(), fact("bytes"));
  }
};

QTEST_APPLESS_MAIN(Scene)
#include "scene_test.moc"
