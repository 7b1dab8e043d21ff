// Weights that are the difference of two resistive devices.
#include <cmath>

#include "engine/base/Math.h"
#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::reram {
namespace {

constexpr const char* kDoc =
    "A pair of resistive memory devices (ReRAM, phase change) for each synapse, as in Burr et al. "
    "2015.\n\n"
    "w = w_max (G_plus - G_minus), with conductances as shares of the largest, between G_off and "
    "1. A weight is written into one device, the other stays at G_off: |w| can be w_max (1 - "
    "G_off) at most. Writing misses by write_noise (standard deviation, as a share of the largest "
    "conductance). Each reading, that is each spike that is sent, has each conductance off by "
    "read_noise times itself, Gaussian, anew. Of all devices stuck_off are at G_off and stuck_on "
    "at 1 for ever.\n\n"
    "Pairs of spikes change conductances by pulses, which only raise them: G_plus <- G_plus + "
    "A_plus x (1 - G_plus) at post and G_minus <- G_minus + A_minus y (1 - G_minus) at pre spikes, "
    "with x and y the traces of pre and post spikes (tau_plus, tau_minus). As both fill up, every "
    "`refresh` (0: never) both are lowered alike until one is at G_off. The weight shown is the "
    "last reading; `plastic` off stops pulses and refresh, not the noise of reading.";

enum Constant {
  kScale,
  kOff,
  kWriteNoise,
  kReadNoise,
  kStuckOff,
  kStuckOn,
  kAPlus,
  kAMinus,
  kRefresh
};

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  k[kScale] = given("w_max");
  k[kOff] = given("G_off");
  k[kWriteNoise] = given("write_noise");
  k[kReadNoise] = given("read_noise");
  k[kStuckOff] = given("stuck_off");
  k[kStuckOn] = given("stuck_on");
  k[kAPlus] = given("A_plus");
  k[kAMinus] = given("A_minus");
  k[kRefresh] = std::floor(given("refresh") / dt_ms + 0.5);
  if (k[kStuckOff] + k[kStuckOn] <= 1) return {};
  return Error{"is " + numberText(k[kStuckOn]) + "; with stuck_off, " + numberText(k[kStuckOff]) +
                   ", that is more than all devices",
               "stuck_on"};
}

/// Draws are counted by what they are for; twins (synapses of one pair) have their own.
constexpr std::uint32_t kPerTwin = 8;
enum Draw : std::uint32_t { kFatePlus, kFateMinus, kWrite, kWriteTurn, kRead, kReadTurn };
constexpr std::uint64_t kForEver = ~std::uint64_t{0};  ///< a moment that is no step

/// Synapse i of a row, with its devices.
class Pair {
 public:
  Pair(const Delivery& d, const Row& row, std::uint32_t rowIndex, std::uint32_t i)
      : d_(d),
        row_(row),
        rowIndex_(rowIndex),
        i_(i),
        plus_(d.synapses(0)[row.first + i]),
        minus_(d.synapses(1)[row.first + i]),
        reading_(d.synapses(2)[row.first + i]) {}

  /// Writes the weight into the devices if it was set from outside.
  void settle() const {
    float& w = row_.weights[i_];
    if (plus_ != 0 && w == reading_) return;
    const auto k = d_.constants;
    const double most = 1 - k[kOff];
    const double share = std::clamp(static_cast<double>(w) / k[kScale], -most, most);
    write(plus_, kFatePlus, k[kOff] + std::max(share, 0.0) + k[kWriteNoise] * normal(kWrite, true));
    write(minus_, kFateMinus,
          k[kOff] + std::max(-share, 0.0) + k[kWriteNoise] * normal(kWrite, false));
    read(0);
  }
  void pulsePlus(double by) const { pulse(plus_, kFatePlus, by); }
  void pulseMinus(double by) const { pulse(minus_, kFateMinus, by); }
  void refresh() const {
    const double off = d_.constants[kOff];
    const double spare = std::max(0.0, static_cast<double>(std::min(plus_, minus_)) - off);
    write(plus_, kFatePlus, static_cast<double>(plus_) - spare);
    write(minus_, kFateMinus, static_cast<double>(minus_) - spare);
    read(0);
  }
  /// @param noise  of each conductance, as a share of it
  void read(double noise) const {
    const double plus = static_cast<double>(plus_), minus = static_cast<double>(minus_);
    double difference = plus - minus;
    if (noise > 0)
      difference += noise * std::sqrt(plus * plus + minus * minus) * normal(kRead, true);
    reading_ = static_cast<float>(d_.constants[kScale] * difference);
    row_.weights[i_] = reading_;
  }

 private:
  double uniform(std::uint64_t moment, std::uint32_t draw) const {
    std::uint32_t twin = 0;
    while (twin < i_ && row_.targets[i_ - twin - 1] == row_.targets[i_]) ++twin;
    return d_.uniform(rowIndex_, row_.targets[i_], moment, twin * kPerTwin + draw);
  }
  /// One of the two that a pair of uniform numbers gives (Box & Muller 1958).
  double normal(std::uint32_t draw, bool first) const {
    const double radius = std::sqrt(-2 * log(uniform(d_.step, draw)));
    const double turn = 2 * kPi * uniform(d_.step, draw + 1);
    return radius * (first ? cos(turn) : sin(turn));
  }
  void write(float& G, std::uint32_t fateDraw, double to) const {
    const auto k = d_.constants;
    const double fate = uniform(kForEver, fateDraw);
    if (fate < k[kStuckOff])
      to = k[kOff];
    else if (fate < k[kStuckOff] + k[kStuckOn])
      to = 1;
    G = static_cast<float>(std::clamp(to, k[kOff], 1.0));
  }
  void pulse(float& G, std::uint32_t fateDraw, double by) const {
    settle();
    write(G, fateDraw, static_cast<double>(G) + by * (1 - static_cast<double>(G)));
    read(0);
  }

  const Delivery& d_;
  const Row& row_;
  std::uint32_t rowIndex_, i_;
  float &plus_, &minus_, &reading_;
};

template <class Each>
void eachPair(Delivery& d, std::uint32_t r, Each&& each) {
  const Row row = d.row(r);
  for (std::uint32_t i = 0; i < row.weights.size(); ++i) each(Pair(d, row, r, i));
}

void learnFired(Delivery& d) {
  const auto pre = d.sourceTrace(0);
  for (const std::uint16_t target : d.fired)
    for (const Incoming& in : d.incoming(target)) {
      const Row row = d.row(in.row);
      Pair(d, row, in.row, in.synapse - row.first)
          .pulsePlus(d.constants[kAPlus] * pre.atFired(in.row));
    }
}

void deliver(Delivery& d) {
  const auto k = d.constants;
  const auto pre = d.sourceTrace(0), post = d.targetTrace(0);
  if (d.step == 0)
    for (std::uint32_t r = 0; r < d.rowCount; ++r)
      eachPair(d, r, [](const Pair& pair) { pair.settle(); });
  if (d.plastic && k[kAPlus] > 0) learnFired(d);
  countFired(d, post);
  const double down = d.plastic ? k[kAMinus] : 0;
  for (const Arrival& arrival : d.arrivals) {
    const Row row = d.row(arrival);
    for (std::uint32_t i = 0; i < row.weights.size(); ++i) {
      const Pair pair(d, row, arrival.row, i);
      pair.settle();
      if (down > 0) pair.pulseMinus(down * post.atArrival(row.targets[i]));
      if (k[kReadNoise] > 0) pair.read(k[kReadNoise]);
    }
  }
  countArrivals(d, pre);
  if (d.plastic && k[kRefresh] > 0 && d.step > 0 && isDue(d, k[kRefresh]))
    for (std::uint32_t r = 0; r < d.rowCount; ++r)
      eachPair(d, r, [](const Pair& pair) { pair.refresh(); });
}

Column conductance(std::string name, std::string doc) {
  return {.name = std::move(name), .unit = "", .doc = std::move(doc), .per = Per::Synapse};
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.reram",
      .title = "ReRAM pairs",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Plasticity",
      .words = "memristor resistive memory phase change crossbar device noise stuck hardware",
      .shape = {.parameters = joiningParameters(
                    {{.name = "w_max",
                      .initial = 2.0,
                      .min = 1e-9,
                      .max = 1e6,
                      .doc = "weight of a full conductance, in the unit of the port",
                      .essential = true},
                     amount("G_off", 0.02, "smallest conductance, as a share of the largest", 1e-3,
                            0.9),
                     amount("write_noise", 0,
                            "standard deviation of what is written, as a share "
                            "of the largest conductance",
                            0, 1),
                     {.name = "read_noise",
                      .initial = 0.0,
                      .min = 0,
                      .max = 1,
                      .doc = "standard deviation of each reading, as a share of the conductance",
                      .essential = true},
                     amount("stuck_off", 0, "share of devices that stay at G_off", 0, 1),
                     amount("stuck_on", 0, "share of devices that stay at the largest conductance",
                            0, 1),
                     amount("A_plus", 0,
                            "share of the way to the largest conductance that G_plus "
                            "goes at a pair, pre before post",
                            0, 1),
                     amount("A_minus", 0, "the same of G_minus, post before pre", 0, 1),
                     timeConstant("tau_plus", 20, "how long a pre spike is remembered"),
                     timeConstant("tau_minus", 20, "how long a post spike is remembered"),
                     {.name = "refresh",
                      .initial = 0.0,
                      .unit = "ms",
                      .min = 0,
                      .max = 1e7,
                      .doc = "after which pairs are lowered alike; 0: never"}}),
                .columns = {preTrace("x", "tau_plus"), postTrace("y", "tau_minus"),
                            conductance("G_plus", "Conductance that excites"),
                            conductance("G_minus", "Conductance that inhibits"),
                            conductance("reading", "What was last read")},
                .constants = {"w_max", "G_off", "writeNoise", "readNoise", "stuckOff", "stuckOn",
                              "A_plus", "A_minus", "refresh"}},
      .prepare = prepare,
      .deliver = deliver});
}

}  // namespace spk::synapses::reram
