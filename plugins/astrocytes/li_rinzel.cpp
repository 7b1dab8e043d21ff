#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "engine/sim/population.h"

namespace spk::astrocytes {
SPK_KERNEL(li_rinzel, step)
}

namespace spk::astrocytes::li_rinzel {
namespace {

constexpr const char* kDoc =
    "Calcium dynamics of an astrocyte, and the slow inward current that it gives to neurons (Li & "
    "Rinzel 1994; Nadkarni & Jung 2003; De Pittà et al. 2009): the astrocyte of a tripartite "
    "synapse.\n\n"
    "d[Ca]/dt = (r_C m^3 n^3 h^3 + r_L) ([Ca]_store - [Ca]) - v_ER [Ca]^2 / ([Ca]^2 + K_ER^2)\n"
    "dh/dt = a2 (Q (1 - h) - h [Ca]), Q = d2 ([IP3] + d1) / ([IP3] + d3)\n"
    "d[IP3]/dt = (IP3_rest - [IP3]) / tau_IP3\n"
    "with m = [IP3] / ([IP3] + d1), n = [Ca] / ([Ca] + d5) and [Ca]_store - [Ca] = C_0 - (1 + c_1) "
    "[Ca]. A spike at `glu`, of a neuron whose synapses it wraps, adds its weight to [IP3] in µM. "
    "When [Ca] rises through Ca_th a spike leaves `out` (gliotransmission). The column sic, "
    "sic_gain ln([Ca] / nM - 196.69) where that is above 0, is wired to the current input of "
    "neurons: to one for all, or to as many as there are astrocytes. Runge-Kutta of order 4.";

/// Rates are per second in the literature.
constexpr double kPerSecond = 1e-3;

Result<void> prepare(const Given& given, double, std::span<double> k) {
  const double c1 = given("c_1");
  k[0] = given("r_C") * kPerSecond;
  k[1] = given("r_L") * kPerSecond;
  k[2] = given("v_ER") * kPerSecond;
  k[3] = given("K_ER") * given("K_ER");
  k[4] = given("C_0");
  k[5] = 1 + c1;
  k[6] = given("d1");
  k[7] = given("d2");
  k[8] = given("d3");
  k[9] = given("d5");
  k[10] = given("a2") * kPerSecond;
  k[11] = given("IP3_rest");
  k[12] = 1 / given("tau_IP3");
  k[13] = given("sic_gain");
  k[14] = given("Ca_th");
  return {};
}

Parameter rate(const char* name, double initial, const char* unit, const char* doc) {
  return {.name = name,
          .initial = initial,
          .unit = unit,
          .min = 0,
          .max = 1e6,
          .doc = doc,
          .each = true};
}
Parameter level(const char* name, double initial, const char* doc) {
  return {.name = name,
          .initial = initial,
          .unit = "µM",
          .min = 1e-6,
          .max = 1e3,
          .doc = doc,
          .each = true};
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  Parameter gain = rate("sic_gain", 20, "pA", "slow inward current at ln = 1");
  gain.essential = true;
  Parameter rest = level("IP3_rest", 0.16, "IP3 without glutamate");
  rest.essential = true;
  Parameter tau = rate("tau_IP3", 7140, "ms", "decay of IP3");
  tau.min = 1;
  registry.add(NodeType{
      .id = "astrocyte.li_rinzel",
      .title = "Astrocyte, calcium",
      .doc = kDoc,
      .role = Role::Population,
      .group = "Astrocytes",
      .words = "glia calcium ip3 tripartite synapse slow inward current de pitta nadkarni jung",
      .shape =
          {.ports = {{"glu", Signal::Spikes, true, "µM", "glutamate: IP3 by each spike"},
                     {"out", Signal::Spikes, false, "", "calcium rose through Ca_th"}},
           .parameters = {sizeParameter(1), rest, tau, gain,
                          level("Ca_th", 0.2, "calcium at which transmitter is released"),
                          rate("r_C", 6, "1/s", "largest rate through the IP3 receptors"),
                          rate("r_L", 0.11, "1/s", "leak out of the store"),
                          rate("v_ER", 0.9, "µM/s", "largest uptake of the SERCA pump"),
                          level("K_ER", 0.1, "affinity of the pump"),
                          level("C_0", 2, "free calcium of the cell, per volume of the cytosol"),
                          rate("c_1", 0.185, "", "volume of the store over that of the cytosol"),
                          level("d1", 0.13, "dissociation of IP3"),
                          level("d2", 1.049, "dissociation of inactivating calcium"),
                          level("d3", 0.9434, "dissociation of IP3, inactivated"),
                          level("d5", 0.08234, "dissociation of activating calcium"),
                          rate("a2", 0.2, "1/s", "rate of inactivation, per µM")},
           .columns = {{"Ca", "µM", 0.07, "calcium of the cytosol"},
                       {"h", "", 0.8, "receptors that are not inactivated"},
                       {.name = "IP3",
                        .unit = "µM",
                        .doc = "inositol trisphosphate",
                        .initialFrom = "IP3_rest"},
                       {"sic", "pA", 0, "slow inward current"}},
           .constants = {"release", "leak", "pump", "K2", "total", "volume", "d1", "d2", "d3", "d5",
                         "a2", "rest", "perTau", "gain", "edge"}},
      .presets = {{"Amplitude modulated (De Pittà et al. 2009)", {{"K_ER", 0.1}}},
                  {"Frequency modulated (De Pittà et al. 2009)", {{"K_ER", 0.05}}}},
      .prepare = prepare,
      .step = SPK_BUILDS(li_rinzel, step)});
}

}  // namespace spk::astrocytes::li_rinzel
