// C dV/dt = (C / tau_m)(E_L - V) + I_syn + I_e + I; I_syn' = z - I_syn / tau_syn, z' = -z /
// tau_syn, a spike adds w e / tau_syn to z; exact over one step (Rotter & Diesmann 1999).
#include "engine/sim/Step.h"

namespace spk::neurons::lif_alpha::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [V, I_syn, z, rest] = s.columns<4>();
  const auto [I, in] = s.inputs<2>();
  const auto [decay, base, gain, fromI, fromZ, decayI, growI, kick, V_th, V_reset, t_ref] =
      s.constants<11>();
  for (const Lane i : s.lanes()) {
    const Reals moved =
        decay[i] * V[i] + base[i] + gain[i] * I[i] + fromI[i] * I_syn[i] + fromZ[i] * z[i];
    I_syn[i] = decayI[i] * I_syn[i] + growI[i] * z[i];
    z[i] = decayI[i] * z[i] + kick[i] * in[i];
    const Reals next = select(rest[i] > 0, V_reset[i], moved);
    const Mask fires = next >= V_th[i];
    V[i] = select(fires, V_reset[i], next);
    rest[i] = select(fires, t_ref[i], max(rest[i] - 1, 0));
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::lif_alpha::SPK_ISA
