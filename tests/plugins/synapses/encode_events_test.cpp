#include <QtTest>
#include <map>

#include "tests/kit/bodies.h"
#include "tests/kit/events.h"

using namespace spk;

class EncodeEvents : public QObject {
  Q_OBJECT

  static Item wire(const std::string& sensor, const std::string& grid, Values values = {}) {
    Item item;
    item.id = Id{9};
    item.type = "encode.events";
    item.values = std::move(values);
    if (!sensor.empty()) item.values[kFromShape] = Json{sensor};
    if (!grid.empty()) item.values[kToGrid] = Json{grid};
    return item;
  }
  static Result<std::unique_ptr<Body>> make(const Item& item) {
    return kit::registry().nodeType("encode.events")->body(item, kit::registry());
  }
  /// Neurons that the events reach, in order.
  static std::vector<std::uint32_t> neurons(const Item& item, const std::vector<Event>& events) {
    auto body = make(item);
    if (!body) return {4294967295u};
    std::vector<std::uint32_t> reached;
    for (const Spike& spike :
         kit::runBody<Spike>(*body.value(), 0, kMillisecond, kMillisecond, kMillisecond, events))
      reached.push_back(spike.neuron);
    return reached;
  }
  using Neurons = std::vector<std::uint32_t>;

 private Q_SLOTS:
  void countsChannelsRowsColumns() {
    const std::vector<Event> events = {{1, 0, 0, 0}, {2, 3, 0, 1}, {3, 0, 1, 0}, {4, 3, 2, 1}};
    QCOMPARE(neurons(wire("[3,4]", "[1,3,4]"), events), (Neurons{0, 3, 4, 11}));
    QCOMPARE(neurons(wire("[3,4]", "[2,3,4]", {{"polarity", std::string("two_channels")}}), events),
             (Neurons{0, 15, 4, 23}));
    QCOMPARE(neurons(wire("[3,4]", "[1,3,4]", {{"polarity", std::string("on")}}), events),
             (Neurons{3, 11}));
    QCOMPARE(neurons(wire("[3,4]", "[1,3,4]", {{"polarity", std::string("off")}}), events),
             (Neurons{0, 4}));
  }

  void poolsSquares() {
    const std::vector<Event> events = {{1, 0, 0, 0}, {1, 1, 1, 0}, {1, 2, 0, 0}, {1, 4, 4, 0}};
    // 5×5 pixels make 3×3 cells, the last ones narrower.
    QCOMPARE(neurons(wire("[5,5]", "[1,3,3]", {{"pool", std::int64_t{2}}}), events),
             (Neurons{0, 0, 1, 8}));
  }

  void cropsToTheMiddle() {
    const std::vector<Event> events = {{1, 0, 0, 0}, {1, 3, 3, 0}, {1, 4, 4, 0}, {1, 7, 7, 0}};
    QCOMPARE(neurons(wire("[8,8]", "[1,2,2]"), events), (Neurons{0, 3}));
    // A layer larger than the picture: the picture lies in its middle.
    QCOMPARE(neurons(wire("[8,8]", "[1,10,10]"), events), (Neurons{11, 44, 55, 88}));
  }

  void scalesToTheWhole() {
    const std::vector<Event> events = {{1, 0, 0, 0}, {1, 3, 3, 0}, {1, 4, 4, 0}, {1, 7, 7, 0}};
    QCOMPARE(neurons(wire("[8,8]", "[1,2,2]", {{"fit", std::string("scale")}}), events),
             (Neurons{0, 0, 3, 3}));
    QCOMPARE(neurons(wire("[8,8]", "[1,16,16]", {{"fit", std::string("scale")}}), events),
             (Neurons{0, 6 * 16 + 6, 8 * 16 + 8, 14 * 16 + 14}));
  }

  void everyFitStaysInTheLayer() {
    RandomSequence random(randomKey(1, 5, Purpose::Sample), 0);
    for (int round = 0; round < 200; ++round) {
      const int w = 1 + static_cast<int>(random.below(90)),
                h = 1 + static_cast<int>(random.below(90));
      const std::uint32_t gw = 1 + random.below(90), gh = 1 + random.below(90);
      const auto item = wire("[" + std::to_string(h) + "," + std::to_string(w) + "]",
                             "[2," + std::to_string(gh) + "," + std::to_string(gw) + "]",
                             {{"pool", std::int64_t{1 + random.below(9)}},
                              {"polarity", std::string("two_channels")},
                              {"fit", std::string(random.below(2) ? "crop" : "scale")}});
      std::vector<Event> events;
      for (int y = 0; y < h; ++y)
        for (int x = 0; x < w; ++x)
          events.push_back({1, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y), 1});
      const auto reached = neurons(item, events);
      for (const std::uint32_t neuron : reached) QVERIFY(neuron >= gw * gh && neuron < 2 * gw * gh);
      if (textOr(item.values, "fit", "") == "scale") QCOMPARE(reached.size(), events.size());
    }
  }

  void mistakesAreSaid() {
    QVERIFY(QString::fromStdString(make(wire("", "[1,2,2]")).error().text())
                .contains("width and height"));
    QVERIFY(
        QString::fromStdString(make(wire("[2,2]", "[4]")).error().text()).contains("[1, 2, 2]"));
    QVERIFY(QString::fromStdString(
                make(wire("[2,2]", "[1,2,2]", {{"polarity", std::string("two_channels")}}))
                    .error()
                    .text())
                .contains("[2, 2, 2]"));
    QVERIFY(!make(wire("[2,2]", "[1,2,2]", {{"pool", std::int64_t{0}}})));
    QVERIFY(!make(wire("[2,2]", "[1,2,2]", {{"fit", std::string("stretch")}})));
    QVERIFY(!make(wire("[2,-2]", "[1,2,2]")));
  }

  void changesWhileItRuns() {
    auto body = make(wire("[8,8]", "[1,2,2]"));
    QVERIFY(body.value()->change(wire("", "", {{"fit", std::string("scale")}})));
    const std::vector<Event> events = {{1, 0, 0, 0}};
    QCOMPARE(kit::runBody<Spike>(*body.value(), 0, kMillisecond, kMillisecond, kMillisecond, events)
                 .size(),
             std::size_t{1});
  }
};

QTEST_APPLESS_MAIN(EncodeEvents)
#include "encode_events_test.moc"
