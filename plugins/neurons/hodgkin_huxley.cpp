#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(hodgkin_huxley, traubMilesStep)
SPK_KERNEL(hodgkin_huxley, squidStep)
}  // namespace spk::neurons

namespace spk::neurons::hodgkin_huxley {
namespace {

void prepareCommon(const Given& given, double dt_ms, std::span<double> k) {
  const double gain = dt_ms / given("C_m");
  const double tau_exc = given("tau_exc"), tau_inh = given("tau_inh");
  k[0] = gain;
  k[1] = gain * given("g_L");
  k[2] = gain * given("g_Na");
  k[3] = gain * given("g_K");
  k[4] = gain * (given("g_L") * given("E_L") + given("I_e"));
  k[5] = given("E_Na");
  k[6] = given("E_K");
  k[7] = gain * exprel(-dt_ms / tau_exc);  // the mean of e^(−t/tau) over the step
  k[8] = gain * exprel(-dt_ms / tau_inh);
  k[9] = given("E_exc");
  k[10] = given("E_inh");
  k[11] = exp(-dt_ms / tau_exc);
  k[12] = exp(-dt_ms / tau_inh);
  k[13] = given("V_th");
  k[14] = 1;
}

Result<void> prepareTraubMiles(const Given& given, double dt_ms, std::span<double> k) {
  prepareCommon(given, dt_ms, k);
  k[15] = given("V_T");
  return {};
}

Result<void> prepareSquid(const Given& given, double dt_ms, std::span<double> k) {
  prepareCommon(given, dt_ms, k);
  k[14] = pow(given("Q10"), (given("temperature") - 6.3) / 10);
  return {};
}

#define SPK_HH_DOC                                                                               \
  "C_m dV/dt = g_L (E_L - V) + g_Na m^3 h (E_Na - V) + g_K n^4 (E_K - V) + g_exc (E_exc - V) + " \
  "g_inh (E_inh - V) + I_e + I; a spike that arrives adds its weight [nS], 0 or more, to g_exc " \
  "or g_inh, which decays with tau_exc or tau_inh. A spike is sent when V rises through V_th; "  \
  "nothing is reset. Gates and V take turns, half a step apart, each solved exactly with the "   \
  "other held (order 2, stable at any step); the columns m, h, n therefore lie half a step "     \
  "behind V."

constexpr const char* kTraubMilesDoc =
    "Hodgkin-Huxley neuron with the kinetics of Traub & Miles 1991.\n\n" SPK_HH_DOC
    " Rates shifted by V_T; defaults of the COBAHH benchmark of Brette et al. 2007: 20,000 square "
    "micrometres of membrane. Its programs differ in E_L: NEURON's has -65 mV, the default here, "
    "Brian's and NEST's have -60 mV (a preset), where the neuron fires by itself.";
constexpr const char* kSquidDoc =
    "Hodgkin-Huxley neuron, the squid's giant axon.\n\n" SPK_HH_DOC
    " Rates of Hodgkin & Huxley 1952 with rest at -65 mV, times Q10^((temperature - 6.3) / 10). "
    "Defaults: 10,000 square micrometres of membrane, so that 100 pF, 12,000, 3,600 and 30 nS are "
    "the 1 uF, 120, 36 and 0.3 mS per square centimetre of the paper.";
#undef SPK_HH_DOC

struct Membrane {
  double C_m, g_Na, g_K, g_L, E_Na, E_K, E_L, V_th, E_inh, m, h, n;
};

NodeType common(const Membrane& x, Column V) {
  const auto conductance = [](const char* name, double initial, const char* doc) {
    return number(name, initial, "nS", 0, 1e7, doc);
  };
  NodeType type;
  type.role = Role::Population;
  type.group = "Neurons, biophysical";
  type.shape = {
      .ports = {currentIn(), excitation(), inhibition(), spikesOut()},
      .parameters = {sizeParameter(100), membraneParameter("C_m", x.C_m),
                     essential(conductance("g_Na", x.g_Na, "sodium conductance, all open")),
                     conductance("g_K", x.g_K, "potassium conductance, all open"),
                     conductance("g_L", x.g_L, "leak conductance"),
                     potential("E_Na", x.E_Na, "reversal potential of sodium"),
                     potential("E_K", x.E_K, "reversal potential of potassium"),
                     membraneParameter("E_L", x.E_L, "reversal potential of the leak"),
                     potential("V_th", x.V_th, "a spike is sent when V rises through this"),
                     potential("E_exc", 0.0, "reversal potential of excitation"),
                     potential("E_inh", x.E_inh, "reversal potential of inhibition"),
                     tau("tau_exc", 5.0, "decay of the excitatory conductance"),
                     tau("tau_inh", 10.0, "decay of the inhibitory conductance"),
                     essential(membraneParameter("I_e", 0.0))},
      .columns = {std::move(V),
                  {"m", "", x.m, "sodium activation"},
                  {"h", "", x.h, "sodium inactivation, 1: none"},
                  {"n", "", x.n, "potassium activation"},
                  {"g_exc", "nS", 0, "excitatory conductance"},
                  {"g_inh", "nS", 0, "inhibitory conductance"}},
      .constants = {"gain", "g_L", "g_Na", "g_K", "base", "E_Na", "E_K", "meanExc", "meanInh",
                    "E_exc", "E_inh", "decayExc", "decayInh", "V_th", "speed"}};
  return type;
}

}  // namespace

void add(Registry& registry) {
  // the gates at rest where V begins
  NodeType traubMiles = common(
      {200, 20000, 6000, 10, 50, -90, -65, -20, -80, 0.0097324045, 0.9975610872, 0.0270744790},
      membrane(-65));
  traubMiles.id = "neuron.hh_traub_miles";
  traubMiles.title = "Hodgkin-Huxley, Traub-Miles";
  traubMiles.doc = kTraubMilesDoc;
  traubMiles.words = "hh_cond_exp_traub COBAHH biophysical sodium potassium";
  traubMiles.shape.parameters.push_back(potential("V_T", -63.0, "shifts all rates"));
  traubMiles.shape.constants.push_back("V_T");
  traubMiles.presets = {{"leak at -65 mV, silent alone", {{"E_L", -65.0}}},
                        {"leak at -60 mV, fires alone", {{"E_L", -60.0}}}};
  traubMiles.prepare = prepareTraubMiles;
  traubMiles.step = SPK_BUILDS(hodgkin_huxley, traubMilesStep);
  registry.add(std::move(traubMiles));

  NodeType squid = common(
      {100, 12000, 3600, 30, 50, -77, -54.4, 0, -80, 0.0529324853, 0.5961207535, 0.3176769141},
      {"V", "mV", -65, "membrane potential"});
  squid.id = "neuron.hh_squid";
  squid.title = "Hodgkin-Huxley, squid axon";
  squid.doc = kSquidDoc;
  squid.words = "giant axon 1952 biophysical sodium potassium temperature";
  squid.shape.parameters.push_back(
      number("temperature", 6.3, "°C", -2, 45, "makes all gates faster or slower"));
  squid.shape.parameters.push_back(
      number("Q10", 3.0, "", 1, 10, "how much faster 10 degrees make the gates"));
  squid.prepare = prepareSquid;
  squid.step = SPK_BUILDS(hodgkin_huxley, squidStep);
  registry.add(std::move(squid));
}

}  // namespace spk::neurons::hodgkin_huxley
