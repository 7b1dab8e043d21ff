#include "engine/base/resources.h"

#include <QTest>

using namespace spk;

class ResourcesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void besideTheProgramOrWhereSaid() {
    QVERIFY(std::filesystem::exists(resourceFolder() / "docs" / "words.md"));
    QCOMPARE(datasetFolder().parent_path(), resourceFolder().parent_path());
    qputenv("SPK_HOME", "/some/where");
    QCOMPARE(resourceFolder(), std::filesystem::path("/some/where/resources"));
    QCOMPARE(datasetFolder(), std::filesystem::path("/some/where/datasets"));
    qunsetenv("SPK_HOME");
  }
};

QTEST_APPLESS_MAIN(ResourcesTest)
#include "resources_test.moc"
