// STDP on weights that slowly become what they are held to.
#include <cmath>

#include "engine/base/Math.h"
#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::consolidation {
namespace {

constexpr const char* kDoc =
    "Consolidation: a fast weight w and a slow reference v pull at each other, as in cascade "
    "models (Fusi, Drew & Abbott 2005; Ziegler, Zenke, Kastner & Gerstner 2015; Benna & Fusi "
    "2016).\n\n"
    "Pairs of spikes change w by +A_plus x at post and -A_minus y at pre spikes (additive pair "
    "STDP). Meanwhile\n"
    "dw/dt = -(w - v) / tau_w, dv/dt = (w - v) / tau_v,\n"
    "solved exactly over each `interval`. What is learnt briefly fades with tau_w, what lasts is "
    "taken over with tau_v. v begins at the weight. The weight stays between w_min and w_max.";

enum Constant { kAPlus, kAMinus, kInterval, kBack, kForth, kLow, kHigh };

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  k[kAPlus] = given("A_plus");
  k[kAMinus] = given("A_minus");
  k[kInterval] = std::max(1.0, std::floor(given("interval") / dt_ms + 0.5));
  const double w = 1 / given("tau_w"), v = 1 / given("tau_v");
  const double met = -expm1(-k[kInterval] * dt_ms * (w + v));  // share of the distance that is gone
  k[kBack] = met * w / (w + v);
  k[kForth] = met * v / (w + v);
  return readBounds(given, k[kLow], k[kHigh]);
}

void deliver(Delivery& d) {
  const auto k = d.constants;
  const auto pre = d.sourceTrace(0), post = d.targetTrace(0);
  for (const std::uint16_t target : d.fired)
    if (d.plastic)
      onFired(d, target, k[kLow], k[kHigh], [&](double, std::uint32_t, std::uint32_t row) {
        return k[kAPlus] * pre.atFired(row);
      });
  countFired(d, post);
  for (const Arrival& arrival : d.arrivals)
    if (d.plastic)
      onArrival(d.row(arrival), k[kLow], k[kHigh],
                [&](double, std::uint32_t, std::uint16_t target) {
                  return -k[kAMinus] * post.atArrival(target);
                });
  countArrivals(d, pre);
  if (!d.plastic || d.step == 0 || !isDue(d, k[kInterval])) return;
  const std::span<float> w = d.weights();
  float* const v = d.synapses(0);
  for (std::size_t i = 0; i < w.size(); ++i) {
    const double distance = static_cast<double>(w[i]) - static_cast<double>(v[i]);
    w[i] = static_cast<float>(static_cast<double>(w[i]) - k[kBack] * distance);
    v[i] = static_cast<float>(static_cast<double>(v[i]) + k[kForth] * distance);
  }
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.consolidation",
      .title = "STDP with consolidation",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Plasticity",
      .words = "learning memory cascade fusi benna stability",
      .shape = {.parameters = joiningParameters(
                    {{.name = "A_plus",
                      .initial = 0.02,
                      .min = 0,
                      .max = 1e6,
                      .doc = "potentiation of one pair, in the unit of the port",
                      .essential = true},
                     amount("A_minus", 0.021, "depression of one pair, in the unit of the port"),
                     timeConstant("tau_plus", 20, "how long a pre spike is remembered"),
                     timeConstant("tau_minus", 20, "how long a post spike is remembered"),
                     timeConstant("tau_w", 10000, "the weight goes back to its reference"),
                     timeConstant("tau_v", 100000, "the reference follows the weight"),
                     timeConstant("interval", 10, "between two steps of consolidation"),
                     smallestWeight(),
                     largestWeight()}),
                .columns = {preTrace("x", "tau_plus"),
                            postTrace("y", "tau_minus"),
                            {.name = "v",
                             .unit = "",
                             .doc = "Reference weight",
                             .per = Per::Synapse,
                             .initialFrom = "weight"}},
                .constants = {"A_plus", "A_minus", "interval", "back", "forth", "w_min", "w_max"}},
      .prepare = prepare,
      .deliver = deliver});
}

}  // namespace spk::synapses::consolidation
