#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(pacemaker, step)
}

namespace spk::neurons::pacemaker {
namespace {

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  k[0] = given("period") / dt_ms;
  k[1] = given("jitter") / dt_ms;
  if (k[0] < 1)
    return Error{"is " + numberText(given("period")) + " ms; one step, " + numberText(dt_ms) +
                     " ms, is the least",
                 "period"};
  return {};
}

constexpr const char* kDoc =
    "Pacemaker: regular spikes, whatever arrives.\n\n"
    "The first spike falls on the end of the step nearest to first, the next ones follow in "
    "intervals of period, or drawn from a normal distribution around it with standard deviation "
    "jitter, at least one step. Steps are rounded one by one, so the mean interval is the period. "
    "A list or distribution for first gives each unit its own phase.";

}  // namespace

void add(Registry& registry) {
  Parameter first = number("first", 0.0, "steps", 0, 1e9, "when the first spike comes, in steps");
  first.live = false;
  const Shape shape{
      .ports = {spikesOut()},
      .parameters = {sizeParameter(1),
                     essential(number("period", 100.0, "ms", 0.001, 1e7, "mean interval")),
                     essential(number("jitter", 0.0, "ms", 0, 1e6,
                                      "standard deviation of each interval")),
                     first},
      .columns = {{"next", "steps", 0, "steps to the next spike", 1, Per::Neuron, "first"}},
      .constants = {"period", "jitter"}};
  registry.add(NodeType{.id = "neuron.pacemaker",
                        .title = "Pacemaker",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons, rates and signals",
                        .words = "regular periodic clock oscillator spikes phase",
                        .shape = shape,
                        .prepare = prepare,
                        .step = SPK_BUILDS(pacemaker, step)});
}

}  // namespace spk::neurons::pacemaker
