#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/population.h"
#include "engine/sim/steps.h"

namespace spk::neurons {
SPK_KERNEL(lif_delta, step)
}

namespace spk::neurons::lif_delta {
namespace {

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  const double decay = exp(-dt_ms / given("tau_m")), R = given("tau_m") / given("C_m");  // GΩ
  k[0] = decay;
  k[1] = (1 - decay) * (given("E_L") + R * given("I_e"));
  k[2] = (1 - decay) * R;
  k[3] = given("V_th");
  k[4] = given("V_reset");
  k[5] = steps(given("t_ref"), dt_ms);
  return resetBelowThreshold(k[4], k[3]);
}

constexpr const char* kDoc =
    "Leaky integrate-and-fire neuron with delta synapses.\n\n"
    "tau_m dV/dt = E_L - V + (tau_m / C_m) (I_e + I); a spike that arrives adds its weight [mV] to "
    "V at the end of its step. V >= V_th at the end of a step: a spike, V = V_reset for t_ref; "
    "what "
    "arrives meanwhile is lost. Integrated exactly over a step (Rotter & Diesmann 1999); the "
    "interval under constant current is the closed-form one, rounded up to whole steps. Defaults "
    "after Brunel 2000.";

}  // namespace

void add(Registry& registry) {
  const Shape shape{
      .ports = {{"I", Signal::Trace, true, "pA", "current into the membrane"},
                {"in", Signal::Spikes, true, "mV", "each spike adds its weight to V"},
                {"out", Signal::Spikes, false, "", "spikes"}},
      .parameters = {sizeParameter(1000), essential(membraneParameter("tau_m", 20.0)),
                     membraneParameter("C_m", 250.0,
                                       "membrane capacitance; scales what currents do"),
                     membraneParameter("E_L", 0.0), membraneParameter("V_th", 20.0),
                     membraneParameter("V_reset", 0.0), membraneParameter("t_ref", 2.0),
                     essential(membraneParameter("I_e", 0.0))},
      .columns = {{"V", "mV", 0, "membrane potential", 1, Per::Neuron, "E_L"},
                  {"rest", "steps", 0, "steps left of the refractory time"}},
      .constants = {"decay", "base", "gain", "V_th", "V_reset", "t_ref"}};
  registry.add(NodeType{
      .id = "neuron.lif_delta",
      .title = "LIF, delta synapses",
      .doc = kDoc,
      .role = Role::Population,
      .group = "Neurons",
      .words = "leaky integrate and fire iaf_psc_delta brunel",
      .shape = shape,
      .presets =
          {{"Brunel 2000",
            {{"tau_m", 20.0}, {"E_L", 0.0}, {"V_th", 20.0}, {"V_reset", 0.0}, {"t_ref", 2.0}}},
           {"Brunel 2000, reset at 10 mV",
            {{"tau_m", 20.0}, {"E_L", 0.0}, {"V_th", 20.0}, {"V_reset", 10.0}, {"t_ref", 2.0}}}},
      .prepare = prepare,
      .step = SPK_BUILDS(lif_delta, step)});
}

}  // namespace spk::neurons::lif_delta
