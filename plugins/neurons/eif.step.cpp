// Integrate-and-fire with a current that grows with V: exponentially (eif) or with its square
// (qif). V by Runge-Kutta of order 4, the synaptic current exactly. Beyond V_peak the equations see
// V_peak.
#include "engine/sim/Step.h"

namespace spk::neurons::eif::SPK_ISA {

/// @param drift  what V alone does to dV/dt [mV/ms]
/// @param flies  whether V, with a slope at the step's begin, runs to its end within the step
template <class Drift, class Flies>
SPK_INLINE void advance(Step& s, Drift drift, Flies flies) {
  const auto [V, I_syn, rest] = s.columns<3>();
  const auto [I, in] = s.inputs<2>();
  const auto [per_C, I_e, half, V_peak, V_reset, t_ref] = s.constants<6>();
  for (const Lane i : s.lanes()) {
    const Reals begin = I_syn[i], middle = half[i] * begin, end = half[i] * middle;
    const Several<3> current{{begin, middle, end}};
    const Reals outside = I_e[i] + I[i];
    const auto slope = [&](const Several<1>& y, int k) __attribute__((always_inline)) {
      return Several<1>{{drift(i, min(y[0], V_peak[i])) + per_C[i] * (outside + current[k])}};
    };
    const Mask away = flies(i, min(V[i], V_peak[i]), slope(Several<1>{{V[i]}}, 0)[0]);
    const Reals moved = rungeKutta(Several<1>{{V[i]}}, Reals(s.dt_ms), slope)[0];
    I_syn[i] = end + in[i];
    const Reals next = select(rest[i] > 0, V_reset[i], moved);
    const Mask fires = ((next >= V_peak[i]) | away) & !(rest[i] > 0);
    V[i] = select(fires, V_reset[i], next);
    rest[i] = select(fires, t_ref[i], max(rest[i] - 1, 0));
    s.fire(i, fires);
  }
}

void step(Step& s);
void step(Step& s) {
  const auto [per_C, I_e, half, V_peak, V_reset, t_ref, rate, E_L, V_T, Delta_T, steepness] =
      s.constants<11>();
  const Reals dt = s.dt_ms;
  const auto rise = [=](Lane i, Reals v) __attribute__((always_inline)) {
    return rate[i] * Delta_T[i] * exp((v - V_T[i]) * steepness[i]);
  };
  advance(
      s,
      [=](Lane i, Reals v)
          __attribute__((always_inline)) { return rate[i] * (E_L[i] - v) + rise(i, v); },
      // V' = d + rise e^((V - V_begin) / Delta_T), d what is not rise: when it ends
      [=](Lane i, Reals v, Reals slope) __attribute__((always_inline)) {
        const Reals up = rise(i, v), other = slope - up;
        return up * dt * steepness[i] * exprel(other * dt * steepness[i]) >= 1;
      });
}

void quadraticStep(Step& s);
void quadraticStep(Step& s) {
  const auto [per_C, I_e, half, V_peak, V_reset, t_ref, rate, E_L, V_c] = s.constants<9>();
  advance(
      s,
      [=](Lane i, Reals v)
          __attribute__((always_inline)) { return rate[i] * ((v - E_L[i]) * (v - V_c[i])); },
      [](Lane, Reals, Reals) __attribute__((always_inline)) { return Reals(0) > Reals(1); });
}

}  // namespace spk::neurons::eif::SPK_ISA
