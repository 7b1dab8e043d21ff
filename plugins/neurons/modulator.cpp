// Dopamine and its kin: what the spikes of a population leave in the tissue.
#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(modulator, step)
}

namespace spk::neurons::modulator {
namespace {

constexpr const char* kDoc =
    "Concentration of a neuromodulator, such as dopamine, that spikes release (Izhikevich "
    "2007).\n\n"
    "tau dD/dt = baseline - D, exact over one step; a spike that arrives adds its weight to D at "
    "the end of its step. Joined all to all from a population of N neurons with weight 1000 / (N "
    "tau), tau in ms, D is the population's mean rate in Hz, smoothed. A wire from D to the port "
    "`reward` of synapse.reward_stdp or `third` of synapse.three_factor makes spikes teach: the "
    "projection sees the value of the step before. One concentration (n = 1) reaches all targets, "
    "or there is one for each.";

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  k[0] = exp(-dt_ms / given("tau"));
  k[1] = (1 - k[0]) * given("baseline");
  return {};
}

}  // namespace

void add(Registry& registry) {
  registry.add(NodeType{
      .id = "neuron.modulator",
      .title = "Neuromodulator",
      .doc = kDoc,
      .role = Role::Population,
      .group = "Neurons",
      .words = "dopamine serotonin acetylcholine noradrenaline reward rate concentration volume",
      .shape = {.ports = {{"in", Signal::Spikes, true, "", "spikes that release it"}},
                .parameters = {sizeParameter(1),
                               essential(tau("tau", 200.0, "how long it stays", 1e6)),
                               essential(number("baseline", 0.0, "", -1e6, 1e6,
                                                "where it settles without spikes"))},
                .columns =
                    {{.name = "D", .unit = "", .doc = "concentration", .initialFrom = "baseline"}},
                .constants = {"decay", "base"}},
      .presets = {{"Izhikevich 2007", {{"tau", 200.0}, {"baseline", 0.0}}}},
      .prepare = prepare,
      .step = SPK_BUILDS(modulator, step)});
}

}  // namespace spk::neurons::modulator
