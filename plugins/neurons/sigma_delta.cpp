#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(sigma_delta, step)
}

namespace spk::neurons::sigma_delta {
namespace {

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  k[0] = exp(-dt_ms / given("tau"));
  k[1] = exp(-dt_ms / given("tau_in"));
  k[2] = given("theta");
  k[3] = given("I_e");
  return {};
}

constexpr const char* kDoc =
    "Sigma-delta unit: spikes that say how a signal goes on.\n\n"
    "The signal is x + I_e + I; a spike that arrives adds its weight to x, which decays with "
    "tau_in (sigma). The unit keeps what its own spikes have told, said, which grows by theta at "
    "each spike and decays with tau; it fires at the end of a step in which the signal lies "
    "theta / 2 or more above it (delta). So a receiver with tau_in = tau and weight theta holds "
    "the signal to within theta / 2 and one step's decay, as long as it is not negative and falls "
    "no faster than tau. Yoon 2017; Zambrano & Bohte 2016.";

}  // namespace

void add(Registry& registry) {
  const Shape shape{
      .ports = {{"I", Signal::Trace, true, "", "signal"},
                {"in", Signal::Spikes, true, "", "each spike adds its weight to x"},
                spikesOut()},
      .parameters = {sizeParameter(100),
                     essential(number("theta", 0.1, "", 1e-9, 1e6, "what one spike stands for")),
                     essential(tau("tau", 20.0, "decay of what was said", 1e5)),
                     tau("tau_in", 20.0, "decay of x", 1e5),
                     number("I_e", 0.0, "", -1e6, 1e6, "constant signal")},
      .columns = {{"x", "", 0, "signal from the spikes that arrived"},
                  {"said", "", 0, "signal that its own spikes tell"}},
      .constants = {"decay", "decayIn", "quantum", "I_e"}};
  registry.add(NodeType{.id = "neuron.sigma_delta",
                        .title = "Sigma-delta unit",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons, rates and signals",
                        .words = "delta modulation encoding predictive signal",
                        .shape = shape,
                        .prepare = prepare,
                        .step = SPK_BUILDS(sigma_delta, step)});
}

}  // namespace spk::neurons::sigma_delta
