#include "engine/run/RecordingLog.h"

#include <QTemporaryDir>
#include <QtTest/QTest>

using namespace spk;

namespace {

struct Seen {
  std::string header;
  std::vector<FiredSpike> spikes;
  std::vector<Sample> samples;
  std::vector<std::string> edits;
  Time end = -1;
};

Result<Seen> readAll(const std::filesystem::path& path) {
  Seen seen;
  RecordingLog::Reader reader;
  reader.header = [&](std::string_view text) { return seen.header = text, Result<void>(); };
  reader.spikes = [&](std::span<const FiredSpike> spikes) {
    seen.spikes.insert(seen.spikes.end(), spikes.begin(), spikes.end());
    return Result<void>();
  };
  reader.samples = [&](std::uint32_t, std::span<const Sample> samples) {
    seen.samples.insert(seen.samples.end(), samples.begin(), samples.end());
    return Result<void>();
  };
  reader.edit = [&](Time t, std::string_view line) {
    seen.edits.push_back(std::to_string(t) + " " + std::string(line));
    return Result<void>();
  };
  reader.end = [&](Time t) { return seen.end = t, Result<void>(); };
  TRY_DO(RecordingLog::read(path, reader));
  return seen;
}

}  // namespace

class RecordingLogTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::filesystem::path path() const { return folder_.filePath("run.log").toStdString(); }

  void write() const {
    RecordingLog log;
    QVERIFY(log.open(path(), "{\"a\":1}"));
    const std::vector<FiredSpike> spikes = {{1, Id{2}, 3}, {1, Id{4}, 0}, {7, Id{2}, 9}};
    QVERIFY(log.spikes(spikes));
    QVERIFY(log.spikes({}));
    const std::vector<Sample> samples = {{100, 0, 1.5f}};
    QVERIFY(log.samples(2, samples));
    QVERIFY(log.edit(42, "{}"));
    QVERIFY(log.close(1000));
  }

 private Q_SLOTS:
  void givesBackWhatWasWritten() {
    write();
    const auto seen = readAll(path());
    QVERIFY2(seen, seen ? "" : seen.error().text().c_str());
    QCOMPARE(seen.value().header, std::string("{\"a\":1}"));
    QCOMPARE(seen.value().spikes.size(), std::size_t{3});
    QCOMPARE(seen.value().spikes[2].step, std::uint64_t{7});
    QCOMPARE(seen.value().spikes[1].population, Id{4});
    QCOMPARE(seen.value().samples.front().value, 1.5f);
    QCOMPARE(seen.value().edits, (std::vector<std::string>{"42 {}"}));
    QCOMPARE(seen.value().end, Time{1000});
  }

  void everyCutIsFound() {
    write();
    const auto whole = std::filesystem::file_size(path());
    for (std::uintmax_t size = 0; size < whole; ++size) {
      write();
      std::filesystem::resize_file(path(), size);
      QVERIFY2(!readAll(path()), qPrintable(QString("cut at %1").arg(size)));
    }
  }

  void aFileThatIsNoLogIsRefused() {
    QFile file(folder_.filePath("run.log"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("something else altogether");
    file.close();
    const auto seen = readAll(path());
    QVERIFY(!seen);
    QVERIFY(seen.error().what.find("no log") != std::string::npos);
  }

  void aFullDiskIsAnError() {
    RecordingLog log;
    const auto opened = log.open("/dev/full", "{}");
    QVERIFY(!opened);
    QVERIFY(opened.error().text().find("/dev/full") != std::string::npos);
    QVERIFY(opened.error().text().find("No space left") != std::string::npos);
  }
};

QTEST_APPLESS_MAIN(RecordingLogTest)
#include "RecordingLog_test.moc"
