// In each step a unit fires with the chance phi(U), phi = (gamma (U - U_th))^r within [0, 1]; else
// U <- mu U + I + inputs, and to U_reset at a spike.
#include "engine/sim/Step.h"

namespace spk::neurons::galves_loecherbach::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [U] = s.columns<1>();
  const auto [I, in] = s.inputs<2>();
  const auto [mu, I_e, gamma, U_th, r, U_reset] = s.constants<6>();
  const auto draw = s.uniform(0);
  for (const Lane i : s.lanes()) {
    const Reals over = min(max(gamma[i] * (U[i] - U_th[i]), 0), 1);
    const Mask fires = draw[i] < pow(over, r[i]);
    U[i] = select(fires, U_reset[i], mu[i] * U[i] + I_e[i] + I[i] + in[i]);
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::galves_loecherbach::SPK_ISA
