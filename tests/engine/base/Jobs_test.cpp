#include "engine/base/Jobs.h"

#include <QTest>
#include <chrono>
#include <latch>
#include <stdexcept>

using namespace spk;
using namespace std::chrono_literals;

class JobsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void valuesAndExceptionsArrive() {
    Jobs jobs(2);
    auto sum = jobs.start("sum", [](JobControl&) { return 1 + 2; });
    auto nothing = jobs.start("nothing", [](JobControl&) {});
    auto failing =
        jobs.start("failing", [](JobControl&) -> int { throw std::runtime_error("no"); });
    QCOMPARE(sum.get(), 3);
    nothing.get();
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, failing.get());
  }

  void listTellsOldestFirst() {
    Jobs jobs(1);
    std::latch begun(1), end(1);
    auto first = jobs.start("first", [&](JobControl& control) {
      control.progress(0.25), begun.count_down(), end.wait();
    });
    auto second = jobs.start("second", [](JobControl&) {});
    begun.wait();
    const auto list = jobs.list();
    QCOMPARE(list.size(), std::size_t{2});
    QCOMPARE(list[0].title, std::string("first"));
    QCOMPARE(list[0].control->progress(), 0.25);
    QCOMPARE(list[1].title, std::string("second"));
    end.count_down();
    first.get();
    second.get();
    QTRY_VERIFY(jobs.list().empty());
  }

  void stopReachesTheWork() {
    Jobs jobs(1);
    std::latch begun(1);
    auto endless = jobs.start("endless", [&](JobControl& control) {
      begun.count_down();
      while (!control.stopped()) std::this_thread::yield();
      return 7;
    });
    begun.wait();
    jobs.list().at(0).control->stop();
    QCOMPARE(endless.get(), 7);
  }

  /// One job thread, and it is busy: what is quick is done meanwhile, in order, and nothing else.
  void quickOnesDoNotWaitForLongOnes() {
    Jobs jobs(1);
    std::latch begun(1), end(1);
    auto build = jobs.start("build", [&](JobControl&) { begun.count_down(), end.wait(); });
    begun.wait();
    std::atomic<bool> ran = false;
    auto second = jobs.start("another build", [&](JobControl&) { ran = true; });
    std::vector<int> order;
    auto save = jobs.start(
        "save", [&](JobControl&) { order.push_back(1); }, Jobs::Lane::Quick);
    auto check = jobs.start(
        "check", [&](JobControl&) { order.push_back(2); }, Jobs::Lane::Quick);
    save.get();
    check.get();
    QCOMPARE(order, (std::vector<int>{1, 2}));
    QVERIFY(!ran);
    end.count_down();
    build.get();
    second.get();
    QVERIFY(ran);
  }

  void destructionStopsAndDropsTheWaiting() {
    std::future<void> running, waiting;
    {
      Jobs jobs(1);
      std::latch begun(1);
      running = jobs.start("running", [&](JobControl& control) {
        begun.count_down();
        while (!control.stopped()) std::this_thread::yield();
      });
      begun.wait();
      waiting = jobs.start("waiting", [](JobControl&) {});
    }
    running.get();
    QVERIFY_THROWS_EXCEPTION(std::future_error, waiting.get());
  }

  void manyAtOnce() {
    Jobs jobs(4);
    std::vector<std::future<int>> all;
    for (int i = 0; i < 2000; ++i) all.push_back(jobs.start("n", [i](JobControl&) { return i; }));
    for (int i = 0; i < 2000; ++i) QCOMPARE(all[i].get(), i);
  }
};

QTEST_APPLESS_MAIN(JobsTest)
#include "Jobs_test.moc"
