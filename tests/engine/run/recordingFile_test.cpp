#include "engine/run/recordingFile.h"

#include <QTemporaryDir>
#include <QTest>

#include "engine/base/H5.h"
#include "engine/base/Time.h"
#include "engine/base/file.h"
#include "engine/run/RecordingLog.h"

using namespace spk;

namespace {

// More than is held in memory at once, and no whole number of times that.
constexpr std::uint32_t kRows = 40'001, kNeurons = 3;
constexpr const char* kHeader =
    R"({"project": "{}", "seed": 7, "version": "0.1", "dt_ms": 0.1,
        "populations": [{"id": 2, "name": "E", "n": 10}, {"id": 3, "name": "I", "n": 5}],
        "traces": [{"population": 2, "column": "V", "unit": "mV", "every_ns": 0}]})";

float valueOf(std::uint32_t row, std::uint32_t neuron) {
  return static_cast<float>(row * 10 + neuron);
}

}  // namespace

class RecordingFileTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::filesystem::path at(const char* name) const {
    return std::filesystem::path(folder_.path().toStdString()) / name;
  }
  /// A log of spikes and one trace; `whole`: no sample is missing.
  Result<void> writeLog(const std::filesystem::path& path, bool whole) const {
    RecordingLog log;
    TRY_DO(log.open(path, kHeader));
    const FiredSpike spikes[] = {{4, Id{2}, 9}, {4, Id{3}, 0}, {20, Id{2}, 1}};
    TRY_DO(log.spikes(spikes));
    std::vector<Sample> samples;
    for (std::uint32_t row = 0; row < kRows; ++row) {
      for (std::uint32_t n = 0; n < kNeurons; ++n)
        samples.push_back({(row + 1) * 100 * kMicrosecond, n * 2, valueOf(row, n)});
      if (row % 1000 != 0) continue;
      TRY_DO(log.samples(0, samples));
      samples.clear();
    }
    if (!whole) samples.push_back({kRows * 200 * kMicrosecond, 0, 1});
    TRY_DO(log.samples(0, samples));
    return log.close(5 * kSecond);
  }

 private Q_SLOTS:
  void longTracesAreCopiedPieceByPiece() {
    QVERIFY(writeLog(at("a.log"), true));
    const auto done = writeRecording(at("a.log"), at("a.h5"));
    QVERIFY2(done, done ? "" : done.error().text().c_str());
    const auto file = H5::open(at("a.h5"));
    QVERIFY(file);
    QCOMPARE(file.value().info("/report/E/data").value().shape,
             (std::vector<std::size_t>{kRows, kNeurons}));
    const auto data = file.value().read<float>("/report/E/data").value();
    for (std::uint32_t row = 0; row < kRows; ++row)
      for (std::uint32_t n = 0; n < kNeurons; ++n)
        if (data[row * kNeurons + n] != valueOf(row, n))
          QFAIL(qPrintable(QString("row %1, neuron %2").arg(row).arg(n)));
    QCOMPARE(file.value().read<std::uint64_t>("/report/E/mapping/node_ids").value(),
             (std::vector<std::uint64_t>{0, 2, 4}));
  }

  void equalLogsGiveEqualBytes() {
    for (const char* name : {"b", "c"}) {
      QVERIFY(writeLog(at(name), true));
      QVERIFY(writeRecording(at(name), at(name).concat(".h5")));
    }
    QCOMPARE(readFile(at("b.h5")).value(), readFile(at("c.h5")).value());
  }

  void missingSamplesAreAnError() {
    QVERIFY(writeLog(at("d.log"), false));
    const auto done = writeRecording(at("d.log"), at("d.h5"));
    QVERIFY(!done);
    QVERIFY2(done.error().what.find("120004 instead of 40002") != std::string::npos,
             done.error().what.c_str());
    QVERIFY(!std::filesystem::exists(at("d.h5")));
  }

  /// SONATA's marks: uint32 0x0A7A, and {0, 1}.
  void theRootIsMarkedAsSonata() {
    QVERIFY(writeLog(at("e.log"), true));
    QVERIFY(writeRecording(at("e.log"), at("e.h5")));
    const auto file = H5::open(at("e.h5"));
    QVERIFY(file);
    QVERIFY(file.value().attribute("/", "magic").value() == Value(std::int64_t{0x0A7A}));
    QCOMPARE(valueText(file.value().attribute("/", "version").value()), std::string("[0, 1]"));
  }

  void aSummarySaysWhatIsInside() {
    QVERIFY(writeLog(at("f.log"), true));
    QVERIFY(!isRecordingFile(at("f.log")));
    QVERIFY(writeRecording(at("f.log"), at("f.h5")));
    QVERIFY(isRecordingFile(at("f.h5")));
    const auto made = summariseRecording(at("f.h5"));
    QVERIFY2(made, made ? "" : made.error().text().c_str());
    const RecordingSummary& summary = made.value();
    QCOMPARE(summary.seed, std::int64_t{7});
    QCOMPARE(summary.version, std::string("0.1"));
    QCOMPARE(summary.spikes, std::uint64_t{3});
    QCOMPARE(summary.first_ms, 0.5);
    QCOMPARE(summary.last_ms, 2.1);
    QCOMPARE(summary.end_ms, 5000.0);
    QCOMPARE(summary.edits, std::uint64_t{0});
    QCOMPARE(summary.populations.size(), std::size_t{2});
    QCOMPARE(summary.populations[0].name, std::string("E"));
    QCOMPARE(summary.populations[0].spikes, std::uint64_t{2});
    QCOMPARE(summary.reports.size(), std::size_t{1});
    QCOMPARE(summary.reports[0].column, std::string("V"));
    QCOMPARE(summary.reports[0].unit, std::string("mV"));
    QCOMPARE(summary.reports[0].samples, std::uint64_t{kRows});
    QCOMPARE(summary.reports[0].neurons, std::uint64_t{kNeurons});
    QCOMPARE(summary.reports[0].every_ms, 0.1);
  }
};

QTEST_APPLESS_MAIN(RecordingFileTest)
#include "recordingFile_test.moc"
