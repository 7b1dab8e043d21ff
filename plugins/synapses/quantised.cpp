// Weights of a few bits.
#include <cmath>

#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::quantised {
namespace {

constexpr const char* kDoc =
    "Weights of 2 to 8 bits, as hardware holds them.\n\n"
    "Each synapse has a latent weight u. What is sent is\n"
    "w = step clamp(round(u / step), -Q_N, Q_P), the quantiser of LSQ (Esser et al. 2020), with "
    "Q_N = 2^(bits - 1) and Q_P = 2^(bits - 1) - 1 if weights are signed, Q_N = 0 and Q_P = "
    "2^bits - 1 if not. LSQ begins with step = 2 mean(|w|) / sqrt(Q_P).\n\n"
    "Pairs of spikes change u, additively: +A_plus x at post and -A_minus y at pre spikes, in "
    "steps, with x and y the traces of pre and post spikes (tau_plus, tau_minus). u stays between "
    "-Q_N step and Q_P step. So learning goes on below the resolution, as it does in training with "
    "quantised weights. With A_plus = A_minus = 0 weights are only quantised. Weights that are set "
    "anew are quantised when they next send, and so are all when `bits`, `signs` or `step` change: "
    "they then begin with the weights as sent.";

enum Constant { kStep, kLeast, kMost, kAPlus, kAMinus };

Result<void> prepare(const Given& given, double, std::span<double> k) {
  const int bits = static_cast<int>(given("bits"));
  const bool isSigned = given.text("signs") == "signed";
  const double half = static_cast<double>(1 << (bits - 1));
  k[kStep] = given("step");
  k[kLeast] = isSigned ? -half : 0;
  k[kMost] = (isSigned ? half : 2 * half) - 1;
  k[kAPlus] = given("A_plus") * k[kStep];
  k[kAMinus] = given("A_minus") * k[kStep];
  return {};
}

/// The levels that a weight can have.
class Levels {
 public:
  explicit Levels(std::span<const double> k)
      : step_(k[kStep]), least_(k[kLeast]), most_(k[kMost]) {}

  /// Follows a weight w that was set from outside, then lets the latent weight u change.
  void change(float& w, float& u, double by) const {
    if (w != nearest(u)) u = w;
    const double moved = static_cast<double>(u) + by;
    u = static_cast<float>(std::clamp(moved, least_ * step_, most_ * step_));
    w = nearest(u);
  }

 private:
  float nearest(float latent) const {
    const double level = std::floor(static_cast<double>(latent) / step_ + 0.5);
    return static_cast<float>(step_ * std::clamp(level, least_, most_));
  }
  double step_, least_, most_;
};

void deliver(Delivery& d) {
  const auto k = d.constants;
  const Levels levels(k);
  const auto pre = d.sourceTrace(0), post = d.targetTrace(0);
  float* const u = d.synapses(0);
  if (d.step == 0)
    for (std::size_t i = 0; i < d.weights().size(); ++i) levels.change(d.weights()[i], u[i], 0);
  if (d.plastic && k[kAPlus] != 0)
    for (const std::uint16_t target : d.fired)
      d.eachIncoming(target, [&](float& w, std::uint32_t synapse, std::uint32_t row) {
        levels.change(w, u[synapse], k[kAPlus] * pre.atFired(row));
      });
  countFired(d, post);
  const double down = d.plastic ? -k[kAMinus] : 0;
  for (const Arrival& arrival : d.arrivals) {
    const Row row = d.row(arrival);
    for (std::uint32_t i = 0; i < row.weights.size(); ++i)
      levels.change(row.weights[i], u[row.first + i], down * post.atArrival(row.targets[i]));
  }
  countArrivals(d, pre);
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.quantised",
      .title = "Quantised weights",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Plasticity",
      .words = "LSQ bits integer hardware fixed point low precision stdp",
      .shape = {.parameters = joiningParameters(
                    {{.name = "bits",
                      .kind = Kind::Integer,
                      .initial = std::int64_t{4},
                      .min = 2,
                      .max = 8,
                      .doc = "of a weight, its sign among them",
                      .essential = true},
                     {.name = "step",
                      .initial = 0.25,
                      .min = 1e-9,
                      .max = 1e6,
                      .doc = "from one weight to the next, in the unit of the port",
                      .essential = true},
                     {.name = "signs",
                      .kind = Kind::Choice,
                      .initial = std::string("signed"),
                      .doc = "whether weights may be negative",
                      .choices = {"signed", "unsigned"}},
                     amount("A_plus", 0, "potentiation of one pair, in steps"),
                     amount("A_minus", 0, "depression of one pair, in steps"),
                     timeConstant("tau_plus", 20, "how long a pre spike is remembered"),
                     timeConstant("tau_minus", 20, "how long a post spike is remembered")}),
                .columns = {preTrace("x", "tau_plus"),
                            postTrace("y", "tau_minus"),
                            {.name = "u",
                             .unit = "",
                             .doc = "Latent weight",
                             .per = Per::Synapse,
                             .initialFrom = "weight"}},
                .constants = {"step", "least", "most", "A_plus", "A_minus"}},
      .presets = {{"2 bits", {{"bits", std::int64_t{2}}, {"step", 1.0}}},
                  {"4 bits", {{"bits", std::int64_t{4}}, {"step", 0.25}}},
                  {"8 bits", {{"bits", std::int64_t{8}}, {"step", 0.015625}}}},
      .prepare = prepare,
      .deliver = deliver});
}

}  // namespace spk::synapses::quantised
