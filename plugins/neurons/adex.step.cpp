// C dV/dt = g_L (E_L - V) + g_L Delta_T exp((V - V_T) / Delta_T) - w + g_exc (E_exc - V)
// + g_inh (E_inh - V) + I_e + I, tau_w dw/dt = a (V - E_L) - w; V and w by Runge-Kutta of order 4,
// the conductances exactly. Beyond V_peak the equations see V_peak: the upswing stays finite. An
// upswing that runs to its end within a step, which no polynomial can follow, is found by its own
// solution.
#include "engine/sim/Step.h"

namespace spk::neurons::adex::SPK_ISA {

/// g of this step at its begin, middle and end, then one step on.
struct Exponential {
  Column g;
  SPK_INLINE Several<3> take(Lane i, Reals half, Reals, Reals, Reals in) const {
    const Several<3> all{{g[i], half * g[i], half * half * g[i]}};
    g[i] = all[2] + in;
    return all;
  }
};
struct Alpha {
  Column g, z;
  SPK_INLINE Several<3> take(Lane i, Reals half, Reals dt, Reals kick, Reals in) const {
    const Several<3> all{{g[i], half * (g[i] + 0.5 * dt * z[i]), half * half * (g[i] + dt * z[i])}};
    g[i] = all[2];
    z[i] = half * half * z[i] + kick * in;
    return all;
  }
};

/// e^d for |d| <= 0.05, to 1e-15 of it: what V moves within a step is a small part of Delta_T.
SPK_INLINE Reals nearOne(Reals d) {
  const Reals d2 = d * d;
  const Reals low = 1 + d + d2 * (0.5 + d * (1.0 / 6));
  const Reals high = (1.0 / 24 + d * (1.0 / 120)) + d2 * (1.0 / 720 + d * (1.0 / 5040));
  return low + d2 * d2 * high;
}
/// e^x, with `begin` = e^from at hand. The exponential is computed only where some lane is far from
/// there; what a lane gets does not depend on its neighbours.
SPK_INLINE Reals expNear(Reals x, Reals from, Reals begin) {
  const Reals d = x - from;
  const Mask far = !(d * d <= 0.0025);
  const Reals near = begin * nearOne(d);
  if (__builtin_expect(far.bits() == 0, 1)) return near;
  return select(far, exp(x), near);
}

template <class Conductance>
SPK_INLINE void advance(Step& s, Column V, Column w, Column rest, Conductance first,
                        Conductance second) {
  const auto [I, exc, inh] = s.inputs<3>();
  const auto [per_C, g_L, E_L, V_T, steepness, bend, I_e, a, rate_w, b, E_exc, E_inh, halfExc,
              halfInh, kickExc, kickInh, V_peak, V_reset, t_ref] = s.constants<19>();
  const Reals dt = s.dt_ms;
  for (const Lane i : s.lanes()) {
    const Mask resting = rest[i] > 0;
    const Several<3> e = first.take(i, halfExc[i], dt, kickExc[i], exc[i]);
    const Several<3> h = second.take(i, halfInh[i], dt, kickInh[i], inh[i]);
    const Reals current = I_e[i] + I[i];
    Reals rise = 0, drift = 0;  // of V at the begin: by the upswing, by all else
    Reals from = 0, begin = 0;  // exponent and exponential at the begin
    const auto slope = [&](const Several<2>& y, int k) __attribute__((always_inline)) {
      const Reals v = select(resting, V_reset[i], min(y[0], V_peak[i]));
      const Reals x = (v - V_T[i]) * steepness[i];
      if (k == 0) from = x, begin = exp(x);
      const Reals upswing = per_C[i] * bend[i] * (k == 0 ? begin : expNear(x, from, begin));
      const Reals other = per_C[i] * (g_L[i] * (E_L[i] - v) - y[1] + current +
                                      e[k] * (E_exc[i] - v) + h[k] * (E_inh[i] - v));
      if (k == 0) rise = upswing, drift = other;
      return Several<2>{{other + upswing, rate_w[i] * (a[i] * (v - E_L[i]) - y[1])}};
    };
    const Several<2> moved = rungeKutta(Several<2>{{V[i], w[i]}}, dt, slope);
    const Reals next = select(resting, V_reset[i], moved[0]);
    // V' = drift + rise e^((V - V_begin) / Delta_T) grows beyond all bounds within the step
    const Mask flies = rise * dt * steepness[i] * exprel(drift * dt * steepness[i]) >= 1;
    const Mask fires = ((next >= V_peak[i]) | flies) & !resting;
    V[i] = select(fires, V_reset[i], next);
    w[i] = select(fires, moved[1] + b[i], moved[1]);
    rest[i] = select(fires, t_ref[i], max(rest[i] - 1, 0));
    s.fire(i, fires);
  }
}

void step(Step& s);
void step(Step& s) {
  const auto [V, w, g_exc, g_inh, rest] = s.columns<5>();
  advance(s, V, w, rest, Exponential{g_exc}, Exponential{g_inh});
}

void alphaStep(Step& s);
void alphaStep(Step& s) {
  const auto [V, w, g_exc, g_inh, rest, z_exc, z_inh] = s.columns<7>();
  advance(s, V, w, rest, Alpha{g_exc, z_exc}, Alpha{g_inh, z_inh});
}

}  // namespace spk::neurons::adex::SPK_ISA
