#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(mcculloch_pitts, step)
}

namespace spk::neurons::mcculloch_pitts {
namespace {

Result<void> prepare(const Given& given, double, std::span<double> k) {
  k[0] = given("theta");
  k[1] = given("I_e");
  return {};
}

constexpr const char* kDoc =
    "McCulloch-Pitts unit: a threshold, no memory.\n\n"
    "In each step it fires if the weights of the spikes that arrive, and I_e + I, add up to theta "
    "or more and no spike arrives at veto. One delay is one generation. With weight 1, theta = 1 "
    "is OR, theta = the number of inputs is AND, and the veto is NOT (McCulloch & Pitts 1943).";

}  // namespace

void add(Registry& registry) {
  const Shape shape{
      .ports = {{"I", Signal::Trace, true, "", "input, in each step"},
                {"in", Signal::Spikes, true, "", "each spike adds its weight"},
                {"veto", Signal::Spikes, true, "", "a spike of positive weight forbids firing"},
                spikesOut()},
      .parameters = {sizeParameter(100),
                     essential(number("theta", 1.0, "", -1e6, 1e6, "threshold")),
                     number("I_e", 0.0, "", -1e6, 1e6, "constant input")},
      .columns = {{"sum", "", 0, "what arrived in the last step"}},
      .constants = {"theta", "I_e"}};
  registry.add(NodeType{.id = "neuron.mcculloch_pitts",
                        .title = "McCulloch-Pitts unit",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons, step by step",
                        .words = "threshold logic gate binary perceptron and or not",
                        .shape = shape,
                        .prepare = prepare,
                        .step = SPK_BUILDS(mcculloch_pitts, step)});
}

}  // namespace spk::neurons::mcculloch_pitts
