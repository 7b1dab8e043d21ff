#pragma once

namespace spk::neurons {

/// Texts that the Equations node offers as presets.
struct EquationModel {
  const char *name, *text;
};

inline constexpr const char* kLif = R"(# Leaky integrate-and-fire, synaptic current that decays
dv/dt = (E_L - v + R*(I_syn + I_e + I))/tau_m : mV (refractory)  # membrane potential
dI_syn/dt = -I_syn/tau_syn : pA  # synaptic current
I : pA (input)  # current from a wire

on in: I_syn += w  # each spike adds its weight to I_syn
threshold: v >= V_th
reset: v = V_reset
refractory: t_ref
initial: v = E_L

parameters:
  tau_m = 10 ms in [0.1 ms, 1000 ms]  # membrane time constant
  I_e = 0 pA in [-10000 pA, 10000 pA]  # constant current
  R = 40 Mohm in [0.1 Mohm, 10000 Mohm]  # membrane resistance
  tau_syn = 2 ms in [0.05 ms, 1000 ms]  # decay of the synaptic current
  E_L = -70 mV in [-150 mV, 100 mV]  # resting potential
  V_th = -55 mV in [-150 mV, 200 mV]  # threshold
  V_reset = -70 mV in [-200 mV, 199 mV]  # potential after a spike
  t_ref = 2 ms in [0 ms, 1000 ms]  # refractory time
)";

// Brette & Gerstner 2005
inline constexpr const char* kAdex = R"(# Adaptive exponential integrate-and-fire
# (Brette & Gerstner 2005)
dv/dt = (g_L*(E_L - v) + g_L*Delta_T*exp((vp - V_T)/Delta_T) - u + I_tot)/C_m : mV
du/dt = (a*(vp - E_L) - u)/tau_w : pA  # adaptation
vp = min(v, V_peak) : mV  # so that the upstroke stays finite
dI_syn/dt = -I_syn/tau_syn : pA  # synaptic current
I : pA (input)  # current from a wire
I_tot = I_syn + I_e + I : pA

on in: I_syn += w  # each spike adds its weight to I_syn
threshold: v >= V_peak
reset: v = V_r; u += b
initial: v = E_L

parameters:
  I_e = 700 pA in [-10000 pA, 10000 pA]  # constant current
  a = 4 nS in [-100 nS, 100 nS]  # adaptation below the threshold
  b = 80.5 pA in [0 pA, 1000 pA]  # adaptation for each spike
  tau_w = 144 ms in [1 ms, 5000 ms]  # decay of the adaptation
  C_m = 281 pF in [1 pF, 10000 pF]  # membrane capacitance
  g_L = 30 nS in [0.1 nS, 1000 nS]  # leak
  E_L = -70.6 mV in [-120 mV, 0 mV]  # resting potential
  V_T = -50.4 mV in [-100 mV, 0 mV]  # threshold of the exponential
  Delta_T = 2 mV in [0.1 mV, 20 mV]  # its slope
  V_peak = 0 mV in [-60 mV, 60 mV]  # where a spike is counted
  V_r = -70.6 mV in [-120 mV, 0 mV]  # potential after a spike
  tau_syn = 2 ms in [0.05 ms, 1000 ms]  # decay of the synaptic current
)";

inline constexpr const char* kIzhikevich = R"(# Regular spiking (Izhikevich 2003)
dv/dt = 0.04/(ms*mV)*v**2 + 5/ms*v + 140 mV/ms - u + I_e : mV  # membrane potential
du/dt = a*(b*v - u) : mV/ms  # recovery

on in: v += w  # each spike adds its weight to v
threshold: v >= 30 mV
reset: v = c; u += d
initial: v = -65 mV; u = -13 mV/ms

parameters:
  I_e = 10 mV/ms in [-100 mV/ms, 100 mV/ms]  # drive
  a = 0.02 1/ms in [0.001 1/ms, 1 1/ms]  # rate of the recovery
  b = 0.2 1/ms in [-1 1/ms, 2 1/ms]  # how it follows v
  c = -65 mV in [-100 mV, 0 mV]  # potential after a spike
  d = 8 mV/ms in [-10 mV/ms, 20 mV/ms]  # jump of u at a spike
)";

inline constexpr const char* kFitzHughNagumo = R"(# FitzHugh (1961), Nagumo et al. (1962)
dv/dt = (v - v**3/3 - u + I_e + I)/tau : 1  # fast variable
du/dt = epsilon*(v + a - b*u)/tau : 1  # recovery
I : 1 (input)  # drive from a wire

on in: v += w  # each spike adds its weight to v
threshold: v >= 1
refractory: v >= 0  # one spike for each turn
initial: v = -1.2; u = -0.6

parameters:
  I_e = 0.5 in [-2, 2]  # drive
  epsilon = 0.08 in [0.001, 1]  # how slow the recovery is
  a = 0.7 in [-2, 2]  # shifts the recovery's line
  b = 0.8 in [0, 2]  # tilts it
  tau = 1 ms in [0.1 ms, 100 ms]  # unit of time
)";

inline constexpr const char* kMorrisLecar = R"(# Morris & Lecar (1981)
# parameters of Rinzel & Ermentrout (1989)
dv/dt = (I_e - g_L*(v - E_L) - g_Ca*m*(v - E_Ca) - g_K*n*(v - E_K))/C_m : mV
dn/dt = (n_inf - n)*phi*cosh((v - V_3)/(2*V_4)) : 1  # open potassium channels
m = 0.5*(1 + tanh((v - V_1)/V_2)) : 1
n_inf = 0.5*(1 + tanh((v - V_3)/V_4)) : 1

on in: v += w  # each spike adds its weight to v
threshold: v >= 0 mV
refractory: v >= -10 mV  # one spike for each turn
initial: v = E_L

parameters:
  I_e = 100 uA/cm**2 in [-500 uA/cm**2, 500 uA/cm**2]  # current
  phi = 0.04 1/ms in [0.001 1/ms, 1 1/ms]  # rate of the channels
  C_m = 20 uF/cm**2 in [0.1 uF/cm**2, 100 uF/cm**2]  # membrane capacitance
  g_L = 2 mS/cm**2 in [0 mS/cm**2, 100 mS/cm**2]  # leak
  g_Ca = 4.4 mS/cm**2 in [0 mS/cm**2, 100 mS/cm**2]  # calcium conductance
  g_K = 8 mS/cm**2 in [0 mS/cm**2, 100 mS/cm**2]  # potassium conductance
  E_L = -60 mV in [-120 mV, 0 mV]  # reversal of the leak
  E_Ca = 120 mV in [0 mV, 200 mV]  # reversal of calcium
  E_K = -84 mV in [-150 mV, 0 mV]  # reversal of potassium
  V_1 = -1.2 mV in [-50 mV, 50 mV]  # calcium: half open
  V_2 = 18 mV in [1 mV, 50 mV]  # calcium: width
  V_3 = 2 mV in [-50 mV, 50 mV]  # potassium: half open
  V_4 = 30 mV in [1 mV, 50 mV]  # potassium: width
)";

inline constexpr const char* kHodgkinHuxley = R"(# Squid axon (Hodgkin & Huxley 1952)
dv/dt = (I_e - g_Na*m**3*h*(v - E_Na) - g_K*n**4*(v - E_K) - g_L*(v - E_L))/C_m : mV
dm/dt = (1 - m)/exprel(-(v + 40 mV)/(10 mV))/ms - m*4*exp(-(v + 65 mV)/(18 mV))/ms : 1
dh/dt = (1 - h)*0.07*exp(-(v + 65 mV)/(20 mV))/ms - h/(1 + exp(-(v + 35 mV)/(10 mV)))/ms : 1
dn/dt = (1 - n)*0.1/exprel(-(v + 55 mV)/(10 mV))/ms - n*0.125*exp(-(v + 65 mV)/(80 mV))/ms : 1

on in: v += w  # each spike adds its weight to v
threshold: v >= 0 mV
refractory: v >= -10 mV  # one spike for each turn
initial: v = -65 mV; m = 0.053; h = 0.596; n = 0.318
method: exponential_euler  # stable also at 0.1 ms

parameters:
  I_e = 10 uA/cm**2 in [-100 uA/cm**2, 100 uA/cm**2]  # current
  C_m = 1 uF/cm**2 in [0.1 uF/cm**2, 10 uF/cm**2]  # membrane capacitance
  g_Na = 120 mS/cm**2 in [0 mS/cm**2, 500 mS/cm**2]  # sodium conductance
  g_K = 36 mS/cm**2 in [0 mS/cm**2, 500 mS/cm**2]  # potassium conductance
  g_L = 0.3 mS/cm**2 in [0 mS/cm**2, 10 mS/cm**2]  # leak
  E_Na = 50 mV in [0 mV, 100 mV]  # reversal of sodium
  E_K = -77 mV in [-120 mV, 0 mV]  # reversal of potassium
  E_L = -54.4 mV in [-120 mV, 0 mV]  # reversal of the leak
)";

inline constexpr EquationModel kEquationModels[] = {{"LIF", kLif},
                                                    {"AdEx", kAdex},
                                                    {"Izhikevich", kIzhikevich},
                                                    {"FitzHugh-Nagumo", kFitzHughNagumo},
                                                    {"Morris-Lecar", kMorrisLecar},
                                                    {"Hodgkin-Huxley", kHodgkinHuxley}};

}  // namespace spk::neurons
