// Oja's rule on traces of spikes.
#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::oja {
namespace {

constexpr const char* kDoc =
    "Oja's rule (Oja 1982), whose weights find the first principal component of the inputs and "
    "keep their length.\n\n"
    "The rule for rates, dw/dt = eta y (x - y w), taken at the spikes of the target: each changes "
    "the weight by eta (x - y w), with x and y the traces of pre and post spikes, which decay with "
    "tau and rise by 1 (y with this spike in it): they are the rates in units of 1 / tau. The sum "
    "of squared weights settles near (x w) / y. The weight stays between w_min and w_max.";

enum Constant { kEta, kLow, kHigh };

Result<void> prepare(const Given& given, double, std::span<double> k) {
  k[kEta] = given("eta");
  return readBounds(given, k[kLow], k[kHigh]);
}

void deliver(Delivery& d) {
  const auto k = d.constants;
  const auto pre = d.sourceTrace(0), post = d.targetTrace(0);
  countFired(d, post);
  for (const std::uint16_t target : d.fired) {
    if (!d.plastic) break;
    const double y = post.atFired(target);
    onFired(d, target, k[kLow], k[kHigh], [&](double w, std::uint32_t, std::uint32_t row) {
      return k[kEta] * (pre.atFired(row) - y * w);
    });
  }
  countArrivals(d, pre);
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.oja",
      .title = "Oja's rule",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Plasticity",
      .words = "learning hebb principal component normalisation",
      .shape = {.parameters = joiningParameters({{.name = "eta",
                                                  .initial = 0.01,
                                                  .min = 0,
                                                  .max = 1e6,
                                                  .doc = "learning rate",
                                                  .essential = true},
                                                 timeConstant("tau", 100, "decay of the traces"),
                                                 smallestWeight(-2),
                                                 largestWeight()}),
                .columns = {preTrace("x", "tau"), postTrace("y", "tau")},
                .constants = {"eta", "w_min", "w_max"}},
      .prepare = prepare,
      .deliver = deliver});
}

}  // namespace spk::synapses::oja
