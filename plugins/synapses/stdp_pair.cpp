// Pair-based STDP with a weight dependence between additive and multiplicative.
#include "engine/base/Math.h"
#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::stdp_pair {
namespace {

constexpr const char* kDoc =
    "Spike-timing dependent plasticity of pairs of spikes.\n\n"
    "With t_pre the time at which a spike of the source reaches the synapse (spike + delay) and "
    "t_post the time at which one of the target does (spike + dendritic_delay), each pair changes "
    "the weight w by\n"
    "+A_plus (w_max - w_min) ((w_max - w) / (w_max - w_min))^mu exp(-(t_post - t_pre) / tau_plus) "
    "if t_post >= t_pre, at t_post, and\n"
    "-A_minus (w_max - w_min) ((w - w_min) / (w_max - w_min))^mu exp(-(t_pre - t_post) / "
    "tau_minus) if t_post < t_pre, at t_pre;\n"
    "w stays between w_min and w_max. mu = 0 is the additive rule (Song, Miller & Abbott 2000), "
    "mu = 1 the multiplicative one (Rubin, Lee & Sompolinsky 2001), between them lies Gütig et al. "
    "2003. Pairing: each spike with all earlier ones, or with the nearest one of the other side "
    "only (Morrison, Diesmann & Gerstner 2008). With a dendritic delay of one step or more, a pair "
    "that meets in one step depresses instead.";

enum Constant { kAPlus, kAMinus, kMu, kLow, kHigh, kNearest };

Result<void> prepare(const Given& given, double, std::span<double> k) {
  k[kAPlus] = given("A_plus");
  k[kAMinus] = given("A_minus");
  k[kMu] = given("mu");
  k[kNearest] = given.text("pairing") == "nearest";
  return readBounds(given, k[kLow], k[kHigh]);
}

/// How a change depends on the distance to the bound that it leads to, in units of the range.
struct Additive {
  double operator()(double) const { return 1; }
};
struct Multiplicative {
  double operator()(double distance) const { return distance; }
};
struct Power {
  double mu;
  double operator()(double distance) const { return distance > 0 ? pow(distance, mu) : 0; }
};

template <class Dependence>
void potentiate(Delivery& d, const Dependence dependence) {
  const auto pre = d.sourceTrace(0);
  const double low = d.constants[kLow], high = d.constants[kHigh], range = high - low;
  const double up = d.constants[kAPlus] * range * pre.fired;
  for (const std::uint16_t target : d.fired)
    d.eachIncoming(target, [&](float& w, std::uint32_t, std::uint32_t row) {
      const double now = static_cast<double>(w);
      const double by = up * pre.held[row] * dependence((high - now) / range);
      w = static_cast<float>(std::min(high, now + by));
    });
}

template <class Dependence>
void depress(Delivery& d, const Dependence dependence) {
  const auto post = d.targetTrace(0);
  const double low = d.constants[kLow], range = d.constants[kHigh] - low;
  const double down = d.constants[kAMinus] * range * post.arrived;
  for (const Arrival& arrival : d.arrivals) {
    const Row row = d.row(arrival);
    float* const w = row.weights.data();
    const std::uint16_t* const to = row.targets.data();
    for (std::size_t i = 0; i < row.weights.size(); ++i) {
      const double now = static_cast<double>(w[i]);
      const double by = down * post.held[to[i]] * dependence((now - low) / range);
      w[i] = static_cast<float>(std::max(low, now - by));
    }
  }
}

template <class Dependence>
void learn(Delivery& d, const Dependence dependence) {
  const bool nearest = d.constants[kNearest] != 0;
  if (d.plastic) potentiate(d, dependence);
  countFired(d, d.targetTrace(0), nearest);
  if (d.plastic) depress(d, dependence);
  countArrivals(d, d.sourceTrace(0), nearest);
}

void deliver(Delivery& d) {
  const double mu = d.constants[kMu];
  if (mu == 0)
    learn(d, Additive{});
  else if (mu == 1)
    learn(d, Multiplicative{});
  else
    learn(d, Power{mu});
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.stdp_pair",
      .title = "STDP, pairs",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Plasticity",
      .words = "learning hebb spike timing dependent plasticity additive multiplicative",
      .shape = {.parameters = joiningParameters(
                    {timeConstant("tau_plus", 20, "how long a pre spike is remembered"),
                     timeConstant("tau_minus", 20, "how long a post spike is remembered"),
                     {.name = "A_plus",
                      .initial = 0.01,
                      .min = 0,
                      .max = 1,
                      .doc = "potentiation of one pair, as a share of w_max - w_min",
                      .essential = true},
                     amount("A_minus", 0.0105,
                            "depression of one pair, as a share of w_max - w_min", 0, 1),
                     amount("mu", 0, "weight dependence: 0 additive, 1 multiplicative", 0, 1),
                     smallestWeight(),
                     largestWeight(),
                     pairing()}),
                .columns = {preTrace("x", "tau_plus"), postTrace("y", "tau_minus")},
                .constants = {"A_plus", "A_minus", "mu", "w_min", "w_max", "nearest"}},
      .presets = {{"Song, Miller & Abbott 2000",
                   {{"A_plus", 0.005}, {"A_minus", 0.00525}, {"mu", 0.0}}},
                  {"Rubin, Lee & Sompolinsky 2001",
                   {{"A_plus", 0.005}, {"A_minus", 0.00525}, {"mu", 1.0}}}},
      .prepare = prepare,
      .deliver = deliver});
}

}  // namespace spk::synapses::stdp_pair
