#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/Item.h"
#include "engine/base/Parameter.h"
#include "engine/base/Result.h"
#include "engine/base/Rng.h"

namespace spk {

struct Step;       // engine/sim/Step.h
class Delivery;    // engine/sim/Delivery.h
struct Body;       // engine/sim/Body.h
class Registry;
class Given;       // engine/graph/Given.h

/// What travels on a wire: its colour and shape.
enum class Signal { Spikes, Trace, Events, Flow, Frames, Scalar, Recording, Tensor };
enum class Role { Population, Projection, Source, Filter, Metric, View, Learner, Target, Layout };
/// What a column has one value of.
enum class Per { Neuron, Source, Target, Synapse };

struct Port {
  std::string name;
  Signal signal = Signal::Spikes;
  bool input = false;
  std::string unit = {}, doc = {};
  std::vector<int> shape = {};
};
/// One array of state. `count`: compartments.
struct Column {
  std::string name, unit;
  double initial = 0;
  std::string doc = {};
  int count = 1;
  Per per = Per::Neuron;
  std::string initialFrom = {};   ///< name of the parameter whose value it starts with, if any
  std::string decay = {};   ///< projections: name of the parameter [ms] with which it decays, if any
};
struct Shape {
  std::vector<Port> ports;
  std::vector<Parameter> parameters;
  std::vector<Column> columns = {};
  std::vector<std::string> constants = {};   ///< what prepare computes, by name
  std::vector<std::string> reads = {};   ///< projections: columns of the target that deliver reads

  const Port* port(std::string_view name) const;
  const Parameter* parameter(std::string_view name) const;
};
struct Preset {
  std::string name;
  Values values;
};
/// This model as another tool calls it; take(give(x)) == x.
struct Equivalent {
  std::string target, name;
  Values (*give)(const Item& item) = nullptr;
  Result<Item> (*take)(const Values& values) = nullptr;
};

/// The three builds of a population's step: generic, AVX2, AVX-512.
using Kernel = std::array<void (*)(Step&), 3>;

/// The description of a kind of node, as plain data: palette, inspector, type check, file, CLI help,
/// reference pages and contract tests are derived from it.
struct NodeType {
  std::string id, title, doc;   ///< "neuron.lif_delta", never changes; doc: equations, source
  Role role = Role::Population;
  std::string group, words = {};   ///< place in the palette; what else search finds it by
  Shape shape = {};
  Shape (*describe)(const Item& item) = nullptr;   ///< when ports or columns depend on values
  std::vector<Preset> presets = {};
  std::vector<Equivalent> equivalents = {};
  /// Constants of one step from one neuron's parameters; called once, or once for each distinct
  /// set. Error::where names the parameter.
  Result<void> (*prepare)(const Given& given, double dt_ms, std::span<double> constants) = nullptr;
  Kernel step = {};                          ///< populations: one block, one dt
  void (*deliver)(Delivery&) = nullptr;      ///< projections: plasticity only
  /// Sources, filters, metrics, and projections that are streams (encode.events). Paths arrive
  /// absolute; formats come from the registry.
  Result<std::unique_ptr<Body>> (*body)(const Item& item, const Registry& registry) = nullptr;
  /// User equations: the block program that step runs and prepare reads (engine/sim/Program.h).
  Result<std::vector<std::uint32_t>> (*compile)(const Item& item, double dt_ms) = nullptr;
  std::string opencl = {};
  int version = 1;
  std::map<std::string, std::string> renamed = {};   ///< old parameter names still open
};

constexpr const char* signalWord(Signal signal) {
  constexpr const char* kWords[] = {"spikes", "trace", "events", "flow",
                                    "frames", "scalar", "recording", "tensor"};
  return kWords[static_cast<int>(signal)];
}
constexpr const char* roleWord(Role role) {
  constexpr const char* kWords[] = {"population", "projection", "source", "filter", "metric",
                                    "view", "learner", "target", "layout"};
  return kWords[static_cast<int>(role)];
}

}  // namespace spk
