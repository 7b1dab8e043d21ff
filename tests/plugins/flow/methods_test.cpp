// Methods of optical flow against edges whose arrival at each pixel is known exactly, and as
// bodies: whatever the batch, from any checkpoint, the same flow.
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

#include "engine/base/H5.h"
#include "engine/data/testScenes.h"
#include "engine/graph/builtins.h"
#include "engine/run/openFile.h"
#include "plugins/flow/Contrast.h"
#include "plugins/flow/LucasKanade.h"
#include "plugins/flow/Pooling.h"
#include "plugins/flow/SpikingNet.h"
#include "plugins/flow/Surface.h"
#include "plugins/flow/Votes.h"
#include "plugins/flow/local.h"
#include "tests/kit/bodies.h"

namespace spk {
void addPlugins(Registry& registry);
}
using namespace spk;
using namespace spk::flow;

namespace {

constexpr SensorSize kSize{40, 30};

/// One event at each pixel when a straight edge arrives, a velocity across itself [px/s].
std::vector<Event> edge(double vx, double vy, SensorSize size = kSize) {
  std::vector<Event> events;
  const double square = vx * vx + vy * vy;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const double seconds = ((x - 20) * vx + (y - 15) * vy) / square + 1;
      events.push_back({static_cast<Time>(seconds * 1e9), static_cast<std::uint16_t>(x),
                        static_cast<std::uint16_t>(y), 1});
    }
  std::ranges::stable_sort(events, {}, &Event::t);
  return events;
}

bool near(const Velocity& v, double x, double y, double allowed) {
  return std::abs(v.x - x) <= allowed && std::abs(v.y - y) <= allowed;
}
QByteArray words(const Velocity& v) {
  return QByteArray::number(v.x) + ", " + QByteArray::number(v.y);
}

/// All estimates of a method, event after event.
template <class Estimate>
std::vector<Velocity> estimates(const std::vector<Event>& events, int reach, Estimate estimate) {
  Surface surface(kSize, 8);
  std::vector<Velocity> all;
  for (const Event& e : events) {
    if (!surface.take(e, kMillisecond)) continue;
    const Patch patch{surface.at(e), surface.stride(), reach, 100 * kMillisecond};
    if (const auto v = estimate(patch)) all.push_back(*v);
  }
  return all;
}

Registry& registry() {
  static Registry all = [] {
    Registry made;
    addBuiltIns(made);
    addPlugins(made);
    return made;
  }();
  return all;
}

Item flowItem(const std::string& type, Values values = {}) {
  Item item;
  item.type = type;
  item.values = std::move(values);
  item.values[kFromShape] = Json{"[120, 160]"};
  return item;
}

}  // namespace

class FlowMethodsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // Edges ---------------------------------------------------------------------------------------

  void aBurstIsOneEdge() {
    Surface surface(kSize, 2);
    const auto at = [](double ms, std::uint8_t polarity) {
      return Event{fromMilliseconds(ms), 5, 6, polarity};
    };
    QVERIFY(surface.take(at(10, 1), 5 * kMillisecond));
    QVERIFY(!surface.take(at(12, 1), 5 * kMillisecond));
    QVERIFY(surface.take(at(13, 0), 5 * kMillisecond));   // another polarity
    QVERIFY(!surface.take(at(16, 1), 5 * kMillisecond));  // 4 ms after the burst's last
    QVERIFY(surface.take(at(22, 1), 5 * kMillisecond));
    QCOMPARE(*surface.at(at(0, 1)), 22 * kMillisecond);
    QCOMPARE(*surface.at(at(0, 0)), 13 * kMillisecond);
    QVERIFY(surface.take(at(22, 1), 0));  // 0: every event
    QVERIFY(!surface.holds({0, 40, 3, 1}) && !surface.holds({0, 3, 30, 1}));
  }

  void straightEdgesAreExact_data() {
    QTest::addColumn<double>("vx");
    QTest::addColumn<double>("vy");
    QTest::newRow("right") << 100.0 << 0.0;
    QTest::newRow("left") << -250.0 << 0.0;
    QTest::newRow("down") << 0.0 << 80.0;
    QTest::newRow("slanted") << 346.4 << 200.0;
    QTest::newRow("up and left") << -60.0 << -110.0;
  }
  void straightEdgesAreExact() {
    QFETCH(double, vx);
    QFETCH(double, vy);
    const auto events = edge(vx, vy);
    const double allowed = 1e-3 * std::hypot(vx, vy);
    const auto holds = [&](const std::vector<Velocity>& all) {
      QVERIFY2(all.size() > events.size() / 2, QByteArray::number(qsizetype(all.size())));
      for (const Velocity& v : all) QVERIFY2(near(v, vx, vy, allowed), words(v));
    };
    holds(estimates(events, 2, [](const Patch& p) { return fitPlane(p, {}); }));
    holds(estimates(events, 3, [](const Patch& p) { return fitPlane(p, {.rounds = 1}); }));
    holds(estimates(events, 2, [](const Patch& p) { return meanSlope(p, 1, 6); }));
    holds(estimates(events, 4, [](const Patch& p) { return matchTriplets(p, 0.3, 2); }));
  }

  /// Stray events: a single fit bends, fits that leave points out and triplets do not.
  void strayEventsAreLeftOut() {
    std::vector<Event> events = edge(100, 0);
    std::size_t stray = 0;
    for (Event& e : events)
      if ((e.x * 7 + e.y * 5) % 29 == 0) e.t -= 37 * kMillisecond, ++stray;
    QVERIFY(stray > 30);
    std::ranges::stable_sort(events, {}, &Event::t);
    const auto wrong = [&](const std::vector<Velocity>& all) {
      return static_cast<double>(std::ranges::count_if(
                 all, [](const Velocity& v) { return !near(v, 100, 0, 10); })) /
             static_cast<double>(all.size());
    };
    const double once =
        wrong(estimates(events, 2, [](const Patch& p) { return fitPlane(p, {.rounds = 1}); }));
    const double again =
        wrong(estimates(events, 2, [](const Patch& p) { return fitPlane(p, {}); }));
    const double slopes =
        wrong(estimates(events, 2, [](const Patch& p) { return meanSlope(p, 1, 6); }));
    const double triplets =
        wrong(estimates(events, 4, [](const Patch& p) { return matchTriplets(p, 0.3, 2); }));
    QVERIFY2(once > 0.3, QByteArray::number(once));
    QVERIFY2(again < 0.02, QByteArray::number(again));
    QVERIFY2(slopes < 0.1, QByteArray::number(slopes));
    QVERIFY2(triplets < 0.05, QByteArray::number(triplets));
  }

  void fewPointsSayNothing() {
    Surface surface(kSize, 4);
    const Event lonely{kSecond, 20, 15, 1};
    QVERIFY(surface.take(lonely, 0));
    const Patch patch{surface.at(lonely), surface.stride(), 2, 50 * kMillisecond};
    QVERIFY(!fitPlane(patch, {}) && !meanSlope(patch, 1, 6) && !matchTriplets(patch, 0.3, 2));
    // In one line: no plane.
    for (int x = 17; x < 20; ++x)
      surface.take({kSecond - (20 - x) * kMillisecond, static_cast<std::uint16_t>(x), 15, 1}, 0);
    QVERIFY(!fitPlane(patch, {.least = 3}) && !matchTriplets(patch, 0.3, 2));
  }

  // Pooling -------------------------------------------------------------------------------------

  /// Two edges of a corner that moves by (160, 120) px/s: each sees its own part alone.
  void poolingSeesAroundTheAperture() {
    PoolingRules lines{.combine = PoolingRules::Combine::Lines};
    Pooling pooling;
    std::optional<Velocity> last;
    for (int i = 0; i < 40; ++i) {
      const auto step = static_cast<std::uint16_t>(i / 2 % 10);
      const Flow upright{kSecond + i, 20, static_cast<std::uint16_t>(10 + step), 160, 0},
          level{kSecond + i, static_cast<std::uint16_t>(10 + step), 20, 0, 120};
      last = pooling.take(i % 2 ? upright : level, lines);
    }
    QVERIFY(last);
    QVERIFY2(near(*last, 160, 120, 1e-3), words(*last));
    // Of one edge alone no more than its normal flow is known.
    Pooling alone;
    for (int i = 0; i < 40; ++i)
      last = alone.take({kSecond + i, 20, static_cast<std::uint16_t>(10 + i % 10), 160, 0}, lines);
    QVERIFY2(near(*last, 160, 0, 1e-3), words(*last));
    // The mean of the window that is fastest, as published.
    Pooling mean;
    (void)mean.take({kSecond, 30, 15, 300, 0}, {});
    last = mean.take({kSecond + 1, 20, 15, 100, 0}, {});
    QVERIFY2(near(*last, 200, 0, 1e-3), words(*last));
    last = mean.take({kSecond + 50 * kMillisecond, 20, 15, 100, 0}, {});  // the first is too old
    QVERIFY2(near(*last, 100, 0, 1e-3), words(*last));
  }

  // Lucas and Kanade ----------------------------------------------------------------------------

  void countsSayTheDirection() {
    LucasKanade method(kSize);
    FlowScore score;
    for (const Event& e : edge(200, 0))
      if (const auto v = method.take(e, {.window = 25 * kMillisecond, .radius = 3}))
        score.add(*v, {200, 0});
    const FlowErrors errors = score.errors();
    QVERIFY(errors.flows > 500);
    QVERIFY2(errors.medianAngle < 15, QByteArray::number(errors.medianAngle));
  }

  // Contrast ------------------------------------------------------------------------------------

  /// Points at random places that move as one: translation, turning and growing are found.
  void theSharpestPictureIsFound_data() {
    QTest::addColumn<double>("vx");
    QTest::addColumn<double>("vy");
    QTest::addColumn<double>("turn");
    QTest::addColumn<double>("grow");
    QTest::newRow("still") << 0.0 << 0.0 << 0.0 << 0.0;
    QTest::newRow("moves") << 150.0 << -90.0 << 0.0 << 0.0;
    QTest::newRow("turns") << 0.0 << 0.0 << 3.0 << 0.0;
    QTest::newRow("grows") << 20.0 << 10.0 << 0.0 << 1.5;
  }
  void theSharpestPictureIsFound() {
    QFETCH(double, vx);
    QFETCH(double, vy);
    QFETCH(double, turn);
    QFETCH(double, grow);
    const SensorSize size{160, 120};
    const double seconds = 0.05;
    std::vector<WindowEvent> events;
    RandomSequence random(randomKey(1, 2, Purpose::Sample), 0);
    std::vector<std::pair<double, double>> points;
    for (int k = 0; k < 150; ++k)
      points.emplace_back(random.uniform() * 150 + 5, random.uniform() * 110 + 5);
    for (int step = 0; step < 40; ++step) {
      const double t = (step / 39.0 - 0.5) * seconds;
      for (const auto& [x, y] : points) {
        const double px = x + t * (vx + grow * (x - 80) - turn * (y - 60)),
                     py = y + t * (vy + grow * (y - 60) + turn * (x - 80));
        if (px < 0 || py < 0 || px > 159 || py > 119) continue;
        events.push_back({static_cast<float>(std::round(px)), static_cast<float>(std::round(py)),
                          static_cast<float>(t), 1});
      }
    }
    ContrastMax contrast(size);
    contrast.solve(events, seconds, {.tile = 160});
    QVERIFY(contrast.found());
    for (const auto& [x, y] : {std::pair(80, 60), {30, 30}, {130, 90}}) {
      const Velocity v = contrast.at(x, y);
      QVERIFY2(near(v, vx + grow * (x - 80) - turn * (y - 60),
                    vy + grow * (y - 60) + turn * (x - 80), 6),
               words(v));
    }
  }
  void nothingIsFoundInNothing() {
    ContrastMax contrast({160, 120});
    contrast.solve({}, 0.05, {});
    QVERIFY(!contrast.found());
    QVERIFY((contrast.at(3, 4) == Velocity{}));
  }

  // Neurons -------------------------------------------------------------------------------------

  void neuronsVote() {
    VoteRules rules{.width = 20, .height = 10, .directions = 8, .speeds = 2, .slowest = 50};
    Votes votes(rules);
    QVERIFY2(near(votes.preferred(0), 50, 0, 1e-9), words(votes.preferred(0)));
    QVERIFY(near(votes.preferred(2), 0, 50, 1e-9) && near(votes.preferred(10), 0, 100, 1e-9));
    const auto neuron = [](int channel, int x, int y) {
      return static_cast<std::uint32_t>((channel * 10 + y) * 20 + x);
    };
    const auto one = votes.take(neuron(0, 5, 5), kSecond);
    QVERIFY(one && one->x == 5 && one->y == 5);
    QVERIFY(near({one->vx, one->vy}, 50, 0, 1e-3));
    // Down votes as well: half way between.
    const auto both = votes.take(neuron(2, 7, 5), kSecond + 1);
    QVERIFY2(near({both->vx, both->vy}, 50 * std::sqrt(0.5), 50 * std::sqrt(0.5), 1e-3), "");
    // Far away nobody else votes; and a neuron of no channel has none.
    const auto far = votes.take(neuron(12, 18, 5), kSecond + 2);
    QVERIFY(near({far->vx, far->vy}, -100, 0, 1e-3));
    QVERIFY(!votes.take(16 * 200, kSecond + 3));
  }

  // The recurrent spiking net -------------------------------------------------------------------

  /// One level, one channel, all by hand: an input of 2 ON events at a pixel goes with weight 0.6
  /// to V = 1.2 of its unit, which spikes at threshold 1; the way up hands the spike to four
  /// pixels, whose head says (3, −1) px in 100 ms.
  void aTinyNetDoesAsTheHandSays() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("net.h5").toStdString();
    QVERIFY(writeNet(path, 0.0f));
    auto net = SpikingNet::read(path, {3, 2});
    QVERIFY2(net, net ? "" : net.error().text().c_str());
    QCOMPARE(net.value().slice_ms(), 10.0);
    std::vector<float> counts(3 * 2 * 2);
    counts[1] = 2;  // ON at (0, 0)
    net.value().step(counts);
    for (const auto& [x, y] : {std::pair(0, 0), {1, 0}, {0, 1}, {1, 1}})
      QVERIFY2(near(net.value().at(x, y), 30, -10, 1e-4), words(net.value().at(x, y)));
    QVERIFY2(near(net.value().at(2, 0), 0, 0, 1e-6), words(net.value().at(2, 0)));
    // One event: V = 0.6, no spike. Another slice with one: 0.5 · 0.6 + 0.6 = 0.9. A third: 1.05.
    net = SpikingNet::read(path, {3, 2});
    counts[1] = 1;
    net.value().step(counts);
    QVERIFY(near(net.value().at(0, 0), 0, 0, 1e-6));
    net.value().step(counts);
    QVERIFY(near(net.value().at(0, 0), 0, 0, 1e-6));
    Bytes state;
    net.value().save(state);
    net.value().step(counts);
    QVERIFY(near(net.value().at(0, 0), 30, -10, 1e-4));
    // After the spike it begins anew: 0.6.
    net.value().step(counts);
    QVERIFY(near(net.value().at(0, 0), 0, 0, 1e-6));
    // And from a checkpoint it does as before.
    auto other = SpikingNet::read(path, {3, 2});
    QVERIFY(other.value().restore(state));
    other.value().step(counts);
    QVERIFY(near(other.value().at(0, 0), 30, -10, 1e-4));
  }
  void aWrongFileSaysWhatIsWrong() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("net.h5").toStdString();
    const auto fault = [&] {
      const auto net = SpikingNet::read(path, {8, 8});
      return net ? QString("none") : QString::fromStdString(net.error().text());
    };
    {
      auto file = H5::create(path);
      QVERIFY(file && file.value().writeText("/about", "nothing"));
    }
    QVERIFY2(fault().contains("/encoder/0"), qPrintable(fault()));
    QVERIFY(writeNet(path, 0.0f, 2));
    QVERIFY2(fault().contains("channels"), qPrintable(fault()));
    QVERIFY(writeNet(path, NAN));
    QVERIFY2(fault().contains("finite"), qPrintable(fault()));
    const auto body =
        registry().nodeType("flow.spiking_net")->body(flowItem("flow.spiking_net"), registry());
    QVERIFY(!body && body.error().where == "weights");
    QVERIFY(QString::fromStdString(body.error().what).contains("no weights"));
  }

  // Bodies --------------------------------------------------------------------------------------

  void bodiesDoNotFeelTheBatch_data() {
    QTest::addColumn<QString>("type");
    for (const char* type :
         {"flow.plane", "flow.savitzky_golay", "flow.triplets", "flow.lucas_kanade",
          "flow.multi_scale", "flow.contrast_max", "flow.spiking_net"})
      QTest::newRow(type) << QString(type);
  }
  void bodiesDoNotFeelTheBatch() {
    QFETCH(QString, type);
    QTemporaryDir folder;
    const std::filesystem::path net = folder.filePath("net.h5").toStdString();
    QVERIFY(writeNet(net, 0.0f));
    Item item = flowItem(type.toStdString());
    if (type == "flow.spiking_net") item.values["weights"] = net.string();
    if (type == "flow.contrast_max") item.values["window"] = 30.0;
    const auto make = [&] {
      auto body = registry().nodeType(item.type)->body(item, registry());
      if (!body) qFatal("%s", body.error().text().c_str());
      return std::move(body).value();
    };
    const auto scene = recordScene(testScene("S3")->pattern, cleanPixels(), 150 * kMillisecond);
    const Time end = 200 * kMillisecond, dt = 100 * kMicrosecond;
    const auto run = [&](Body& body, Time from, Time to, Time batch) {
      return kit::runBody<Flow>(body, from, to, batch, dt, scene.events);
    };
    auto whole = make();
    const auto flows = run(*whole, 0, end, 5 * kMillisecond);
    QVERIFY2(flows.size() > 300, QByteArray::number(qsizetype(flows.size())));
    QVERIFY(std::ranges::is_sorted(flows, {}, &Flow::t));
    for (const Flow& f : flows)
      QVERIFY(std::isfinite(f.vx) && std::isfinite(f.vy) && f.x < 160 && f.y < 120);
    auto other = make();
    QVERIFY(run(*other, 0, end, 700 * kMicrosecond) == flows);
    // From a checkpoint, in a body made anew.
    const Time middle = 77 * kMillisecond;
    auto first = make(), second = make();
    auto joined = run(*first, 0, middle, kMillisecond);
    Bytes state;
    first->save(state);
    QVERIFY(second->restore(state));
    const auto rest = run(*second, middle, end, 5 * kMillisecond);
    joined.insert(joined.end(), rest.begin(), rest.end());
    QVERIFY(joined == flows);
    // Values that are not allowed are refused, and named.
    item.values[type == "flow.contrast_max"  ? "tile"
                : type == "flow.spiking_net" ? "every"
                                             : "radius"] = std::int64_t{-1};
    const auto refused = whole->change(item);
    QVERIFY(!refused && !refused.error().where.empty());
  }

  void bodiesNeedTheSizeOfTheSensor() {
    Item item = flowItem("flow.plane");
    item.values.erase(kFromShape);
    const auto body = registry().nodeType("flow.plane")->body(item, registry());
    QVERIFY(!body);
    QVERIFY2(QString::fromStdString(body.error().what).contains("size"), body.error().what.c_str());
  }

  /// What the bench asks of all scenes, here of one: normal flow of blobs and full flow of a
  /// square.
  void scenesAreSeenRight() {
    const auto score = [](const std::string& type, Values values, const char* scene, bool full) {
      const auto seen = recordScene(testScene(scene)->pattern, cleanPixels(), 300 * kMillisecond);
      auto body = registry().nodeType(type)->body(flowItem(type, std::move(values)), registry());
      const auto flows = kit::runBody<Flow>(*body.value(), 0, 400 * kMillisecond, 5 * kMillisecond,
                                            100 * kMicrosecond, seen.events);
      FlowScore all;
      std::map<std::pair<int, int>, std::size_t> last;
      std::size_t at = 0;
      for (const Flow& f : flows) {
        for (; at < seen.events.size() && seen.events[at].t <= f.t; ++at)
          last[{seen.events[at].x, seen.events[at].y}] = at;
        const Flow& truth = (full ? seen.full : seen.normal)[last.at({f.x, f.y})];
        all.add({f.vx, f.vy}, {truth.vx, truth.vy});
      }
      return all.errors();
    };
    const Values edges = {{"t_ref", 75.0}, {"max_age", 60.0}};
    for (const char* type : {"flow.plane", "flow.savitzky_golay", "flow.triplets"}) {
      const FlowErrors e = score(type, edges, "S5a", false);
      QVERIFY2(
          e.flows > 5000 && e.medianRelative < 0.08 && e.medianAngle < 3,
          qPrintable(QString("%1 %2 %3").arg(e.flows).arg(e.medianRelative).arg(e.medianAngle)));
    }
    const FlowErrors full = score("flow.contrast_max", {{"window", 40.0}}, "S3", true);
    QVERIFY2(full.flows > 1000 && full.medianRelative < 0.05,
             qPrintable(QString("%1 %2").arg(full.flows).arg(full.medianRelative)));
    const FlowErrors pooled = score(
        "flow.multi_scale", {{"t_ref", 50.0}, {"max_age", 40.0}, {"recent", 50.0}}, "S3", true);
    QVERIFY2(pooled.medianRelative < 0.05, QByteArray::number(pooled.medianRelative));
  }

  // Recordings ----------------------------------------------------------------------------------

  /// Rueckauer & Delbruck's bar (2016): 10 px/s to the side, an event for each pixel.
  void theBarOfTheSamplesIsExact() {
    const auto seen = sample("rd16_TranslatingBarX.aedat");
    if (!seen) QSKIP("SPK_SAMPLES names no folder with events/rd16_TranslatingBarX.aedat");
    for (const char* type : {"flow.plane", "flow.savitzky_golay", "flow.triplets"}) {
      const auto flows = flowsOf(*seen, type, {{"t_ref", 0.0}, {"max_age", 1000.0}});
      QVERIFY2(flows.size() > 5000, type);
      FlowScore score;
      for (const Flow& f : flows) score.add({f.vx, f.vy}, {flows[100].vx > 0 ? 10.0 : -10.0, 0});
      const FlowErrors e = score.errors();
      QVERIFY2(e.medianRelative < 1e-3 && e.meanRelative < 0.02 && e.medianAngle < 0.1, type);
    }
  }
  /// A disc before a camera with a gyro: flow goes round as the gyro says, one way or the other (it
  /// is the camera or the disc that turns).
  void theTurningDiscOfTheSamplesTurns() {
    const auto seen = sample("IMU_rotDisk.aedat");
    if (!seen) QSKIP("SPK_SAMPLES names no folder with events/IMU_rotDisk.aedat");
    const auto flows = flowsOf(*seen, "flow.plane",
                               {{"t_ref", 100.0}, {"max_age", 500.0}, {"radius", std::int64_t{3}}});
    QVERIFY(flows.size() > 500);
    double clockwise = 0;
    for (const Flow& f : flows)
      clockwise += (f.x - seen->size.width / 2.0) * double(f.vy) -
                       (f.y - seen->size.height / 2.0) * double(f.vx) >
                   0;
    const double share = clockwise / static_cast<double>(flows.size());
    QVERIFY2(std::max(share, 1 - share) >= 0.95, QByteArray::number(share));
  }

 private:
  struct Sample {
    std::vector<Event> events;
    SensorSize size;
  };
  static std::optional<Sample> sample(const char* name) {
    const QByteArray folder = qgetenv("SPK_SAMPLES");
    const auto path = std::filesystem::path(folder.toStdString()) / "events" / name;
    if (folder.isEmpty() || !std::filesystem::exists(path)) return std::nullopt;
    auto opened = openFile(path, {}, registry());
    if (!opened) qFatal("%s", opened.error().text().c_str());
    auto& source = *std::get<std::unique_ptr<EventSource>>(opened.value().content);
    const Sensor sensor = source.streams()[0].sensor;
    Sample made{{}, {sensor.width, sensor.height}};
    Packet packet = EventPacket();
    for (auto more = EventSource::More::Full; more != EventSource::More::End;) {
      auto& events = std::get<EventPacket>(packet);
      events.clear();
      more = source.read(0, packet, std::numeric_limits<Time>::max()).value();
      for (std::size_t i = 0; i < events.size(); ++i) made.events.push_back(events[i]);
    }
    std::ranges::stable_sort(made.events, {}, &Event::t);
    return made;
  }
  static std::vector<Flow> flowsOf(const Sample& seen, const std::string& type, Values values) {
    Item item = flowItem(type, std::move(values));
    item.values[kFromShape] =
        Json{"[" + std::to_string(seen.size.height) + ", " + std::to_string(seen.size.width) + "]"};
    auto body = registry().nodeType(type)->body(item, registry());
    std::vector<Flow> all;
    StreamBuffer in = std::vector<Event>(seen.events), out = std::vector<Flow>();
    std::get<std::vector<Flow>>(out).reserve(seen.events.size() + 1);
    const StreamBuffer* inputs[] = {&in};
    StreamBuffer* outputs[] = {&out};
    std::uint64_t overflow = 0;
    Batch batch;
    batch.end = seen.events.back().t + 1;
    batch.inputs = inputs;
    batch.outputs = outputs;
    batch.overflow = &overflow;
    body.value()->run(batch);
    return std::get<std::vector<Flow>>(out);
  }

  /// A net of one level and one channel. Down: 0.6 · ON at the centre of its kernel; up: 1 to the
  /// four pixels of a unit. @param odd  added to a weight; @param from  channels of the way up
  static bool writeNet(const std::filesystem::path& path, float odd, std::size_t from = 1) {
    std::vector<float> down(2 * 9), up(from * 16), head = {3, -1};
    down[9 + 4] = 0.6f + odd;
    for (const std::size_t k : {5u, 6u, 9u, 10u}) up[k] = 1;
    auto file = H5::create(path);
    if (!file) return false;
    H5& h5 = file.value();
    const std::vector<float> zero = {0};
    return bool(h5.write("/encoder/0/weight", down, {1, 2, 3, 3})) &&
           bool(h5.write("/encoder/0/leak", zero)) &&
           bool(h5.write("/decoder/0/weight", up, {from, 1, 4, 4})) &&
           bool(h5.write("/flow/0/weight", head, {2, 1, 1, 1})) && bool(h5.close());
  }
};

QTEST_APPLESS_MAIN(FlowMethodsTest)
#include "methods_test.moc"
