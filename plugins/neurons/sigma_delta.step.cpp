// Fires when the signal lies half a quantum or more above what its own spikes have said so far.
#include "engine/sim/Step.h"

namespace spk::neurons::sigma_delta::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [x, said] = s.columns<2>();
  const auto [I, in] = s.inputs<2>();
  const auto [decay, decayIn, quantum, I_e] = s.constants<4>();
  for (const Lane i : s.lanes()) {
    x[i] = decayIn[i] * x[i] + in[i];
    const Reals signal = x[i] + I_e[i] + I[i], kept = decay[i] * said[i];
    const Mask fires = signal - kept >= 0.5 * quantum[i];
    said[i] = select(fires, kept + quantum[i], kept);
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::sigma_delta::SPK_ISA
