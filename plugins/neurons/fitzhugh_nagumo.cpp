#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(fitzhugh_nagumo, step)
}

namespace spk::neurons::fitzhugh_nagumo {
namespace {

Result<void> prepare(const Given& given, double, std::span<double> k) {
  k[0] = 1 / given("tau");
  k[1] = given("epsilon");
  k[2] = given("a");
  k[3] = given("b");
  k[4] = given("I_e");
  k[5] = given("v_th");
  return {};
}

constexpr const char* kDoc =
    "FitzHugh-Nagumo oscillator, the shape of a spike in two equations.\n\n"
    "tau dv/dt = v - v^3 / 3 - w + I_e + I, tau dw/dt = epsilon (v + a - b w); v, w and I have no "
    "units. A spike that arrives adds its weight to v. A spike is sent when v rises through v_th. "
    "With the defaults it rests for I below 0.33 and above 1.42 and oscillates between (FitzHugh "
    "1961; Nagumo et al. 1962). Classical Runge-Kutta method (order 4, fixed step).";

}  // namespace

void add(Registry& registry) {
  const Shape shape{
      .ports = {{"I", Signal::Trace, true, "", "current, without unit"},
                {"in", Signal::Spikes, true, "", "each spike adds its weight to v"},
                spikesOut()},
      .parameters = {sizeParameter(100),
                     essential(number("I_e", 0.0, "", -100, 100, "constant current")),
                     tau("tau", 1.0, "one unit of the model's own time"),
                     essential(number("epsilon", 0.08, "", 1e-6, 10, "how slow w is")),
                     number("a", 0.7, "", -10, 10, "shift of the recovery"),
                     number("b", 0.8, "", -10, 10, "decay of the recovery"),
                     number("v_th", 1.0, "", -10, 10, "a spike is sent when v rises through this")},
      .columns = {{"v", "", -1.1994, "fast variable, the potential"},
                  {"w", "", -0.6243, "recovery"}},
      .constants = {"rate", "epsilon", "a", "b", "I_e", "v_th"}};
  registry.add(NodeType{.id = "neuron.fitzhugh_nagumo",
                        .title = "FitzHugh-Nagumo",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons, biophysical",
                        .words = "bonhoeffer van der pol relaxation oscillator excitable",
                        .shape = shape,
                        .presets = {{"excitable", {{"I_e", 0.0}}}, {"oscillating", {{"I_e", 0.5}}}},
                        .prepare = prepare,
                        .step = SPK_BUILDS(fitzhugh_nagumo, step)});
}

}  // namespace spk::neurons::fitzhugh_nagumo
