#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "engine/base/Result.h"
#include "engine/base/Rng.h"
#include "engine/base/Value.h"

namespace spk {

/// Where the neurons of a population are: on the grid that `n` says, or free, on a line, in a plane
/// or in space, in a unit of the user's.
struct Places {
  int dimensions = 0;                ///< 1 to 3; 0: on the grid
  std::vector<double> at;            ///< so many numbers for each neuron, one after another
  std::array<double, 3> sides = {};  ///< of the box in which they are drawn; 0: there is none

  bool areFree() const { return dimensions > 0; }
  /// Drawn in a box, whose edges may meet.
  bool haveBox() const { return sides[0] > 0; }
  std::span<const double> of(std::size_t neuron) const {
    return std::span(at).subspan(neuron * static_cast<std::size_t>(dimensions),
                                 static_cast<std::size_t>(dimensions));
  }
};

/// What `positions` of a population says: [], the grid; a list of n places, each x, [x], [x, y] or
/// [x, y, z]; or how they are drawn, evenly and around 0: {"box": [w]}, {"box": [w, h]},
/// {"box": [w, h, d]}, {"disc": radius} or {"ball": radius}. Error says what is wrong and allowed.
Result<Places> readPlaces(const Value& positions, std::size_t n, RandomKey key);
/// The same without the draw: `at` stays empty where places are drawn.
Result<Places> checkPlaces(const Value& positions, std::size_t n);
/// The parameter that every population has.
inline constexpr const char* kPositions = "positions";

}  // namespace spk
