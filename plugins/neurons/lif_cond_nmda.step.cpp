// C dV/dt = g_L (E_L - V) + g_exc (E_exc - V) + g_inh (E_inh - V) + g_nmda B(V) (E_exc - V) + I_e +
// I, B(V) = 1 / (1 + [Mg] / 3.57 e^(-0.062 V)); all conductances decay exponentially. With their
// exact means over the step dV/dt is a function of V alone: an exponential Euler step along its
// tangent, of order 2 (Hochbruck & Ostermann 2010, exponential Rosenbrock-Euler).
#include "engine/sim/Step.h"

namespace spk::neurons::lif_cond_nmda::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [V, g_exc, g_inh, g_nmda, rest] = s.columns<5>();
  const auto [I, exc, inh, nmda] = s.inputs<4>();
  const auto [leak, base, gain, meanExc, meanInh, meanNmda, E_exc, E_inh, decayExc, decayInh,
              decayNmda, magnesium, V_th, V_reset, t_ref] = s.constants<15>();
  constexpr double kSteepness = 0.062;  // [1/mV]
  for (const Lane i : s.lanes()) {
    const Reals v = V[i], away = E_exc[i] - v;
    const Reals open = 1 / (1 + magnesium[i] * exp(-kSteepness * v));
    const Reals e = meanExc[i] * g_exc[i], h = meanInh[i] * g_inh[i],
                m = meanNmda[i] * g_nmda[i] * open;
    const Reals total = leak[i] + e + h + m;  // all of it times dt / C
    const Reals slope = base[i] + gain[i] * I[i] + (e + m) * E_exc[i] + h * E_inh[i] - total * v;
    // what a rise of V does to the slope: less driving force, but less block
    const Reals change = m * kSteepness * (1 - open) * away - total;
    const Reals moved = v + slope * exprel(change);
    g_exc[i] = decayExc[i] * g_exc[i] + exc[i];
    g_inh[i] = decayInh[i] * g_inh[i] + inh[i];
    g_nmda[i] = decayNmda[i] * g_nmda[i] + nmda[i];
    const Reals next = select(rest[i] > 0, V_reset[i], moved);
    const Mask fires = next >= V_th[i];
    V[i] = select(fires, V_reset[i], next);
    rest[i] = select(fires, t_ref[i], max(rest[i] - 1, 0));
    s.fire(i, fires);
  }
}

}  // namespace spk::neurons::lif_cond_nmda::SPK_ISA
