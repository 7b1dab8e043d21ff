// C dV/dt = g_L (E_L - V) + g_Na m^3 h (E_Na - V) + g_K n^4 (E_K - V) + g_exc (E_exc - V)
// + g_inh (E_inh - V) + I_e + I. Gates and V take turns, half a step apart, each solved exactly
// with the other held: order 2, and stable at any step.
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
        const Reals u = V - V_T[i];
        return Gates{{1.28 / exprel((13 - u) * 0.25), 1.4 / exprel((u - 40) * 0.2)},
                     {0.128 * exp((17 - u) * (1.0 / 18)), 4 / (1 + exp((40 - u) * 0.2))},
                     {0.16 / exprel((15 - u) * 0.2), 0.5 * exp((10 - u) * (1.0 / 40))}};
      });
}

void squidStep(Step& s);
void squidStep(Step& s) {
  advance(
      s, [](Lane, Reals V) __attribute__((always_inline)) {
        return Gates{{1 / exprel((V + 40) * -0.1), 4 * exp((V + 65) * (-1.0 / 18))},
                     {0.07 * exp((V + 65) * -0.05), 1 / (1 + exp((V + 35) * -0.1))},
                     {0.1 / exprel((V + 55) * -0.1), 0.125 * exp((V + 65) * (-1.0 / 80))}};
      });
}

}  // namespace spk::neurons::hodgkin_huxley::SPK_ISA
