// The BCM rule from triplets of spikes, with its sliding threshold.
#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::bcm {
namespace {

constexpr const char* kDoc =
    "The rule of Bienenstock, Cooper & Munro (1982) from spikes: the minimal triplet rule with a "
    "sliding threshold (Pfister & Gerstner 2006; Gjorgjieva, Clopath, Audet & Pfister 2011).\n\n"
    "With a pre spike w <- w - A_minus o1 (r / rho_0)^2, with a post spike w <- w + A_plus r1 o2 "
    "(o2 just before the spike); r1, o1 and o2 are traces that rise by 1 and decay with tau_plus, "
    "tau_minus and tau_y; r is the target's rate over the last tau_theta. For independent spikes "
    "of rates x and y the weight moves with x y (y - theta), theta = (A_minus tau_minus / (A_plus "
    "tau_plus tau_y)) (r / rho_0)^2: inputs that make the target fire above theta grow, others "
    "shrink, and theta follows the target's own rate. The weight stays between w_min and w_max.";

enum Constant { kAPlus, kAMinus, kPerRate, kLow, kHigh };

Result<void> prepare(const Given& given, double, std::span<double> k) {
  k[kAPlus] = given("A_plus");
  k[kAMinus] = given("A_minus");
  k[kPerRate] = 1 / (given("tau_theta") * given("rho_0"));
  return readBounds(given, k[kLow], k[kHigh]);
}

void deliver(Delivery& d) {
  const auto k = d.constants;
  const auto r1 = d.sourceTrace(0);
  const auto o1 = d.targetTrace(0), o2 = d.targetTrace(1), slow = d.targetTrace(2);
  for (const std::uint16_t target : d.fired) {
    if (!d.plastic) break;
    const double gain = k[kAPlus] * o2.atFired(target);
    onFired(d, target, k[kLow], k[kHigh],
            [&](double, std::uint32_t, std::uint32_t row) { return gain * r1.atFired(row); });
  }
  countFired(d, o1);
  countFired(d, o2);
  countFired(d, slow);
  for (const Arrival& arrival : d.arrivals) {
    if (!d.plastic) break;
    onArrival(d.row(arrival), k[kLow], k[kHigh], [&](double, std::uint32_t, std::uint16_t target) {
      const double rate = slow.atArrival(target) * k[kPerRate];
      return -k[kAMinus] * o1.atArrival(target) * rate * rate;
    });
  }
  countArrivals(d, r1);
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.bcm",
      .title = "BCM rule",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Plasticity",
      .words = "learning bienenstock cooper munro sliding threshold selectivity",
      .shape = {.parameters = joiningParameters(
                    {{.name = "A_plus",
                      .initial = 6.5e-3,
                      .min = 0,
                      .max = 1e6,
                      .doc = "potentiation by a triplet, in the unit of the port",
                      .essential = true},
                     amount("A_minus", 7.1e-3, "depression by a pair at the rate rho_0"),
                     {.name = "rho_0",
                      .initial = 10.0,
                      .unit = "Hz",
                      .min = 1e-3,
                      .max = 1000,
                      .doc = "rate at which depression is A_minus"},
                     timeConstant("tau_plus", 16.8, "trace of pre spikes"),
                     timeConstant("tau_minus", 33.7, "fast trace of post spikes"),
                     timeConstant("tau_y", 114, "slow trace of post spikes"),
                     timeConstant("tau_theta", 10000, "over which the threshold slides"),
                     smallestWeight(),
                     largestWeight()}),
                .columns = {preTrace("r1", "tau_plus"), postTrace("o1", "tau_minus"),
                            postTrace("o2", "tau_y"),
                            postTrace("rate", "tau_theta", "Post spikes of the last tau_theta")},
                .constants = {"A_plus", "A_minus", "perRate", "w_min", "w_max"}},
      .prepare = prepare,
      .deliver = deliver});
}

}  // namespace spk::synapses::bcm
