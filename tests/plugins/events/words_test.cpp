#include <QtTest>

#include "engine/base/Rng.h"
#include "tests/kit/ListSource.h"
#include "tests/kit/events.h"

using namespace spk;

namespace {

using Words = std::vector<std::uint64_t>;

/// An EVT2.1 word by its halves; legacy files swap them.
constexpr std::uint64_t word(std::uint32_t head, std::uint32_t mask, bool legacy = false) {
  return legacy ? std::uint64_t{mask} << 32 | head : std::uint64_t{head} << 32 | mask;
}
constexpr std::uint32_t high(std::uint32_t t) { return 0x8u << 28 | t; }
constexpr std::uint32_t at(std::uint32_t low, std::uint32_t x, std::uint32_t y, std::uint32_t on) {
  return on << 28 | low << 22 | x << 11 | y;
}
constexpr std::uint64_t record(std::uint32_t t, std::uint32_t data) {
  return std::uint64_t{data} << 32 | t;
}
constexpr const char* kDat = "% Height 480\n% Version 2\n% Width 640\n% end\n";

}  // namespace

/// Files of 64-bit words (EVT2.1, DAT), and what all files of words have in common: places in large
/// ones, found in the background.
class WordFiles : public QObject {
  Q_OBJECT
  kit::Folder folder_;

  std::unique_ptr<EventSource> file(const char* id, const std::string& bytes,
                                    const Values& options = {}, QString* why = nullptr) {
    return kit::openEvents(id, folder_.write("a.raw", bytes), options, why);
  }

  /// Events of an hour in EVT2, some of them late, and triggers.
  std::filesystem::path large() {
    RandomSequence random(randomKey(1, 1, Purpose::Sample), 0);
    std::vector<std::uint32_t> words;
    for (std::uint32_t tick = 0; tick < 60'000; ++tick) {
      words.push_back(0x8u << 28 | (tick * 1000 - (tick % 100 == 50 ? 30'000 : 0)));
      for (std::uint32_t i = 0; i < 20; ++i)
        words.push_back(at(random.below(64), random.below(640), random.below(480), i & 1));
      if (tick % 1000 == 7) words.push_back(0xAu << 28 | 3 << 8 | (tick & 1));
    }
    return folder_.write("large.raw", "% evt 2.0\n% format EVT2;height=480;width=640\n% end\n" +
                                          kit::bytesOf(words));
  }

 private Q_SLOTS:
  void evt21ReadsBothOrders_data() {
    QTest::addColumn<QString>("header");
    QTest::addColumn<bool>("legacy");
    QTest::newRow("format") << "% format EVT21;endianness=little;height=480;width=640\n% end\n"
                            << false;
    QTest::newRow("key") << "% evt 2.1\n% endianness legacy\n% geometry 640x480\n% end\n" << true;
    QTest::newRow("old camera") << "% evt 2.1\n% integrator_name Prophesee\n% system_ID 49\n"
                                   "% geometry 640x480\n% end\n"
                                << true;
    QTest::newRow("new camera") << "% evt 2.1\n% system_ID 65\n% geometry 640x480\n% end\n"
                                << false;
  }
  void evt21ReadsBothOrders() {
    QFETCH(QString, header);
    QFETCH(bool, legacy);
    const Words words = {word(at(0, 1, 1, 1), 7, legacy),  // before the clock is known
                         word(high(2), 0, legacy),
                         word(at(5, 10, 20, 1), 0x80000001, legacy),
                         word(0xAu << 28 | 6 << 22 | 9 << 8 | 1, 0, legacy),
                         word(0xEu << 28 | 0x14, 0xF0000123, legacy),
                         word(0xFu << 28 | 3, 0, legacy),
                         word(at(63, 630, 479, 0), 0xFFFFFFFF, legacy),
                         word(at(63, 3, 480, 0), 3, legacy),
                         word(0x5u << 28, 0, legacy)};
    const auto source = file("evt21", header.toStdString() + kit::bytesOf(words) + "abc");
    QVERIFY(source);
    QCOMPARE(source->t0(), (2 * 64 + 5) * kMicrosecond);
    auto events = *kit::eventsLeft(*source);
    QCOMPARE(events.size(), std::size_t{12});
    QCOMPARE(events[0], (Event{0, 10, 20, 1}));
    QCOMPARE(events[1], (Event{0, 41, 20, 1}));
    QCOMPARE(events[2], (Event{58 * kMicrosecond, 630, 479, 0}));
    QCOMPARE(*kit::triggersLeft(*source), (TriggerPacket{{kMicrosecond, 9, 1}}));
    const auto& counters = source->counters();
    QCOMPARE(counters.at("dropped_before_time_base"), 3);
    QCOMPARE(counters.at("out_of_bounds"), 24);
    QCOMPARE(counters.at("triggers"), 1);
    QCOMPARE(counters.at("unknown_words"), 1);
    QCOMPARE(counters.at("truncated_bytes"), 3);
    QCOMPARE(counters.at("other_words"), 1);
  }

  void evt21TellsWhatItGuessed() {
    const std::string bytes = "% evt 2.1\n% integrator_name Other\n% end\n" +
                              kit::bytesOf(Words{word(high(0), 0), word(at(0, 1, 2, 1), 1)});
    const auto source = file("evt21", bytes);
    bool order = false, size = false;
    for (const Note& note : source->notes()) {
      order |= note.text.find("Set endianness") != std::string::npos;
      size |= note.text.find("Set width and height") != std::string::npos;
    }
    QVERIFY(order && size);
    const auto swapped = file("evt21", bytes, {{"endianness", std::string("legacy")}});
    QCOMPARE(kit::eventsLeft(*swapped)->size(), std::size_t{0});
    QString why;
    QVERIFY(!file("evt21", bytes, {{"endianness", std::string("big")}}, &why));
    QVERIFY(why.contains("legacy"));
  }

  void evt21WrapsItsClock() {
    const auto source =
        file("evt21", "% format EVT21;endianness=little;height=4;width=64\n% end\n" +
                          kit::bytesOf(Words{word(high(0x0FFFFFFF), 0), word(at(63, 1, 1, 1), 1),
                                             word(high(0), 0), word(at(0, 2, 1, 1), 1),
                                             word(high(90), 0), word(at(0, 2, 1, 1), 1),
                                             word(high(80), 0), word(at(0, 2, 1, 1), 1)}));
    const auto events = *kit::eventsLeft(*source);
    QCOMPARE(events[1].t, kMicrosecond);
    QCOMPARE(events[3].t, (80 * 64 + 1) * kMicrosecond);
    QCOMPARE(source->counters().at("violation_time_high_back"), 1);
    QCOMPARE(source->counters().at("max_step_back_us"), 640);
  }

  void datReadsItsVersions() {
    const std::uint32_t two = 600 | 400u << 14 | 1u << 28, one = 300 | 200u << 9 | 1u << 17;
    const std::string kind("\x0C\x08", 2), kind2D("\x00\x08", 2);
    const auto second = file("dat", kDat + kind + kit::bytesOf(Words{record(7, two)}));
    QCOMPARE(*kit::eventsLeft(*second), (std::vector<Event>{{0, 600, 400, 1}}));
    QCOMPARE(second->streams()[0].sensor.origin, std::string("header"));
    QCOMPARE(second->t0(), 7 * kMicrosecond);
    const auto first = file("dat", "% Version 1\n" + kind2D + kit::bytesOf(Words{record(7, one)}));
    QCOMPARE(*kit::eventsLeft(*first), (std::vector<Event>{{0, 300, 200, 1}}));
    QCOMPARE(first->streams()[0].sensor.width, 301);
    const auto bare = file("dat", kit::bytesOf(Words{record(1, two), record(2, two)}) + "xyz");
    QCOMPARE(kit::eventsLeft(*bare)->size(), std::size_t{2});
    QCOMPARE(bare->counters().at("truncated_bytes"), 3);
    bool said = false;
    for (const Note& note : bare->notes())
      said |= note.text.find("Set version") != std::string::npos;
    QVERIFY(said);
  }

  void datReadsTriggers() {
    const auto source =
        file("dat", kDat + std::string("\x0E\x08", 2) +
                        kit::bytesOf(Words{record(5, 6 << 8 | 1), record(9, 6 << 8)}));
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{0});
    QCOMPARE(*kit::triggersLeft(*source), (TriggerPacket{{0, 6, 1}, {4 * kMicrosecond, 6, 0}}));
  }

  void datRefusesWhatItDoesNotKnow() {
    for (const auto& [kind, words] : {std::pair{std::string("\x28\x1C", 2), "optical flow"},
                                      {std::string("\x33\x08", 2), "unknown type 51"},
                                      {std::string("\x0C\x10", 2), "16 bytes"},
                                      {std::string("\x0C", 1), "ends within"}}) {
      QString why;
      QVERIFY(!file("dat", kDat + kind, {}, &why));
      QVERIFY2(why.contains(words), qPrintable(why));
    }
  }

  void datClockWrapsOnAFallOfHalf() {
    const auto source = file(
        "dat", kDat + std::string("\x0C\x08", 2) +
                   kit::bytesOf(Words{record(0xFFFFFFF0, 1), record(0x10, 2), record(0xFFFFFFF8, 3),
                                      record(0x20, 4), record(0x18, 5)}));
    const auto events = *kit::eventsLeft(*source);
    const std::vector<Time> expected = {0, 32, 8, 48, 40};  // the third came late, from before
    for (std::size_t i = 0; i < expected.size(); ++i)
      QCOMPARE(events[i].t, expected[i] * kMicrosecond);
    QCOMPARE(source->counters().at("non_monotonic"), 2);
  }

  void datWritesEventsOrTriggers() {
    Opened from = std::make_unique<kit::ListSource>(
        Sensor{20, 10, "test"}, kSecond, std::vector<Event>{{0, 19, 9, 1}, {5000, 0, 0, 0}},
        TriggerPacket{{1000, 3, 1}});
    const FileFormat& format = *kit::registry().fileFormat("dat");
    const auto left = format.write(folder_.path("events.dat"), from, {});
    QVERIFY(left);
    QCOMPARE(left.value().size(), std::size_t{1});
    QVERIFY(
        format.write(folder_.path("triggers.dat"), from, {{"content", std::string("triggers")}}));
    const auto triggers = kit::openEvents("dat", folder_.path("triggers.dat"));
    QCOMPARE(*kit::triggersLeft(*triggers), (TriggerPacket{{0, 3, 1}}));
    QCOMPARE(triggers->t0(), kSecond + kMicrosecond);
    QCOMPARE(kit::eventsLeft(*kit::openEvents("dat", folder_.path("events.dat")))->size(),
             std::size_t{2});
  }

  void farSeeksMeetReads() {
    const auto path = large();
    const auto whole = kit::openEvents("evt2", path);
    const auto all = *kit::eventsLeft(*whole);
    const auto marks = *kit::triggersLeft(*whole);
    QCOMPARE(whole->indexed(), 1.0);  // who reads on has no use for places
    for (const Time t :
         {3000 * kSecond, 5 * kSecond, 3839 * kSecond, 1'932'161 * kMillisecond, 9999 * kSecond}) {
      const auto source = kit::openEvents("evt2", path);
      QVERIFY(source->seek(t));  // without reading what lies before
      const auto rest = *kit::eventsLeft(*source);
      const auto stop = std::ranges::find_if(all, [&](const Event& e) { return e.t >= t; });
      QVERIFY2(std::ranges::equal(rest, std::span(stop, all.end())),
               qPrintable(QString::number(t)));
      const auto later = *kit::triggersLeft(*source);
      const auto mark = std::ranges::find_if(marks, [&](const Trigger& m) { return m.t >= t; });
      QVERIFY(std::ranges::equal(later, std::span(mark, marks.end())));
      // What was passed over is not counted; read afterwards, it is, once.
      if (t > 100 * kSecond) QVERIFY(source->counters() != whole->counters());
      QVERIFY(source->seek(0));
      QCOMPARE(*kit::eventsLeft(*source), all);
      QCOMPARE(source->counters(), whole->counters());
      QTRY_COMPARE(source->indexed(), 1.0);
    }
  }

  void aReaderMayGoWhilePlacesAreSought() {
    const auto path = large();
    for (int i = 0; i < 20; ++i) {
      const auto source = kit::openEvents("evt2", path);
      QVERIFY(kit::eventsBefore(*source, kMillisecond));
      QVERIFY(source->indexed() >= 0 && source->indexed() <= 1);
    }
  }
};

QTEST_APPLESS_MAIN(WordFiles)
#include "words_test.moc"
