#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/steps.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(eif, step)
SPK_KERNEL(eif, quadraticStep)
}  // namespace spk::neurons

namespace spk::neurons::eif {
namespace {

Result<void> prepareCommon(const Given& given, double dt_ms, std::span<double> k) {
  k[0] = 1 / given("C_m");
  k[1] = given("I_e");
  k[2] = exp(-0.5 * dt_ms / given("tau_syn"));
  k[3] = given("V_peak");
  k[4] = given("V_reset");
  k[5] = steps(given("t_ref"), dt_ms);
  if (k[4] >= k[3])
    return Error{"V_reset is " + numberText(k[4]) + " mV and must lie below V_peak, " +
                     numberText(k[3]) + " mV",
                 "V_reset"};
  return {};
}

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  k[6] = 1 / given("tau_m");
  k[7] = given("E_L");
  k[8] = given("V_T");
  k[9] = given("Delta_T");
  k[10] = 1 / k[9];
  return prepareCommon(given, dt_ms, k);
}

Result<void> prepareQuadratic(const Given& given, double dt_ms, std::span<double> k) {
  k[6] = given("a_0") / given("tau_m");
  k[7] = given("E_L");
  k[8] = given("V_c");
  return prepareCommon(given, dt_ms, k);
}

constexpr const char* kDoc =
    "Exponential integrate-and-fire neuron.\n\n"
    "tau_m dV/dt = E_L - V + Delta_T exp((V - V_T) / Delta_T) + (tau_m / C_m) (I_syn + I_e + I); "
    "tau_syn dI_syn/dt = -I_syn; a spike that arrives adds its weight [pA] to I_syn. V >= V_peak "
    "at the end of a step: a spike, V = V_reset for t_ref. I_syn exactly, V by the classical "
    "Runge-Kutta method (order 4, fixed step); an upswing that runs to its end within a step is "
    "found by its own solution. Defaults after Fourcaud-Trocme et al. 2003, for a cell of 200 pF.";

constexpr const char* kQuadraticDoc =
    "Quadratic integrate-and-fire neuron.\n\n"
    "tau_m dV/dt = a_0 (V - E_L) (V - V_c) + (tau_m / C_m) (I_syn + I_e + I); "
    "tau_syn dI_syn/dt = -I_syn; a spike that arrives adds its weight [pA] to I_syn. V >= V_peak "
    "at the end of a step: a spike, V = V_reset for t_ref. The form of each neuron that begins to "
    "fire slowly (Ermentrout & Kopell 1986; Latham et al. 2000; Gerstner et al. 2014, section "
    "5.3). I_syn exactly, V by the classical Runge-Kutta method (order 4, fixed step).";

NodeType common(double tau_m, double C_m, double E_L, double V_peak, double V_reset, double t_ref) {
  NodeType type;
  type.role = Role::Population;
  type.group = "Neurons";
  type.shape = {
      .ports = {currentIn(), synapticCurrent(), spikesOut()},
      .parameters = {sizeParameter(1000), essential(membraneParameter("tau_m", tau_m)),
                     membraneParameter("C_m", C_m), membraneParameter("E_L", E_L),
                     potential("V_peak", V_peak, "where a spike is seen and V is reset"),
                     membraneParameter("V_reset", V_reset), membraneParameter("t_ref", t_ref),
                     tau("tau_syn", 2.0, "decay of the synaptic current"),
                     essential(membraneParameter("I_e", 0.0))},
      .columns = {membrane(E_L), {"I_syn", "pA", 0, "synaptic current"}, refractory()},
      .constants = {"per_C", "I_e", "half", "V_peak", "V_reset", "t_ref", "rate", "E_L"}};
  return type;
}

}  // namespace

void add(Registry& registry) {
  NodeType exponential = common(10, 200, -65, -20, -68, 1.7);
  exponential.id = "neuron.eif";
  exponential.title = "Exponential IF";
  exponential.doc = kDoc;
  exponential.words = "exponential integrate and fire fourcaud brunel";
  exponential.shape.parameters.push_back(
      potential("V_T", -59.9, "threshold of the exponential upswing"));
  exponential.shape.parameters.push_back(
      number("Delta_T", 3.48, "mV", 0.05, 50, "sharpness of the upswing"));
  for (const char* name : {"V_T", "Delta_T", "steepness"})
    exponential.shape.constants.push_back(name);
  exponential.prepare = prepare;
  exponential.step = SPK_BUILDS(eif, step);
  registry.add(std::move(exponential));

  NodeType quadratic = common(10, 200, -65, 0, -65, 0);
  quadratic.id = "neuron.qif";
  quadratic.title = "Quadratic IF";
  quadratic.doc = kQuadraticDoc;
  quadratic.words = "quadratic integrate and fire theta neuron ermentrout kopell";
  quadratic.shape.parameters.push_back(
      number("a_0", 0.1, "1/mV", 1e-6, 10, "curvature of the current that V drives"));
  quadratic.shape.parameters.push_back(
      potential("V_c", -50.0, "above it V runs up without any current"));
  quadratic.shape.constants.push_back("V_c");
  quadratic.prepare = prepareQuadratic;
  quadratic.step = SPK_BUILDS(eif, quadraticStep);
  registry.add(std::move(quadratic));
}

}  // namespace spk::neurons::eif
