// Inhibitory plasticity that balances its targets.
#include <cmath>

#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::vogels {
namespace {

constexpr const char* kDoc =
    "Inhibitory plasticity that leads its targets to a rate (Vogels, Sprekeler, Zenke, Clopath & "
    "Gerstner 2011).\n\n"
    "Traces of pre and post spikes decay with tau and rise by 1. With a pre spike the strength "
    "changes by eta (y - 2 rho_0 tau), y the trace of post spikes; with a post spike by eta x, x "
    "the trace of pre spikes. On average the weights settle where each target fires at rho_0. The "
    "strength lies between 0 and |w_max|; its sign is that of w_max: negative where one port takes "
    "both signs, positive on a port for inhibition.";

enum Constant { kEta, kAlpha, kLow, kHigh, kSign };

Result<void> prepare(const Given& given, double, std::span<double> k) {
  const double most = given("w_max");
  if (most == 0) return Error{"is 0; its sign says which way the weight acts", "w_max"};
  k[kEta] = given("eta");
  k[kAlpha] = 2 * given("rho_0") * given("tau");
  k[kSign] = most < 0 ? -1 : 1;
  k[kLow] = std::min(most, 0.0);
  k[kHigh] = std::max(most, 0.0);
  return {};
}

void deliver(Delivery& d) {
  const auto k = d.constants;
  const auto pre = d.sourceTrace(0), post = d.targetTrace(0);
  const double eta = k[kEta] * k[kSign];
  for (const std::uint16_t target : d.fired)
    if (d.plastic)
      onFired(d, target, k[kLow], k[kHigh],
              [&](double, std::uint32_t, std::uint32_t row) { return eta * pre.atFired(row); });
  countFired(d, post);
  for (const Arrival& arrival : d.arrivals)
    if (d.plastic)
      onArrival(d.row(arrival), k[kLow], k[kHigh],
                [&](double, std::uint32_t, std::uint16_t target) {
                  return eta * (post.atArrival(target) - k[kAlpha]);
                });
  countArrivals(d, pre);
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.vogels",
      .title = "Inhibitory homeostasis",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Plasticity",
      .words = "learning inhibition balance istdp vogels sprekeler",
      .shape = {.parameters = joiningParameters({{.name = "eta",
                                                  .initial = 0.01,
                                                  .min = 0,
                                                  .max = 1e6,
                                                  .doc = "learning rate, in the unit of the port",
                                                  .essential = true},
                                                 {.name = "rho_0",
                                                  .initial = 5.0,
                                                  .unit = "Hz",
                                                  .min = 0,
                                                  .max = 1000,
                                                  .doc = "rate to which the targets are led",
                                                  .essential = true},
                                                 timeConstant("tau", 20, "decay of the traces"),
                                                 largestWeight(-10)}),
                .columns = {preTrace("x", "tau"), postTrace("y", "tau")},
                .constants = {"eta", "alpha", "w_min", "w_max", "sign"}},
      .prepare = prepare,
      .deliver = deliver});
}

}  // namespace spk::synapses::vogels
