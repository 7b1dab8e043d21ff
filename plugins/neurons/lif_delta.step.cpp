// tau_m dV/dt = E_L - V + R (I_e + I), a spike adds its weight [mV] to V at the end of its step;
// exact over one step (Rotter & Diesmann 1999).
#include "engine/sim/Step.h"

namespace spk::neurons::lif_delta::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [V, rest] = s.columns<2>();
  const auto [I, in] = s.inputs<2>();
  const auto [decay, base, gain, V_th, V_reset, t_ref] = s.constants<6>();
  for (const Lane i : s.lanes()) {
    const Reals moved = decay[i] * V[i] + base[i] + gain[i] * I[i] + in[i];
    const Reals next = select(rest[i] > 0, V_reset[i], moved);
    const Mask fires = next >= V_th[i];
    V[i] = select(fires, V_reset[i], next);
    rest[i] = select(fires, t_ref[i], max(rest[i] - 1, 0));
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::lif_delta::SPK_ISA
