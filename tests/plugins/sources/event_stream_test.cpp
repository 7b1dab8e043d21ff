#include <QtTest>

#include "engine/run/openFile.h"
#include "tests/kit/ListSource.h"
#include "tests/kit/bodies.h"
#include "tests/kit/events.h"
#include "tests/kit/projects.h"

using namespace spk;

class EventStream : public QObject {
  Q_OBJECT
  kit::Folder folder_;
  std::string file_;
  std::vector<Event> events_;  ///< of the file, as the stream should give them

  Item item(Values values = {}) const {
    Item made;
    made.id = Id{7};
    made.type = "source.event_stream";
    made.values = {{"file", file_}, {"width", std::int64_t{64}}, {"height", std::int64_t{48}}};
    for (auto& [key, value] : values) made.values.insert_or_assign(key, value);
    return made;
  }
  std::unique_ptr<Body> body(const Item& of) const {
    auto made = kit::registry().nodeType("source.event_stream")->body(of, kit::registry());
    return made ? std::move(made).value() : nullptr;
  }
  static std::vector<Event> play(Body& body, Time begin, Time end, Time batch = kMillisecond) {
    return kit::runBody<Event>(body, begin, end, batch, 100 * kMicrosecond);
  }
  /// What lies in [begin, end) after `map`, which gives the simulation's time.
  template <class Map>
  static std::vector<Event> between(const std::vector<Event>& events, Time begin, Time end,
                                    Map map) {
    std::vector<Event> found;
    for (Event e : events)
      if (e.t = map(e.t); e.t >= begin && e.t < end) found.push_back(e);
    return found;
  }

 private Q_SLOTS:
  void initTestCase() {
    // Two seconds, some events late by up to 5 ms, a few by 20 ms, a burst of equal times.
    RandomSequence random(randomKey(1, 2, Purpose::Sample), 0);
    std::string text = "# sensor 64x48\nt,x,y,p\n";
    std::int64_t t = 5'000'000, latest = 0;
    for (int i = 0; i < 50'000; ++i) {
      t += random.below(80);
      std::int64_t told = t;
      if (i % 100 == 50) told -= random.below(5000);
      if (i % 10'000 == 5'000) told -= 20'000;
      const Event event{
          (told - 5'000'000) * kMicrosecond, static_cast<std::uint16_t>(random.below(64)),
          static_cast<std::uint16_t>(random.below(48)), static_cast<std::uint8_t>(i & 1)};
      if (i == 0) latest = event.t;
      text += std::to_string(told) + "," + std::to_string(event.x) + "," + std::to_string(event.y) +
              "," + std::to_string(event.polarity) + "\n";
      events_.push_back(event);
    }
    const Time first = events_[0].t;
    latest = first;
    for (Event& e : events_) {
      e.t -= first;
      if (latest - first - e.t >= 10 * kMillisecond) e.t = latest - first;
      latest = std::max(latest, e.t + first);
    }
    std::ranges::stable_sort(events_, {}, &Event::t);
    file_ = folder_.write("a.csv", text).string();
  }

  void playsTheFileInOrder() {
    const auto stream = body(item());
    QVERIFY(stream);
    QCOMPARE(play(*stream, 0, 3 * kSecond), events_);
    QStringList notes;
    for (const Note& note : stream->notes()) notes << QString::fromStdString(note.text);
    QVERIFY2(notes.join("\n").contains("5 events came late by 10 ms or more"),
             qPrintable(notes.join("\n")));
    QVERIFY(notes.join("\n").contains("sorted in"));
  }

  void theBatchLengthChangesNothing() {
    for (const Time batch : {100 * kMicrosecond, 5 * kMillisecond, 777 * kMicrosecond}) {
      const auto stream = body(item());
      QCOMPARE(play(*stream, 0, kSecond, batch),
               between(events_, 0, kSecond, [](Time t) { return t; }));
    }
  }

  void aRewindIsExact() {
    const auto stream = body(item({{"loop", true}, {"speed", 1.7}}));
    const auto all = play(*stream, 0, 4 * kSecond);
    RandomSequence random(randomKey(3, 2, Purpose::Sample), 0);
    for (int i = 0; i < 12; ++i) {
      const Time from = random.below(4000) * kMillisecond;
      Bytes state;
      stream->save(state);
      state.rewind();
      QVERIFY(stream->restore(state));
      QCOMPARE(play(*stream, from, 4 * kSecond),
               between(all, from, 4 * kSecond, [](Time t) { return t; }));
    }
  }

  void aPartPlaysLaterSlowerAndAgain() {
    const auto stream = body(
        item({{"offset", 100.0}, {"from", 200.0}, {"to", 500.0}, {"speed", 0.5}, {"loop", true}}));
    std::vector<Event> expected;
    for (int lap = 0; lap < 3; ++lap)
      for (Event e : events_)
        if (e.t >= 200 * kMillisecond && e.t < 500 * kMillisecond) {
          e.t = 100 * kMillisecond + 2 * (e.t - 200 * kMillisecond + lap * 300 * kMillisecond);
          expected.push_back(e);
        }
    QCOMPARE(play(*stream, 0, 1700 * kMillisecond),
             between(expected, 0, 1700 * kMillisecond, [](Time t) { return t; }));
  }

  void loopsTheWholeFile() {
    const auto stream = body(item({{"loop", true}}));
    const Time lap = events_.back().t + kMicrosecond;
    auto expected = events_;
    for (Event e : events_) e.t += lap, expected.push_back(e);
    QCOMPARE(play(*stream, 0, 2 * lap), expected);
  }

  void liveValuesTakeEffectAtOnce() {
    const auto stream = body(item());
    const auto before = play(*stream, 0, 500 * kMillisecond);
    QVERIFY(stream->change(item({{"offset", 500.0}})));
    const auto after = play(*stream, 500 * kMillisecond, kSecond);
    QCOMPARE(after, between(events_, 500 * kMillisecond, kSecond,
                            [](Time t) { return t + 500 * kMillisecond; }));
    QVERIFY(!before.empty());
  }

  void whatNeedsARebuildIsRefused() {
    const auto stream = body(item());
    QVERIFY(!stream->change(item({{"width", std::int64_t{99}}})));
    QVERIFY(!stream->change(item({{"speed", 0.0}})));
    QVERIFY(!stream->change(item({{"from", 5.0}, {"to", 3.0}})));
  }

  void mistakesAreSaid_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::newRow("no file") << "file"
                             << "";
    QTest::newRow("missing") << "file"
                             << "/nowhere/a.raw";
    QTest::newRow("format") << "format"
                            << "dat9";
    QTest::newRow("options") << "options"
                             << "unit";
  }
  void mistakesAreSaid() {
    QFETCH(QString, key);
    QFETCH(QString, value);
    const auto made = kit::registry()
                          .nodeType("source.event_stream")
                          ->body(item({{key.toStdString(), value.toStdString()}}), kit::registry());
    QVERIFY(!made);
  }

  void anUnknownSizeIsANoteWithAFix() {
    const auto stream = body(item({{"width", std::int64_t{0}}, {"height", std::int64_t{0}}}));
    const Notes notes = stream->notes();
    QVERIFY(!notes.empty() && notes[0].fix);
    QCOMPARE(notes[0].item, Id{7});
    const auto& set = std::get<Set>(notes[0].fix->ops[0]);
    QCOMPARE(set.key, std::string("width"));
    QCOMPARE(std::get<std::int64_t>(std::get<Value>(set.after)), 64);
  }

  void thePortTellsTheSize() {
    const Shape shape = kit::registry().describe(item());
    QCOMPARE(shape.port("out")->shape, (std::vector<int>{48, 64}));
  }

  void aRunTellsWhatTheReaderMet() {
    test::Builder b;
    const Id id = b.node("source.event_stream", item().values);
    test::Run run(b.project);
    QVERIFY2(run.error.empty(), run.error.c_str());
    Notes notes;
    for (const double ms : {500.0, 1000.0, 3000.0})
      for (Note& note : run.until(ms).notes) notes.push_back(std::move(note));
    // Told again whenever their number has grown; a window keeps the last.
    std::vector<std::string> held;
    for (const Note& note : notes)
      if (note.item == id && note.text.find("came late by 10 ms or more") != std::string::npos)
        held.push_back(note.text);
    QVERIFY(!held.empty() && held.size() <= 5);
    QVERIFY2(held.back().starts_with("5 events"), held.back().c_str());
  }

  /// A file of DV with an event each millisecond, 30 frames, an inertial sample every 5 ms and two
  /// trigger edges.
  std::string cameraFile(const FramePacket& frames, const ImuPacket& imu,
                         const TriggerPacket& triggers) const {
    std::vector<Event> events;
    for (int i = 0; i < 1000; ++i)
      events.push_back({i * kMillisecond, std::uint16_t(i % 40), std::uint16_t(i % 30), 1});
    auto made = std::make_unique<kit::ListSource>(Sensor{40, 30, "test"}, 0, events, triggers);
    made->add(imu, frames);
    Opened source = std::unique_ptr<EventSource>(std::move(made));
    const auto path = folder_.path("camera.aedat4");
    const auto written = kit::registry().fileFormat("aedat4")->write(path, source, {});
    if (!written) qWarning("%s", written.error().text().c_str());
    return path.string();
  }

  void whatLiesBesideTheEventsPlaysOnTheSameClock() {
    FramePacket frames;
    ImuPacket imu;
    for (int i = 0; i < 30; ++i)
      frames.push_back({i * 33 * kMillisecond, 40, 30,
                        std::vector<std::uint8_t>(1200, static_cast<std::uint8_t>(i))});
    for (int i = 0; i < 200; ++i)
      imu.push_back({i * 5 * kMillisecond, {float(i), 2, 3}, {4, 5, 6}, 30});
    const TriggerPacket triggers = {{200 * kMillisecond, 1, 1}, {300 * kMillisecond, 1, 0}};
    test::Builder b;
    const Id id = b.node("source.event_stream", {{"file", cameraFile(frames, imu, triggers)},
                                                 {"width", std::int64_t{40}},
                                                 {"height", std::int64_t{30}},
                                                 {"speed", 0.5}});
    test::Run run(b.project);
    QVERIFY2(run.error.empty(), run.error.c_str());
    Channel pictures(std::in_place_type<Ring<Frame>>, std::size_t{1024});
    Channel samples(std::in_place_type<Ring<Sample>>, std::size_t{4096});
    Channel edges(std::in_place_type<Ring<Sample>>, std::size_t{64});
    run.until(100);  // nobody looks: the file's events alone are read
    QVERIFY(run.simulation->attach({Id{100}, {id, "frames"}}, pictures));
    QVERIFY(run.simulation->attach({Id{101}, {id, "imu"}}, samples));
    QVERIFY(run.simulation->attach({Id{102}, {id, "triggers"}}, edges));
    run.until(2500);

    std::vector<Frame> seen(64);
    seen.resize(std::get<Ring<Frame>>(pictures).pop(seen));
    QCOMPARE(seen.size(), 28u);  // from 50 ms of the file on
    for (std::size_t i = 0; i < seen.size(); ++i) {
      QCOMPARE(seen[i].t, 2 * frames[i + 2].t);
      QCOMPARE(seen[i].grey, frames[i + 2].grey);
    }
    std::vector<Sample> values(4096);
    values.resize(std::get<Ring<Sample>>(samples).pop(values));
    QCOMPARE(values.size(), 190u * 7);
    QCOMPARE(values[0], (Sample{100 * kMillisecond, 0, 10}));
    QCOMPARE(values[6], (Sample{100 * kMillisecond, 6, 30}));
    QCOMPARE(values[7 * 189 + 4], (Sample{1990 * kMillisecond, 4, 5}));
    values.resize(64);
    values.resize(std::get<Ring<Sample>>(edges).pop(values));
    QCOMPARE(values, (std::vector<Sample>{{400 * kMillisecond, 1, 1}, {600 * kMillisecond, 1, 0}}));
  }

  void aFileWithoutFramesSaysSoOnceTheyAreWired() {
    test::Builder b;
    const Id id = b.node("source.event_stream", item().values);
    test::Run run(b.project);
    const auto said = [&](const Notes& notes) {
      return std::ranges::any_of(notes, [&](const Note& note) {
        return note.item == id && note.text.find("has no frames") != std::string::npos;
      });
    };
    QVERIFY(!said(run.until(10).notes));
    Channel pictures(std::in_place_type<Ring<Frame>>, std::size_t{16});
    QVERIFY(run.simulation->attach({Id{100}, {id, "frames"}}, pictures));
    QVERIFY(said(run.until(20).notes));
  }

  void aDroppedFileBecomesANode() {
    auto dropped = itemForFile(file_, kit::registry());
    QVERIFY2(dropped, dropped ? "" : dropped.error().text().c_str());
    QCOMPARE(textOr(dropped.value().values, "format", ""), std::string("csv"));
    QCOMPARE(textOr(dropped.value().values, "name", ""), std::string("a"));
    QCOMPARE(kit::registry().describe(dropped.value()).port("out")->shape,
             (std::vector<int>{48, 64}));
    const auto stream = body(dropped.value());
    QVERIFY(stream);
    QCOMPARE(play(*stream, 0, 3 * kSecond), events_);
    QVERIFY(!itemForFile(folder_.write("b.txt", "no events"), kit::registry()));
  }
};

QTEST_APPLESS_MAIN(EventStream)
#include "event_stream_test.moc"
