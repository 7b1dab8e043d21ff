#include "engine/data/Tape.h"

#include <QTest>
#include <vector>

#include "engine/base/Rng.h"

using namespace spk;

namespace {

template <class T>
std::vector<T> all(const Tape& tape, Time from, Time to) {
  std::vector<T> items;
  tape.visit<T>(from, to, [&](std::span<const T> chunk) {
    items.insert(items.end(), chunk.begin(), chunk.end());
  });
  return items;
}
std::vector<Spike> spikes(std::initializer_list<Time> times) {
  std::vector<Spike> made;
  for (const Time t : times) made.push_back({t, static_cast<std::uint32_t>(made.size())});
  return made;
}
void append(Tape& tape, const std::vector<Spike>& items) {
  tape.append(std::span<const Spike>(items));
}
std::vector<Time> times(const Tape& tape, Time from = 0, Time to = INT64_MAX) {
  std::vector<Time> found;
  for (const Spike& spike : all<Spike>(tape, from, to)) found.push_back(spike.t);
  return found;
}

}  // namespace

class TapeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void keepsOrderAndRange() {
    Tape tape;
    QCOMPARE(tape.begin(), tape.end());
    append(tape, spikes({1, 2, 2, 5}));
    append(tape, spikes({5, 9}));
    QCOMPARE(tape.begin(), Time{1});
    QCOMPARE(tape.end(), Time{9});
    QCOMPARE(times(tape), (std::vector<Time>{1, 2, 2, 5, 5, 9}));
    QCOMPARE(times(tape, 2, 5), (std::vector<Time>{2, 2}));
    QCOMPARE(times(tape, 10, 20), std::vector<Time>());
    QCOMPARE(times(tape, 5, 5), std::vector<Time>());
    QVERIFY(all<Event>(tape, 0, 100).empty());
  }

  void picturesCountWithTheirPixels() {
    constexpr std::size_t kPixels = 10'000;
    Tape tape(60 * kSecond, 100 * kPixels);
    for (int i = 0; i < 400; ++i) {
      const Frame made{i * kMillisecond, 100, 100,
                       std::vector<std::uint8_t>(kPixels, std::uint8_t(i))};
      tape.append(std::span(&made, 1));
    }
    const auto held = all<Frame>(tape, 0, kSecond);
    // Whole chunks of 16 go; a frame is a little more than its pixels.
    QVERIFY2(held.size() > 80 && held.size() <= 116, qPrintable(QString::number(held.size())));
    QCOMPARE(held.back().t, 399 * kMillisecond);
    QCOMPARE(held.front().grey[5], std::uint8_t(400 - held.size()));
    tape.cut(390 * kMillisecond);  // what begins at the cut belongs to the run after it
    QCOMPARE(all<Frame>(tape, 0, kSecond).back().t, 389 * kMillisecond);
  }

  void versionsTellOfChange() {
    Tape tape;
    const auto before = tape.version();
    append(tape, {});
    QCOMPARE(tape.version(), before);
    append(tape, spikes({1}));
    QVERIFY(tape.version() > before);
    const auto after = tape.version();
    tape.advance(1);
    QCOMPARE(tape.version(), after);
    tape.advance(2);
    QCOMPARE(tape.end(), Time{2});
    QVERIFY(tape.version() > after);
    QCOMPARE(tape.cuts(), std::uint64_t{0});
  }

  void rewindDropsWhatComesLater() {
    Tape tape;
    append(tape, spikes({1, 2, 3, 4}));
    append(tape, spikes({3, 6}));  // back to 3
    QCOMPARE(times(tape), (std::vector<Time>{1, 2, 3, 6}));
    QCOMPARE(tape.cuts(), std::uint64_t{1});
    append(tape, spikes({7, 8, 2, 3}));  // a rewind inside one batch
    QCOMPARE(times(tape), (std::vector<Time>{1, 2, 3}));
    QCOMPARE(tape.end(), Time{3});
    QCOMPARE(tape.cuts(), std::uint64_t{2});
    tape.cut(2);  // the spike at 2 was made in the step that ended there
    QCOMPARE(times(tape), (std::vector<Time>{1, 2}));
    QCOMPARE(tape.end(), Time{2});
    tape.cut(50);
    QCOMPARE(tape.end(), Time{2});
    tape.clear();
    QCOMPARE(tape.end(), Time{0});
    QVERIFY(times(tape).empty());
  }

  void whatBeginsAtTheCutGoes() {
    Tape tape;
    const std::vector<Event> events{{1}, {2}, {3}};
    tape.append(std::span<const Event>(events));
    tape.cut(2);
    QCOMPARE(all<Event>(tape, 0, 9), (std::vector<Event>{{1}}));
  }

  void theRunThatWasLeftIsKept() {
    Tape tape;
    QVERIFY(!tape.left());
    append(tape, spikes({1, 2, 3, 4, 5, 6}));
    tape.advance(8);
    tape.cut(3);
    QVERIFY(tape.left());
    QCOMPARE(times(*tape.left()), (std::vector<Time>{4, 5, 6}));
    QCOMPARE(tape.left()->end(), Time{8});
    // Further back: the same run, more of it.
    tape.cut(1);
    QCOMPARE(times(*tape.left()), (std::vector<Time>{2, 3, 4, 5, 6}));
    // The same spikes again, and back once more: still the same run.
    append(tape, {{2, 1}, {3, 2}});
    const std::uint64_t before = tape.left()->cuts();
    tape.cut(2);
    QCOMPARE(times(*tape.left()), (std::vector<Time>{2, 3, 4, 5, 6}));
    QVERIFY(tape.left()->cuts() > before);
    // Another way from 2 on: what is left then is that.
    append(tape, {{3, 2}, {4, 9}});
    tape.cut(2);
    QCOMPARE(times(*tape.left()), (std::vector<Time>{3, 4}));
    QCOMPARE(all<Spike>(*tape.left(), 4, 5).front().neuron, 9u);
    QCOMPARE(times(tape), (std::vector<Time>{1, 2}));
    tape.clear();
    QVERIFY(!tape.left());
  }

  void theRunThatWasLeftIsForgottenInTime() {
    Tape tape(16 * kSecond);
    append(tape, spikes({kSecond, 2 * kSecond}));
    tape.cut(kSecond);
    QVERIFY(tape.left());
    for (Time t = 2 * kSecond; t < 40 * kSecond; t += kSecond) append(tape, spikes({t}));
    QVERIFY(!tape.left());
  }

  void memoryIsBounded() {
    Tape tape(kSecond * 1000, 4 << 20);
    std::vector<Spike> batch(5000);
    for (Time t = 0; t < 2000; ++t) {
      for (Spike& spike : batch) spike.t = t * kMillisecond;
      append(tape, batch);
    }
    const std::size_t kept = times(tape).size();
    QVERIFY(kept * sizeof(Spike) <= std::size_t{4} << 20);
    QVERIFY(kept * sizeof(Spike) >= std::size_t{2} << 20);
    QVERIFY(tape.begin() > 0);
    QCOMPARE(times(tape).back(), 1999 * kMillisecond);
  }

  /// A sparse tape forgets in time: at most a sixteenth more than its span stays.
  void timeIsBounded() {
    Tape tape(16 * kSecond);
    for (Time t = 0; t < 100 * kSecond; t += 100 * kMillisecond) append(tape, spikes({t}));
    QVERIFY(tape.end() - tape.begin() <= 17 * kSecond + 200 * kMillisecond);
    QVERIFY(tape.end() - tape.begin() >= 16 * kSecond - 200 * kMillisecond);
  }

  /// Against a plain vector, with rewinds, over chunk borders.
  void randomised() {
    RandomSequence random({1, 2}, 3);
    Tape tape(1000 * kSecond);
    std::vector<Spike> plain;
    Time now = 0;
    for (int round = 0; round < 400; ++round) {
      std::vector<Spike> batch;
      if (random.below(10) == 0) now = static_cast<Time>(now * random.uniform());
      for (std::uint32_t i = random.below(3000); i > 0; --i)
        batch.push_back({now += random.below(3), i});
      if (!batch.empty())
        std::erase_if(plain, [&](const Spike& s) {
          return batch.front().t < tape.end() && s.t >= batch.front().t;
        });
      append(tape, batch);
      plain.insert(plain.end(), batch.begin(), batch.end());
      const Time from = static_cast<Time>(now * random.uniform()), to = from + random.below(2000);
      std::vector<Spike> expected;
      std::ranges::copy_if(plain, std::back_inserter(expected),
                           [&](const Spike& s) { return s.t >= from && s.t < to; });
      QVERIFY(all<Spike>(tape, from, to) == expected);
    }
    QVERIFY(all<Spike>(tape, 0, INT64_MAX) == plain);
  }

  void everyKindOfItem() {
    const auto holds = [](auto item) {
      Tape tape;
      item.t = 5;
      tape.append(std::span<const decltype(item)>(&item, 1));
      return all<decltype(item)>(tape, 0, 10).size() == 1;
    };
    QVERIFY(holds(Spike()) && holds(Sample()) && holds(Event()) && holds(Flow()) &&
            holds(Count()) && holds(Mark()));
  }
};

QTEST_APPLESS_MAIN(TapeTest)
#include "Tape_test.moc"
