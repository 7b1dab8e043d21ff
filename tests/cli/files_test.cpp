// `spikarium info` and `convert` on event files: the shipped recording, and the real samples where
// SPK_SAMPLES names their folder.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest/QTest>

#include "tests/kit/Cli.h"

using spk::kit::Cli;

namespace {

const QString kFolder = SPK_SOURCE_DIR "/datasets/bar_and_disc/";
const QString kRecording = kFolder + "recording.raw";

QJsonObject info(const QString& path, const QStringList& more = {}) {
  return Cli(QStringList{"info", path, "--json"} + more).json().object();
}
/// What must not change on the way through another format.
QJsonObject content(QJsonObject info) {
  QJsonObject kept;
  for (const char* key : {"width", "height", "events", "off", "on", "sum_x", "sum_y", "t_first_us",
                          "t_last_us", "triggers"})
    kept[key] = info[key];
  return kept;
}

}  // namespace

class FilesTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  QString path(const QString& name) const { return folder_.filePath(name); }
  static QString samples() {
    const QString all = qEnvironmentVariable("SPK_SAMPLES");
    return all.isEmpty() ? all : all + "/events";
  }

 private Q_SLOTS:
  void theShippedRecordingIsAsItsPageSays() {
    QFile file(kFolder + "about.json");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject about = QJsonDocument::fromJson(file.readAll()).object();
    const QJsonObject seen = info(kRecording);
    QCOMPARE(seen["format"].toString(), QString("evt3"));
    QCOMPARE(seen["kind"].toString(), QString("events"));
    for (const char* key : {"events", "off", "on", "sum_x", "sum_y", "t_first_us", "t_last_us"})
      QCOMPARE(seen[key].toInteger(), about[key].toInteger());
    QCOMPARE(seen["geometry_source"].toString(), QString("header"));
    QVERIFY(seen.contains("imu") && seen.contains("frames") && seen.contains("notes"));
    QVERIFY(seen["counters"].toObject().contains("non_monotonic"));
  }

  void roundTrips_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QStringList>("more");
    QTest::newRow("evt2") << "a.raw" << QStringList{"--format", "evt2"};
    QTest::newRow("evt3") << "b.raw" << QStringList{"--format", "evt3"};
    QTest::newRow("csv by its ending") << "c.csv" << QStringList{};
  }
  void roundTrips() {
    QFETCH(QString, name);
    QFETCH(QStringList, more);
    const Cli there(QStringList{"convert", kRecording, path(name), "--json"} + more);
    QVERIFY2(there.code == 0, there.words());
    const QJsonObject said = there.json().object();
    QCOMPARE(said["read"].toInteger(), 76661);
    QCOMPARE(said["written"].toInteger(), 76661);
    QVERIFY2(said["lost"].toArray().isEmpty(), there.words());
    QCOMPARE(content(info(path(name))), content(info(kRecording)));
  }

  void aPartIsCutAtItsTimes() {
    const Cli cut(
        {"convert", kRecording, path("part.csv"), "--from", "100ms", "--to", "200ms", "--json"});
    QVERIFY2(cut.code == 0, cut.words());
    const Cli before({"convert", kRecording, path("before.csv"), "--to", "100ms", "--json"});
    const Cli after({"convert", kRecording, path("after.csv"), "--from", "200ms", "--json"});
    const auto written = [](const Cli& cli) { return cli.json().object()["written"].toInteger(); };
    QVERIFY(written(cut) > 1000);
    QCOMPARE(written(before) + written(cut) + written(after), 76661);
    // Times count from the first event, at 206 µs.
    QVERIFY(info(path("part.csv"))["t_first_us"].toInteger() >= 100'206);
    QVERIFY(info(path("part.csv"))["t_last_us"].toInteger() < 200'206);
  }

  void aRegionIsCutOut() {
    const Cli cut({"convert", kRecording, path("region.csv"), "--region", "40,30,50x60", "--json"});
    QVERIFY2(cut.code == 0, cut.words());
    const auto written = cut.json().object()["written"].toInteger();
    QVERIFY(written > 1000 && written < 76661);
    const QJsonObject seen = info(path("region.csv"));
    QCOMPARE(seen["events"].toInteger(), written);
    QVERIFY(seen["sum_x"].toInteger() >= 40 * written && seen["sum_x"].toInteger() < 90 * written);
    QVERIFY(seen["sum_y"].toInteger() >= 30 * written && seen["sum_y"].toInteger() < 90 * written);
    QCOMPARE(Cli({"convert", kRecording, path("x.csv"), "--region", "1,2"}).code, 2);
  }

  /// The events of a node are those that its run makes.
  void aProjectIsRunForItsEvents() {
    const QString project = SPK_SOURCE_DIR "/resources/demos/event_camera/project.spk";
    const Cli clip({"convert", project, path("clip.hdf5"), "--format", "hdf5_ecf", "--node",
                    "camera", "--from", "100ms", "--to", "200ms", "--json"});
    QVERIFY2(clip.code == 0, clip.words());
    const Cli part({"convert", kRecording, path("same.csv"), "--from", "100ms", "--to", "200ms"});
    QVERIFY2(part.code == 0, part.words());
    const QJsonObject run = info(path("clip.hdf5")), file = info(path("same.csv"));
    for (const char* key : {"events", "off", "on", "sum_x", "sum_y"})
      QCOMPARE(run[key].toInteger(), file[key].toInteger());
    // A view stands for what it shows; a population gives no events.
    const Cli view({"convert", project, path("view.csv"), "--node", "cloud", "--to", "50ms"});
    QVERIFY2(view.code == 0, view.words());
    const Cli nothing({"convert", project, path("no.csv"), "--node", "layer"});
    QVERIFY2(nothing.code == 1 && nothing.err.contains("layer: gives neither events nor flow"),
             nothing.words());
    const Cli which({"convert", project, path("no.csv")});
    QVERIFY2(which.code == 1 && which.err.contains("--node"), which.words());
  }

  /// Flow of a node as text, as HDF5 and as DSEC's pictures; each is read again.
  void aProjectIsRunForItsFlow() {
    const QString project = SPK_SOURCE_DIR "/resources/templates/direction_selective.spk";
    const Cli text(
        {"convert", project, path("flow.csv"), "--node", "votes", "--to", "600ms", "--json"});
    QVERIFY2(text.code == 0, text.words());
    const qint64 flows = text.json().object()["read"].toInteger();
    QVERIFY2(flows > 100 && text.json().object()["written"].toInteger() == flows, text.words());
    const QJsonObject what = info(path("flow.csv"));
    QCOMPARE(what["kind"].toString(), QStringLiteral("flow"));
    QCOMPARE(what["flows"].toInteger(), flows);
    QCOMPARE(what["width"].toInteger(), qint64(80));
    const Cli h5({"convert", path("flow.csv"), path("flow.h5"), "--json"});
    QVERIFY2(h5.code == 0 && h5.json().object()["written"].toInteger() == flows, h5.words());
    const Cli pictures(
        {"convert", path("flow.h5"), path("pictures.flow"), "--set", "interval_ms=200"});
    QVERIFY2(pictures.code == 0, pictures.words());
    QCOMPARE(info(path("pictures.flow"))["format"].toString(), QStringLiteral("flow_dsec"));
    // Flow is written as no events, and events as no flow.
    const Cli wrong({"convert", path("flow.csv"), path("no.raw"), "--format", "evt3"});
    QVERIFY2(wrong.code == 1 && wrong.err.contains("flow_h5"), wrong.words());
    const Cli other({"convert", kRecording, path("no.flow"), "--format", "flow_csv"});
    QVERIFY2(other.code == 1 && other.err.contains("evt3"), other.words());
  }

  /// Spikes and events of one run lie in one file.
  void aRunKeepsItsEvents() {
    const QString project = SPK_SOURCE_DIR "/resources/demos/event_camera/project.spk";
    for (const char* name : {"a.h5", "b.h5"}) {
      const Cli run({"run", project, "-o", path(name), "--for", "300ms"});
      QVERIFY2(run.code == 0, run.words());
    }
    const auto bytes = [this](const char* name) {
      QFile file(path(name));
      return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    QVERIFY(!bytes("a.h5").isEmpty() && bytes("a.h5") == bytes("b.h5"));
    const QJsonObject seen = info(path("a.h5"));
    // Of what the layer and the views hear.
    const Cli part(
        {"convert", project, path("first.csv"), "--node", "clean", "--to", "300ms", "--json"});
    QVERIFY(part.json().object()["written"].toInteger() > 1000);
    QCOMPARE(seen["streams"].toObject()["clean"].toInteger(),
             part.json().object()["written"].toInteger());
  }

  void refusalsAreOneLine_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QStringList>("said");
    QTest::newRow("which format") << QStringList{kRecording, "/tmp/x.raw"}
                                  << QStringList{"--format", "evt2", "evt3"};
    QTest::newRow("no format") << QStringList{kRecording, "/tmp/x.xyz"}
                               << QStringList{"--format", "csv"};
    QTest::newRow("unknown format")
        << QStringList{kRecording, "/tmp/x.csv", "--format", "mp3"} << QStringList{"mp3", "csv"};
    QTest::newRow("same file") << QStringList{kRecording, kRecording, "--format", "evt3"}
                               << QStringList{"same file"};
    QTest::newRow("no folder") << QStringList{kRecording, "/proc/none/x.csv"}
                               << QStringList{"/proc/none/x.csv"};
    QTest::newRow("beyond the end") << QStringList{kRecording, "/tmp/x.csv", "--from", "100s"}
                                    << QStringList{"from 100 s on", "between 0 s and"};
    QTest::newRow("no events") << QStringList{SPK_SOURCE_DIR "/LICENSE", "/tmp/x.csv"}
                               << QStringList{"LICENSE", "no format"};
  }
  void refusalsAreOneLine() {
    QFETCH(QStringList, words);
    QFETCH(QStringList, said);
    const Cli cli(QStringList{"convert"} + words);
    QVERIFY2(cli.code == 1 && cli.out.isEmpty(), cli.words());
    QVERIFY2(cli.err.count('\n') == 1, cli.words());
    for (const QString& word : said) QVERIFY2(cli.err.contains(word.toUtf8()), cli.words());
  }

  void aPartThatEndsBeforeItBeginsIsWrongUse() {
    const Cli cli({"convert", kRecording, path("none.csv"), "--from", "2ms", "--to", "1ms"});
    QVERIFY2(cli.code == 2 && cli.err.contains("--to is 1 ms, not after --from at 2 ms"),
             cli.words());
    QVERIFY(!QFile::exists(path("none.csv")));
  }

  void aFullDiskIsAnError() {
    const Cli cli =
        Cli::shell("ulimit -f 16; \"$S\" convert '" + kRecording + "' '" + path("full.csv") + "'");
    QVERIFY2(cli.code == 1 && cli.err.contains("full.csv"), cli.words());
    QVERIFY(QDir(folder_.path()).entryList({"*full*"}, QDir::Files | QDir::Hidden).isEmpty());
  }

  void realSamplesHaveTheirCounts_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QList<qint64>>(
        "numbers");  // width height events off on sum_x sum_y first last
    QTest::newRow("EVT2") << "faery_evt2.raw"
                          << QList<qint64>{640,         480,         521'252,
                                           335'391,     185'861,     128'979'953,
                                           216'346'680, 913'716'224, 913'812'095};
    QTest::newRow("EVT3") << "exp_evt3_sample.raw"
                          << QList<qint64>{1280,        720,        219'596,    104'064,   115'532,
                                           159'113'225, 85'638'051, 11'718'656, 11'727'457};
  }
  void realSamplesHaveTheirCounts() {
    if (samples().isEmpty()) QSKIP("SPK_SAMPLES names no folder of real recordings");
    QFETCH(QString, name);
    QFETCH(QList<qint64>, numbers);
    const QJsonObject seen = info(samples() + "/" + name);
    const char* keys[] = {"width", "height", "events",     "off",      "on",
                          "sum_x", "sum_y",  "t_first_us", "t_last_us"};
    for (qsizetype i = 0; i < numbers.size(); ++i) QCOMPARE(seen[keys[i]].toInteger(), numbers[i]);
  }
};

QTEST_GUILESS_MAIN(FilesTest)
#include "files_test.moc"
