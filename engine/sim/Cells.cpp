#include "engine/sim/Cells.h"

#include <limits>
#include <numeric>

namespace spk {
namespace {

constexpr double kMembers = 8;
constexpr std::uint32_t kMostCells = 1000;  // on one axis
/// What rounding may move a place beyond the edge of its cell, of the cell's width.
constexpr double kRounding = 1e-9;

}  // namespace

Cells::Cells(const Places& places, std::size_t n, bool periodic) {
  const auto dimensions = static_cast<std::size_t>(places.dimensions);
  points_.resize(n);
  for (std::size_t i = 0; i < n; ++i) points_[i] = point(places.of(i));
  const auto cellsOf = [&](std::uint32_t most) {
    double cells = 1;
    for (std::size_t d = 0; d < dimensions; ++d) cells *= most;
    return cells;
  };
  std::uint32_t most = 1;
  while (most < kMostCells && cellsOf(most + 1) * kMembers <= static_cast<double>(n)) ++most;
  for (std::size_t d = 0; d < dimensions; ++d) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const Point& p : points_) low = std::min(low, p[d]), high = std::max(high, p[d]);
    if (periodic) {
      sides_[d] = places.sides[d];
      low = -sides_[d] / 2, high = sides_[d] / 2;
    }
    low_[d] = low;
    if (!(high > low)) continue;
    counts_[d] = most;
    width_[d] = (high - low) / most;
  }
  firsts_.assign(std::size_t{counts_[0]} * counts_[1] * counts_[2] + 1, 0);
  std::vector<std::uint32_t> cells(n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t x = cellOf(0, points_[i][0]), y = cellOf(1, points_[i][1]),
                        z = cellOf(2, points_[i][2]);
    cells[i] = (x * counts_[1] + y) * counts_[2] + z;
    ++firsts_[std::size_t{cells[i]} + 1];
  }
  std::partial_sum(firsts_.begin(), firsts_.end(), firsts_.begin());
  members_.resize(n);
  std::vector<std::uint32_t> cursor(firsts_.begin(), firsts_.end() - 1);
  for (std::size_t i = 0; i < n; ++i) members_[cursor[cells[i]]++] = static_cast<std::uint32_t>(i);
}

std::uint32_t Cells::cellOf(std::size_t d, double x) const {
  const double cell = std::floor((x - low_[d]) / width_[d]);
  return static_cast<std::uint32_t>(std::clamp(cell, 0.0, counts_[d] - 1.0));
}

Cells::Range Cells::near(std::size_t d, double x, double reach) const {
  const double n = counts_[d];
  const double first = std::floor((x - reach - low_[d]) / width_[d] - kRounding),
               end = std::floor((x + reach - low_[d]) / width_[d] + kRounding) + 1;
  if (sides_[d] > 0) {
    if (end - first >= n || !std::isfinite(reach)) return {0, counts_[d]};
    return {static_cast<std::int64_t>(first), static_cast<std::int64_t>(end)};
  }
  return {static_cast<std::int64_t>(std::clamp(first, 0.0, n)),
          static_cast<std::int64_t>(std::clamp(end, 0.0, n))};
}

/// From a place to the nearest edge of a cell on one axis, squared.
double Cells::apart(std::size_t d, double x, std::uint32_t cell) const {
  const double slack = kRounding * width_[d];
  const double low = low_[d] + cell * width_[d] - slack, high = low + width_[d] + 2 * slack;
  const auto outside = [&](double at) { return std::max({0.0, low - at, at - high}); };
  double least = outside(x);
  if (sides_[d] > 0) least = std::min({least, outside(x - sides_[d]), outside(x + sides_[d])});
  return least * least;
}

}  // namespace spk
