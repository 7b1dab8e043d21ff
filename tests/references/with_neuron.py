"""Runs the networks of this folder in NEURON through PyNN: spike times [ms] and final weights into
an HDF5 file. NEURON takes short steps, as its implicit ones are of first order."""
import sys

import numpy as np
import pyNN
import pyNN.neuron as sim
from neuron import __version__ as neuron_version

import networks

STEP_MS = 0.0025


def cell(network):
    """The neurons in PyNN's words and units (nF, nA, uS)."""
    p = network.parameters
    both = {"v_rest": p["E_L"], "v_reset": p["V_reset"], "tau_refrac": p["t_ref"],
            "cm": p["C_m"] / 1000, "i_offset": p["I_e"] / 1000}
    if network.type == "neuron.lif_exp":
        return sim.IF_curr_exp(**both, tau_m=p["tau_m"], v_thresh=p["V_th"],
                               tau_syn_E=p["tau_syn"], tau_syn_I=p["tau_syn"])
    both.update(tau_m=p["C_m"] / p["g_L"], e_rev_E=p["E_exc"], e_rev_I=p["E_inh"],
                tau_syn_E=p["tau_exc"], tau_syn_I=p["tau_inh"])
    if network.type == "neuron.lif_cond_exp":
        return sim.IF_cond_exp(**both, v_thresh=p["V_th"])
    return sim.EIF_cond_exp_isfa_ista(**both, v_thresh=p["V_T"], v_spike=p["V_peak"], a=p["a"],
                                      b=p["b"] / 1000, tau_w=p["tau_w"], delta_T=p["Delta_T"])


def synapse(wire):
    rule = wire.rule
    common = {"delay": wire.delay, "weight": wire.weights / 1000}  # pA, nS -> nA, uS
    if wire.type == "synapse.static":
        return sim.StaticSynapse(**common)
    if wire.type == "synapse.stdp_pair":
        return sim.STDPMechanism(
            timing_dependence=sim.SpikePairRule(tau_plus=rule["tau_plus"],
                                                tau_minus=rule["tau_minus"],
                                                A_plus=rule["A_plus"], A_minus=rule["A_minus"]),
            weight_dependence=sim.AdditiveWeightDependence(w_min=rule["w_min"] / 1000,
                                                           w_max=rule["w_max"] / 1000),
            dendritic_delay_fraction=0.0, **common)
    return sim.TsodyksMarkramSynapse(U=rule["U"], tau_rec=rule["tau_rec"],
                                     tau_facil=rule["tau_fac"], **common)


def run(network):
    """Spike times [ms], neurons, and the final weights of the wire from the excitatory input."""
    sim.setup(timestep=STEP_MS, min_delay=STEP_MS)
    neurons = sim.Population(network.n, cell(network))
    neurons.initialize(v=network.parameters["E_L"])
    neurons.record("spikes")
    sources = {"neurons": neurons}
    for name, (n, times, indices) in network.inputs.items():
        trains = [[t for t, i in zip(times, indices) if i == train] for train in range(n)]
        sources[name] = sim.Population(n, sim.SpikeSourceArray(spike_times=trains))
    made = []
    for wire in network.wires:
        inhibits = wire.port == "inh" or wire.weights.min() < 0
        projection = sim.Projection(sources[wire.source], neurons, sim.AllToAllConnector(),
                                    synapse(wire),
                                    receptor_type="inhibitory" if inhibits else "excitatory")
        for connection in projection.connections:
            if wire.type == "synapse.stdp_pair":  # a post spike acts when it comes
                connection.weight_adjuster.allow_update_on_post = 1
            if wire.type == "synapse.stp":  # what was used recovers from then on: two states
                connection.weight_adjuster.tau_syn = 1e-6
        made.append(projection)
    sim.run(network.duration)
    trains = neurons.get_data().segments[0].spiketrains
    times = np.concatenate([np.array(train) for train in trains])
    indices = np.concatenate([np.full(len(train), i) for i, train in enumerate(trains)])
    weights = 1000 * np.array(made[0].get("weight", format="array"))
    sim.end()
    return times, indices, weights


if __name__ == "__main__":
    networks.run_all(run, f"NEURON {neuron_version} through PyNN {pyNN.__version__}", sys.argv[1])
