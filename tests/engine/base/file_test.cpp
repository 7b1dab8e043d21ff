#include "engine/base/file.h"

#include <sys/stat.h>

#include <QTemporaryDir>
#include <QTest>
#include <optional>
#include <set>

using namespace spk;
namespace fs = std::filesystem;

class FileTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { QVERIFY(folder_.emplace().isValid()); }

  void writesAndReads() {
    const std::string bytes("a\0b\n\xff", 5);
    QVERIFY(writeFileSafely(at("deep/er/x.bin"), bytes));
    QCOMPARE(readFile(at("deep/er/x.bin")).value(), bytes);
    QVERIFY(writeFileSafely(at("deep/er/x.bin"), ""));
    QCOMPARE(readFile(at("deep/er/x.bin")).value(), std::string());
    QCOMPARE(names("deep/er"), std::set<std::string>{"x.bin"});  // no temp file stays
  }

  void keepsTheOldOne() {
    QVERIFY(writeFileSafely(at("x"), "first", KeepOld::AsBak));
    QVERIFY(!fs::exists(at("x.bak")));
    QVERIFY(writeFileSafely(at("x"), "second", KeepOld::AsBak));
    QVERIFY(writeFileSafely(at("x"), "third", KeepOld::AsBak));
    QCOMPARE(readFile(at("x")).value(), std::string("third"));
    QCOMPARE(readFile(at("x.bak")).value(), std::string("second"));
    QCOMPARE(names(""), (std::set<std::string>{"x", "x.bak"}));
  }

  void failuresLeaveTheOldOne() {
    QVERIFY(writeFileSafely(at("x"), "first"));
    QVERIFY(fs::create_directory(at("folder")));
    QVERIFY(!writeFileSafely(at("folder"), "text"));   // a folder is in its place
    QVERIFY(!writeFileSafely(at("x/below"), "text"));  // a file is where a folder is needed
    QVERIFY(!writeFileSafely("/proc/nowhere/x", "text"));
    QCOMPARE(readFile(at("x")).value(), std::string("first"));
    QCOMPARE(names(""), (std::set<std::string>{"folder", "x"}));
  }

  void readingTellsWhatIsWrong() {
    QVERIFY(readFile(at("none")).error().text().find("none: cannot be opened") !=
            std::string::npos);
    QVERIFY(readFile(at("")).error().text().find("is a folder") != std::string::npos);
    QVERIFY(!readFile("/proc/self/status").value().empty());  // has no size
  }

  void tempNamesDiffer() { QVERIFY(tempBeside("/a/b") != tempBeside("/a/b")); }

 private:
  fs::path at(const char* name) const { return fs::path(folder_->path().toStdString()) / name; }
  std::set<std::string> names(const char* sub) const {
    std::set<std::string> all;
    for (const auto& entry : fs::directory_iterator(at(sub))) all.insert(entry.path().filename());
    return all;
  }
  std::optional<QTemporaryDir> folder_;
};

QTEST_APPLESS_MAIN(FileTest)
#include "file_test.moc"
