// tau dD/dt = baseline - D, a spike adds its weight at the end of its step; exact.
#include "engine/sim/Step.h"

namespace spk::neurons::modulator::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [level] = s.columns<1>();
  const auto [release] = s.inputs<1>();
  const auto [decay, base] = s.constants<2>();
  for (const Lane i : s.lanes()) level[i] = decay[i] * level[i] + base[i] + release[i];
}

}  // namespace spk::neurons::modulator::SPK_ISA
