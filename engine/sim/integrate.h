#pragma once
// One step of a fixed-step method, for kernels. Included by Step.h in kernels only.
#include "engine/sim/Lanes.h"

namespace spk::SPK_ISA {

/// Some variables of one lane group.
template <int n>
struct Several {
  Reals at[n];
  SPK_INLINE Reals& operator[](int i) { return at[i]; }
  SPK_INLINE const Reals& operator[](int i) const { return at[i]; }
};

/// y after one step of dt by the classical Runge-Kutta method, order 4.
/// @param slope  Several<n> slope(y, k): dy/dt, k half steps (0, 1 or 2) after the step's begin
template <int n, class Slope>
SPK_INLINE Several<n> rungeKutta(const Several<n>& y, Reals dt, const Slope& slope) {
  const auto moved = [&](const Several<n>& d, Reals by) __attribute__((always_inline)) {
    Several<n> to;
    for (int i = 0; i < n; ++i) to[i] = y[i] + by * d[i];
    return to;
  };
  const Reals half = dt * 0.5;
  const Several<n> a = slope(y, 0), b = slope(moved(a, half), 1), c = slope(moved(b, half), 1),
                   d = slope(moved(c, dt), 2);
  Several<n> to;
  for (int i = 0; i < n; ++i) to[i] = y[i] + dt * (1.0 / 6) * (a[i] + 2 * b[i] + 2 * c[i] + d[i]);
  return to;
}

}  // namespace spk::SPK_ISA
