// Learning in one shot: what fires together is wired together at once.
#include "engine/base/Math.h"
#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::hebb_one_shot {
namespace {

constexpr const char* kDoc =
    "One-shot Hebbian learning for associative memories with binary synapses (Willshaw, Buneman & "
    "Longuet-Higgins 1969; Rinkus 2010).\n\n"
    "A synapse whose pre spike lies at most `window` before a post spike is set to w_max at once. "
    "With `forget` above 0, a pre spike at which the target has not fired within `window` lowers "
    "the weight by that share of w_max - w_min, down to w_min.";

enum Constant { kEdge, kForget, kLow, kHigh };

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  // A trace of the last spike, set to 1, is worth this much at the window's end.
  k[kEdge] = exp(-(given("window") + dt_ms / 4) / given("window"));
  k[kForget] = given("forget");
  return readBounds(given, k[kLow], k[kHigh]);
}

void deliver(Delivery& d) {
  const auto k = d.constants;
  const auto pre = d.sourceTrace(0), post = d.targetTrace(0);
  for (const std::uint16_t target : d.fired)
    if (d.plastic)
      d.eachIncoming(target, [&](float& w, std::uint32_t, std::uint32_t row) {
        if (pre.atFired(row) >= k[kEdge]) w = static_cast<float>(k[kHigh]);
      });
  countFired(d, post, true);
  const double loss = k[kForget] * (k[kHigh] - k[kLow]);
  for (const Arrival& arrival : d.arrivals)
    if (d.plastic && loss > 0)
      onArrival(d.row(arrival), k[kLow], k[kHigh],
                [&](double, std::uint32_t, std::uint16_t target) {
                  return post.atArrival(target) >= k[kEdge] ? 0 : -loss;
                });
  countArrivals(d, pre, true);
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.hebb_one_shot",
      .title = "One-shot Hebb",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Plasticity",
      .words = "learning willshaw sparsey associative memory binary",
      .shape = {.parameters = joiningParameters(
                    {{.name = "window",
                      .initial = 5.0,
                      .unit = "ms",
                      .min = 0.01,
                      .max = 10000,
                      .doc = "from a pre spike to a post spike that belongs to it",
                      .essential = true},
                     amount("forget", 0, "share lost with a pre spike without post spike", 0, 1),
                     smallestWeight(),
                     largestWeight()}),
                .columns = {preTrace("x", "window", "Since the last pre spike"),
                            postTrace("y", "window", "Since the last post spike")},
                .constants = {"edge", "forget", "w_min", "w_max"}},
      .prepare = prepare,
      .deliver = deliver});
}

}  // namespace spk::synapses::hebb_one_shot
