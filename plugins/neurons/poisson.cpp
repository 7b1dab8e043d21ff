#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/population.h"

namespace spk::neurons {
SPK_KERNEL(poisson, step)
}

namespace spk::neurons::poisson {
namespace {

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  k[0] = -expm1(-given("rate") * dt_ms);  // kHz · ms
  return {};
}

constexpr const char* kDoc =
    "Population of independent Poisson trains with names.\n\n"
    "In each step of dt a unit spikes with the chance 1 - exp(-rate dt), at most once. Unlike the "
    "Poisson source, which draws anew for each target neuron, all targets of one unit see the same "
    "train, and it can be plotted and learnt from.";

}  // namespace

void add(Registry& registry) {
  const Shape shape{.ports = {{"out", Signal::Spikes, false, "", "spikes"}},
                    .parameters = {sizeParameter(100),
                                   {.name = "rate",
                                    .initial = 10.0,
                                    .unit = "Hz",
                                    .min = 0,
                                    .max = 1e5,
                                    .doc = "mean rate of each unit",
                                    .essential = true,
                                    .each = true}},
                    .columns = {},
                    .constants = {"chance"}};
  registry.add(NodeType{.id = "neuron.poisson",
                        .title = "Poisson trains",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons",
                        .words = "noise random spikes parrot",
                        .shape = shape,
                        .prepare = prepare,
                        .step = SPK_BUILDS(poisson, step)});
}

}  // namespace spk::neurons::poisson
