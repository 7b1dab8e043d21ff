#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/data/Event.h"
#include "engine/data/Spike.h"

namespace spk {

/// A velocity in the picture [px/s]; x to the right, y down.
struct Velocity {
  double x = 0, y = 0;
  friend bool operator==(const Velocity&, const Velocity&) = default;
};

/// Angle of (x, y) from the x axis towards y, in (−π, π]; 0 for (0, 0). Our own arithmetic: the
/// same bits everywhere, within 1e-14.
double angleOf(double x, double y);

/// What an estimate of flow is worth, against the truth.
struct FlowErrors {
  std::uint64_t flows = 0;                ///< that were compared
  double medianRelative = 0;              ///< of |v − v*| / |v*|
  double meanRelative = 0;                ///< of the same, each at most 2
  double aee = 0;                         ///< mean |v − v*| [px/s]
  double medianAngle = 0, meanAngle = 0;  ///< between v and v* [°]
  double outliers = 0;                    ///< share with |v − v*| > 0.3 |v*|
};

/// Collects estimates with their truth.
class FlowScore {
 public:
  /// A truth of 0 says nothing and is left out.
  void add(Velocity estimate, Velocity truth);
  FlowErrors errors() const;  ///< all 0 where nothing was added

 private:
  std::vector<double> relative_, angle_;
  double sumError_ = 0;
};

/// What `full` leaves to be seen through a small hole: its part along `normal`, which is the
/// direction of the contrast; 0 for a normal of 0.
Velocity normalFlow(Velocity full, Velocity normal);

/// Share of pixels whose field is wrong by more than 1, 2 and 3 px over `interval`, and the mean
/// endpoint error [px], as benchmarks of dense fields count.
struct FieldErrors {
  std::uint64_t pixels = 0;
  double epe = 0, over1 = 0, over2 = 0, over3 = 0;
};
FieldErrors fieldErrors(std::span<const Velocity> field, std::span<const Velocity> truth,
                        Time interval);

/// Flow warp loss (Stoffregen et al. 2020, "Reducing the sim-to-real gap for event cameras"): the
/// variance of the picture of events moved along their flow to the middle of `window`, over that of
/// the picture of the same events as they came; above 1 the flow explains them. Windows follow one
/// another from the first flow on, and count by their events.
/// @param flows  in order of time, one for each event that has one
/// @return 0 if there are fewer than two
double flowWarpLoss(std::span<const Flow> flows, int width, int height, Time window);

/// The colour wheel: hue says the direction (red to the right, green down, violet up, cyan left),
/// saturation the speed, full at `fastest` and beyond. On white.
struct WheelColour {
  std::uint8_t red = 255, green = 255, blue = 255;
  friend bool operator==(const WheelColour&, const WheelColour&) = default;
};
WheelColour wheelColour(Velocity velocity, double fastest);

/// How many flows go into each of `bins` equal directions; the middle of bin 0 is the x axis, then
/// towards y (down). Those of speed 0 have no direction.
std::vector<std::uint64_t> directionHistogram(std::span<const Flow> flows, int bins);

}  // namespace spk
