#include "engine/sim/Crew.h"

#include <QtTest>
#include <vector>

using namespace spk;

namespace {
struct Work {
  Crew* crew;
  std::vector<int> first, second;
  std::atomic<int> sum = 0;
  bool ordered = true;
};
}  // namespace

class CrewTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyThreadWorksEachTime() {
    for (const std::uint32_t threads : {1u, 2u, 5u}) {
      Crew crew(threads);
      Work work{&crew, std::vector<int>(threads), std::vector<int>(threads)};
      for (int round = 1; round <= 300; ++round) {
        crew.run(
            [](void* what, std::uint32_t thread) noexcept {
              Work& w = *static_cast<Work*>(what);
              ++w.first[thread];
              w.crew->meet();
              // all have done their first half
              for (const int n : w.first) w.ordered = w.ordered && n == w.first[thread];
              ++w.second[thread];
              w.crew->meet();
              w.sum += w.second[thread];
            },
            &work);
        QCOMPARE(work.second, std::vector<int>(threads, round));
      }
      QVERIFY(work.ordered);
      QCOMPARE(work.sum.load(), static_cast<int>(threads) * 300 * 301 / 2);
    }
  }
};

QTEST_APPLESS_MAIN(CrewTest)
#include "Crew_test.moc"
