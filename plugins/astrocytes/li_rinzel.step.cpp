// Calcium of an astrocyte after Li & Rinzel (1994), with IP3 that glutamate makes; Runge-Kutta of
// order 4.
#include "engine/sim/Step.h"

namespace spk::astrocytes::li_rinzel::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [Ca, h, IP3, sic] = s.columns<4>();
  const auto [glutamate] = s.inputs<1>();
  const auto [release, leak, pump, K2, total, volume, d1, d2, d3, d5, a2, rest, perTau, gain,
              edge] = s.constants<15>();
  const Reals dt = s.dt_ms;
  for (const Lane i : s.lanes()) {
    const auto slope = [&](const Several<3>& y, int) {
      const Reals C = y[0], I = y[2];
      const Reals m = I / (I + d1[i]) * (C / (C + d5[i])) * y[1];
      const Reals stored = total[i] - volume[i] * C;  // [Ca] of the store less that of the cytosol
      const Reals Q = d2[i] * (I + d1[i]) / (I + d3[i]);
      Several<3> d;
      d[0] = (release[i] * m * m * m + leak[i]) * stored - pump[i] * C * C / (C * C + K2[i]);
      d[1] = a2[i] * (Q - y[1] * (Q + C));
      d[2] = (rest[i] - I) * perTau[i];
      return d;
    };
    const Several<3> y = rungeKutta<3>({{Ca[i], h[i], IP3[i]}}, dt, slope);
    const Mask fires = (Ca[i] < edge[i]) & (y[0] >= edge[i]);
    Ca[i] = y[0];
    h[i] = y[1];
    IP3[i] = y[2] + glutamate[i];
    // Nadkarni & Jung 2003: ln([Ca] / nM - 196.69) where that is above 0.
    const Reals above = max(y[0] * 1e3 - 196.69, 1.0);
    sic[i] = gain[i] * log(above);
    s.fire(i, fires);
  }
}

}  // namespace spk::astrocytes::li_rinzel::SPK_ISA
