#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/analysis/flow.h"
#include "engine/base/Bytes.h"
#include "engine/data/Spike.h"

namespace spk::flow {

/// Preferred velocities of a population [C, H, W]: channel s · directions + k prefers the direction
/// 360° k / directions (0 to the right, then down) and the speed slowest · ratio^s.
struct VoteRules {
  int width = 160, height = 120;
  int directions = 8, speeds = 1;
  double slowest = 100, ratio = 2;  ///< [px/s]; from one speed to the next
  int radius = 6;                   ///< spikes so near vote together [px]
  Time recent = 20 * kMillisecond;  ///< and so new

  int channels() const { return directions * speeds; }
};

/// Reads flow from direction-selective neurons: every spike asks those around it and in the last
/// time. The direction is that of the sum of all preferred directions (the population vector of
/// Georgopoulos et al. 1986), the speed the geometric mean of the preferred speeds.
class Votes {
 public:
  static constexpr std::size_t kMostHeld = 4096;

  explicit Votes(const VoteRules& rules);
  /// @param t  of the flow; none for a neuron that the grid does not have
  std::optional<Flow> take(std::uint32_t neuron, Time t);
  Velocity preferred(int channel) const;

  void save(Bytes& out) const;
  Result<void> restore(Bytes& in);

 private:
  struct Vote {
    Time t = 0;
    std::uint16_t x = 0, y = 0;
    std::uint32_t channel = 0;
  };
  VoteRules rules_;
  std::vector<Velocity> ways_;     ///< unit vector of each direction
  std::vector<double> logSpeeds_;  ///< of each speed
  std::vector<Vote> ring_;
  std::uint64_t taken_ = 0;
};

}  // namespace spk::flow
