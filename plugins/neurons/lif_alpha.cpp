#include "engine/base/Math.h"
#include "engine/base/propagator.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/steps.h"
#include "plugins/neurons/alpha.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(lif_alpha, step)
}

namespace spk::neurons::lif_alpha {
namespace {

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  const double tau_m = given("tau_m"), tau_syn = given("tau_syn"), C_m = given("C_m");
  const double decay = exp(-dt_ms / tau_m), R = tau_m / C_m;  // GΩ
  const double A[] = {-1 / tau_m, 1 / C_m, 0, 0, -1 / tau_syn, 1, 0, 0, -1 / tau_syn};
  const std::vector<double> P = propagator(A, 3, dt_ms);  // V, I_syn, z
  const Alpha alpha(tau_syn, dt_ms);
  k[0] = decay;
  k[1] = (1 - decay) * (given("E_L") + R * given("I_e"));
  k[2] = (1 - decay) * R;
  k[3] = P[1];
  k[4] = P[2];
  k[5] = alpha.decay;
  k[6] = alpha.grow;
  k[7] = alpha.kick;
  k[8] = given("V_th");
  k[9] = given("V_reset");
  k[10] = steps(given("t_ref"), dt_ms);
  return resetBelowThreshold(k[9], k[8]);
}

constexpr const char* kDoc =
    "Leaky integrate-and-fire neuron with synaptic currents of alpha shape.\n\n"
    "C_m dV/dt = (C_m / tau_m) (E_L - V) + I_syn + I_e + I; a spike of weight w [pA] that arrives "
    "at the end of a step adds w (t / tau_syn) exp(1 - t / tau_syn) to I_syn, which peaks at w "
    "after tau_syn. V >= V_th at the end of a step: a spike, V = V_reset for t_ref, while I_syn "
    "goes on. Integrated exactly over a step (Rotter & Diesmann 1999).";

}  // namespace

void add(Registry& registry) {
  const Shape shape{
      .ports = {currentIn(), synapticCurrent(), spikesOut()},
      .parameters = {sizeParameter(1000), essential(membraneParameter("tau_m", 10.0)),
                     membraneParameter("C_m", 250.0),
                     tau("tau_syn", 2.0, "time to the peak of a synaptic current"),
                     membraneParameter("E_L", -70.0), membraneParameter("V_th", -55.0),
                     membraneParameter("V_reset", -70.0), membraneParameter("t_ref", 2.0),
                     essential(membraneParameter("I_e", 0.0))},
      .columns = {membrane(-70),
                  {"I_syn", "pA", 0, "synaptic current"},
                  {"z", "pA/ms", 0, "what drives I_syn up"},
                  refractory()},
      .constants = {"decay", "base", "gain", "fromI", "fromZ", "decayI", "growI", "kick", "V_th",
                    "V_reset", "t_ref"}};
  registry.add(NodeType{.id = "neuron.lif_alpha",
                        .title = "LIF, alpha currents",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons",
                        .words = "leaky integrate and fire iaf_psc_alpha current based",
                        .shape = shape,
                        .prepare = prepare,
                        .step = SPK_BUILDS(lif_alpha, step)});
}

}  // namespace spk::neurons::lif_alpha
