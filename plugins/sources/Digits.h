#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "engine/base/Rng.h"
#include "plugins/sources/pictures.h"

namespace spk::sources {

/// Draws the digits 0 to 9 with strokes of a pen, each sample a little different: moved, turned,
/// slanted, larger or smaller, with a thicker or thinner pen. Needs no data.
class Digits {
 public:
  Digits();
  /// @param variation  how much samples differ, 0 … 1
  /// @param random     from which the sample is drawn
  /// @param out        as many pixels as its size says
  void draw(int digit, double variation, RandomSequence random, Picture& out) const noexcept;

 private:
  struct Point {
    double x = 0, y = 0;  ///< of the square in which a digit stands, y down
  };
  using Line = std::vector<Point>;
  static Line arc(Point centre, double rx, double ry, double from_deg, double to_deg);

  std::array<std::vector<Line>, 10> strokes_;
};

}  // namespace spk::sources
