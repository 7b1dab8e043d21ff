// dV/dt = k2 V^2 + k1 V + k0 - u + I, du/dt = a (b (V - V_u) - leak u). As published, V takes two
// half-steps of Euler's method and u one step; or both take one step of Runge-Kutta, order 4.
#include "engine/sim/Step.h"

namespace spk::neurons::izhikevich::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [V, u] = s.columns<2>();
  const auto [I, in] = s.inputs<2>();
  const auto [a, b, c, d, I_e, k2, k1, k0, V_u, leak, V_peak, accurate] = s.constants<12>();
  const Reals dt = s.dt_ms, per_dt = 1 / s.dt_ms;
  const bool rungeKutta4 = accurate[Lane{0, 0}].v[0] != 0;
  for (const Lane i : s.lanes()) {
    const Reals current = I_e[i] + I[i] + in[i] * per_dt;
    Reals nextV, nextU;
    if (rungeKutta4) {
      const auto slope = [&](const Several<2>& y, int) __attribute__((always_inline)) {
        const Reals v = min(y[0], V_peak[i]);
        return Several<2>{{(k2[i] * v + k1[i]) * v + k0[i] - y[1] + current,
                           a[i] * (b[i] * (v - V_u[i]) - leak[i] * y[1])}};
      };
      const Several<2> moved = rungeKutta(Several<2>{{V[i], u[i]}}, dt, slope);
      nextV = moved[0];
      nextU = moved[1];
    } else {
      nextV = V[i];
      for (int half = 0; half < 2; ++half)
        nextV = nextV + 0.5 * dt * ((k2[i] * nextV + k1[i]) * nextV + k0[i] - u[i] + current);
      nextU = u[i] + dt * a[i] * (b[i] * (nextV - V_u[i]) - leak[i] * u[i]);
    }
    const Mask fires = nextV >= V_peak[i];
    V[i] = select(fires, c[i], nextV);
    u[i] = select(fires, nextU + d[i], nextU);
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::izhikevich::SPK_ISA
