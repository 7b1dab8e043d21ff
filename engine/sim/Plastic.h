#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/Bytes.h"
#include "engine/graph/NodeType.h"
#include "engine/sim/Array.h"
#include "engine/sim/Delivery.h"
#include "engine/sim/Network.h"

namespace spk {

/// The spikes of the last steps of one part or named source, for arrivals after a delay.
class SpikeHistory {
 public:
  SpikeHistory() = default;
  /// @param slots  how many steps are kept; @param most  spikes in one step
  SpikeHistory(std::uint32_t slots, std::uint32_t most)
      : most_(most), neurons_(std::size_t{slots} * most), counts_(slots, 0), withheld_(slots, 0) {}

  bool kept() const { return !counts_.empty(); }
  std::uint32_t slots() const { return static_cast<std::uint32_t>(counts_.size()); }
  /// @return how many found no room (a named source may send one train twice in a step)
  std::uint32_t record(std::uint64_t step, std::span<const std::uint32_t> neurons, bool withheld);
  /// Steps that were not recorded have none.
  std::span<const std::uint32_t> at(std::uint64_t step) const {
    const std::size_t slot = step % counts_.size();
    return {neurons_.data() + slot * most_, counts_[slot]};
  }
  /// The population was muted in that step: its targets hear nothing.
  bool withheld(std::uint64_t step) const { return withheld_[step % counts_.size()]; }
  void clear();

 private:
  std::uint32_t most_ = 0;
  Array<std::uint32_t> neurons_;
  std::vector<std::uint32_t> counts_;
  std::vector<char> withheld_;
};

/// What the parts of one plastic projection share: the rule and its numbers.
struct PlasticRule {
  Id id = Id::none;
  std::string name;
  const NodeType* type = nullptr;
  Shape shape;
  bool fromBody = false;
  std::uint32_t source = 0, sourceCount = 0, target = 0, port = 0;
  std::uint32_t partSize = 0;  ///< of the target
  std::uint32_t delayLow = 1, delays = 1;  ///< a source has one row for each of `delays` delays
  std::uint32_t dendritic = 0;             ///< steps that a post spike takes to the synapse
  bool ownDelays = false, muted = false, plastic = true, sendFirst = false;
  std::vector<double> constants;
  struct Decay {
    Per per = Per::Source;
    int column = 0;  ///< among its kind
    double tau_ms = 1;
    std::uint64_t period = 1;  ///< steps after which the base moves
  };
  std::vector<Decay> decays;
  std::vector<int> tracePorts;  ///< by input port: index of the simulation's trace port, or −1
  std::vector<int> states;      ///< by Shape::reads: column of the target
  RandomKey key;
  std::uint64_t shapedBy = 0;  ///< hash of what decides how many synapses there are, and where

  std::uint32_t rows() const { return sourceCount * delays; }
  int columns(Per per) const;
};

/// One part's share of a plastic projection: own weights, columns, and who reaches whom, seen from
/// both ends.
class PlasticPart {
 public:
  /// Takes the drawn rows over; those with own delays are sorted by delay within their source.
  PlasticPart(const PlasticRule& rule, Rows&& rows, std::uint32_t count, std::uint32_t stride,
              std::uint32_t part, std::uint32_t mostArrivals);

  Array<std::uint32_t> first;    ///< rows + 1
  Array<std::uint16_t> targets;  ///< within the part
  Array<float> weights;
  std::uint32_t count = 0, part = 0;
  std::vector<Array<double>> sources, perTarget;
  std::vector<Array<float>> synapses;
  Array<Arrival> arrivals;
  Array<std::uint16_t> fired;
  std::uint32_t arrivalCount = 0, firedCount = 0;

  /// Moves the bases that are due; called once, before anything else of a step.
  void rebase(const PlasticRule& rule, std::uint64_t step, double dt_ms);
  /// The rule's turn.
  void learn(const PlasticRule& rule, std::uint64_t step, Time dt, double dt_ms,
             double* const* states, const float* const* modulators);
  /// Adds what the arrivals send. @return how many synaptic events
  std::uint64_t send(float* slot) const noexcept;
  /// A time constant changed between steps: the same values, held anew.
  void redecay(const PlasticRule::Decay& before, const PlasticRule::Decay& after,
               std::uint64_t step, double dt_ms);
  std::uint64_t bytes() const;
  double weightSum() const;

 private:
  void invert();
  Array<std::uint32_t> incomingFirst_;
  Array<Incoming> incoming_;
  Array<double> scales_;  ///< [decay][4]
};

/// Pages of at most 64 KiB; those that equal the page before are shared with it.
std::vector<std::shared_ptr<const Bytes>> pagesOf(
    std::span<const std::byte> bytes, std::span<const std::shared_ptr<const Bytes>> before);

}  // namespace spk
