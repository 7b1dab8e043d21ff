#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/steps.h"
#include "plugins/neurons/alpha.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(lif_cond_alpha, step)
}

namespace spk::neurons::lif_cond_alpha {
namespace {

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  const double gain = dt_ms / given("C_m");
  const Alpha exc(given("tau_exc"), dt_ms), inh(given("tau_inh"), dt_ms);
  k[0] = gain * given("g_L");
  k[1] = gain * (given("g_L") * given("E_L") + given("I_e"));
  k[2] = gain;
  k[3] = gain * exc.meanOfValue;
  k[4] = gain * inh.meanOfValue;
  k[5] = gain * exc.meanOfSlope;
  k[6] = gain * inh.meanOfSlope;
  k[7] = given("E_exc");
  k[8] = given("E_inh");
  k[9] = exc.decay;
  k[10] = inh.decay;
  k[11] = exc.grow;
  k[12] = inh.grow;
  k[13] = exc.kick;
  k[14] = inh.kick;
  k[15] = given("V_th");
  k[16] = given("V_reset");
  k[17] = steps(given("t_ref"), dt_ms);
  return resetBelowThreshold(k[16], k[15]);
}

constexpr const char* kDoc =
    "Leaky integrate-and-fire neuron with synaptic conductances of alpha shape.\n\n"
    "C_m dV/dt = g_L (E_L - V) + g_exc (E_exc - V) + g_inh (E_inh - V) + I_e + I; a spike of "
    "weight "
    "w [nS], 0 or more, that arrives at the end of a step adds w (t / tau) exp(1 - t / tau) to "
    "g_exc or g_inh, which peaks at w after tau. V >= V_th at the end of a step: a spike, "
    "V = V_reset for t_ref, while the conductances go on. Conductances exactly, V with their exact "
    "means over the step: of second order, and never beyond the reversal potentials. Threshold and "
    "leak after Vogels & Abbott 2005.";

}  // namespace

void add(Registry& registry) {
  const Shape shape{
      .ports = {currentIn(), excitation(), inhibition(), spikesOut()},
      .parameters = {sizeParameter(1000), membraneParameter("C_m", 200.0),
                     essential(number("g_L", 10.0, "nS", 0.001, 1e6, "leak conductance")),
                     membraneParameter("E_L", -60.0),
                     potential("E_exc", 0.0, "reversal potential of excitation"),
                     potential("E_inh", -80.0, "reversal potential of inhibition"),
                     tau("tau_exc", 2.0, "time to the peak of an excitatory conductance"),
                     tau("tau_inh", 5.0, "time to the peak of an inhibitory conductance"),
                     membraneParameter("V_th", -50.0), membraneParameter("V_reset", -60.0),
                     membraneParameter("t_ref", 5.0), essential(membraneParameter("I_e", 0.0))},
      .columns = {membrane(-60),
                  {"g_exc", "nS", 0, "excitatory conductance"},
                  {"g_inh", "nS", 0, "inhibitory conductance"},
                  {"z_exc", "nS/ms", 0, "what drives g_exc up"},
                  {"z_inh", "nS/ms", 0, "what drives g_inh up"},
                  refractory()},
      .constants = {"leak", "base", "gain", "meanExc", "meanInh", "risenExc", "risenInh", "E_exc",
                    "E_inh", "decayExc", "decayInh", "growExc", "growInh", "kickExc", "kickInh",
                    "V_th", "V_reset", "t_ref"}};
  registry.add(NodeType{.id = "neuron.lif_cond_alpha",
                        .title = "LIF, alpha conductances",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons",
                        .words = "leaky integrate and fire iaf_cond_alpha conductance based",
                        .shape = shape,
                        .prepare = prepare,
                        .step = SPK_BUILDS(lif_cond_alpha, step)});
}

}  // namespace spk::neurons::lif_cond_alpha
