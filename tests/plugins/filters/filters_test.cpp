// Each filter of event streams against what it must do to a few events, by hand; and what all of
// them keep to: any batch length, any checkpoint, sizes that follow the wires.
#include <QtTest>
#include <cmath>

#include "engine/base/H5.h"
#include "engine/data/testScenes.h"
#include "engine/graph/sensorShape.h"
#include "tests/kit/bodies.h"
#include "tests/kit/events.h"

using namespace spk;

namespace {

using Events = std::vector<Event>;

Item filter(const std::string& id, Values values = {}, const char* size = "[6, 8]") {
  Item item{Id{7}, "filter." + id, {}, {}, {}, std::move(values)};
  if (size) item.values[kFromShape] = Json{size};
  return item;
}
Result<std::unique_ptr<Body>> make(const Item& item) {
  return kit::registry().nodeType(item.type)->body(item, kit::registry());
}
std::vector<int> outShape(const Item& item) {
  return kit::registry().describe(item).port("out")->shape;
}

/// Runs a filter over its events, batch by batch; its first output.
Events run(Body& body, const Events& in, Time begin, Time end, Time length) {
  Events all;
  StreamBuffer input = Events(), made = Events(), flow = std::vector<Flow>(),
               trace = std::vector<Sample>();
  std::get<Events>(made).reserve(in.size() + 16);
  std::get<std::vector<Flow>>(flow).reserve(1 << 16);
  std::get<std::vector<Sample>>(trace).reserve(1 << 16);
  const StreamBuffer* inputs[] = {&input};
  StreamBuffer* outputs[] = {&made, &flow, &trace};
  for (Time t = begin; t < end; t += length) {
    auto& taken = std::get<Events>(input);
    taken.clear();
    std::get<Events>(made).clear();
    Batch batch;
    std::uint64_t overflow = 0;
    batch.begin = t;
    batch.end = std::min(t + length, end);
    for (const Event& e : in)
      if (e.t >= batch.begin && e.t < batch.end) taken.push_back(e);
    batch.inputs = inputs;
    batch.outputs = outputs;
    batch.overflow = &overflow;
    body.run(batch);
    const auto& got = std::get<Events>(made);
    all.insert(all.end(), got.begin(), got.end());
  }
  return all;
}
/// Which of the events pass, by their place in the list.
std::vector<int> passing(const Item& item, const Events& in) {
  auto body = make(item);
  if (!body) return {-1};
  const Events out = run(*body.value(), in, 0, kSecond, kMillisecond);
  std::vector<int> places;
  std::size_t next = 0;
  for (std::size_t i = 0; i < in.size(); ++i)
    if (next < out.size() && out[next] == in[i]) places.push_back(int(i)), ++next;
  return next == out.size() ? places : std::vector<int>{-2};
}
Events through(const Item& item, const Events& in) {
  auto body = make(item);
  return body ? run(*body.value(), in, 0, kSecond, kMillisecond) : Events{};
}
Event at(double ms, int x, int y, int polarity = 1) {
  return {fromMilliseconds(ms), static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y),
          static_cast<std::uint8_t>(polarity)};
}
using Places = std::vector<int>;

}  // namespace

class Filters : public QObject {
  Q_OBJECT
  kit::Folder folder_;

 private Q_SLOTS:
  void backgroundActivityAsksTheNeighbours() {
    const Events in = {at(1, 3, 3),  at(2, 4, 4),  at(2.5, 3, 3),  at(20, 3, 3), at(20.1, 3, 3),
                       at(30, 0, 0), at(31, 7, 5), at(31.5, 7, 4), at(45, 1, 1), at(46, 3, 1)};
    // 4,4 has 3,3 from 1 ms before; 3,3 has 4,4; the same pixel alone does not count.
    QCOMPARE(passing(filter("background_activity", {{"dt", 10.0}}), in), (Places{1, 2, 7}));
    QCOMPARE(passing(filter("background_activity", {{"dt", 0.6}}), in), (Places{2, 7}));
    QCOMPARE(passing(filter("background_activity", {{"dt", 10.0}, {"self", true}}), in),
             (Places{1, 2, 4, 7}));
    QCOMPARE(passing(filter("background_activity", {{"dt", 10.0}, {"first", true}}), in),
             (Places{0, 1, 2, 5, 6, 7, 9}));
    // In squares of 2: (1, 1) and (3, 1) are neighbours then, (0, 0) and (3, 3) as well.
    QCOMPARE(
        passing(filter("background_activity", {{"dt", 10.0}, {"subsample", std::int64_t{1}}}), in),
        (Places{1, 2, 5, 9}));
  }

  void correlationCountsNeighbours() {
    const Events in = {at(1, 3, 3),    at(2, 4, 3), at(3, 3, 4),
                       at(4, 4, 4, 0), at(5, 4, 4), at(25, 4, 4)};
    QCOMPARE(passing(filter("stcf"), in), (Places{2, 4}));
    QCOMPARE(passing(filter("stcf", {{"k", std::int64_t{1}}}), in), (Places{1, 2, 4}));
    QCOMPARE(passing(filter("stcf", {{"k", std::int64_t{3}}}), in), (Places{4}));
    QCOMPARE(passing(filter("stcf", {{"k", std::int64_t{3}}, {"same_polarity", false}}), in),
             (Places{3, 4}));
    QCOMPARE(passing(filter("stcf", {{"dt", 1.5}}), in), (Places{}));
    QCOMPARE(passing(filter("stcf", {{"dt", 2.0}}), in), (Places{2}));
  }

  void theAgeOfTheSurroundingsAddsUp() {
    // exp(−1/20) + exp(−2/20) = 1.856, with 1 ms and 2 ms of age.
    const Events in = {at(1, 3, 3), at(2, 4, 3), at(3, 3, 4), at(60, 5, 5)};
    QCOMPARE(passing(filter("time_surface", {{"least", 1.85}}), in), (Places{2}));
    QCOMPARE(passing(filter("time_surface", {{"least", 1.86}}), in), (Places{}));
    QCOMPARE(passing(filter("time_surface", {{"least", 0.9}}), in), (Places{1, 2}));
    // (5, 5) sees (3, 3) … (3, 4) at radius 2: exp(−59/20) + exp(−58/20) + exp(−57/20) = 0.165.
    QCOMPARE(passing(filter("time_surface", {{"least", 0.16}, {"radius", std::int64_t{2}}}), in),
             (Places{1, 2, 3}));
  }

  void aRefractoryTimeCountsFromWhatPassed() {
    const Events in = {at(1, 3, 3), at(1.6, 3, 3), at(2, 3, 3, 0), at(2.5, 3, 3), at(2.6, 4, 3)};
    QCOMPARE(passing(filter("refractory", {{"period", 1.0}}), in), (Places{0, 2, 4}));
    QCOMPARE(passing(filter("refractory", {{"period", 1.0}, {"invert", true}}), in),
             (Places{1, 3}));
  }

  void ofABurstTheFirstPasses() {
    const Events in = {at(1, 3, 3),  at(5, 3, 3),  at(9, 3, 3, 0),
                       at(12, 3, 3), at(19, 3, 3), at(24, 3, 3, 0)};
    // ON at 5 prolongs the burst: 12 is 7 ms after it. 19 is 7 after 12.
    QCOMPARE(passing(filter("burst", {{"quiet", 7.5}}), in), (Places{0, 2, 5}));
    QCOMPARE(passing(filter("burst", {{"quiet", 6.5}}), in), (Places{0, 2, 3, 4, 5}));
    QCOMPARE(passing(filter("burst", {{"quiet", 4.5}, {"by_polarity", false}}), in),
             (Places{0, 4, 5}));
  }

  void hotPixelsAreLearntAndSilenced() {
    Events in;
    for (int i = 0; i < 100; ++i) {
      in.push_back(at(i, 1, 1));                   // 1 kHz
      if (i % 2 == 0) in.push_back(at(i, 2, 2));   // 500 Hz
      if (i % 10 == 0) in.push_back(at(i, 3, 3));  // 100 Hz
    }
    const Values values = {{"learn", 50.0}, {"rate", 200.0}};
    const auto count = [&](const Values& given, int x, bool before) {
      const Events out = through(filter("hot_pixel", given), in);
      return std::ranges::count_if(
          out, [&](const Event& e) { return e.x == x && (e.t < 50 * kMillisecond) == before; });
    };
    QCOMPARE(count(values, 1, true), 50);
    QCOMPARE(count(values, 1, false), 0);
    QCOMPARE(count(values, 2, false), 0);
    QCOMPARE(count(values, 3, false), 5);
    Values one = values;
    one["most"] = std::int64_t{1};  // the busiest
    QCOMPARE(count(one, 1, false), 0);
    QCOMPARE(count(one, 2, false), 25);
    Values late = values;
    late["start"] = 20.0;
    QCOMPARE(count(late, 1, false), 20);  // learns until 70 ms
    auto body = make(filter("hot_pixel", values));
    (void)run(*body.value(), in, 0, 100 * kMillisecond, kMillisecond);
    QCOMPARE(body.value()->notes().at(0).text, std::string("2 hot pixels are silenced"));
    // A live change chooses anew from what was counted.
    Values more = values;
    more["rate"] = 50.0;
    QVERIFY(body.value()->change(filter("hot_pixel", more)));
    QVERIFY(run(*body.value(), {at(101, 3, 3), at(102, 4, 4)}, 100 * kMillisecond,
                110 * kMillisecond, kMillisecond) == (Events{at(102, 4, 4)}));
  }

  void noMoreThanTheRatePasses() {
    Events in;
    for (int i = 0; i < 1000; ++i) in.push_back(at(i * 0.1, i % 8, 0));  // 10 kHz for 100 ms
    const Events out = through(filter("rate_limiter", {{"rate", 1000.0}, {"burst", 10.0}}), in);
    // Ten at once, then one each millisecond.
    QVERIFY2(out.size() >= 108 && out.size() <= 110, qPrintable(QString::number(out.size())));
    QCOMPARE(passing(filter("rate_limiter", {{"rate", 1e6}}), in).size(), in.size());
  }

  void polarityIsChosenOrChanged() {
    const Events in = {at(1, 1, 1, 1), at(2, 2, 2, 0), at(3, 3, 3, 1)};
    const auto keep = [&](const char* word) {
      return through(filter("polarity", {{"keep", std::string(word)}}), in);
    };
    QVERIFY(keep("on") == (Events{in[0], in[2]}));
    QVERIFY(keep("off") == (Events{in[1]}));
    QVERIFY(keep("both_as_on") == (Events{in[0], at(2, 2, 2, 1), in[2]}));
    QVERIFY(keep("swapped") == (Events{at(1, 1, 1, 0), at(2, 2, 2, 1), at(3, 3, 3, 0)}));
  }

  void aTimeWindowOpensAndCloses() {
    const Events in = {at(4.9, 0, 0), at(5, 0, 0),  at(9.9, 0, 0),
                       at(10, 0, 0),  at(25, 0, 0), at(31, 0, 0)};
    QCOMPARE(passing(filter("time_window", {{"from", 5.0}, {"to", 10.0}}), in), (Places{1, 2}));
    QCOMPARE(passing(filter("time_window", {{"from", 5.0}, {"to", 10.0}, {"every", 20.0}}), in),
             (Places{1, 2, 4}));
    const auto wrong = make(filter("time_window", {{"from", 5.0}, {"to", 5.0}}));
    QVERIFY(!wrong && wrong.error().where == "to");
  }

  void aRectangleIsCutOut() {
    const Item item = filter("crop", {{"left", std::int64_t{2}},
                                      {"top", std::int64_t{1}},
                                      {"width", std::int64_t{3}},
                                      {"height", std::int64_t{4}}});
    QCOMPARE(outShape(item), (std::vector<int>{4, 3}));
    QVERIFY(through(item, {at(1, 2, 1), at(2, 4, 4), at(3, 5, 4), at(4, 4, 5), at(5, 1, 1),
                           at(6, 2, 0)}) == (Events{at(1, 0, 0), at(2, 2, 3)}));
    const Item rest = filter("crop", {{"left", std::int64_t{5}}});
    QCOMPARE(outShape(rest), (std::vector<int>{6, 3}));
    QVERIFY(through(rest, {at(1, 7, 5)}) == (Events{at(1, 2, 5)}));
    const auto none = make(filter("crop", {{"left", std::int64_t{8}}}));
    QVERIFY(!none && QString::fromStdString(none.error().text()).contains("8×6"));
  }

  void picturesAreTurned_data() {
    QTest::addColumn<QString>("turn");
    QTest::addColumn<int>("x");
    QTest::addColumn<int>("y");
    QTest::addColumn<bool>("upright");
    // Of (1, 2) in a picture of 8 × 6.
    QTest::newRow("90") << "rotate_90" << 3 << 1 << true;
    QTest::newRow("180") << "rotate_180" << 6 << 3 << false;
    QTest::newRow("270") << "rotate_270" << 2 << 6 << true;
    QTest::newRow("x") << "flip_x" << 6 << 2 << false;
    QTest::newRow("y") << "flip_y" << 1 << 3 << false;
    QTest::newRow("transpose") << "transpose" << 2 << 1 << true;
    QTest::newRow("back") << "transpose_back" << 3 << 6 << true;
  }
  void picturesAreTurned() {
    QFETCH(QString, turn);
    QFETCH(int, x);
    QFETCH(int, y);
    QFETCH(bool, upright);
    const Item item = filter("orient", {{"turn", turn.toStdString()}});
    QCOMPARE(outShape(item), upright ? (std::vector<int>{8, 6}) : (std::vector<int>{6, 8}));
    QVERIFY(through(item, {at(1, 1, 2)}) == (Events{at(1, x, y)}));
  }

  void squaresBecomePixels() {
    const Item item = filter("down_sample", {{"factor", std::int64_t{3}}});
    QCOMPARE(outShape(item), (std::vector<int>{2, 3}));
    QVERIFY(through(item, {at(1, 0, 0), at(2, 2, 2), at(3, 3, 3, 0), at(4, 7, 5)}) ==
            (Events{at(1, 0, 0), at(2, 0, 0), at(3, 1, 1, 0), at(4, 2, 1)}));
    const Item sum =
        filter("down_sample", {{"factor", std::int64_t{3}}, {"events", std::int64_t{2}}});
    // ON and OFF cancel; two more ON give one.
    QVERIFY(through(sum, {at(1, 0, 0), at(2, 1, 1, 0), at(3, 0, 1), at(4, 2, 2), at(5, 0, 0, 0),
                          at(6, 0, 0, 0)}) == (Events{at(4, 0, 0), at(6, 0, 0, 0)}));
  }

  void aLensIsUndone() {
    // A radial distortion r' = r (1 + k r²): of x = 0.2 the lens makes 0.2 (1 − 0.04) = 0.192.
    const Values lens = {{"fx", 100.0}, {"cx", 50.0}, {"cy", 40.0}, {"k1", -1.0}};
    const Item item = filter("undistort", lens, "[80, 100]");
    QVERIFY(through(item, {at(1, 69, 40), at(2, 50, 40)}) ==
            (Events{at(1, 70, 40), at(2, 50, 40)}));
    // Without distortion nothing moves.
    const Events grid = {at(1, 0, 0), at(2, 99, 79), at(3, 20, 70)};
    QVERIFY(through(filter("undistort", {}, "[80, 100]"), grid) == grid);
    // A map that moves everything three columns to the right.
    std::vector<float> map;
    for (int y = 0; y < 6; ++y)
      for (int x = 0; x < 8; ++x) map.push_back(float(x) + 3.2f), map.push_back(float(y));
    const auto path = folder_.path("rectify_map.h5");
    {
      auto file = H5::create(path);
      QVERIFY(file && file.value().write("/rectify_map", map, {6, 8, 2}) && file.value().close());
    }
    const Values by = {{"by", std::string("map")}, {"file", path.string()}};
    QVERIFY(through(filter("undistort", by), {at(1, 0, 0), at(2, 4, 5), at(3, 5, 0)}) ==
            (Events{at(1, 3, 0), at(2, 7, 5)}));
    const auto other = make(filter("undistort", by, "[7, 8]"));
    QVERIFY(!other && QString::fromStdString(other.error().text()).contains("7×8×2"));
    QVERIFY(!make(filter("undistort", {{"by", std::string("map")}})));
  }

  void signalIsToldFromNoise() {
    // A bar, and 2 random events a second from each pixel: shares that pass.
    const LabelledEvents scene = recordScene(testScene("S1")->pattern, noisyPixels(), kSecond);
    const auto shares = [&](const Item& item) {
      const auto places = passing(item, scene.events);
      double kept[2] = {}, all[2] = {};
      for (const std::uint8_t noise : scene.noise) all[noise] += 1;
      for (const int place : places) kept[scene.noise[std::size_t(place)]] += 1;
      return std::pair(kept[0] / all[0], kept[1] / all[1]);
    };
    const auto [signal, noise] = shares(filter("stcf", {{"dt", 5.0}}, "[120, 160]"));
    QVERIFY2(signal > 0.99 && noise < 0.03, qPrintable(QString("%1 %2").arg(signal).arg(noise)));
    const auto [more, much] = shares(filter("background_activity", {{"dt", 3.0}}, "[120, 160]"));
    QVERIFY2(more > 0.99 && much < 0.1, qPrintable(QString("%1 %2").arg(more).arg(much)));
  }

  void cornersOfASquareAreFound() {
    // A square of 36 px; leading corners are where something new begins.
    const LabelledEvents scene =
        recordScene(testScene("S3")->pattern, cleanPixels(), 400 * kMillisecond);
    const Events out = through(filter("corners", {}, "[120, 160]"), scene.events);
    const auto isCorner = [](const Event& e) {
      const double s = toSeconds(e.t), cx = 79.5 - 0.3 * 0.8 * 160 + 160 * s,
                   cy = 59.5 - 0.3 * 0.6 * 120 + 120 * s;
      const double dx = std::abs(std::abs(e.x - cx) - 18), dy = std::abs(std::abs(e.y - cy) - 18);
      return dx < 4 && dy < 4;
    };
    const auto right = std::ranges::count_if(out, isCorner);
    qInfo("%zu of %zu events are corners, %td of them at one", out.size(), scene.events.size(),
          right);
    QVERIFY(out.size() > 60);
    QVERIFY(double(right) > 0.85 * double(out.size()));
    // A bar has none.
    const LabelledEvents bar =
        recordScene(testScene("S1")->pattern, cleanPixels(), 400 * kMillisecond);
    const Events none = through(filter("corners", {}, "[120, 160]"), bar.events);
    QVERIFY2(double(none.size()) < 0.002 * double(bar.events.size()),
             qPrintable(QString::number(none.size())));
  }

  void aDiscIsFollowed() {
    Pattern pattern;
    pattern.kind = Pattern::Kind::Disc;
    pattern.size = 14;
    pattern.speed = 120;
    pattern.direction = 20;
    const LabelledEvents scene = recordScene(pattern, noisyPixels(), 600 * kMillisecond);
    auto body = make(filter("clusters", {}, "[120, 160]"));
    QVERIFY(body);
    StreamBuffer in = scene.events, out = Events(), flow = std::vector<Flow>(),
                 count = std::vector<Sample>();
    std::get<Events>(out).reserve(scene.events.size());
    std::get<std::vector<Flow>>(flow).reserve(100'000);
    std::get<std::vector<Sample>>(count).reserve(100'000);
    const StreamBuffer* inputs[] = {&in};
    StreamBuffer* outputs[] = {&out, &flow, &count};
    std::uint64_t overflow = 0;
    Batch batch;
    batch.end = 600 * kMillisecond;
    batch.inputs = inputs;
    batch.outputs = outputs;
    batch.overflow = &overflow;
    body.value()->run(batch);
    int seen = 0;
    double place = 0, speed = 0;
    for (const Flow& v : std::get<std::vector<Flow>>(flow)) {
      if (v.t < 200 * kMillisecond) continue;
      const double s = toSeconds(v.t), c = std::cos(20 * 3.14159265 / 180),
                   d = std::sin(20 * 3.14159265 / 180);
      place += std::hypot(v.x - (79.5 - 0.3 * c * 160 + 120 * c * s),
                          v.y - (59.5 - 0.3 * d * 120 + 120 * d * s));
      speed += std::hypot(v.vx - 120 * c, v.vy - 120 * d);
      ++seen;
    }
    QVERIFY(seen > 60);
    qInfo("off by %.2f px, %.1f px/s", place / seen, speed / seen);
    QVERIFY(place / seen < 3);
    QVERIFY(speed / seen < 30);
    const auto& counts = std::get<std::vector<Sample>>(count);
    QCOMPARE(counts.size(), std::size_t{120});
    QCOMPARE(std::ranges::count(counts.begin() + 40, counts.end(), 1.f, &Sample::value), 80);
    // Of the noise only what lies near the disc comes along.
    QVERIFY(std::get<Events>(out).size() < scene.events.size() * 0.8);
  }

  void picturesAreMadeOfEvents() {
    const Events in = {at(1, 0, 0), at(2, 0, 0), at(3, 1, 0, 0), at(12, 2, 0)};
    const auto frames = [&](Values values) {
      values["every"] = 10.0;
      auto body = make(filter("event_frame", std::move(values), "[1, 3]"));
      return kit::runBody<Frame>(*body.value(), 0, 30 * kMillisecond, kMillisecond,
                                 100 * kMicrosecond, in);
    };
    using Grey = std::vector<std::uint8_t>;
    const auto polarity = frames({});
    QCOMPARE(polarity.size(), std::size_t{2});  // at 10 and 20 ms
    QCOMPARE(polarity[0].t, 10 * kMillisecond);
    QVERIFY(polarity[0].grey == (Grey{192, 96, 128}) && polarity[1].grey == (Grey{128, 128, 160}));
    QVERIFY(frames({{"mode", std::string("count")}, {"contrast", 100.0}})[0].grey ==
            (Grey{200, 100, 0}));
    const auto surface = frames({{"mode", std::string("time_surface")}, {"tau", 10.0}});
    QVERIFY(surface[0].grey ==
            (Grey{std::uint8_t(255 * std::exp(-0.8)), std::uint8_t(255 * std::exp(-0.7)), 0}));
    const auto counted = frames({{"events", std::int64_t{2}}});
    QCOMPARE(counted.size(), std::size_t{2});
    QCOMPARE(counted[0].t, 2 * kMillisecond);
    QVERIFY(counted[1].grey == (Grey{128, 96, 160}));
  }

  void whatDoesNotFitIsSaid_data() {
    QTest::addColumn<QString>("id");
    for (const NodeType& type : kit::registry().nodeTypes())
      if (type.id.starts_with("filter.") && type.id != "filter.event_frame" &&
          type.id != "filter.send_events")  // which passes all, and has tests of its own
        QTest::newRow(type.id.c_str()) << QString::fromStdString(type.id).mid(7);
  }
  void whatDoesNotFitIsSaid() {
    QFETCH(QString, id);
    const auto outside = make(filter(id.toStdString(), {}, "[120, 160]"));
    QVERIFY(outside);
    Body& body = *outside.value();
    QVERIFY(run(body, {at(1, 160, 0), at(1, 0, 120)}, 0, 10 * kMillisecond, kMillisecond).empty());
    QVERIFY(body.notes().at(0).text.starts_with("2 events lie outside the picture of 160×120"));
    // Nothing is known of the picture: nothing passes, and that is said as well.
    auto blind = make(filter(id.toStdString(), {}, nullptr));
    QVERIFY2(blind, blind ? "" : blind.error().text().c_str());
    QVERIFY(blind.value()->notes().empty());
    QVERIFY(run(*blind.value(), {at(1, 1, 1)}, 0, 10 * kMillisecond, kMillisecond).empty());
    QVERIFY(blind.value()->notes().at(0).text.starts_with("passes nothing"));
  }

  void sizesFollowTheWires() {
    Project project = emptyProject();
    const auto add = [&](Item item) {
      item.id = Id{project.nextId++};
      project.items[item.id] = item;
      return item.id;
    };
    const auto join = [&](Id from, Id to) {
      Item wire{.type = "wire.signal"};
      wire.from = {from, "out"}, wire.to = {to, "in"};
      add(wire);
    };
    Registry registry;
    addPlugins(registry);
    const Id camera = add({.type = "source.synthetic_camera"});
    const Id crop = add({.type = "filter.crop"}), turn = add({.type = "filter.orient"}),
             small = add({.type = "filter.down_sample"});
    project.items[crop].values["width"] = std::int64_t{100};
    join(camera, crop), join(crop, turn), join(turn, small);
    const auto size = [&](Id id) {
      return describeWired(project, registry, *project.find(id)).port("out")->shape;
    };
    QCOMPARE(size(crop), (std::vector<int>{120, 100}));
    QCOMPARE(size(turn), (std::vector<int>{100, 120}));
    QCOMPARE(size(small), (std::vector<int>{50, 60}));
    // Wired in a circle, nothing is known, and nothing hangs.
    const Id a = add({.type = "filter.polarity"}), b = add({.type = "filter.polarity"});
    join(a, b), join(b, a);
    QVERIFY(size(a).empty());
  }
};

QTEST_APPLESS_MAIN(Filters)
#include "filters_test.moc"
