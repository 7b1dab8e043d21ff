#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(wilson_cowan, step)
}

namespace spk::neurons::wilson_cowan {
namespace {

Result<void> prepare(const Given& given, double, std::span<double> k) {
  const auto atZero = [](double a, double theta) { return 1 / (1 + exp(a * theta)); };
  k[0] = 1 / given("tau_E");
  k[1] = 1 / given("tau_I");
  k[2] = given("c_EE");
  k[3] = given("c_IE");
  k[4] = given("c_EI");
  k[5] = given("c_II");
  k[6] = given("a_E");
  k[7] = given("theta_E");
  k[8] = atZero(k[6], k[7]);
  k[9] = given("a_I");
  k[10] = given("theta_I");
  k[11] = atZero(k[9], k[10]);
  k[12] = given("r");
  k[13] = given("P_e");
  k[14] = given("Q_e");
  return {};
}

constexpr const char* kDoc =
    "Wilson-Cowan unit: the rates of an excitatory and an inhibitory pool.\n\n"
    "tau_E dE/dt = -E + (k_E - r E) S_E(c_EE E - c_IE I + P_e + P), "
    "tau_I dI/dt = -I + (k_I - r I) S_I(c_EI E - c_II I + Q_e + Q), "
    "S(x) = 1 / (1 + exp(-a (x - theta))) - 1 / (1 + exp(a theta)), k its largest value. It sends "
    "no spikes: E and I, the active shares of both pools, are traces to wire onto the inputs P and "
    "Q of other units. Defaults of Wilson & Cowan 1972, figure 11, where P = 1.25 gives a limit "
    "cycle. Classical Runge-Kutta method (order 4, fixed step).";

}  // namespace

void add(Registry& registry) {
  const auto plain = [](const char* name, double initial, double min, double max, const char* doc) {
    return number(name, initial, "", min, max, doc);
  };
  const Shape shape{
      .ports = {{"P", Signal::Trace, true, "", "input to the excitatory pool"},
                {"Q", Signal::Trace, true, "", "input to the inhibitory pool"}},
      .parameters = {sizeParameter(1),
                     essential(plain("P_e", 1.25, -100, 100, "constant input to E")),
                     essential(plain("Q_e", 0.0, -100, 100, "constant input to I")),
                     plain("c_EE", 16.0, 0, 1000, "from E to E"),
                     plain("c_IE", 12.0, 0, 1000, "from I to E, inhibiting"),
                     plain("c_EI", 15.0, 0, 1000, "from E to I"),
                     plain("c_II", 3.0, 0, 1000, "from I to I, inhibiting"),
                     plain("a_E", 1.3, 0.001, 100, "steepness of E's response"),
                     plain("theta_E", 4.0, -100, 100, "threshold of E's response"),
                     plain("a_I", 2.0, 0.001, 100, "steepness of I's response"),
                     plain("theta_I", 3.7, -100, 100, "threshold of I's response"),
                     plain("r", 1.0, 0, 10, "refractory share"),
                     tau("tau_E", 8.0, "time constant of E"),
                     tau("tau_I", 8.0, "time constant of I")},
      .columns = {{"E", "", 0.1, "active share of the excitatory pool"},
                  {"I", "", 0.05, "active share of the inhibitory pool"}},
      .constants = {"rateE", "rateI", "c_EE", "c_IE", "c_EI", "c_II", "a_E", "theta_E", "zero_E",
                    "a_I", "theta_I", "zero_I", "r", "P_e", "Q_e"}};
  registry.add(NodeType{.id = "neuron.wilson_cowan",
                        .title = "Wilson-Cowan rate unit",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons, rates and signals",
                        .words = "rate mean field neural mass oscillator",
                        .shape = shape,
                        .prepare = prepare,
                        .step = SPK_BUILDS(wilson_cowan, step)});
}

}  // namespace spk::neurons::wilson_cowan
