#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/steps.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(lif_cond_exp, step)
SPK_KERNEL(lif_cond_exp, adaptiveStep)
}  // namespace spk::neurons

namespace spk::neurons::lif_cond_exp {
namespace {

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  const double gain = dt_ms / given("C_m");
  const double tau_exc = given("tau_exc"), tau_inh = given("tau_inh");
  k[0] = gain * given("g_L");
  k[1] = gain * (given("g_L") * given("E_L") + given("I_e"));
  k[2] = gain;
  k[3] = gain * exprel(-dt_ms / tau_exc);  // the mean of e^(−t/tau) over the step
  k[4] = gain * exprel(-dt_ms / tau_inh);
  k[5] = given("E_exc");
  k[6] = given("E_inh");
  k[7] = exp(-dt_ms / tau_exc);
  k[8] = exp(-dt_ms / tau_inh);
  k[9] = given("V_th");
  k[10] = given("V_reset");
  k[11] = steps(given("t_ref"), dt_ms);
  return resetBelowThreshold(k[10], k[9]);
}

Result<void> prepareAdaptive(const Given& given, double dt_ms, std::span<double> k) {
  k[12] = exp(-dt_ms / given("tau_theta"));
  k[13] = given("dtheta");
  return prepare(given, dt_ms, k);
}

constexpr const char* kDoc =
    "Leaky integrate-and-fire neuron with exponentially decaying synaptic conductances.\n\n"
    "C_m dV/dt = g_L (E_L - V) + g_exc (E_exc - V) + g_inh (E_inh - V) + I_e + I; "
    "tau dg/dt = -g for each conductance; a spike that arrives adds its weight [nS], 0 or more, to "
    "g_exc or g_inh at the end of its step. V >= V_th at the end of a step: a spike, V = V_reset "
    "for t_ref, while the conductances go on. Conductances exactly, V with their exact means over "
    "the step: exact while they are constant, else of second order, and never beyond the reversal "
    "potentials. Defaults after Vogels & Abbott 2005, as in the COBA benchmark of Brette et al. "
    "2007.";

constexpr const char* kAdaptiveDoc =
    "Leaky integrate-and-fire neuron with conductances and a threshold that rises with each "
    "spike.\n\n"
    "As LIF, exponential conductances, but V >= V_th + theta at the end of a step makes the spike; "
    "then theta grows by dtheta, and it decays with tau_theta, hours if wanted: neurons that fire "
    "much fire less, and all of a layer come to take part. Diehl & Cook 2015, where the leak is "
    "1 nS, so that conductances are shares of it; their threshold is V_th + 20 mV - 20 mV.";

/// What both kinds share.
Shape shapeOf() {
  return {.ports = {currentIn(), excitation(), inhibition(), spikesOut()},
          .parameters = {sizeParameter(1000), membraneParameter("C_m", 200.0),
                         essential(number("g_L", 10.0, "nS", 0.001, 1e6, "leak conductance")),
                         membraneParameter("E_L", -60.0),
                         potential("E_exc", 0.0, "reversal potential of excitation"),
                         potential("E_inh", -80.0, "reversal potential of inhibition"),
                         tau("tau_exc", 5.0, "decay of the excitatory conductance"),
                         tau("tau_inh", 10.0, "decay of the inhibitory conductance"),
                         membraneParameter("V_th", -50.0), membraneParameter("V_reset", -60.0),
                         membraneParameter("t_ref", 5.0), essential(membraneParameter("I_e", 0.0))},
          .columns = {membrane(-60),
                      {"g_exc", "nS", 0, "excitatory conductance"},
                      {"g_inh", "nS", 0, "inhibitory conductance"},
                      refractory()},
          .constants = {"leak", "base", "gain", "meanExc", "meanInh", "E_exc", "E_inh", "decayExc",
                        "decayInh", "V_th", "V_reset", "t_ref"}};
}

/// Diehl & Cook 2015: E_L, E_inh, V_th, V_reset mV, C_m pF at a leak of 1 nS, t_ref ms, dtheta mV
Preset diehlCook(std::string name, double C_m, double E_L, double E_inh, double V_th,
                 double V_reset, double t_ref, double dtheta) {
  return {std::move(name),
          {{"C_m", C_m},
           {"g_L", 1.0},
           {"E_L", E_L},
           {"E_exc", 0.0},
           {"E_inh", E_inh},
           {"tau_exc", 1.0},
           {"tau_inh", 2.0},
           {"V_th", V_th},
           {"V_reset", V_reset},
           {"t_ref", t_ref},
           {"dtheta", dtheta},
           {"tau_theta", 1e7}}};
}

}  // namespace

void add(Registry& registry) {
  registry.add(NodeType{.id = "neuron.lif_cond_exp",
                        .title = "LIF, exponential conductances",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons",
                        .words = "leaky integrate and fire iaf_cond_exp COBA conductance based",
                        .shape = shapeOf(),
                        .presets = {{"Vogels & Abbott 2005",
                                     {{"C_m", 200.0},
                                      {"g_L", 10.0},
                                      {"E_L", -60.0},
                                      {"E_exc", 0.0},
                                      {"E_inh", -80.0},
                                      {"tau_exc", 5.0},
                                      {"tau_inh", 10.0},
                                      {"V_th", -50.0},
                                      {"V_reset", -60.0},
                                      {"t_ref", 5.0}}}},
                        .prepare = prepare,
                        .step = SPK_BUILDS(lif_cond_exp, step)});

  Shape adaptive = shapeOf();
  adaptive.parameters.push_back(number("dtheta", 0.05, "mV", 0, 1000, "rise by each spike"));
  adaptive.parameters.push_back(tau("tau_theta", 1e7, "decay of the rise", 1e12));
  adaptive.columns.push_back({"theta", "mV", 0, "rise of the threshold"});
  adaptive.constants.push_back("fall");
  adaptive.constants.push_back("step");
  registry.add(NodeType{
      .id = "neuron.lif_cond_adaptive",
      .title = "LIF, adaptive threshold",
      .doc = kAdaptiveDoc,
      .role = Role::Population,
      .group = "Neurons",
      .words = "diehl cook conductance homeostasis digits unsupervised",
      .shape = adaptive,
      .presets = {diehlCook("Diehl & Cook 2015, excitatory", 100, -65, -100, -52, -65, 5, 0.05),
                  diehlCook("Diehl & Cook 2015, inhibitory", 10, -60, -85, -40, -45, 2, 0)},
      .prepare = prepareAdaptive,
      .step = SPK_BUILDS(lif_cond_exp, adaptiveStep)});
}

}  // namespace spk::neurons::lif_cond_exp
