// A unit becomes active with the chance that its active partners and the drive from outside add up
// to: P(active) = min(1, sum of weights + h / N).
#include "engine/sim/Step.h"

namespace spk::neurons::branching::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [active] = s.columns<1>();
  const auto [in] = s.inputs<1>();
  const auto [h] = s.constants<1>();
  const double share = 1.0 / s.total;
  const auto draw = s.uniform(0);
  for (const Lane i : s.lanes()) {
    const Mask fires = draw[i] < in[i] + h[i] * share;
    active[i] = select(fires, 1, 0);
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::branching::SPK_ISA
