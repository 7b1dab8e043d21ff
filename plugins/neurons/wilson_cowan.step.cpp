// tau_E E' = -E + (k_E - r E) S_E(c_EE E - c_IE I + P), tau_I I' = -I + (k_I - r I) S_I(c_EI E -
// c_II I + Q), S(x) = 1 / (1 + exp(-a (x - theta))) - S(0), k its largest value; Runge-Kutta of
// order 4.
#include "engine/sim/Step.h"

namespace spk::neurons::wilson_cowan::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [E, I] = s.columns<2>();
  const auto [P, Q] = s.inputs<2>();
  const auto [rateE, rateI, c_EE, c_IE, c_EI, c_II, a_E, theta_E, zero_E, a_I, theta_I, zero_I, r,
              P_e, Q_e] = s.constants<15>();
  for (const Lane i : s.lanes()) {
    const Reals p = P[i] + P_e[i], q = Q[i] + Q_e[i];
    const auto slope = [&](const Several<2>& y, int) __attribute__((always_inline)) {
      const Reals x = c_EE[i] * y[0] - c_IE[i] * y[1] + p, z = c_EI[i] * y[0] - c_II[i] * y[1] + q;
      const Reals e = 1 / (1 + exp(a_E[i] * (theta_E[i] - x))) - zero_E[i];
      const Reals n = 1 / (1 + exp(a_I[i] * (theta_I[i] - z))) - zero_I[i];
      return Several<2>{{rateE[i] * ((1 - zero_E[i] - r[i] * y[0]) * e - y[0]),
                         rateI[i] * ((1 - zero_I[i] - r[i] * y[1]) * n - y[1])}};
    };
    const Several<2> moved = rungeKutta(Several<2>{{E[i], I[i]}}, Reals(s.dt_ms), slope);
    E[i] = moved[0];
    I[i] = moved[1];
  }
}

}  // namespace spk::neurons::wilson_cowan::SPK_ISA
