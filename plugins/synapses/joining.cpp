#include "plugins/synapses/joining.h"

#include <string>
#include <utility>

namespace spk::synapses {
namespace {

constexpr const char* kKernels =
    "rule == gaussian || rule == exponential || rule == box || rule == difference_of_gaussians";

/// A number that decides which synapses there are: a change means a rebuild.
Parameter real(std::string name, double initial, double min, double max, std::string doc,
               std::string shownIf) {
  return {.name = std::move(name),
          .initial = initial,
          .min = min,
          .max = max,
          .doc = std::move(doc),
          .shownIf = std::move(shownIf),
          .live = false};
}
Parameter whole(std::string name, std::int64_t initial, double min, double max, std::string doc,
                std::string shownIf) {
  Parameter made = real(std::move(name), 0, min, max, std::move(doc), std::move(shownIf));
  made.kind = Kind::Integer;
  made.initial = initial;
  return made;
}
Parameter chance(std::string name, double initial, std::string doc, std::string shownIf) {
  return real(std::move(name), initial, 0, 1, std::move(doc), std::move(shownIf));
}
Parameter choice(std::string name, bool initial, std::string doc, std::string shownIf = {}) {
  return {.name = std::move(name),
          .kind = Kind::Switch,
          .initial = initial,
          .doc = std::move(doc),
          .shownIf = std::move(shownIf),
          .live = false};
}

std::vector<Parameter> strength() {
  return {{.name = "weight",
           .initial = 1.0,
           .unit = "",
           .min = -1e6,
           .max = 1e6,
           .doc = "change of the target's input per spike, in the unit of the port it meets",
           .essential = true,
           .each = true},
          {.name = "delay",
           .initial = 1.0,
           .unit = "ms",
           .min = 0,
           .max = 1000,
           .doc = "from spike to arrival, at least one step",
           .essential = true,
           .live = false,
           .each = true}};
}

std::vector<Parameter> degrees() {
  return {{.name = "rule",
           .kind = Kind::Choice,
           .initial = std::string("all_to_all"),
           .doc = "who is joined to whom",
           .choices = {"all_to_all", "one_to_one", "pairwise_bernoulli", "fixed_indegree",
                       "fixed_outdegree", "fixed_total", "gaussian", "exponential", "box",
                       "difference_of_gaussians", "small_world", "scale_free", "modular",
                       "hierarchical", "convolution", "pooling", "pairs", "from_file"},
           .essential = true,
           .live = false},
          chance("p", 0.1, "chance of each pair", "rule == pairwise_bernoulli"),
          whole("indegree", 10, 0, 1e6, "sources of each target",
                "rule == fixed_indegree || rule == scale_free"),
          whole("outdegree", 10, 0, 1e6, "targets of each source", "rule == fixed_outdegree"),
          whole("total", 1000, 0, 4e9, "synapses in all", "rule == fixed_total")};
}

std::vector<Parameter> distances() {
  return {
      chance("p_max", 0.5, "chance at distance 0", kKernels),
      real("sigma", 3, 1e-3, 1e6, "width, in steps of the target's grid or as positions",
           "rule == gaussian || rule == difference_of_gaussians"),
      real("length", 3, 1e-3, 1e6,
           "where the chance has fallen to 1/e, in steps of the target's grid or as positions",
           "rule == exponential"),
      real("radius", 3, 0, 1e6,
           "the farthest distance that is joined, in steps of the target's grid or as positions",
           "rule == box"),
      chance("p_surround", 0.3, "chance that the surround takes away at distance 0",
             "rule == difference_of_gaussians"),
      real("sigma_surround", 6, 1e-3, 1e6,
           "width of the surround, in steps of the target's grid or as positions",
           "rule == difference_of_gaussians"),
      choice("periodic", true, "the edges of the grid, or of the box of positions, meet",
             kKernels)};
}

std::vector<Parameter> graphs() {
  return {whole("neighbours", 10, 0, 1e6, "sources of each target, the nearest on a ring",
                "rule == small_world"),
          chance("rewiring", 0.1, "chance that a neighbour is exchanged for any other source",
                 "rule == small_world"),
          real("exponent", 3, 2.001, 100, "out-degree k is as frequent as k^-exponent",
               "rule == scale_free"),
          whole("modules", 4, 1, 1e6, "equal blocks of consecutive neurons", "rule == modular"),
          chance("p_within", 0.2, "chance of a pair inside a module, of the smallest",
                 "rule == modular || rule == hierarchical"),
          chance("p_between", 0.01, "chance of a pair from two modules", "rule == modular"),
          whole("levels", 3, 1, 30, "how often modules are cut into smaller ones",
                "rule == hierarchical"),
          whole("branches", 2, 2, 1000, "modules that each is cut into", "rule == hierarchical"),
          chance("falloff", 0.3, "factor of the chance for each level that a pair is farther apart",
                 "rule == hierarchical")};
}

std::vector<Parameter> windows() {
  return {whole("kernel", 3, 1, 1e4, "rows and columns of sources that a target sees",
                "rule == convolution || rule == pooling"),
          whole("stride", 1, 1, 1e4, "sources from one target to the next", "rule == convolution"),
          whole("padding", 0, 0, 1e4, "empty sources around the grid", "rule == convolution")};
}

std::vector<Parameter> lists() {
  constexpr const char* kFile = "rule == from_file";
  const auto text = [](std::string name, Kind kind, Value initial, std::string doc,
                       std::string shownIf) {
    return Parameter{.name = std::move(name),
                     .kind = kind,
                     .initial = std::move(initial),
                     .doc = std::move(doc),
                     .shownIf = std::move(shownIf),
                     .live = false};
  };
  Parameter gives = text("edges_give", Kind::Choice, std::string("pairs"),
                         "what comes from the file; weight and delay serve for the rest", kFile);
  gives.choices = {"pairs", "weights", "weights_and_delays"};
  return {
      text("pairs", Kind::Text, Json{"[]"},
           "who is joined, as a list of [source, target] counted from 0", "rule == pairs"),
      text("edges", Kind::File, std::string(),
           "text with source and target in each line, SONATA edges, or a matrix in HDF5", kFile),
      text("edges_name", Kind::Text, std::string(),
           "which edges or dataset of an HDF5 file; empty: the only one", kFile),
      gives,
      choice("rows_are_targets", false, "of a matrix; else its rows are the sources", kFile)};
}

std::vector<Parameter> pairs() {
  return {
      choice("autapses", true, "a neuron may reach itself"),
      choice("multapses", true,
             "a pair may be joined more than once (fixed degrees and total, scale_free, lists)")};
}

}  // namespace

std::vector<Parameter> joiningParameters() {
  std::vector<Parameter> all;
  for (const auto& some : {strength, degrees, distances, graphs, windows, lists, pairs})
    for (Parameter& parameter : some()) all.push_back(std::move(parameter));
  return all;
}

std::vector<Parameter> joiningParameters(std::vector<Parameter> own) {
  std::vector<Parameter> all = joiningParameters();
  // Three parameters at most stand on the node: the weight, and what the rule calls essential.
  for (Parameter& parameter : all) parameter.essential = parameter.name == "weight";
  // Weight and delay first, then what makes the rule, then who is joined to whom.
  all.insert(all.begin() + 2, std::make_move_iterator(own.begin()),
             std::make_move_iterator(own.end()));
  return all;
}

}  // namespace spk::synapses
