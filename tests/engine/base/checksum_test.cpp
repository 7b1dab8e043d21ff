#include "engine/base/checksum.h"

#include <QTest>
#include <set>
#include <vector>

using namespace spk;

class ChecksumTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// Landon Curt Noll's published test values.
  void fnvKnownAnswers() {
    QCOMPARE(fnv1a(""), 0xcbf29ce484222325ull);
    QCOMPARE(fnv1a("a"), 0xaf63dc4c8601ec8cull);
    QCOMPARE(fnv1a("foobar"), 0x85944171f73967e8ull);
    QCOMPARE(fnv1a("bar", fnv1a("foo")), fnv1a("foobar"));
    QCOMPARE(hexText(0xcbf29ce484222325ull), std::string("cbf29ce484222325"));
    QCOMPARE(hexText(1), std::string("0000000000000001"));
  }

  /// Every single bit, length and order counts.
  void contentNamesDiffer() {
    std::set<std::string> names;
    std::size_t made = 0;
    for (std::size_t size = 0; size < 40; ++size) {
      std::vector<std::byte> bytes(size);
      names.insert(contentName(bytes)), ++made;
      for (std::size_t bit = 0; bit < 8 * size; ++bit) {
        bytes[bit / 8] ^= std::byte{1} << (bit % 8);
        names.insert(contentName(bytes)), ++made;
        bytes[bit / 8] ^= std::byte{1} << (bit % 8);
      }
    }
    QCOMPARE(names.size(), made);
  }
};

QTEST_APPLESS_MAIN(ChecksumTest)
#include "checksum_test.moc"
