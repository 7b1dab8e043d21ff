#include <QElapsedTimer>
#include <QtTest>
#include <algorithm>
#include <functional>
#include <map>
#include <thread>

#include "engine/run/CpuTarget.h"
#include "engine/run/headless.h"
#include "engine/run/openFile.h"
#include "engine/sim/Body.h"
#include "plugins/live/LiveLog.h"
#include "plugins/live/LiveQueue.h"
#include "plugins/live/LiveSource.h"
#include "plugins/live/Protocol.h"
#include "tests/kit/bodies.h"
#include "tests/kit/countedNew.h"
#include "tests/kit/events.h"
#include "tests/kit/projects.h"

using namespace spk;
using namespace spk::live;

namespace {

using Datagrams = std::vector<std::vector<std::byte>>;

/// Events of a small sensor in order of time, at whole microseconds; pauses now and then.
std::vector<Event> someEvents(int count, Time every = 20 * kMicrosecond, int width = 128,
                              int height = 128) {
  RandomSequence random(randomKey(3, 5, Purpose::Sample), 0);
  std::vector<Event> events;
  Time t = kMillisecond;
  for (int i = 0; i < count; ++i) {
    t += static_cast<Time>(random.below(static_cast<std::uint32_t>(2 * every / kMicrosecond))) *
         kMicrosecond;
    if (i % 500 == 499) t += 700 * kMicrosecond;
    events.push_back({t,
                      static_cast<std::uint16_t>(random.below(static_cast<std::uint32_t>(width))),
                      static_cast<std::uint16_t>(random.below(static_cast<std::uint32_t>(height))),
                      static_cast<std::uint8_t>(random.below(2))});
  }
  return events;
}

Camera smallCamera(const Protocol& protocol) {
  Camera camera{Camera::Chip::Davis, 128, 128};
  if (std::string_view(protocol.id) == "jaer") camera.chip = Camera::Chip::Dvs128;
  return camera;
}

Datagrams encoded(const Protocol& protocol, const Camera& camera, std::span<const Event> events,
                  std::size_t most) {
  const auto encoder = protocol.encoder(camera);
  Datagrams made;
  if (protocol.transport == Protocol::Transport::Tcp) encoder->hello(made.emplace_back());
  while (!events.empty()) {
    auto& bytes = made.emplace_back();
    events = events.subspan(encoder->fill(events, most, bytes));
  }
  return made;
}

struct Parsed {
  std::vector<Event> events;
  Met met;
};
Parsed parsed(const Protocol& protocol, const Camera& camera, const Datagrams& datagrams) {
  const auto parser = protocol.parser(camera);
  Parsed made;
  for (const auto& bytes : datagrams) parser->take(bytes, made.events, made.met);
  return made;
}

bool isTimed(const Protocol& protocol) { return std::string_view(protocol.id) != "aestream"; }
bool isNumbered(const Protocol& protocol) {
  return std::string_view(protocol.id) == "jaer" || std::string_view(protocol.id) == "aedat3";
}
std::vector<Event> untimed(std::vector<Event> events) {
  for (Event& e : events) e.t = 0;
  return events;
}

std::vector<std::byte> bytesFrom(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

/// A port that nobody uses just now.
int freePort() {
  for (int tries = 0, port = 20'000 + static_cast<int>(QCoreApplication::applicationPid() % 20'000);
       tries < 1000; ++tries, ++port) {
    const Address at{"127.0.0.1", port};
    if (Socket::bindUdp(at) && Socket::listenTcp(at)) return port;
  }
  return 0;
}

std::unique_ptr<Body> bodyOf(const char* type, Values values, std::uint64_t id = 7) {
  Item item;
  item.id = Id{id};
  item.type = type;
  item.values = std::move(values);
  auto made = kit::registry().nodeType(type)->body(item, kit::registry());
  return made ? std::move(made).value() : nullptr;
}
Values connection(const Protocol& protocol, int port) {
  return {{"protocol", std::string(protocol.id)},
          {"port", std::int64_t{port}},
          {"width", std::int64_t{128}},
          {"height", std::int64_t{128}},
          {"chip",
           std::string(smallCamera(protocol).chip == Camera::Chip::Dvs128 ? "dvs128" : "davis")}};
}

bool says(const Body& body, const std::string& words) {
  for (const Note& note : body.notes())
    if (note.text.find(words) != std::string::npos) return true;
  return false;
}
QByteArray notesOf(const Body& body) {
  QByteArray all;
  for (const Note& note : body.notes()) all += QByteArray::fromStdString(note.text) + "\n";
  return all;
}

/// Sums that a set of events has whatever its order.
struct Sums {
  std::size_t events = 0, on = 0, x = 0, y = 0, mixed = 0;
  friend bool operator==(const Sums&, const Sums&) = default;
};
Sums sumsOf(const std::vector<Event>& events) {
  Sums sums;
  for (const Event& e : events) {
    ++sums.events;
    sums.on += e.polarity;
    sums.x += e.x;
    sums.y += e.y;
    sums.mixed += std::size_t{e.x} * e.y * (1u + e.polarity);
  }
  return sums;
}

constexpr Time kBatch = kMillisecond;

/// Runs bodies side by side, a batch each millisecond or so of the machine's clock, until `done`.
class Bench {
 public:
  std::vector<Event> heard;
  Time now = 0;

  /// @param sent  what the sender gets; its events go out at their times
  bool run(Body* sender, const std::vector<Event>& sent, Body& listener,
           const std::function<bool()>& done, int mostMs = 20'000) {
    QElapsedTimer clock;
    clock.start();
    while (!done()) {
      if (clock.elapsed() > mostMs) return false;
      if (sender) kit::runBody<Event>(*sender, now, now + kBatch, kBatch, kBatch, sent);
      const auto came =
          kit::runBody<Event>(listener, now, now + kBatch, kBatch, kBatch, std::vector<Event>());
      heard.insert(heard.end(), came.begin(), came.end());
      now += kBatch;
      std::this_thread::sleep_for(std::chrono::microseconds(300));
    }
    return true;
  }
};

}  // namespace

class LiveTest : public QObject {
  Q_OBJECT

  void everyProtocol() {
    QTest::addColumn<QString>("id");
    for (const Protocol& p : protocols()) QTest::newRow(p.id) << QString(p.id);
  }
  void everyUdp() {
    QTest::addColumn<QString>("id");
    for (const Protocol& p : protocols())
      if (p.transport == Protocol::Transport::Udp) QTest::newRow(p.id) << QString(p.id);
  }
  static const Protocol& current() {
    const QString id = *static_cast<QString*>(QTest::qData("id", QMetaType::QString));
    return *protocol(id.toStdString());
  }

 private Q_SLOTS:
  // ---- the protocols ----

  void whatIsWrittenIsRead_data() { everyProtocol(); }
  void whatIsWrittenIsRead() {
    const Protocol& p = current();
    const Camera camera = smallCamera(p);
    const auto sent = someEvents(5000);
    for (const std::size_t most : {std::size_t{64}, p.largest, std::size_t{60'000}}) {
      const auto datagrams = encoded(p, camera, sent, most);
      for (const auto& bytes : datagrams) QVERIFY(bytes.size() <= std::max(most, p.largest));
      const Parsed came = parsed(p, camera, datagrams);
      QVERIFY((isTimed(p) ? came.events : untimed(came.events)) ==
              (isTimed(p) ? sent : untimed(sent)));
      Met plain;
      plain.datagrams = static_cast<std::int64_t>(datagrams.size());
      plain.events = 5000;
      QVERIFY(came.met == plain);
    }
  }

  /// The layouts by hand, so that reader and writer are not wrong together.
  void layouts() {
    const Camera camera{Camera::Chip::Davis, 128, 128};
    const auto one = [&](const Protocol& p, const std::vector<std::byte>& bytes, const Camera& of) {
      return parsed(p, of, {bytes}).events;
    };
    // x 5, ON, y 9, then 0x01020304 µs; x 6, OFF, y 2 without a time.
    const auto spifEvents = one(spif::kProtocol,
                                bytesFrom({0x09, 0x80, 0x05, 0x00, 0x04, 0x03, 0x02, 0x01,  //
                                           0x02, 0x00, 0x06, 0x80}),
                                camera);
    QCOMPARE(spifEvents.size(), 2);
    QVERIFY((spifEvents[0] == Event{0x01020304 * kMicrosecond, 5, 9, 1}));
    QVERIFY((spifEvents[1] == Event{kUntimed, 6, 2, 0}));
    // u64 µs, u16 x, u16 y, u8 on.
    const auto longs =
        one(faery::kLong, bytesFrom({1, 0, 0, 0, 1, 0, 0, 0, 7, 0, 3, 0, 1}), camera);
    QVERIFY(longs == std::vector({Event{((Time{1} << 32) + 1) * kMicrosecond, 7, 3, 1}}));
    // u32 µs, u16 x, u16 y << 1 | on.
    const auto shorts = one(faery::kShort, bytesFrom({0, 1, 0, 0, 7, 0, 7, 0}), camera);
    QVERIFY(shorts == std::vector({Event{256 * kMicrosecond, 7, 3, 1}}));
    // A number, then an address of a DAVIS (row from below, column from the right) and µs.
    const auto davis =
        one(jaer::kUdp, bytesFrom({0, 0, 0, 1, 0x00, 0xC0, 0x58, 0x00, 0, 0, 0, 10}), camera);
    QVERIFY(davis == std::vector({Event{10 * kMicrosecond, 127 - 5, 127 - 3, 1}}));
    const Camera dvs{Camera::Chip::Dvs128, 640, 480};
    const auto old = one(jaer::kUdp, bytesFrom({0, 0, 0, 1, 0, 0, 0x03, 0x0A, 0, 0, 0, 10}), dvs);
    QVERIFY(old == std::vector({Event{10 * kMicrosecond, 127 - 5, 127 - 3, 1}}));
    // 20 bytes of cAER, 28 of the packet, and one event of 8: x 5, y 3, ON, valid, overflow 1.
    const auto packet =
        one(aedat3::kUdp,
            bytesFrom({0x58, 0x66, 0x9A, 0x0B, 0xC9, 0x8B, 0x37, 0x1D, 0, 0, 0, 0, 0, 0, 0, 0,  //
                       1,    0,    0,    0,                                                     //
                       1,    0,    0,    0,    8,    0,    0,    0,    4, 0, 0, 0, 1, 0, 0, 0,
                       9,    0,    0,    0,    1,    0,    0,    0,  //
                       1,    0,    0,    0,    0x0F, 0,    0x0A, 0,    7, 0, 0, 0}),
            camera);
    QVERIFY(packet == std::vector({Event{((Time{1} << 31) + 7) * kMicrosecond, 5, 3, 1}}));
    // Time, "Event Stream" 2.0.0 DVS 128 × 128, 127 µs later, 3 µs later ON at x 5, y 124 from
    // above.
    std::vector<std::byte> stream = bytesFrom({100, 0, 0, 0, 0, 0, 0, 0});
    for (const char c : std::string_view("Event Stream")) stream.push_back(std::byte(c));
    for (const std::byte b : bytesFrom({2, 0, 0, 1, 128, 0, 128, 0, 0xFF, 0x07, 5, 0, 3, 0}))
      stream.push_back(b);
    QVERIFY(one(event_stream::kProtocol, stream, camera) ==
            std::vector({Event{230 * kMicrosecond, 5, 124, 1}}));
  }

  /// AEStream's last datagram is twice as long as it should be.
  void garbageBehindAeStreamsLastEventsIsNotRead() {
    const Camera camera{Camera::Chip::Davis, 128, 128};
    const auto sent = someEvents(64 * 3 + 10);
    const auto datagrams = encoded(spif::kAeStream, camera, sent, 256);
    QCOMPARE(datagrams.size(), 4);
    QCOMPARE(datagrams[3].size(), 80);
    const Parsed came = parsed(spif::kAeStream, camera, datagrams);
    QVERIFY(untimed(came.events) == untimed(sent));
    QCOMPARE(came.met.outside, 0);
  }

  void lossAndReorderAreCounted_data() { everyUdp(); }
  void lossAndReorderAreCounted() {
    const Protocol& p = current();
    const Camera camera = smallCamera(p);
    Datagrams datagrams = encoded(p, camera, someEvents(5000), 200);
    QVERIFY(datagrams.size() > 30);
    datagrams.erase(datagrams.begin() + 5);
    std::swap(datagrams[10], datagrams[11]);
    const Met met = parsed(p, camera, datagrams).met;
    QCOMPARE(met.lost, isNumbered(p) ? 1 : 0);
    QCOMPARE(met.reordered, isTimed(p) ? 1 : 0);
    QCOMPARE(met.malformed, 0);
    // Whoever begins anew has lost nothing.
    if (!isNumbered(p)) return;
    Datagrams twice = encoded(p, camera, someEvents(5000), 200);
    QVERIFY(twice.size() > 70);
    twice.insert(twice.end(), twice.begin(), twice.end());
    QCOMPARE(parsed(p, camera, twice).met.lost, 0);
    QCOMPARE(parsed(p, camera, twice).met.reordered, 0);
  }

  void malformedDatagramsAreNotUsed_data() { everyUdp(); }
  void malformedDatagramsAreNotUsed() {
    const Protocol& p = current();
    const Camera camera = smallCamera(p);
    const auto whole = encoded(p, camera, someEvents(40), p.largest)[0];
    for (const std::size_t less : {1u, 2u, 3u}) {
      auto cut = whole;
      cut.resize(cut.size() - less);
      const Parsed came = parsed(p, camera, {cut});
      QCOMPARE(came.met.malformed, 1);
      QVERIFY(came.events.empty());
    }
    const Parsed nothing = parsed(p, camera, {{}});
    QCOMPARE(nothing.met.malformed, 1);
  }

  void eventsBeyondTheSensorAreCounted_data() { everyProtocol(); }
  void eventsBeyondTheSensorAreCounted() {
    const Protocol& p = current();
    if (p.id == std::string_view("jaer") || p.id == std::string_view("jaer_tcp"))
      QSKIP("jAER's addresses are turned by the size of the sensor, and never lie beyond");
    Camera small = smallCamera(p);
    small.width = 100;
    const auto sent = someEvents(1000);
    const auto beyond = std::ranges::count_if(sent, [](const Event& e) { return e.x >= 100; });
    const Parsed came = parsed(p, small, encoded(p, smallCamera(p), sent, p.largest));
    QVERIFY(beyond > 50);
    QCOMPARE(came.met.outside, beyond);
    QCOMPARE(came.events.size(), sent.size() - static_cast<std::size_t>(beyond));
  }

  void numbersThatWrapAreNoLoss() {
    Sequence sequence(0);
    Met met;
    constexpr auto kLast = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t number : {kLast - 1, kLast, -kLast - 1, -kLast + 1, std::int64_t{5}})
      sequence.take(number, met);
    QCOMPARE(met.lost, 1);
    QCOMPARE(met.reordered, 0);
    // A clock that cannot be is no packet.
    auto bytes = encoded(aedat3::kUdp, {}, someEvents(1), 1400)[0];
    for (std::size_t i = 20 + 12; i < 20 + 16; ++i) bytes[i] = std::byte{0x7F};
    QCOMPARE(parsed(aedat3::kUdp, {}, {bytes}).met.malformed, 1);
  }

  /// A stream may be cut anywhere.
  void streamsAreJoined_data() {
    QTest::addColumn<QString>("id");
    QTest::newRow("jaer") << "jaer_tcp";
    QTest::newRow("aedat3") << "aedat3_tcp";
  }
  void streamsAreJoined() {
    const Protocol& p = current();
    const auto sent = someEvents(1000);
    std::vector<std::byte> all;
    for (const auto& bytes : encoded(p, smallCamera(p), sent, p.largest))
      all.insert(all.end(), bytes.begin(), bytes.end());
    for (const std::size_t piece : {1u, 7u, 1000u}) {
      Datagrams pieces;
      for (std::size_t at = 0; at < all.size(); at += piece)
        pieces.emplace_back(
            all.begin() + static_cast<std::ptrdiff_t>(at),
            all.begin() + static_cast<std::ptrdiff_t>(std::min(at + piece, all.size())));
      QVERIFY(parsed(p, smallCamera(p), pieces).events == sent);
    }
  }

  void clocksOf32BitsAreUnwrapped() {
    const Camera camera{Camera::Chip::Davis, 128, 128};
    std::vector<Event> sent;
    for (int i = 0; i < 10; ++i)
      sent.push_back({((Time{1} << 32) - 5 + i) * kMicrosecond, 1, 1, 1});
    for (const Protocol* p : {&spif::kProtocol, &faery::kShort, &jaer::kUdp})
      QVERIFY(parsed(*p, camera, encoded(*p, camera, sent, 64)).events == sent);
  }

  // ---- what holds them ----

  void aFullQueueDropsTheOldest() {
    LiveQueue queue(100);
    const auto events = someEvents(250);
    for (std::size_t at = 0; at < 250; at += 50) queue.push(std::span(events).subspan(at, 50), 1);
    QCOMPARE(queue.dropped(), 150);
    std::vector<LiveEvent> taken;
    taken.reserve(70);
    queue.take(taken);
    QCOMPARE(taken.size(), 70);
    for (std::size_t i = 0; i < 70; ++i) QVERIFY(taken[i].event == events[150 + i]);
    taken.clear();
    queue.take(taken);
    QCOMPARE(taken.size(), 30);
    QVERIFY(taken.back().event == events.back());
  }

  void theLogGivesBackAndForgetsTheOldest() {
    LiveLog log(3);
    const std::size_t count = 5 * 65'536;
    for (std::size_t i = 0; i < count; ++i) {
      log.refill();
      QVERIFY(log.add({static_cast<Time>(i / 3), static_cast<std::uint16_t>(i % 3), 0, 1}));
    }
    QVERIFY(log.begin() > 0);
    QVERIFY(log.size() <= 3 * 65'536);
    std::vector<Event> back;
    const Time from = static_cast<Time>(count / 3) - 1000;
    log.replay(from, from + 100, [&](const Event& e) { back.push_back(e); });
    QCOMPARE(back.size(), 300);
    QVERIFY((back.front() == Event{from, 0, 0, 1}));
    QVERIFY((back.back() == Event{from + 99, 2, 0, 1}));
  }

  // ---- from end to end ----

  void whatIsSentArrives_data() { everyProtocol(); }
  void whatIsSentArrives() {
    const Protocol& p = current();
    const int port = freePort();
    const auto listener = bodyOf("source.live_events", connection(p, port));
    const auto sender = bodyOf("filter.send_events", connection(p, port), 8);
    QVERIFY(listener && sender);
    Bench bench;
    QTRY_VERIFY2(says(*listener, "listens to"), notesOf(*listener));
    auto sent = someEvents(20'000);
    for (Event& e : sent) e.t += bench.now;
    QVERIFY2(
        bench.run(sender.get(), sent, *listener, [&] { return bench.heard.size() >= sent.size(); }),
        notesOf(*listener) + notesOf(*sender));
    QVERIFY(sumsOf(bench.heard) == sumsOf(sent));
    QVERIFY(std::ranges::is_sorted(bench.heard, {}, &Event::t));
    QTRY_VERIFY2(says(*listener, "20,000 events"), notesOf(*listener));
    QTRY_VERIFY2(says(*sender, "sent 20,000 events"), notesOf(*sender));
  }

  /// Between sender and listener stands somebody who loses a datagram and swaps two.
  void plantedLossAndReorderAreSeen_data() { everyUdp(); }
  void plantedLossAndReorderAreSeen() {
    const Protocol& p = current();
    const int port = freePort();
    const auto listener = bodyOf("source.live_events", connection(p, port));
    QVERIFY(listener);
    Bench bench;
    QTRY_VERIFY2(says(*listener, "listens to"), notesOf(*listener));
    const auto sent = someEvents(3000);
    Datagrams datagrams = encoded(p, smallCamera(p), sent, 256);
    const auto lost = parsed(p, smallCamera(p), {datagrams[5]}).events.size();
    datagrams.erase(datagrams.begin() + 5);
    std::swap(datagrams[10], datagrams[11]);
    datagrams.insert(datagrams.begin() + 20, bytesFrom({1, 2, 3}));
    auto socket = Socket::udp();
    QVERIFY(socket);
    for (const auto& bytes : datagrams) {
      QVERIFY(socket.value().sendTo(bytes, {"127.0.0.1", port}));
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
    QVERIFY2(
        bench.run(nullptr, {}, *listener, [&] { return bench.heard.size() >= sent.size() - lost; }),
        notesOf(*listener));
    QCOMPARE(bench.heard.size(), sent.size() - lost);
    QTRY_VERIFY2(says(*listener, "1 datagrams were malformed"), notesOf(*listener));
    QCOMPARE(says(*listener, "1 datagrams were lost"), isNumbered(p));
    QCOMPARE(says(*listener, "1 datagrams came after a later one"), isTimed(p));
  }

  void aRewoundRunGetsTheSameAgain() {
    const int port = freePort();
    const Values values = connection(spif::kProtocol, port);
    auto listener = bodyOf("source.live_events", values);
    const auto sender = bodyOf("filter.send_events", values, 8);
    Bench bench;
    QTRY_VERIFY2(says(*listener, "listens to"), notesOf(*listener));
    auto sent = someEvents(5000);
    for (Event& e : sent) e.t += bench.now;
    QVERIFY(bench.run(sender.get(), sent, *listener,
                      [&] { return bench.heard.size() >= sent.size(); }));
    for (const Time batch : {kBatch, 7 * kBatch, kBatch / 10}) {
      const auto again =
          kit::runBody<Event>(*listener, 0, bench.now, batch, kBatch / 10, std::vector<Event>());
      QVERIFY(again == bench.heard);
    }
    // A network that is built anew beside this one goes on with what it has.
    auto next = bodyOf("source.live_events", values);
    QVERIFY(next);
    QVERIFY(kit::runBody<Event>(*next, 0, bench.now, kBatch, kBatch, std::vector<Event>()).empty());
    QVERIFY(says(*next, "another run of this node listens"));
    listener.reset();
    QVERIFY(kit::runBody<Event>(*next, 0, bench.now, kBatch, kBatch, std::vector<Event>()) ==
            bench.heard);
    QVERIFY(!says(*next, "another run of this node listens"));
  }

  void theLoopDoesNotAllocate() {
    const int port = freePort();
    const Values values = connection(faery::kShort, port);
    const auto listener = bodyOf("source.live_events", values);
    const auto sender = bodyOf("filter.send_events", values, 8);
    QTRY_VERIFY2(says(*listener, "listens to"), notesOf(*listener));
    StreamBuffer nothing = std::vector<Event>(), heard = std::vector<Event>(),
                 in = std::vector<Event>(), out = std::vector<Event>();
    std::get<std::vector<Event>>(heard).reserve(listener->room(kBatch));
    std::get<std::vector<Event>>(out).reserve(1000);
    std::get<std::vector<Event>>(in) = someEvents(500, 1 * kMicrosecond);
    const StreamBuffer *inputs[] = {&in}, *none[] = {&nothing};
    StreamBuffer *outputs[] = {&out}, *ears[] = {&heard};
    std::uint64_t overflow = 0, events = 0;
    Batch batch;
    batch.overflow = &overflow;
    QElapsedTimer clock;
    clock.start();
    const long before = kit::allocationsHere;
    // At least as long as people take to read a number.
    while (clock.elapsed() < 20'000 && (events < 100'000 || clock.elapsed() < 600)) {
      batch.end = batch.begin + kBatch;
      std::get<std::vector<Event>>(out).clear();
      std::get<std::vector<Event>>(heard).clear();
      batch.inputs = inputs, batch.outputs = outputs;
      sender->run(batch);
      batch.inputs = none, batch.outputs = ears;
      listener->run(batch);
      events += std::get<std::vector<Event>>(heard).size();
      batch.begin = batch.end;
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    QCOMPARE(kit::allocationsHere - before, 0);
    QVERIFY(events >= 100'000);
    QCOMPARE(overflow, 0);
    QVERIFY2(says(*listener, "latency "), notesOf(*listener));
  }

  void aPortThatIsTakenIsTriedAgain() {
    const int port = freePort();
    auto taken = Socket::bindUdp({"127.0.0.1", port});
    QVERIFY(taken);
    const auto listener = bodyOf("source.live_events", connection(spif::kProtocol, port));
    QVERIFY(listener);
    QTRY_VERIFY(says(*listener, "in use; it is tried again"));
    taken.value().close();
    QTRY_VERIFY2(!says(*listener, "tried again"), notesOf(*listener));
  }

  void whoListensBeyondThisMachineIsTold() {
    Values values = connection(spif::kProtocol, freePort());
    QVERIFY(!says(*bodyOf("source.live_events", values), "other machines"));
    values["address"] = std::string("0.0.0.0");
    QVERIFY(says(*bodyOf("source.live_events", values), "other machines"));
    values["address"] = std::string("example.org");
    Item item;
    item.type = "source.live_events";
    item.values = values;
    const auto refused = kit::registry().nodeType(item.type)->body(item, kit::registry());
    QVERIFY(!refused);
    QCOMPARE(refused.error().where, "address");
  }

  /// A whole run: a recording is sent, comes back, and drives a layer.
  void aRecordingIsSentHeardAndDrivesNeurons() {
    const auto file = std::filesystem::path(SPK_SOURCE_DIR) / "datasets/bar_and_disc/recording.raw";
    const auto camera = itemForFile(file, test::registry());
    QVERIFY(camera);
    const auto port = std::int64_t{freePort()};
    test::Builder b;
    const Id from = b.node(camera.value().type, camera.value().values);
    const Values there = {{"protocol", std::string("jaer")}, {"port", port}};
    Values here = there;
    here["width"] = camera.value().values.at("width");
    here["height"] = camera.value().values.at("height");
    const Id sends = b.node("filter.send_events", there);
    const Id hears = b.node("source.live_events", here);
    const Id layer = b.node("neuron.lif_delta", {{"n", Json{"[1, 30, 40]"}}});
    b.wire("wire.signal", {from, "out"}, {sends, "in"});
    b.wire("encode.events", {hears, "out"}, {layer, "in"}, {{"weight", 6.0}});
    Targets targets;
    targets.add(cpuTarget());
    RunRequest request;
    request.duration = 500 * kMillisecond;
    const auto report = runProject(b.project, test::registry(), targets, request);
    QVERIFY2(report, report ? "" : report.error().text().c_str());
    QVERIFY2(report.value().wallS > 0.45, "at the pace of the clock");
    QVERIFY(report.value().populations[0].spikes > 100);
    QByteArray said;
    for (const Note& note : report.value().notes)
      said += QByteArray::fromStdString(note.text) + "\n";
    for (const char* words :
         {"listens to UDP 127.0.0.1:", "sent ", "latency ", "pace of the clock"})
      QVERIFY2(said.count(words) == 1, said.constData());
    QVERIFY2(!said.contains("lost") && !said.contains("malformed"), said.constData());
  }

  /// Drivers of cameras bring an Ear of their own: the source plays whatever it hears.
  void aSourceIsLive() {
    const int port = freePort();
    LiveSource source(makeEar(faery::kLong, {"127.0.0.1", port}, {Camera::Chip::Davis, 128, 128}),
                      {128, 128, "test"}, 5000);
    QVERIFY(source.live());
    QVERIFY(!source.seek(0));
    const auto sent = someEvents(300);
    const auto socket = Socket::udp();
    QVERIFY(socket);
    std::vector<Event> came;
    QElapsedTimer clock;
    clock.start();
    bool isSent = false;
    while (came.size() < sent.size() && clock.elapsed() < 20'000) {
      Packet packet;
      const auto more = source.read(0, packet, 0);
      QVERIFY(more && more.value() == EventSource::More::Yes);
      const auto& events = std::get<EventPacket>(packet);
      for (std::size_t i = 0; i < events.size(); ++i) came.push_back(events[i]);
      if (!isSent && clock.elapsed() > 100) {
        isSent = true;
        for (const auto& bytes : encoded(faery::kLong, {}, sent, 1300))
          QVERIFY(socket.value().sendTo(bytes, {"127.0.0.1", port}));
      }
    }
    QVERIFY(came == sent);
    QTRY_COMPARE(source.counters().at("events"), 300);
  }
};

QTEST_GUILESS_MAIN(LiveTest)
#include "live_test.moc"
