"""Runs the networks of this folder in Brian2: spike times [ms] and final weights into an HDF5 file.

Where the customs of the programs differ by a step, what is asked of Brian2 is moved: it counts a
spike at the begin of its step, we at the end; its refractory time begins a step earlier.
"""
import sys

import brian2 as b2
import numpy as np

import networks

b2.prefs.codegen.target = "numpy"

EQUATIONS = {
    "neuron.lif_exp": """
        dV/dt = (E_L - V) / tau_m + (I_syn + I_e) / C_m : volt (unless refractory)
        dI_syn/dt = -I_syn / tau_syn : amp""",
    "neuron.lif_cond_exp": """
        dV/dt = (g_L * (E_L - V) + g_exc * (E_exc - V) + g_inh * (E_inh - V) + I_e) / C_m
            : volt (unless refractory)
        dg_exc/dt = -g_exc / tau_exc : siemens
        dg_inh/dt = -g_inh / tau_inh : siemens""",
    "neuron.adex": """
        v_seen = clip(V, -1*volt, V_peak) : volt
        dV/dt = (g_L * (E_L - v_seen) + g_L * Delta_T * exp((v_seen - V_T) / Delta_T) - w
            + g_exc * (E_exc - v_seen) + g_inh * (E_inh - v_seen) + I_e) / C_m
            : volt (unless refractory)
        dw/dt = (a * (v_seen - E_L) - w) / tau_w : amp
        dg_exc/dt = -g_exc / tau_exc : siemens
        dg_inh/dt = -g_inh / tau_inh : siemens"""}
UNITS = {"C_m": b2.pF, "g_L": b2.nS, "a": b2.nS, "b": b2.pA, "I_e": b2.pA, "Delta_T": b2.mV}
PORTS = {"in": ("I_syn", b2.pA), "exc": ("g_exc", b2.nS), "inh": ("g_inh", b2.nS)}


def unit(name):
    if name in UNITS:
        return UNITS[name]
    return b2.ms if name.startswith(("tau", "t_ref")) else b2.mV


def synapse(wire, source, target):
    """One wire; gives the synapses."""
    variable, size = PORTS[wire.port]
    rule = wire.rule
    if wire.type == "synapse.static":
        made = b2.Synapses(source, target, "strength : 1",
                           on_pre=f"{variable}_post += strength * {size.dispname}",
                           namespace={size.dispname: size})
    elif wire.type == "synapse.stdp_pair":
        made = b2.Synapses(
            source, target,
            """strength : 1
               dx/dt = -x / tau_plus : 1 (event-driven)
               dy/dt = -y / tau_minus : 1 (event-driven)""",
            on_pre=f"""strength = clip(strength - A_minus * (w_max - w_min) * y, w_min, w_max)
                       {variable}_post += strength * {size.dispname}
                       x += 1""",
            on_post="""strength = clip(strength + A_plus * (w_max - w_min) * x, w_min, w_max)
                       y += 1""",
            namespace={size.dispname: size, "tau_plus": rule["tau_plus"] * b2.ms,
                       "tau_minus": rule["tau_minus"] * b2.ms, "A_plus": rule["A_plus"],
                       "A_minus": rule["A_minus"], "w_min": rule["w_min"],
                       "w_max": rule["w_max"]})
    else:
        made = b2.Synapses(
            source, target,
            """strength : 1
               du/dt = -u / tau_fac : 1 (event-driven)
               dx/dt = (1 - x) / tau_rec : 1 (event-driven)""",
            on_pre=f"""u += U * (1 - u)
                       {variable}_post += strength * u * x * {size.dispname}
                       x -= u * x""",
            namespace={size.dispname: size, "tau_fac": rule["tau_fac"] * b2.ms,
                       "tau_rec": rule["tau_rec"] * b2.ms, "U": rule["U"]})
    made.connect(True)
    made.strength = wire.weights.ravel()  # source by source, as Brian2 numbers them
    made.delay = wire.delay * b2.ms
    if wire.type == "synapse.stp":
        made.x = 1
    return made


def run(network):
    """Spike times [ms], neurons, and the final weights of the wire from the excitatory input."""
    b2.start_scope()
    # the upswing of adex wants short steps; the others are exact or smooth
    step = 0.01 if network.type == "neuron.adex" else network.dt
    b2.defaultclock.dt = step * b2.ms
    values = network.parameters
    names = {name: value * unit(name) for name, value in values.items()}
    names["t_ref"] = (values["t_ref"] + step) * b2.ms
    threshold = "V >= V_peak" if network.type == "neuron.adex" else "V >= V_th"
    reset = "V = V_reset; w += b" if network.type == "neuron.adex" else "V = V_reset"
    method = "exact" if network.type == "neuron.lif_exp" else "rk4"
    neurons = b2.NeuronGroup(network.n, EQUATIONS[network.type], threshold=threshold, reset=reset,
                             refractory="t_ref", method=method, namespace=names)
    neurons.V = values["E_L"] * b2.mV
    sources = {
        name: b2.SpikeGeneratorGroup(n, indices, (np.array(times) - step) * b2.ms)
        for name, (n, times, indices) in network.inputs.items()}
    made = [synapse(wire, sources.get(wire.source, neurons), neurons) for wire in network.wires]
    spikes = b2.SpikeMonitor(neurons)
    b2.Network(neurons, *sources.values(), *made, spikes).run(network.duration * b2.ms)
    return (np.array(spikes.t / b2.ms) + step, np.array(spikes.i),
            np.array(made[0].strength).reshape(network.wires[0].weights.shape))


if __name__ == "__main__":
    networks.run_all(run, f"Brian2 {b2.__version__}", sys.argv[1])
