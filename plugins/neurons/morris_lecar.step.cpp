// C dV/dt = g_L (E_L - V) + g_Ca m(V) (E_Ca - V) + g_K w (E_K - V) + I, dw/dt = phi (w(V) - w)
// cosh((V - V_3) / (2 V_4)), a spike adds its weight to V; Runge-Kutta of order 4.
#include "engine/sim/Step.h"

namespace spk::neurons::morris_lecar::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [V, w] = s.columns<2>();
  const auto [I, in] = s.inputs<2>();
  const auto [per_C, g_L, g_Ca, g_K, E_L, E_Ca, E_K, I_e, V_1, V_3, per_V_2, per_V_4, phi, V_th] =
      s.constants<14>();
  for (const Lane i : s.lanes()) {
    const Reals current = I_e[i] + I[i];
    const auto slope = [&](const Several<2>& y, int) __attribute__((always_inline)) {
      const Reals v = y[0], x = (v - V_3[i]) * per_V_4[i], root = exp(0.5 * x);
      const Reals open = 0.5 * (1 + tanh((v - V_1[i]) * per_V_2[i]));
      const Reals goal = 1 / (1 + exp(-2 * x));
      return Several<2>{{per_C[i] * (g_L[i] * (E_L[i] - v) + g_Ca[i] * open * (E_Ca[i] - v) +
                                     g_K[i] * y[1] * (E_K[i] - v) + current),
                         phi[i] * (goal - y[1]) * (0.5 * (root + 1 / root))}};
    };
    const Several<2> moved = rungeKutta(Several<2>{{V[i], w[i]}}, Reals(s.dt_ms), slope);
    const Reals next = moved[0] + in[i];
    const Mask fires = (next >= V_th[i]) & (V[i] < V_th[i]);
    V[i] = next;
    w[i] = moved[1];
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::morris_lecar::SPK_ISA
