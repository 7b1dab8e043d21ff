#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/house/law.h"

/// The law of the house, held against every file; and each rule against planted breaches.
class LawTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase();
  void includesFollowTheTable();
  void includeRuleFindsBreaches_data();
  void includeRuleFindsBreaches();
  void includeRuleAllows_data();
  void includeRuleAllows();
  void resultsHaveTheSameBitsEverywhere();
  void determinismRuleFindsBreaches_data();
  void determinismRuleFindsBreaches();
  void determinismRuleAllows_data();
  void determinismRuleAllows();
  void styleOfEveryFile();
  void styleRuleFindsBreaches_data();
  void styleRuleFindsBreaches();
  void topHasNothingElse();
  void topRuleFindsBreaches();
  void licencesAreNamed();
  void headersCompileAlone();
  void headerRuleFindsBreaches();
  void programsLinkOnlyWhatTheyMay();
  void linkRuleFindsBreaches();
  void scriptsAreWellFormed();
  void drawsTheHouse();

 private:
  static QString read(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
  }
  static void none(const QStringList& breaches) {
    QVERIFY2(breaches.isEmpty(), qPrintable("\n  " + breaches.join("\n  ")));
  }

  const QString root_ = SPK_SOURCE_DIR, build_ = SPK_BUILD_DIR;
  QMap<QString, QString> texts_, codes_;  // by path from the root; codes: of C++ files
};

void LawTest::initTestCase() {
  for (const QString room : {"app", "panels", "engine", "plugins", "tests", "resources"}) {
    QDirIterator files(root_ + "/" + room, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
      const QString path = files.next(), name = path.mid(root_.size() + 1);
      static const QRegularExpression kText(
          R"((\.(h|cpp|txt|md|json|spk|qss|sh|cmake|glsl|py)|/run)$)");
      if (!kText.match(name).hasMatch() || name.startsWith("tests/house/law")) continue;
      texts_[name] = read(path);
      if (name.endsWith(".h") || name.endsWith(".cpp")) codes_[name] = law::code(texts_[name]);
    }
  }
  QVERIFY2(codes_.size() > 50, "the files of the house were not found");
}

void LawTest::includesFollowTheTable() {
  QStringList breaches;
  for (const auto& [path, code] : codes_.asKeyValueRange())
    breaches << law::includeBreaches(path, code);
  none(breaches);
}

void LawTest::includeRuleFindsBreaches_data() {
  QTest::addColumn<QString>("path");
  QTest::addColumn<QString>("include");
  QTest::newRow("base looks right") << "engine/base/a.h"
                                    << "\"engine/data/Tape.h\"";
  QTest::newRow("graph looks right") << "engine/graph/a.cpp"
                                     << "\"engine/sim/Step.h\"";
  QTest::newRow("analysis looks right") << "engine/analysis/a.cpp"
                                        << "\"engine/graph/units.h\"";
  QTest::newRow("engine and plug-in") << "engine/sim/a.cpp"
                                      << "\"plugins/neurons/x.h\"";
  QTest::newRow("engine and Qt") << "engine/run/a.cpp"
                                 << "<QString>";
  QTest::newRow("library in an engine header") << "engine/base/a.h"
                                               << "<nlohmann/json.hpp>";
  QTest::newRow("system in an engine header") << "engine/base/a.h"
                                              << "<unistd.h>";
  QTest::newRow("plug-in and another kind") << "plugins/flow/a.cpp"
                                            << "\"plugins/events/b.h\"";
  QTest::newRow("plug-in and panel") << "plugins/flow/a.cpp"
                                     << "\"panels/kit/Panel.h\"";
  QTest::newRow("plug-in and Qt") << "plugins/flow/a.cpp"
                                  << "<QObject>";
  QTest::newRow("kernel and more") << "plugins/neurons/a.step.cpp"
                                   << "\"engine/base/Math.h\"";
  QTest::newRow("kernel and std") << "plugins/neurons/a.step.cpp"
                                  << "<vector>";
  QTest::newRow("panel and sim") << "panels/raster/a.cpp"
                                 << "\"engine/sim/Probe.h\"";
  QTest::newRow("panel and run") << "panels/raster/a.cpp"
                                 << "\"engine/run/Runner.h\"";
  QTest::newRow("panel and panel") << "panels/raster/a.cpp"
                                   << "\"panels/traces/b.h\"";
  QTest::newRow("panel and plug-in") << "panels/raster/a.cpp"
                                     << "\"plugins/neurons/x.h\"";
  QTest::newRow("panel and app") << "panels/raster/a.cpp"
                                 << "\"app/Workbench.h\"";
  QTest::newRow("VTK in a header") << "panels/cloud/a.h"
                                   << "<vtkActor.h>";
  QTest::newRow("all of Qt Widgets") << "panels/cloud/a.cpp"
                                     << "<QtWidgets>";
  QTest::newRow("description and Qt") << "panels/raster/describe.cpp"
                                      << "<QString>";
  QTest::newRow("description and kit") << "panels/raster/describe.cpp"
                                       << "\"panels/kit/Panel.h\"";
  QTest::newRow("CLI and Qt") << "app/main.cpp"
                              << "<QString>";
  QTest::newRow("CLI and panel") << "app/main.cpp"
                                 << "\"panels/kit/Panel.h\"";
  QTest::newRow("app and plug-in") << "app/Workbench.cpp"
                                   << "\"plugins/neurons/x.h\"";
  QTest::newRow("test and more than its mirror") << "tests/engine/base/a_test.cpp"
                                                 << "\"engine/sim/Step.h\"";
  QTest::newRow("relative") << "engine/base/a.cpp"
                            << "\"Json.h\"";
  QTest::newRow("no room") << "misc/a.cpp"
                           << "<vector>";
}
void LawTest::includeRuleFindsBreaches() {
  QFETCH(QString, path);
  QFETCH(QString, include);
  QCOMPARE(law::includeBreaches(path, law::code("// a file\n#include " + include + "\n")).size(),
           1);
}

void LawTest::includeRuleAllows_data() {
  QTest::addColumn<QString>("path");
  QTest::addColumn<QString>("include");
  QTest::newRow("leftwards") << "engine/sim/a.h"
                             << "\"engine/base/Rng.h\"";
  QTest::newRow("library in a source") << "engine/base/a.cpp"
                                       << "<hdf5.h>";
  QTest::newRow("plug-in and engine") << "plugins/neurons/a.cpp"
                                      << "\"engine/sim/Step.h\"";
  QTest::newRow("kernel") << "plugins/neurons/a.step.cpp"
                          << "\"engine/sim/Step.h\"";
  QTest::newRow("plug-in, own folder") << "plugins/events/evt2.cpp"
                                       << "\"plugins/events/raw.h\"";
  QTest::newRow("panel and kit") << "panels/raster/a.h"
                                 << "\"panels/kit/Panel.h\"";
  QTest::newRow("VTK in a source") << "panels/cloud/a.cpp"
                                   << "<vtkActor.h>";
  QTest::newRow("commented out") << "engine/base/a.cpp"
                                 << "<vector>  // #include <QString>";
  QTest::newRow("test and its mirror") << "tests/engine/sim/a_test.cpp"
                                       << "\"engine/sim/Step.h\"";
  QTest::newRow("test and kit") << "tests/engine/sim/a_test.cpp"
                                << "\"tests/kit/projects.h\"";
  QTest::newRow("walk") << "tests/walks/a_test.cpp"
                        << "\"app/Workbench.h\"";
}
void LawTest::includeRuleAllows() {
  QFETCH(QString, path);
  QFETCH(QString, include);
  none(law::includeBreaches(path, law::code("#include " + include + "\n")));
}

void LawTest::resultsHaveTheSameBitsEverywhere() {
  QStringList breaches;
  for (const auto& [path, code] : codes_.asKeyValueRange())
    if (path.startsWith("engine/") || path.startsWith("plugins/"))
      breaches << law::determinismBreaches(path, code);
  none(breaches);
}

void LawTest::determinismRuleFindsBreaches_data() {
  QTest::addColumn<QString>("text");
  for (const char* name : {"exp", "log", "sin", "cos", "pow", "tanh", "expm1", "atan2", "erf"})
    QTest::newRow(name) << QString("x = std::%1(y);").arg(name);
  QTest::newRow("global") << "x = ::exp(y);";
  QTest::newRow("float") << "x = std::expf (y);";
  QTest::newRow("unqualified atan") << "return atan(x);";
  QTest::newRow("distribution") << "std::normal_distribution<double> n;";
  QTest::newRow("engine") << "std::mt19937 generator(1);";
  QTest::newRow("rand") << "const int i = rand();";
}
void LawTest::determinismRuleFindsBreaches() {
  QFETCH(QString, text);
  QCOMPARE(law::determinismBreaches("plugins/neurons/x.cpp", law::code(text)).size(), 1);
}
void LawTest::determinismRuleAllows_data() {
  QTest::addColumn<QString>("text");
  QTest::newRow("our exp") << "x = exp(y) + spk::log(z);";
  QTest::newRow("sqrt") << "x = std::sqrt(y) + std::abs(z);";
  QTest::newRow("comment") << "x = 1;  // not std::exp(y)";
  QTest::newRow("text") << "note(\"std::exp(x)\");";
  QTest::newRow("member") << "x = shape.erf(y) + model::tanh(z);";
  QTest::newRow("longer name") << "x = std::explode(y);";
}
void LawTest::determinismRuleAllows() {
  QFETCH(QString, text);
  none(law::determinismBreaches("plugins/neurons/x.cpp", law::code(text)));
}

void LawTest::styleOfEveryFile() {
  QStringList breaches;
  for (const auto& [path, text] : texts_.asKeyValueRange())
    breaches << law::styleBreaches(path, text, codes_.value(path));
  none(breaches);
}
void LawTest::styleRuleFindsBreaches_data() {
  QTest::addColumn<QString>("path");
  QTest::addColumn<QString>("text");
  QTest::newRow("gap in a source") << "engine/base/a.cpp"
                                   << "int x;  // TODO: more\n";
  QTest::newRow("gap in a page") << "resources/docs/a.md"
                                 << "FIXME\n";
  QTest::newRow("no pragma") << "engine/base/a.h"
                             << "#include <vector>\n";
  QTest::newRow("using") << "engine/base/a.h"
                         << "#pragma once\nusing namespace std;\n";
  QTest::newRow("name") << "engine/base/a.h"
                        << "#pragma once\nclass TapeManager;\n";
}
void LawTest::styleRuleFindsBreaches() {
  QFETCH(QString, path);
  QFETCH(QString, text);
  QCOMPARE(law::styleBreaches(path, text, law::code(text)).size(), 1);
}

void LawTest::topHasNothingElse() {
  none(law::topBreaches(QDir(root_).entryList(QDir::AllEntries | QDir::NoDotAndDotDot)));
}
void LawTest::topRuleFindsBreaches() {
  QCOMPARE(law::topBreaches({"engine", "README.md", "build", ".ci"}).size(), 0);
  QCOMPARE(law::topBreaches({"engine", "scripts", "NOTES.md"}).size(), 2);
}

void LawTest::licencesAreNamed() {
  const QString page = texts_["resources/licenses/third_party.md"];
  none(law::licenceBreaches(texts_["app/setup.sh"], page));
  QCOMPARE(law::licenceBreaches("packages=(cmake libnew-dev fonts-inter)", "`fonts-inter`").size(),
           1);
  QCOMPARE(law::licenceBreaches("packages=(fonts-inter)", "`fonts-inter` `libold-dev`").size(), 1);
}

/// CMake compiles each header on its own (target all_verify_interface_header_sets, which the test
/// house.headers builds); here: that none is left out.
void LawTest::headersCompileAlone() {
  QStringList verified;
  QDirIterator sources(build_, {"*.h.cxx"}, QDir::Files, QDirIterator::Subdirectories);
  static const QRegularExpression kName("_verify_interface_header_sets/(.*)\\.cxx$");
  while (sources.hasNext())
    if (const auto match = kName.match(sources.next()); match.hasMatch())
      verified << match.captured(1);
  QStringList left;
  const bool window = QFile::exists(build_ + "/bin/spikarium-window");
  for (const QString& path : codes_.keys()) {
    if (!path.endsWith(".h") || path.startsWith("tests/")) continue;
    if (!window && (path.startsWith("panels/") || path.startsWith("app/"))) continue;
    if (!verified.contains(path)) left << path + ": is in no set of verified headers";
  }
  none(left);
}
/// The same mechanism on a project of two headers, one of which forgets an #include.
void LawTest::headerRuleFindsBreaches() {
  QTemporaryDir folder;
  const auto write = [&](const QString& name, const QByteArray& text) {
    QFile file(folder.filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
  };
  write("good.h", "#pragma once\n#include <vector>\nstd::vector<int> a();\n");
  write("bad.h", "#pragma once\nstd::vector<int> b();\n");
  write("a.cpp", "#include \"good.h\"\n#include \"bad.h\"\n");
  write("CMakeLists.txt",
        "cmake_minimum_required(VERSION 3.25)\nproject(Planted LANGUAGES CXX)\n"
        "foreach(kind good bad)\n"
        "  add_library(${kind} STATIC a.cpp)\n"
        "  target_sources(${kind} PUBLIC FILE_SET HEADERS FILES ${kind}.h)\n"
        "  set_target_properties(${kind} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)\n"
        "endforeach()\n");
  const auto cmake = [&](const QStringList& arguments) {
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(SPK_CMAKE, arguments);
    process.waitForFinished(120'000);
    return std::pair(process.exitCode(), process.readAll());
  };
  const QString made = folder.filePath("build");
  const auto [configured, words] = cmake({"-S", folder.path(), "-B", made, "-G", "Ninja"});
  QVERIFY2(configured == 0, words.constData());
  const auto [good, goodWords] =
      cmake({"--build", made, "--target", "good_verify_interface_header_sets"});
  QVERIFY2(good == 0, goodWords.constData());
  const auto [bad, badWords] =
      cmake({"--build", made, "--target", "bad_verify_interface_header_sets"});
  QVERIFY(bad != 0);
  QVERIFY2(badWords.contains("bad.h"), badWords.constData());
}

namespace {

QByteArray output(const QString& program, const QStringList& arguments) {
  QProcess process;
  process.start(program, arguments);
  process.waitForFinished(60'000);
  return process.readAllStandardOutput();
}
/// The libraries that a program names itself.
QStringList needed(const QString& program) {
  QStringList names;
  static const QRegularExpression kNeeded(R"(\(NEEDED\).*\[(.+)\])");
  for (const QString& line : QString(output("readelf", {"-d", program})).split('\n'))
    if (const auto match = kNeeded.match(line); match.hasMatch()) names << match.captured(1);
  return names;
}
/// All that is loaded with it.
QStringList loaded(const QString& program) {
  QStringList names;
  for (const QString& line : QString(output("ldd", {program})).split('\n'))
    if (const QString name = line.trimmed().section(' ', 0, 0); !name.isEmpty()) names << name;
  return names;
}

}  // namespace

void LawTest::programsLinkOnlyWhatTheyMay() {
  QStringList breaches;
  for (const QString name : {"spikarium", "spikarium-window"}) {
    const QString program = build_ + "/bin/" + name;
    const bool window = name == "spikarium-window";
    if (window && !QFile::exists(program)) continue;  // built without a window
    const QStringList names = needed(program);
    QVERIFY2(!names.isEmpty(), qPrintable("readelf said nothing of " + program));
    breaches << law::linkBreaches(name, names, window)
             << law::closureBreaches(name, loaded(program), window);
  }
  none(breaches);
}
void LawTest::linkRuleFindsBreaches() {
  const QStringList fine = {"libc.so.6", "libstdc++.so.6", "libm.so.6", "libhdf5_serial.so.103"};
  const QStringList window = {"libQt6Widgets.so.6", "libvtkCommonCore-9.1.so.1", "libGL.so.1"};
  none(law::linkBreaches("p", fine, false));
  none(law::linkBreaches("p", fine + window, true));
  QCOMPARE(law::linkBreaches("p", window, false).size(), 3);
  for (const QString gpl :
       {"libfftw3.so.3", "libgsl.so.27", "libreadline.so.8", "libqcustomplot.so.2.1"}) {
    QCOMPARE(law::linkBreaches("p", {gpl}, true).size(), 1);
    QCOMPARE(law::closureBreaches("p", {gpl}, true).size(), 1);
  }
  none(law::closureBreaches("p", fine + window, true));
  QCOMPARE(
      law::closureBreaches("p", {"libQt6Core.so.6", "libGL.so.1", "libvtkIOCore-9.1.so.1"}, false)
          .size(),
      3);
  // And on a program that does show Qt: this test.
  QVERIFY(!law::closureBreaches("test", loaded(QCoreApplication::applicationFilePath()), false)
               .isEmpty());
}

void LawTest::scriptsAreWellFormed() {
  for (const QString name :
       {"app/run", "app/setup.sh", "tests/run", "tests/references/run", ".ci/run"}) {
    QProcess bash;
    bash.start("bash", {"-n", root_ + "/" + name});
    QVERIFY(bash.waitForFinished(10'000));
    QVERIFY2(bash.exitCode() == 0, bash.readAllStandardError().constData());
    if (!name.endsWith(".sh")) QVERIFY(QFileInfo(root_ + "/" + name).isExecutable());
  }
}

/// build/house.dot: the rooms and how many includes lead from one to the other, as they are.
void LawTest::drawsTheHouse() {
  static const QRegularExpression kRoom(
      R"(^((engine|panels|plugins)/[^/]+|app|tests|resources|datasets)(/|$))");
  QMap<QString, QMap<QString, int>> arrows;
  for (const auto& [path, code] : codes_.asKeyValueRange()) {
    const QString from = kRoom.match(path).captured(1);
    if (from == "tests") continue;
    for (const law::Include& include : law::includes(code))
      if (const QString to = kRoom.match(include.name).captured(1);
          include.quoted && !to.isEmpty() && to != from)
        ++arrows[from][to];
  }
  QVERIFY(arrows["engine/graph"]["engine/base"] > 0);
  QByteArray dot = "digraph house {\n  rankdir = RL\n  node [shape = box, fontname = Inter]\n";
  for (const auto& [from, ends] : arrows.asKeyValueRange())
    for (const auto& [to, count] : ends.asKeyValueRange())
      dot += "  \"" + from.toUtf8() + "\" -> \"" + to.toUtf8() +
             "\" [label = " + QByteArray::number(count) + "]\n";
  dot += "}\n";
  QFile file(build_ + "/house.dot");
  QVERIFY(file.open(QIODevice::WriteOnly));
  QCOMPARE(file.write(dot), dot.size());
}

QTEST_GUILESS_MAIN(LawTest)
#include "law_test.moc"
