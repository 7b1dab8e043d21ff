#pragma once
#include <array>
#include <vector>

#include "engine/base/Bytes.h"
#include "engine/data/Scenery.h"

namespace spk {

/// A pattern in log intensity and its motion, all of which may change while it moves.
struct Pattern {
  /// Texture: waves of `size` and half of it in all directions; Blobs: spots of any form,
  /// about `size` wide, with an edge as shapes have.
  enum class Kind { Bar, Square, Disc, Polygon, Texture, Blobs } kind = Kind::Bar;
  int width = 160, height = 120;  ///< of the picture [px]
  /// Bar: across it; Square: side; Disc: diameter; Polygon: its longer side [px].
  double size = 12;
  double contrast = 1.5;  ///< in log intensity, negative: dark; of waves, from valley to peak
  double edge = 2;        ///< width of the soft edge of a shape, or about that of a blob [px]
  double speed = 100;     ///< [px/s]
  double direction = 0;  ///< of the motion [degrees], clockwise on the screen; a bar lies across it
  double rotation = 0;   ///< about the middle of the picture, clockwise on the screen [rad/s]
  double growth = 0;     ///< from the middle of the picture [1/s]; to e^0.75 and back
  std::vector<std::array<double, 2>> corners = {};  ///< of a polygon, in any unit
  friend bool operator==(const Pattern&, const Pattern&) = default;
};

/// A pattern that moves on for ever: what leaves the picture comes in again on the other side, out
/// of sight in between.
class MovingPattern final : public Scenery {
 public:
  explicit MovingPattern(Pattern pattern);

  Time step() const override { return step_; }
  void place(Time t) override;
  Glance glance(int x, int y) const override;
  Look look(double x, double y, Time t) const override;

  const Pattern& pattern() const { return pattern_; }
  enum class Change { Motion, Looks };
  /// Another pattern from t on, where the motion goes on from where it is. @return Looks: what is
  /// seen jumps
  Change set(Pattern pattern, Time t);
  void save(Bytes& out) const { out.put(base_); }
  Result<void> restore(Bytes& in);

 private:
  /// How far the motion had come at `since`.
  struct Base {
    Time since = 0;
    double x = 0, y = 0;  ///< of the pattern [px]
    double angle = 0;     ///< [rad]
    double zoom = 0;      ///< logarithm of the scale, not folded yet
  };
  /// Where the pattern is: p = middle + scale · R(angle) · (q + (x, y)), q its own coordinates.
  struct Pose {
    double x = 0, y = 0, cosine = 1, sine = 0, scale = 1, growth = 0;
  };
  struct Point {
    double x = 0, y = 0;
  };
  struct Wave {
    double x = 0, y = 0, phase = 0;  ///< in turns, per px
  };
  /// Level and gradient in the pattern's own coordinates, and px of motion that change nothing.
  struct Spot {
    double level = 0, gx = 0, gy = 0, gap = 0;
  };
  void shape();
  void makeWaves();
  Base baseAt(Time t) const;
  Pose poseAt(Time t) const;
  Point own(double x, double y, const Pose& pose) const;
  Spot spot(Point q) const;
  Spot polygonSpot(Point q) const;
  Spot waveSpot(Point q) const;
  void placeWaves();
  void tabulateWaves();
  double waveSum(int x, int y) const;
  double blobWay() const;
  bool isWaves() const;

  Pattern pattern_;
  Base base_;
  Time step_ = 1;
  // Worked out from the pattern.
  double vx_ = 0, vy_ = 0, normalX_ = 1, normalY_ = 0;
  double middleX_ = 0, middleY_ = 0;
  double periodX_ = 0, periodY_ = 0;  ///< a bar's: along its normal, in X
  double reach_ = 0;                  ///< farthest corner of a shape from its middle [px]
  double steepest_ = 0;               ///< of the level, in its own coordinates [1/px]
  double steepestSum_ = 0;            ///< the same of a sum of waves before it is cut
  double turning_ = 0;                ///< |rotation| + |growth| [1/s]
  std::vector<Point> corners_;
  std::vector<Wave> waves_;
  double amplitude_ = 0;
  // Of what is placed.
  Pose pose_;
  double tableCosine_ = 0, tableSine_ = 0, tableScale_ = 0;  ///< that the columns were made for
  std::vector<double> columns_, rows_;  ///< cosine and sine of each wave, by column and row
  std::vector<double> stillRows_;       ///< rows_ without what moves
};

}  // namespace spk
