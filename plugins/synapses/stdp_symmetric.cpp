// STDP that asks how near two spikes are, not which came first.
#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::stdp_symmetric {
namespace {

constexpr const char* kDoc =
    "Spike-timing dependent plasticity with a symmetric window, as between CA3 pyramidal cells "
    "(Mishra, Kim, Guzman & Jonas 2016).\n\n"
    "Each pair of a pre and a post spike at the synapse changes the weight by A exp(-|t_post - "
    "t_pre| / tau), at the later of the two; each pre spike alone changes it by -depression. The "
    "weight stays between w_min and w_max.";

enum Constant { kA, kDepression, kLow, kHigh, kNearest };

Result<void> prepare(const Given& given, double, std::span<double> k) {
  k[kA] = given("A");
  k[kDepression] = given("depression");
  k[kNearest] = given.text("pairing") == "nearest";
  return readBounds(given, k[kLow], k[kHigh]);
}

void deliver(Delivery& d) {
  const auto k = d.constants;
  const auto pre = d.sourceTrace(0), post = d.targetTrace(0);
  const bool nearest = k[kNearest] != 0;
  for (const std::uint16_t target : d.fired)
    if (d.plastic)
      onFired(d, target, k[kLow], k[kHigh],
              [&](double, std::uint32_t, std::uint32_t row) { return k[kA] * pre.atFired(row); });
  countFired(d, post, nearest);
  for (const Arrival& arrival : d.arrivals)
    if (d.plastic)
      onArrival(d.row(arrival), k[kLow], k[kHigh],
                [&](double, std::uint32_t, std::uint16_t target) {
                  return k[kA] * post.atArrival(target) - k[kDepression];
                });
  countArrivals(d, pre, nearest);
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(
      NodeType{.id = "synapse.stdp_symmetric",
               .title = "STDP, symmetric",
               .doc = kDoc,
               .role = Role::Projection,
               .group = "Plasticity",
               .words = "learning hebb coincidence ca3 window",
               .shape = {.parameters = joiningParameters(
                             {{.name = "A",
                               .initial = 0.01,
                               .min = -1e6,
                               .max = 1e6,
                               .doc = "change by a pair that meets, in the unit of the port",
                               .essential = true},
                              amount("depression", 0.002, "loss with each pre spike", -1e6),
                              timeConstant("tau", 20, "width of the window"),
                              smallestWeight(),
                              largestWeight(),
                              pairing()}),
                         .columns = {preTrace("x", "tau"), postTrace("y", "tau")},
                         .constants = {"A", "depression", "w_min", "w_max", "nearest"}},
               .prepare = prepare,
               .deliver = deliver});
}

}  // namespace spk::synapses::stdp_symmetric
