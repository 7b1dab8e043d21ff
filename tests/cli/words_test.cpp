// What scripts may rely on: subcommands, --help, --json, exit codes, one line per error.
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest/QTest>

#include "tests/kit/Cli.h"

using spk::kit::Cli;

class WordsTest : public QObject {
  Q_OBJECT

  static QStringList subcommands() {
    return {"run", "nodes", "info", "convert", "check", "demos", "render"};
  }
  static void isOneLine(const Cli& cli) {
    QVERIFY2(cli.err.count('\n') == 1 && cli.err.endsWith('\n'), cli.words());
  }

 private Q_SLOTS:
  void everySubcommandHasHelp_data() {
    QTest::addColumn<QString>("name");
    for (const QString& name : subcommands() + QStringList{"--selftest", "--version"})
      QTest::newRow(qPrintable(name)) << name;
  }
  void everySubcommandHasHelp() {
    QFETCH(QString, name);
    const Cli help({name, "--help"});
    QVERIFY2(help.code == 0, help.words());
    QVERIFY2(help.out.contains("--help") && help.out.contains("--json"), help.words());
    QVERIFY2(help.err.isEmpty(), help.words());
    const Cli wrong({name, "--no-such-option"});
    QVERIFY2(wrong.code == 2, wrong.words());
    QVERIFY2(wrong.out.isEmpty() && !wrong.err.isEmpty(), wrong.words());
  }

  void helpNamesThemAll() {
    const Cli help({"--help"});
    QCOMPARE(help.code, 0);
    for (const QString& name : subcommands())
      QVERIFY2(help.out.contains("  " + name.toUtf8() + " "), qPrintable(name));
  }

  void anUnknownSubcommandSaysWhichThereAre() {
    const Cli cli({"frobnicate"});
    QCOMPARE(cli.code, 2);
    isOneLine(cli);
    for (const QString& name : subcommands())
      QVERIFY2(cli.err.contains(name.toUtf8()), cli.words());
    const Cli option({"--frobnicate"});
    QCOMPARE(option.code, 2);
    QVERIFY(option.out.isEmpty());
  }

  void missingWordsAreWrongUse_data() {
    QTest::addColumn<QStringList>("words");
    QTest::newRow("run") << QStringList{"run"};
    QTest::newRow("info") << QStringList{"info"};
    QTest::newRow("convert") << QStringList{"convert", "a"};
    QTest::newRow("check") << QStringList{"check"};
    QTest::newRow("render") << QStringList{"render"};
    QTest::newRow("time") << QStringList{"run", "a.spk", "--for", "soon"};
    QTest::newRow("threads") << QStringList{"run", "a.spk", "--threads", "0"};
    QTest::newRow("isa") << QStringList{"run", "a.spk", "--isa", "sse9"};
    QTest::newRow("seed") << QStringList{"run", "a.spk", "--seed", "x"};
    QTest::newRow("option") << QStringList{"info", "a.raw", "--set", "width"};
  }
  void missingWordsAreWrongUse() {
    QFETCH(QStringList, words);
    const Cli cli(words);
    QVERIFY2(cli.code == 2, cli.words());
    QVERIFY2(cli.out.isEmpty() && !cli.err.isEmpty(), cli.words());
  }

  void missingFilesAreOneLine_data() {
    QTest::addColumn<QStringList>("words");
    QTest::newRow("run") << QStringList{"run", "/nowhere/a.spk"};
    QTest::newRow("info") << QStringList{"info", "/nowhere/a.raw"};
    QTest::newRow("info, project") << QStringList{"info", "/nowhere/a.spk"};
    QTest::newRow("convert") << QStringList{"convert", "/nowhere/a.raw", "/tmp/b.csv"};
    QTest::newRow("check") << QStringList{"check", "/nowhere/a.spk"};
    QTest::newRow("nodes") << QStringList{"nodes", "frobnicator"};
  }
  void missingFilesAreOneLine() {
    QFETCH(QStringList, words);
    words << "--json";
    const Cli cli(words);
    QVERIFY2(cli.code == 1, cli.words());
    QVERIFY2(cli.out.isEmpty(), cli.words());
    isOneLine(cli);
    QVERIFY2(cli.err.startsWith("spikarium: ") && cli.err.contains(words[1].toUtf8()), cli.words());
  }

  void plannedWordsSayThatTheyAreNotBuilt() {
    for (const char* word : {"analyse", "sweep", "targets", "fit", "export"}) {
      const Cli cli({word, "--json"});
      QVERIFY2(cli.code == 1 && cli.out.isEmpty() && cli.err.contains("not built yet"),
               cli.words());
    }
  }

  void versionIsJson() {
    const Cli cli({"--version", "--json"});
    QVERIFY2(cli.code == 0 && cli.err.isEmpty(), cli.words());
    const QJsonObject version = cli.json().object();
    static const QRegularExpression kNumber(R"(^\d+\.\d+\.\d+$)");
    QVERIFY2(kNumber.match(version["version"].toString()).hasMatch(), cli.words());
    QVERIFY(!version["build"].toString().isEmpty());
  }

  void nodesAreDescribed() {
    const Cli all({"nodes", "--json"});
    QCOMPARE(all.code, 0);
    QVERIFY2(all.json().array().size() > 5, all.words());
    for (const QJsonValue& value : all.json().array()) {
      const QJsonObject node = value.toObject();
      for (const char* field : {"id", "title", "role", "doc", "ports", "parameters"})
        QVERIFY2(node.contains(field), qPrintable(node["id"].toString() + " lacks " + field));
      for (const QJsonValue& parameter : node["parameters"].toArray())
        for (const char* field : {"name", "unit", "default", "min", "max", "doc"})
          QVERIFY2(parameter.toObject().contains(field), qPrintable(node["id"].toString()));
    }
    const Cli one({"nodes", "project.settings", "--json"});
    QCOMPARE(one.json().array().size(), 1);
    const Cli page({"nodes", "project.settings"});
    QVERIFY2(page.out.contains("duration") && page.out.contains("0.1 ms"), page.words());
    for (const QByteArray& line : page.out.split('\n'))
      QVERIFY2(QString::fromUtf8(line).size() <= 80, line.constData());
  }

  void aFullOutputIsAnError() {
    const Cli cli = Cli::shell("\"$S\" nodes --json > /dev/full");
    QVERIFY2(cli.code == 1, cli.words());
    QVERIFY2(cli.err.contains("standard output") && cli.err.contains("No space left"), cli.words());
  }

  void aClosedPipeIsNoCrash() {
    const Cli cli = Cli::shell("\"$S\" nodes --json | head -1; echo ${PIPESTATUS[0]}");
    QVERIFY2(cli.out.trimmed().endsWith('0') || cli.out.trimmed().endsWith('1'), cli.words());
  }

  void linksNoWindow() {
    QProcess ldd;
    ldd.start("ldd", {Cli::program()});
    QVERIFY(ldd.waitForFinished());
    const QByteArray libraries = ldd.readAllStandardOutput();
    QVERIFY(libraries.contains("libc.so"));
    for (const char* window : {"Qt", "vtk", "libGL", "libEGL", "libX11", "libxcb", "imgui"})
      QVERIFY2(!libraries.contains(window), libraries.constData());
  }

  /// The networks that ship are those that are measured, and nothing is wrong with them.
  void shippedNetworksAreTheMeasuredOnes() {
    const QTemporaryDir folder;
    const Cli written({"bench", "--projects", folder.path()});
    QVERIFY2(written.code == 0, written.words());
    const QDir shipped(QStringLiteral(SPK_SOURCE_DIR "/resources/benchmarks"));
    const QStringList names = shipped.entryList({"*.spk"});
    QCOMPARE(names, QDir(folder.path()).entryList({"*.spk"}));
    QVERIFY(names.size() >= 4);
    for (const QString& name : names) {
      QFile a(shipped.filePath(name)), b(folder.filePath(name));
      QVERIFY(a.open(QIODevice::ReadOnly) && b.open(QIODevice::ReadOnly));
      QCOMPARE(a.readAll(), b.readAll());
      const Cli checked({"check", shipped.filePath(name), "--json"});
      QVERIFY2(checked.code == 0, checked.words());
      QVERIFY2(checked.json().object()["notes"].toArray().isEmpty(), checked.words());
    }
  }

  void aBenchmarkIsATableUnlessJsonIsAskedFor() {
    const Cli table({"bench", "events.evt2"});
    QVERIFY2(table.code == 0, table.words());
    QVERIFY2(!table.out.contains('{') && !table.out.contains('"'), table.words());
    static const QRegularExpression row(QStringLiteral("(^|\\n)mev per s +[0-9 .]+\\n"));
    QVERIFY2(QString::fromUtf8(table.out).contains(row), table.words());
  }
};

QTEST_GUILESS_MAIN(WordsTest)
#include "words_test.moc"
