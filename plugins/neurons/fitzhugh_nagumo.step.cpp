// tau dv/dt = v - v^3 / 3 - w + I, tau dw/dt = epsilon (v + a - b w), a spike adds its weight to v;
// Runge-Kutta of order 4.
#include "engine/sim/Step.h"

namespace spk::neurons::fitzhugh_nagumo::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [v, w] = s.columns<2>();
  const auto [I, in] = s.inputs<2>();
  const auto [rate, epsilon, a, b, I_e, v_th] = s.constants<6>();
  for (const Lane i : s.lanes()) {
    const Reals current = I_e[i] + I[i];
    const auto slope = [&](const Several<2>& y, int) __attribute__((always_inline)) {
      return Several<2>{{rate[i] * (y[0] - y[0] * y[0] * y[0] * (1.0 / 3) - y[1] + current),
                         rate[i] * epsilon[i] * (y[0] + a[i] - b[i] * y[1])}};
    };
    const Several<2> moved = rungeKutta(Several<2>{{v[i], w[i]}}, Reals(s.dt_ms), slope);
    const Reals next = moved[0] + in[i];
    const Mask fires = (next >= v_th[i]) & (v[i] < v_th[i]);
    v[i] = next;
    w[i] = moved[1];
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::fitzhugh_nagumo::SPK_ISA
