#pragma once
// Small projects and runs for the tests of the engine.
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"
#include "engine/graph/builtins.h"
#include "engine/sim/CpuSimulation.h"

namespace spk {
void addPlugins(Registry& registry);
}

namespace spk::test {

/// All node types of the program.
inline const Registry& registry() {
  static const Registry all = [] {
    Registry made;
    addBuiltIns(made);
    addPlugins(made);
    return made;
  }();
  return all;
}

/// Puts a project together, item by item.
class Builder {
 public:
  explicit Builder(double dt_ms = 0.1, std::int64_t seed = 1) {
    Item& settings = project.items.at(Id::settings);
    settings.values["dt"] = dt_ms;
    settings.values["seed"] = seed;
  }
  Id node(std::string type, Values values = {}) {
    return add({Id{project.nextId++}, std::move(type), {}, {}, {}, std::move(values)});
  }
  Id wire(std::string type, Ref from, Ref to, Values values = {}) {
    return add({Id{project.nextId++},
                std::move(type),
                {},
                std::move(from),
                std::move(to),
                std::move(values)});
  }
  Id synapses(Id from, Id to, Values values = {}) {
    return wire("synapse.static", {from, "out"}, {to, "in"}, std::move(values));
  }
  Project project = emptyProject();

 private:
  Id add(Item item) {
    const Id id = item.id;
    project.items.emplace(id, std::move(item));
    return id;
  }
};

/// A simulation that keeps all its spikes.
struct Run {
  std::unique_ptr<Simulation> simulation;
  std::vector<FiredSpike> spikes;
  std::string error;

  explicit Run(const Project& project, const CpuOptions& options = {.threads = 1}, double ms = 0) {
    auto made = makeCpuSimulation(project, registry(), options);
    if (!made) {
      error = made.error().text();
      return;
    }
    simulation = std::move(made).value();
    simulation->listen([this](std::span<const FiredSpike> batch) {
      spikes.insert(spikes.end(), batch.begin(), batch.end());
    });
    if (ms > 0) until(ms);
  }
  Run(const Run&) = delete;  // the simulation tells this very object
  Run& operator=(const Run&) = delete;
  Outcome until(double ms) { return simulation->runUntil(fromMilliseconds(ms)); }
  /// Steps in which a neuron fired.
  std::vector<std::uint64_t> train(Id population, std::uint32_t neuron = 0) const {
    std::vector<std::uint64_t> steps;
    for (const FiredSpike& s : spikes)
      if (s.population == population && s.neuron == neuron) steps.push_back(s.step);
    return steps;
  }
  std::uint64_t count(Id population) const {
    std::uint64_t n = 0;
    for (const FiredSpike& s : spikes) n += s.population == population;
    return n;
  }
  double value(Id population, const std::string& column, std::size_t neuron = 0) const {
    auto shot = simulation->look(population, {What::Kind::Column, column});
    return shot ? shot.value().values.at(neuron) : -1e300;
  }
};

inline bool same(const std::vector<FiredSpike>& a, const std::vector<FiredSpike>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i].step != b[i].step || a[i].population != b[i].population || a[i].neuron != b[i].neuron)
      return false;
  return true;
}

/// Brunel 2000: g 5, eta 2; `excitatory` neurons and a quarter as many inhibitory ones.
inline Project brunel(std::int64_t excitatory, double g = 5, double eta = 2) {
  Builder b;
  const double J = 0.1, indegree = static_cast<double>(excitatory) / 10;
  const double threshold_Hz = 20 / (J * indegree * 20) * 1000;
  const Values noise = {{"rate", eta * threshold_Hz * indegree}};
  const Id e = b.node("neuron.lif_delta", {{"n", excitatory}, {"name", std::string("E")}});
  const Id i = b.node("neuron.lif_delta", {{"n", excitatory / 4}, {"name", std::string("I")}});
  const Id p = b.node("source.poisson", noise);
  b.synapses(p, e, {{"weight", J}});
  b.synapses(p, i, {{"weight", J}});
  const auto wire = [&](Id from, Id to, double weight, std::int64_t k) {
    b.synapses(from, to,
               {{"weight", weight},
                {"delay", 1.5},
                {"rule", std::string("fixed_indegree")},
                {"indegree", k}});
  };
  for (const Id to : {e, i}) {
    wire(e, to, J, excitatory / 10);
    wire(i, to, -g * J, excitatory / 40);
  }
  return b.project;
}

}  // namespace spk::test
