#include <memory>

#include "engine/base/Time.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Body.h"
#include "plugins/sources/trains.h"

namespace spk::sources::poke {
namespace {

constexpr std::int64_t kTrains = 1;

/// Fires when its count of pokes has grown. The count is a live value, so a poke is an edit like
/// any other: stamped with its time, undone, replayed after a rewind.
class PokeBody final : public Body {
 public:
  PokeBody(std::uint32_t n, std::int64_t pokes) : n_(n), pokes_(pokes) {}

  void run(Batch& batch) noexcept override {
    if (!isDue_) return;
    isDue_ = false;
    Out<Spike> out = batch.out<Spike>(0);
    const Time end = batch.begin + fromMilliseconds(batch.dt_ms);
    for (std::uint32_t i = 0; i < n_; ++i) out.add({end, i});
  }
  Result<void> change(const Item& item) override {
    const std::int64_t pokes = integerOr(item.values, "pokes", 0);
    if (pokes > pokes_) isDue_ = true;  // less: one was taken back, which fires nothing
    pokes_ = pokes;
    return {};
  }
  void save(Bytes& out) const override {
    out.put(pokes_);
    out.put(isDue_);
  }
  Result<void> restore(Bytes& in) override {
    TRY(pokes_, in.take<std::int64_t>());
    TRY(const auto due, in.take<std::uint8_t>());
    isDue_ = due != 0;
    return {};
  }
  std::size_t room(Time) const override { return n_; }

 private:
  std::uint32_t n_;
  std::int64_t pokes_;  ///< heard of
  bool isDue_ = false;  ///< fires in the next step
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  return std::unique_ptr<Body>(
      std::make_unique<PokeBody>(trainsOf(item, kTrains), integerOr(item.values, "pokes", 0)));
}

constexpr const char* kDoc =
    "Spikes by hand: each time that pokes grows, all trains fire once, in the next step.\n\n"
    "A poke is an edit of a live value. It is stamped with its time, so rewinding and running "
    "again gives the same spikes, and recordings name it; undo takes the count back and fires "
    "nothing. Several pokes between two batches are one.";

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{.id = "source.poke",
                        .title = "Poke",
                        .doc = kDoc,
                        .role = Role::Source,
                        .group = "Sources",
                        .words = "keyboard mouse button click key by hand trigger stimulate",
                        .shape = {.ports = {trainsOut()},
                                  .parameters = {trainsParameter(kTrains),
                                                 {.name = "pokes",
                                                  .kind = Kind::Integer,
                                                  .initial = std::int64_t{0},
                                                  .min = 0,
                                                  .max = 1e9,
                                                  .doc = "how often it was poked",
                                                  .essential = true}}},
                        .body = body});
}

}  // namespace spk::sources::poke
