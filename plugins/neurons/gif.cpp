#include "engine/base/Math.h"
#include "engine/base/propagator.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/steps.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(gif, step)
SPK_KERNEL(gif, plainStep)
}  // namespace spk::neurons

namespace spk::neurons::gif {
namespace {

/// What a current of 1 pA that decays with tau adds to V within one step [mV / pA].
double response(double tau_m, double tau, double C_m, double dt_ms) {
  const double A[] = {-1 / tau_m, 1 / C_m, 0, -1 / tau};
  return propagator(A, 2, dt_ms)[1];
}

Result<void> preparePlain(const Given& given, double dt_ms, std::span<double> k) {
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
  k[8] = given("rho_0") * dt_ms;  // kHz · ms
  k[9] = 1 / given("Delta");
  return {};
}

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  const double tau_m = given("tau_m"), C_m = given("C_m");
  k[10] = response(tau_m, given("tau_I1"), C_m, dt_ms);
  k[11] = response(tau_m, given("tau_I2"), C_m, dt_ms);
  k[12] = exp(-dt_ms / given("tau_I1"));
  k[13] = exp(-dt_ms / given("tau_I2"));
  k[14] = -given("q_1");
  k[15] = -given("q_2");
  k[16] = exp(-dt_ms / given("tau_th1"));
  k[17] = exp(-dt_ms / given("tau_th2"));
  k[18] = given("a_1");
  k[19] = given("a_2");
  return preparePlain(given, dt_ms, k);
}

#define SPK_ESCAPE_DOC                                                                          \
  "C_m dV/dt = (C_m / tau_m) (E_L - V) + I_syn + I_e + I, tau_syn dI_syn/dt = -I_syn; a spike " \
  "that arrives adds its weight [pA] to I_syn. At the end of a step it fires with the chance "  \
  "1 - exp(-rho dt), rho = rho_0 exp((V - theta) / Delta); V = V_reset for t_ref. V is exact; " \
  "the rate is that at the end of the step. "

constexpr const char* kPlainDoc =
    "LIF neuron with an escape rate: it fires by chance.\n\n" SPK_ESCAPE_DOC
    "theta = V_th. Gerstner et al. 2014, chapter 9.";
constexpr const char* kDoc =
    "Generalised integrate-and-fire neuron: chance, spike-triggered currents, moving "
    "threshold.\n\n" SPK_ESCAPE_DOC
    "theta = V_th + th_1 + th_2, where each spike adds a_j to th_j, which decays with tau_thj; it "
    "also takes q_j from the current I_j, which decays with tau_Ij and flows into C_m. Mensi et "
    "al. 2012, Pozzorini et al. 2015; their filters as two exponentials each.";
#undef SPK_ESCAPE_DOC

NodeType common(double tau_m, double C_m, double V_th, double V_reset, double t_ref, double Delta) {
  NodeType type;
  type.role = Role::Population;
  type.group = "Neurons";
  type.shape = {
      .ports = {currentIn(), synapticCurrent(), spikesOut()},
      .parameters =
          {sizeParameter(1000), membraneParameter("tau_m", tau_m), membraneParameter("C_m", C_m),
           tau("tau_syn", 2.0, "decay of the synaptic current"), membraneParameter("E_L", -70.0),
           membraneParameter("V_th", V_th, "where the rate is rho_0"),
           membraneParameter("V_reset", V_reset), membraneParameter("t_ref", t_ref),
           essential(number("rho_0", 100.0, "Hz", 0, 1e6, "rate at the threshold")),
           essential(number("Delta", Delta, "mV", 0.01, 100, "width of the soft threshold")),
           membraneParameter("I_e", 0.0)},
      .columns = {membrane(-70), {"I_syn", "pA", 0, "synaptic current"}, refractory()},
      .constants = {"decay", "base", "gain", "decayI", "fromI", "V_th", "V_reset", "t_ref",
                    "rho_dt", "steepness"}};
  return type;
}

}  // namespace

void add(Registry& registry) {
  NodeType plain = common(10, 250, -55, -70, 2, 2);
  plain.id = "neuron.lif_escape";
  plain.title = "LIF, escape rate";
  plain.doc = kPlainDoc;
  plain.words = "stochastic soft threshold hazard noise integrate and fire";
  plain.prepare = preparePlain;
  plain.step = SPK_BUILDS(gif, plainStep);
  registry.add(std::move(plain));

  NodeType full = common(20, 80, -50, -55, 4, 2);
  full.id = "neuron.gif";
  full.title = "Generalised IF, stochastic";
  full.doc = kDoc;
  full.words = "GIF gif_psc_exp stochastic spike response adaptation moving threshold";
  const auto add = [&](Parameter parameter) {
    full.shape.parameters.push_back(std::move(parameter));
  };
  add(number("q_1", 20.0, "pA", -1e6, 1e6, "current that a spike takes, fast part"));
  add(tau("tau_I1", 30.0, "decay of that current", 1e5));
  add(number("q_2", 5.0, "pA", -1e6, 1e6, "current that a spike takes, slow part"));
  add(tau("tau_I2", 200.0, "decay of that current", 1e5));
  add(number("a_1", 10.0, "mV", -1000, 1000, "rise of the threshold by a spike, fast part"));
  add(tau("tau_th1", 20.0, "decay of that rise", 1e5));
  add(number("a_2", 2.0, "mV", -1000, 1000, "rise of the threshold by a spike, slow part"));
  add(tau("tau_th2", 200.0, "decay of that rise", 1e5));
  full.shape.columns.push_back({"I_1", "pA", 0, "fast spike-triggered current"});
  full.shape.columns.push_back({"I_2", "pA", 0, "slow spike-triggered current"});
  full.shape.columns.push_back({"th_1", "mV", 0, "fast rise of the threshold"});
  full.shape.columns.push_back({"th_2", "mV", 0, "slow rise of the threshold"});
  for (const char* name :
       {"from_1", "from_2", "decay_1", "decay_2", "q_1", "q_2", "fall_1", "fall_2", "a_1", "a_2"})
    full.shape.constants.push_back(name);
  full.prepare = prepare;
  full.step = SPK_BUILDS(gif, step);
  registry.add(std::move(full));
}

}  // namespace spk::neurons::gif
