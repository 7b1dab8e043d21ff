// C dV/dt = (C / tau_m)(E_L - V) + I_syn + I_e + I,  tau_syn dI_syn/dt = -I_syn, a spike adds its
// weight [pA] to I_syn at the end of its step; exact over one step (Rotter & Diesmann 1999).
#include "engine/sim/Step.h"

namespace spk::neurons::lif_exp::SPK_ISA {

enum class Threshold { Fixed, Homeostatic };

/// @param rise  what the threshold has risen by [mV]; not looked at where it is fixed
template <Threshold threshold>
SPK_INLINE void advance(Step& s, Column V, Column I_syn, Column rest, Column rise) {
  const auto [I, in] = s.inputs<2>();
  const auto [decay, base, gain, decayI, fromI, V_th, V_reset, t_ref, fall, step] =
      s.constants<10>();
  for (const Lane i : s.lanes()) {
    const Reals moved = decay[i] * V[i] + base[i] + gain[i] * I[i] + fromI[i] * I_syn[i];
    I_syn[i] = decayI[i] * I_syn[i] + in[i];
    const Reals next = select(rest[i] > 0, V_reset[i], moved);
    Reals limit = V_th[i];
    if constexpr (threshold == Threshold::Homeostatic) limit = limit + rise[i];
    const Mask fires = next >= limit;
    V[i] = select(fires, V_reset[i], next);
    if constexpr (threshold == Threshold::Homeostatic)
      rise[i] = rise[i] - fall[i] + select(fires, step[i], Reals(0.0));
    rest[i] = select(fires, t_ref[i], max(rest[i] - 1, 0));
    s.fire(i, fires);
  }
}

void step(Step& s);
void step(Step& s) {
  const auto [V, I_syn, rest] = s.columns<3>();
  advance<Threshold::Fixed>(s, V, I_syn, rest, V);
}

void homeostaticStep(Step& s);
void homeostaticStep(Step& s) {
  const auto [V, I_syn, rest, rise] = s.columns<4>();
  advance<Threshold::Homeostatic>(s, V, I_syn, rest, rise);
}

}  // namespace spk::neurons::lif_exp::SPK_ISA
