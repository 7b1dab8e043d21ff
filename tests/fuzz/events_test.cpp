#include <QtTest>
#include <set>

#include "engine/run/openFile.h"
#include "tests/fuzz/eventSeeds.h"
#include "tests/kit/events.h"

using namespace spk;

/// Broken event files: whatever the bytes, a reader gives an Error or plays what is sound, within
/// the sensor, and a seek still meets a read. SPK_FUZZ_ROUNDS sets how many files per format (300).
class FuzzEvents : public QObject {
  Q_OBJECT
  /// Their files may hold more events than bytes.
  const std::set<std::string> kPacked = {"scene", "aedat4", "rosbag", "mcap"};
  kit::Folder folder_;
  RandomSequence random_{randomKey(7, 7, Purpose::Sample), 0};
  std::map<std::string, std::vector<std::string>> corpus_;  ///< by format

  std::string mutated(std::string bytes) {
    const std::uint32_t changes = 1 + random_.below(8);
    for (std::uint32_t i = 0; i < changes && !bytes.empty(); ++i) {
      const std::size_t at = random_.below(static_cast<std::uint32_t>(bytes.size()));
      const std::size_t length = std::min<std::size_t>(1 + random_.below(16), bytes.size() - at);
      switch (random_.below(7)) {
        case 0: bytes[at] = static_cast<char>(bytes[at] ^ 1 << random_.below(8)); break;
        case 1: bytes[at] = static_cast<char>(random_.word()); break;
        case 2: bytes.resize(at); break;
        case 3: bytes.erase(at, length); break;
        case 4:
          bytes.insert(
              at, bytes.substr(random_.below(static_cast<std::uint32_t>(bytes.size())), length));
          break;
        case 5:
          std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), length,
                      static_cast<char>(0xFF));
          break;
        default: std::swap(bytes[at], bytes[bytes.size() - 1 - at]);
      }
    }
    return bytes;
  }

  /// HDF5's own structure is the library's to check; what is changed is the data, the last part of
  /// the files here.
  std::string mutatedTail(std::string bytes) {
    const std::size_t head = bytes.size() / 2;
    const std::uint32_t changes = 1 + random_.below(8);
    for (std::uint32_t i = 0; i < changes; ++i)
      bytes[head + random_.below(static_cast<std::uint32_t>(bytes.size() - head))] =
          static_cast<char>(random_.word());
    return bytes;
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
    const auto second = kit::openEvents(id, path);
    auto joined = *kit::eventsBefore(*second, t);
    QVERIFY(second->seek(t));
    const auto rest = *kit::eventsLeft(*second);
    joined.insert(joined.end(), rest.begin(), rest.end());
    QVERIFY(readAll(*second));
    QVERIFY2(joined == *all, "a seek does not meet a read");
    QCOMPARE(second->counters(), first->counters());
  }

 private Q_SLOTS:
  void initTestCase() {
    const auto folder = std::filesystem::path(SPK_SOURCE_DIR) / "tests/fuzz/corpus/events";
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      QFile file(QString::fromStdString(entry.path().string()));
      QVERIFY(file.open(QIODevice::ReadOnly));
      // NAME.FORMAT
      corpus_[entry.path().extension().string().substr(1)].push_back(file.readAll().toStdString());
    }
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

  /// Formats that can be read have seeds.
  void everyFormatIsHere() {
    for (const FileFormat& format : kit::registry().fileFormats())
      QVERIFY2(corpus_.contains(format.id), format.id.c_str());
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
      const auto bytes = mutated(seeds[static_cast<std::size_t>(round) % seeds.size()]);
      if (id == "scene" && tooLong(bytes)) continue;
      play(id.toStdString(), bytes);
      if (QTest::currentTestFailed()) {
        folder_.write("last", bytes);
        qWarning("round %d: %s", round, QByteArray::fromStdString(bytes).toHex().constData());
        return;
      }
    }
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
