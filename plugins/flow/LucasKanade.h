#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/analysis/flow.h"
#include "engine/base/Bytes.h"
#include "engine/data/Event.h"
#include "engine/graph/sensorShape.h"

namespace spk::flow {

struct LucasKanadeRules {
  Time window = 50 * kMillisecond;  ///< events so old are counted
  int radius = 2;                   ///< of the square over which one velocity holds [px]
  double threshold = 1;             ///< of the smaller eigenvalue, for a full answer
};

/// Lucas and Kanade's flow with events (Benosman et al. 2012): the brightness is the number of
/// events of one polarity at a pixel in the last `window`, its change in time what the newer half
/// of the window has more than the older. Where both eigenvalues of the structure tensor are above
/// the threshold and alike the answer is full flow, where one is, flow along it. Counts are no brightness:
/// directions are sound, speeds are not.
class LucasKanade {
 public:
  static constexpr int kMostRadius = 7;
  explicit LucasKanade(SensorSize size);

  bool holds(const Event& e) const { return e.x < size_.width && e.y < size_.height; }
  /// Takes the event, which the sensor must hold, and says how its surroundings move.
  std::optional<Velocity> take(const Event& e, const LucasKanadeRules& rules);

  void save(Bytes& out) const;
  Result<void> restore(Bytes& in);

 private:
  struct Counted {
    Time t = 0;
    std::uint32_t place = 0;
    std::uint32_t unused = 0;
  };
  /// Events of the window are kept in a ring; more than it holds are forgotten early.
  static constexpr std::size_t kRing = std::size_t{1} << 17;

  void forget(Time now, Time window);
  std::size_t next(std::size_t i) const { return (i + 1) % kRing; }

  SensorSize size_;
  int stride_;
  std::size_t pixels_;
  std::vector<std::uint32_t> newer_, older_;  ///< events in the two halves, by polarity and pixel
  std::vector<Counted> ring_;
  std::size_t oldest_ = 0, half_ = 0, end_ = 0;  ///< of the window, of its newer half, behind all
};

}  // namespace spk::flow
