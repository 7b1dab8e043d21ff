#pragma once
#include <cstddef>
#include <utility>
#include <vector>

#include "engine/sim/Body.h"

namespace spk::sources {

/// Plays spikes from a list; a spike at t belongs to the step that ends at t, or the first after.
/// Its place follows from the time alone.
class SpikeScript {
 public:
  SpikeScript() = default;
  /// Puts them into order of time, then neuron.
  explicit SpikeScript(std::vector<Spike> spikes);

  void play(Batch& batch) noexcept;
  void forgetPlace() { next_ = 0; }
  /// How many lie in the densest window of that length.
  std::size_t densest(Time length) const;
  const std::vector<Spike>& spikes() const { return spikes_; }

 private:
  std::vector<Spike> spikes_;
  std::size_t next_ = 0;
};

}  // namespace spk::sources
