// Files of flow: what is written is read again, and damaged ones say so.
#include <zlib.h>

#include <QtTest>

#include "engine/run/openFile.h"
#include "plugins/flow/FlowFile.h"
#include "plugins/flow/Png16.h"
#include "tests/kit/ListSource.h"
#include "tests/kit/corpus.h"
#include "tests/kit/events.h"

using namespace spk;
using namespace spk::flow;

class FlowFilesTest : public QObject {
  Q_OBJECT
  kit::Folder folder_;

  static FlowList list() {
    FlowList made;
    made.sensor = {64, 48, "test"};
    RandomSequence random(randomKey(1, 3, Purpose::Sample), 0);
    Time t = 123 * kMillisecond + 7;
    for (int i = 0; i < 4000; ++i) {
      t += random.below(90'000);
      made.flows.push_back({t, static_cast<std::uint16_t>(random.below(64)),
                            static_cast<std::uint16_t>(random.below(48)),
                            static_cast<float>(400 * random.normal()),
                            static_cast<float>(100 * random.normal())});
    }
    return made;
  }
  static const FileFormat& format(const char* id) { return *kit::registry().fileFormat(id); }
  std::filesystem::path write(const char* id, const char* name, FlowList list,
                              const Values& options = {}) {
    Opened from = sourceOf(std::move(list));
    const auto path = folder_.path(name);
    const auto notes = format(id).write(path, from, options);
    if (!notes) qFatal("%s", notes.error().text().c_str());
    return path;
  }
  static std::vector<Flow> read(const std::filesystem::path& path, const char* id) {
    auto opened = openFile(path, {}, kit::registry());
    if (!opened) qFatal("%s", opened.error().text().c_str());
    if (opened.value().format->id != id) qFatal("taken for %s", opened.value().format->id.c_str());
    auto flows = flowsOf(opened.value().content);
    if (!flows) qFatal("%s", flows.error().text().c_str());
    return flows.value().flows;
  }

 private Q_SLOTS:
  void exactOnesAreExact() {
    const auto wanted = list().flows;
    QVERIFY(read(write("flow_h5", "a.h5", list()), "flow_h5") == wanted);
    QVERIFY(read(write("flow_csv", "a.csv", list()), "flow_csv") == wanted);
    // Equal flow, equal bytes.
    (void)write("flow_h5", "b.h5", list());
    QVERIFY(folder_.read("a.h5") == folder_.read("b.h5"));
  }

  void namesInHdf5AreChosen() {
    const auto path = write("flow_h5", "named.h5", list(), {{"node", std::string("planes")}});
    QVERIFY(format("flow_h5").open(path, {{"node", std::string("planes")}}));
    const auto none = format("flow_h5").open(path, {{"node", std::string("x")}});
    QVERIFY(!none && none.error().text().find("planes") != std::string::npos);
  }

  void readAndSeekMeet() {
    auto source = sourceOf(list());
    const auto wanted = list().flows;
    QCOMPARE(source->t0(), wanted.front().t);
    QVERIFY(source->seek(wanted[100].t - source->t0()));
    Packet packet;
    QVERIFY(source->read(0, packet, wanted[200].t - source->t0()).value() ==
            EventSource::More::Yes);
    QCOMPARE(std::get<FlowPacket>(packet).size(), std::size_t{100});
    QVERIFY(source->read(0, packet, std::numeric_limits<Time>::max()).value() ==
            EventSource::More::End);
    QCOMPARE(std::get<FlowPacket>(packet).size(), wanted.size() - 100);
  }

  /// The pictures as DSEC's own readers take them: u = (R − 2^15) / 128, valid where B is not 0.
  void dsecPicturesAreDsecs() {
    FlowList made;
    made.sensor = {8, 6, "test"};
    made.flows = {{20 * kMillisecond, 2, 1, 100, -50},
                  {30 * kMillisecond, 2, 1, 120, -70},
                  {100 * kMillisecond, 7, 5, 10, 0},  // the end of the first interval
                  {150 * kMillisecond, 0, 0, -1e6f, 30}};
    const auto path = write("flow_dsec", "pictures.flow", made);
    const auto picture = [&](const char* name) {
      auto read16 = readPng(folder_.read(std::string("pictures.flow/") + name));
      if (!read16) qFatal("%s", read16.error().text().c_str());
      return read16.value();
    };
    const auto at = [](const Picture16& p, int x, int y) {
      return &p.rgb[std::size_t(y * p.width + x) * 3];
    };
    const Picture16 first = picture("000000.png"), second = picture("000001.png");
    QVERIFY(first.width == 8 && first.height == 6);
    QCOMPARE(at(first, 2, 1)[0], std::uint16_t(32768 + 11 * 128));  // 110 px/s for 0.1 s
    QCOMPARE(at(first, 2, 1)[1], std::uint16_t(32768 - 6 * 128));   // −60 px/s
    QVERIFY(at(first, 2, 1)[2] != 0);
    QCOMPARE(at(first, 7, 5)[0], std::uint16_t(32768 + 128));
    QCOMPARE(at(first, 0, 0)[2], std::uint16_t(0));
    QCOMPARE(at(second, 0, 0)[0], std::uint16_t(0));  // clipped, and said
    QVERIFY(!std::filesystem::exists(path / "000002.png"));
    QVERIFY(
        folder_.read("pictures.flow/forward_timestamps.txt").find("0, 100000\n100000, 200000\n") !=
        std::string::npos);
    const auto back = read(path, "flow_dsec");
    QCOMPARE(back.size(), std::size_t{3});
    QVERIFY((back[0] == Flow{100 * kMillisecond, 2, 1, 110, -60}));
    // Written again, shorter: nothing of the first is left. Somebody else's pictures stay.
    made.flows.resize(2);
    (void)write("flow_dsec", "pictures.flow", made);
    QCOMPARE(read(path, "flow_dsec").size(), std::size_t{1});
    std::filesystem::create_directories(folder_.path("photos"));
    folder_.write("photos/cat.png", "miaow");
    Opened from = sourceOf(made);
    QVERIFY(!format("flow_dsec").write(folder_.path("photos"), from, {}));
    QVERIFY(std::filesystem::exists(folder_.path("photos/cat.png")));
  }

  /// Rows predicted in each of the five ways that PNG knows.
  void otherWritersPicturesAreRead() {
    const int width = 7, height = 10;
    Picture16 wanted{width, height, {}};
    for (int i = 0; i < width * height * 3; ++i)
      wanted.rgb.push_back(static_cast<std::uint16_t>(i * 2713 ^ i << 7));
    std::string rows;
    std::vector<int> above(width * 6), row(width * 6);
    for (int y = 0; y < height; ++y) {
      for (int i = 0; i < width * 6; ++i)
        row[i] = wanted.rgb[std::size_t(y * width * 3 + i / 2)] >> (i % 2 ? 0 : 8) & 0xFF;
      rows += static_cast<char>(y % 5);
      for (int i = 0; i < width * 6; ++i) {
        const int a = i < 6 ? 0 : row[i - 6], b = above[i], c = i < 6 ? 0 : above[i - 6];
        const int pa = std::abs(b - c), pb = std::abs(a - c), pc = std::abs(a + b - 2 * c);
        const int guess[] = {0, a, b, (a + b) / 2, pa <= pb && pa <= pc ? a : pb <= pc ? b : c};
        rows += static_cast<char>(row[i] - guess[y % 5]);
      }
      above = row;
    }
    uLongf size = compressBound(rows.size());
    std::string packed(size, '\0');
    compress(reinterpret_cast<Bytef*>(packed.data()), &size,
             reinterpret_cast<const Bytef*>(rows.data()), rows.size());
    packed.resize(size);
    // Our own writer's file with other rows in it.
    std::string png = pngOf(wanted);
    const auto word = [](std::uint64_t n) {
      return std::string{char(n >> 24), char(n >> 16), char(n >> 8), char(n)};
    };
    const std::size_t data = png.find("IDAT"), end = png.find("IEND");
    const std::string chunk = "IDAT" + packed;
    png = png.substr(0, data - 4) + word(packed.size()) + chunk +
          word(crc32(0, reinterpret_cast<const Bytef*>(chunk.data()), uInt(chunk.size()))) +
          png.substr(end - 4);
    const auto read = readPng(png);
    QVERIFY2(read, read ? "" : read.error().text().c_str());
    QVERIFY(read.value().rgb == wanted.rgb);
  }

  void damagedFilesSaySo() {
    const std::string png = pngOf({2, 1, {1, 2, 3, 4, 5, 6}});
    for (std::size_t size = 0; size < png.size(); ++size) {
      const auto cut = readPng(png.substr(0, size));
      QVERIFY(!cut || size + 12 >= png.size());  // the end may be missing
    }
    for (std::size_t i = 8; i < png.size() - 12; ++i) {
      std::string bent = png;
      bent[i] = static_cast<char>(bent[i] ^ 0x40);
      QVERIFY2(!readPng(bent), QByteArray::number(qsizetype(i)));
    }
    const auto path = folder_.write("bad.csv",
                                    "# flow 10x10\nt_ns,x,y,vx_px_per_s,vy_px_per_s\n5,1,1,2,3\n"
                                    "hello\n4,2,2,1,1\n6,99,1,1,1\n7,1,1,nan,0\n8,1,1,0.5,1\n");
    auto opened = openFile(path, {}, kit::registry());
    QVERIFY(opened);
    const auto notes = std::get<std::unique_ptr<EventSource>>(opened.value().content)->notes();
    QCOMPARE(notes.size(), std::size_t{3});  // a row, two that are none, a step back
    QCOMPARE(flowsOf(opened.value().content).value().flows.size(), std::size_t{3});
    // Whatever happens to the bytes, what is read is flow.
    RandomSequence random(randomKey(5, 3, Purpose::Sample), 0);
    FlowList few = list();
    few.flows.resize(40);
    (void)write("flow_csv", "seed.csv", few);
    for (int round = 0; round < 300; ++round) {
      const auto bent = folder_.write("bent", kit::mutatedBytes(folder_.read("seed.csv"), random));
      auto read = format("flow_csv").open(bent, {});
      if (!read) continue;
      const auto held = flowsOf(read.value());
      const Sensor sensor =
          std::get<std::unique_ptr<EventSource>>(read.value())->streams()[0].sensor;
      for (const Flow& f : held.value().flows)
        QVERIFY(f.x < sensor.width && f.y < sensor.height && std::isfinite(f.vx));
      (void)readPng(kit::mutatedBytes(png, random));
    }
    // Events are no flow.
    Opened events =
        std::make_unique<kit::ListSource>(Sensor{4, 4, "test"}, 0, std::vector<Event>{});
    QVERIFY(!format("flow_csv").write(folder_.path("no.csv"), events, {}));
  }
};

QTEST_APPLESS_MAIN(FlowFilesTest)
#include "files_test.moc"
