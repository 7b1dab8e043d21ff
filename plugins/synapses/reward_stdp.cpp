// STDP that waits for a reward.
#include "engine/base/Math.h"
#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::reward_stdp {
namespace {

constexpr const char* kDoc =
    "Reward-modulated STDP (Izhikevich 2007; Frémaux & Gerstner 2016).\n\n"
    "Pairs of spikes change the eligibility e of a synapse, not its weight: +A_plus x with a post "
    "spike, -A_minus y with a pre spike (x and y: traces that rise by 1 and decay with tau_plus "
    "and tau_minus). e decays with tau_e. The wire to the port `reward` brings r, and\n"
    "dw/dt = eta (r - r_mean) e,\n"
    "r_mean being the mean of r over tau_r, or 0 if tau_r is 0. The weight stays between w_min and "
    "w_max. Weights are touched only while r differs from its mean.";

enum Constant { kAPlus, kAMinus, kPerStep, kLow, kHigh, kKeep };

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  k[kAPlus] = given("A_plus");
  k[kAMinus] = given("A_minus");
  k[kPerStep] = given("eta") * dt_ms;
  const double tau = given("tau_r");
  k[kKeep] = tau > 0 ? exp(-dt_ms / tau) : 1;
  return readBounds(given, k[kLow], k[kHigh]);
}

void deliver(Delivery& d) {
  const auto k = d.constants;
  markEligible(d, {k[kAPlus], -k[kAMinus]});
  if (!d.isModulated(0)) return;
  double* const mean = d.targets(1);
  bool any = false;
  for (std::uint32_t i = 0; i < d.targetCount; ++i) {
    const double reward = d.modulator(0, static_cast<std::uint16_t>(i));
    mean[i] = reward + k[kKeep] * (mean[i] - reward);
    if (k[kKeep] == 1) mean[i] = 0;
    any |= reward != mean[i];
  }
  if (any && d.plastic)
    cashEligible(d, k[kPerStep], k[kLow], k[kHigh],
                 [&](std::uint16_t target) { return d.modulator(0, target) - mean[target]; });
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.reward_stdp",
      .title = "STDP, by reward",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Plasticity",
      .words = "learning dopamine reinforcement eligibility three factor modulated r-stdp",
      .shape =
          {.ports = {{.name = "reward",
                      .signal = Signal::Trace,
                      .input = true,
                      .doc = "Reward, dopamine: one value for all targets, or one for each."}},
           .parameters = eligibleParameters(
               {amount("A_plus", 1, "eligibility of a pair, pre before post", -1e6),
                amount("A_minus", 1.05, "lost eligibility of a pair, post before pre", -1e6),
                {.name = "tau_r",
                 .initial = 0.0,
                 .unit = "ms",
                 .min = 0,
                 .max = 1e7,
                 .doc = "over which the expected reward is taken; 0: none is expected"}},
               500, "reward"),
           .columns = {preTrace("x", "tau_plus"),
                       postTrace("y", "tau_minus"),
                       {.name = "r_mean", .unit = "", .doc = "Expected reward", .per = Per::Target},
                       eligibility()},
           .constants = {"A_plus", "A_minus", "perStep", "w_min", "w_max", "keep"}},
      .prepare = prepare,
      .deliver = deliver});
}

}  // namespace spk::synapses::reward_stdp
