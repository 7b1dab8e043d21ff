// Synapses that move to other sources.
#include <cmath>

#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::rewiring {
namespace {

constexpr const char* kDoc =
    "Structural plasticity that keeps the in-degree, on potential synapses (Stepanyants, Hof & "
    "Chklovskii 2002; the exchange as in deep rewiring, Bellec et al. 2018; review: Butz, "
    "Wörgötter & van Ooyen 2009).\n\n"
    "The wire's rule (fixed_indegree, gaussian, all_to_all …) says where axon and dendrite meet: "
    "the potential synapses. Of those that reach a neuron `active` are real, chosen at random at "
    "the start; the others have weight 0. Pairs of spikes change the weight of a real synapse by "
    "+A_plus x at post and -A_minus y at pre spikes (additive; x and y are traces of pre and post "
    "spikes, tau_plus and tau_minus), between w_min and w_max. Every `interval`, each real synapse "
    "whose weight is at most `weak` is given up with chance `turnover`, and for each that is, one "
    "of the neuron's other potential synapses, all alike, becomes real with weight w_new. So the "
    "number of real synapses of a neuron never changes; where it has fewer potential ones than "
    "`active`, all are real.";

enum Constant { kActive, kAPlus, kAMinus, kInterval, kWeak, kTurnover, kNew, kLow, kHigh };

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  k[kActive] = given("active");
  k[kAPlus] = given("A_plus");
  k[kAMinus] = given("A_minus");
  k[kInterval] = std::max(1.0, std::floor(given("interval") / dt_ms + 0.5));
  k[kWeak] = given("weak");
  k[kTurnover] = given("turnover");
  k[kNew] = given("w_new");
  TRY_DO(readBounds(given, k[kLow], k[kHigh]));
  if (k[kNew] >= k[kLow] && k[kNew] <= k[kHigh]) return {};
  return Error{"is " + numberText(k[kNew]) + "; w_min to w_max, " + numberText(k[kLow]) + " to " +
                   numberText(k[kHigh]) + ", is allowed",
               "w_new"};
}

/// What the column `real` holds.
constexpr float kUndecided = -1, kSilent = 0, kReal = 1;
/// Draws of one target and moment: for its synapses in order, then for those that come.
constexpr std::uint32_t kComing = 1u << 24;

/// Selection sampling (Knuth, The Art of Computer Programming 2, 3.4.2): each choice alike.
void choose(Delivery& d, std::uint16_t target) {
  const std::span<const Incoming> all = d.incoming(target);
  double wanted = d.constants[kActive], left = static_cast<double>(all.size());
  for (std::uint32_t i = 0; i < all.size(); ++i, --left) {
    const bool taken = d.uniform(target, 0, i) * left < wanted;
    d.synapses(0)[all[i].synapse] = taken ? kReal : kSilent;
    if (taken)
      --wanted;
    else
      d.weights()[all[i].synapse] = 0;
  }
}

void rewire(Delivery& d, std::uint16_t target) {
  const auto k = d.constants;
  const std::span<const Incoming> all = d.incoming(target);
  float* const real = d.synapses(0);
  const auto n = static_cast<std::uint32_t>(all.size());
  std::uint32_t silent = 0, given = 0;
  for (const Incoming& in : all) silent += real[in.synapse] == kSilent;
  // Those given up are no candidates at once: marked below, silent only at the end.
  for (std::uint32_t i = 0; i < n && given < silent; ++i) {
    const std::uint32_t synapse = all[i].synapse;
    if (real[synapse] != kReal || static_cast<double>(d.weights()[synapse]) > k[kWeak]) continue;
    if (d.uniform(target, d.step, i) >= k[kTurnover]) continue;
    real[synapse] = kUndecided;
    ++given;
  }
  for (std::uint32_t g = 0; g < given; ++g, --silent) {
    auto skip = static_cast<std::uint32_t>(d.uniform(target, d.step, kComing + g) * silent);
    for (const Incoming& in : all) {
      if (real[in.synapse] != kSilent || skip-- > 0) continue;
      real[in.synapse] = kReal;
      d.weights()[in.synapse] = static_cast<float>(k[kNew]);
      break;
    }
  }
  for (const Incoming& in : all)
    if (real[in.synapse] == kUndecided) real[in.synapse] = kSilent, d.weights()[in.synapse] = 0;
}

void learn(Delivery& d) {
  const auto k = d.constants;
  const auto pre = d.sourceTrace(0), post = d.targetTrace(0);
  const float* const real = d.synapses(0);
  if (d.plastic)
    for (const std::uint16_t target : d.fired)
      d.eachIncoming(target, [&](float& w, std::uint32_t synapse, std::uint32_t row) {
        if (real[synapse] != kReal) return;
        const double up = static_cast<double>(w) + k[kAPlus] * pre.atFired(row);
        w = static_cast<float>(std::min(up, k[kHigh]));
      });
  countFired(d, post);
  const double down = d.plastic ? k[kAMinus] : 0;
  for (const Arrival& arrival : d.arrivals) {
    const Row row = d.row(arrival);
    for (std::uint32_t i = 0; i < row.weights.size(); ++i) {
      float& w = row.weights[i];
      const double now = static_cast<double>(w) - down * post.atArrival(row.targets[i]);
      // Silent ones stay so when all weights are set anew.
      w = real[row.first + i] == kReal ? static_cast<float>(std::max(now, k[kLow])) : 0.f;
    }
  }
  countArrivals(d, pre);
}

void deliver(Delivery& d) {
  const bool isFresh = !d.weights().empty() && d.synapses(0)[0] == kUndecided;
  if (isFresh)
    for (std::uint32_t t = 0; t < d.targetCount; ++t) choose(d, static_cast<std::uint16_t>(t));
  learn(d);
  if (d.plastic && !isFresh && isDue(d, d.constants[kInterval]))
    for (std::uint32_t t = 0; t < d.targetCount; ++t) rewire(d, static_cast<std::uint16_t>(t));
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.rewiring",
      .title = "Rewiring, with pair STDP",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Plasticity",
      .words = "structural plasticity deep rewiring growth pruning turnover spines in-degree",
      .shape = {.parameters = joiningParameters(
                    {{.name = "active",
                      .kind = Kind::Integer,
                      .initial = std::int64_t{10},
                      .min = 0,
                      .max = 1e6,
                      .doc = "real synapses of each target, of all that the rule makes possible",
                      .essential = true,
                      .live = false},
                     {.name = "turnover",
                      .initial = 0.1,
                      .min = 0,
                      .max = 1,
                      .doc = "chance that a weak synapse is given up at each interval",
                      .essential = true},
                     timeConstant("interval", 100, "between two times at which synapses move"),
                     amount("weak", 0.01, "largest weight at which a synapse may be given up",
                            -1e6),
                     amount("w_new", 0.5, "weight of a new synapse", -1e6),
                     amount("A_plus", 0.01, "potentiation of one pair, in the unit of the port"),
                     amount("A_minus", 0.0105, "depression of one pair, in the unit of the port"),
                     timeConstant("tau_plus", 20, "how long a pre spike is remembered"),
                     timeConstant("tau_minus", 20, "how long a post spike is remembered"),
                     smallestWeight(),
                     largestWeight()}),
                .columns = {preTrace("x", "tau_plus"),
                            postTrace("y", "tau_minus"),
                            {.name = "real",
                             .unit = "",
                             .initial = kUndecided,
                             .doc = "1: a synapse; 0: a potential one",
                             .per = Per::Synapse}},
                .constants = {"active", "A_plus", "A_minus", "interval", "weak", "turnover",
                              "w_new", "w_min", "w_max"}},
      .prepare = prepare,
      .deliver = deliver});
}

}  // namespace spk::synapses::rewiring
