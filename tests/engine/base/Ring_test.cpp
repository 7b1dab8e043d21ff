#include "engine/base/Ring.h"

#include <QTest>
#include <array>
#include <thread>

using namespace spk;

class RingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void keepsOrderAndCountsDrops() {
    Ring<int> ring(3);
    QCOMPARE(ring.capacity(), std::size_t{4});
    const std::array<int, 6> items = {1, 2, 3, 4, 5, 6};
    QCOMPARE(ring.push(items), std::size_t{4});
    QCOMPARE(ring.dropped(), std::uint64_t{2});
    std::array<int, 3> out = {};
    QCOMPARE(ring.pop(out), std::size_t{3});
    QCOMPARE(out, (std::array<int, 3>{1, 2, 3}));
    QCOMPARE(ring.push(std::span(items).first(2)), std::size_t{2});
    QCOMPARE(ring.pop(out), std::size_t{3});
    QCOMPARE(out, (std::array<int, 3>{4, 1, 2}));
    QCOMPARE(ring.pop(out), std::size_t{0});
  }

  /// What is not dropped arrives whole and in order on the other thread.
  void betweenThreads() {
    Ring<std::uint64_t> ring(64);
    constexpr std::uint64_t kItems = 200000;
    std::jthread writer([&] {
      std::array<std::uint64_t, 7> batch;
      for (std::uint64_t next = 0; next < kItems;) {
        const std::size_t n = std::min<std::uint64_t>(batch.size(), kItems - next);
        for (std::size_t i = 0; i < n; ++i) batch[i] = next + i;
        for (std::size_t done = 0; done < n;) {
          if (ring.capacity() == 0) return;
          const std::size_t taken = ring.push(std::span(batch).first(n).subspan(done));
          if (taken == 0) std::this_thread::yield();
          done += taken;
        }
        next += n;
      }
    });
    std::array<std::uint64_t, 16> out;
    for (std::uint64_t expected = 0; expected < kItems;) {
      const std::size_t n = ring.pop(out);
      if (n == 0) std::this_thread::yield();
      for (std::size_t i = 0; i < n; ++i) QCOMPARE(out[i], expected++);
    }
  }
};

QTEST_APPLESS_MAIN(RingTest)
#include "Ring_test.moc"
