#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(morris_lecar, step)
}

namespace spk::neurons::morris_lecar {
namespace {

Result<void> prepare(const Given& given, double, std::span<double> k) {
  k[0] = 1 / given("C_m");
  const char* const names[] = {"g_L", "g_Ca", "g_K", "E_L", "E_Ca", "E_K", "I_e", "V_1", "V_3"};
  for (std::size_t i = 0; i < std::size(names); ++i) k[i + 1] = given(names[i]);
  k[10] = 1 / given("V_2");
  k[11] = 1 / given("V_4");
  k[12] = given("phi");
  k[13] = given("V_th");
  return {};
}

constexpr const char* kDoc =
    "Morris-Lecar neuron: calcium and potassium in two equations.\n\n"
    "C_m dV/dt = g_L (E_L - V) + g_Ca m(V) (E_Ca - V) + g_K w (E_K - V) + I_e + I, "
    "dw/dt = phi (w_inf(V) - w) cosh((V - V_3) / (2 V_4)); m = (1 + tanh((V - V_1) / V_2)) / 2, "
    "w_inf = (1 + tanh((V - V_3) / V_4)) / 2. A spike that arrives adds its weight [mV] to V; one "
    "is sent when V rises through V_th. Barnacle muscle of Morris & Lecar 1981 with the three sets "
    "of Rinzel & Ermentrout 1998, for a membrane of one square micrometre times a million: pF, nS "
    "and pA have the numbers of the paper's densities. Classical Runge-Kutta method (order 4, "
    "fixed step).";

Preset set(std::string name, double g_Ca, double V_3, double V_4, double phi, double I_e) {
  return {std::move(name),
          {{"g_Ca", g_Ca}, {"V_3", V_3}, {"V_4", V_4}, {"phi", phi}, {"I_e", I_e}}};
}

}  // namespace

void add(Registry& registry) {
  const auto conductance = [](const char* name, double initial, const char* doc) {
    return number(name, initial, "nS", 0, 1e6, doc);
  };
  const auto width = [](const char* name, double initial, const char* doc) {
    return number(name, initial, "mV", 0.1, 1000, doc);
  };
  const Shape shape{
      .ports = {currentIn(),
                {"in", Signal::Spikes, true, "mV", "each spike adds its weight to V"},
                spikesOut()},
      .parameters = {sizeParameter(100), essential(membraneParameter("I_e", 0.0)),
                     membraneParameter("C_m", 20.0), conductance("g_L", 2.0, "leak conductance"),
                     essential(conductance("g_Ca", 4.4, "calcium conductance, all open")),
                     conductance("g_K", 8.0, "potassium conductance, all open"),
                     membraneParameter("E_L", -60.0, "reversal potential of the leak"),
                     potential("E_Ca", 120.0, "reversal potential of calcium"),
                     potential("E_K", -84.0, "reversal potential of potassium"),
                     potential("V_1", -1.2, "where half of the calcium channels are open"),
                     width("V_2", 18.0, "width of their opening"),
                     potential("V_3", 2.0, "where half of the potassium channels are open"),
                     width("V_4", 30.0, "width of their opening"),
                     number("phi", 0.04, "1/ms", 1e-5, 10, "how fast potassium follows"),
                     potential("V_th", 0.0, "a spike is sent when V rises through this")},
      .columns = {{"V", "mV", -60.8554, "membrane potential"},
                  {"w", "", 0.0149, "share of open potassium channels"}},
      .constants = {"per_C", "g_L", "g_Ca", "g_K", "E_L", "E_Ca", "E_K", "I_e", "V_1", "V_3",
                    "per_V_2", "per_V_4", "phi", "V_th"}};
  registry.add(NodeType{.id = "neuron.morris_lecar",
                        .title = "Morris-Lecar",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons, biophysical",
                        .words = "barnacle calcium class 1 class 2 excitability",
                        .shape = shape,
                        .presets = {set("Hopf, class 2", 4.4, 2, 30, 0.04, 100),
                                    set("saddle-node on circle, class 1", 4, 12, 17.4, 0.0667, 45),
                                    set("homoclinic, bistable", 4, 12, 17.4, 0.23, 38)},
                        .prepare = prepare,
                        .step = SPK_BUILDS(morris_lecar, step)});
}

}  // namespace spk::neurons::morris_lecar
