"""Reads the projects of this folder, and writes what a simulator made of them."""
import json
import pathlib
import sys
from dataclasses import dataclass

import h5py
import numpy as np

HERE = pathlib.Path(__file__).parent
NAMES = ("lif_exp", "lif_cond_exp", "adex", "stdp_pair", "stp")


@dataclass
class Wire:
    type: str
    source: str  # name of an input, or "neurons"
    port: str
    weights: np.ndarray  # [source][target]
    delay: float  # ms
    rule: dict


@dataclass
class Network:
    dt: float  # ms
    duration: float  # ms
    type: str
    n: int
    parameters: dict
    inputs: dict  # name -> (n, times [ms], trains)
    wires: list


def read(name):
    items = {item["id"]: item for item in json.loads((HERE / f"{name}.spk").read_text())["items"]}
    settings = items[1]["values"]
    neurons = next(item for item in items.values() if item["type"].startswith("neuron."))
    words = ("n", "name", "x", "y")
    inputs, wires = {}, []
    for item in items.values():
        values = item["values"]
        if item["type"] == "source.spike_list":
            inputs[values["name"]] = (values["n"], [t for t, _ in values["spikes"]],
                                      [i for _, i in values["spikes"]])
        elif "from" in item:
            source = items[int(item["from"].split(".")[0])]["values"]
            wires.append(Wire(item["type"], source["name"], item["to"].split(".")[1],
                              np.array(values["weight"]).reshape(source["n"], -1), values["delay"],
                              values))
    return Network(settings["dt"], settings["duration"] * 1000, neurons["type"],
                   neurons["values"]["n"],
                   {k: v for k, v in neurons["values"].items() if k not in words}, inputs, wires)


def run_all(run, simulator, path):
    """Into `path`: /NAME/{timestamps [ms], node_ids, weights}, in order of time, then neuron."""
    with h5py.File(path, "w", track_order=False) as file:
        file.attrs["simulator"] = simulator
        for name in NAMES:
            times, neurons, weights = run(read(name))
            order = np.lexsort((neurons, times))
            group = file.create_group(name)
            for key, array in (("timestamps", np.round(times[order], 6)),
                               ("node_ids", neurons[order].astype("u4")), ("weights", weights)):
                group.create_dataset(key, data=array, track_times=False)
            print(f"{simulator}, {name}: {len(times)} spikes")


def compare(folder):
    """Whether the files in `folder` hold the same spikes and weights as those here."""
    same = True
    for name in ("brian2.h5", "neuron.h5"):
        with h5py.File(HERE / name) as old, h5py.File(folder / name) as new:
            for case in NAMES:
                equal = all(old[case][key].shape == new[case][key].shape and
                            np.allclose(old[case][key], new[case][key], rtol=0, atol=1e-6)
                            for key in ("timestamps", "node_ids", "weights"))
                print(f"{name} {case}: {'the same' if equal else 'DIFFERS'}")
                same = same and equal
    return same


if __name__ == "__main__":
    sys.exit(0 if compare(pathlib.Path(sys.argv[1])) else 1)
