#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/base/Rng.h"
#include "engine/base/Time.h"

namespace spk {

/// The synapses of one row at one part. A row is a source, or with own delays a source and a delay:
/// one branch of its axon, on which all spikes arrive at one time.
struct Row {
  std::uint32_t first = 0;  ///< index of its first synapse, for columns by synapse
  std::span<const std::uint16_t> targets = {};
  std::span<float> weights = {};
};
/// A spike that reaches its synapses now. `factor`: share of the weight that is sent.
struct Arrival {
  std::uint32_t source = 0, row = 0;
  float factor = 1;
};
/// A synapse as its target sees it.
struct Incoming {
  std::uint32_t synapse = 0, row = 0;
};

/// A column that decays by itself (Column::decay): nothing is done to it between events. It holds
/// value · exp(+(time − base) / tau), with a base that moves now and then, so that a value costs
/// one product to read. The two moments of a step: when post spikes reach the synapse, and when pre
/// spikes do.
template <class T>
struct Decaying {
  T* held = nullptr;
  double fired = 1, arrived = 1;        ///< what a held value is worth at these moments
  double perFired = 1, perArrived = 1;  ///< what one unit is held as

  double atFired(std::size_t i) const { return static_cast<double>(held[i]) * fired; }
  double atArrival(std::size_t i) const { return static_cast<double>(held[i]) * arrived; }
  void addFired(std::size_t i, double amount) const {
    held[i] += static_cast<T>(amount * perFired);
  }
  void addArrival(std::size_t i, double amount) const {
    held[i] += static_cast<T>(amount * perArrived);
  }
  void setFired(std::size_t i, double value) const { held[i] = static_cast<T>(value * perFired); }
  void setArrival(std::size_t i, double value) const {
    held[i] = static_cast<T>(value * perArrived);
  }
};

/// One step of a plastic projection at one part, as its rule (NodeType::deliver) sees it.
///
/// Time. A spike that a source sends at the end of step s reaches its synapses in step s + delay:
/// the whole delay is axonal. A spike of the target at the end of step s acts on its synapses
/// `dendritic_delay` later. With none, it does so before anything that arrives in step s + 1, and
/// an arrival of step s counts as before it (a pair at distance 0 potentiates). With one step or
/// more, post spikes that reach a synapse in the same step as a pre spike count as before it.
/// In each step: traces decay, `fired` is for the rule to treat first, then `arrivals`; the engine
/// sends the arrivals with the weights after the rule, or before it if the wire says so (`order`).
///
/// Columns are counted among those of their kind (source, target, synapse), in the order of
/// Shape::columns. Columns by source (by row with own delays) exist at each part: what a rule puts
/// there must follow from arrivals alone.
class Delivery {
 public:
  Time t = 0;              ///< begin of the step
  std::uint64_t step = 0;  ///< its number
  double dt_ms = 0;
  bool plastic = true;                        ///< off: traces run on, weights stay
  std::span<Arrival> arrivals = {};           ///< by delay, then source
  std::span<const std::uint16_t> fired = {};  ///< targets whose spikes reach their synapses
  std::span<const double> constants = {};     ///< from prepare
  std::uint32_t targetCount = 0, rowCount = 0;
  std::uint32_t firstTarget = 0;  ///< number of target 0 in its population

  /// Fetches the row after the next on the way.
  Row row(const Arrival& arrival) {
    const Arrival* const ahead = &arrival + 2;
    if (ahead < arrivals.data() + arrivals.size()) {
      const std::uint32_t at = first_[ahead->row];
      __builtin_prefetch(targets_ + at);
      __builtin_prefetch(weights_ + at, 1);
      __builtin_prefetch(weights_ + at + 16, 1);
    }
    return row(arrival.row);
  }
  Row row(std::uint32_t row) {
    const std::uint32_t begin = first_[row], count = first_[row + 1] - begin;
    return {begin, {targets_ + begin, count}, {weights_ + begin, count}};
  }
  /// The synapses of a target, sources ascending.
  std::span<const Incoming> incoming(std::uint16_t target) const {
    return {incoming_ + incomingFirst_[target],
            incomingFirst_[target + 1] - incomingFirst_[target]};
  }
  /// change(weight, synapse, row) for each synapse of a target; fetches ahead, for they lie apart.
  template <class Change>
  void eachIncoming(std::uint16_t target, Change&& change) {
    constexpr std::size_t kAhead = 24;
    const std::span<const Incoming> all = incoming(target);
    const std::size_t n = all.size(), calm = n > kAhead ? n - kAhead : 0;
    std::size_t i = 0;
    for (; i < calm; ++i) {
      __builtin_prefetch(weights_ + all[i + kAhead].synapse, 1);
      change(weights_[all[i].synapse], all[i].synapse, all[i].row);
    }
    for (; i < n; ++i) change(weights_[all[i].synapse], all[i].synapse, all[i].row);
  }
  std::span<float> weights() { return {weights_, synapseCount_}; }

  Decaying<double> sourceTrace(int column) const { return traceOf(sources_[column]); }
  Decaying<double> targetTrace(int column) const { return traceOf(perTarget_[column]); }
  Decaying<float> synapseTrace(int column) const { return traceOf(synapses_[column]); }
  /// Columns that do not decay.
  double* sources(int column) const { return sources_[column].held; }
  double* targets(int column) const { return perTarget_[column].held; }
  float* synapses(int column) const { return synapses_[column].held; }

  /// The target neurons' column of this place in Shape::reads.
  double* state(int place) const { return states_[place]; }
  /// What wires onto this wire bring to an input port (counted among inputs): the sum, of the step
  /// before for columns of populations; 0 without wires.
  double modulator(int port, std::uint16_t target) const {
    return modulators_[port] ? static_cast<double>(modulators_[port][target]) : 0;
  }
  bool isModulated(int port) const { return modulators_[port] != nullptr; }
  /// In (0, 1); of a target, or of a row and a target. The same for the same moment (a step, as a
  /// rule) and draw, however the population is cut.
  double uniform(std::uint16_t target, std::uint64_t moment, std::uint32_t draw) const {
    return uniformOf(randomWord(key_, moment, firstTarget + target, draw));
  }
  double uniform(std::uint32_t row, std::uint16_t target, std::uint64_t moment,
                 std::uint32_t draw) const {
    const RandomKey key = {key_.low ^ (row + 1) * 0x9E3779B9u, key_.high};
    return uniformOf(randomWord(key, moment, firstTarget + target, draw));
  }

 private:
  friend class PlasticPart;
  template <class T>
  struct Column {
    T* held = nullptr;
    const double* scales = nullptr;  ///< fired, arrived, perFired, perArrived
  };
  template <class T>
  static Decaying<T> traceOf(const Column<T>& c) {
    return {c.held, c.scales[0], c.scales[1], c.scales[2], c.scales[3]};
  }
  static constexpr int kMost = 8;  ///< columns of a kind, ports, states

  const std::uint32_t* first_ = nullptr;
  std::uint16_t* targets_ = nullptr;
  float* weights_ = nullptr;
  std::uint32_t synapseCount_ = 0;
  std::uint32_t* incomingFirst_ = nullptr;
  Incoming* incoming_ = nullptr;
  Column<double> sources_[kMost], perTarget_[kMost];
  Column<float> synapses_[kMost];
  double* states_[kMost] = {};
  const float* modulators_[kMost] = {};
  RandomKey key_ = {};
};

}  // namespace spk
