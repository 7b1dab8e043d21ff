// LIF whose segments each look for coincidence: enough synapses of one segment in one step start a
// plateau, which lifts the soma towards its threshold for a while.
#include "engine/sim/Step.h"

namespace spk::neurons::active_dendrite::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [V, rest, plateau] = s.columns<3>();
  const auto [I, in] = s.inputs<2>();
  const auto [segments, theta, lasts, lift, decay, base, gain, V_th, V_reset, t_ref] =
      s.constants<10>();
  const int count = static_cast<int>(segments[Lane{0, 0}].v[0]);
  for (const Lane i : s.lanes()) {
    Reals most = 0;
    for (int k = 0; k < count; ++k) {
      const spk::SPK_ISA::Input segment{s.inputsAt[2 + k]};
      most = max(segment[i], most);
    }
    const Reals left = select(most >= theta[i], lasts[i], max(plateau[i] - 1, 0));
    plateau[i] = left;
    const Reals moved =
        decay[i] * V[i] + base[i] + gain[i] * I[i] + select(left > 0, lift[i], 0) + in[i];
    const Reals next = select(rest[i] > 0, V_reset[i], moved);
    const Mask fires = next >= V_th[i];
    V[i] = select(fires, V_reset[i], next);
    rest[i] = select(fires, t_ref[i], max(rest[i] - 1, 0));
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::active_dendrite::SPK_ISA
