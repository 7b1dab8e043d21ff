#pragma once
#include <cstddef>
#include <optional>

#include "engine/analysis/flow.h"
#include "engine/base/Time.h"

namespace spk::flow {

// Flow from when an edge passed the pixels around: what one can say of an edge seen through a small
// hole, its speed along its own normal. With g the gradient of the time at which the edge arrives
// [s/px], the velocity is g / |g|².

/// Times of edges around the pixel of an event: `centre` points at the event's own, neighbours lie
/// at dy · stride + dx, up to `reach` away.
struct Patch {
  const Time* centre = nullptr;
  std::ptrdiff_t stride = 0;
  int reach = 2;
  Time maxAge = 50 * kMillisecond;  ///< older edges are another one's

  Time now() const { return *centre; }
};

inline constexpr int kMostReach = 4;  ///< of a plane

/// A plane through the times of the edge, by least squares (Benosman et al. 2014). Points further
/// from it than `outlier` times what the edge takes for a pixel are left out and the plane fitted
/// again, the worst first, until all fit (Rueckauer & Delbruck 2016).
struct PlaneRules {
  double outlier = 0.5;  ///< [pixels of the edge's way]
  int rounds = 8;        ///< 1: a single fit, nothing is left out
  int least = 6;         ///< points
};
/// @return none if too few points fit, if the event is not one of them, or if they say no direction
std::optional<Velocity> fitPlane(const Patch& patch, const PlaneRules& rules);

/// The mean difference between neighbours in rows and in columns (a Savitzky–Golay filter of first
/// order on what is there). Differences that are further from the median than `outlier` times what
/// the edge takes for a pixel are left out. Nothing is fitted twice: the quickest.
/// @param least  pairs of neighbours in rows, and in columns
std::optional<Velocity> meanSlope(const Patch& patch, double outlier, int least);

/// Triplets (after Shiba et al. 2022 and the like): edges at −2d, −d and 0 whose two intervals
/// agree within `tolerance` of their mean each say that the edge takes the time between for 2d; g
/// is the least-squares answer to all of them.
/// @param patch  its reach is that of 2d
/// @param least  triplets
std::optional<Velocity> matchTriplets(const Patch& patch, double tolerance, int least);

}  // namespace spk::flow
