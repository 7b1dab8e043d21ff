// As lif_cond_exp, with conductances of alpha shape: dg/dt = z - g / tau, dz/dt = -z / tau, a spike
// adds w e / tau to z. g and z exactly; V with the exact means of g over the step.
#include "engine/sim/Step.h"

namespace spk::neurons::lif_cond_alpha::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [V, g_exc, g_inh, z_exc, z_inh, rest] = s.columns<6>();
  const auto [I, exc, inh] = s.inputs<3>();
  const auto [leak, base, gain, meanExc, meanInh, risenExc, risenInh, E_exc, E_inh, decayExc,
              decayInh, growExc, growInh, kickExc, kickInh, V_th, V_reset, t_ref] =
      s.constants<18>();
  for (const Lane i : s.lanes()) {
    const Reals e = meanExc[i] * g_exc[i] + risenExc[i] * z_exc[i];
    const Reals h = meanInh[i] * g_inh[i] + risenInh[i] * z_inh[i];
    const Reals total = leak[i] + e + h;  // all of it times dt / C
    const Reals slope = base[i] + gain[i] * I[i] + e * E_exc[i] + h * E_inh[i] - total * V[i];
    const Reals moved = V[i] + slope * exprel(-total);
    g_exc[i] = decayExc[i] * g_exc[i] + growExc[i] * z_exc[i];
    g_inh[i] = decayInh[i] * g_inh[i] + growInh[i] * z_inh[i];
    z_exc[i] = decayExc[i] * z_exc[i] + kickExc[i] * exc[i];
    z_inh[i] = decayInh[i] * z_inh[i] + kickInh[i] * inh[i];
    const Reals next = select(rest[i] > 0, V_reset[i], moved);
    const Mask fires = next >= V_th[i];
    V[i] = select(fires, V_reset[i], next);
    rest[i] = select(fires, t_ref[i], max(rest[i] - 1, 0));
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::lif_cond_alpha::SPK_ISA
