#include "engine/graph/Registry.h"

namespace spk::sources::poisson {

namespace {
constexpr const char* kDoc =
    "Poisson noise for a population: each target neuron gets a train of its own.\n\n"
    "In each step a neuron receives k spikes, k Poisson distributed with mean rate dt, exact for "
    "any mean, each with the wire's weight. Drawn inside the target's update, not delivered: the "
    "wire's rule must be all_to_all, and its delay has no effect on the law of the trains. A trace "
    "wired to `rate` replaces the parameter from step to step: one value for all, or one for each "
    "target neuron. Where trains need names (to plot them, to share them) use Poisson trains.";
}

void add(Registry& registry) {
  registry.add(NodeType{
      .id = "source.poisson",
      .title = "Poisson noise",
      .doc = kDoc,
      .role = Role::Source,
      .group = "Sources",
      .words = "random spikes background drive generator",
      .shape = {.ports = {{"rate", Signal::Trace, true, "Hz", "replaces the parameter, if wired"},
                          {"out", Signal::Spikes, false, "", "one train for each target neuron"}},
                .parameters = {{.name = "rate",
                                .initial = 1000.0,
                                .unit = "Hz",
                                .min = 0,
                                .max = 1e8,
                                .doc = "mean rate of the train of each target neuron",
                                .essential = true}}}});
}

}  // namespace spk::sources::poisson
