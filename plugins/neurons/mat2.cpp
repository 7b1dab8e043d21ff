#include <algorithm>

#include "engine/base/Math.h"
#include "engine/base/propagator.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/steps.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(mat2, step)
}

namespace spk::neurons::mat2 {
namespace {

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  const double tau_m = given("tau_m"), tau_syn = given("tau_syn"), C_m = given("C_m");
  const double decay = exp(-dt_ms / tau_m), R = tau_m / C_m;  // GΩ
  const double A[] = {-1 / tau_m, 1 / C_m, 0, -1 / tau_syn};
  k[0] = decay;
  k[1] = (1 - decay) * (given("E_L") + R * given("I_e"));
  k[2] = (1 - decay) * R;
  k[3] = exp(-dt_ms / tau_syn);
  k[4] = propagator(A, 2, dt_ms)[1];
  k[5] = given("E_L") + given("omega");
  k[6] = exp(-dt_ms / given("tau_1"));
  k[7] = exp(-dt_ms / given("tau_2"));
  k[8] = given("alpha_1");
  k[9] = given("alpha_2");
  k[10] = std::max(0.0, steps(given("t_ref"), dt_ms) - 1);
  return {};
}

constexpr const char* kDoc =
    "Multi-timescale adaptive threshold neuron (MAT).\n\n"
    "C_m dV/dt = (C_m / tau_m) (E_L - V) + I_syn + I_e + I, tau_syn dI_syn/dt = -I_syn; a spike "
    "that arrives adds its weight [pA] to I_syn. V >= E_L + omega + th_1 + th_2 at the end of a "
    "step, t_ref or more after the last spike: a spike. V is never reset; th_1 grows by alpha_1 "
    "and th_2 by alpha_2, and they decay with tau_1 and tau_2. Integrated exactly over a step. "
    "Kobayashi, Tsubo & Shinomoto 2009.";

Preset kind(std::string name, double alpha_1, double alpha_2, double omega) {
  return {std::move(name), {{"alpha_1", alpha_1}, {"alpha_2", alpha_2}, {"omega", omega}}};
}

}  // namespace

void add(Registry& registry) {
  const auto rise = [](const char* name, double initial, const char* doc) {
    return number(name, initial, "mV", -1000, 1000, doc);
  };
  const Shape shape{
      .ports = {currentIn(), synapticCurrent(), spikesOut()},
      .parameters = {sizeParameter(1000), membraneParameter("tau_m", 5.0),
                     membraneParameter("C_m", 100.0), membraneParameter("E_L", -70.0),
                     tau("tau_syn", 2.0, "decay of the synaptic current"),
                     rise("omega", 19.0, "threshold above E_L, long after a spike"),
                     essential(rise("alpha_1", 37.0, "fast rise of the threshold at a spike")),
                     essential(rise("alpha_2", 2.0, "slow rise of the threshold at a spike")),
                     tau("tau_1", 10.0, "decay of the fast rise"),
                     tau("tau_2", 200.0, "decay of the slow rise", 1e5),
                     membraneParameter("t_ref", 2.0), membraneParameter("I_e", 0.0)},
      .columns = {membrane(-70),
                  {"I_syn", "pA", 0, "synaptic current"},
                  {"th_1", "mV", 0, "fast part of the threshold"},
                  {"th_2", "mV", 0, "slow part of the threshold"},
                  refractory()},
      .constants = {"decay", "base", "gain", "decayI", "fromI", "floor", "decay_1", "decay_2",
                    "alpha_1", "alpha_2", "t_ref"}};
  registry.add(NodeType{
      .id = "neuron.mat2",
      .title = "Adaptive threshold, MAT",
      .doc = kDoc,
      .role = Role::Population,
      .group = "Neurons",
      .words = "multi-timescale adaptive threshold mat2_psc_exp kobayashi",
      .shape = shape,
      .presets = {kind("regular spiking", 37, 2, 19), kind("intrinsically bursting", 1.7, 2, 26),
                  kind("fast spiking", 10, 0.002, 11), kind("chattering", -0.5, 0.4, 26)},
      .prepare = prepare,
      .step = SPK_BUILDS(mat2, step)});
}

}  // namespace spk::neurons::mat2
