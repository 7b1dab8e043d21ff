#include <QtTest>

#include "tests/kit/events.h"

using namespace spk;

namespace {

using Words = std::vector<std::uint16_t>;
constexpr const char* kHeader = "% evt 3.0\n% format EVT3;height=480;width=640\n% end\n";
constexpr std::uint16_t y(int row) { return static_cast<std::uint16_t>(row); }
constexpr std::uint16_t x(int column, int on) {
  return static_cast<std::uint16_t>(0x2000 | on << 11 | column);
}
constexpr std::uint16_t base(int column, int on) {
  return static_cast<std::uint16_t>(0x3000 | on << 11 | column);
}
constexpr std::uint16_t v12(int mask) { return static_cast<std::uint16_t>(0x4000 | mask); }
constexpr std::uint16_t v8(int mask) { return static_cast<std::uint16_t>(0x5000 | mask); }
constexpr std::uint16_t low(int t) { return static_cast<std::uint16_t>(0x6000 | t); }
constexpr std::uint16_t high(int t) { return static_cast<std::uint16_t>(0x8000 | t); }

}  // namespace

class Evt3 : public QObject {
  Q_OBJECT
  kit::Folder folder_;

  std::unique_ptr<EventSource> file(const Words& words, const std::string& header = kHeader) {
    return kit::openEvents("evt3", folder_.write("a.raw", header + kit::bytesOf(words)));
  }

 private Q_SLOTS:
  void sampleMatchesItsTable() {
    SPK_NEEDS_SAMPLES(samples);
    const auto source = kit::openEvents("evt3", *samples / "exp_evt3_sample.raw");
    QVERIFY(source);
    QCOMPARE(source->streams()[0].sensor.width, 1280);
    QCOMPARE(source->streams()[0].sensor.height, 720);
    QCOMPARE(source->streams()[0].sensor.origin, std::string("system_ID 48"));
    const kit::EventTotals expected{219596,   104064,   115532,  159113225,
                                    85638051, 11718656, 11727457};
    QCOMPARE(kit::text(kit::totals(*source)), kit::text(expected));
    QCOMPARE(source->t0(), 11718656 * kMicrosecond);
    for (const auto& [name, n] : source->counters()) QVERIFY2(n == 0, name.c_str());
  }

  void singleAndVectorEvents() {
    const auto source = file({high(1), low(5), y(7), x(3, 1), base(10, 0), v12(0x801), v12(0),
                              v8(0x80), v12(1), v12(0), v8(0)});
    QVERIFY(source);
    QCOMPARE(source->t0(), 4101 * kMicrosecond);
    const std::vector<Event> expected = {
        {0, 3, 7, 1}, {0, 10, 7, 0}, {0, 21, 7, 0}, {0, 41, 7, 0}, {0, 42, 7, 0}};
    QCOMPARE(*kit::eventsLeft(*source), expected);
  }

  void wordsOfABrokenVectorStandAlone() {
    const auto source = file({high(0), y(1), base(0, 1), v12(1), base(100, 1), v12(1), v8(1)});
    const std::vector<Event> expected = {{0, 0, 1, 1}, {0, 100, 1, 1}, {0, 112, 1, 1}};
    QCOMPARE(*kit::eventsLeft(*source), expected);
    QCOMPARE(source->counters().at("violation_partial_vector"), 3);
  }

  void aWrapIsADropOfHalfTheRange() {
    // 4095 → 0 wraps; 100 → 60 only goes back.
    const auto source =
        file({high(4095), y(0), x(1, 1), high(0), x(2, 1), high(100), x(3, 1), high(60), x(4, 1)});
    const auto events = *kit::eventsLeft(*source);
    QCOMPARE(events.size(), std::size_t{4});
    QCOMPARE(events[1].t, 4096 * kMicrosecond);
    QCOMPARE(events[2].t, 101 * 4096 * kMicrosecond);
    QCOMPARE(events[3].t, 61 * 4096 * kMicrosecond);
    QCOMPARE(source->counters().at("non_monotonic"), 1);
    QCOMPARE(source->counters().at("max_step_back_us"), 40 * 4096);
    QCOMPARE(source->counters().at("violation_time_high_back"), 1);
    QCOMPARE(source->counters().at("violation_time_high_jump"), 1);
  }

  void aLowTimeThatFallsIsNoWrap() {
    // A peer counts this as one and is 45 ms late on its own sample.
    const auto source =
        file({high(9), low(100), y(0), x(1, 0), low(50), x(2, 0), high(9), x(3, 0)});
    const auto events = *kit::eventsLeft(*source);
    QCOMPARE(events[1].t, -50 * kMicrosecond);
    QCOMPARE(events[2].t, -50 * kMicrosecond);
  }

  void aNewTimeHighClearsTheLow() {
    const auto source = file({high(9), low(100), y(0), x(1, 0), high(10), x(2, 0)});
    QCOMPARE((*kit::eventsLeft(*source))[1].t, (4096 - 100) * kMicrosecond);
  }

  void whatHasNoTimeRowOrBaseIsCounted() {
    const auto source = file({y(1), x(1, 1), base(5, 1), v12(7), high(3), x(1, 1), y(500), x(2, 1),
                              y(2), x(700, 1), 0x1000, x(1, 1), y(3), x(9, 1)});
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{1});
    const auto& counters = source->counters();
    QCOMPARE(counters.at("dropped_before_time_base"), 4);
    QCOMPARE(counters.at("out_of_bounds"), 2);
    QCOMPARE(counters.at("second_camera_events"), 1);
    bool said = false;
    for (const Note& note : source->notes())
      said |= note.text.find("x = 2, y = 500, is at byte 65") != std::string::npos;
    QVERIFY(said);
  }

  void aVectorOverTheEdgeKeepsWhatLiesInside() {
    const auto source = file({high(0), y(0), base(630, 1), v12(0xFFF), v12(0), v8(0)});
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{10});
    QCOMPARE(source->counters().at("out_of_bounds"), 2);
  }

  void triggersAreAStreamOfTheirOwn() {
    const auto source = file({high(1), low(1), 0xA601, y(0), x(1, 1), low(9), 0xA600, x(2, 1)});
    const TriggerPacket expected = {{0, 6, 1}, {8 * kMicrosecond, 6, 0}};
    QCOMPARE(*kit::triggersLeft(*source), expected);
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{2});
    QCOMPARE(source->counters().at("triggers"), 2);
  }

  void cutsAreSaid() {
    const auto source = kit::openEvents(
        "evt3",
        folder_.write("a.raw", kHeader + kit::bytesOf(Words{high(0), y(0), x(1, 1)}) + "\x01"));
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{1});
    QCOMPARE(source->counters().at("truncated_bytes"), 1);
    QVERIFY(!source->notes().empty());
  }

  void sizesComeFromTheSurestPlace() {
    const Words words = {high(0), y(0), x(1, 1)};
    const auto origin = [&](const std::string& header, const Values& options = {}) {
      QString why;
      const auto source = kit::openEvents(
          "evt3", folder_.write("a.raw", header + kit::bytesOf(words)), options, &why);
      if (!source) return why;
      const Sensor& sensor = source->streams()[0].sensor;
      return QString("%1x%2 %3").arg(sensor.width).arg(sensor.height).arg(sensor.origin.c_str());
    };
    QCOMPARE(origin("% evt 3.0\n% geometry 320x240\n% end\n"), "320x240 header");
    QCOMPARE(origin("% evt 3.0\n% system_ID 48\n"), "1280x720 system_ID 48");
    QCOMPARE(origin("% evt 3.0\n% integrator_name Other\n% system_ID 40\n"), "1280x720 guessed");
    QCOMPARE(origin(""), "1280x720 guessed");
    QCOMPARE(origin("% evt 3.0\n", {{"width", std::int64_t{64}}, {"height", std::int64_t{32}}}),
             "64x32 option");
    QVERIFY(
        origin("% format EVT3;height=480;width=640\n% geometry 320x240\n").contains("contradicts"));
    QVERIFY(origin("% evt 2.0\n").contains("EVT2"));
  }

  void aPayloadMayLookLikeAHeader() {
    // 25 20 begins the payload: after an end line always, without one unless it is text.
    const auto withEnd = file({0x2025, high(0), y(0), x(1, 1)});
    QCOMPARE(kit::eventsLeft(*withEnd)->size(), std::size_t{1});
    const auto without =
        file({0x2025, 0x8000, 0x0A00, high(0), y(0), x(1, 1)}, "% evt 3.0\n% system_ID 48\n");
    QCOMPARE(kit::eventsLeft(*without)->size(), std::size_t{1});
    QCOMPARE(without->counters().at("dropped_before_time_base"), 1);
  }

  void readAndSeekMeetAtTheSamePlace() {
    const auto bytes = manyEvents();
    const auto path = folder_.write("many.raw", bytes);
    const auto whole = kit::openEvents("evt3", path);
    const auto all = *kit::eventsLeft(*whole);
    QVERIFY(all.size() > 300'000);
    const auto counters = whole->counters();
    for (const Time t :
         {Time{0}, 3 * kMillisecond, 700 * kMillisecond, 123 * kMillisecond, 5 * kSecond}) {
      const auto source = kit::openEvents("evt3", path);
      auto joined = *kit::eventsBefore(*source, t);
      QVERIFY(source->seek(t));
      const auto after = *kit::eventsLeft(*source);
      joined.insert(joined.end(), after.begin(), after.end());
      QCOMPARE(joined, all);
      QCOMPARE(source->counters(), counters);
    }
    QVERIFY(whole->seek(0));
    QCOMPARE(*kit::eventsLeft(*whole), all);
    QCOMPARE(whole->counters(), counters);  // each record is counted once
  }

  void writesWhatItReads() {
    const auto path = folder_.write("many.raw", manyEvents());
    Opened from = kit::openEvents("evt3", path);
    const FileFormat& format = *kit::registry().fileFormat("evt3");
    QVERIFY(format.write(folder_.path("again.raw"), from, {}));
    const auto first = kit::openEvents("evt3", path),
               second = kit::openEvents("evt3", folder_.path("again.raw"));
    QCOMPARE(second->t0(), first->t0());
    QCOMPARE(*kit::eventsLeft(*second), *kit::eventsLeft(*first));
    QCOMPARE(*kit::triggersLeft(*second), *kit::triggersLeft(*first));
    for (const auto& [name, n] : second->counters())
      QVERIFY2(
          name.find("violation") == std::string::npos || name.find("back") != std::string::npos,
          name.c_str());
  }

  void writesSampleExactly() {
    SPK_NEEDS_SAMPLES(samples);
    const auto path = *samples / "exp_evt3_sample.raw";
    Opened from = kit::openEvents("evt3", path);
    const FileFormat& format = *kit::registry().fileFormat("evt3");
    QVERIFY(format.write(folder_.path("again.raw"), from, {}));
    const auto first = kit::openEvents("evt3", path),
               second = kit::openEvents("evt3", folder_.path("again.raw"));
    QCOMPARE(*kit::eventsLeft(*second), *kit::eventsLeft(*first));
    QCOMPARE(second->t0(), first->t0());
    QVERIFY(std::filesystem::file_size(folder_.path("again.raw")) <=
            std::filesystem::file_size(path));
  }

 private:
  /// Some 400 k events over a second in vectors and singly, with steps back and triggers.
  static std::string manyEvents() {
    RandomSequence random(randomKey(1, 1, Purpose::Sample), 0);
    Words words;
    for (int tick = 0; tick < 250; ++tick) {
      words.push_back(high((tick + 4000) & 0xFFF));
      for (int group = 0; group < 120; ++group) {
        words.push_back(low(static_cast<int>(random.below(64)) + group * 32));
        words.push_back(y(static_cast<int>(random.below(480))));
        words.push_back(x(static_cast<int>(random.below(640)), 1));
        words.push_back(
            base(static_cast<int>(random.below(608)), static_cast<int>(random.below(2))));
        words.push_back(v12(static_cast<int>(random.below(4096))));
        words.push_back(v12(static_cast<int>(random.below(4096))));
        words.push_back(v8(static_cast<int>(random.below(256))));
      }
      words.push_back(static_cast<std::uint16_t>(0xA300 | (tick & 1)));
    }
    return kHeader + kit::bytesOf(words);
  }
};

QTEST_APPLESS_MAIN(Evt3)
#include "evt3_test.moc"
