#include "engine/graph/Registry.h"

namespace spk::synapses::static_synapse {
namespace {

constexpr const char* kDoc =
    "Projection whose weights do not learn.\n\n"
    "A spike of a source neuron at step s changes its targets' input by the weight at step "
    "s + delay (delays are rounded to whole steps, at least one). Weight and delay are one number, "
    "a list with one value per synapse (in order of source, then target) or a distribution: "
    "{\"normal\": {\"mean\": m, \"sd\": s}}, uniform, lognormal, exponential. The weight has the "
    "unit of the port it meets.\n\n"
    "Rules. all_to_all: every pair. one_to_one: equal numbers. pairwise_bernoulli: every pair with "
    "chance p. fixed_indegree: every target draws `indegree` sources. fixed_total: `total` pairs "
    "are "
    "drawn. gaussian: a pair at distance d is joined with chance p_max exp(-d^2 / (2 sigma^2)); "
    "positions follow from the grid of each population (rows and columns; a plain number is a "
    "line), stretched to the target's grid; sigma counts its steps. autapses: a neuron may reach "
    "itself. multapses: a pair may be joined more than once.";

}  // namespace

void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.static",
      .title = "Static synapses",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Synapses",
      .words = "connection projection fixed weight delay",
      .shape = {
          .parameters = {
              {.name = "weight",
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
               .each = true},
              {.name = "rule",
               .kind = Kind::Choice,
               .initial = std::string("all_to_all"),
               .doc = "who is joined to whom",
               .choices = {"all_to_all", "one_to_one", "pairwise_bernoulli", "fixed_indegree",
                           "fixed_total", "gaussian"},
               .essential = true,
               .live = false},
              {.name = "p",
               .initial = 0.1,
               .min = 0,
               .max = 1,
               .doc = "chance of each pair",
               .shownIf = "rule == pairwise_bernoulli",
               .live = false},
              {.name = "indegree",
               .kind = Kind::Integer,
               .initial = std::int64_t{10},
               .min = 0,
               .max = 1e6,
               .doc = "sources of each target",
               .shownIf = "rule == fixed_indegree",
               .live = false},
              {.name = "total",
               .kind = Kind::Integer,
               .initial = std::int64_t{1000},
               .min = 0,
               .max = 4e9,
               .doc = "synapses in all",
               .shownIf = "rule == fixed_total",
               .live = false},
              {.name = "p_max",
               .initial = 0.5,
               .min = 0,
               .max = 1,
               .doc = "chance at distance 0",
               .shownIf = "rule == gaussian",
               .live = false},
              {.name = "sigma",
               .initial = 3.0,
               .unit = "",
               .min = 1e-3,
               .max = 1e6,
               .doc = "width, in steps of the target's grid",
               .shownIf = "rule == gaussian",
               .live = false},
              {.name = "periodic",
               .kind = Kind::Switch,
               .initial = true,
               .doc = "the grid's edges meet: a ring or torus",
               .shownIf = "rule == gaussian",
               .live = false},
              {.name = "autapses",
               .kind = Kind::Switch,
               .initial = true,
               .doc = "a neuron may reach itself",
               .live = false},
              {.name = "multapses",
               .kind = Kind::Switch,
               .initial = true,
               .doc = "a pair may be joined more than once (fixed_indegree, fixed_total)",
               .live = false}}}});
}

}  // namespace spk::synapses::static_synapse
