// What every stream node that takes events keeps to: equal results whatever the batch length, from
// any checkpoint, with a change that changes nothing in between; no allocation in the loop.
#include <QtTest>

#include "engine/data/testScenes.h"
#include "engine/graph/sensorShape.h"
#include "engine/sim/Body.h"
#include "tests/kit/countedNew.h"
#include "tests/kit/projects.h"

using namespace spk;

namespace {

using Kept = std::variant<std::vector<Spike>, std::vector<Sample>, std::vector<Event>,
                          std::vector<Flow>, std::vector<Frame>, std::vector<double>>;
constexpr Time kEnd = 150 * kMillisecond, kMiddle = 70 * kMillisecond;

StreamBuffer bufferFor(Signal signal, std::size_t room) {
  const auto reserved = [room](auto buffer) {
    buffer.reserve(room);
    return StreamBuffer(std::move(buffer));
  };
  switch (signal) {
    case Signal::Trace: return reserved(std::vector<Sample>());
    case Signal::Events: return reserved(std::vector<Event>());
    case Signal::Flow: return reserved(std::vector<Flow>());
    case Signal::Frames: return reserved(Frames());
    case Signal::Scalar: return reserved(std::vector<double>());
    default: return reserved(std::vector<Spike>());
  }
}

/// Runs a body of one Events input over a scene and keeps all that it gives.
struct Bench {
  std::vector<StreamBuffer> buffers;
  std::vector<Kept> kept;
  long allocations = 0;

  explicit Bench(const Shape& shape) {
    for (const Port& port : shape.ports) {
      if (port.input) continue;
      buffers.push_back(bufferFor(port.signal, 1 << 17));
      std::visit(
          [&](const auto& buffer) {
            kept.push_back(std::vector<typename std::decay_t<decltype(buffer)>::value_type>());
          },
          buffers.back());
    }
  }
  void run(Body& body, const std::vector<Event>& in, Time begin, Time end, Time length) {
    StreamBuffer input = std::vector<Event>();
    auto& taken = std::get<std::vector<Event>>(input);
    taken.reserve(in.size());
    const StreamBuffer* inputs[] = {&input};
    std::vector<StreamBuffer*> outputs;
    for (StreamBuffer& buffer : buffers) outputs.push_back(&buffer);
    for (Time t = begin; t < end; t += length) {
      Batch batch;
      std::uint64_t overflow = 0;
      batch.begin = t;
      batch.end = std::min(t + length, end);
      batch.step = static_cast<std::uint64_t>(t / (100 * kMicrosecond));
      batch.dt_ms = 0.1;
      taken.clear();
      const auto from = std::ranges::lower_bound(in, batch.begin, {}, &Event::t),
                 to = std::ranges::lower_bound(in, batch.end, {}, &Event::t);
      taken.assign(from, to);
      batch.inputs = inputs;
      batch.outputs = outputs;
      batch.overflow = &overflow;
      const long before = kit::allocationsHere;
      body.run(batch);
      if (t >= kMiddle) allocations += kit::allocationsHere - before;
      keep();
    }
  }
  std::size_t size() const {
    std::size_t all = 0;
    for (const Kept& k : kept) all += std::visit([](const auto& items) { return items.size(); }, k);
    return all;
  }

 private:
  void keep() {
    for (std::size_t i = 0; i < buffers.size(); ++i)
      std::visit(
          [&](auto& buffer) {
            auto& to =
                std::get<std::vector<typename std::decay_t<decltype(buffer)>::value_type>>(kept[i]);
            to.insert(to.end(), buffer.begin(), buffer.end());
            buffer.clear();
          },
          buffers[i]);
  }
};

/// A camera, a filter and a layer of a neuron for each square of 4 × 4 pixels.
struct Chain {
  Project project;
  Id filter, layer;
};
Chain chain(double speed, double noise) {
  test::Builder b;
  const Id camera = b.node("source.synthetic_camera", {{"speed", speed}, {"noise_rate", noise}});
  const Id filter = b.node("filter.stcf", {{"dt", 5.0}});
  const Id layer = b.node("neuron.lif_delta", {{"n", Json{"[1, 30, 40]"}}});
  b.wire("wire.signal", {camera, "out"}, {filter, "in"});
  b.wire("encode.events", {filter, "out"}, {layer, "in"}, {{"weight", 21.0}});
  return {b.project, filter, layer};
}

}  // namespace

class StreamFilters : public QObject {
  Q_OBJECT
  LabelledEvents scene_;

  static Item itemOf(const NodeType& type) {
    Item item{Id{7}, type.id, {}, {}, {}, {}};
    item.values[kFromShape] = Json{"[120, 160]"};
    // Otherwise nothing would happen in so short a time.
    if (type.id == "filter.hot_pixel") item.values["learn"] = 50.0, item.values["rate"] = 30.0;
    return item;
  }

 private Q_SLOTS:
  void initTestCase() {
    scene_ = recordScene(testScene("S3")->pattern, noisyPixels(), kEnd);
    QVERIFY(scene_.events.size() > 5000);
  }

  void keepTheirPromises_data() {
    QTest::addColumn<QString>("id");
    for (const NodeType& type : test::registry().nodeTypes()) {
      if (!type.body || type.role != Role::Filter) continue;
      const Shape shape = test::registry().describe(itemOf(type));
      const auto isInput = [](const Port& port) { return port.input; };
      if (std::ranges::count_if(shape.ports, isInput) == 1 &&
          std::ranges::find_if(shape.ports, isInput)->signal == Signal::Events)
        QTest::newRow(type.id.c_str()) << QString::fromStdString(type.id);
    }
  }
  void keepTheirPromises() {
    QFETCH(QString, id);
    const NodeType& type = *test::registry().nodeType(id.toStdString());
    const Item item = itemOf(type);
    const Shape shape = test::registry().describe(item);
    const auto make = [&] {
      auto made = type.body(item, test::registry());
      return made ? std::move(made).value() : nullptr;
    };
    auto opened = type.body(item, test::registry());
    if (!opened) {
      const Parameter* missing = shape.parameter(opened.error().where);
      QVERIFY2(missing && missing->kind == Kind::File, opened.error().text().c_str());
      QSKIP("does nothing without a file, which its own test gives it");
    }
    const auto body = std::move(opened).value();
    Bench whole(shape);
    whole.run(*body, scene_.events, 0, kEnd, 5 * kMillisecond);
    QVERIFY(whole.size() > 0);
    QCOMPARE(whole.allocations, 0);
    for (const Time length : {100 * kMicrosecond, 1700 * kMicrosecond, kEnd}) {
      Bench other(shape);
      other.run(*make(), scene_.events, 0, kEnd, length);
      QVERIFY(other.kept == whole.kept);
    }
    // Half way; then another body goes on from what the first one saved.
    Bench parts(shape);
    const auto first = make(), second = make();
    parts.run(*first, scene_.events, 0, kMiddle, kMillisecond);
    Bytes bytes;
    first->save(bytes);
    QVERIFY(second->restore(bytes));
    QVERIFY(second->change(item));
    parts.run(*second, scene_.events, kMiddle, kEnd, kMillisecond);
    QVERIFY(parts.kept == whole.kept);
    if (bytes.size() == 0) return;
    Bytes cut(std::vector<std::byte>(bytes.span().begin(), bytes.span().end() - 1));
    QVERIFY(!make()->restore(cut));
  }

  void aNoiseFilterSparesTheLayer() {
    // Nothing moves: all spikes are of noise. Then a bar: it comes through.
    const auto spikes = [](double speed, bool bypassed) {
      Chain made = chain(speed, 10);
      made.project.items[made.filter].values["bypassed"] = bypassed;
      test::Run run(made.project, {.threads = 1}, 500);
      return run.error.empty() ? run.count(made.layer) : 0;
    };
    const auto noise = spikes(0, true), left = spikes(0, false);
    QVERIFY2(noise > 50'000 && left < noise / 10,
             qPrintable(QString("%1 of %2").arg(left).arg(noise)));
    const auto all = spikes(100, true), signal = spikes(100, false);
    QVERIFY2(double(signal) > 0.8 * double(all - noise),
             qPrintable(QString("%1 of %2, noise %3").arg(signal).arg(all).arg(noise)));
  }

  void equalSpikesWhateverTheWayThere() {
    const Chain made = chain(100, 10);
    test::Run whole(made.project, {.threads = 1}, 300);
    QVERIFY(whole.spikes.size() > 3000);
    test::Run other(made.project, {.threads = 2, .mostBatchSteps = 7}, 300);
    QVERIFY(test::same(other.spikes, whole.spikes));
    // Back to 120 ms, twice.
    test::Run first(made.project, {.threads = 1}, 120);
    const Checkpoint state = first.simulation->save();
    const std::size_t before = first.spikes.size();
    for (int i = 0; i < 2; ++i) {
      first.spikes.resize(before);
      first.until(300);
      QVERIFY(test::same(first.spikes, whole.spikes));
      QVERIFY(first.simulation->restore(state));
    }
    test::Run second(made.project);
    QVERIFY(second.simulation->restore(state));
    second.until(300);
    QVERIFY(test::same(second.spikes,
                       {whole.spikes.begin() + std::ptrdiff_t(before), whole.spikes.end()}));
  }

  void allOfThemRunBehindACamera() {
    test::Builder b;
    const Id camera = b.node("source.synthetic_camera", {{"noise_rate", 2.0}});
    for (const NodeType& type : test::registry().nodeTypes())
      if (type.body && type.id.starts_with("filter."))
        b.wire("wire.signal", {camera, "out"}, {b.node(type.id), "in"});
    test::Run run(b.project);
    QVERIFY2(run.error.empty(), run.error.c_str());
    const Outcome outcome = run.until(100);
    // Who sends events says how many; nobody complains.
    for (const Note& note : outcome.notes)
      QVERIFY2(note.level == Note::Level::Info, note.text.c_str());
  }
};

QTEST_APPLESS_MAIN(StreamFilters)
#include "stream_filters_test.moc"
