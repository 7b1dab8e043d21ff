// STDP that reads the target's membrane potential.
#include <cmath>

#include "engine/base/Math.h"
#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::stdp_voltage {
namespace {

constexpr const char* kDoc =
    "Voltage-based STDP with homeostasis (Clopath, Büsing, Vasilaki & Gerstner 2010).\n\n"
    "u_minus and u_plus are the target's V low-pass filtered with tau_minus and tau_plus, x the "
    "trace of pre spikes with tau_x. With a pre spike\n"
    "w <- w - A_LTD (u_mean^2 / u_ref^2) [u_minus - theta_minus]+\n"
    "and at all times\n"
    "dw/dt = A_LTP x [V - theta_plus]+ [u_plus - theta_minus]+,\n"
    "where [.]+ is 0 for what is negative and u_mean is [u_minus - theta_minus]+ filtered with "
    "tau_mean; u_ref = 0 switches homeostasis off. The voltages are those at the begin of a step. "
    "The weight stays between w_min and w_max. Neurons whose spikes have a shape (AdEx, "
    "Hodgkin-Huxley) bring V above theta_plus by themselves; for others theta_plus must lie below "
    "the threshold.";

enum Constant {
  kLtd,
  kLtpPerStep,
  kThetaMinus,
  kThetaPlus,
  kKeepMinus,
  kKeepPlus,
  kKeepMean,
  kPerRef,
  kLow,
  kHigh
};

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  k[kLtd] = given("A_LTD");
  k[kLtpPerStep] = given("A_LTP") * dt_ms;
  k[kThetaMinus] = given("theta_minus");
  k[kThetaPlus] = given("theta_plus");
  k[kKeepMinus] = exp(-dt_ms / given("tau_minus"));
  k[kKeepPlus] = exp(-dt_ms / given("tau_plus"));
  k[kKeepMean] = exp(-dt_ms / given("tau_mean"));
  const double ref = given("u_ref");
  k[kPerRef] = ref > 0 ? 1 / (ref * ref) : 0;
  return readBounds(given, k[kLow], k[kHigh]);
}

double positive(double x) { return x > 0 ? x : 0; }

void deliver(Delivery& d) {
  const auto k = d.constants;
  const auto x = d.sourceTrace(0);
  const double* const V = d.state(0);
  double *const minus = d.targets(0), *const plus = d.targets(1), *const mean = d.targets(2);
  for (std::uint32_t i = 0; i < d.targetCount; ++i) {
    if (d.step == 0) minus[i] = plus[i] = V[i];  // at rest before the run
    const double above = positive(V[i] - k[kThetaPlus]);
    const double depolarised = positive(plus[i] - k[kThetaMinus]);
    if (d.plastic && above > 0 && depolarised > 0) {
      const double gain = k[kLtpPerStep] * above * depolarised * x.fired;
      onFired(d, static_cast<std::uint16_t>(i), k[kLow], k[kHigh],
              [&](double, std::uint32_t, std::uint32_t row) { return gain * x.held[row]; });
    }
  }
  for (const Arrival& arrival : d.arrivals)
    if (d.plastic)
      onArrival(d.row(arrival), k[kLow], k[kHigh],
                [&](double, std::uint32_t, std::uint16_t target) {
                  const double homeostasis =
                      k[kPerRef] > 0 ? mean[target] * mean[target] * k[kPerRef] : 1;
                  return -k[kLtd] * homeostasis * positive(minus[target] - k[kThetaMinus]);
                });
  countArrivals(d, x);
  for (std::uint32_t i = 0; i < d.targetCount; ++i) {
    const double above = positive(minus[i] - k[kThetaMinus]);
    mean[i] = above + k[kKeepMean] * (mean[i] - above);
    minus[i] = V[i] + k[kKeepMinus] * (minus[i] - V[i]);
    plus[i] = V[i] + k[kKeepPlus] * (plus[i] - V[i]);
  }
}

Column filtered(const char* name, const char* doc) {
  return {.name = name, .unit = "mV", .doc = doc, .per = Per::Target};
}

Parameter voltage(const char* name, double initial, const char* doc) {
  return {.name = name, .initial = initial, .unit = "mV", .min = -1000, .max = 1000, .doc = doc};
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.stdp_voltage",
      .title = "STDP, by voltage",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Plasticity",
      .words = "learning clopath gerstner membrane potential homeostasis",
      .shape = {.parameters = joiningParameters(
                    {{.name = "A_LTP",
                      .initial = 8e-5,
                      .min = 0,
                      .max = 1e6,
                      .doc = "potentiation per ms and square mV, in the unit of the port",
                      .essential = true},
                     amount("A_LTD", 14e-5, "depression by a pre spike, per mV"),
                     voltage("theta_minus", -70.6, "above it the target is depolarised"),
                     voltage("theta_plus", -45.3, "above it potentiation sets in"),
                     timeConstant("tau_minus", 10, "filter of V for depression"),
                     timeConstant("tau_plus", 7, "filter of V for potentiation"),
                     timeConstant("tau_x", 15, "trace of pre spikes"),
                     {.name = "u_ref",
                      .initial = 0.0,
                      .unit = "mV",
                      .min = 0,
                      .max = 1000,
                      .doc = "mean depolarisation at which depression is A_LTD; 0: always"},
                     timeConstant("tau_mean", 1000, "over which the depolarisation is taken"),
                     smallestWeight(),
                     largestWeight()}),
                .columns = {preTrace("x", "tau_x"),
                            filtered("u_minus", "V filtered with tau_minus"),
                            filtered("u_plus", "V filtered with tau_plus"),
                            filtered("u_mean", "Depolarisation filtered with tau_mean")},
                .constants = {"A_LTD", "ltpPerStep", "theta_minus", "theta_plus", "keepMinus",
                              "keepPlus", "keepMean", "perRef", "w_min", "w_max"},
                .reads = {"V"}},
      .presets = {{"Visual cortex (Clopath et al. 2010)",
                   {{"A_LTD", 14e-5},
                    {"A_LTP", 8e-5},
                    {"tau_x", 15.0},
                    {"tau_minus", 10.0},
                    {"tau_plus", 7.0},
                    {"theta_plus", -45.3},
                    {"theta_minus", -70.6}}}},
      .prepare = prepare,
      .deliver = deliver});
}

}  // namespace spk::synapses::stdp_voltage
