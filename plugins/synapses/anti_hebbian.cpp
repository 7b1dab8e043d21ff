// Plasticity that unlearns what the target can foresee.
#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::anti_hebbian {
namespace {

constexpr const char* kDoc =
    "Anti-Hebbian plasticity, as in the electric fish (Bell, Han, Sugawara & Grant 1997; Roberts "
    "& Bell 2000).\n\n"
    "Each pre spike raises the weight by `potentiation`, whatever the target does. A post spike "
    "lowers it by A exp(-(t_post - t_pre) / tau) for each pre spike that came before. So what "
    "comes before the target's spikes is weakened until it foretells none, and the image of an "
    "expected input is cancelled. The weight stays between w_min and w_max.";

enum Constant { kA, kUp, kLow, kHigh, kNearest };

Result<void> prepare(const Given& given, double, std::span<double> k) {
  k[kA] = given("A");
  k[kUp] = given("potentiation");
  k[kNearest] = given.text("pairing") == "nearest";
  return readBounds(given, k[kLow], k[kHigh]);
}

void deliver(Delivery& d) {
  const auto k = d.constants;
  const auto pre = d.sourceTrace(0);
  if (d.plastic) {
    for (const std::uint16_t target : d.fired)
      onFired(d, target, k[kLow], k[kHigh],
              [&](double, std::uint32_t, std::uint32_t row) { return -k[kA] * pre.atFired(row); });
    for (const Arrival& arrival : d.arrivals)
      onArrival(d.row(arrival), k[kLow], k[kHigh],
                [&](double, std::uint32_t, std::uint16_t) { return k[kUp]; });
  }
  countArrivals(d, pre, k[kNearest] != 0);
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(
      NodeType{.id = "synapse.anti_hebbian",
               .title = "Anti-Hebbian",
               .doc = kDoc,
               .role = Role::Projection,
               .group = "Plasticity",
               .words = "learning electric fish cancellation novelty",
               .shape = {.parameters = joiningParameters(
                             {{.name = "A",
                               .initial = 0.01,
                               .min = 0,
                               .max = 1e6,
                               .doc = "loss by a pair that meets, in the unit of the port",
                               .essential = true},
                              amount("potentiation", 0.002, "gain with each pre spike"),
                              timeConstant("tau", 20, "how long a pre spike is remembered"),
                              smallestWeight(),
                              largestWeight(),
                              pairing()}),
                         .columns = {preTrace("x", "tau")},
                         .constants = {"A", "potentiation", "w_min", "w_max", "nearest"}},
               .prepare = prepare,
               .deliver = deliver});
}

}  // namespace spk::synapses::anti_hebbian
