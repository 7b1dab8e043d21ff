// tau dA/dt = -A + w (spikes of the liquid - spikes of the input, per ms) + b, exact over one step.
#include "engine/sim/Step.h"

namespace spk::astrocytes::nalsm::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [A] = s.columns<1>();
  const auto [liquid, input] = s.inputs<2>();
  const auto [decay, base, gain] = s.constants<3>();
  for (const Lane i : s.lanes())
    A[i] = decay[i] * A[i] + base[i] + gain[i] * (liquid[i] - input[i]);
}

}  // namespace spk::astrocytes::nalsm::SPK_ISA
