#include <QtTest>
#include <array>
#include <set>

#include "engine/base/H5.h"
#include "engine/run/openFile.h"
#include "plugins/events/EcfCodec.h"
#include "plugins/live/Protocol.h"
#include "tests/fuzz/eventSeeds.h"
#include "tests/kit/ListSource.h"
#include "tests/kit/corpus.h"
#include "tests/kit/events.h"

using namespace spk;

/// Broken event files: whatever the bytes, a reader gives an Error or plays what is sound, within
/// the sensor, and a seek still meets a read. SPK_FUZZ_ROUNDS sets how many files per format (300).
class FuzzEvents : public QObject {
  Q_OBJECT
  /// Their files may hold more events than bytes.
  const std::set<std::string> kPacked = {"scene",    "aedat4", "rosbag", "mcap",
                                         "hdf5_ecf", "dsec",   "npz",    "mat"};
  kit::Folder folder_;
  RandomSequence random_{randomKey(7, 7, Purpose::Sample), 0};
  std::map<std::string, std::vector<std::string>> corpus_;  ///< by format

  /// A file of HDF5, whose own structure is that library's to check, and where its values lie:
  /// those are changed.
  struct Seed {
    std::string bytes;
    std::vector<std::pair<std::size_t, std::size_t>> parts;
  };
  std::map<std::string, Seed> tables_;

  std::string mutated(const Seed& seed) {
    std::string bytes = seed.bytes;
    for (std::uint32_t i = 1 + random_.below(8); i > 0; --i) {
      const auto& [begin, size] =
          seed.parts[random_.below(static_cast<std::uint32_t>(seed.parts.size()))];
      char& byte = bytes[begin + random_.below(static_cast<std::uint32_t>(size))];
      byte = static_cast<char>(random_.below(2) ? random_.word() : byte ^ 1 << random_.below(8));
    }
    return bytes;
  }
  void addTable(const char* id, const std::filesystem::path& path,
                const std::vector<std::string>& values) {
    Seed seed{folder_.read(path.filename().string()), {}};
    for (const std::string& value : values) {
      const std::size_t at = seed.bytes.find(value);
      QVERIFY2(at != std::string::npos, id);
      seed.parts.push_back({at, value.size()});
    }
    tables_[id] = std::move(seed);
  }
  /// Values of datasets as they lie in the file, in chunks.
  static std::vector<std::string> chunksOf(const std::filesystem::path& path,
                                           std::initializer_list<const char*> datasets) {
    std::vector<std::string> values;
    const auto file = H5::open(path);
    for (const char* dataset : datasets) {
      const auto chunk = file.value().rawChunk(dataset, std::array{std::size_t{0}});
      values.emplace_back(reinterpret_cast<const char*>(chunk.value().bytes.data()),
                          chunk.value().bytes.size());
    }
    return values;
  }
  template <class T>
  static std::string bytesOf(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
  }

  void makeTables() {
    std::vector<Event> events;
    for (std::uint16_t i = 0; i < 300; ++i)
      events.push_back({i * i % 97 * kMicrosecond + i * kMillisecond,
                        static_cast<std::uint16_t>(i * 7 % 60), static_cast<std::uint16_t>(i / 9),
                        static_cast<std::uint8_t>(i / 4 % 2)});
    events[0].t = 0;
    for (const char* id : {"hdf5_ecf", "dsec"}) {
      Opened from = std::make_unique<kit::ListSource>(Sensor{64, 48, "test"}, kSecond, events);
      QVERIFY(kit::registry().fileFormat(id)->write(folder_.path(id), from, {}));
    }
    addTable("hdf5_ecf", folder_.path("hdf5_ecf"),
             chunksOf(folder_.path("hdf5_ecf"), {"/CD/events"}));
    addTable("dsec", folder_.path("dsec"),
             chunksOf(folder_.path("dsec"), {"/events/x", "/events/y", "/events/p", "/events/t"}));

    const std::vector<double> rows = {3, 4, 10.5, 1, 5, 6, 10.6, -1, 7, 8, 10.55, 1};
    const std::vector<double> times = {0.125, 0.25, 0.375}, units = {5, 699, 63};
    const auto fill = [&](const char* id, const auto& write) {
      auto file = H5::create(folder_.path(id));
      QVERIFY(file);
      write(file.value());
    };
    fill("mvsec", [&](H5& file) { QVERIFY(file.write("/davis/left/events", rows, {3, 4})); });
    addTable("mvsec", folder_.path("mvsec"), {bytesOf(rows)});
    fill("shd", [&](H5& file) {
      QVERIFY(file.writeLists("/spikes/times", std::array{times}));
      QVERIFY(file.writeLists("/spikes/units", std::array{units}));
    });
    addTable("shd", folder_.path("shd"), {bytesOf(times), bytesOf(units)});
    fill("ntidigits", [&](H5& file) {
      QVERIFY(file.write("/test_timestamps/man-1", times));
      QVERIFY(file.write("/test_addresses/man-1", units));
    });
    addTable("ntidigits", folder_.path("ntidigits"), {bytesOf(times), bytesOf(units)});
  }

  /// A scene whose numbers have grown would take long: those are the scene's own test.
  static bool tooLong(const std::string& bytes) {
    int digits = 0, most = 0;
    for (const char c : bytes)
      most = std::max(most, digits = c >= '0' && c <= '9' ? digits + 1 : 0);
    return most > 3 || bytes.find("e") == std::string::npos;
  }

  /// What is left of every stream.
  static bool readAll(EventSource& source) {
    for (std::size_t stream = 0; stream < source.streams().size(); ++stream)
      for (auto more = EventSource::More::Full; more == EventSource::More::Full;) {
        Packet packet;
        const auto read = source.read(stream, packet, std::numeric_limits<Time>::max());
        if (!read) return false;
        more = read.value();
      }
    return true;
  }

  void play(const std::string& id, const std::string& bytes) {
    const auto path = folder_.write("input", bytes);
    const auto first = kit::openEvents(id, path);
    if (!first) return;
    const Sensor sensor = first->streams()[0].sensor;
    const auto all = kit::eventsLeft(*first);
    QVERIFY(all);
    QVERIFY(all->size() <= 12 * bytes.size() || kPacked.contains(id));
    for (const Event& e : *all)
      QVERIFY(e.x < sensor.width && e.y < sensor.height && e.polarity < 2);
    QVERIFY(readAll(*first));
    for (const auto& [name, n] : first->counters()) QVERIFY2(n >= 0, name.c_str());
    QVERIFY(first->notes().size() < 100);
    if (all->empty()) return;
    const Time t = (*all)[random_.below(static_cast<std::uint32_t>(all->size()))].t;
    QString why;
    const auto second = kit::openEvents(id, path, {}, &why);
    QVERIFY2(second, qPrintable("opens once only: " + why));
    auto joined = kit::eventsBefore(*second, t);
    QVERIFY(joined && second->seek(t));
    const auto rest = kit::eventsLeft(*second);
    QVERIFY(rest);
    joined->insert(joined->end(), rest->begin(), rest->end());
    QVERIFY(readAll(*second));
    QVERIFY2(*joined == *all, "a seek does not meet a read");
    QCOMPARE(second->counters(), first->counters());
  }

 private Q_SLOTS:
  void initTestCase() {
    for (const kit::Seed& seed : kit::corpus("events"))  // NAME.FORMAT
      corpus_[seed.name.substr(seed.name.rfind('.') + 1)].push_back(seed.bytes);
    makeTables();
  }

  /// What the layouts' own encoders make lies in the corpus; SPK_WRITE_SEEDS=1 puts it there.
  void everyLayoutIsInTheCorpus() {
    const auto folder = std::filesystem::path(SPK_SOURCE_DIR) / "tests/fuzz/corpus/events";
    for (const auto& [name, bytes] : fuzz::eventSeeds(folder_)) {
      QVERIFY2(!bytes.empty(), name.c_str());
      if (qEnvironmentVariableIsSet("SPK_WRITE_SEEDS"))
        std::ofstream(folder / name, std::ios::binary) << bytes;
      QVERIFY2(std::filesystem::exists(folder / name), name.c_str());
    }
  }

  void everyDatagramIsInTheCorpus() {
    const auto folder = std::filesystem::path(SPK_SOURCE_DIR) / "tests/fuzz/corpus/live";
    for (const auto& [name, bytes] : fuzz::datagramSeeds()) {
      QVERIFY2(!bytes.empty(), name.c_str());
      if (qEnvironmentVariableIsSet("SPK_WRITE_SEEDS"))
        std::ofstream(folder / name, std::ios::binary) << bytes;
      QVERIFY2(std::filesystem::exists(folder / name), name.c_str());
    }
  }

  /// Formats of events that can be read have seeds; those of flow are broken in their own test.
  void everyFormatIsHere() {
    for (const FileFormat& format : kit::registry().fileFormats())
      QVERIFY2(format.holds != Stream::Kind::Events || corpus_.contains(format.id) ||
                   tables_.contains(format.id),
               format.id.c_str());
  }

  void survive_data() {
    QTest::addColumn<QString>("id");
    for (const auto& [id, seeds] : corpus_) QTest::newRow(id.c_str()) << QString::fromStdString(id);
  }
  void survive() {
    QFETCH(QString, id);
    const auto& seeds = corpus_[id.toStdString()];
    QVERIFY2(!seeds.empty(), "no corpus");
    for (const std::string& seed : seeds) play(id.toStdString(), seed);
    const int rounds = qEnvironmentVariableIsSet("SPK_FUZZ_ROUNDS")
                           ? qEnvironmentVariableIntValue("SPK_FUZZ_ROUNDS")
                           : 300;
    for (int round = 0; round < rounds; ++round) {
      const auto bytes =
          kit::mutatedBytes(seeds[static_cast<std::size_t>(round) % seeds.size()], random_);
      if (id == "scene" && tooLong(bytes)) continue;
      play(id.toStdString(), bytes);
      if (QTest::currentTestFailed()) {
        folder_.write("last", bytes);
        qWarning("round %d: %s", round, QByteArray::fromStdString(bytes).toHex().constData());
        return;
      }
    }
  }

  void changedTablesSurvive_data() {
    QTest::addColumn<QString>("id");
    for (const char* id : {"hdf5_ecf", "dsec", "mvsec", "shd", "ntidigits"})
      QTest::newRow(id) << id;
  }
  void changedTablesSurvive() {
    QFETCH(QString, id);
    const Seed& seed = tables_.at(id.toStdString());
    play(id.toStdString(), seed.bytes);
    const int rounds = qEnvironmentVariableIsSet("SPK_FUZZ_ROUNDS")
                           ? qEnvironmentVariableIntValue("SPK_FUZZ_ROUNDS")
                           : 100;
    for (int round = 0; round < rounds && !QTest::currentTestFailed(); ++round)
      play(id.toStdString(), mutated(seed));
  }

  /// The compression itself, cut, lengthened and moved about as well.
  void changedChunksSurvive() {
    std::vector<std::int64_t> t;
    std::vector<std::uint16_t> x, y;
    std::vector<std::uint8_t> p;
    for (int i = 0; i < 400; ++i) {
      t.push_back(i / 7 * 20);
      x.push_back(static_cast<std::uint16_t>(i % 3 ? i : 2 * i));
      y.push_back(static_cast<std::uint16_t>(i / 40));
      p.push_back(static_cast<std::uint8_t>(i / 50 % 2));
    }
    std::vector<std::byte> chunk;
    events::EcfEvents out;
    for (int round = 0; round < 20'000; ++round) {
      const std::size_t n = 1 + random_.below(400);
      events::encodeEcf(std::span(t).first(n), std::span(x).first(n),
                        std::span(round % 3 ? y : x).first(n), std::span(p).first(n), chunk);
      const auto bytes =
          kit::mutatedBytes({reinterpret_cast<const char*>(chunk.data()), chunk.size()}, random_);
      const std::vector<std::byte> exact(
          reinterpret_cast<const std::byte*>(bytes.data()),
          reinterpret_cast<const std::byte*>(bytes.data()) + bytes.size());
      if (events::decodeEcf(exact, out)) QVERIFY(out.t.size() <= events::kEcfMost);
    }
  }

  void datagramsSurvive_data() {
    QTest::addColumn<QString>("id");
    for (const live::Protocol& protocol : live::protocols())
      QTest::newRow(protocol.id) << QString(protocol.id);
  }
  /// What comes in over the network: events that lie on the sensor, or nothing, and all counted.
  void datagramsSurvive() {
    QFETCH(QString, id);
    const live::Protocol& protocol = *live::protocol(id.toStdString());
    std::vector<std::string> seeds;
    for (const kit::Seed& seed : kit::corpus("live"))
      if (seed.name.ends_with("." + id.toStdString())) seeds.push_back(seed.bytes);
    QVERIFY2(!seeds.empty(), "no corpus");
    const auto parser = protocol.parser({live::Camera::Chip::Davis, 16, 12});
    const bool isStream = protocol.transport == live::Protocol::Transport::Tcp;
    kit::replay(
        seeds, 20'000, random_,
        [](const std::vector<std::string>& all, RandomSequence& random) {
          return kit::mutatedBytes(all[random.below(static_cast<std::uint32_t>(all.size()))],
                                   random);
        },
        [&](const std::string& text, int round) {
          // Of exactly that size, so that a look beyond is seen.
          const auto* from = reinterpret_cast<const std::byte*>(text.data());
          const std::vector<std::byte> bytes(from, from + text.size());
          std::vector<Event> events;
          live::Met met;
          if (isStream) parser->restart();
          const std::size_t cut = isStream && round >= 0 ? bytes.size() / 3 : 0;
          parser->take(std::span(bytes).first(cut), events, met);
          met.malformed = isStream ? met.malformed : 0;
          parser->take(std::span(bytes).subspan(cut), events, met);
          if (round < 0) QVERIFY(!events.empty() && met.malformed == 0);
          if (!isStream && met.malformed) QVERIFY(events.empty());
          QVERIFY(events.size() <= bytes.size() / 4);
          QCOMPARE(static_cast<std::size_t>(met.events), events.size());
          QVERIFY(met.lost >= 0 && met.outside >= 0 && met.other >= 0);
          for (const Event& e : events) QVERIFY(e.x < 16 && e.y < 12 && e.polarity < 2);
        },
        [] { return !QTest::currentTestFailed(); });
  }

  void randomWordsSurvive() {
    for (int round = 0; round < 100; ++round) {
      std::string words(2 * random_.below(2000), '\0');
      for (char& c : words) c = static_cast<char>(random_.word());
      for (const FileFormat& format : kit::registry().fileFormats()) {
        play(format.id, words);
        if (QTest::currentTestFailed()) return;
      }
    }
  }
};

QTEST_APPLESS_MAIN(FuzzEvents)
#include "events_test.moc"
