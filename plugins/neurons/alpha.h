#pragma once
#include "engine/base/Math.h"
#include "engine/base/propagator.h"

namespace spk::neurons {

/// One step of an alpha function: x' = z − x/tau, z' = −z/tau, and a spike of weight w adds w·kick
/// to z, so that x peaks at w after tau.
struct Alpha {
  double decay;        ///< of both over a step
  double grow;         ///< what z at the step's begin adds to x at its end [ms]
  double kick;         ///< [1/ms]
  double meanOfValue;  ///< of x at the begin in the mean of x over the step
  double meanOfSlope;  ///< of z at the begin in that mean [ms]

  Alpha(double tau_ms, double dt_ms) {
    decay = exp(-dt_ms / tau_ms);
    grow = dt_ms * decay;
    kick = exp(1) / tau_ms;
    meanOfValue = exprel(-dt_ms / tau_ms);
    // x, z and the integral of x, all in one matrix: no cancellation at short steps
    const double A[] = {-1 / tau_ms, 1, 0, 0, -1 / tau_ms, 0, 1, 0, 0};
    meanOfSlope = propagator(A, 3, dt_ms)[7] / dt_ms;
  }
};

}  // namespace spk::neurons
