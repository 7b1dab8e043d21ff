#include <QtTest>

#include "tests/kit/encoders.h"
#include "tests/kit/events.h"

using namespace spk;

namespace {

using events::Packing;
constexpr std::int64_t kBase = 1'700'000'000'000'000'123;  // ns, in 2023
const std::vector<kit::RosTopicText> kTopics = {{"/camera/events", "dvs_msgs/EventArray"},
                                                {"/camera/imu", "sensor_msgs/Imu"},
                                                {"/camera/image", "sensor_msgs/Image"},
                                                {"/other", "std_msgs/String"}};

/// Four messages of events with others between.
kit::RosMessageTexts messages(bool cdr) {
  kit::RosMessageTexts made;
  for (int i = 0; i < 4; ++i) {
    const std::int64_t t = kBase + i * 1'000'000;
    made.emplace_back(
        0, kit::rosEventArray(cdr, 32, 24,
                              {{t, i, 1, 1}, {t + 500, 31, 23 - i, 0}, {t + 999, 5, 6, 1}}));
    made.emplace_back(1, kit::rosImu(cdr, t, {1, 0, -1}, {9.80665, 0, 0}));
    made.emplace_back(3, "anything");
    if (i == 1)
      made.emplace_back(2, kit::rosImage(cdr, t, 2, 2, "bgr8", 6,
                                         std::string("\0\0\xFF"
                                                     "\xFF\xFF\xFF"
                                                     "\0\xFF\0"
                                                     "\0\0\0",
                                                     12)));
  }
  return made;
}
std::vector<Event> expected() {
  std::vector<Event> made;
  for (int i = 0; i < 4; ++i) {
    const Time t = i * 1'000'000;
    made.push_back({t, static_cast<std::uint16_t>(i), 1, 1});
    made.push_back({t + 500, 31, static_cast<std::uint16_t>(23 - i), 0});
    made.push_back({t + 999, 5, 6, 1});
  }
  return made;
}
std::string words(const std::vector<std::uint16_t>& list) { return kit::bytesOf(list); }

}  // namespace

/// Recordings of ROS 1 and 2 that are laid out byte by byte.
class Ros : public QObject {
  Q_OBJECT
  kit::Folder folder_;

  std::unique_ptr<EventSource> open(const char* id, const std::string& bytes,
                                    const Values& options = {}) {
    QString why;
    auto source = kit::openEvents(id, folder_.write("file", bytes), options, &why);
    if (!source) qWarning("%s: %s", id, qPrintable(why));
    return source;
  }
  /// Whether a source of messages() gives what is in them.
  static void compare(EventSource& source) {
    QCOMPARE(source.t0(), kBase);
    QCOMPARE(source.streams()[0].sensor.width, 32);
    QCOMPARE(source.streams()[0].sensor.height, 24);
    QCOMPARE(*kit::eventsLeft(source), expected());
    const auto imu = *kit::imuLeft(source);
    QCOMPARE(imu.size(), std::size_t{4});
    QCOMPARE(imu[1].t, 1'000'000);
    QCOMPARE(imu[1].acceleration[0], 1.0f);
    QVERIFY(qAbs(imu[1].rotation[0] - 57.29578f) < 1e-4f);
    const auto frames = *kit::framesLeft(source);
    QCOMPARE(frames.size(), std::size_t{1});
    QCOMPARE(frames[0].grey, (std::vector<std::uint8_t>{76, 255, 149, 0}));
    QVERIFY(source.seek(2'000'000));
    QCOMPARE(kit::eventsLeft(source)->size(), std::size_t{6});
    QCOMPARE(kit::imuLeft(source)->size(), std::size_t{2});
  }
  /// The events of one EventPacket message after another.
  std::unique_ptr<EventSource> packets(const std::string& encoding,
                                       const std::vector<std::string>& payloads) {
    kit::RosMessageTexts made;
    for (const std::string& payload : payloads)
      made.emplace_back(0, kit::rosEventPacket(false, 32, 24, kBase, encoding, payload));
    return open("rosbag",
                kit::rosBag({{"/e", "event_camera_msgs/EventPacket"}}, made, Packing::None, true));
  }

 private Q_SLOTS:
  void bags_data() {
    QTest::addColumn<int>("packing");
    QTest::addColumn<bool>("closed");
    for (const bool closed : {true, false})
      for (const auto& [name, packing] :
           {std::pair{"plain", Packing::None}, {"lz4", Packing::Lz4}, {"bz2", Packing::Bz2}})
        QTest::newRow(qPrintable(QString("%1 %2").arg(name, closed ? "closed" : "open")))
            << static_cast<int>(packing) << closed;
  }
  void bags() {
    QFETCH(int, packing);
    QFETCH(bool, closed);
    const auto source = open(
        "rosbag", kit::rosBag(kTopics, messages(false), static_cast<Packing>(packing), closed));
    QVERIFY(source);
    compare(*source);
    QVERIFY(std::ranges::any_of(source->notes(), [](const Note& n) {
      return n.text.find("std_msgs/String") != n.text.npos;
    }));
  }

  void aDamagedChunkIsLeftOutAlone() {
    auto bytes = kit::rosBag(kTopics, messages(false), Packing::Lz4, true, 3);
    const std::string magic = "\x04\x22\x4D\x18";
    bytes.replace(bytes.find(magic, bytes.find(magic) + 4) + 7, 30, std::string(30, '\xFF'));
    const auto source = open("rosbag", bytes);
    QVERIFY(source);
    const auto some = *kit::eventsLeft(*source);
    QVERIFY(some.size() >= 3 && some.size() < 12);
    QCOMPARE(source->counters().at("damaged_chunks"), 1);
  }

  void bytesOfNobodyArePassedOver() {
    auto bytes = kit::rosBag(kTopics, messages(false), Packing::None, true);
    const std::size_t first = 13 + 4096;
    bytes.insert(first, std::string(100, '\xA5'));
    const auto source = open("rosbag", bytes);
    QVERIFY(source);
    QCOMPARE(*kit::eventsLeft(*source), expected());
    QCOMPARE(source->counters().at("skipped_bytes"), 100);
  }

  void twoCamerasAreTwoStreams() {
    const std::vector<kit::RosTopicText> topics = {{"/right", "dvs_msgs/EventArray"},
                                                   {"/left", "dvs_msgs/EventArray"},
                                                   {"/never", "dvs_msgs/EventArray"}};
    const kit::RosMessageTexts made = {{0, kit::rosEventArray(false, 32, 24, {{kBase, 1, 1, 1}})},
                                       {1, kit::rosEventArray(false, 32, 24, {{kBase, 2, 2, 0}})}};
    const auto bytes = kit::rosBag(topics, made, Packing::None, true);
    const auto source = open("rosbag", bytes);
    QCOMPARE(source->streams().size(), std::size_t{2});
    QCOMPARE(source->streams()[0].name, std::string("/left"));
    QCOMPARE(*kit::eventsLeft(*source), (std::vector<Event>{{0, 2, 2, 0}}));
    const auto right = open("rosbag", bytes, {{"topic", std::string("/right")}});
    QCOMPARE(*kit::eventsLeft(*right), (std::vector<Event>{{0, 1, 1, 1}}));
  }

  void monoPackets() {
    std::string payload;
    kit::putLittle(payload, std::uint64_t{1500} | std::uint64_t{7} << 32 | std::uint64_t{9} << 48 |
                                std::uint64_t{1} << 63);
    kit::putLittle(payload, std::uint64_t{2500} | std::uint64_t{8} << 32 | std::uint64_t{10} << 48);
    const auto source = packets("mono", {payload});
    QCOMPARE(source->t0(), kBase + 1500);
    QCOMPARE(*kit::eventsLeft(*source), (std::vector<Event>{{0, 7, 9, 1}, {1000, 8, 10, 0}}));
  }

  void libcaerPackets() {
    const auto source =
        packets("libcaer", {kit::aedat3Polarity(3, 4, 1, 2) + kit::aedat3Polarity(9, 9, 1, 2, 0) +
                            kit::aedat3Polarity(5, 6, 0, 3)});
    QCOMPARE(source->t0(), kBase + 2000);
    QCOMPARE(*kit::eventsLeft(*source), (std::vector<Event>{{0, 3, 4, 1}, {1000, 5, 6, 0}}));
  }

  void compressedPacketsRunAlongColumns() {
    const auto source =
        packets("libcaer_cmp", {words({0x0001, 0x1002, 0x2000 | 5, 0x3800 | 7, 0x4800 | 10, 0x5081,
                                       0x6001, 0x1003, 0x3000 | 1})});
    QCOMPARE(source->t0(), kBase + (4096 + 2) * 1000);
    QCOMPARE(*kit::eventsLeft(*source),
             (std::vector<Event>{
                 {0, 5, 7, 1}, {0, 5, 10, 1}, {0, 5, 17, 1}, {0, 5, 18, 1}, {1000, 5, 1, 0}}));
  }

  void evt3GoesOnFromMessageToMessage() {
    const auto source = packets(
        "evt3", {words({0x8001, 0x6005, 0x0007, 0x2803}), words({0x2004, 0xA601, 0x6006, 0x2005})});
    QCOMPARE(source->t0(), (4096 + 5) * kMicrosecond);
    QCOMPARE(*kit::eventsLeft(*source),
             (std::vector<Event>{{0, 3, 7, 1}, {0, 4, 7, 0}, {kMicrosecond, 5, 7, 0}}));
    QCOMPARE(*kit::triggersLeft(*source), (TriggerPacket{{0, 6, 1}}));
    // A seek into the second message knows the row that the first one set.
    QVERIFY(source->seek(kMicrosecond));
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{1});
  }

  void whatCannotBeReadIsSaid() {
    const auto source = packets("morse", {"abc"});
    kit::eventsLeft(*source);
    QVERIFY(source->counters().at("unknown_packets") >= 1);
  }

  void db3() {
    auto topics = kTopics;
    for (auto& topic : topics) topic.type.insert(topic.type.find('/'), "/msg");
    QVERIFY(kit::writeRosDb3(folder_.path("a.db3"), topics, messages(true)));
    const auto source = kit::openEvents("rosdb3", folder_.path("a.db3"));
    QVERIFY(source);
    compare(*source);
  }

  void mcaps_data() {
    QTest::addColumn<int>("packing");
    QTest::addColumn<bool>("closed");
    for (const bool closed : {true, false})
      for (const auto& [name, packing] :
           {std::pair{"plain", Packing::None}, {"lz4", Packing::Lz4}, {"zstd", Packing::Zstd}})
        QTest::newRow(qPrintable(QString("%1 %2").arg(name, closed ? "closed" : "open")))
            << static_cast<int>(packing) << closed;
  }
  void mcaps() {
    QFETCH(int, packing);
    QFETCH(bool, closed);
    const auto source =
        open("mcap", kit::mcap(kTopics, messages(true), static_cast<Packing>(packing), closed));
    QVERIFY(source);
    compare(*source);
  }
};

QTEST_APPLESS_MAIN(Ros)
#include "ros_test.moc"
