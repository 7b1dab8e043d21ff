// STDP whose depression an astrocyte sets.
#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::stdp_nalsm {
namespace {

constexpr const char* kDoc =
    "STDP of the neuron-astrocyte liquid state machine (Ivanov & Michmizos 2021).\n\n"
    "A post spike changes the weight by +A_plus x, a pre spike by -A_minus y, with x and y traces "
    "that rise by 1 (or to 1) and decay with tau. A_minus is no parameter but what a wire to the "
    "port `astrocyte` brings: an astrocyte that watches the liquid raises depression when it is "
    "too active, and so keeps it near the edge of chaos. Without a wire A_minus is the parameter "
    "`A_rest`. The weight stays between w_min and w_max.";

enum Constant { kAPlus, kRest, kLow, kHigh, kNearest };

Result<void> prepare(const Given& given, double, std::span<double> k) {
  k[kAPlus] = given("A_plus");
  k[kRest] = given("A_rest");
  k[kNearest] = given.text("pairing") == "nearest";
  return readBounds(given, k[kLow], k[kHigh]);
}

void deliver(Delivery& d) {
  const auto k = d.constants;
  const auto pre = d.sourceTrace(0), post = d.targetTrace(0);
  const bool nearest = k[kNearest] != 0, wired = d.isModulated(0);
  for (const std::uint16_t target : d.fired)
    if (d.plastic)
      onFired(d, target, k[kLow], k[kHigh], [&](double, std::uint32_t, std::uint32_t row) {
        return k[kAPlus] * pre.atFired(row);
      });
  countFired(d, post, nearest);
  for (const Arrival& arrival : d.arrivals)
    if (d.plastic)
      onArrival(d.row(arrival), k[kLow], k[kHigh],
                [&](double, std::uint32_t, std::uint16_t target) {
                  return -(wired ? d.modulator(0, target) : k[kRest]) * post.atArrival(target);
                });
  countArrivals(d, pre, nearest);
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(
      NodeType{.id = "synapse.stdp_nalsm",
               .title = "STDP, by astrocyte",
               .doc = kDoc,
               .role = Role::Projection,
               .group = "Plasticity",
               .words = "learning nalsm astrocyte liquid state machine criticality",
               .shape = {.ports = {{.name = "astrocyte",
                                    .signal = Signal::Trace,
                                    .input = true,
                                    .doc = "Depression of one pair, in the unit of the weight."}},
                         .parameters = joiningParameters(
                             {{.name = "A_plus",
                               .initial = 0.15,
                               .min = 0,
                               .max = 1e6,
                               .doc = "potentiation of one pair, in the unit of the port",
                               .essential = true},
                              amount("A_rest", 0.15, "depression of one pair without an astrocyte"),
                              timeConstant("tau", 10, "decay of both traces"),
                              smallestWeight(-3),
                              largestWeight(3),
                              pairing()}),
                         .columns = {preTrace("x", "tau"), postTrace("y", "tau")},
                         .constants = {"A_plus", "A_rest", "w_min", "w_max", "nearest"}},
               .prepare = prepare,
               .deliver = deliver});
}

}  // namespace spk::synapses::stdp_nalsm
