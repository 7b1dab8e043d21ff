// A Hebbian coincidence that a third factor turns into a change.
#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::three_factor {
namespace {

constexpr const char* kDoc =
    "Neo-Hebbian learning with three factors (Gerstner, Lehmann, Liakoni, Corneil & Brea 2018).\n\n"
    "The first two factors make the eligibility e of a synapse, which decays with tau_e: with a "
    "post spike e <- e + pre_post x, with a pre spike e <- e + post_pre y + pre, with x and y the "
    "traces of pre and post spikes (tau_plus, tau_minus). The third comes over the wire to the "
    "port `third`: dw/dt = eta M e. pre_post = post_pre > 0 is a coincidence, pre_post > 0 > "
    "post_pre a causal window, `pre` a term of its own for each pre spike. The weight stays "
    "between w_min and w_max; weights are touched only while M is not 0.";

enum Constant { kPrePost, kPostPre, kPre, kPerStep, kLow, kHigh };

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  k[kPrePost] = given("pre_post");
  k[kPostPre] = given("post_pre");
  k[kPre] = given("pre");
  k[kPerStep] = given("eta") * dt_ms;
  return readBounds(given, k[kLow], k[kHigh]);
}

void deliver(Delivery& d) {
  const auto k = d.constants;
  markEligible(d, {k[kPrePost], k[kPostPre], k[kPre]});
  if (!d.isModulated(0) || !d.plastic) return;
  bool any = false;
  for (std::uint32_t i = 0; i < d.targetCount && !any; ++i)
    any = d.modulator(0, static_cast<std::uint16_t>(i)) != 0;
  if (any)
    cashEligible(d, k[kPerStep], k[kLow], k[kHigh],
                 [&](std::uint16_t target) { return d.modulator(0, target); });
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.three_factor",
      .title = "Three-factor rule",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Plasticity",
      .words = "learning neo-hebbian eligibility neuromodulator attention surprise",
      .shape = {.ports = {{.name = "third",
                           .signal = Signal::Trace,
                           .input = true,
                           .doc = "Third factor: one value for all targets, or one for each."}},
                .parameters = eligibleParameters(
                    {amount("pre_post", 1, "eligibility of a pair, pre before post", -1e6),
                     amount("post_pre", 1, "eligibility of a pair, post before pre", -1e6),
                     amount("pre", 0, "eligibility of each pre spike", -1e6)},
                    1000, "the third factor"),
                .columns = {preTrace("x", "tau_plus"), postTrace("y", "tau_minus"), eligibility()},
                .constants = {"pre_post", "post_pre", "pre", "perStep", "w_min", "w_max"}},
      .prepare = prepare,
      .deliver = deliver});
}

}  // namespace spk::synapses::three_factor
