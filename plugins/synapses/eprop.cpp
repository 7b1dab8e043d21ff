// The local trace of e-prop.
#include <cmath>

#include "engine/base/Math.h"
#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::eprop {
namespace {

constexpr const char* kDoc =
    "Local eligibility of e-prop for leaky integrate-and-fire neurons (Bellec et al. 2020).\n\n"
    "A pre spike raises z, which decays with tau_m, the target's membrane: how much its V hangs on "
    "the weight. In each step the pseudo-derivative of the target's spikes, psi = gamma max(0, 1 - "
    "|V - V_th| / width), multiplies z to the eligibility psi z, which is filtered by tau_out (the "
    "read-out's membrane) to e: e decays with tau_out and rises by psi z dt. The wire to the port "
    "`learning_signal` brings L, one value for each target or one for all, and dw/dt = -eta L e. "
    "The weight stays between w_min and w_max. All synapses of a target are visited in each step "
    "in which psi > 0.";

enum Constant { kGamma, kThreshold, kPerWidth, kPerStep, kLow, kHigh };

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  k[kGamma] = given("gamma") * dt_ms;
  k[kThreshold] = given("V_th");
  k[kPerWidth] = 1 / given("width");
  k[kPerStep] = given("eta") * dt_ms;
  return readBounds(given, k[kLow], k[kHigh]);
}

void deliver(Delivery& d) {
  const auto k = d.constants;
  const auto z = d.sourceTrace(0);
  const auto e = d.synapseTrace(0);
  const double* const V = d.state(0);
  countArrivals(d, z);
  bool any = false;
  for (std::uint32_t i = 0; i < d.targetCount; ++i) {
    const auto target = static_cast<std::uint16_t>(i);
    any |= d.modulator(0, target) != 0;
    const double psi = k[kGamma] * (1 - std::fabs(V[i] - k[kThreshold]) * k[kPerWidth]);
    if (!(psi > 0)) continue;
    d.eachIncoming(target, [&](float&, std::uint32_t synapse, std::uint32_t row) {
      e.addArrival(synapse, psi * z.atArrival(row));
    });
  }
  if (!d.plastic || !any) return;
  for (std::uint32_t r = 0; r < d.rowCount; ++r)
    onArrival(d.row(r), k[kLow], k[kHigh],
              [&](double, std::uint32_t synapse, std::uint16_t target) {
                return -k[kPerStep] * d.modulator(0, target) * e.atArrival(synapse);
              });
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.eprop",
      .title = "e-prop",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Plasticity",
      .words = "learning bellec eligibility propagation recurrent gradient surrogate",
      .shape = {.ports = {{.name = "learning_signal",
                           .signal = Signal::Trace,
                           .input = true,
                           .doc = "Error that the target hears, one for all or one for each."}},
                .parameters = joiningParameters(
                    {{.name = "eta",
                      .initial = 0.001,
                      .unit = "1/ms",
                      .min = 0,
                      .max = 1e6,
                      .doc = "change per time, learning signal and eligibility",
                      .essential = true},
                     {.name = "gamma",
                      .initial = 0.3,
                      .unit = "1/ms",
                      .min = 0,
                      .max = 1e6,
                      .doc = "height of the pseudo-derivative"},
                     {.name = "V_th",
                      .initial = 20.0,
                      .unit = "mV",
                      .min = -1000,
                      .max = 1000,
                      .doc = "threshold of the targets"},
                     {.name = "width",
                      .initial = 20.0,
                      .unit = "mV",
                      .min = 1e-3,
                      .max = 1000,
                      .doc = "distance from the threshold at which the pseudo-derivative is 0"},
                     timeConstant("tau_m", 20, "membrane of the targets"),
                     timeConstant("tau_out", 20, "membrane of the read-out"),
                     smallestWeight(-2),
                     largestWeight()}),
                .columns = {preTrace("z", "tau_m", "Filtered pre spikes"),
                            {.name = "e",
                             .unit = "",
                             .doc = "Filtered eligibility",
                             .per = Per::Synapse,
                             .decay = "tau_out"}},
                .constants = {"gamma", "V_th", "perWidth", "perStep", "w_min", "w_max"},
                .reads = {"V"}},
      .prepare = prepare,
      .deliver = deliver});
}

}  // namespace spk::synapses::eprop
