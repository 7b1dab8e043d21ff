// Counts down to its next spike, in steps; each interval may be drawn anew around the period.
#include "engine/sim/Step.h"

namespace spk::neurons::pacemaker::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [next] = s.columns<1>();
  const auto [period, jitter] = s.constants<2>();
  const auto draw = s.normal(0);
  for (const Lane i : s.lanes()) {
    const Reals left = next[i] - 1;
    const Mask fires = left < 0.5;
    next[i] = select(fires, left + max(period[i] + jitter[i] * draw[i], 1), left);
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::pacemaker::SPK_ISA
