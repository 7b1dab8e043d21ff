// Soma and apical dendrite of Naud & Sprekeler 2018: the dendrite's plateau f(V_d) drives both, a
// spike of the soma runs back into the dendrite; Runge-Kutta of order 4, synaptic currents exactly.
#include "engine/sim/Step.h"

namespace spk::neurons::two_compartment::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [V, V_d, w, w_d, I_soma, I_dend, rest, since] = s.columns<8>();
  const auto [I, D, soma, dend] = s.inputs<4>();
  const auto [E_L, rate_s, per_C, g_s, rate_d, per_C_d, g_d, E_d, per_width, c_d, from, to, rate_w,
              b, rate_wd, a, half, I_e, I_de, V_th, V_reset, t_ref] = s.constants<22>();
  for (const Lane i : s.lanes()) {
    const Mask resting = rest[i] > 0;
    const Reals half_i = half[i], s0 = I_soma[i], d0 = I_dend[i];
    const Several<3> is{{s0, half_i * s0, half_i * half_i * s0}};
    const Several<3> id{{d0, half_i * d0, half_i * half_i * d0}};
    const Mask back = (since[i] >= from[i]) & (since[i] < to[i]);
    const Reals intoSoma = I_e[i] + I[i], intoDend = I_de[i] + D[i] + select(back, c_d[i], 0);
    const auto slope = [&](const Several<4>& y, int k) __attribute__((always_inline)) {
      const Reals v = select(resting, V_reset[i], y[0]) - E_L[i], u = y[1] - E_L[i];
      const Reals plateau = 1 / (1 + exp((E_d[i] - y[1]) * per_width[i]));
      return Several<4>{{per_C[i] * (g_s[i] * plateau + y[2] + intoSoma + is[k]) - rate_s[i] * v,
                         per_C_d[i] * (g_d[i] * plateau + y[3] + intoDend + id[k]) - rate_d[i] * u,
                         -(rate_w[i] * y[2]), rate_wd[i] * (a[i] * u - y[3])}};
    };
    const Several<4> moved =
        rungeKutta(Several<4>{{V[i], V_d[i], w[i], w_d[i]}}, Reals(s.dt_ms), slope);
    I_soma[i] = is[2] + soma[i];
    I_dend[i] = id[2] + dend[i];
    const Reals next = select(resting, V_reset[i], moved[0]);
    const Mask fires = next >= V_th[i];
    V[i] = select(fires, V_reset[i], next);
    V_d[i] = moved[1];
    w[i] = select(fires, moved[2] + b[i], moved[2]);
    w_d[i] = moved[3];
    rest[i] = select(fires, t_ref[i], max(rest[i] - 1, 0));
    since[i] = select(fires, 0, min(since[i] + 1, 1e9));
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::two_compartment::SPK_ISA
