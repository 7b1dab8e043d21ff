#include <QtTest>

#include "plugins/events/FlatTable.h"
#include "tests/kit/ListSource.h"
#include "tests/kit/encoders.h"
#include "tests/kit/events.h"

using namespace spk;

namespace {

constexpr std::int32_t kLast = std::numeric_limits<std::int32_t>::max(), kFirst = -kLast - 1;

std::vector<Event> us(std::vector<Event> events) {
  for (Event& e : events) e.t *= kMicrosecond;
  return events;
}

}  // namespace

/// AEDAT 1 to 4, Event Stream and N-MNIST against files that are laid out byte by byte.
class Aedat : public QObject {
  Q_OBJECT
  kit::Folder folder_;

  std::unique_ptr<EventSource> file(const char* id, const std::string& bytes,
                                    const Values& options = {}) {
    QString why;
    auto source = kit::openEvents(id, folder_.write("file", bytes), options, &why);
    if (!source) qWarning("%s: %s", id, qPrintable(why));
    return source;
  }
  static bool says(const EventSource& source, const char* words) {
    return std::ranges::any_of(source.notes(), [&](const Note& note) {
      return note.text.find(words) != std::string::npos;
    });
  }

 private Q_SLOTS:
  void aDvs128CountsRowsFromBelowAndOnIsZero() {
    const auto source =
        file("aedat2",
             kit::aedat2("DVS128", {{kit::dvs128(5, 3, 1), 10}, {kit::dvs128(127, 0, 0), 12}}));
    QCOMPARE(*kit::eventsLeft(*source), us({{0, 5, 3, 1}, {2, 127, 0, 0}}));
    QCOMPARE(source->t0(), 10 * kMicrosecond);
    // The bits themselves: y = 124, x = 122 from the right, bit 0 clear is ON.
    QCOMPARE(kit::dvs128(5, 3, 1), std::uint32_t{124 << 8 | 122 << 1});
  }

  void transposeSwapsColumnsAndRows() {
    const auto source =
        file("aedat2", kit::aedat2("DVS128", {{kit::dvs128(5, 3, 1), 10}}), {{"transpose", true}});
    QCOMPARE(*kit::eventsLeft(*source), us({{0, 3, 5, 1}}));
    const auto davis =
        file("aedat2", kit::aedat2("DAVIS240C", {{kit::davis(240, 180, 200, 7, 0), 1}}),
             {{"transpose", true}});
    QCOMPARE(davis->streams()[0].sensor.width, 180);
    QCOMPARE(*kit::eventsLeft(*davis), us({{0, 7, 200, 0}}));
  }

  void aDavisIsMirroredToo() {
    const auto source =
        file("aedat2", kit::aedat2("Davis346red", {{kit::davis(346, 260, 0, 0, 1), 1},
                                                   {kit::davis(346, 260, 345, 259, 0), 2}}));
    QCOMPARE(source->streams()[0].sensor.width, 346);
    QCOMPARE(*kit::eventsLeft(*source), us({{0, 0, 0, 1}, {1, 345, 259, 0}}));
  }

  void placesBeyondTheSensorAreCounted() {
    // Row 306 of 260, as a well-known data set has them.
    const auto source =
        file("aedat2",
             kit::aedat2("Davis346red", {{306u << 22, 1}, {kit::davis(346, 260, 1, 1, 1), 2}}));
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{1});
    QCOMPARE(source->counters().at("out_of_bounds"), 1);
  }

  void theClockTurnsOver() {
    const auto source = file("aedat2", kit::aedat2("DVS128", {{kit::dvs128(0, 0, 1), kLast},
                                                              {kit::dvs128(1, 0, 1), kFirst},
                                                              {kit::dvs128(2, 0, 1), kLast},
                                                              {kit::dvs128(3, 0, 1), kFirst + 5}}));
    QCOMPARE(*kit::eventsLeft(*source),
             us({{0, 0, 0, 1}, {1, 1, 0, 1}, {0, 2, 0, 1}, {6, 3, 0, 1}}));
    QCOMPARE(source->counters().at("non_monotonic"), 1);
  }

  void aRecordMayBeginLikeAHeader() {
    // Row 39 of a DAVIS240 gives 0x23, which is '#'.
    std::string lines;
    for (int i = 0; i < 3500; ++i) lines += "# <entry key=\"" + std::string(80, 'k') + "\"/>\r\n";
    const std::uint32_t address = kit::davis(240, 180, 3, 39, 1);
    QCOMPARE(address >> 24, std::uint32_t{0x23});
    const auto bytes =
        kit::aedat2("DAVIS240C", {{address, 1}, {kit::davis(240, 180, 4, 39, 0), 0x230A}}, lines);
    QVERIFY(bytes.size() > 300'000);
    const auto source = file("aedat2", bytes);
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{2});
    QCOMPARE(source->counters().at("truncated_bytes"), 0);
  }

  void anEndLineEndsTheHeader() {
    const auto source = file(
        "aedat2", kit::aedat2("DVS128", {{kit::dvs128(1, 1, 1), 1}}, "#End Of ASCII Header\r\n"));
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{1});
  }

  void withoutAHeaderItIsTheFirstVersion() {
    kit::Records records;
    for (int i = 0; i < 100; ++i) records.emplace_back(kit::dvs128(i, 100 - i, i & 1), 50 * i);
    const auto bytes = kit::aedat1(records) + "xyz";
    const auto source = file("aedat2", bytes);
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{100});
    QCOMPARE(source->counters().at("truncated_bytes"), 3);
    QVERIFY(says(*source, "does not name its chip"));
    const auto* format = kit::registry().fileFormat("aedat2");
    FileProbe probe;
    probe.head = std::as_bytes(std::span(bytes.data(), bytes.size()));
    QVERIFY(format->sniff(probe) > 0);
  }

  void inertialSamplesAreSevenWords() {
    kit::Records records;
    for (int type = 0; type < 7; ++type) records.emplace_back(kit::davisImu(type, 8192 + type), 40);
    records.emplace_back(kit::davisImu(0, 1), 50);  // alone
    records.emplace_back(kit::davis(240, 180, 0, 0, 1), 60);
    records.emplace_back(0x402u, 61);  // the external input falls
    const auto source = file("aedat2", kit::aedat2("DAVIS240C", records));
    const auto imu = *kit::imuLeft(*source);
    QCOMPARE(imu.size(), std::size_t{1});
    QCOMPARE(imu[0].t, -20 * kMicrosecond);
    QCOMPARE(imu[0].acceleration[0], 1.0f);
    QCOMPARE(imu[0].rotation[2], 8198 / 65.5f);
    QCOMPARE(imu[0].temperature, 8195 / 340.0f + 35);
    QCOMPARE(source->counters().at("imu_words"), 8);
    QCOMPARE(source->counters().at("imu_words_left"), 1);
    QCOMPARE(*kit::triggersLeft(*source), (TriggerPacket{{kMicrosecond, 0, 0}}));
  }

  void picturesAreResetLessSignal() {
    kit::Records records = {{kit::davis(240, 180, 0, 0, 1), 0}};
    for (const bool signal : {false, true})
      for (int y = 0; y < 180; ++y)
        for (int x = 0; x < 240; ++x)
          records.emplace_back(kit::davisPixel(180, x, y, signal, signal ? 600 - 2 * x : 600),
                               100 + signal);
    records.emplace_back(kit::davisPixel(180, 0, 0, false, 1), 300);  // the next one never ends
    const auto source = file("aedat2", kit::aedat2("DAVIS240C", records));
    const auto frames = *kit::framesLeft(*source);
    QCOMPARE(frames.size(), std::size_t{1});
    QCOMPARE(frames[0].t, 100 * kMicrosecond);
    QCOMPARE(int{frames[0].width}, 240);
    QCOMPARE(int{frames[0].grey[0]}, 0);
    QCOMPARE(int{frames[0].grey[239]}, (2 * 239) >> 2);
    QCOMPARE(source->counters().at("frames_incomplete"), 1);
  }

  void packetsHoldTheirNumberNotTheirCapacity() {
    const auto source = file(
        "aedat3",
        kit::aedat3Header() +
            kit::aedat3Packet(
                1, 0, {kit::aedat3Polarity(1, 2, 1, kLast), kit::aedat3Polarity(9, 9, 1, kLast, 0)},
                9) +
            kit::aedat3Packet(1, 1, {kit::aedat3Polarity(3, 4, 0, 5)}, 8));
    QCOMPARE(*kit::eventsLeft(*source), us({{0, 1, 2, 1}, {6, 3, 4, 0}}));
    QCOMPARE(source->t0(), std::int64_t{kLast} * kMicrosecond);
    QCOMPARE(source->counters().at("invalid_events"), 1);
    QCOMPARE(source->streams()[0].sensor.origin, std::string("source DVS128"));
  }

  void otherPacketsHaveStreamsOfTheirOwn() {
    const auto source = file(
        "aedat3",
        kit::aedat3Header("DAVIS240C") +
            kit::aedat3Packet(1, 0, {kit::aedat3Polarity(0, 0, 1, 1000)}) +
            kit::aedat3Packet(0, 0,
                              {kit::aedat3Special(2, 1001), kit::aedat3Special(3, 1002),
                               kit::aedat3Special(0, 1003)}) +
            kit::aedat3Packet(3, 0, {kit::aedat3Imu(1004, {1, 2, 3, 4, 5, 6, 7})}) +
            kit::aedat3Packet(2, 0, {kit::aedat3Frame(1005, 1, 2, 1, 10, 20, {0x8000, 0xFFFF})}) +
            kit::aedat3Packet(12, 0, {std::string(12, 'x')}));
    QCOMPARE(*kit::triggersLeft(*source),
             (TriggerPacket{{kMicrosecond, 0, 1}, {2 * kMicrosecond, 0, 0}}));
    const auto imu = *kit::imuLeft(*source);
    QCOMPARE(imu.size(), std::size_t{1});
    QCOMPARE(imu[0].rotation[0], 4.0f);
    const auto frames = *kit::framesLeft(*source);
    QCOMPARE(frames.size(), std::size_t{1});
    QCOMPARE(int{frames[0].width}, 240);
    QCOMPARE(int{frames[0].grey[20 * 240 + 10]}, 0x80);
    QCOMPARE(int{frames[0].grey[20 * 240 + 11]}, 0xFF);
    kit::eventsLeft(*source);
    QCOMPARE(source->counters().at("other_events"), 1);
  }

  void damageIsPassedOver() {
    const auto packet = [](int t) {
      return kit::aedat3Packet(1, 0,
                               {kit::aedat3Polarity(t, 1, 1, t), kit::aedat3Polarity(t, 2, 1, t)});
    };
    const auto source = file("aedat3", kit::aedat3Header() + packet(1) + std::string(37, '\xEE') +
                                           packet(2) + packet(3).substr(0, 40));
    QCOMPARE(*kit::eventsLeft(*source),
             us({{0, 1, 1, 1}, {0, 1, 2, 1}, {1, 2, 1, 1}, {1, 2, 2, 1}, {2, 3, 1, 1}}));
    QCOMPARE(source->counters().at("skipped_bytes"), 37);
    QCOMPARE(source->counters().at("truncated_events"), 1);
  }

  void packedFilesAreRefusedInWords() {
    QString why;
    QVERIFY(!kit::openEvents("aedat3", folder_.write("a", kit::aedat3Header("DVS128", "Serial")),
                             {}, &why));
    QVERIFY2(why.contains("Serial"), qPrintable(why));
  }

  void gesturesAreLabelledByTheTableBeside() {
    folder_.write("user01_led_labels.csv",
                  "class,startTime_usec,endTime_usec\n2,1100,1300\n1,1000,1200\n");
    const auto source = kit::openEvents(
        "aedat3", folder_.write("user01_led.aedat",
                                kit::aedat3Header() +
                                    kit::aedat3Packet(1, 0, {kit::aedat3Polarity(1, 1, 1, 1000)})));
    const auto labels = std::ranges::find(source->streams(), std::string("labels"), &Stream::name);
    QVERIFY(labels != source->streams().end());
    Packet packet;
    QVERIFY(source->read(static_cast<std::size_t>(labels - source->streams().begin()), packet,
                         100 * kSecond));
    QCOMPARE(std::get<TriggerPacket>(packet), (TriggerPacket{{0, 1, 1},
                                                             {100 * kMicrosecond, 2, 1},
                                                             {200 * kMicrosecond, 1, 0},
                                                             {300 * kMicrosecond, 2, 0}}));
    folder_.write("user01_led_labels.csv", "something else\n");
    const auto again = kit::openEvents("aedat3", folder_.path("user01_led.aedat"));
    QVERIFY(says(*again, "no table of labels"));
  }

  void oneGestureIsARecordingOfItsOwn() {
    std::vector<std::string> events;
    for (int i = 0; i < 100; ++i) events.push_back(kit::aedat3Polarity(i, 2, 1, 1000 + 10 * i));
    folder_.write("user02_led_labels.csv",
                  "class,startTime_usec,endTime_usec\n4,1500,1700\n1,1200,1600\n");
    const auto path =
        folder_.write("user02_led.aedat", kit::aedat3Header() + kit::aedat3Packet(1, 0, events));
    for (const auto& [trial, first, last, words] :
         {std::tuple{std::int64_t{1}, 50, 69, "trial 1 of 2: class 4"},
          {std::int64_t{2}, 20, 59, "trial 2 of 2: class 1"}}) {
      const auto source = kit::openEvents("aedat3", path, {{"trial", trial}});
      QVERIFY(source && says(*source, words));
      QCOMPARE(source->t0(), (1000 + 10 * first) * kMicrosecond);
      const auto all = *kit::eventsLeft(*source);
      QCOMPARE(all.size(), std::size_t(last - first + 1));
      QCOMPARE(all.front().t, 0);
      QCOMPARE(all.front().x, first);
      QCOMPARE(all.back().x, last);
      // What is sought and what is read meet.
      QVERIFY(source->seek(0));
      auto joined = *kit::eventsBefore(*source, 55 * kMicrosecond);
      QCOMPARE(joined.size(), 6);
      QVERIFY(source->seek(55 * kMicrosecond));
      const auto rest = *kit::eventsLeft(*source);
      joined.insert(joined.end(), rest.begin(), rest.end());
      QVERIFY(joined == all);
    }
    QString why;
    QVERIFY(!kit::openEvents("aedat3", path, {{"trial", std::int64_t{3}}}, &why));
    QVERIFY2(why.contains("is 3") && why.contains("has 2"), qPrintable(why));
  }

  void writesAndReadsAllKinds_data() {
    QTest::addColumn<QString>("compression");
    for (const char* name : {"lz4", "zstd", "none"}) QTest::newRow(name) << name;
  }
  void writesAndReadsAllKinds() {
    QFETCH(QString, compression);
    const auto path = written(compression.toStdString());
    const auto source = kit::openEvents("aedat4", path);
    const auto wanted = recording();
    QVERIFY(source);
    QCOMPARE(source->t0(), wanted->t0());
    QVERIFY(*kit::eventsLeft(*source) == *kit::eventsLeft(*wanted));
    QCOMPARE(*kit::triggersLeft(*source), *kit::triggersLeft(*wanted));
    QCOMPARE(*kit::imuLeft(*source), *kit::imuLeft(*wanted));
    QCOMPARE(*kit::framesLeft(*source), *kit::framesLeft(*wanted));
  }

  void blocksDependAndTheTablePointsBehindHeads() {
    const auto bytes = folder_.read(written("lz4").filename().string());
    const auto all = std::as_bytes(std::span(bytes.data(), bytes.size()));
    const std::size_t first = 18 + events::little<std::uint32_t>(all, 14);
    QCOMPARE(events::little<std::uint32_t>(all, first + 8), std::uint32_t{0x184D2204});
    QCOMPARE(events::little<std::uint8_t>(all, first + 12) & 0xE0, 0x40);  // version 1, dependent
    const auto header = events::FlatTable::root(all.subspan(18), "IOHE");
    QVERIFY(header);
    const auto position = static_cast<std::size_t>(header->value<std::int64_t>(1, -1));
    events::Unpacker unpacker;
    const auto table = unpacker.unpack(events::Packing::Lz4, all.subspan(position), 1 << 24);
    QVERIFY(table);
    const auto entries = events::FlatTable::root(table.value().subspan(4), "FTAB");
    QVERIFY(entries && entries->tables(0) > 3);
    QCOMPARE(entries->table(0, 0)->value<std::int64_t>(0, 0), static_cast<std::int64_t>(first + 8));
  }

  void aFileThatWasNotClosedIsReadOn() {
    auto bytes = folder_.read(written("lz4").filename().string());
    const auto all = *kit::eventsLeft(*file("aedat4", bytes));
    std::memset(bytes.data() + 18 + 24, 0xFF, 8);  // the table's position: −1
    bytes.resize(bytes.size() * 2 / 3);
    const auto source = file("aedat4", bytes);
    const auto some = *kit::eventsLeft(*source);
    QVERIFY(some.size() > 4000 && some.size() < all.size());
    QVERIFY(std::ranges::equal(some, std::span(all).first(some.size())));
    QVERIFY(source->counters().at("truncated_bytes") > 0);
    QVERIFY(says(*source, "not closed"));
  }

  void aBadPacketIsLeftOutAlone() {
    auto bytes = folder_.read(written("zstd").filename().string());
    const auto all = std::as_bytes(std::span(bytes.data(), bytes.size()));
    const std::size_t first = 18 + events::little<std::uint32_t>(all, 14);
    bytes[first + 8 + 20] ^= 0x55;
    const auto source = file("aedat4", bytes);
    QVERIFY(kit::eventsLeft(*source)->size() >= 10'000 - 4096);
    std::string broken = bytes;
    broken.insert(first, "some bytes that belong to nobody");
    const auto shifted = file("aedat4", broken);
    QVERIFY(kit::eventsLeft(*shifted)->size() >= 10'000 - 4096);
    QCOMPARE(shifted->counters().at("skipped_bytes"), 32);
  }

  void withoutItsTextTheStreamsAreFound() {
    auto bytes = folder_.read(written("lz4").filename().string());
    bytes[bytes.find("<dv ")] = '?';
    const auto source = file("aedat4", bytes);
    QVERIFY(source);
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{10'000});
    QVERIFY(says(*source, "holds every event"));
    QVERIFY(source->streams()[0].sensor.width <= 64);
  }

  void oneOfSeveralStreamsIsChosen() {
    auto bytes = folder_.read(written("none").filename().string());
    // The triggers' packets become a second camera's by name alone: they hold no events then.
    const std::string before = "\"typeIdentifier\" type=\"string\">";
    bytes.replace(bytes.find(before + "TRIG") + before.size(), 4, "EVTS");
    const auto first = file("aedat4", bytes);
    QVERIFY(says(*first, "several streams"));
    const auto second = file("aedat4", bytes, {{"stream", std::int64_t{3}}});
    QCOMPARE(second->streams()[0].name, std::string("events of stream 3"));
    QString why;
    QVERIFY(!kit::openEvents("aedat4", folder_.path("file"), {{"stream", std::int64_t{9}}}, &why));
    QVERIFY(why.contains("no stream of events 9"));
  }

  void aRowOf240TurnsTheClock() {
    std::string bytes;
    for (int i = 0; i < 60; ++i) bytes += kit::nmnistEvent(i % 34, 33 - i % 34, i & 1, 100 * i);
    bytes += kit::nmnistEvent(7, 240, 0, 0) + kit::nmnistEvent(3, 4, 1, 6000) + "ab";
    const auto source = file("nmnist", bytes);
    const auto all = *kit::eventsLeft(*source);
    QCOMPARE(all.size(), std::size_t{61});
    QCOMPARE(all.back(), (Event{(6000 + 8192) * kMicrosecond, 3, 4, 1}));
    QCOMPARE(source->streams()[0].sensor.width, 34);
    QCOMPARE(source->counters().at("truncated_bytes"), 2);
  }

  void anEventStreamCountsRowsFromBelow() {
    const auto source = file("es", kit::esHeader(1, 32, 24) + kit::esEvent(3 << 1 | 1, 5, 0) +
                                       "\xFF\xFE\xFE\xFE\xFE\xFE" + kit::esEvent(1 << 1, 31, 23));
    QCOMPARE(*kit::eventsLeft(*source), us({{0, 5, 23, 1}, {128, 31, 0, 0}}));
    QCOMPARE(source->t0(), 3 * kMicrosecond);
    QCOMPARE(source->counters().at("resets"), 5);
  }

  void itsOtherTypes() {
    // ATIS: time above two bits, polarity, and whether it is a measurement.
    const auto atis =
        file("es", kit::esHeader(2, 32, 24) + kit::esEvent(2 << 2 | 2, 1, 23) + "\xFD" +
                       kit::esEvent(1 << 2 | 3, 2, 23) + kit::esEvent(1 << 2, 3, 23));
    QCOMPARE(*kit::eventsLeft(*atis), us({{0, 1, 0, 1}, {65, 3, 0, 0}}));
    QCOMPARE(atis->counters().at("threshold_crossings"), 1);
    const auto colour = file("es", kit::esHeader(4, 32, 24) + kit::esEvent(9, 1, 2) + "rgb" +
                                       "\xFF" + kit::esEvent(1, 2, 2) + "rgb");
    QCOMPARE(*kit::eventsLeft(*colour), us({{0, 1, 21, 1}, {255, 2, 21, 1}}));
    const auto generic = file("es", kit::esHeader(0) + "\x05" + std::string(1, 3 << 1) + "abc" +
                                        "\xFF\x01" + std::string({1, 2}) + std::string(128, 'x'));
    QCOMPARE(*kit::eventsLeft(*generic), us({{0, 0, 0, 1}, {255, 0, 0, 1}}));
    QString why;
    auto old = kit::esHeader(1, 2, 2);
    old[12] = 1;
    QVERIFY(!kit::openEvents("es", folder_.write("old", old), {}, &why));
    QVERIFY(why.contains("1.0.0"));
  }

  void farSeeksMeetReads() {
    // Large enough to be searched in the background; damage in the middle is counted once.
    std::string bytes = kit::esHeader(1, 32, 24);
    for (int i = 0; i < 200'000; ++i)
      bytes += i == 100'000 ? "damage" : kit::esEvent((i % 3) << 1 | (i & 1), i % 32, i % 24);
    const auto path = folder_.write("far.es", bytes);
    const auto whole = kit::openEvents("es", path);
    const auto all = *kit::eventsLeft(*whole);
    QVERIFY(all.size() > 199'980);
    for (const std::size_t place : {std::size_t{190'000}, std::size_t{50'000}, std::size_t{7}}) {
      const auto source = kit::openEvents("es", path);
      QVERIFY(source->seek(all[place].t));
      const auto first =
          std::ranges::find_if(all, [&](const Event& e) { return e.t >= all[place].t; });
      QVERIFY(std::ranges::equal(*kit::eventsLeft(*source), std::span(first, all.end())));
      QVERIFY(source->seek(0));
      QVERIFY(*kit::eventsLeft(*source) == all);
      QCOMPARE(source->counters(), whole->counters());
    }
  }

  void afterDamageItFindsItsStepAgain() {
    std::string bytes = kit::esHeader(1, 32, 24);
    for (int i = 0; i < 40; ++i) bytes += kit::esEvent(2, i % 32, i % 24);
    bytes.erase(20 + 5 * 7 + 2, 2);  // within the eighth event
    bytes += kit::esEvent(2, 31, 23).substr(0, 3);
    const auto source = file("es", bytes);
    const auto all = *kit::eventsLeft(*source);
    QVERIFY(all.size() >= 36 && all.size() <= 40);
    QCOMPARE(all.back().x, std::uint16_t{7});
    QVERIFY(source->counters().at("skipped_bytes") > 0);
    QCOMPARE(source->counters().at("truncated_bytes"), 3);
  }

 private:
  /// Ten thousand events at times of today, beyond what 32 bits and a float can hold.
  static std::unique_ptr<kit::ListSource> recording() {
    RandomSequence random(randomKey(4, 1, Purpose::Sample), 0);
    std::vector<Event> events;
    TriggerPacket triggers;
    ImuPacket imu;
    FramePacket frames;
    for (int i = 0; i < 10'000; ++i) {
      const Time t = i * 7 * kMicrosecond;
      events.push_back({t, static_cast<std::uint16_t>(random.below(64)),
                        static_cast<std::uint16_t>(random.below(48)),
                        static_cast<std::uint8_t>(random.below(2))});
      const auto f = static_cast<float>(i);
      if (i % 100 == 0) imu.push_back({t, {f, -f, 1}, {2, f, 3}, 36.5f});
      if (i % 1500 == 0)
        triggers.push_back(
            {t, static_cast<std::uint8_t>(i & 1), static_cast<std::uint8_t>(i / 1500 % 2)});
      if (i % 4000 == 0) {
        frames.push_back({t, 64, 48, std::vector<std::uint8_t>(64 * 48)});
        for (auto& g : frames.back().grey) g = static_cast<std::uint8_t>(random.below(256));
      }
    }
    auto made = std::make_unique<kit::ListSource>(Sensor{64, 48, "test"},
                                                  Time{1605537493718345} * kMicrosecond,
                                                  std::move(events), std::move(triggers));
    made->add(std::move(imu), std::move(frames));
    return made;
  }
  std::filesystem::path written(const std::string& compression) {
    Opened from = recording();
    const auto path = folder_.path("written.aedat4");
    const auto notes =
        kit::registry().fileFormat("aedat4")->write(path, from, {{"compression", compression}});
    if (!notes || !notes.value().empty()) qWarning("the recording could not be held wholly");
    return path;
  }
};

QTEST_APPLESS_MAIN(Aedat)
#include "aedat_test.moc"
