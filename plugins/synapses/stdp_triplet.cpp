// STDP of triplets of spikes.
#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::stdp_triplet {
namespace {

constexpr const char* kDoc =
    "Spike-timing dependent plasticity of triplets of spikes (Pfister & Gerstner 2006).\n\n"
    "Pre spikes raise the traces r1 (tau_plus) and r2 (tau_x), post spikes o1 (tau_minus) and o2 "
    "(tau_y), by 1, or to 1 with nearest pairing. With a pre spike\n"
    "w <- w - eta o1 (A2_minus + A3_minus r2), with a post spike\n"
    "w <- w + eta r1 (A2_plus + A3_plus o2),\n"
    "where r2 and o2 are taken just before the spike; w stays between w_min and w_max. The "
    "presets are the fits to visual cortex (Sjöström et al. 2001) and hippocampal culture (Wang "
    "et al. 2005) of that paper's tables 3 and 4; the change is in units of eta.";

enum Constant { kA2Plus, kA3Plus, kA2Minus, kA3Minus, kLow, kHigh, kNearest };

Result<void> prepare(const Given& given, double, std::span<double> k) {
  const double eta = given("eta");
  k[kA2Plus] = eta * given("A2_plus");
  k[kA3Plus] = eta * given("A3_plus");
  k[kA2Minus] = eta * given("A2_minus");
  k[kA3Minus] = eta * given("A3_minus");
  k[kNearest] = given.text("pairing") == "nearest";
  return readBounds(given, k[kLow], k[kHigh]);
}

void deliver(Delivery& d) {
  const auto k = d.constants;
  const auto r1 = d.sourceTrace(0), r2 = d.sourceTrace(1);
  const auto o1 = d.targetTrace(0), o2 = d.targetTrace(1);
  const double low = k[kLow], high = k[kHigh];
  const bool nearest = k[kNearest] != 0;
  for (const std::uint16_t target : d.fired) {
    if (!d.plastic) break;
    const double gain = (k[kA2Plus] + k[kA3Plus] * o2.atFired(target)) * r1.fired;
    onFired(d, target, low, high,
            [&](double, std::uint32_t, std::uint32_t row) { return gain * r1.held[row]; });
  }
  countFired(d, o1, nearest);
  countFired(d, o2, nearest);
  for (const Arrival& arrival : d.arrivals) {
    if (!d.plastic) break;
    const double loss = (k[kA2Minus] + k[kA3Minus] * r2.atArrival(arrival.row)) * o1.arrived;
    onArrival(d.row(arrival), low, high,
              [&](double, std::uint32_t, std::uint16_t target) { return -loss * o1.held[target]; });
  }
  countArrivals(d, r1, nearest);
  countArrivals(d, r2, nearest);
}

Preset preset(const char* name, double A2_plus, double A3_plus, double A2_minus, double A3_minus,
              double tau_x, double tau_y, const char* pairing) {
  return {name,
          {{"A2_plus", A2_plus},
           {"A3_plus", A3_plus},
           {"A2_minus", A2_minus},
           {"A3_minus", A3_minus},
           {"tau_x", tau_x},
           {"tau_y", tau_y},
           {"pairing", std::string(pairing)}}};
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.stdp_triplet",
      .title = "STDP, triplets",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Plasticity",
      .words = "learning pfister gerstner visual cortex hippocampus",
      .shape = {.parameters = joiningParameters(
                    {{.name = "eta",
                      .initial = 1.0,
                      .min = 0,
                      .max = 1e6,
                      .doc = "weight per unit of change, in the unit of the port",
                      .essential = true},
                     amount("A2_plus", 5e-10, "potentiation by a pair"),
                     amount("A3_plus", 6.2e-3, "potentiation by a triplet, post pre post"),
                     amount("A2_minus", 7e-3, "depression by a pair"),
                     amount("A3_minus", 2.3e-4, "depression by a triplet, pre post pre"),
                     timeConstant("tau_plus", 16.8, "fast trace of pre spikes"),
                     timeConstant("tau_x", 101, "slow trace of pre spikes"),
                     timeConstant("tau_minus", 33.7, "fast trace of post spikes"),
                     timeConstant("tau_y", 125, "slow trace of post spikes"),
                     smallestWeight(),
                     largestWeight(),
                     pairing()}),
                .columns = {preTrace("r1", "tau_plus"), preTrace("r2", "tau_x"),
                            postTrace("o1", "tau_minus"), postTrace("o2", "tau_y")},
                .constants = {"A2_plus", "A3_plus", "A2_minus", "A3_minus", "w_min", "w_max",
                              "nearest"}},
      .presets =
          {preset("Visual cortex, all-to-all", 5e-10, 6.2e-3, 7e-3, 2.3e-4, 101, 125, "all_to_all"),
           preset("Visual cortex, nearest spike", 8.8e-11, 5.3e-2, 6.6e-3, 3.1e-3,
                  714, 40, "nearest"),
           preset("Visual cortex, minimal", 0, 6.5e-3, 7.1e-3, 0, 101, 114, "all_to_all"),
           preset("Hippocampus, all-to-all", 6.1e-3, 6.7e-3, 1.6e-3, 1.4e-3, 946, 27, "all_to_all"),
           preset("Hippocampus, nearest spike", 4.6e-3, 9.1e-3, 3e-3, 7.5e-9, 575, 47, "nearest")},
      .prepare = prepare,
      .deliver = deliver});
}

}  // namespace spk::synapses::stdp_triplet
