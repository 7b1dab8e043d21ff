#pragma once
#include <limits>
#include <string>
#include <vector>

#include "engine/base/Value.h"

namespace spk {

/// How a parameter is edited and checked. Grid: a size, a number n or [C, H, W]. Text whose
/// `initial` is Json holds Json: a list of spikes, reroute points.
enum class Kind { Number, Integer, Switch, Choice, Text, File, Colour, Equation, Grid };

/// One parameter of a node type: everything that inspector, check, CLI and docs need to know.
struct Parameter {
  std::string name;   ///< in the field's letters: tau_m
  Kind kind = Kind::Number;
  Value initial = 0.0;
  std::string unit = {};   ///< of the coherent set: mV ms pA nS pF GΩ kHz; MΩ and Hz for people
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::string doc = {};
  std::vector<std::string> choices = {};
  std::string shownIf = {};   ///< "rule == fixed_indegree"
  bool essential = false;     ///< shown on the node itself, three at most
  bool live = true;           ///< may change while running, without rebuild
  bool each = false;          ///< may differ per neuron: list or distribution
};

}  // namespace spk
