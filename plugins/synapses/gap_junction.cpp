#include <algorithm>

#include "engine/graph/Registry.h"
#include "plugins/synapses/joining.h"

namespace spk::synapses::gap_junction {
namespace {

constexpr const char* kDoc =
    "Gap junctions: electrical synapses between the neurons of two populations, or of one (Lewis & "
    "Rinzel 2003).\n\n"
    "From the potential V of one population to the current input I of another. Each junction, "
    "drawn by the rule, carries g (V_j - V_i) into neuron i and the opposite into neuron j: no "
    "charge is made or lost. So one wire serves both directions, and both populations need the "
    "column and the input that it joins. The current of a step follows from the potentials at its "
    "begin; with g dt / C well below 1 that is accurate to first order.";

std::vector<Parameter> parameters() {
  std::vector<Parameter> all = {{.name = "g",
                                 .initial = 1.0,
                                 .unit = "nS",
                                 .min = 0,
                                 .max = 1e6,
                                 .doc = "conductance of one junction",
                                 .essential = true}};
  for (Parameter& parameter : joiningParameters())
    if (parameter.name != "weight" && parameter.name != "delay")
      all.push_back(std::move(parameter));
  return all;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{.id = "wire.gap_junction",
                        .title = "Gap junctions",
                        .doc = kDoc,
                        .role = Role::Projection,
                        .group = "Synapses",
                        .words = "electrical synapse diffusive coupling",
                        .shape = {.parameters = parameters()}});
}

}  // namespace spk::synapses::gap_junction
