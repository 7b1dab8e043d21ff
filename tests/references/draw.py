"""Draws the small networks that other simulators run as well: writes NAME.spk into a folder.

Each has 6 neurons, 40 input trains with fixed weights and a recurrent wire. Numbers are rounded, so
that the files are the truth and not the generator.
"""
import json
import pathlib
import random
import sys

FOLDER = pathlib.Path(sys.argv[1])
DURATION_MS = 500
STEP_MS = 0.1
EXCITATORY, INHIBITORY, NEURONS = 30, 10, 6


def trains(random_numbers):
    """Packets of spikes about every 30 ms over a thin background, one spike a step at most.

    Between packets neurons forget when they fired last: a simulator with shorter steps, which sees
    each spike up to one step of ours earlier, stays beside us and does not drift away."""
    spikes, packet = set(), 8.0
    while packet < DURATION_MS - 10:
        for train in range(EXCITATORY + INHIBITORY):
            if random_numbers.random() < (0.6 if train < EXCITATORY else 0.3):
                at = packet + random_numbers.gauss(0, 0.8)
                spikes.add((max(10, round(at / STEP_MS)), train))
        packet += random_numbers.uniform(20, 40)
    for train in range(EXCITATORY + INHIBITORY):
        for step in range(10, round(DURATION_MS / STEP_MS)):
            if random_numbers.random() < 3e-3 * STEP_MS:
                spikes.add((step, train))
    return [(round(step * STEP_MS, 1), train) for step, train in sorted(spikes)]


def matrix(random_numbers, sources, low, high, zero_diagonal=False):
    """Weights source by source, as the list of an all-to-all wire."""
    return [0.0 if zero_diagonal and source == target
            else round(random_numbers.uniform(low, high), 1)
            for source in range(sources) for target in range(NEURONS)]


def project(name, seed, neuron, values, exc, inh, own, learning=None):
    """exc, inh, own: (port, lowest, highest weight) of the wires from both inputs and back."""
    random_numbers = random.Random(seed)
    spikes = trains(random_numbers)
    items = [
        {"id": 1, "type": "project.settings",
         "values": {"dt": STEP_MS, "duration": DURATION_MS / 1000, "pace": 1.0, "seed": 1}},
        {"id": 2, "type": "source.spike_list",
         "values": {"n": EXCITATORY, "name": "excitation", "x": 40.0, "y": 60.0,
                    "spikes": [[t, i] for t, i in spikes if i < EXCITATORY]}},
        {"id": 3, "type": "source.spike_list",
         "values": {"n": INHIBITORY, "name": "inhibition", "x": 40.0, "y": 240.0,
                    "spikes": [[t, i - EXCITATORY] for t, i in spikes if i >= EXCITATORY]}},
        {"id": 4, "type": neuron,
         "values": dict(values, n=NEURONS, name="neurons", x=400.0, y=140.0)}]
    for source, sources, delay, (port, low, high), kind in (
            (2, EXCITATORY, 1.5, exc, learning), (3, INHIBITORY, 0.8, inh, None),
            (4, NEURONS, 2.0, own, None)):
        kind, rule = kind or ("synapse.static", {})
        items.append(
            {"id": len(items) + 1, "type": kind, "from": f"{source}.out", "to": f"4.{port}",
             "values": dict(rule, delay=delay, rule="all_to_all",
                            weight=matrix(random_numbers, sources, low, high, source == 4))})
    for item in items:
        item["values"] = dict(sorted(item["values"].items()))
    lines = ",\n".join("    " + json.dumps(item) for item in items)
    text = f'{{\n  "spikarium": 1,\n  "nextId": {len(items) + 1},\n  "items": [\n{lines}\n  ]\n}}\n'
    (FOLDER / f"{name}.spk").write_text(text)


CURRENT = {"C_m": 250.0, "tau_m": 10.0, "tau_syn": 2.0, "E_L": -70.0, "V_th": -55.0,
           "V_reset": -70.0, "t_ref": 5.0, "I_e": 0.0}
CONDUCTANCE = {"C_m": 200.0, "g_L": 10.0, "E_L": -60.0, "E_exc": 0.0, "E_inh": -80.0,
               "V_th": -50.0, "V_reset": -60.0, "t_ref": 5.0, "tau_exc": 2.0, "tau_inh": 6.0,
               "I_e": 0.0}
ADAPTIVE = {"C_m": 281.0, "g_L": 30.0, "E_L": -70.6, "V_T": -50.4, "Delta_T": 2.0, "a": 4.0,
            "tau_w": 144.0, "b": 80.5, "V_peak": -40.0, "V_reset": -70.6, "t_ref": 5.0,
            "E_exc": 0.0, "E_inh": -85.0, "tau_exc": 2.0, "tau_inh": 5.0, "I_e": 0.0}
STDP = ("synapse.stdp_pair", {"tau_plus": 16.8, "tau_minus": 33.7, "A_plus": 0.02, "A_minus": 0.012,
                              "mu": 0.0, "w_min": 0.0, "w_max": 800.0})
STP = ("synapse.stp", {"U": 0.45, "tau_rec": 120.0, "tau_fac": 50.0})

# Seeds of which no potential lingers at threshold: there a hundredth of a millivolt decides.
project("lif_exp", 8, "neuron.lif_exp", CURRENT, ("in", 120, 420), ("in", -400, -100),
        ("in", 20, 150))
project("lif_cond_exp", 8, "neuron.lif_cond_exp", CONDUCTANCE, ("exc", 1.5, 7), ("inh", 2, 20),
        ("exc", 0.2, 1))
project("adex", 8, "neuron.adex", ADAPTIVE, ("exc", 7, 35), ("inh", 5, 30), ("exc", 2, 10))
project("stdp_pair", 5, "neuron.lif_exp", CURRENT, ("in", 120, 420), ("in", -400, -100),
        ("in", 20, 150), STDP)
project("stp", 8, "neuron.lif_exp", CURRENT, ("in", 350, 1300), ("in", -400, -100), ("in", 20, 150),
        STP)
