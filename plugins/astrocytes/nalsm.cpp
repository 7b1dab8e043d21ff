#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/population.h"

namespace spk::astrocytes {
SPK_KERNEL(nalsm, step)
}

namespace spk::astrocytes::nalsm {
namespace {

constexpr const char* kDoc =
    "The astrocyte of the neuron-astrocyte liquid state machine (Ivanov & Michmizos 2021).\n\n"
    "tau dA/dt = -A + w (s_liquid - s_input) + b, where s counts the spikes per ms that arrive at "
    "the ports `liquid` and `input` (each times its wire's weight, 1 as a rule). A wire from A to "
    "the port `astrocyte` of STDP projections (synapse.stdp_nalsm) makes A the depression of one "
    "pair: a liquid that is more active than its input is depressed. One astrocyte (n = 1) watches "
    "all, or there is one for each domain. The paper's w is 0.015 for 1000 neurons.";

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  k[0] = exp(-dt_ms / given("tau"));
  k[1] = (1 - k[0]) * given("b");
  k[2] = (1 - k[0]) * given("w") / dt_ms;  // of the spikes of one step
  return {};
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "astrocyte.nalsm",
      .title = "Astrocyte, NALSM",
      .doc = kDoc,
      .role = Role::Population,
      .group = "Astrocytes",
      .words = "glia liquid state machine criticality depression",
      .shape = {.ports = {{"liquid", Signal::Spikes, true, "", "spikes of the watched neurons"},
                          {"input", Signal::Spikes, true, "", "spikes of what drives them"}},
                .parameters = {sizeParameter(1),
                               {.name = "tau",
                                .initial = 100.0,
                                .unit = "ms",
                                .min = 0.1,
                                .max = 1e6,
                                .doc = "time constant",
                                .each = true},
                               {.name = "w",
                                .initial = 0.015,
                                .min = -1e6,
                                .max = 1e6,
                                .doc = "gain of a spike per ms",
                                .essential = true,
                                .each = true},
                               {.name = "b",
                                .initial = 0.15,
                                .min = -1e6,
                                .max = 1e6,
                                .doc = "where A settles in silence",
                                .essential = true,
                                .each = true}},
                .columns = {{.name = "A",
                             .unit = "",
                             .doc = "depression that it sets",
                             .initialFrom = "b"}},
                .constants = {"decay", "base", "gain"}},
      .prepare = prepare,
      .step = SPK_BUILDS(nalsm, step)});
}

}  // namespace spk::astrocytes::nalsm
