// LIF that fires by chance, the likelier the nearer V is to its threshold: rate rho_0 exp((V -
// theta) / Delta). Its threshold and currents may move with its own spikes; exact over one step.
#include "engine/sim/Step.h"

namespace spk::neurons::gif::SPK_ISA {

/// 1 − exp(−rho dt): the chance to fire in this step.
SPK_INLINE Reals chance(Reals rho_dt, Reals above, Reals steepness) {
  return 1 - exp(-(rho_dt * exp(min(above * steepness, 50))));
}

void step(Step& s);
void step(Step& s) {
  const auto [V, I_syn, rest, I_1, I_2, th_1, th_2] = s.columns<7>();
  const auto [I, in] = s.inputs<2>();
  const auto [decay, base, gain, decayI, fromI, V_th, V_reset, t_ref, rho_dt, steepness, from_1,
              from_2, decay_1, decay_2, q_1, q_2, fall_1, fall_2, a_1, a_2] = s.constants<20>();
  const auto draw = s.uniform(0);
  for (const Lane i : s.lanes()) {
    const Reals moved = decay[i] * V[i] + base[i] + gain[i] * I[i] + fromI[i] * I_syn[i] +
                        from_1[i] * I_1[i] + from_2[i] * I_2[i];
    I_syn[i] = decayI[i] * I_syn[i] + in[i];
    const Reals first = decay_1[i] * I_1[i], second = decay_2[i] * I_2[i];
    const Reals low = fall_1[i] * th_1[i], high = fall_2[i] * th_2[i];
    const Mask resting = rest[i] > 0;
    const Reals next = select(resting, V_reset[i], moved);
    const Reals above = next - V_th[i] - low - high;
    const Mask fires = (draw[i] < chance(rho_dt[i], above, steepness[i])) & !resting;
    V[i] = select(fires, V_reset[i], next);
    I_1[i] = select(fires, first + q_1[i], first);
    I_2[i] = select(fires, second + q_2[i], second);
    th_1[i] = select(fires, low + a_1[i], low);
    th_2[i] = select(fires, high + a_2[i], high);
    rest[i] = select(fires, t_ref[i], max(rest[i] - 1, 0));
    s.fire(i, fires);
  }
}

void plainStep(Step& s);
void plainStep(Step& s) {
  const auto [V, I_syn, rest] = s.columns<3>();
  const auto [I, in] = s.inputs<2>();
  const auto [decay, base, gain, decayI, fromI, V_th, V_reset, t_ref, rho_dt, steepness] =
      s.constants<10>();
  const auto draw = s.uniform(0);
  for (const Lane i : s.lanes()) {
    const Reals moved = decay[i] * V[i] + base[i] + gain[i] * I[i] + fromI[i] * I_syn[i];
    I_syn[i] = decayI[i] * I_syn[i] + in[i];
    const Mask resting = rest[i] > 0;
    const Reals next = select(resting, V_reset[i], moved);
    const Mask fires = (draw[i] < chance(rho_dt[i], next - V_th[i], steepness[i])) & !resting;
    V[i] = select(fires, V_reset[i], next);
    rest[i] = select(fires, t_ref[i], max(rest[i] - 1, 0));
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::gif::SPK_ISA
