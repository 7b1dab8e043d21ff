#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/population.h"
#include "engine/sim/steps.h"

namespace spk::neurons {
SPK_KERNEL(lif_exp, step)
}

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

constexpr const char* kDoc =
    "Leaky integrate-and-fire neuron with exponentially decaying synaptic currents.\n\n"
    "C_m dV/dt = (C_m / tau_m) (E_L - V) + I_syn + I_e + I; tau_syn dI_syn/dt = -I_syn; a spike "
    "that arrives adds its weight [pA] to I_syn at the end of its step. V >= V_th at the end of a "
    "step: a spike, V = V_reset for t_ref, while I_syn goes on. Integrated exactly over a step "
    "(Rotter & Diesmann 1999).";

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

}  // namespace

void add(Registry& registry) {
  const Shape shape{
      .ports = {{"I", Signal::Trace, true, "pA", "current into the membrane"},
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
  registry.add(
      NodeType{.id = "neuron.lif_exp",
               .title = "LIF, exponential currents",
               .doc = kDoc,
               .role = Role::Population,
               .group = "Neurons",
               .words = "leaky integrate and fire iaf_psc_exp current based CUBA",
               .shape = shape,
               .presets = {set("Potjans & Diesmann 2014", 10, 250, 0.5, -65, -50, 2),
                           set("20 ms and 1 nF", 20, 1000, 2, -65, -50, 2),
                           set("associative memory, at dt = 1 ms", 3, 270, 0.3, -60, -57, 1),
                           set("associative memory, fast units", 0.5, 140, 0.3, -60, -57, 1)},
               .prepare = prepare,
               .step = SPK_BUILDS(lif_exp, step)});
}

}  // namespace spk::neurons::lif_exp
