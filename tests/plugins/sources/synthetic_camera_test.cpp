// source.synthetic_camera: what the scenes promise, whatever the batch, from any checkpoint, while
// values change; pictures; messages.
#include <zlib.h>

#include <QtTest>

#include "engine/data/testScenes.h"
#include "tests/kit/bodies.h"
#include "tests/kit/events.h"

using namespace spk;

namespace {

const NodeType& type() { return *kit::registry().nodeType("source.synthetic_camera"); }

Item camera(Values values = {}) {
  return {Id{7}, "source.synthetic_camera", {}, {}, {}, std::move(values)};
}
std::unique_ptr<Body> made(const Item& item, QString* why = nullptr) {
  auto body = type().body(item, kit::registry());
  if (body) return std::move(body).value();
  if (why) *why = QString::fromStdString(body.error().text());
  return nullptr;
}

struct Seen {
  std::vector<Event> events;
  std::vector<Flow> flow, normal;
  friend bool operator==(const Seen&, const Seen&) = default;
};
/// Runs it from `begin` to `end` in batches, as the engine would.
Seen run(Body& body, Time begin, Time end, Time batchLength, RandomKey key = {1, 2}) {
  Seen all;
  StreamBuffer events = std::vector<Event>(), flow = std::vector<Flow>(),
               normal = std::vector<Flow>();
  std::get<std::vector<Event>>(events).reserve(1 << 20);
  std::get<std::vector<Flow>>(flow).reserve(1 << 20);
  std::get<std::vector<Flow>>(normal).reserve(1 << 20);
  StreamBuffer* outputs[] = {&events, &flow, &normal};
  const auto take = [](auto& to, StreamBuffer& from) {
    auto& items = std::get<std::remove_reference_t<decltype(to)>>(from);
    to.insert(to.end(), items.begin(), items.end());
    items.clear();
  };
  for (Time t = begin; t < end; t += batchLength) {
    Batch batch;
    std::uint64_t overflow = 0;
    batch.begin = t;
    batch.end = std::min(t + batchLength, end);
    batch.key = key;
    batch.outputs = outputs;
    batch.overflow = &overflow;
    body.run(batch);
    for (const Event& e : std::get<std::vector<Event>>(events))
      if (e.t < batch.begin || e.t >= batch.end) return {};
    take(all.events, events);
    take(all.flow, flow);
    take(all.normal, normal);
  }
  return all;
}

Values preset(const char* id) {
  for (const Preset& preset : type().presets)
    if (preset.name.starts_with(std::string(id) + " ")) return preset.values;
  return {};
}

}  // namespace

class SyntheticCamera : public QObject {
  Q_OBJECT
  kit::Folder folder_;

  std::string write(const std::string& name, const std::string& bytes) const {
    std::filesystem::create_directories(folder_.path(name).parent_path());
    return folder_.write(name, bytes).parent_path().string();
  }

 private Q_SLOTS:
  void presetsAreTheTestScenes_data() {
    QTest::addColumn<QString>("id");
    for (const TestScene& scene : testScenes()) QTest::newRow(scene.id) << scene.id;
  }
  void presetsAreTheTestScenes() {
    QFETCH(QString, id);
    const auto body = made(camera(preset(qPrintable(id))));
    QVERIFY(body);
    const Seen seen = run(*body, 0, 40 * kMillisecond, 5 * kMillisecond);
    const LabelledEvents truth =
        recordScene(testScene(id.toStdString())->pattern, cleanPixels(), 40 * kMillisecond);
    QVERIFY(truth.events.size() > 300);
    QVERIFY(seen.events == truth.events);
    QVERIFY(seen.flow == truth.full);
    QVERIFY(seen.normal == truth.normal);
  }

  void equalWhateverTheBatchAndFromAnyCheckpoint() {
    Values values = preset("S3");
    values["noise_rate"] = 20.0;
    values["sigma"] = 0.03;
    values["leak_rate"] = 2.0;
    const auto whole = made(camera(values));
    const Seen all = run(*whole, 0, 100 * kMillisecond, 5 * kMillisecond);
    QVERIFY(all.events.size() > 3000 && all.flow.size() < all.events.size());
    for (const Time length : {100 * kMicrosecond, 3300 * kMicrosecond, 100 * kMillisecond})
      QVERIFY(run(*made(camera(values)), 0, 100 * kMillisecond, length) == all);
    const auto first = made(camera(values));
    Seen joined = run(*first, 0, 42'300 * kMicrosecond, 100 * kMicrosecond);
    Bytes bytes;
    first->save(bytes);
    const auto second = made(camera(values));
    QVERIFY(second->restore(bytes));
    const Seen rest = run(*second, 42'300 * kMicrosecond, 100 * kMillisecond, 700 * kMicrosecond);
    joined.events.insert(joined.events.end(), rest.events.begin(), rest.events.end());
    joined.flow.insert(joined.flow.end(), rest.flow.begin(), rest.flow.end());
    joined.normal.insert(joined.normal.end(), rest.normal.begin(), rest.normal.end());
    QVERIFY(joined == all);
    Bytes cut(std::vector<std::byte>(bytes.span().begin(), bytes.span().end() - 3));
    QVERIFY(!made(camera(values))->restore(cut));
    // The state of another scene is refused, and what was refused leaves nothing behind.
    const Values blobs = preset("S6");
    const auto other = made(camera(blobs));
    bytes.rewind();
    QVERIFY(!other->restore(bytes));
    QVERIFY(run(*other, 0, 20 * kMillisecond, kMillisecond) ==
            run(*made(camera(blobs)), 0, 20 * kMillisecond, kMillisecond));
    // Another seed, other noise.
    QVERIFY(run(*made(camera(values)), 0, 10 * kMillisecond, kMillisecond, {3, 4}).events !=
            run(*made(camera(values)), 0, 10 * kMillisecond, kMillisecond).events);
  }

  void speedAndDirectionChangeWhileItRuns() {
    Values values = preset("S5a");
    const auto body = made(camera(values));
    (void)run(*body, 0, 30 * kMillisecond, kMillisecond);
    values["speed"] = 300.0;
    values["direction"] = 90.0;
    QVERIFY(body->change(camera(values)));
    const Seen after = run(*body, 30 * kMillisecond, 60 * kMillisecond, kMillisecond);
    QVERIFY(after.flow.size() > 1000);
    // What a step begun before had made is still on its way.
    for (const Flow& v : after.flow)
      if (v.t > 31 * kMillisecond) QVERIFY(std::abs(v.vx) < 0.01f && std::abs(v.vy - 300) < 0.01f);
    // Another size takes effect without a burst: the pixels adapt.
    const auto still = made(camera({{"scene", std::string("disc")}, {"speed", 0.0}}));
    (void)run(*still, 0, 10 * kMillisecond, kMillisecond);
    QVERIFY(
        still->change(camera({{"scene", std::string("disc")}, {"speed", 0.0}, {"size", 80.0}})));
    QVERIFY(run(*still, 10 * kMillisecond, 20 * kMillisecond, kMillisecond).events.empty());
    QVERIFY(!still->change(camera({{"scene", std::string("bar")}})));
    // A leak that begins later does not make up for the time before.
    QVERIFY(still->change(camera(
        {{"scene", std::string("disc")}, {"speed", 0.0}, {"size", 80.0}, {"leak_rate", 5.0}})));
    QVERIFY(run(*still, 20 * kMillisecond, 200 * kMillisecond, kMillisecond).events.empty());
    QCOMPARE(run(*still, 200 * kMillisecond, 230 * kMillisecond, kMillisecond).events.size(),
             std::size_t{160 * 120});
  }

  void eventRateFollowsSpeedAndContrast() {
    const auto rate = [](double speed, double contrast) {
      const auto body = made(camera({{"speed", speed}, {"contrast", contrast}}));
      return double(run(*body, 0, 200 * kMillisecond, kMillisecond).events.size());
    };
    const double base = rate(100, 1.5);
    QVERIFY(std::abs(rate(200, 1.5) / base - 2) < 0.1);
    QVERIFY(std::abs(rate(100, 0.9) / base - 4.0 / 7) < 0.05);
  }

  void picturesBecomeEvents() {
    // Two pictures of 4 × 3 px: the left half grows bright in 100 ms, the rest stays.
    const auto pgm = [](int left) {
      std::string bytes = "P5\n# made by hand\n4 3\n255\n";
      for (int i = 0; i < 12; ++i) bytes += char(i % 4 < 2 ? left : 128);
      return bytes;
    };
    write("seq/a.pgm", pgm(20));
    write("seq/b.pgm", pgm(220));
    const Values values = {{"scene", std::string("pictures")},
                           {"pictures", folder_.path("seq").string()},
                           {"width", std::int64_t{8}},
                           {"height", std::int64_t{6}},
                           {"per_second", 10.0},
                           {"back_and_forth", false}};
    const auto body = made(camera(values));
    QVERIFY(body);
    const Seen seen = run(*body, 0, 300 * kMillisecond, kMillisecond);
    // log(220 / 255 + 0.04) − log(20 / 255 + 0.04) = 2.032: ten events of 0.2 in each bright pixel.
    QCOMPARE(seen.events.size(), std::size_t{4 * 6 * 10});
    for (const Event& e : seen.events)
      QVERIFY(e.x < 4 && e.polarity == 1 && e.t < 100 * kMillisecond);
    QVERIFY(seen.flow.empty());
    for (std::size_t i = 0; i < 24; ++i)
      QVERIFY(std::abs(double(seen.events[i].t) / 1e6 - 100 * 0.2 / 2.0316) < 0.01);
    QVERIFY(body->notes().at(0).text.starts_with("nobody knows"));
    // And back.
    Values back = values;
    back["back_and_forth"] = true;
    const Seen both = run(*made(camera(back)), 0, 200 * kMillisecond, kMillisecond);
    QCOMPARE(both.events.size(), std::size_t{4 * 6 * 20});
    QCOMPARE(std::ranges::count(both.events, 0, &Event::polarity), 240);
  }

  void picturesMayBePng() {
    // 2 × 2 px, 8-bit grey, one row with filter Sub and one with filter Up.
    const std::string rows("\x01\x0a\x0a\x02\x05\x05", 6);  // 10 20, 15 25
    std::string packed(64, '\0');
    uLongf size = packed.size();
    QCOMPARE(compress(reinterpret_cast<Bytef*>(packed.data()), &size,
                      reinterpret_cast<const Bytef*>(rows.data()), rows.size()),
             Z_OK);
    packed.resize(size);
    const auto word = [](std::size_t n) {
      return std::string{char(n >> 24), char(n >> 16), char(n >> 8), char(n)};
    };
    const auto chunk = [&](const std::string& kind, const std::string& data) {
      const std::string body = kind + data;
      return word(data.size()) + body +
             word(crc32(0, reinterpret_cast<const Bytef*>(body.data()),
                        static_cast<uInt>(body.size())));
    };
    const std::string png = "\x89PNG\r\n\x1a\n" +
                            chunk("IHDR", word(2) + word(2) + std::string("\x08\0\0\0\0", 5)) +
                            chunk("IDAT", packed) + chunk("IEND", "");
    write("png/a.png", png);
    write("png/b.pgm", std::string("P5 2 2 255\n\xff\xff\xff\xff", 15));
    const Values values = {{"scene", std::string("pictures")},
                           {"pictures", folder_.path("png/a.png").string()},
                           {"width", std::int64_t{2}},
                           {"height", std::int64_t{2}}};
    const auto body = made(camera(values));
    QVERIFY(body);
    const Seen seen = run(*body, 0, 40 * kMillisecond, kMillisecond);
    // From 10, 20, 15, 25 up to 255: floor(log(1.04 / (v / 255 + 0.04)) / 0.2) events each.
    std::map<int, int> count;
    for (const Event& e : seen.events)
      if (e.polarity) ++count[e.y * 2 + e.x];
    for (const auto& [pixel, v] : std::map<int, int>{{0, 10}, {1, 20}, {2, 15}, {3, 25}})
      QCOMPARE(count[pixel], int(std::log(1.04 / (v / 255.0 + 0.04)) / 0.2));
    for (std::size_t cut : {9u, 20u, 40u, 60u}) {
      write("broken/a.png", png.substr(0, cut));
      Values broken = values;
      broken["pictures"] = folder_.path("broken").string();
      QVERIFY(!made(camera(broken)));
    }
  }

  void mistakesAreSaid() {
    QString why;
    QVERIFY(!made(camera({{"scene", std::string("polygon")}, {"polygon", std::string("0,0 1,1")}}),
                  &why));
    QVERIFY2(why.contains("2 corners; 3 to 64"), qPrintable(why));
    QVERIFY(!made(
        camera({{"scene", std::string("polygon")}, {"polygon", std::string("0,0 x 3,3")}}), &why));
    QVERIFY2(why.contains("\"x\" is no corner"), qPrintable(why));
    QVERIFY(!made(camera({{"scene", std::string("pictures")}}), &why));
    QVERIFY2(why.contains("no folder"), qPrintable(why));
    write("words/a.txt", "none");
    QVERIFY(!made(
        camera({{"scene", std::string("pictures")}, {"pictures", folder_.path("words").string()}}),
        &why));
    QVERIFY2(why.contains("holds no PNG"), qPrintable(why));
  }

  void portsHaveTheSizeOfTheSensor() {
    const Shape shape = kit::registry().describe(
        camera({{"width", std::int64_t{64}}, {"height", std::int64_t{48}}}));
    for (const char* port : {"out", "flow", "normal_flow"})
      QCOMPARE(shape.port(port)->shape, (std::vector<int>{48, 64}));
  }
};

QTEST_APPLESS_MAIN(SyntheticCamera)
#include "synthetic_camera_test.moc"
