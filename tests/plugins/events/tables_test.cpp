#include <QtTest>
#include <array>
#include <cmath>

#include "engine/base/H5.h"
#include "engine/base/Rng.h"
#include "engine/run/openFile.h"
#include "plugins/events/EcfCodec.h"
#include "tests/kit/ListSource.h"
#include "tests/kit/events.h"

using namespace spk;

namespace {

using Bytes = std::vector<std::byte>;

/// Bytes put down one after the other.
struct Put {
  std::string bytes;
  template <class Word>
  Put& operator()(Word word) {
    bytes.append(reinterpret_cast<const char*>(&word), sizeof word);
    return *this;
  }
};
Bytes asBytes(const std::string& text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

/// A list in NumPy's file format.
std::string npy(const std::string& descr, const std::string& shape, const std::string& data,
                bool byColumns = false) {
  std::string text = "{'descr': " + descr + ", 'fortran_order': " + (byColumns ? "True" : "False") +
                     ", 'shape': " + shape + ", }";
  text.resize(246 - 1, ' ');
  return std::string("\x93NUMPY\x01\x00\xF6\x00", 10) + text + "\n" + data;
}

/// A variable of a MATLAB file, N × 4 32-bit numbers column by column.
std::string mat(const std::string& name, std::uint32_t rows,
                const std::vector<std::int32_t>& values, bool small = false) {
  Put matrix;
  matrix(6u)(8u)(12u)(0u);  // flags: class 12, int32
  matrix(5u)(8u)(rows)(static_cast<std::uint32_t>(values.size() / rows));
  if (small)
    matrix(static_cast<std::uint32_t>(name.size() << 16 | 1)).bytes +=
        name + std::string(4 - name.size(), '\0');
  else
    matrix(1u)(static_cast<std::uint32_t>(name.size())).bytes +=
        name + std::string((8 - name.size() % 8) % 8, '\0');
  matrix(5u)(static_cast<std::uint32_t>(4 * values.size()));
  for (const std::int32_t v : values) matrix(v);
  std::string head = "MATLAB 5.0 MAT-file";
  head.resize(124, ' ');
  head += std::string("\x00\x01IM", 4);
  return head + Put()(14u)(static_cast<std::uint32_t>(matrix.bytes.size())).bytes + matrix.bytes;
}

const std::vector<Event> kThree = {
    {0, 3, 4, 1}, {500 * kMicrosecond, 5, 6, 0}, {kMillisecond, 2, 9, 1}};

bool says(const EventSource& source, const char* words) {
  return std::ranges::any_of(
      source.notes(), [&](const Note& note) { return note.text.find(words) != std::string::npos; });
}

}  // namespace

/// Files that hold events as tables: HDF5 of several layouts, NumPy and MATLAB arrays, sets of
/// spike trains; and Prophesee's compression.
class Tables : public QObject {
  Q_OBJECT
  kit::Folder folder_;

  static std::unique_ptr<kit::ListSource> many(std::size_t n, Sensor sensor = {640, 480, "test"}) {
    RandomSequence random(randomKey(5, 5, Purpose::Sample), 0);
    std::vector<Event> events;
    Time t = 0;
    while (events.size() < n) {
      t += random.below(40) * kMicrosecond;
      const bool back = random.below(500) == 0 && t > kSecond / 100;
      events.push_back(
          {back ? t - 5 * kMillisecond : t,
           static_cast<std::uint16_t>(random.below(static_cast<std::uint32_t>(sensor.width))),
           static_cast<std::uint16_t>(random.below(static_cast<std::uint32_t>(sensor.height))),
           static_cast<std::uint8_t>(random.below(2))});
    }
    events[0].t = 0;
    return std::make_unique<kit::ListSource>(
        sensor, 77 * kSecond, std::move(events),
        TriggerPacket{{kMillisecond, 6, 1}, {kSecond / 10, 6, 0}});
  }
  std::filesystem::path written(const char* id, std::size_t n, const char* name,
                                const Values& options = {}) {
    Opened from = many(n);
    const auto path = folder_.path(name);
    const auto notes = kit::registry().fileFormat(id)->write(path, from, options);
    if (!notes) qWarning("%s", notes.error().text().c_str());
    return path;
  }
  template <class Fill>
  std::filesystem::path h5(const char* name, Fill fill) {
    const auto path = folder_.path(name);
    auto file = H5::create(path);
    fill(file.value());
    return path;
  }

 private Q_SLOTS:
  // Prophesee's compression.
  void ecfDecodesWhatTheFormatSays() {
    // Two events at 100 µs, then 3 at 100 + 0x123 µs by an escape of three groups.
    const Bytes chunk =
        asBytes(Put()(5u << 2)(std::uint64_t{100})(std::uint8_t{0x02})(std::uint8_t{0xF3})(
                    std::uint8_t{0xF2})(std::uint8_t{0xF1})(std::uint8_t{0x03})(std::uint16_t{
            7 << 5 | 2})(std::uint16_t{9 << 5 | 3})(std::uint16_t{10 << 5 | 0x10})(
                    std::uint16_t{20 << 5 | 0x05})(std::uint8_t{0x81})(std::uint8_t{0x04})
                    .bytes);
    events::EcfEvents out;
    const auto done = events::decodeEcf(chunk, out);
    QVERIFY2(done, done ? "" : done.error().text().c_str());
    QCOMPARE(out.t, (std::vector<std::int64_t>{100, 100, 391, 391, 391}));
    QCOMPARE(out.y, (std::vector<std::uint16_t>{7, 7, 9, 9, 9}));
    QCOMPARE(out.x, (std::vector<std::uint16_t>{10, 11, 20, 23, 25}));
    QCOMPARE(out.polarity, (std::vector<std::uint8_t>{1, 0, 0, 0, 0}));
  }

  void ecfRoundTrips_data() {
    QTest::addColumn<int>("n");
    QTest::addColumn<int>("run");    ///< events of one time, row and polarity
    QTest::addColumn<bool>("rows");  ///< whether they lie in rows
    // Runs at and beyond the lengths whose codes escape to 16 bits, groups that are not full.
    for (const int run : {1, 14, 15, 16, 30, 31, 32, 126, 127, 128, 20000})
      for (const bool rows : {false, true})
        QTest::newRow(qPrintable(QString("runs of %1, %2").arg(run).arg(rows ? "rows" : "mixed")))
            << 16383 << run << rows;
    for (const int n : {1, 2, 3, 4, 5, 65535})
      QTest::newRow(qPrintable(QString("%1 events").arg(n))) << n << 3 << false;
  }
  void ecfRoundTrips() {
    QFETCH(int, n);
    QFETCH(int, run);
    QFETCH(bool, rows);
    RandomSequence random(randomKey(3, 4, Purpose::Sample), 0);
    events::EcfEvents in;
    in.resize(static_cast<std::size_t>(n));
    std::int64_t t = -5;
    std::uint16_t y = 0;
    std::uint8_t p = 0;
    for (std::size_t i = 0; i < in.t.size(); ++i) {
      if (i % static_cast<std::size_t>(run) == 0) {
        t += random.below(3) == 0 ? random.below(1 << 20) : random.below(30);
        if (random.below(10) == 0) t -= 40;
        y = static_cast<std::uint16_t>(random.below(2048));
        p = static_cast<std::uint8_t>(random.below(2));
      }
      in.t[i] = t;
      in.y[i] = rows ? y : static_cast<std::uint16_t>(random.below(2048));
      in.polarity[i] = rows ? p : static_cast<std::uint8_t>(random.below(2));
      in.x[i] = static_cast<std::uint16_t>(rows ? i * 3 / 2 % 2048 : random.below(2048));
    }
    Bytes chunk;
    events::encodeEcf(in.t, in.x, in.y, in.polarity, chunk);
    events::EcfEvents out;
    const auto done = events::decodeEcf(chunk, out);
    QVERIFY2(done, done ? "" : done.error().text().c_str());
    QCOMPARE(out.t, in.t);
    QCOMPARE(out.x, in.x);
    QCOMPARE(out.y, in.y);
    QCOMPARE(out.polarity, in.polarity);
    // Whatever is missing at its end, it is an error and nothing beyond it is read.
    for (std::size_t size = 0; size < chunk.size(); size += size < 64 ? 1 : 1 + chunk.size() / 50)
      QVERIFY(!events::decodeEcf(
          Bytes(chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(size)), out));
  }

  void ecfRefusesLies_data() {
    QTest::addColumn<QByteArray>("chunk");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const Put& put, const char* words) {
      QTest::newRow(name) << QByteArray::fromStdString(put.bytes) << words;
    };
    row("too many events", Put()(70000u << 2), "at most 65535");
    row("more than its bytes", Put()(1000u << 2)(std::uint64_t{1})(std::uint8_t{1}),
        "ends at byte");
    row("a run of times too long",
        Put()(3u << 2)(std::uint64_t{1})(std::uint8_t{0x0F})(std::uint16_t{4}),
        "longer than the 3 events");
    row("a run of rows too long",
        Put()(1u << 2)(std::uint64_t{1})(std::uint8_t{1})(std::uint16_t{31})(std::uint16_t{60000}),
        "rows");
    row("a run of polarities too long",
        Put()(1u << 2)(std::uint64_t{1})(std::uint8_t{1})(std::uint16_t{1})(std::uint16_t{0})(
            std::uint8_t{2}),
        "polarities");
    Put escapes;
    escapes(1u << 2)(std::uint64_t{1});
    for (int i = 0; i < 40; ++i) escapes(std::uint8_t{0xF1});
    row("a step without end", escapes, "more than 64 bits");
    row("packed group cut", Put()(1u << 2 | 2)(std::uint64_t{1})(std::uint8_t{1})(0u),
        "packed events");
  }
  void ecfRefusesLies() {
    QFETCH(QByteArray, chunk);
    QFETCH(QString, words);
    events::EcfEvents out;
    const auto done = events::decodeEcf(asBytes(chunk.toStdString()), out);
    QVERIFY(!done);
    QVERIFY2(done.error().text().find(words.toStdString()) != std::string::npos,
             done.error().text().c_str());
  }

  void ecfFilesKeepAllAndAreIndexed() {
    const auto path = written("hdf5_ecf", 60'000, "many.hdf5");
    const auto source = kit::openEvents("hdf5_ecf", path),
               wanted = std::unique_ptr<EventSource>(many(60'000));
    QVERIFY(source);
    QCOMPARE(source->t0(), 77 * kSecond);
    QVERIFY(*kit::eventsLeft(*source) == *kit::eventsLeft(*wanted));
    QCOMPARE(*kit::triggersLeft(*source), *kit::triggersLeft(*wanted));
    QVERIFY(source->counters().at("non_monotonic") > 10);
    const auto file = H5::open(path);
    const auto info = file.value().info("/CD/events").value();
    QCOMPARE(info.filters, std::vector<int>{36559});
    QCOMPARE(info.chunk, std::vector<std::size_t>{16384});
    QCOMPARE(info.shape, std::vector<std::size_t>{60'000});
    QCOMPARE(info.bytes, std::size_t{16});
    QCOMPARE(file.value().info("/EXT_TRIGGER/events").value().bytes, std::size_t{24});
    const auto id = file.value().readMember<std::uint64_t>("/CD/indexes", "id").value();
    const auto ts = file.value().readMember<std::int64_t>("/CD/indexes", "ts").value();
    QCOMPARE(ts[0], std::int64_t{-1});
    QCOMPARE(ts[5], std::int64_t{8000});
    const auto all = *kit::eventsLeft(*std::unique_ptr<EventSource>(many(60'000)));
    QVERIFY(all[id[5]].t >= 8 * kMillisecond && all[id[5] - 1].t < 8 * kMillisecond);
    QCOMPARE(std::get<std::string>(file.value().attribute("/CD/indexes", "offset").value()),
             std::string("-77000000"));
  }

  void damagedChunksAreLeftOutAndSaid() {
    const auto path = h5("damaged.h5", [](H5& file) {
      const H5::Table table{{{"x", H5::Number::U16, 0},
                             {"y", H5::Number::U16, 2},
                             {"p", H5::Number::I16, 4},
                             {"t", H5::Number::I64, 8}},
                            16,
                            4,
                            36559};
      QVERIFY(file.makeTable("/CD/events", table));
      Bytes sound;
      const std::vector<std::int64_t> t = {10, 11, 12, 13};
      const std::vector<std::uint16_t> x = {1, 2, 3, 640}, y = {4, 5, 6, 7};
      const std::vector<std::uint8_t> p = {1, 0, 1, 0};
      events::encodeEcf(t, x, y, p, sound);
      QVERIFY(file.appendChunk("/CD/events", sound, 4));
      QVERIFY(file.appendChunk("/CD/events", std::span(sound).first(15), 4));
      QVERIFY(file.appendChunk("/CD/events", sound, 3));
      QVERIFY(file.setAttribute("/", "geometry", std::string("640x480")));
    });
    const auto source = kit::openEvents("hdf5_ecf", path);
    QVERIFY(source);
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{6});
    const auto& counters = source->counters();
    QCOMPARE(counters.at("damaged_blocks"), 1);
    QCOMPARE(counters.at("damaged_events"), 4);
    QCOMPARE(counters.at("out_of_bounds"), 1);
    QCOMPARE(counters.at("non_monotonic"), 1);
    QVERIFY(says(*source, "rows from 4 on: ecf: the chunk ends") ||
            says(*source, "rows from 4 on: the chunk ends"));
  }

  void plainPropheseeRowsAreRead() {
    const auto path = h5("plain.h5", [](H5& file) {
      const H5::Table table{{{"x", H5::Number::U16, 0},
                             {"y", H5::Number::U16, 2},
                             {"p", H5::Number::I16, 4},
                             {"t", H5::Number::I64, 8}},
                            16,
                            2};
      QVERIFY(file.makeTable("/CD/events", table));
      Put rows;
      for (const Event& e : kThree)
        rows(e.x)(e.y)(std::int16_t{e.polarity})(std::int16_t{0})(e.t / kMicrosecond + 7);
      QVERIFY(file.appendRows("/CD/events", table, asBytes(rows.bytes)));
    });
    const auto source = kit::openEvents("hdf5_ecf", path);
    QCOMPARE(*kit::eventsLeft(*source), kThree);
    QCOMPARE(source->t0(), 7 * kMicrosecond);
    QVERIFY(says(*source, "Set width and height"));
  }

  // Both clocks: the raw one is what the file has, whoever shifted it says so.
  void rawTimesAreKeptAndShiftsAreSaid() {
    const auto path = written("hdf5_ecf", 100, "shifted.hdf5");
    {
      auto file = H5::edit(path);
      QVERIFY(file.value().setAttribute("/", "time_shift", std::string("4096")));
    }
    const auto source = kit::openEvents("hdf5_ecf", path);
    QCOMPARE(source->t0(), 77 * kSecond);
    QCOMPARE((*kit::eventsLeft(*source))[0].t, Time{0});
    QVERIFY(says(*source, "4096 µs"));
  }

  // DSEC.
  void dsecKeepsAllAndIsIndexed() {
    const auto path = written("dsec", 150'000, "dsec.h5");
    const auto source = kit::openEvents("dsec", path),
               wanted = std::unique_ptr<EventSource>(many(150'000));
    QVERIFY(source);
    QCOMPARE(source->t0(), 77 * kSecond);
    const auto all = *kit::eventsLeft(*wanted);
    QVERIFY(*kit::eventsLeft(*source) == all);
    const auto file = H5::open(path);
    QCOMPARE(file.value().info("/events/t").value().filters, std::vector<int>{32001});
    QCOMPARE(file.value().info("/events/t").value().bytes, std::size_t{4});
    const auto index = file.value().read<std::uint64_t>("/ms_to_idx").value();
    QVERIFY(all[index[700]].t >= 700 * kMillisecond && all[index[700] - 1].t < 700 * kMillisecond);
    QCOMPARE(file.value().read<std::int64_t>("/t_offset").value()[0], std::int64_t{77'000'000});
  }

  void dsecReadsPlainAndDeflatedColumns_data() {
    QTest::addColumn<int>("deflate");
    QTest::newRow("contiguous") << -1;
    QTest::newRow("chunked") << 0;
    QTest::newRow("deflated") << 4;
  }
  void dsecReadsPlainAndDeflatedColumns() {
    QFETCH(int, deflate);
    const auto path = h5("plain_dsec.h5", [&](H5& file) {
      const H5Layout layout = deflate < 0 ? H5Layout{} : H5Layout{{2}, deflate};
      QVERIFY(file.write("/events/x", std::vector<std::uint16_t>{3, 5, 2, 700}, {}, layout));
      QVERIFY(file.write("/events/y", std::vector<std::uint16_t>{4, 6, 9, 1}, {}, layout));
      QVERIFY(file.write("/events/p", std::vector<std::int8_t>{1, -1, 1, 0}, {}, layout));
      QVERIFY(file.write("/events/t", std::vector<std::int64_t>{0, 500, 1000, 1001}, {}, layout));
    });
    const auto source = kit::openEvents("dsec", path);
    QVERIFY(source);
    QCOMPARE(*kit::eventsLeft(*source), kThree);
    QCOMPARE(source->streams()[0].sensor.width, 640);
    QCOMPARE(source->counters().at("out_of_bounds"), 1);
    QVERIFY(says(*source, "no t_offset"));
    QVERIFY(says(*source, "no ms_to_idx"));
  }

  void dsecRectifiesByTheMapBesideIt() {
    std::filesystem::create_directories(folder_.path("sequence"));
    const auto path = written("dsec", 10, "sequence/events.h5");
    QString why;
    QVERIFY(!kit::openEvents("dsec", path, {{"rectify", true}}, &why));
    QVERIFY(why.contains("rectify_map"));
    h5("sequence/rectify_map.h5", [](H5& file) {
      std::vector<float> map;
      for (int y = 0; y < 480; ++y)
        for (int x = 0; x < 640; ++x)
          map.insert(map.end(), {static_cast<float>(x) + 1.6f, static_cast<float>(y) - 0.4f});
      QVERIFY(file.write("/rectify_map", map, {480, 640, 2}));
    });
    const auto plain = kit::openEvents("dsec", path),
               moved = kit::openEvents("dsec", path, {{"rectify", true}});
    QVERIFY(says(*plain, "Set rectify"));
    const auto before = *kit::eventsLeft(*plain), after = *kit::eventsLeft(*moved);
    QCOMPARE(after.size(), before.size());
    QCOMPARE(int{after[0].x}, before[0].x + 2);
    QCOMPARE(int{after[0].y}, int{before[0].y});
  }

  void dsecSaysWhatCannotBe() {
    const auto path = h5("absurd.h5", [](H5& file) {
      const H5::Table table{{{"", H5::Number::U16, 0}}, 2, 4, 32001, {2, 2, 2, 8, 1, 1, 5}};
      for (const char* name : {"/events/x", "/events/y", "/events/p", "/events/t"}) {
        QVERIFY(file.makeTable(name, table));
        QVERIFY(file.appendChunk(name, asBytes("no blosc buffer here, but long enough"), 4));
        QVERIFY(file.appendChunk(name, asBytes("short"), 2));
      }
    });
    const auto source = kit::openEvents("dsec", path);
    QVERIFY(source);
    QCOMPARE(kit::eventsLeft(*source)->size(), std::size_t{0});
    QVERIFY(source->counters().at("damaged_events") > 0);
    QVERIFY(says(*source, "no sound Blosc buffer"));
    const auto strange = h5("strange.h5", [](H5& file) {
      for (const char* name : {"/events/x", "/events/y", "/events/p"})
        QVERIFY(file.write(name, std::vector<std::uint16_t>{1}));
      QVERIFY(file.write("/events/t", std::vector<double>{1}));
    });
    QString why;
    QVERIFY(!kit::openEvents("dsec", strange, {}, &why));
    QVERIFY2(why.contains("no whole numbers"), qPrintable(why));
  }

  // MVSEC.
  void mvsecReadsBothCamerasAndPictures() {
    const auto path = h5("mvsec.hdf5", [](H5& file) {
      const double t = 1504645177.42;
      QVERIFY(file.write(
          "/davis/left/events",
          std::vector<double>{3, 4, t, 1, 5, 6, t + 0.0005, -1, 2, 9, t + 0.001, 1, 400, 1, t, 1},
          {4, 4}));
      QVERIFY(file.write("/davis/right/events", std::vector<double>{7, 8, t + 0.002, -1}, {1, 4}));
      std::vector<std::uint8_t> pictures(2 * 6 * 10);
      pictures[6 * 10 + 13] = 200;
      QVERIFY(file.write("/davis/left/image_raw", pictures, {2, 6, 10}));
      QVERIFY(file.write("/davis/left/image_raw_ts", std::vector<double>{t + 0.0001, t + 0.03}));
    });
    const auto source = kit::openEvents(
        "mvsec", path, {{"width", std::int64_t{346}}, {"height", std::int64_t{260}}});
    QVERIFY(source);
    QCOMPARE(source->t0(), 1504645177420000 * kMicrosecond);
    QCOMPARE(*kit::eventsLeft(*source), kThree);
    QCOMPARE(source->streams().size(), std::size_t{3});
    Packet right, pictures;
    QVERIFY(source->read(1, right, kSecond));
    QCOMPARE(std::get<EventPacket>(right)[0], (Event{2 * kMillisecond, 7, 8, 0}));
    QVERIFY(source->read(2, pictures, 20 * kMillisecond));
    QCOMPARE(std::get<FramePacket>(pictures).size(), std::size_t{1});
    QVERIFY(source->read(2, pictures, kSecond));
    QCOMPARE(std::get<FramePacket>(pictures)[1].grey[13], std::uint8_t{200});
    QCOMPARE(std::get<FramePacket>(pictures)[1].t, 30 * kMillisecond);
    QCOMPARE(source->counters().at("out_of_bounds"), 1);
    const auto other = kit::openEvents("mvsec", path, {{"camera", std::string("right")}});
    QCOMPARE(other->streams()[0].sensor.width, 346);
    QCOMPARE(kit::eventsLeft(*other)->size(), std::size_t{1});
  }

  // Spike sets.
  void ntidigitsReadsTheAskedSample() {
    const auto path = h5("digits.hdf5", [](H5& file) {
      QVERIFY(file.writeTexts("/train_labels", std::vector<std::string>{"man-ab-1", "man-ab-oz2"}));
      QVERIFY(file.write("/train_addresses/man-ab-1", std::vector<std::int64_t>{1}));
      QVERIFY(file.write("/train_timestamps/man-ab-1", std::vector<double>{0.5}));
      QVERIFY(file.write("/train_addresses/man-ab-oz2", std::vector<std::int64_t>{3, 63, 64}));
      QVERIFY(file.write("/train_timestamps/man-ab-oz2", std::vector<double>{0.1, 0.2, 0.3}));
    });
    const auto source = kit::openEvents("ntidigits", path, {{"sample", std::int64_t{1}}});
    QVERIFY(source);
    QCOMPARE(*kit::eventsLeft(*source),
             (std::vector<Event>{{0, 3, 0, 1}, {kSecond / 10, 63, 0, 1}}));
    QCOMPARE(source->streams()[0].sensor.width, 64);
    QCOMPARE(source->counters().at("out_of_bounds"), 1);
    QVERIFY(says(*source, "label oz2"));
    QString why;
    QVERIFY(!kit::openEvents("ntidigits", path, {{"sample", std::int64_t{2}}}, &why));
    QVERIFY2(why.contains("samples 0 to 1"), qPrintable(why));
    QVERIFY(!kit::openEvents("ntidigits", path, {{"set", std::string("test")}}));
  }

  void shdReadsTheAskedSample() {
    const auto path = h5("shd.h5", [](H5& file) {
      const std::vector<std::vector<double>> times = {{0.25}, {0.1, 0.2, 0.2}, {}},
                                             units = {{5}, {699, 3, 700}, {}};
      QVERIFY(file.writeLists("/spikes/times", times));
      QVERIFY(file.writeLists("/spikes/units", units));
      QVERIFY(file.write("/labels", std::vector<std::int64_t>{0, 1, 1}));
      QVERIFY(file.writeTexts("/extra/keys", std::vector<std::string>{"zero", "eins"}));
      QVERIFY(file.write("/extra/speaker", std::vector<std::int64_t>{4, 7, 7}));
    });
    const auto sure = sniffFile(path, kit::registry());
    QVERIFY(sure && sure.value()->id == "shd");
    const auto source = kit::openEvents("shd", path, {{"sample", std::int64_t{1}}});
    QVERIFY(source);
    QCOMPARE(*kit::eventsLeft(*source),
             (std::vector<Event>{{0, 699, 0, 1}, {kSecond / 10, 3, 0, 1}}));
    QCOMPARE(source->t0(), kSecond / 10);
    QCOMPARE(source->streams()[0].sensor.width, 700);
    QCOMPARE(source->counters().at("out_of_bounds"), 1);
    QVERIFY(says(*source, "sample 1 of 3: label 1 (eins), speaker 7"));
    const auto empty = kit::openEvents("shd", path, {{"sample", std::int64_t{2}}});
    QVERIFY(says(*empty, "no events"));
    QString why;
    QVERIFY(!kit::openEvents("shd", path, {{"sample", std::int64_t{3}}}, &why));
    QVERIFY2(why.contains("samples 0 to 2"), qPrintable(why));
  }

  // NumPy.
  void npyReadsManyKinds_data() {
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char* name, const std::string& bytes) {
      QTest::newRow(name) << QByteArray::fromStdString(bytes);
    };
    Put fields, aligned, big, n4, columns, real;
    for (const Event& e : kThree) {
      const std::int64_t t = e.t / kMicrosecond + 1'000'000;
      fields(t)(e.x)(e.y)(e.polarity);
      aligned(e.polarity)(std::uint8_t{9})(e.y)(static_cast<std::uint32_t>(t))(e.x)(
          std::uint16_t{0});
      big(__builtin_bswap32(static_cast<std::uint32_t>(t)))(__builtin_bswap16(e.x))(
          __builtin_bswap16(e.y))(static_cast<std::int8_t>(e.polarity ? 1 : -1));
      n4(static_cast<std::int32_t>(e.x))(static_cast<std::int32_t>(e.y))(
          e.polarity ? std::int32_t{1} : std::int32_t{-1})(static_cast<std::int32_t>(t));
      real(static_cast<double>(t) / 1e6)(double(e.x))(double(e.y))(double(e.polarity));
    }
    for (int k = 0; k < 4; ++k)
      for (const Event& e : kThree)
        columns(std::array<std::int64_t, 4>{e.t / kMicrosecond + 1'000'000, e.x, e.y,
                                            e.polarity}[static_cast<std::size_t>(k)]);
    row("fields",
        npy("[('t', '<i8'), ('x', '<i2'), ('y', '<i2'), ('p', '|u1')]", "(3,)", fields.bytes));
    row("fields with gaps", npy("[('polarity', '|b1'), ('', '|V1'), ('y', '<u2'), ('ts', '<u4'), "
                                "('x', '<u2'), ('', '|V2')]",
                                "(3,)", aligned.bytes));
    row("big-endian",
        npy("[('t', '>u4'), ('x', '>u2'), ('y', '>u2'), ('p', '|i1')]", "(3,)", big.bytes));
    row("N × 4", npy("'<i4'", "(3, 4)", n4.bytes));
    row("4 × N by columns", npy("'<i4'", "(4, 3)", n4.bytes, true));
    row("N × 4 by columns", npy("'<i8'", "(3, 4)", columns.bytes, true));
    row("seconds", npy("'<f8'", "(3, 4)", real.bytes));
  }
  void npyReadsManyKinds() {
    QFETCH(QByteArray, bytes);
    QString why;
    const auto source =
        kit::openEvents("npy", folder_.write("a.npy", bytes.toStdString()), {}, &why);
    QVERIFY2(source, qPrintable(why));
    QCOMPARE(*kit::eventsLeft(*source), kThree);
    QCOMPARE(source->t0(), kSecond);
    QVERIFY(says(*source, "Set width and height"));
    QVERIFY(says(*source, "Set unit"));
    // What is missing at the end is said.
    const auto cut = kit::openEvents(
        "npy",
        folder_.write("cut.npy",
                      bytes.toStdString().substr(0, static_cast<std::size_t>(bytes.size() - 3))),
        {{"order", std::string("t,x,y,p")}});
    if (cut) QCOMPARE(cut->counters().at("missing_rows"), 1);
  }

  void npyOptionsOverruleGuesses() {
    Put n4;
    for (const Event& e : kThree)
      n4(std::int32_t{e.y})(static_cast<std::int32_t>(e.t / kMicrosecond))(std::int32_t{e.x})(
          std::int32_t{e.polarity});
    const auto path = folder_.write("a.npy", npy("'<i4'", "(3, 4)", n4.bytes));
    const auto source = kit::openEvents("npy", path,
                                        {{"order", std::string("y,t,x,p")},
                                         {"unit", std::string("ms")},
                                         {"width", std::int64_t{20}},
                                         {"height", std::int64_t{10}}});
    QVERIFY(source);
    const auto events = *kit::eventsLeft(*source);
    QCOMPARE(events[2], (Event{kSecond, 2, 9, 1}));
    QCOMPARE(source->streams()[0].sensor.origin, std::string("option"));
    QString why;
    QVERIFY(!kit::openEvents("npy", path, {{"order", std::string("x,y")}}, &why));
    QVERIFY2(why.contains("order"), qPrintable(why));
  }

  void otherArraysAreRefused_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("one column") << QByteArray::fromStdString(
        npy("'<i4'", "(3,)", std::string(12, 'x')));
    QTest::newRow("picture") << QByteArray::fromStdString(
        npy("'|u1'", "(9, 9, 3)", std::string(243, 'x')));
    QTest::newRow("absurd") << QByteArray::fromStdString(
        npy("'<i8'", "(4, 9999999999999999999)", ""));
    QTest::newRow("objects") << QByteArray::fromStdString(
        npy("'|O'", "(3,)", std::string(24, 'x')));
    QTest::newRow("no dictionary") << QByteArray::fromStdString(npy("", "", ""));
    QTest::newRow("cut") << QByteArray("\x93NUMPY\x01\x00", 8);
  }
  void otherArraysAreRefused() {
    QFETCH(QByteArray, bytes);
    const auto path = folder_.write("b.npy", bytes.toStdString());
    QVERIFY(!kit::openEvents("npy", path));
    QVERIFY(!sniffFile(path, kit::registry()));
  }

  void npzRoundTrips_data() {
    QTest::addColumn<bool>("compress");
    QTest::newRow("deflated") << true;
    QTest::newRow("stored") << false;
  }
  void npzRoundTrips() {
    QFETCH(bool, compress);
    const auto path = written("npz", 100'000, "many.npz", {{"compress", compress}});
    const auto sure = sniffFile(path, kit::registry());
    QVERIFY(sure && sure.value()->id == "npz");
    const auto source = kit::openEvents("npz", path),
               wanted = std::unique_ptr<EventSource>(many(100'000));
    QVERIFY(source);
    QCOMPARE(source->t0(), 77 * kSecond);
    QCOMPARE(source->streams()[0].sensor.width, 640);
    const auto all = *kit::eventsLeft(*wanted);
    QVERIFY(*kit::eventsLeft(*source) == all);
    QVERIFY(source->seek(kSecond));
    const auto rest = *kit::eventsLeft(*source);
    const auto from = std::ranges::find_if(all, [](const Event& e) { return e.t >= kSecond; });
    QVERIFY(std::ranges::equal(rest, std::span(from, all.end())));
    QString why;
    QVERIFY(!kit::openEvents("npz", path, {{"array", std::string("z")}}, &why));
    QVERIFY(why.contains("no such array"));
  }

  // MATLAB.
  void matReadsItsVariable() {
    const std::vector<std::int32_t> values = {3, 5, 2, 4, 6, 9, 1, -1, 1, 0, 500, 1000};
    for (const bool small : {false, true}) {
      const auto path = folder_.write("a.mat", mat(small ? "ev" : "events", 3, values, small));
      const auto sure = sniffFile(path, kit::registry());
      QVERIFY(sure && sure.value()->id == "mat");
      const auto source = kit::openEvents("mat", path);
      QVERIFY(source);
      QCOMPARE(*kit::eventsLeft(*source), kThree);
      QVERIFY(says(*source, "Set order"));
    }
    QString why;
    const auto other = folder_.write("b.mat", mat("velocity", 2, {1, 2, 3, 4, 5, 6}));
    QVERIFY(!kit::openEvents("mat", other, {}, &why));
    QVERIFY2(why.contains("velocity (2×3)"), qPrintable(why));
    QVERIFY(!sniffFile(other, kit::registry()));
  }

  void farSeeksMeetReads_data() {
    QTest::addColumn<QString>("id");
    for (const char* id : {"hdf5_ecf", "dsec", "npz"}) QTest::newRow(id) << id;
  }
  void farSeeksMeetReads() {
    QFETCH(QString, id);
    const std::string format = id.toStdString();
    const auto path = written(format.c_str(), 500'000, "far.h5");
    const auto whole = kit::openEvents(format, path);
    const auto all = *kit::eventsLeft(*whole);
    for (const Time t : {8 * kSecond, 3 * kSecond, 40 * kSecond}) {
      const auto source = kit::openEvents(format, path);
      QVERIFY(source->seek(t));
      const auto from = std::ranges::find_if(all, [&](const Event& e) { return e.t >= t; });
      QVERIFY(std::ranges::equal(*kit::eventsLeft(*source), std::span(from, all.end())));
      QVERIFY(source->seek(0));
      QVERIFY(*kit::eventsLeft(*source) == all);
      QCOMPARE(source->counters(), whole->counters());
      QTRY_COMPARE(source->indexed(), 1.0);
    }
  }
};

QTEST_APPLESS_MAIN(Tables)
#include "tables_test.moc"
