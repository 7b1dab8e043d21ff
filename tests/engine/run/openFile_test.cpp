#include "engine/run/openFile.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest/QTest>

#include "engine/base/H5.h"

using namespace spk;

namespace {

Result<Opened> openNothing(const std::filesystem::path&, const Values&) {
  return Opened(Edit{"opened"});
}

/// Says `sure` for files that begin with a word.
template <char first, int sure>
int byFirstLetter(const FileProbe& probe) {
  return !probe.head.empty() && std::to_integer<char>(probe.head[0]) == first ? sure : 0;
}
int byName(const FileProbe& probe) {
  const auto names = probe.h5Names();
  return std::ranges::find(names, "/events/t") != names.end() ? 90 : 0;
}
int bySibling(const FileProbe& probe) {
  const auto names = probe.siblings();
  return std::ranges::find(names, "spike_times.npy") != names.end() ? 80 : 0;
}
int folders(const FileProbe& probe) { return probe.isFolder ? 70 : 0; }

FileFormat format(const char* id, int (*sniff)(const FileProbe&)) {
  return {.id = id,
          .title = std::string("Format ") + id,
          .endings = ".x",
          .sniff = sniff,
          .open = openNothing};
}

}  // namespace

class OpenFileTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  Registry registry_;

  std::filesystem::path put(const char* name, const QByteArray& content) const {
    QFile file(folder_.filePath(name));
    if (file.open(QIODevice::WriteOnly)) file.write(content);
    return folder_.filePath(name).toStdString();
  }
  std::string formatOf(const std::filesystem::path& path) const {
    const auto found = sniffFile(path, registry_);
    return found ? found.value()->id : found.error().text();
  }

 private Q_SLOTS:
  void initTestCase() {
    registry_.add(format("weak", byFirstLetter<'a', 20>));
    registry_.add(format("sure", byFirstLetter<'a', 90>));
    registry_.add(format("other", byFirstLetter<'b', 50>));
    registry_.add(format("h5", byName));
    registry_.add(format("phy", bySibling));
    registry_.add(format("folder", folders));
  }

  void theSurestFormatOpens() {
    const auto path = put("file.x", "abc");
    QCOMPARE(formatOf(path), std::string("sure"));
    const auto opened = openFile(path, {}, registry_);
    QVERIFY(opened);
    QCOMPARE(opened.value().format->id, std::string("sure"));
    QCOMPARE(std::get<Edit>(opened.value().content).title, std::string("opened"));
  }

  void contentSaysMoreThanTheEnding() {
    QCOMPARE(formatOf(put("file.a", "bcd")), std::string("other"));
  }

  void namesInsideHdf5AreSeen() {
    const auto path = folder_.filePath("data.h5").toStdString();
    auto file = H5::create(path);
    QVERIFY(file);
    QVERIFY(file.value().write("/events/t", std::vector<std::int64_t>{1, 2}));
    QVERIFY(file.value().close());
    QCOMPARE(formatOf(path), std::string("h5"));
  }

  void siblingsAndFoldersAreSeen() {
    QVERIFY(QDir(folder_.path()).mkpath("phy"));
    put("phy/spike_times.npy", "x");
    QCOMPARE(formatOf(put("phy/params.py", "q")), std::string("phy"));
    QCOMPARE(formatOf(folder_.filePath("phy").toStdString()), std::string("folder"));
  }

  void anUnknownFileSaysHowItBegins() {
    const std::string said = formatOf(put("odd", QByteArray("zz\x01\xff", 4)));
    for (const char* word : {"odd", "7a 7a 01 ff", "zz..", "Format sure", "Format other"})
      QVERIFY2(said.find(word) != std::string::npos, said.c_str());
    QVERIFY(formatOf(put("empty", {})).find("empty") != std::string::npos);
  }

  void aMissingFileIsNamed() {
    const std::string said = formatOf("/nowhere/at/all");
    QVERIFY(said.find("/nowhere/at/all") != std::string::npos);
    QVERIFY(said.find("no such file") != std::string::npos);
  }
};

QTEST_APPLESS_MAIN(OpenFileTest)
#include "openFile_test.moc"
