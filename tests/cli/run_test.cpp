// `spikarium run` as a script meets it: JSON, equal bytes, changes, states, refusals.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest/QTest>

#include "tests/kit/Cli.h"

using spk::kit::Cli;

namespace {

const QString kDemo = SPK_SOURCE_DIR "/resources/demos/ei_balance/project.spk";

QByteArray bytes(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class RunTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  QString path(const QString& name) const { return folder_.filePath(name); }
  QString put(const QString& name, const QByteArray& content) const {
    QFile file(path(name));
    if (file.open(QIODevice::WriteOnly)) file.write(content);
    return path(name);
  }
  Cli run(const QStringList& more, const QString& project = kDemo) const {
    return Cli(QStringList{"run", project, "--json"} + more);
  }
  QString hashOf(const QStringList& more) const {
    const Cli cli = run(more);
    return cli.code == 0 ? cli.json().object()["spike_hash"].toString() : cli.words();
  }

 private Q_SLOTS:
  void saysWhatScriptsRelyOn() {
    const Cli cli = run({"--for", "500ms", "-o", path("a.h5"), "--seed", "3"});
    QVERIFY2(cli.code == 0, cli.words());
    const QJsonObject said = cli.json().object();
    for (const char* field :
         {"spikes", "rate_hz", "spike_hash", "biological_s", "wall_s", "real_time_factor", "notes"})
      QVERIFY2(said.contains(field), field);
    QCOMPARE(said["biological_s"].toDouble(), 0.5);
    const double spikes = said["spikes"].toObject()["E"].toDouble();
    QVERIFY(spikes > 1000);
    QCOMPARE(said["rate_hz"].toObject()["E"].toDouble(), spikes / 800 / 0.5);
    QCOMPARE(said["spike_hash"].toString().size(), 16);
    QVERIFY(QFile::exists(path("a.h5")));
    QVERIFY2(!cli.out.contains(folder_.path().toUtf8()), cli.words());
  }

  void infoKnowsWhatRunWrote() {
    const Cli cli = run({"--for", "200ms", "-o", path("known.h5"), "--seed", "9"});
    QVERIFY2(cli.code == 0, cli.words());
    const QJsonObject spikes = cli.json().object()["spikes"].toObject();
    const Cli info({"info", path("known.h5"), "--json"});
    QVERIFY2(info.code == 0, info.words());
    const QJsonObject said = info.json().object();
    QCOMPARE(said["format"].toString(), QString("spikarium.run"));
    QCOMPARE(said["kind"].toString(), QString("recording"));
    QCOMPARE(said["populations"].toObject(), spikes);
    QCOMPARE(said["units"].toInt(), 1000);
    qint64 all = 0;
    for (const auto& count : spikes) all += count.toInteger();
    QCOMPARE(said["spikes"].toInteger(), all);
    QCOMPARE(said["seed"].toInt(), 9);
    QCOMPARE(said["duration_s"].toDouble(), 0.2);
    QVERIFY(said["t_first_s"].toDouble() > 0 && said["t_last_s"].toDouble() <= 0.2);
    for (const auto& series : said["series"].toArray())
      QVERIFY(series.toObject()["samples"].toInt() > 0);
  }

  void threadsAndInstructionSetsGiveEqualBytes() {
    const QStringList common = {"--for", "1s"};
    const Cli first = run(common + QStringList{"--threads", "1", "-o", path("t1.h5")});
    QVERIFY2(first.code == 0, first.words());
    const QByteArray whole = bytes(path("t1.h5"));
    QVERIFY(whole.size() > 10'000);
    const QString hash = first.json().object()["spike_hash"].toString();
    for (const QStringList& more : {QStringList{"--threads", "2"},
                                    {"--threads", "3"},
                                    {"--threads", "2", "--isa", "generic"}}) {
      const Cli other = run(common + more + QStringList{"-o", path("other.h5")});
      QVERIFY2(other.code == 0, other.words());
      QCOMPARE(other.json().object()["spike_hash"].toString(), hash);
      QVERIFY2(bytes(path("other.h5")) == whole, qPrintable(more.join(' ')));
    }
  }

  void theFileHoldsNoPath() {
    const Cli cli = run({"--for", "100ms", "-o", path("p.h5")});
    QVERIFY2(cli.code == 0, cli.words());
    const QByteArray whole = bytes(path("p.h5"));
    QVERIFY(whole.contains("synapse.static"));  // the project's text
    QVERIFY(!whole.contains(folder_.path().toUtf8()));
    QVERIFY(!whole.contains(SPK_SOURCE_DIR));
  }

  void seedsAndChangesMatter() {
    const QString plain = hashOf({"--for", "200ms"});
    QCOMPARE(plain.size(), 16);
    QCOMPARE(hashOf({"--for", "200ms"}), plain);
    QVERIFY(hashOf({"--for", "200ms", "--seed", "2"}) != plain);
    QVERIFY(hashOf({"--for", "200ms", "--set", "E.tau_m=21 ms"}) != plain);
    QCOMPARE(hashOf({"--for", "0.2", "--set", "E.tau_m=0.02 s", "--set", "I->E.weight=-6"}), plain);
  }

  void aRunGoesOnFromItsState() {
    const Cli first = run({"--for", "300ms", "--save-state", path("s.state")});
    QVERIFY2(first.code == 0, first.words());
    const Cli second =
        run({"--for", "200ms", "--from-state", path("s.state"), "--save-state", path("two.state")});
    QVERIFY2(second.code == 0, second.words());
    QCOMPARE(second.json().object()["biological_s"].toDouble(), 0.2);
    const Cli whole = run({"--for", "500ms", "--save-state", path("one.state"), "--threads", "1"});
    QVERIFY2(whole.code == 0, whole.words());
    QCOMPARE(bytes(path("two.state")), bytes(path("one.state")));
    const Cli info({"info", path("s.state"), "--json"});
    QCOMPARE(info.json().object()["kind"].toString(), QString("checkpoint"));
    QCOMPARE(info.json().object()["t_s"].toDouble(), 0.3);
  }

  void aDamagedStateIsRefused() {
    QVERIFY(run({"--for", "100ms", "--save-state", path("whole.state")}).code == 0);
    QByteArray state = bytes(path("whole.state"));
    state[state.size() / 2] = static_cast<char>(state[state.size() / 2] ^ 1);
    const Cli damaged = run({"--from-state", put("damaged.state", state)});
    QVERIFY2(damaged.code == 1 && damaged.err.contains("checksum"), damaged.words());
    const Cli cut = run({"--from-state", put("cut.state", state.left(1000))});
    QVERIFY2(cut.code == 1 && cut.err.contains("cut short"), cut.words());
    const Cli foreign = run({"--from-state", path("whole.state"), "--seed", "9"});
    QVERIFY2(foreign.code == 1 && foreign.err.contains("another network"), foreign.words());
    const Cli none = run({"--from-state", kDemo});
    QVERIFY2(none.code == 1 && none.err.contains("no state file"), none.words());
  }

  void refusalsAreOneLine_data() {
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QStringList>("said");
    QTest::newRow("no node") << QStringList{"--set", "Q.tau_m=3"}
                             << QStringList{"Q.tau_m", "Drive", "E"};
    QTest::newRow("no parameter") << QStringList{"--set", "E.tau=3"}
                                  << QStringList{"tau_m", "V_th"};
    QTest::newRow("range") << QStringList{"--set", "E.tau_m=-3"}
                           << QStringList{"E.tau_m", "-3", "0.1"};
    QTest::newRow("unit") << QStringList{"--set", "E.tau_m=3 mV"} << QStringList{"mV", "ms"};
    QTest::newRow("against each other")
        << QStringList{"--set", "E.V_reset=-40"} << QStringList{"V_reset", "-40", "V_th"};
    QTest::newRow("target") << QStringList{"--target", "abacus"} << QStringList{"abacus", "cpu"};
    QTest::newRow("no folder") << QStringList{"-o", "/proc/none/a.h5"}
                               << QStringList{"/proc/none/a.h5"};
    QTest::newRow("a folder") << QStringList{"-o", "/"} << QStringList{"/"};
  }
  void refusalsAreOneLine() {
    QFETCH(QStringList, words);
    QFETCH(QStringList, said);
    const Cli cli = run(words);
    QVERIFY2(cli.code == 1, cli.words());
    QVERIFY2(cli.out.isEmpty() && cli.err.count('\n') == 1, cli.words());
    for (const QString& word : said) QVERIFY2(cli.err.contains(word.toUtf8()), cli.words());
  }

  void brokenProjectsAreRefused_data() {
    QTest::addColumn<QByteArray>("content");
    const QByteArray whole = bytes(kDemo);
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("cut") << whole.left(whole.size() / 2);
    QTest::newRow("no JSON") << QByteArray("hello");
    QTest::newRow("other JSON") << QByteArray("[1, 2]");
    QTest::newRow("zeros") << QByteArray(5000, '\0');
    QByteArray loose = whole;
    QTest::newRow("missing end of a wire")
        << loose.replace("\"to\": \"2.in\"", "\"to\": \"77.in\"");
  }
  void brokenProjectsAreRefused() {
    QFETCH(QByteArray, content);
    const QString file = put("broken.spk", content);
    const Cli cli = run({"--for", "10ms"}, file);
    QVERIFY2(cli.code == 1 && cli.out.isEmpty(), cli.words());
    QVERIFY2(cli.err.count('\n') == 1, cli.words());
    const Cli check({"check", file});
    QVERIFY2(check.code == 1, check.words());
  }

  void aFullDiskIsSaidAndLeavesNothing() {
    // A limit on file size does what a full disk does, to this program alone.
    const Cli cli = Cli::shell("ulimit -f 64; \"$S\" run '" + kDemo + "' --for 5s -o '" +
                               path("full.h5") + "'");
    QVERIFY2(cli.code == 1, cli.words());
    QVERIFY2(cli.err.contains("full.h5"), cli.words());
    QVERIFY2(cli.err.contains("File too large") || cli.err.contains("disk"), cli.words());
    QVERIFY(QDir(folder_.path()).entryList({"*full*"}, QDir::Files | QDir::Hidden).isEmpty());
  }

  void aFullDiskAtTheEndIsSaidToo() {
    // The log (some 40 kB) fits, the HDF5 file (chunks of 128 kB) does not.
    const Cli cli = Cli::shell("ulimit -f 100; \"$S\" run '" + kDemo + "' --for 20ms -o '" +
                               path("end.h5") + "'");
    QVERIFY2(cli.code == 1, cli.words());
    QVERIFY2(cli.err.contains("end.h5"), cli.words());
    QVERIFY(QDir(folder_.path()).entryList({"*end.h5*"}, QDir::Files | QDir::Hidden).isEmpty());
  }

  void textForPeople() {
    const Cli cli({"run", kDemo, "--for", "100ms"});
    QVERIFY2(cli.code == 0, cli.words());
    QVERIFY2(cli.out.contains("E  800 neurons") && cli.out.contains("spike hash"), cli.words());
    QVERIFY2(!cli.err.contains('\r'), cli.words());  // no bar where there is no terminal
  }

  void demosAreListed() {
    const Cli cli({"demos", "--json"});
    QVERIFY2(cli.code == 0, cli.words());
    const QJsonArray demos = cli.json().array();
    QCOMPARE(demos.first().toObject()["id"].toString(), QString("ei_balance"));
    for (const QJsonValue& demo : demos) {
      QVERIFY(QFile::exists(demo.toObject()["path"].toString()));
      QVERIFY(!demo.toObject()["title"].toString().isEmpty());
      QVERIFY(!demo.toObject()["level"].toString().isEmpty());
    }
  }

  void aProjectIsDescribed() {
    const Cli cli({"info", kDemo, "--json"});
    QVERIFY2(cli.code == 0, cli.words());
    const QJsonObject info = cli.json().object();
    QCOMPARE(info["kind"].toString(), QString("project"));
    QCOMPARE(info["neurons"].toInt(), 1000);
    QVERIFY(std::abs(info["synapses"].toInt() - 100'000) < 2'000);
    QCOMPARE(info["views"].toArray().first().toObject()["view"].toString(), QString("Raster"));
    QVERIFY(info.contains("items") && info.contains("notes"));
  }

  void checkTellsErrorsByItsCode() {
    const Cli good({"check", kDemo, "--json"});
    QVERIFY2(good.code == 0, good.words());
    QByteArray wrong = bytes(kDemo);
    wrong.replace("\"tau_m\": 20.0", "\"tau_m\": -20.0");
    const Cli bad({"check", put("wrong.spk", wrong), "--json"});
    QVERIFY2(bad.code == 1, bad.words());
    const QJsonObject note = bad.json().object()["notes"].toArray().first().toObject();
    QCOMPARE(note["level"].toString(), QString("error"));
    QCOMPARE(note["node"].toString(), QString("E"));
    QCOMPARE(note["parameter"].toString(), QString("tau_m"));
    QVERIFY(note["text"].toString().contains("-20"));
  }

  void theSelftestPasses() {
    const Cli cli({"--selftest", "--json"});
    QVERIFY2(cli.code == 0, cli.words());
    QVERIFY(cli.json().object()["ok"].toBool());
    QVERIFY(cli.json().object()["checks"].toArray().size() >= 6);
  }
};

QTEST_GUILESS_MAIN(RunTest)
#include "run_test.moc"
