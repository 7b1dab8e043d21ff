#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/graph/Places.h"

namespace spk {

/// Free places sorted into cells, some eight to each, so that those near a point are found without
/// looking at all. With `periodic` the edges of their box meet.
class Cells {
 public:
  using Point = std::array<double, 3>;

  Cells(const Places& places, std::size_t n, bool periodic);

  Point point(std::span<const double> place) const {
    Point p = {};
    std::ranges::copy(place, p.begin());
    return p;
  }
  /// Squared.
  double distance(const Point& a, const Point& b) const {
    double sum = 0;
    for (std::size_t d = 0; d < 3; ++d) {
      double apart = std::fabs(a[d] - b[d]);
      if (sides_[d] > 0) apart = std::min(apart, std::fabs(sides_[d] - apart));
      sum += apart * apart;
    }
    return sum;
  }
  const Point& at(std::uint32_t member) const { return points_[member]; }
  /// Calls `visit(members, square)` for each cell that is not out of reach, in a fixed order;
  /// none of its members is nearer than `square`, squared.
  template <class Visit>
  void eachNear(const Point& place, double reach, Visit visit) const {
    Range ranges[3];
    for (std::size_t d = 0; d < 3; ++d) ranges[d] = near(d, place[d], reach);
    for (std::int64_t i = ranges[0].first; i < ranges[0].end; ++i)
      for (std::int64_t j = ranges[1].first; j < ranges[1].end; ++j)
        for (std::int64_t k = ranges[2].first; k < ranges[2].end; ++k) {
          const std::uint32_t x = wrapped(0, i), y = wrapped(1, j), z = wrapped(2, k);
          const std::size_t cell = (std::size_t{x} * counts_[1] + y) * counts_[2] + z;
          const std::span<const std::uint32_t> members(members_.data() + firsts_[cell],
                                                       firsts_[cell + 1] - firsts_[cell]);
          if (members.empty()) continue;
          const double square =
              apart(0, place[0], x) + apart(1, place[1], y) + apart(2, place[2], z);
          if (square <= reach * reach) visit(members, square);
        }
  }

 private:
  struct Range {
    std::int64_t first = 0, end = 1;
  };
  Range near(std::size_t d, double x, double reach) const;
  std::uint32_t wrapped(std::size_t d, std::int64_t i) const {
    const std::int64_t n = counts_[d];
    return static_cast<std::uint32_t>(i < 0 ? i + n : i >= n ? i - n : i);
  }
  double apart(std::size_t d, double x, std::uint32_t cell) const;
  std::uint32_t cellOf(std::size_t d, double x) const;

  Point low_ = {}, width_ = {1, 1, 1};
  Point sides_ = {};  ///< where edges meet; else 0
  std::array<std::uint32_t, 3> counts_ = {1, 1, 1};
  std::vector<Point> points_;
  std::vector<std::uint32_t> firsts_, members_;
};

}  // namespace spk
