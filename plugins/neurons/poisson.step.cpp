// Independent Poisson trains: in a step of dt a unit spikes with the chance 1 - exp(-rate dt).
#include "engine/sim/Step.h"

namespace spk::neurons::poisson::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [chance] = s.constants<1>();
  const auto draw = s.uniform(0);
  for (const Lane i : s.lanes()) s.fire(i, draw[i] < chance[i]);
}

}  // namespace spk::neurons::poisson::SPK_ISA
