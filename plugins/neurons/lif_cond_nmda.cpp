#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/steps.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(lif_cond_nmda, step)
}

namespace spk::neurons::lif_cond_nmda {
namespace {

constexpr double kHalfBlock_mM = 3.57;  ///< of magnesium, at 0 mV

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  const double gain = dt_ms / given("C_m");
  const double tau_exc = given("tau_exc"), tau_inh = given("tau_inh"), tau_nmda = given("tau_nmda");
  k[0] = gain * given("g_L");
  k[1] = gain * (given("g_L") * given("E_L") + given("I_e"));
  k[2] = gain;
  k[3] = gain * exprel(-dt_ms / tau_exc);  // the mean of e^(−t/tau) over the step
  k[4] = gain * exprel(-dt_ms / tau_inh);
  k[5] = gain * exprel(-dt_ms / tau_nmda);
  k[6] = given("E_exc");
  k[7] = given("E_inh");
  k[8] = exp(-dt_ms / tau_exc);
  k[9] = exp(-dt_ms / tau_inh);
  k[10] = exp(-dt_ms / tau_nmda);
  k[11] = given("Mg") / kHalfBlock_mM;
  k[12] = given("V_th");
  k[13] = given("V_reset");
  k[14] = steps(given("t_ref"), dt_ms);
  return resetBelowThreshold(k[13], k[12]);
}

constexpr const char* kDoc =
    "Leaky integrate-and-fire neuron with AMPA, GABA and NMDA conductances.\n\n"
    "C_m dV/dt = g_L (E_L - V) + g_exc (E_exc - V) + g_inh (E_inh - V) + g_nmda B(V) (E_exc - V) + "
    "I_e + I, with the block of NMDA channels by magnesium B(V) = 1 / (1 + [Mg] / 3.57 mM "
    "e^(-0.062 "
    "V)), V in mV (Jahr & Stevens 1990). tau dg/dt = -g for each conductance; a spike that arrives "
    "adds its weight [nS], 0 or more, to that of its port at the end of its step. V >= V_th at the "
    "end of a step: a spike, V = V_reset for t_ref, while the conductances go on. g_nmda is "
    "without the block, and does not saturate. Conductances exactly, V of second order "
    "(exponential Euler along the tangent). Time constants and reversal potentials of the "
    "preset after Brunel & Wang 2001, whose NMDA channels also rise slowly and saturate.";

}  // namespace

void add(Registry& registry) {
  registry.add(NodeType{
      .id = "neuron.lif_cond_nmda",
      .title = "LIF, AMPA, GABA and NMDA",
      .doc = kDoc,
      .role = Role::Population,
      .group = "Neurons",
      .words = "leaky integrate and fire conductance magnesium block working memory",
      .shape = {.ports = {currentIn(),
                          excitation(),
                          inhibition(),
                          {"nmda", Signal::Spikes, true, "nS",
                           "each spike adds its weight, 0 or more, to g_nmda"},
                          spikesOut()},
                .parameters =
                    {sizeParameter(1000), membraneParameter("C_m", 200.0),
                     number("g_L", 10.0, "nS", 0.001, 1e6, "leak conductance"),
                     membraneParameter("E_L", -70.0),
                     potential("E_exc", 0.0, "reversal potential of AMPA and NMDA"),
                     potential("E_inh", -80.0, "reversal potential of GABA"),
                     tau("tau_exc", 5.0, "decay of the AMPA conductance"),
                     tau("tau_inh", 10.0, "decay of the GABA conductance"),
                     essential(tau("tau_nmda", 100.0, "decay of the NMDA conductance")),
                     essential(number("Mg", 1.0, "mM", 0, 100, "magnesium outside; 0: no block")),
                     membraneParameter("V_th", -50.0), membraneParameter("V_reset", -60.0),
                     membraneParameter("t_ref", 2.0), membraneParameter("I_e", 0.0)},
                .columns = {membrane(-70),
                            {"g_exc", "nS", 0, "AMPA conductance"},
                            {"g_inh", "nS", 0, "GABA conductance"},
                            {"g_nmda", "nS", 0, "NMDA conductance, without the block"},
                            refractory()},
                .constants = {"leak", "base", "gain", "meanExc", "meanInh", "meanNmda", "E_exc",
                              "E_inh", "decayExc", "decayInh", "decayNmda", "magnesium", "V_th",
                              "V_reset", "t_ref"}},
      .presets = {{"Brunel & Wang 2001, pyramidal",
                   {{"C_m", 500.0},
                    {"g_L", 25.0},
                    {"E_L", -70.0},
                    {"E_exc", 0.0},
                    {"E_inh", -70.0},
                    {"tau_exc", 2.0},
                    {"tau_inh", 10.0},
                    {"tau_nmda", 100.0},
                    {"Mg", 1.0},
                    {"V_th", -50.0},
                    {"V_reset", -55.0},
                    {"t_ref", 2.0}}}},
      .prepare = prepare,
      .step = SPK_BUILDS(lif_cond_nmda, step)});
}

}  // namespace spk::neurons::lif_cond_nmda
