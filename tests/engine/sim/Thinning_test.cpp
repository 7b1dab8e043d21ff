#include "engine/sim/Thinning.h"

#include <QtTest>
#include <vector>

#include "engine/sim/Body.h"
#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;

namespace {

std::vector<Event> numbered(std::size_t first, std::size_t count) {
  std::vector<Event> events(count);
  for (std::size_t i = 0; i < count; ++i)
    events[i] = {static_cast<Time>(first + i), static_cast<std::uint16_t>(i % 7), 0, 1};
  return events;
}

std::vector<Event> takeAll(Ring<Event>& ring) {
  std::vector<Event> taken(ring.capacity() + 1);
  taken.resize(ring.pop(taken));
  return taken;
}

/// 20 million events a second, one every 50 ns, on a sensor of 4 × 3.
struct BusyBody : Body {
  void run(Batch& batch) noexcept override {
    Out<Event> out = batch.out<Event>(0);
    for (Time t = batch.begin; t < batch.end; t += 50) {
      const auto i = static_cast<std::uint16_t>(t / 50 % 12);
      out.add({t, static_cast<std::uint16_t>(i % 4), static_cast<std::uint16_t>(i / 4), 1});
    }
  }
  Result<void> change(const Item&) override { return {}; }
  void save(Bytes&) const override {}
  Result<void> restore(Bytes&) override { return {}; }
  std::size_t room(Time length) const override { return static_cast<std::size_t>(length / 50 + 1); }
};

const Registry& registry() {
  static const Registry all = [] {
    Registry made;
    addBuiltIns(made);
    addPlugins(made);
    made.add(NodeType{
        .id = "source.test_busy",
        .role = Role::Source,
        .shape = {.ports = {{"out", Signal::Events, false, "", "", {3, 4}}}, .parameters = {}},
        .body = [](const Item&, const Registry&) -> Result<std::unique_ptr<Body>> {
          return std::unique_ptr<Body>(std::make_unique<BusyBody>());
        }});
    return made;
  }();
  return all;
}

struct Layer {
  Project project;
  Id source;
};
Layer drivenLayer() {
  Builder b;
  Layer made;
  made.source = b.node("source.test_busy");
  const Id layer = b.node("neuron.lif_delta", {{"n", Json{"[1, 3, 4]"}}});
  b.wire("encode.events", {made.source, "out"}, {layer, "in"}, {{"weight", 0.001}});
  made.project = b.project;
  return made;
}

}  // namespace

class ThinningTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aReaderThatKeepsUpGetsAll() {
    Ring<Event> ring(1024);
    Thinning thinning(100);
    std::size_t given = 0;
    for (int look = 0; look < 200; ++look, given += 100) {
      const auto events = numbered(given, 100);
      thinning.pass<Event>(events, given, ring);
      QVERIFY(takeAll(ring) == events);
    }
    QCOMPARE(thinning.every(), 1u);
    QCOMPARE(thinning.skipped(), 0u);
    QCOMPARE(thinning.load()->every, 1u);
  }

  /// 1200 events between two looks where 100 are wanted: each 12th, over all batches, in order.
  void aBusyStreamGivesEveryKth() {
    Ring<Event> ring(1024);
    Thinning thinning(100);
    std::vector<Event> got;
    constexpr int kLooks = 10 * Thinning::kLooks;
    std::size_t given = 0, settled = 0;
    for (int look = 0; look < kLooks; ++look) {
      for (const std::size_t batch : {500u, 7u, 693u}) {
        thinning.pass<Event>(numbered(given, batch), static_cast<Time>(given), ring);
        given += batch;
      }
      const auto taken = takeAll(ring);
      if (look > Thinning::kLooks) QCOMPARE(taken.size(), std::size_t{100});
      got.insert(got.end(), taken.begin(), taken.end());
      if (look == Thinning::kLooks) settled = got.size();
    }
    QCOMPARE(thinning.every(), 12u);
    QCOMPARE(thinning.skipped() + got.size(), given);
    QCOMPARE(ring.dropped(), 0u);
    for (std::size_t i = settled + 1; i < got.size(); ++i) QCOMPARE(got[i].t, got[i - 1].t + 12);
    for (std::size_t i = 1; i < settled; ++i) QVERIFY(got[i].t > got[i - 1].t);
    QCOMPARE(thinning.load()->every, 12u);
    // given counts as nanoseconds: one event each
    QVERIFY(std::abs(thinning.load()->perSecond / 1e9 - 1) < 0.02);
  }

  /// A window that stands still for long loses the details, not the later part.
  void aStandstillLeavesSomethingOfAllTimes() {
    Ring<Event> ring(1024);
    Thinning thinning(100);
    constexpr std::size_t kGiven = 20'000;
    for (std::size_t given = 0; given < kGiven; given += 50)
      thinning.pass<Event>(numbered(given, 50), static_cast<Time>(given), ring);
    QCOMPARE(ring.dropped(), 0u);
    const auto got = takeAll(ring);
    QCOMPARE(got.size() + thinning.skipped(), kGiven);
    QVERIFY(got.size() > 100 && got.size() < 1000);
    for (const std::size_t quarter : {0u, 1u, 2u, 3u})
      QVERIFY(std::ranges::any_of(got, [&](const Event& e) {
        return e.t / static_cast<Time>(kGiven / 4) == static_cast<Time>(quarter);
      }));
  }

  void itFallsBackWhenTheStreamCalmsDown() {
    Ring<Event> ring(1024);
    Thinning thinning(100);
    const auto looks = [&](std::size_t perLook, int count) {
      for (int i = 0; i < count; ++i) {
        thinning.pass<Event>(numbered(0, perLook), i, ring);
        (void)takeAll(ring);
      }
    };
    looks(1200, 3);
    QCOMPARE(thinning.every(), 12u);
    looks(100, 2 * Thinning::kLooks);
    QCOMPARE(thinning.every(), 1u);
    looks(250, 1);
    QCOMPARE(thinning.every(), 3u);
  }

  /// The reader's place decides, nothing else: two equal histories give equal streams.
  void equalLooksGiveEqualStreams() {
    const auto run = [] {
      Ring<Event> ring(4096);
      Thinning thinning(64);
      std::vector<Event> got;
      for (std::size_t i = 0; i < 400; ++i) {
        thinning.pass<Event>(numbered(i * 1000, i * 37 % 900), static_cast<Time>(i), ring);
        if (i % 3 == 0) {
          const auto taken = takeAll(ring);
          got.insert(got.end(), taken.begin(), taken.end());
        }
      }
      return got;
    };
    QVERIFY(run() == run());
  }

  /// A slow view of a busy source: exact counts, one note in words, and the network gets all.
  void theNetworkGetsAllAndANoteSaysWhatTheViewsGet() {
    const Layer layer = drivenLayer();
    const auto start = [&] {
      auto made = makeCpuSimulation(layer.project, registry(), {.threads = 1});
      return made ? std::move(made).value() : nullptr;
    };
    const auto plain = start(), watched = start();
    QVERIFY(plain && watched);
    Channel channel{std::in_place_type<Ring<Event>>, std::size_t{1} << 14};
    QVERIFY(bool(watched->attach({Id{900}, {layer.source, "out"}}, channel)));
    Notes notes;
    auto& ring = std::get<Ring<Event>>(channel);
    std::vector<Event> got;
    for (Time t = kMillisecond; t <= 100 * kMillisecond; t += kMillisecond) {
      for (Note& note : watched->runUntil(t).notes) notes.push_back(std::move(note));
      const auto taken = takeAll(ring);
      got.insert(got.end(), taken.begin(), taken.end());
    }
    plain->runUntil(100 * kMillisecond);
    // 20,000 events a millisecond; a look is to find 2048 of them: every 10th.
    QCOMPARE(watched->totals().thinning, 10u);
    QCOMPARE(watched->totals().thinned + got.size(), 2'000'000u);
    QCOMPARE(ring.dropped(), 0u);
    QVERIFY(std::ranges::is_sorted(got, {}, &Event::t));
    QCOMPARE(got.back().t - got[got.size() - 2].t, 500);
    std::erase_if(notes, [&](const Note& note) { return note.item != layer.source; });
    QCOMPARE(notes.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(notes.front().text),
             QStringLiteral("20 M events/s arrive; the views show every 10th, to keep up; the "
                            "network and recordings get all"));
    QVERIFY(notes.front().level == Note::Level::Info);
    QCOMPARE(watched->totals().synapticEvents, plain->totals().synapticEvents);
    const auto state = [](const Simulation& simulation) {
      std::vector<std::byte> all;
      for (const auto& [id, pages] : simulation.save().state)
        for (const auto& page : pages) {
          const auto bytes = page->span();
          all.insert(all.end(), bytes.begin(), bytes.end());
        }
      return all;
    };
    QVERIFY(state(*watched) == state(*plain));
  }
};

QTEST_APPLESS_MAIN(ThinningTest)
#include "Thinning_test.moc"
