// Homeostasis: all weights of a target are scaled together.
#include <cmath>

#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::scaling {
namespace {

constexpr const char* kDoc =
    "STDP with homeostatic scaling of all weights of a target (Turrigiano et al. 1998; van Rossum, "
    "Bi & Turrigiano 2000).\n\n"
    "Pairs of spikes change the weight by +A_plus x at post and -A_minus y at pre spikes (additive "
    "pair STDP; 0 and 0: scaling alone). Every `interval` all weights of a target are multiplied "
    "by one number. mode rate: 1 + (interval / tau_scale) (rho_0 - r) / rho_0, with r the target's "
    "rate over the last tau_rate. mode sum: sum / (sum of all |w|), so that the incoming weights "
    "keep their sum (column normalisation as in Diehl & Cook 2015, SORN). The weight stays between "
    "w_min and w_max.";

enum Constant { kAPlus, kAMinus, kInterval, kGain, kPerRate, kTotal, kLow, kHigh };

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  k[kAPlus] = given("A_plus");
  k[kAMinus] = given("A_minus");
  k[kInterval] = std::max(1.0, std::floor(given("interval") / dt_ms + 0.5));
  k[kGain] = k[kInterval] * dt_ms / given("tau_scale");
  k[kPerRate] = 1 / (given("tau_rate") * given("rho_0"));
  k[kTotal] = given.text("mode") == "sum" ? given("sum") : 0;
  return readBounds(given, k[kLow], k[kHigh]);
}

void scale(Delivery& d) {
  const auto k = d.constants;
  const auto rate = d.targetTrace(1);
  for (std::uint32_t i = 0; i < d.targetCount; ++i) {
    const auto target = static_cast<std::uint16_t>(i);
    double factor = std::max(0.0, 1 + k[kGain] * (1 - rate.atArrival(i) * k[kPerRate]));
    if (k[kTotal] > 0) {
      double sum = 0;
      d.eachIncoming(target, [&](float& w, std::uint32_t, std::uint32_t) {
        sum += std::fabs(static_cast<double>(w));
      });
      factor = sum > 0 ? k[kTotal] / sum : 1;
    }
    onFired(d, target, k[kLow], k[kHigh],
            [&](double w, std::uint32_t, std::uint32_t) { return w * factor - w; });
  }
}

void deliver(Delivery& d) {
  const auto k = d.constants;
  const auto pre = d.sourceTrace(0), post = d.targetTrace(0);
  for (const std::uint16_t target : d.fired)
    if (d.plastic && k[kAPlus] != 0)
      onFired(d, target, k[kLow], k[kHigh], [&](double, std::uint32_t, std::uint32_t row) {
        return k[kAPlus] * pre.atFired(row);
      });
  countFired(d, post);
  countFired(d, d.targetTrace(1));
  for (const Arrival& arrival : d.arrivals)
    if (d.plastic && k[kAMinus] != 0)
      onArrival(d.row(arrival), k[kLow], k[kHigh],
                [&](double, std::uint32_t, std::uint16_t target) {
                  return -k[kAMinus] * post.atArrival(target);
                });
  countArrivals(d, pre);
  if (d.plastic && d.step > 0 && isDue(d, k[kInterval])) scale(d);
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.scaling",
      .title = "STDP with scaling",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Plasticity",
      .words = "learning homeostasis homeostatic synaptic scaling normalisation turrigiano sorn",
      .shape = {.parameters = joiningParameters(
                    {{.name = "mode",
                      .kind = Kind::Choice,
                      .initial = std::string("rate"),
                      .doc = "what is kept: the target's rate, or the sum of its weights",
                      .choices = {"rate", "sum"},
                      .essential = true},
                     {.name = "rho_0",
                      .initial = 5.0,
                      .unit = "Hz",
                      .min = 1e-3,
                      .max = 1000,
                      .doc = "rate to which the targets are led",
                      .shownIf = "mode == rate"},
                     {.name = "sum",
                      .initial = 10.0,
                      .min = 1e-9,
                      .max = 1e9,
                      .doc = "sum of the absolute weights of a target, in the unit of the port",
                      .shownIf = "mode == sum"},
                     timeConstant("interval", 100, "between two scalings"),
                     timeConstant("tau_scale", 10000, "how slowly the weights follow"),
                     timeConstant("tau_rate", 1000, "over which the rate is taken"),
                     amount("A_plus", 0, "potentiation of one pair, in the unit of the port"),
                     amount("A_minus", 0, "depression of one pair, in the unit of the port"),
                     timeConstant("tau_plus", 20, "how long a pre spike is remembered"),
                     timeConstant("tau_minus", 20, "how long a post spike is remembered"),
                     smallestWeight(),
                     largestWeight()}),
                .columns = {preTrace("x", "tau_plus"), postTrace("y", "tau_minus"),
                            postTrace("rate", "tau_rate", "Post spikes of the last tau_rate")},
                .constants = {"A_plus", "A_minus", "interval", "gain", "perRate", "total", "w_min",
                              "w_max"}},
      .prepare = prepare,
      .deliver = deliver});
}

}  // namespace spk::synapses::scaling
