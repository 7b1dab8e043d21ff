#include <QtTest>

#include "tests/kit/events.h"

using namespace spk;

namespace {

using Words = std::vector<std::uint32_t>;
constexpr const char* kHeader = "% evt 2.0\n% format EVT2;height=480;width=640\n% end\n";
constexpr std::uint32_t high(std::uint32_t t) { return 8u << 28 | t; }
constexpr std::uint32_t cd(std::uint32_t low, std::uint32_t x, std::uint32_t y, std::uint32_t on) {
  return on << 28 | low << 22 | x << 11 | y;
}
constexpr std::uint32_t trigger(std::uint32_t low, std::uint32_t id, std::uint32_t value) {
  return 0xAu << 28 | low << 22 | id << 8 | value;
}
constexpr std::uint32_t kLastHigh = (1u << 28) - 1;

}  // namespace

class Evt2 : public QObject {
  Q_OBJECT
  kit::Folder folder_;

  std::unique_ptr<EventSource> file(const Words& words, const std::string& header = kHeader) {
    return kit::openEvents("evt2", folder_.write("a.raw", header + kit::bytesOf(words)));
  }

 private Q_SLOTS:
  void sampleMatchesItsTable() {
    SPK_NEEDS_SAMPLES(samples);
    const auto source = kit::openEvents("evt2", *samples / "faery_evt2.raw");
    QVERIFY(source);
    QCOMPARE(source->streams()[0].sensor.origin, std::string("system_ID 21"));
    QCOMPARE(source->streams()[0].sensor.width, 640);
    const kit::EventTotals expected{521252,    335391,    185861,   128979953,
                                    216346680, 913716224, 913812095};
    QCOMPARE(kit::text(kit::totals(*source)), kit::text(expected));
    for (const auto& [name, n] : source->counters())
      QVERIFY2(n == 0 || name == "other_words", name.c_str());
  }

  void eventsTimesAndTriggers() {
    const auto source =
        file({high(2), cd(5, 639, 479, 1), trigger(6, 17, 1), high(3), cd(0, 0, 0, 0)});
    const std::vector<Event> expected = {{0, 639, 479, 1}, {59 * kMicrosecond, 0, 0, 0}};
    QCOMPARE(*kit::eventsLeft(*source), expected);
    QCOMPARE(source->t0(), 133 * kMicrosecond);
    QCOMPARE(*kit::triggersLeft(*source), (TriggerPacket{{kMicrosecond, 17, 1}}));
  }

  void aWrapIsNearlyTheWholeRange() {
    const auto source = file({high(kLastHigh), cd(63, 1, 1, 1), high(0), cd(0, 2, 1, 1), high(1000),
                              cd(0, 3, 1, 1), high(10), cd(0, 4, 1, 1)});
    const auto events = *kit::eventsLeft(*source);
    QCOMPARE(events[1].t, kMicrosecond);
    QCOMPARE(events[2].t, 64'001 * kMicrosecond);
    QCOMPARE(events[3].t, 641 * kMicrosecond);  // a step back, no wrap
    QCOMPARE(source->counters().at("violation_time_high_back"), 1);
    QCOMPARE(source->counters().at("max_step_back_us"), 990 * 64);
  }

  void wrapsEndBeforeTheClockOverflows() {
    Words words = {high(kLastHigh), cd(0, 1, 1, 1)};
    for (int i = 0; i < 600'000; ++i) words.insert(words.end(), {high(0), high(kLastHigh)});
    words.push_back(cd(1, 1, 1, 1));
    const auto source = file(words);
    const auto events = *kit::eventsLeft(*source);
    QVERIFY(events.back().t > 0);
    QVERIFY(source->counters().at("violation_clock_overflow") > 0);
  }

  void oddWordsAreCounted() {
    const auto source =
        file({cd(0, 1, 1, 1), high(0), 0xE0000014u, 0xF0000001u, 0xF0000001u, 0x50000000u,
              0xD0000000u, 0xF0000000u, cd(0, 640, 0, 1), cd(0, 1, 480, 1), cd(0, 1, 1, 1)});
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{1});
    const std::map<std::string, std::int64_t> expected = {{"dropped_before_time_base", 1},
                                                          {"imu", 1},
                                                          {"non_monotonic", 0},
                                                          {"other_words", 1},
                                                          {"out_of_bounds", 2},
                                                          {"triggers", 0},
                                                          {"truncated_bytes", 0},
                                                          {"unknown_words", 1},
                                                          {"violation_stray_continued", 1}};
    QCOMPARE(source->counters(), expected);
  }

  void aCutFilePlaysWhatIsWhole() {
    const std::string bytes =
        kHeader + kit::bytesOf(Words{high(0), cd(0, 1, 1, 1), cd(1, 2, 1, 1)});
    for (std::size_t cut = 1; cut < 4; ++cut) {
      const auto source =
          kit::openEvents("evt2", folder_.write("a.raw", bytes.substr(0, bytes.size() - cut)));
      QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{1});
      QCOMPARE(source->counters().at("truncated_bytes"), static_cast<std::int64_t>(4 - cut));
    }
  }

  void anEmptyFileSaysSo() {
    const auto source = file({});
    QVERIFY(source);
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{0});
    QCOMPARE(source->notes()[0].text, std::string("the file holds no events"));
    QVERIFY(source->seek(kSecond));
  }

  void writesWhatItReads() {
    // Times beyond the clock's 34 bits, a pause over two wraps, steps back, triggers.
    const auto first = file({high(kLastHigh), cd(3, 5, 6, 1), trigger(3, 30, 1), cd(1, 6, 6, 0),
                             high(0), cd(0, 7, 7, 1), high(kLastHigh), high(0), cd(9, 1, 2, 0),
                             trigger(9, 3, 0), high(77), trigger(60, 3, 1)},
                            "% evt 2.0\n% geometry 640x480\n% t0 60000000000000\n% end\n");
    const auto events = *kit::eventsLeft(*first);
    const auto triggers = *kit::triggersLeft(*first);
    QCOMPARE(events.size(), std::size_t{4});
    Opened from = kit::openEvents("evt2", folder_.path("a.raw"));
    QVERIFY(kit::registry().fileFormat("evt2")->write(folder_.path("b.raw"), from, {}));
    const auto second = kit::openEvents("evt2", folder_.path("b.raw"));
    QCOMPARE(second->t0(), first->t0());
    QCOMPARE(*kit::eventsLeft(*second), events);
    QCOMPARE(*kit::triggersLeft(*second), triggers);
  }

  void encodingsAgreeOnSample() {
    SPK_NEEDS_SAMPLES(samples);
    Opened from = kit::openEvents("evt2", *samples / "faery_evt2.raw");
    auto& source = *std::get<std::unique_ptr<EventSource>>(from);
    const auto events = *kit::eventsLeft(source);
    for (const char* id : {"evt2", "evt3"}) {
      QVERIFY(kit::registry().fileFormat(id)->write(folder_.path("again.raw"), from, {}));
      const auto again = kit::openEvents(id, folder_.path("again.raw"));
      QCOMPARE(again->t0(), source.t0());
      QCOMPARE(*kit::eventsLeft(*again), events);
    }
  }
};

QTEST_APPLESS_MAIN(Evt2)
#include "evt2_test.moc"
