// What the path from an event file to neurons keeps to in the loop: no allocation on the
// simulation's thread, and equal spikes whatever the batch, the threads and the way there.
#include <QtTest>

#include "engine/run/openFile.h"
#include "engine/sim/Body.h"
#include "tests/kit/countedNew.h"
#include "tests/kit/projects.h"

using namespace spk;
using spk::test::Builder;
using spk::test::Run;

namespace {

/// Pictures that are taken again and again, as a filter or a file makes them.
struct Pictures : Body {
  Frame frame{0, 64, 48, std::vector<std::uint8_t>(64 * 48)};
  void run(Batch& batch) noexcept override {
    frame.t = batch.begin;
    batch.out<Frame>(0).add(frame);
  }
  Result<void> change(const Item&) override { return {}; }
  void save(Bytes&) const override {}
  Result<void> restore(Bytes&) override { return {}; }
};

}  // namespace

class EventPath : public QObject {
  Q_OBJECT

  /// A recording played twice as fast, again and again, into a layer.
  static Project network() {
    const auto file = std::filesystem::path(SPK_SOURCE_DIR) / "datasets/bar_and_disc/recording.raw";
    auto camera = itemForFile(file, test::registry());
    Builder b;
    if (!camera) return b.project;
    camera.value().values["loop"] = true;
    camera.value().values["speed"] = 2.0;
    const Id from = b.node(camera.value().type, camera.value().values);
    const Id layer = b.node("neuron.lif_delta", {{"n", Json{"[2, 30, 40]"}}});
    b.wire("encode.events", {from, "out"}, {layer, "in"},
           {{"weight", 6.0}, {"polarity", std::string("two_channels")}});
    return b.project;
  }

 private Q_SLOTS:
  void loopDoesNotAllocate() {
    auto made = makeCpuSimulation(network(), test::registry(), {.threads = 1});
    QVERIFY2(made, made ? "" : made.error().text().c_str());
    Simulation& simulation = *made.value();
    std::uint64_t heard = 0;
    simulation.listen([&](std::span<const FiredSpike> spikes) { heard += spikes.size(); });
    simulation.runUntil(100 * kMillisecond);   // what the reader says of the file has been said
    const long before = kit::allocationsHere;  // the reader's thread may
    const Outcome outcome = simulation.runUntil(2 * kSecond);
    const long during = kit::allocationsHere - before;
    QVERIFY(outcome.notes.empty());
    QCOMPARE(during, 0);
    QVERIFY(heard > 5000);
  }

  void picturesDoNotAllocateEither() {
    Registry registry;
    addBuiltIns(registry);
    registry.add(
        NodeType{.id = "test.pictures",
                 .title = "Pictures",
                 .role = Role::Source,
                 .shape = {.ports = {{.name = "out", .signal = Signal::Frames}}},
                 .body = [](const Item&, const Registry&) -> Result<std::unique_ptr<Body>> {
                   return std::unique_ptr<Body>(std::make_unique<Pictures>());
                 }});
    Builder b;
    const Id id = b.node("test.pictures");
    auto made = makeCpuSimulation(b.project, registry, {.threads = 1});
    QVERIFY2(made, made ? "" : made.error().text().c_str());
    Simulation& simulation = *made.value();
    Channel channel(std::in_place_type<Ring<Frame>>, std::size_t{16});
    auto& ring = std::get<Ring<Frame>>(channel);
    QVERIFY(simulation.attach({Id{100}, {id, "out"}}, channel));
    std::vector<Frame> seen(16);
    std::size_t taken = 0;
    const auto look = [&] {
      for (int i = 0; i < 100; ++i) {
        simulation.runUntil(simulation.now() + simulation.batch());
        taken += ring.pop(seen);
      }
    };
    look();  // every place of wire and ring has held a picture
    const long before = kit::allocationsHere;
    look();
    QCOMPARE(kit::allocationsHere - before, 0);
    QVERIFY(taken > 100);
  }

  void equalSpikesWhateverTheBatchAndThreads() {
    const Project project = network();
    Run whole(project);
    QVERIFY2(whole.error.empty(), whole.error.c_str());
    whole.until(1500);
    QVERIFY(whole.spikes.size() > 5000);
    for (const std::uint32_t steps : {1u, 7u}) {
      Run other(project, {.threads = 2, .mostBatchSteps = steps});
      other.until(1500);
      QVERIFY(test::same(other.spikes, whole.spikes));
    }
    // In uneven pieces.
    Run pieces(project);
    for (const double ms : {0.1, 3.7, 250.0, 250.1, 1499.0, 1500.0}) pieces.until(ms);
    QVERIFY(test::same(pieces.spikes, whole.spikes));
  }

  void equalSpikesAfterAnyCheckpoint() {
    const Project project = network();
    Run whole(project);
    whole.until(800);
    for (const double ms : {0.0, 123.4, 625.0, 700.0}) {
      Run first(project);
      first.until(ms);
      const Checkpoint state = first.simulation->save();
      Run second(project);
      QVERIFY(second.simulation->restore(state));
      second.until(800);
      auto joined = first.spikes;
      joined.insert(joined.end(), second.spikes.begin(), second.spikes.end());
      QVERIFY(test::same(joined, whole.spikes));
    }
  }
};

QTEST_APPLESS_MAIN(EventPath)
#include "event_path_test.moc"
