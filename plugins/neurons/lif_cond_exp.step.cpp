// C dV/dt = g_L (E_L - V) + g_exc (E_exc - V) + g_inh (E_inh - V) + I_e + I, both conductances
// decay exponentially. With the conductances' exact means over the step the equation is linear and
// is solved exactly; what their change within the step does is of order dt^3.
#include "engine/sim/Step.h"

namespace spk::neurons::lif_cond_exp::SPK_ISA {

enum class Threshold { Fixed, Adaptive };

/// @param rise  what the threshold has risen by [mV]; not looked at where it is fixed
template <Threshold threshold>
SPK_INLINE void advance(Step& s, Column V, Column g_exc, Column g_inh, Column rest, Column rise) {
  const auto [I, exc, inh] = s.inputs<3>();
  const auto [leak, base, gain, meanExc, meanInh, E_exc, E_inh, decayExc, decayInh, V_th, V_reset,
              t_ref, fall, step] = s.constants<14>();
  for (const Lane i : s.lanes()) {
    const Reals e = meanExc[i] * g_exc[i], h = meanInh[i] * g_inh[i];
    const Reals total = leak[i] + e + h;  // all of it times dt / C
    const Reals slope = base[i] + gain[i] * I[i] + e * E_exc[i] + h * E_inh[i] - total * V[i];
    const Reals moved = V[i] + slope * exprel(-total);
    g_exc[i] = decayExc[i] * g_exc[i] + exc[i];
    g_inh[i] = decayInh[i] * g_inh[i] + inh[i];
    const Reals next = select(rest[i] > 0, V_reset[i], moved);
    Reals limit = V_th[i], risen = 0;
    if constexpr (threshold == Threshold::Adaptive) {
      risen = fall[i] * rise[i];
      limit = limit + risen;
    }
    const Mask fires = next >= limit;
    V[i] = select(fires, V_reset[i], next);
    if constexpr (threshold == Threshold::Adaptive) rise[i] = select(fires, risen + step[i], risen);
    rest[i] = select(fires, t_ref[i], max(rest[i] - 1, 0));
    s.fire(i, fires);
  }
}

void step(Step& s);
void step(Step& s) {
  const auto [V, g_exc, g_inh, rest] = s.columns<4>();
  advance<Threshold::Fixed>(s, V, g_exc, g_inh, rest, V);
}

void adaptiveStep(Step& s);
void adaptiveStep(Step& s) {
  const auto [V, g_exc, g_inh, rest, rise] = s.columns<5>();
  advance<Threshold::Adaptive>(s, V, g_exc, g_inh, rest, rise);
}

}  // namespace spk::neurons::lif_cond_exp::SPK_ISA
