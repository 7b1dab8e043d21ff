// Fires in each step in which the weights that arrive reach theta and nothing vetoes.
#include "engine/sim/Step.h"

namespace spk::neurons::mcculloch_pitts::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [sum] = s.columns<1>();
  const auto [I, in, veto] = s.inputs<3>();
  const auto [theta, I_e] = s.constants<2>();
  for (const Lane i : s.lanes()) {
    sum[i] = I_e[i] + I[i] + in[i];
    s.fire(i, (sum[i] >= theta[i]) & !(veto[i] > 0));
  }
}

}  // namespace spk::neurons::mcculloch_pitts::SPK_ISA
