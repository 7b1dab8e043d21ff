// Discrete neurons as machine learning writes them: one update in each step, whatever dt.
#include "engine/sim/Step.h"

namespace spk::neurons::lif_ml::SPK_ISA {

/// What a spike leaves: the reset value, or V − V_th where the reset is soft.
SPK_INLINE Reals after(Mask fires, Reals V, Reals V_th, Reals V_reset, Reals soft) {
  return select(fires, select(soft > 0, V - V_th, V_reset), V);
}

void step(Step& s);
void step(Step& s) {
  const auto [V] = s.columns<1>();
  const auto [I, in] = s.inputs<2>();
  const auto [keep, base, gain, V_th, V_reset, soft] = s.constants<6>();
  for (const Lane i : s.lanes()) {
    const Reals next = keep[i] * V[i] + base[i] + gain[i] * (I[i] + in[i]);
    const Mask fires = next >= V_th[i];
    V[i] = after(fires, next, V_th[i], V_reset[i], soft[i]);
    s.fire(i, fires);
  }
}

void currentStep(Step& s);
void currentStep(Step& s) {
  const auto [V, I_syn] = s.columns<2>();
  const auto [I, in] = s.inputs<2>();
  const auto [alpha, beta, I_e, V_th, V_reset, soft] = s.constants<6>();
  for (const Lane i : s.lanes()) {
    I_syn[i] = alpha[i] * I_syn[i] + I_e[i] + I[i] + in[i];
    const Reals next = beta[i] * V[i] + I_syn[i];
    const Mask fires = next >= V_th[i];
    V[i] = after(fires, next, V_th[i], V_reset[i], soft[i]);
    s.fire(i, fires);
  }
}

void quantisedStep(Step& s);
void quantisedStep(Step& s) {
  const auto [V] = s.columns<1>();
  const auto [I, in] = s.inputs<2>();
  const auto [half, lambda, I_e] = s.constants<3>();
  for (const Lane i : s.lanes()) {
    const Reals next = V[i] + I_e[i] + I[i] + in[i];
    const Mask fires = next >= half[i];
    V[i] = select(fires, next - lambda[i], next);
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::lif_ml::SPK_ISA
