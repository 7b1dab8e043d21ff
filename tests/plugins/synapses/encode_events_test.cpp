#include <QtTest>
#include <map>

#include "engine/base/Math.h"
#include "engine/graph/ProjectFile.h"
#include "engine/run/openFile.h"
#include "engine/run/projectSettings.h"
#include "tests/kit/bodies.h"
#include "tests/kit/events.h"
#include "tests/kit/projects.h"

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
    QCOMPARE(neurons(wire("[8,8]", "[1,2,2]", {{"fit", std::string("crop")}}), events),
             (Neurons{0, 3}));
    // A layer larger than the picture: the picture lies in its middle.
    QCOMPARE(neurons(wire("[8,8]", "[1,10,10]", {{"fit", std::string("crop")}}), events),
             (Neurons{11, 44, 55, 88}));
  }

  /// One tap of a delay line: another place, another channel.
  void shiftsToAnotherPlaceAndChannel() {
    const std::vector<Event> events = {{1, 0, 0, 0}, {2, 3, 0, 1}, {3, 0, 1, 0}, {4, 3, 2, 1}};
    const auto shifted = [](std::int64_t x, std::int64_t y) {
      return wire("[3,4]", "[2,3,4]",
                  {{"channel", std::int64_t{1}}, {"shift_x", x}, {"shift_y", y}});
    };
    QCOMPARE(neurons(shifted(0, 0), events), (Neurons{12, 15, 16, 23}));
    QCOMPARE(neurons(shifted(1, 1), events), (Neurons{17, 21}));  // two leave at the right
    QCOMPARE(neurons(shifted(-3, 0), events), (Neurons{12, 20}));
    QCOMPARE(neurons(shifted(4, 0), events), Neurons{});
    Item wrong = shifted(0, 0);
    wrong.values["channel"] = std::int64_t{2};
    QVERIFY(!make(wrong) && make(wrong).error().where == "channel");
    QVERIFY(!make(shifted(5000, 0)));
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
    auto body = make(wire("[8,8]", "[1,2,2]", {{"fit", std::string("crop")}}));
    QVERIFY(body.value()->change(wire("", "", {{"fit", std::string("scale")}})));
    const std::vector<Event> events = {{1, 0, 0, 0}};
    QCOMPARE(kit::runBody<Spike>(*body.value(), 0, kMillisecond, kMillisecond, kMillisecond, events)
                 .size(),
             std::size_t{1});
  }

  void anEventReachesItsNeuronInTheStepThatContainsIt() {
    const kit::Folder folder;
    const auto file = folder.write(
        "a.csv", "# sensor 4x3\nt_us,x,y,p\n0,0,0,1\n1250,2,1,1\n1299,3,1,1\n1300,0,2,0\n");
    for (const double delay : {0.0, 2.0}) {
      test::Builder b(0.1);
      const Id camera = stream(b, file, 4, 3);
      const Id layer = b.node("neuron.lif_delta", {{"n", Json{"[1, 3, 4]"}}});
      b.wire("encode.events", {camera, "out"}, {layer, "in"},
             {{"weight", 100.0}, {"delay", delay}});
      test::Run run(b.project);
      QVERIFY2(run.error.empty(), run.error.c_str());
      run.until(5);
      const std::uint64_t later = delay > 0 ? 20 : 0;
      QCOMPARE(run.train(layer, 0), (std::vector<std::uint64_t>{0 + later}));
      QCOMPARE(run.train(layer, 6), (std::vector<std::uint64_t>{12 + later}));
      QCOMPARE(run.train(layer, 7), (std::vector<std::uint64_t>{12 + later}));
      QCOMPARE(run.train(layer, 8), (std::vector<std::uint64_t>{13 + later}));
      QCOMPARE(run.spikes.size(), std::size_t{4});
    }
  }

  void aFileDrivesALayerAsComputedByHand() {
    const auto file = std::filesystem::path(SPK_SOURCE_DIR) / "datasets/bar_and_disc/recording.raw";
    test::Builder b(0.1);
    const Id camera = stream(b, file, 160, 120);
    const Id layer = b.node("neuron.lif_delta", {{"n", Json{"[1, 30, 40]"}}});
    b.wire("encode.events", {camera, "out"}, {layer, "in"},
           {{"weight", 4.0}, {"pool", std::int64_t{4}}});
    const auto wanted = byHand(*kit::openEvents("evt3", file));
    QVERIFY(wanted.size() > 2000);
    for (const std::uint32_t threads : {1u, 2u}) {
      test::Run run(b.project, {.threads = threads});
      QVERIFY2(run.error.empty(), run.error.c_str());
      run.until(700);
      const Checkpoint middle = run.simulation->save();
      run.until(1300);
      std::vector<std::pair<std::uint64_t, std::uint32_t>> spikes;
      for (const FiredSpike& s : run.spikes) spikes.push_back({s.step, s.neuron});
      QCOMPARE(spikes.size(), wanted.size());
      QVERIFY(spikes == wanted);
      // Back to 0.7 s: the same spikes again.
      const auto first = run.spikes;
      run.spikes.clear();
      QVERIFY(run.simulation->restore(middle));
      run.until(1300);
      QVERIFY(test::same(
          run.spikes, {first.end() - static_cast<std::ptrdiff_t>(run.spikes.size()), first.end()}));
      QVERIFY(!run.spikes.empty() && run.spikes.front().step >= 7000);
    }
  }

  void aWireAsItIsMadeMakesALayerFollow() {
    // Drop a recording, wire it to a layer of another size, play: nothing typed.
    const auto file = std::filesystem::path(SPK_SOURCE_DIR) / "datasets/bar_and_disc/recording.raw";
    const auto dropped = itemForFile(file, test::registry());
    QVERIFY(dropped);
    test::Builder b(0.1);
    const Id camera = b.node(dropped.value().type, dropped.value().values);
    const Id layer = b.node("neuron.lif_delta", {{"n", Json{"[1, 48, 64]"}}});
    b.wire("encode.events", {camera, "out"}, {layer, "in"});
    test::Run run(b.project);
    QVERIFY2(run.error.empty(), run.error.c_str());
    run.until(1240);
    std::vector<double> events(62), spikes(62);
    const auto all = *kit::eventsLeft(*kit::openEvents("evt3", file));
    for (const Event& e : all)
      if (e.t < 1240 * kMillisecond) ++events[static_cast<std::size_t>(e.t / (20 * kMillisecond))];
    for (const FiredSpike& s : run.spikes) ++spikes[s.step / 200];
    const double r = correlation(events, spikes);
    QVERIFY2(r > 0.9, qPrintable(QString::number(r)));
    QVERIFY(run.spikes.size() > 10'000);
  }

  void theLayerOfTheDemoFollowsItsCamera() {
    const auto folder = std::filesystem::path(SPK_SOURCE_DIR) / "resources/demos/event_camera";
    auto loaded = load(folder / "project.spk", test::registry());
    QVERIFY(loaded);
    const Project project = withAbsolutePaths(loaded.value().project, test::registry(), folder);
    test::Run run(project);
    QVERIFY2(run.error.empty(), run.error.c_str());
    run.until(5000);
    // Events and spikes in bins of 20 ms; the recording is played four times.
    std::vector<double> events(250), spikes(250);
    const auto source = kit::openEvents(
        "evt3", std::filesystem::path(SPK_SOURCE_DIR) / "datasets/bar_and_disc/recording.raw");
    const auto once = *kit::eventsLeft(*source);
    for (Time lap = 0; lap < 5 * kSecond; lap += once.back().t + kMicrosecond)
      for (const Event& e : once)
        if (e.t + lap < 5 * kSecond)
          ++events[static_cast<std::size_t>((e.t + lap) / (20 * kMillisecond))];
    for (const FiredSpike& s : run.spikes) ++spikes[s.step / 200];
    const double r = correlation(events, spikes);
    QVERIFY2(r > 0.95, qPrintable(QString::number(r)));  // 0.976 measured
  }

 private:
  /// Pearson's.
  static double correlation(const std::vector<double>& a, const std::vector<double>& b) {
    const double n = static_cast<double>(a.size());
    double meanA = 0, meanB = 0, aa = 0, bb = 0, ab = 0;
    for (std::size_t i = 0; i < a.size(); ++i) meanA += a[i] / n, meanB += b[i] / n;
    for (std::size_t i = 0; i < a.size(); ++i) {
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
      ab += (a[i] - meanA) * (b[i] - meanB);
    }
    return ab / std::sqrt(aa * bb);
  }

  static Id stream(test::Builder& b, const std::filesystem::path& file, int width, int height) {
    return b.node("source.event_stream", {{"file", file.string()},
                                          {"width", std::int64_t{width}},
                                          {"height", std::int64_t{height}}});
  }

  /// (step, neuron) of a 40 × 30 layer of LIF neurons, 4 mV for each event of a 4 × 4 square:
  /// tau_m 20 ms, threshold 20 mV, reset 0, refractory 2 ms, dt 0.1 ms.
  static std::vector<std::pair<std::uint64_t, std::uint32_t>> byHand(EventSource& source) {
    const auto events = *kit::eventsLeft(source);
    std::map<std::uint64_t, std::map<std::uint32_t, int>> input;
    for (const Event& e : events)
      ++input[static_cast<std::uint64_t>(e.t / (100 * kMicrosecond))][e.y / 4u * 40u + e.x / 4u];
    std::vector<double> V(1200, 0.0);
    std::vector<int> rest(1200, 0);
    std::vector<std::pair<std::uint64_t, std::uint32_t>> spikes;
    const double decay = spk::exp(-0.1 / 20);
    for (std::uint64_t step = 0; step < 13'000; ++step)
      for (std::uint32_t n = 0; n < 1200; ++n) {
        const auto now = input.find(step);
        const int count = now == input.end() || !now->second.contains(n) ? 0 : now->second.at(n);
        if (rest[n] > 0) {
          --rest[n];
          V[n] = 0;
          continue;
        }
        V[n] = decay * V[n] + 4.0 * count;
        if (V[n] < 20) continue;
        spikes.push_back({step, n});
        V[n] = 0;
        rest[n] = 20;
      }
    return spikes;
  }
};

QTEST_APPLESS_MAIN(EncodeEvents)
#include "encode_events_test.moc"
