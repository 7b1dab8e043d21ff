#include <QtTest>

#include "engine/run/openFile.h"
#include "tests/kit/events.h"

using namespace spk;

namespace {

/// What independent decoders count in a real recording; coordinates of the image.
struct Recorded {
  const char* file;
  const char* format;  ///< which its content must say
  int width, height;
  kit::EventTotals totals;
  std::int64_t triggers = 0, imu = 0, frames = 0;
  std::map<std::string, std::int64_t> counters = {};  ///< some of them
};

const std::vector<Recorded>& samples() {
  static const std::vector<Recorded> kSamples = {
      {"faery_evt2.raw",
       "evt2",
       640,
       480,
       {521252, 335391, 185861, 128979953, 216346680, 913716224, 913812095}},
      {"evt21_little.raw",
       "evt21",
       640,
       480,
       {521252, 335391, 185861, 128979953, 216346680, 913716224, 913812095}},
      {"dsec_like_blosc.h5",
       "dsec",
       640,
       480,
       {521252, 335391, 185861, 128979953, 216346680, 913716224, 913812095}},
      {"exp_evt3_sample.raw",
       "evt3",
       1280,
       720,
       {219596, 104064, 115532, 159113225, 85638051, 11718656, 11727457}},
      {"exp_evt3_ecf.hdf5",
       "hdf5_ecf",
       1280,
       720,
       {219596, 104064, 115532, 159113225, 85638051, 11718656, 11727457}},
      {"sample_ncars.dat", "dat", 78, 42, {2009, 659, 1350, 93457, 40463, 0, 99952}},
      {"rpg_lifetime_stripes.mat",
       "mat",
       128,
       128,
       {340394, 110184, 230210, 21288012, 26986016, 0, 1197752}},
      {"IMU_translBoxes.aedat",
       "aedat2",
       240,
       180,
       {162771, 79827, 82944, 24301911, 17174673, 294976755, 297049406},
       0,
       4833,
       0,
       {{"imu_words", 33837}}},
      {"rd16_TranslatingBarX.aedat",
       "aedat2",
       240,
       180,
       {10000, 0, 10000, 1005000, 10000 * 179 - 505000, 100000, 10000000}},
      {"rd16_RotatingBar.aedat",
       "aedat2",
       240,
       180,
       {45000, 0, 45000, 5355000, 45000 * 179 - 4004950, 100000, 90000000}},
      {"header_test_128.aedat_test",
       "aedat2",
       128,
       128,
       {4, 0, 4, 436, 364, 606348324, 606348324},
       0,
       0,
       0,
       {{"truncated_bytes", 6}}},
      {"sample.aedat4",
       "aedat4",
       320,
       240,
       {111954, 56931, 55023, 18342405, 15105898, 1605537493718345, 1605537494308262},
       0,
       475},
      {"dvs.es", "es", 320, 240, {473225, 203224, 270001, 72946016, 56007796, 0, 999000}},
      {"generic.es", "es", 1, 1, {70, 0, 70, 0, 0, 0, 1207922}},
      {"sample_nmnist.bin", "nmnist", 34, 34, {4325, 2180, 2145, 74457, 71931, 654, 311175}},
      {"test_events_1.bag",
       "rosbag",
       640,
       480,
       {343474, 218291, 125183, 116731888, 80879209, 7139845, 9218023},
       4157},
  };
  return kSamples;
}

}  // namespace

/// The real recordings that SPK_SAMPLES names, against the table of what they hold.
class Samples : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void matchTheirTable_data() {
    QTest::addColumn<int>("row");
    for (std::size_t i = 0; i < samples().size(); ++i)
      QTest::newRow(samples()[i].file) << static_cast<int>(i);
  }
  void matchTheirTable() {
    SPK_NEEDS_SAMPLES(samplesHere);
    QFETCH(int, row);
    const Recorded& sample = samples()[static_cast<std::size_t>(row)];
    auto opened = openFile(*samplesHere / sample.file, {}, kit::registry());
    QVERIFY2(opened, opened ? "" : opened.error().text().c_str());
    QCOMPARE(opened.value().format->id, std::string(sample.format));
    EventSource& source = *std::get<std::unique_ptr<EventSource>>(opened.value().content);
    QCOMPARE(source.streams()[0].sensor.width, sample.width);
    QCOMPARE(source.streams()[0].sensor.height, sample.height);
    QCOMPARE(kit::text(kit::totals(source)), kit::text(sample.totals));
    QCOMPARE(source.t0(), sample.totals.firstUs * kMicrosecond);
    const auto size = [](const auto& list) { return static_cast<std::int64_t>(list->size()); };
    QCOMPARE(size(kit::triggersLeft(source)), sample.triggers);
    QCOMPARE(size(kit::imuLeft(source)), sample.imu);
    QCOMPARE(size(kit::framesLeft(source)), sample.frames);
    for (const auto& [name, n] : sample.counters)
      QCOMPARE(QString("%1 %2").arg(name.c_str()).arg(source.counters().at(name)),
               QString("%1 %2").arg(name.c_str()).arg(n));
  }

  void aCutAedat4PlaysItsWholePackets() {
    SPK_NEEDS_SAMPLES(samplesHere);
    std::ifstream in(*samplesHere / "sample.aedat4", std::ios::binary);
    std::string bytes(500'001, '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    const kit::Folder folder;
    const auto source = kit::openEvents("aedat4", folder.write("cut.aedat4", bytes));
    QVERIFY(source);
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{59065});
    QVERIFY(source->counters().at("truncated_bytes") > 0);
  }

  void seekMeetsRead_data() { matchTheirTable_data(); }
  void seekMeetsRead() {
    SPK_NEEDS_SAMPLES(samplesHere);
    QFETCH(int, row);
    const Recorded& sample = samples()[static_cast<std::size_t>(row)];
    const auto path = *samplesHere / sample.file;
    const auto whole = kit::openEvents(sample.format, path);
    const auto all = *kit::eventsLeft(*whole);
    const Time middle = all[all.size() / 3].t;
    const auto again = kit::openEvents(sample.format, path);
    auto joined = *kit::eventsBefore(*again, middle);
    QVERIFY(again->seek(middle));
    const auto rest = *kit::eventsLeft(*again);
    joined.insert(joined.end(), rest.begin(), rest.end());
    QVERIFY(joined == all);
  }
};

QTEST_APPLESS_MAIN(Samples)
#include "samples_test.moc"
