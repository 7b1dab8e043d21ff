// z = x + i y, dz/dt = (-1 / tau + i omega) z + I, a spike adds its weight to x; exact over a step.
#include "engine/sim/Step.h"

namespace spk::neurons::resonate_and_fire::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [x, y] = s.columns<2>();
  const auto [I, in] = s.inputs<2>();
  const auto [along, across, gainX, gainY, I_e, y_th, x_reset, y_reset] = s.constants<8>();
  for (const Lane i : s.lanes()) {
    const Reals current = I_e[i] + I[i];
    const Reals nextX = along[i] * x[i] - across[i] * y[i] + gainX[i] * current + in[i];
    const Reals nextY = across[i] * x[i] + along[i] * y[i] + gainY[i] * current;
    const Mask fires = nextY >= y_th[i];
    x[i] = select(fires, x_reset[i], nextX);
    y[i] = select(fires, y_reset[i], nextY);
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::resonate_and_fire::SPK_ISA
