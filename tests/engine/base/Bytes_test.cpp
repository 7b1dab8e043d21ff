#include "engine/base/Bytes.h"

#include <QTest>
#include <array>
#include <limits>

using namespace spk;

class BytesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void comesBackInOrder() {
    Bytes bytes;
    bytes.put<std::int32_t>(-7);
    bytes.putText("Ω");
    bytes.putAll(std::span<const double>(std::array{1.5, -2.5}));
    bytes.putAll(std::span<const float>());
    bytes.rewind();
    QCOMPARE(bytes.take<std::int32_t>().value(), -7);
    QCOMPARE(bytes.takeText().value(), std::string("Ω"));
    QCOMPARE(bytes.takeVector<double>().value(), (std::vector{1.5, -2.5}));
    QVERIFY(bytes.takeAll(std::span<float>()));
    QVERIFY(!bytes.take<char>());
  }

  void damageIsAnError() {
    Bytes bytes;
    bytes.put<std::uint64_t>(std::numeric_limits<std::uint64_t>::max());
    QVERIFY(!bytes.takeVector<double>());
    bytes.rewind();
    std::array<double, 2> two;
    QVERIFY(bytes.takeAll(std::span<double>(two)).error().text().find("2 expected") !=
            std::string::npos);
    Bytes cut(std::vector<std::byte>(7));
    QVERIFY(!cut.take<std::uint64_t>());
  }
};

QTEST_APPLESS_MAIN(BytesTest)
#include "Bytes_test.moc"
