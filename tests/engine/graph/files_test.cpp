#include "engine/graph/files.h"

#include <QTemporaryDir>
#include <QTest>

#include "engine/base/file.h"
#include "engine/base/resources.h"

using namespace spk;

class FilesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void whereAFileIs() {
    QTemporaryDir folder;
    const std::filesystem::path here = folder.path().toStdString();
    QCOMPARE(resolvedFile("/a/b", here), std::filesystem::path("/a/b"));
    QCOMPARE(resolvedFile("b.csv", here), here / "b.csv");
    QCOMPARE(resolvedFile("datasets/x.raw", here), datasetFolder() / "x.raw");
    QCOMPARE(resolvedFile("resources/docs/words.md", here), resourceFolder() / "docs/words.md");
    QVERIFY(writeFileSafely(here / "datasets" / "x.raw", "own"));
    QCOMPARE(resolvedFile("datasets/x.raw", here), here / "datasets/x.raw");
    QVERIFY(resolvedFile("", here).empty());
  }
};

QTEST_APPLESS_MAIN(FilesTest)
#include "files_test.moc"
