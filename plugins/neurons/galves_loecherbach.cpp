#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(galves_loecherbach, step)
}

namespace spk::neurons::galves_loecherbach {
namespace {

Result<void> prepare(const Given& given, double, std::span<double> k) {
  const char* const names[] = {"mu", "I_e", "gamma", "U_th", "r", "U_reset"};
  for (std::size_t i = 0; i < std::size(names); ++i) k[i] = given(names[i]);
  return {};
}

constexpr const char* kDoc =
    "Galves-Loecherbach unit: it fires by chance and then forgets.\n\n"
    "One update in each step, whatever dt. With the potential U at its begin it fires with the "
    "chance phi(U) = (gamma (U - U_th))^r, held between 0 and 1, and U becomes U_reset, whatever "
    "arrives; else U becomes mu U + I_e + I + the weights of the spikes that arrive. Galves & "
    "Loecherbach 2013; the monomial phi and its phase transitions: Brochini et al. 2016.";

}  // namespace

void add(Registry& registry) {
  const auto plain = [](const char* name, double initial, double min, double max, const char* doc) {
    return number(name, initial, "", min, max, doc);
  };
  const Shape shape{
      .ports = {{"I", Signal::Trace, true, "", "current, added to U in each step"},
                {"in", Signal::Spikes, true, "", "each spike adds its weight to U"},
                spikesOut()},
      .parameters = {sizeParameter(1000), essential(plain("gamma", 1.0, 0, 1e4, "gain of phi")),
                     essential(plain("mu", 0.5, 0, 1, "share of U that a step leaves")),
                     plain("r", 1.0, 0.01, 100, "exponent of phi"),
                     plain("U_th", 0.0, -1e4, 1e4, "below it the unit never fires"),
                     plain("U_reset", 0.0, -1e4, 1e4, "U after a spike"),
                     plain("I_e", 0.0, -1e4, 1e4, "constant current, added in each step")},
      .columns = {{"U", "", 0, "potential"}},
      .constants = {"mu", "I_e", "gamma", "U_th", "r", "U_reset"}};
  registry.add(NodeType{.id = "neuron.galves_loecherbach",
                        .title = "Galves-Loecherbach unit",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons, step by step",
                        .words = "stochastic criticality discrete time variable memory",
                        .shape = shape,
                        .prepare = prepare,
                        .step = SPK_BUILDS(galves_loecherbach, step)});
}

}  // namespace spk::neurons::galves_loecherbach
