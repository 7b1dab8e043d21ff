#include "engine/base/Math.h"
#include "engine/base/propagator.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/steps.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(glif, step)
}

namespace spk::neurons::glif {
namespace {

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  const std::string_view level = given.text("level");
  const bool hasReset = level == "lif_r" || level == "lif_r_asc" || level == "lif_r_asc_a";
  const bool hasCurrents = level == "lif_asc" || level == "lif_r_asc" || level == "lif_r_asc_a";
  const bool follows = level == "lif_r_asc_a";
  const double C = given("C_m"), g = given("g_L"), t_ref = given("t_ref");
  const double k_1 = given("k_1"), k_2 = given("k_2"), b_s = given("b_s");
  const double share = hasCurrents ? 1 / C : 0, a_v = follows ? given("a_v") : 0;
  // V − E_L, I_syn, I_1, I_2, th_v and a constant current
  const double A[36] = {-g / C,
                        1 / C,
                        share,
                        share,
                        0,
                        1 / C,  //
                        0,
                        -1 / given("tau_syn"),
                        0,
                        0,
                        0,
                        0,  //
                        0,
                        0,
                        -k_1,
                        0,
                        0,
                        0,  //
                        0,
                        0,
                        0,
                        -k_2,
                        0,
                        0,  //
                        a_v,
                        0,
                        0,
                        0,
                        -given("b_v"),
                        0,  //
                        0,
                        0,
                        0,
                        0,
                        0,
                        0};
  const std::vector<double> P = propagator(A, 6, dt_ms);
  const double* V = P.data();
  const double* T = P.data() + 24;
  const double constants[] = {given("E_L"), V[0], V[1], V[2], V[3], V[5],  //
                              T[4], T[0], T[1], T[2], T[3], T[5],          //
                              P[7], P[14], P[21], exp(-b_s * dt_ms), given("I_e"),
                              given("V_th") - given("E_L"),  //
                              hasReset ? given("f_v") : 0, hasReset ? given("dV") : 0,
                              // what the paper adds after the refractory time, set at the spike
                              given("R_1"), hasCurrents ? given("dI_1") * exp(k_1 * t_ref) : 0,
                              given("R_2"), hasCurrents ? given("dI_2") * exp(k_2 * t_ref) : 0,
                              hasReset ? given("dth_s") * exp(b_s * t_ref) : 0,
                              steps(t_ref, dt_ms)};
  std::copy(std::begin(constants), std::end(constants), k.begin());
  if (given("V_th") <= given("E_L"))
    return Error{"V_th is " + numberText(given("V_th")) + " mV and must lie above E_L, " +
                     numberText(given("E_L")) + " mV",
                 "V_th"};
  return {};
}

constexpr const char* kDoc =
    "Generalised LIF neuron, levels 1 to 5 of Teeter et al. 2018.\n\n"
    "C_m dV/dt = g_L (E_L - V) + I_1 + I_2 + I_syn + I_e + I, dI_j/dt = -k_j I_j, "
    "dth_s/dt = -b_s th_s, dth_v/dt = a_v (V - E_L) - b_v th_v, tau_syn dI_syn/dt = -I_syn; a "
    "spike that arrives adds its weight [pA] to I_syn. V >= V_th + th_s + th_v at the end of a "
    "step: a spike. Then V = E_L + f_v (V - E_L) + dV for t_ref, while V and th_v stand still; "
    "after it I_j = R_j I_j + dI_j and th_s has grown by dth_s. Level lif has none of these but V, "
    "which is reset to E_L; lif_r has the rules of V and th_s, lif_asc the currents, lif_r_asc "
    "both, lif_r_asc_a th_v as well. Integrated exactly over a step. Defaults: a mouse cell of the "
    "Allen Cell Types Database, as in NEST's glif_psc.";

}  // namespace

void add(Registry& registry) {
  const auto rate = [](const char* name, double initial, const char* doc) {
    return number(name, initial, "1/ms", 0, 100, doc);
  };
  const Shape shape{
      .ports = {currentIn(), synapticCurrent(), spikesOut()},
      .parameters = {sizeParameter(1000),
                     choice("level", {"lif_r_asc_a", "lif_r_asc", "lif_asc", "lif_r", "lif"},
                            "which of the rules hold: level 5, 4, 3, 2 or 1 of the paper"),
                     membraneParameter("C_m", 58.72),
                     essential(number("g_L", 9.43, "nS", 0.001, 1e6, "leak conductance")),
                     membraneParameter("E_L", -78.85),
                     membraneParameter("V_th", -51.68, "threshold at rest"),
                     membraneParameter("t_ref", 3.75),
                     tau("tau_syn", 2.0, "decay of the synaptic current"),
                     essential(membraneParameter("I_e", 0.0)),
                     number("f_v", 0.2, "", -1, 1, "share of V - E_L that is left after a spike"),
                     number("dV", 18.51, "mV", -200, 200, "added to V after a spike"),
                     number("dth_s", 0.37, "mV", -200, 200, "rise of the threshold by a spike"),
                     rate("b_s", 0.009, "decay of that rise"),
                     number("dI_1", -9.18, "pA", -1e6, 1e6, "added to I_1 by a spike"),
                     number("dI_2", -198.94, "pA", -1e6, 1e6, "added to I_2 by a spike"),
                     rate("k_1", 0.003, "decay of I_1"),
                     rate("k_2", 0.1, "decay of I_2"),
                     number("R_1", 1.0, "", 0, 1, "share of I_1 that a spike leaves"),
                     number("R_2", 1.0, "", 0, 1, "share of I_2 that a spike leaves"),
                     number("a_v", 0.005, "1/ms", -100, 100, "how much the threshold follows V"),
                     rate("b_v", 0.09, "decay of what follows V")},
      .columns = {membrane(-78.85),
                  {"I_syn", "pA", 0, "synaptic current"},
                  {"I_1", "pA", 0, "slow after-spike current"},
                  {"I_2", "pA", 0, "fast after-spike current"},
                  {"th_s", "mV", 0, "rise of the threshold by spikes"},
                  {"th_v", "mV", 0, "rise of the threshold by V"},
                  refractory()},
      .constants = {"E_L",     "VV",     "VS",    "V1",     "V2",    "VU",     "TT",
                    "TV",      "TS",     "T1",    "T2",     "TU",    "decayS", "decay_1",
                    "decay_2", "decayT", "I_e",   "th_inf", "keepV", "addV",   "keep_1",
                    "add_1",   "keep_2", "add_2", "addT",   "t_ref"}};
  registry.add(NodeType{.id = "neuron.glif",
                        .title = "Generalised LIF, Allen",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons",
                        .words = "GLIF teeter allen institute after-spike current glif_psc",
                        .shape = shape,
                        .prepare = prepare,
                        .step = SPK_BUILDS(glif, step)});
}

}  // namespace spk::neurons::glif
