#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/population.h"
#include "engine/sim/steps.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(lif_exp, step)
SPK_KERNEL(lif_exp, homeostaticStep)
}  // namespace spk::neurons

namespace spk::neurons::lif_exp {
namespace {

/// What a current of 1 pA that decays with tau_syn adds to V within one step [mV / pA]:
/// (R tau_syn / (tau_syn − tau_m)) (e^(−dt/tau_syn) − e^(−dt/tau_m)), in a form that stays exact
/// where both time constants are close or equal.
double response(double tau_m, double tau_syn, double C_m, double dt) {
  const double x = dt * (1 / tau_m - 1 / tau_syn);  // of e^(−dt/tau_m) (e^x − 1)
  const double ratio = x == 0 ? 1 : expm1(x) / x;
  return dt / C_m * exp(-dt / tau_m) * ratio;
}

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  const double tau_m = given("tau_m"), tau_syn = given("tau_syn"), C_m = given("C_m");
  const double decay = exp(-dt_ms / tau_m), R = tau_m / C_m;  // GΩ
  k[0] = decay;
  k[1] = (1 - decay) * (given("E_L") + R * given("I_e"));
  k[2] = (1 - decay) * R;
  k[3] = exp(-dt_ms / tau_syn);
  k[4] = response(tau_m, tau_syn, C_m, dt_ms);
  k[5] = given("V_th");
  k[6] = given("V_reset");
  k[7] = steps(given("t_ref"), dt_ms);
  return resetBelowThreshold(k[6], k[5]);
}

Result<void> prepareHomeostatic(const Given& given, double dt_ms, std::span<double> k) {
  k[8] = given("eta") * given("rho_0") * dt_ms;  // the rate is in kHz here
  k[9] = given("eta");
  return prepare(given, dt_ms, k);
}

constexpr const char* kDoc =
    "Leaky integrate-and-fire neuron with exponentially decaying synaptic currents.\n\n"
    "C_m dV/dt = (C_m / tau_m) (E_L - V) + I_syn + I_e + I; tau_syn dI_syn/dt = -I_syn; a spike "
    "that arrives adds its weight [pA] to I_syn at the end of its step. V >= V_th at the end of a "
    "step: a spike, V = V_reset for t_ref, while I_syn goes on. Integrated exactly over a step "
    "(Rotter & Diesmann 1999).";

constexpr const char* kHomeostaticDoc =
    "Leaky integrate-and-fire neuron whose threshold seeks a firing rate: intrinsic plasticity.\n\n"
    "As LIF, exponential currents, but V >= V_th + theta at the end of a step makes the spike. theta "
    "rises by eta with each spike and falls by eta rho_0 per time: dtheta/dt = eta (S(t) - rho_0), "
    "with S the spikes, as the thresholds of SORN do (Lazar, Pipa & Triesch 2009). As theta stays "
    "finite, the mean rate becomes rho_0: over a time T, theta moves by eta (spikes - rho_0 T).";

/// tau_m, tau_syn, t_ref ms, C_m pF, E_L and V_th mV; V_reset at E_L
Preset set(std::string name, double tau_m, double C_m, double tau_syn, double E_L, double V_th,
           double t_ref) {
  return {std::move(name),
          {{"tau_m", tau_m},
           {"C_m", C_m},
           {"tau_syn", tau_syn},
           {"E_L", E_L},
           {"V_th", V_th},
           {"V_reset", E_L},
           {"t_ref", t_ref}}};
}

/// What both kinds share.
Shape shapeOf() {
  return {.ports = {{"I", Signal::Trace, true, "pA", "current into the membrane"},
                    {"in", Signal::Spikes, true, "pA", "each spike adds its weight to I_syn"},
                    {"out", Signal::Spikes, false, "", "spikes"}},
          .parameters = {sizeParameter(1000),
                         essential(membraneParameter("tau_m", 10.0)),
                         membraneParameter("C_m", 250.0),
                         {.name = "tau_syn",
                          .initial = 2.0,
                          .unit = "ms",
                          .min = 0.05,
                          .max = 1000,
                          .doc = "decay of the synaptic current",
                          .each = true},
                         membraneParameter("E_L", -70.0),
                         membraneParameter("V_th", -55.0),
                         membraneParameter("V_reset", -70.0),
                         membraneParameter("t_ref", 2.0),
                         essential(membraneParameter("I_e", 0.0))},
          .columns = {{"V", "mV", -70, "membrane potential", 1, Per::Neuron, "E_L"},
                      {"I_syn", "pA", 0, "synaptic current"},
                      {"rest", "steps", 0, "steps left of the refractory time"}},
          .constants = {"decay", "base", "gain", "decayI", "fromI", "V_th", "V_reset", "t_ref"}};
}

}  // namespace

void add(Registry& registry) {
  registry.add(
      NodeType{.id = "neuron.lif_exp",
               .title = "LIF, exponential currents",
               .doc = kDoc,
               .role = Role::Population,
               .group = "Neurons",
               .words = "leaky integrate and fire iaf_psc_exp current based CUBA",
               .shape = shapeOf(),
               .presets = {set("Potjans & Diesmann 2014", 10, 250, 0.5, -65, -50, 2),
                           set("20 ms and 1 nF", 20, 1000, 2, -65, -50, 2),
                           set("associative memory, at dt = 1 ms", 3, 270, 0.3, -60, -57, 1),
                           set("associative memory, fast units", 0.5, 140, 0.3, -60, -57, 1)},
               .prepare = prepare,
               .step = SPK_BUILDS(lif_exp, step)});

  Shape homeostatic = shapeOf();
  for (Parameter& parameter : homeostatic.parameters) parameter.essential = parameter.name == "n";
  homeostatic.parameters.push_back(
      essential(number("rho_0", 5.0, "Hz", 0, 1000, "rate that the threshold seeks")));
  homeostatic.parameters.push_back(
      essential(number("eta", 0.1, "mV", 0, 1000, "rise of the threshold by each spike")));
  homeostatic.columns.push_back({"theta", "mV", 0, "rise of the threshold"});
  homeostatic.constants.push_back("fall");
  homeostatic.constants.push_back("step");
  registry.add(NodeType{.id = "neuron.lif_homeostatic",
                        .title = "LIF, threshold seeks a rate",
                        .doc = kHomeostaticDoc,
                        .role = Role::Population,
                        .group = "Neurons",
                        .words = "intrinsic plasticity homeostasis SORN threshold adaptation",
                        .shape = homeostatic,
                        .prepare = prepareHomeostatic,
                        .step = SPK_BUILDS(lif_exp, homeostaticStep)});
}

}  // namespace spk::neurons::lif_exp
