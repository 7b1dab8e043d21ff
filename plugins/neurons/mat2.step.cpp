// C dV/dt = (C / tau_m)(E_L - V) + I_syn + I_e + I, V is never reset; the threshold E_L + omega +
// th_1 + th_2 jumps by alpha_1 and alpha_2 at a spike and decays; exact over one step.
#include "engine/sim/Step.h"

namespace spk::neurons::mat2::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [V, I_syn, th_1, th_2, rest] = s.columns<5>();
  const auto [I, in] = s.inputs<2>();
  const auto [decay, base, gain, decayI, fromI, floor_, decay_1, decay_2, alpha_1, alpha_2, t_ref] =
      s.constants<11>();
  for (const Lane i : s.lanes()) {
    const Reals next = decay[i] * V[i] + base[i] + gain[i] * I[i] + fromI[i] * I_syn[i];
    I_syn[i] = decayI[i] * I_syn[i] + in[i];
    const Reals first = decay_1[i] * th_1[i], second = decay_2[i] * th_2[i];
    const Mask fires = (next >= floor_[i] + first + second) & (rest[i] <= 0);
    V[i] = next;
    th_1[i] = select(fires, first + alpha_1[i], first);
    th_2[i] = select(fires, second + alpha_2[i], second);
    rest[i] = select(fires, t_ref[i], max(rest[i] - 1, 0));
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::mat2::SPK_ISA
