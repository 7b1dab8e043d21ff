#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/analysis/BranchingStream.h"
#include "engine/base/Time.h"
#include "engine/data/Tape.h"

namespace spk::panels::criticality {

/// What is measured; another one begins the measurement anew.
struct Measurement {
  Time bin = 4 * kMillisecond, window = 60 * kSecond;
  int lags = 250;
  double observed = 1;         ///< share of the neurons, 0 … 1
  std::vector<Id> wires = {};  ///< into the view, in order
  friend bool operator==(const Measurement&, const Measurement&) = default;
};

/// Counts the spikes of the observed neurons of several tapes into the bins of one BranchingStream,
/// from where it last stopped. GUI thread; a call does a bounded amount of work.
class ActivityFeed {
 public:
  explicit ActivityFeed(Measurement what)
      : what_(std::move(what)), stream_(what_.bin, what_.window, what_.lags) {}

  /// Reads on up to the time that all tapes have reached; stops after about `mostSpikes`. After a
  /// rewind, or where the tapes have forgotten what was to be read, begins anew.
  /// @param tapes  one for each wire; nullptr: nothing is watched there yet
  /// @return whether a bin was added or everything began anew
  bool advance(std::span<const Tape* const> tapes, std::uint64_t mostSpikes);

  const Measurement& what() const { return what_; }
  const BranchingStream& stream() const { return stream_; }

 private:
  bool restart(std::span<const Tape* const> tapes);
  std::uint64_t count(std::span<const Tape* const> tapes, Time to);
  bool observes(std::size_t tape, std::uint32_t neuron);

  Measurement what_;
  BranchingStream stream_;
  Time readTo_ = -1;        // −1: not begun
  std::uint64_t cuts_ = 0;  // of all tapes together
  std::vector<std::uint32_t> bins_;
  std::vector<std::vector<std::uint8_t>> observed_;  // by tape and neuron, once asked
};

}  // namespace spk::panels::criticality
