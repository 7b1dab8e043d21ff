#pragma once
#include <string>

#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"
#include "engine/graph/builtins.h"

// A few node types and projects for tests of the graph, apart from the real plug-ins.

namespace spk::kit {

inline Parameter numberOf(std::string name, double initial, std::string unit, double min,
                          double max, bool each = false) {
  return {.name = std::move(name),
          .kind = Kind::Number,
          .initial = initial,
          .unit = std::move(unit),
          .min = min,
          .max = max,
          .doc = "A number.",
          .each = each};
}

/// "neuron.test": n, tau_m [ms], rate [Hz], mode, file; column V; ports I, in, out.
inline NodeType neuron() {
  NodeType type{"neuron.test", "Test neuron", "Stands for any population.", Role::Population,
                "Neurons"};
  type.shape.ports = {{.name = "I", .signal = Signal::Trace, .input = true, .unit = "pA"},
                      {.name = "in", .signal = Signal::Spikes, .input = true, .unit = "mV"},
                      {.name = "exc", .signal = Signal::Spikes, .input = true, .unit = "nS"},
                      {.name = "out", .signal = Signal::Spikes}};
  type.shape.parameters = {
      {.name = "n",
       .kind = Kind::Grid,
       .initial = std::int64_t{100},
       .min = 1,
       .max = 1e6,
       .doc = "Neurons.",
       .live = false},
      numberOf("tau_m", 20, "ms", 0.1, 1000, true),
      numberOf("rate", 5, "Hz", 0, 1e5),
      numberOf("R", 80, "MΩ", 0, 1e6),
      {.name = "mode",
       .kind = Kind::Choice,
       .initial = std::string("a"),
       .doc = "One of two.",
       .choices = {"a", "b"}},
      {.name = "file", .kind = Kind::File, .initial = std::string(), .doc = "A file."},
      {.name = "plastic", .kind = Kind::Switch, .initial = false, .doc = "On or off."},
      {.name = "order",
       .kind = Kind::Integer,
       .initial = std::int64_t{2},
       .min = 1,
       .max = 9,
       .doc = "A whole number."}};
  type.shape.columns = {{.name = "V", .unit = "mV", .initial = -70, .doc = "Potential."}};
  type.renamed = {{"tau", "tau_m"}};
  return type;
}

inline NodeType synapse() {
  NodeType type{"synapse.static", "Static", "Constant weights.", Role::Projection, "Synapses"};
  type.shape.parameters = {
      numberOf("weight", 0.1, "", -1e6, 1e6, true),
      numberOf("delay", 1.5, "ms", -1e3, 1e4, true),
      {.name = "rule",
       .kind = Kind::Choice,
       .initial = std::string("all_to_all"),
       .doc = "Who meets whom.",
       .choices = {"all_to_all", "one_to_one", "fixed_indegree", "fixed_total"}},
      {.name = "indegree",
       .kind = Kind::Integer,
       .initial = std::int64_t{10},
       .min = 0,
       .max = 1e9,
       .doc = "Sources per target."},
      {.name = "total",
       .kind = Kind::Integer,
       .initial = std::int64_t{10},
       .min = 0,
       .max = 1e9,
       .doc = "Synapses."},
      {.name = "multapses", .kind = Kind::Switch, .initial = true, .doc = "Several per pair."},
      {.name = "autapses", .kind = Kind::Switch, .initial = true, .doc = "Onto itself."}};
  return type;
}

/// "synapse.reward" has a port of its own, `reward`.
inline NodeType reward() {
  NodeType type = synapse();
  type.id = "synapse.reward";
  type.shape.ports = {{.name = "reward", .signal = Signal::Spikes, .input = true}};
  return type;
}

inline NodeType simple(std::string id, Role role, std::vector<Port> ports) {
  NodeType type{id, id, "For tests.", role, "Test"};
  type.shape.ports = std::move(ports);
  return type;
}

inline Registry registry() {
  Registry made;
  addBuiltIns(made);
  for (NodeType (*make)() : {neuron, synapse, reward}) made.add(make());
  made.add(simple("encode.events", Role::Projection, {}));
  made.add(simple("source.camera", Role::Source, {{.name = "out", .signal = Signal::Events}}));
  made.add(simple("filter.noise", Role::Filter,
                  {{.name = "in", .signal = Signal::Events, .input = true},
                   {.name = "out", .signal = Signal::Events}}));
  made.add(
      simple("view.raster", Role::View, {{.name = "in", .signal = Signal::Spikes, .input = true}}));
  made.add(simple("view.any", Role::View,
                  {{.name = "in", .signal = Signal::Trace, .input = true},
                   {.name = "in", .signal = Signal::Events, .input = true}}));
  return made;
}

inline Item node(std::uint64_t id, std::string type, std::string name = {}, Values values = {}) {
  if (!name.empty()) values["name"] = std::move(name);
  return {Id{id}, std::move(type), {}, {}, {}, std::move(values)};
}
inline Item wire(std::uint64_t id, std::string type, Ref from, Ref to, Values values = {}) {
  return {Id{id}, std::move(type), {}, std::move(from), std::move(to), std::move(values)};
}
inline Project projectOf(std::initializer_list<Item> items) {
  Project project = emptyProject();
  for (const Item& item : items) {
    project.items[item.id] = item;
    project.nextId = std::max(project.nextId, number(item.id) + 1);
  }
  return project;
}

}  // namespace spk::kit
