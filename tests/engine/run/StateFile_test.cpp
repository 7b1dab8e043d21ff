#include "engine/run/StateFile.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest/QTest>

#include "engine/graph/builtins.h"
#include "tests/kit/FakeSimulation.h"

using namespace spk;

namespace {

std::shared_ptr<const Bytes> page(std::string_view text) {
  auto bytes = std::make_shared<Bytes>();
  bytes->putText(text);
  return bytes;
}

StateFile sample() {
  return {42, {1234, {{Id{2}, {page("one"), page("two")}}, {Id{9}, {}}, {Id{10}, {page("")}}}}};
}

}  // namespace

class StateFileTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  QString name() const { return folder_.filePath("a.state"); }
  std::filesystem::path path() const { return name().toStdString(); }

  QByteArray bytes() const {
    QFile file(name());
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }
  void put(const QByteArray& content) const {
    QFile file(name());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
  }

 private Q_SLOTS:
  void givesBackWhatWasSaved() {
    QVERIFY(saveState(sample(), path()));
    QVERIFY(isStateFile(path()));
    const auto state = loadState(path());
    QVERIFY2(state, state ? "" : state.error().text().c_str());
    QCOMPARE(state.value().network, std::uint64_t{42});
    QCOMPARE(state.value().checkpoint.t, Time{1234});
    const auto& pages = state.value().checkpoint.state;
    QCOMPARE(pages.size(), std::size_t{3});
    QCOMPARE(*pages.at(Id{2})[1], *page("two"));
    QVERIFY(pages.at(Id{9}).empty());
  }

  void equalStatesAreEqualBytes() {
    QVERIFY(saveState(sample(), path()));
    const QByteArray first = bytes();
    QVERIFY(saveState(sample(), path()));
    QCOMPARE(bytes(), first);
  }

  void everyCutAndEveryFlippedBitIsFound() {
    QVERIFY(saveState(sample(), path()));
    const QByteArray whole = bytes();
    for (qsizetype size = 0; size < whole.size(); ++size) {
      put(whole.left(size));
      QVERIFY2(!loadState(path()), qPrintable(QString("cut at %1").arg(size)));
    }
    for (qsizetype i = 0; i < whole.size(); ++i) {
      QByteArray damaged = whole;
      damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
      put(damaged);
      const auto state = loadState(path());
      QVERIFY2(!state, qPrintable(QString("bit flipped at %1").arg(i)));
      QVERIFY(state.error().where.find("a.state") != std::string::npos);
    }
  }

  void anotherFileIsNoState() {
    put("% evt 3.0\n");
    QVERIFY(!isStateFile(path()));
    const auto state = loadState(path());
    QVERIFY(!state);
    QVERIFY(state.error().what.find("no state file") != std::string::npos);
  }

  void theSumFollowsWhatDecidesARun() {
    Registry registry;
    addBuiltIns(registry);
    registry.add(kit::fakePopulation());
    Project project = emptyProject();
    project.items[Id{2}] = {Id{2}, "fake.population", {}, {}, {}, {{"rate", 0.1}}};
    const std::uint64_t sum = networkSum(project, registry);
    Project looks = project;
    looks.items[Id{2}].values["x"] = 100.0;
    looks.items[Id{2}].values["name"] = std::string("E");
    looks.items[Id{3}] = {Id{3}, "layout.note", {}, {}, {}, {}};
    looks.items[Id::settings].values["duration"] = 99.0;
    QCOMPARE(networkSum(looks, registry), sum);
    Project other = project;
    other.items[Id{2}].values["rate"] = 0.2;
    QVERIFY(networkSum(other, registry) != sum);
    other = project;
    other.items[Id::settings].values["seed"] = std::int64_t{2};
    QVERIFY(networkSum(other, registry) != sum);
    other = project;
    other.items[Id{4}] = {Id{4}, "fake.population", {}, {}, {}, {}};
    QVERIFY(networkSum(other, registry) != sum);
  }
};

QTEST_APPLESS_MAIN(StateFileTest)
#include "StateFile_test.moc"
