#include "panels/criticality/ActivityFeed.h"

#include <QtTest>

using namespace spk;
using namespace spk::panels::criticality;

/// Spikes of tapes into bins: each once, in its bin, whatever the portions.
class ActivityFeedTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void countsEachSpikeOnce();
  void portionsDoNotMatter();
  void observedShareIsOfNeurons();
  void rewindBeginsAnew();
  void waitsForTheSlowestTape();
  void workIsBounded();

 private:
  /// Neuron i of 1000 fires in bin b of 1 ms if it is among the process's first A_b in turn.
  static std::vector<Spike> spikes(std::span<const std::uint32_t> counts) {
    std::vector<Spike> all;
    std::uint32_t turn = 0;
    for (std::size_t b = 0; b < counts.size(); ++b)
      for (std::uint32_t k = 0; k < counts[b]; ++k)
        all.push_back({static_cast<Time>(b) * kMillisecond + 500'000, turn++ * 7919 % 1000});
    return all;
  }
  static void fill(Tape& tape, std::span<const Spike> all, Time to) {
    tape.append(all);
    tape.advance(to);
  }
  static Measurement perMillisecond() {
    Measurement what;
    what.bin = kMillisecond;
    what.lags = 50;
    what.wires = {Id{7}};
    return what;
  }
  static constexpr std::uint64_t kAll = ~std::uint64_t{0};
};

void ActivityFeedTest::countsEachSpikeOnce() {
  const auto counts = branchingProcess(0.9, 100, 20'000, 4);
  const auto all = spikes(counts);
  Tape tape;
  fill(tape, all, 20 * kSecond);
  const Tape* tapes[] = {&tape};
  ActivityFeed feed(perMillisecond());
  QVERIFY(feed.advance(tapes, kAll));
  QVERIFY(!feed.advance(tapes, kAll));
  BranchingStream same(kMillisecond, 60 * kSecond, 50);
  for (const std::uint32_t n : counts) same.push(n);
  QCOMPARE(feed.stream().spikes(), same.spikes());
  QCOMPARE(feed.stream().duration(), same.duration());
  QCOMPARE(feed.stream().fit(BranchingForm::Exponential, 0, 1).value().m(),
           same.fit(BranchingForm::Exponential, 0, 1).value().m());
}

void ActivityFeedTest::portionsDoNotMatter() {
  const auto all = spikes(branchingProcess(0.9, 100, 10'000, 5));
  Tape whole, grown;
  fill(whole, all, 10 * kSecond);
  const Tape *atOnce[] = {&whole}, *bit[] = {&grown};
  ActivityFeed a(perMillisecond()), b(perMillisecond());
  a.advance(atOnce, kAll);
  grown.advance(1);  // time has begun before the first spike
  b.advance(bit, kAll);
  std::size_t from = 0;
  for (Time to = 33'333'333; to < 10 * kSecond; to += 33'333'333) {
    std::size_t n = from;
    while (n < all.size() && all[n].t < to) ++n;
    fill(grown, std::span(all).subspan(from, n - from), to);
    from = n;
    b.advance(bit, kAll);
  }
  fill(grown, std::span(all).subspan(from), 10 * kSecond);
  b.advance(bit, kAll);
  QCOMPARE(b.stream().spikes(), a.stream().spikes());
  QCOMPARE(*b.stream().naive(), *a.stream().naive());
}

void ActivityFeedTest::observedShareIsOfNeurons() {
  const auto all = spikes(branchingProcess(0.9, 100, 10'000, 6));
  Tape tape;
  fill(tape, all, 10 * kSecond);
  const Tape* tapes[] = {&tape};
  Measurement tenth = perMillisecond();
  tenth.observed = 0.1;
  ActivityFeed feed(tenth), full(perMillisecond());
  feed.advance(tapes, kAll), full.advance(tapes, kAll);
  const double share = double(feed.stream().spikes()) / double(full.stream().spikes());
  QVERIFY2(share > 0.07 && share < 0.13, qPrintable(QString::number(share)));  // 100 ± 9.5 neurons
}

void ActivityFeedTest::rewindBeginsAnew() {
  const auto all = spikes(branchingProcess(0.9, 100, 10'000, 7));
  Tape tape;
  fill(tape, all, 10 * kSecond);
  const Tape* tapes[] = {&tape};
  ActivityFeed feed(perMillisecond());
  feed.advance(tapes, kAll);
  tape.cut(4 * kSecond);
  QVERIFY(feed.advance(tapes, kAll));
  QVERIFY(feed.stream().duration() <= 4 * kSecond);
  QVERIFY(feed.stream().duration() > 3 * kSecond);
  std::vector<Spike> rest;
  for (const Spike& spike : all)
    if (spike.t >= 4 * kSecond) rest.push_back(spike);
  fill(tape, rest, 10 * kSecond);
  feed.advance(tapes, kAll);
  ActivityFeed straight(perMillisecond());
  straight.advance(tapes, kAll);
  QCOMPARE(*feed.stream().naive(), *straight.stream().naive());
}

void ActivityFeedTest::waitsForTheSlowestTape() {
  Tape fast, slow;
  const auto all = spikes(branchingProcess(0.9, 100, 2000, 8));
  fill(fast, all, 2 * kSecond);
  slow.advance(kSecond);
  const Tape* tapes[] = {&fast, &slow, nullptr};
  ActivityFeed feed(perMillisecond());
  feed.advance(tapes, kAll);
  QCOMPARE(feed.stream().duration(), kSecond - 50 * kMillisecond);  // less the largest lag
  slow.advance(2 * kSecond);
  feed.advance(tapes, kAll);
  QCOMPARE(feed.stream().duration(), 2 * kSecond - 50 * kMillisecond);
}

void ActivityFeedTest::workIsBounded() {
  const auto all = spikes(branchingProcess(0.9, 100, 20'000, 9));  // 100,000 spikes a second
  Tape tape;
  fill(tape, all, 20 * kSecond);
  const Tape* tapes[] = {&tape};
  ActivityFeed feed(perMillisecond());
  QVERIFY(feed.advance(tapes, 100'000));
  QVERIFY(feed.stream().duration() < 3 * kSecond);
  int calls = 1;
  while (feed.advance(tapes, 100'000)) ++calls;
  QVERIFY(calls > 5);
  QCOMPARE(feed.stream().duration(), 20 * kSecond - 50 * kMillisecond);
}

QTEST_APPLESS_MAIN(ActivityFeedTest)
#include "ActivityFeed_test.moc"
