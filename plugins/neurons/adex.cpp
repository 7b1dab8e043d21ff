#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/steps.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(adex, step)
SPK_KERNEL(adex, alphaStep)
}  // namespace spk::neurons

namespace spk::neurons::adex {
namespace {

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  const double tau_exc = given("tau_exc"), tau_inh = given("tau_inh");
  k[0] = 1 / given("C_m");
  k[1] = given("g_L");
  k[2] = given("E_L");
  k[3] = given("V_T");
  k[4] = 1 / given("Delta_T");
  k[5] = given("g_L") * given("Delta_T");
  k[6] = given("I_e");
  k[7] = given("a");
  k[8] = 1 / given("tau_w");
  k[9] = given("b");
  k[10] = given("E_exc");
  k[11] = given("E_inh");
  k[12] = exp(-0.5 * dt_ms / tau_exc);
  k[13] = exp(-0.5 * dt_ms / tau_inh);
  k[14] = exp(1) / tau_exc;
  k[15] = exp(1) / tau_inh;
  k[16] = given("V_peak");
  k[17] = given("V_reset");
  k[18] = steps(given("t_ref"), dt_ms);
  if (k[17] >= k[16])
    return Error{"V_reset is " + numberText(k[17]) + " mV and must lie below V_peak, " +
                     numberText(k[16]) + " mV",
                 "V_reset"};
  return {};
}

#define SPK_ADEX_DOC(kind, arrival)                                                             \
  "Adaptive exponential integrate-and-fire neuron with synaptic conductances of " kind          \
  " shape."                                                                                     \
  "\n\n"                                                                                        \
  "C_m dV/dt = g_L (E_L - V) + g_L Delta_T exp((V - V_T) / Delta_T) - w + g_exc (E_exc - V) + " \
  "g_inh (E_inh - V) + I_e + I; tau_w dw/dt = a (V - E_L) - w. V >= V_peak at the end of a "    \
  "step: a spike, V = V_reset for t_ref, and w grows by b. " arrival                            \
  " Conductances exactly, V and w by the classical Runge-Kutta method (order 4, fixed step); "  \
  "an upswing that runs to its end within a step is found by its own solution. "                \
  "Defaults after Brette & Gerstner 2005; firing patterns after the figures of Naud et al. "    \
  "2008, where V starts at E_L and the current is the constant one of each pattern (numbers "   \
  "that P. Müller fitted to these figures; those of the paper's table differ in places)."

constexpr const char* kDoc =
    SPK_ADEX_DOC("exponential",
                 "A spike that arrives adds its weight [nS], 0 or more, to g_exc or g_inh, which "
                 "decays with tau_exc or tau_inh.");
constexpr const char* kAlphaDoc =
    SPK_ADEX_DOC("alpha",
                 "A spike of weight w [nS], 0 or more, adds w (t / tau) exp(1 - t / tau) to g_exc "
                 "or g_inh, which peaks at w after tau_exc or tau_inh.");
#undef SPK_ADEX_DOC

/// C_m pF, g_L nS, E_L mV, a nS, tau_w ms, b pA, V_reset mV, I_e pA; V_T −50 and Delta_T 2 mV
Preset pattern(std::string name, double C_m, double g_L, double E_L, double a, double tau_w,
               double b, double V_reset, double I_e) {
  return {std::move(name),
          {{"C_m", C_m},
           {"g_L", g_L},
           {"E_L", E_L},
           {"V_T", -50.0},
           {"Delta_T", 2.0},
           {"a", a},
           {"tau_w", tau_w},
           {"b", b},
           {"V_reset", V_reset},
           {"V_peak", 0.0},
           {"t_ref", 0.0},
           {"I_e", I_e}}};
}

NodeType common() {
  NodeType type;
  type.role = Role::Population;
  type.group = "Neurons";
  type.shape = {
      .ports = {currentIn(), excitation(), inhibition(), spikesOut()},
      .parameters = {sizeParameter(1000), membraneParameter("C_m", 281.0),
                     number("g_L", 30.0, "nS", 0.001, 1e6, "leak conductance"),
                     membraneParameter("E_L", -70.6),
                     potential("V_T", -50.4, "threshold of the exponential upswing"),
                     number("Delta_T", 2.0, "mV", 0.05, 50, "sharpness of the upswing"),
                     essential(number("a", 4.0, "nS", -1e4, 1e4, "adaptation below threshold")),
                     essential(number("b", 80.5, "pA", -1e6, 1e6, "adaptation by each spike")),
                     tau("tau_w", 144.0, "decay of the adaptation", 1e5),
                     potential("V_peak", 0.0, "where a spike is seen and V is reset"),
                     membraneParameter("V_reset", -70.6), membraneParameter("t_ref", 0.0),
                     potential("E_exc", 0.0, "reversal potential of excitation"),
                     potential("E_inh", -85.0, "reversal potential of inhibition"),
                     tau("tau_exc", 2.0, "time constant of excitation"),
                     tau("tau_inh", 5.0, "time constant of inhibition"),
                     membraneParameter("I_e", 0.0)},
      .columns = {membrane(-70.6),
                  {"w", "pA", 0, "adaptation current"},
                  {"g_exc", "nS", 0, "excitatory conductance"},
                  {"g_inh", "nS", 0, "inhibitory conductance"},
                  refractory()},
      .constants = {"per_C", "g_L", "E_L", "V_T", "steepness", "bend", "I_e", "a", "rate_w", "b",
                    "E_exc", "E_inh", "halfExc", "halfInh", "kickExc", "kickInh", "V_peak",
                    "V_reset", "t_ref"}};
  type.presets = {pattern("tonic spiking", 200, 10, -70, 2, 30, 0, -58, 500),
                  pattern("adaptation", 200, 12, -70, 2, 300, 60, -58, 500),
                  pattern("initial burst", 130, 18, -58, 4, 150, 120, -50, 400),
                  pattern("regular bursting", 200, 10, -58, 2, 120, 100, -46, 210),
                  pattern("delayed accelerating", 200, 12, -70, -10, 300, 0, -58, 300),
                  pattern("delayed regular bursting", 100, 10, -65, -10, 90, 30, -47, 110),
                  pattern("transient spiking", 100, 10, -65, 10, 90, 100, -47, 180),
                  pattern("irregular spiking", 100, 12, -60, -11, 130, 30, -48, 160)};
  type.prepare = prepare;
  return type;
}

}  // namespace

void add(Registry& registry) {
  NodeType exponential = common();
  exponential.id = "neuron.adex";
  exponential.title = "AdEx, exponential conductances";
  exponential.doc = kDoc;
  exponential.words = "adaptive exponential integrate and fire aeif_cond_exp bursting";
  exponential.step = SPK_BUILDS(adex, step);
  registry.add(std::move(exponential));

  NodeType alpha = common();
  alpha.id = "neuron.adex_alpha";
  alpha.title = "AdEx, alpha conductances";
  alpha.doc = kAlphaDoc;
  alpha.words = "adaptive exponential integrate and fire aeif_cond_alpha bursting";
  alpha.shape.columns.push_back({"z_exc", "nS/ms", 0, "what drives g_exc up"});
  alpha.shape.columns.push_back({"z_inh", "nS/ms", 0, "what drives g_inh up"});
  alpha.step = SPK_BUILDS(adex, alphaStep);
  registry.add(std::move(alpha));
}

}  // namespace spk::neurons::adex
