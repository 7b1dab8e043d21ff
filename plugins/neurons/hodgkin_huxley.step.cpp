// C dV/dt = g_L (E_L - V) + g_Na m^3 h (E_Na - V) + g_K n^4 (E_K - V) + g_exc (E_exc - V)
// + g_inh (E_inh - V) + I_e + I. Gates and V take turns, half a step apart, each solved exactly
// with the other held: order 2, and stable at any step. Rates of one cell are made of exponentials
// of V over few scales: two are computed, the others are their powers.
#include "engine/sim/Step.h"

namespace spk::neurons::hodgkin_huxley::SPK_ISA {

/// Opening and closing rates of one gate [1/ms].
struct Gate {
  Reals alpha, beta;
  SPK_INLINE Reals after(Reals x, Reals dt) const {
    const Reals both = alpha + beta;
    return x + dt * (alpha - both * x) * exprel(-dt * both);
  }
};
struct Gates {
  Gate m, h, n;
};

/// x / (e^x - 1), 1 at 0, of which `power` is e^x. The far form alone where no lane needs another;
/// what a lane gets does not depend on its neighbours.
SPK_INLINE Reals perRise(Reals x, Reals power) {
  const Mask near = x * x <= 0.1225;
  const Reals far = x / (power - 1);
  if (__builtin_expect(near.bits() == 0, 1)) return far;
  return select(near, 1 / exprel(select(near, x, Reals(0.0))), far);
}
/// Half a volt from rest no rate means anything; powers of its exponential stay finite.
SPK_INLINE Reals bounded(Reals u) { return max(min(u, Reals(500.0)), Reals(-500.0)); }

template <class Rates>
SPK_INLINE void advance(Step& s, Rates rates) {
  const auto [V, m, h, n, g_exc, g_inh] = s.columns<6>();
  const auto [I, exc, inh] = s.inputs<3>();
  const auto [gain, g_L, g_Na, g_K, base, E_Na, E_K, meanExc, meanInh, E_exc, E_inh, decayExc,
              decayInh, V_th, speed] = s.constants<15>();
  // the gates' first step is half a one: from then on they live in the middle of V's steps
  const Reals dt = s.step == 0 ? 0.5 * s.dt_ms : s.dt_ms;
  for (const Lane i : s.lanes()) {
    const Gates gates = rates(i, Reals(V[i]));
    const Reals time = dt * speed[i];
    m[i] = gates.m.after(m[i], time);
    h[i] = gates.h.after(h[i], time);
    n[i] = gates.n.after(n[i], time);
    const Reals square = n[i] * n[i];
    const Reals sodium = g_Na[i] * m[i] * m[i] * m[i] * h[i], potassium = g_K[i] * square * square;
    const Reals e = meanExc[i] * g_exc[i], inhibition = meanInh[i] * g_inh[i];
    const Reals total = g_L[i] + sodium + potassium + e + inhibition;  // all times dt / C
    const Reals slope = base[i] + gain[i] * I[i] + sodium * E_Na[i] + potassium * E_K[i] +
                        e * E_exc[i] + inhibition * E_inh[i] - total * V[i];
    const Reals next = V[i] + slope * exprel(-total);
    const Mask fires = (next >= V_th[i]) & (V[i] < V_th[i]);
    V[i] = next;
    g_exc[i] = decayExc[i] * g_exc[i] + exc[i];
    g_inh[i] = decayInh[i] * g_inh[i] + inh[i];
    s.fire(i, fires);
  }
}

void traubMilesStep(Step& s);
void traubMilesStep(Step& s) {
  const auto [gain, g_L, g_Na, g_K, base, E_Na, E_K, meanExc, meanInh, E_exc, E_inh, decayExc,
              decayInh, V_th, speed, V_T] = s.constants<16>();
  advance(
      s, [=](Lane i, Reals V) __attribute__((always_inline)) {
        const Reals u = bounded(V - V_T[i]);
        const Reals f = exp((15 - u) * (1.0 / 40)), f2 = f * f, f4 = f2 * f2, f8 = f4 * f4;
        const Reals opening = f8 * f2 * 0.6065306597126334;  // e^((13 - u) / 4), by e^-1/2
        const Reals closing = f8 * 148.4131591025766;        // e^((40 - u) / 5), by e^5
        return Gates{{1.28 * perRise((13 - u) * 0.25, opening),
                      1.4 * closing * perRise((40 - u) * 0.2, closing)},
                     {0.128 * exp((17 - u) * (1.0 / 18)), 4 / (1 + closing)},
                     {0.16 * perRise((15 - u) * 0.2, f8), 0.44124845129229773 * f}};  // e^-1/8 / 2
      });
}

void squidStep(Step& s);
void squidStep(Step& s) {
  advance(
      s, [](Lane, Reals V) __attribute__((always_inline)) {
        const Reals u = bounded(V + 65);
        const Reals f = exp(u * (-1.0 / 80)), f2 = f * f, f4 = f2 * f2, f8 = f4 * f4;
        return Gates{{perRise((25 - u) * 0.1, f8 * 12.182493960703473), 4 * exp(u * (-1.0 / 18))},
                     {0.07 * f4, 1 / (1 + f8 * 20.085536923187668)},  // e^3
                     {0.1 * perRise((10 - u) * 0.1, f8 * 2.718281828459045), 0.125 * f}};
      });
}

}  // namespace spk::neurons::hodgkin_huxley::SPK_ISA
