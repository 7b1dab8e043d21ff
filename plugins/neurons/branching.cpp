#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/population.h"

namespace spk::neurons {
SPK_KERNEL(branching, step)
}

namespace spk::neurons::branching {
namespace {

Result<void> prepare(const Given& given, double, std::span<double> k) {
  k[0] = given("h");
  return {};
}

constexpr const char* kDoc =
    "Branching network of binary units with a known branching parameter m.\n\n"
    "In each step unit i becomes active (and spikes) with the chance p_i = min(1, sum of the "
    "weights "
    "of its partners that were active one delay ago + h / N). A wire of the network onto itself "
    "whose units have K targets and whose weight is m / K therefore gives "
    "E[A(t + delay) | A(t)] = m A(t) + h exactly, as long as no p_i exceeds 1: chances are added, "
    "not combined as 1 - (1 - m/K)^n, so two partners that reach the same unit lose nothing on "
    "average. Where more arrives than 1 (activity near N), p_i is cut at 1 and the network "
    "saturates below m A + h. All to all with weight m / N is the exact form; h is the number of "
    "activations from outside per step in the whole network. One generation is the wire's delay: "
    "set it to dt. Reference for estimators of m (Wilting & Priesemann 2018).";

}  // namespace

void add(Registry& registry) {
  const Shape shape{.ports = {{"in", Signal::Spikes, true, "",
                               "each spike adds its weight to the chance to be "
                               "activated"},
                              {"out", Signal::Spikes, false, "", "activations"}},
                    .parameters = {sizeParameter(1000),
                                   {.name = "h",
                                    .initial = 1.0,
                                    .unit = "",
                                    .min = 0,
                                    .max = 1e6,
                                    .doc = "activations from outside, per step and network",
                                    .essential = true}},
                    .columns = {{"active", "", 0, "1 if active in the last step"}},
                    .constants = {"h"}};
  registry.add(NodeType{.id = "neuron.branching",
                        .title = "Branching unit",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons",
                        .words = "criticality avalanche binary galton watson",
                        .shape = shape,
                        .prepare = prepare,
                        .step = SPK_BUILDS(branching, step)});
}

}  // namespace spk::neurons::branching
