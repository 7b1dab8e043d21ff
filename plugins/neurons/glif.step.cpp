// V, synaptic and two after-spike currents and a threshold that follows V, all linear between
// spikes and exact over one step; V and its threshold stand still during the refractory time.
#include "engine/sim/Step.h"

namespace spk::neurons::glif::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [V, I_syn, I_1, I_2, th_s, th_v, rest] = s.columns<7>();
  const auto [I, in] = s.inputs<2>();
  const auto [E_L, VV, VS, V1, V2, VU, TT, TV, TS, T1, T2, TU, decayS, decay_1, decay_2, decayT,
              I_e, th_inf, keepV, addV, keep_1, add_1, keep_2, add_2, addT, t_ref] =
      s.constants<26>();
  for (const Lane i : s.lanes()) {
    const Mask resting = rest[i] > 0;
    const Reals v = V[i] - E_L[i], current = I_e[i] + I[i];
    const Reals moved =
        VV[i] * v + VS[i] * I_syn[i] + V1[i] * I_1[i] + V2[i] * I_2[i] + VU[i] * current;
    const Reals follows = TT[i] * th_v[i] + TV[i] * v + TS[i] * I_syn[i] + T1[i] * I_1[i] +
                          T2[i] * I_2[i] + TU[i] * current;
    const Reals next = select(resting, v, moved);
    const Reals nextT = select(resting, th_v[i], follows);
    I_syn[i] = decayS[i] * I_syn[i] + in[i];
    const Reals first = decay_1[i] * I_1[i], second = decay_2[i] * I_2[i];
    const Reals third = decayT[i] * th_s[i];
    const Mask fires = (next >= th_inf[i] + third + nextT) & !resting;
    V[i] = E_L[i] + select(fires, keepV[i] * next + addV[i], next);
    I_1[i] = select(fires, keep_1[i] * first + add_1[i], first);
    I_2[i] = select(fires, keep_2[i] * second + add_2[i], second);
    th_s[i] = select(fires, third + addT[i], third);
    th_v[i] = nextT;
    rest[i] = select(fires, t_ref[i], max(rest[i] - 1, 0));
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::glif::SPK_ISA
