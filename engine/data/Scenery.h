#pragma once
#include "engine/base/Time.h"

namespace spk {

/// What a synthetic camera looks at: the logarithm of the intensity as a function of place and
/// time, and how it moves. Places in px, x from the left, y down; pixel (x, y) looks at just that
/// point.
class Scenery {
 public:
  virtual ~Scenery() = default;

  struct Glance {
    double level = 0;  ///< log intensity
    double still = 0;  ///< the level stays as it is for so long, at least [s]
    double rate = 0;   ///< and then moves at most so fast [1/s]
  };
  /// Everything that is known of one point.
  struct Look {
    double level = 0;
    double gradientX = 0, gradientY = 0;  ///< of the level [1/px]
    double vx = 0, vy = 0;                ///< true motion of what is seen there [px/s]
  };

  /// Length of a sampling step: nothing moves by more than 0.1 px in it, 1 µs to 1 ms.
  virtual Time step() const = 0;
  /// What the next glances see.
  virtual void place(Time t) = 0;
  virtual Glance glance(int x, int y) const = 0;
  /// What a glance placed at t sees there, but for rounding, and its derivatives.
  virtual Look look(double x, double y, Time t) const = 0;
  /// Whether vx and vy of a look say anything: nobody knows them of pictures.
  virtual bool knowsMotion() const { return true; }
};

/// [ns] in which 0.1 px are passed at `speed` [px/s], within what Scenery::step allows.
Time sceneryStep(double speed);

/// 1 inside, 0 outside, a smooth step of width `edge` between; and its derivative by `distance`.
struct Coverage {
  double value = 0, slope = 0;
};
Coverage coverage(double distance, double edge);

}  // namespace spk
