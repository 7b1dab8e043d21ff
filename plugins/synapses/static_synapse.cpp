#include "engine/graph/Registry.h"
#include "plugins/synapses/joining.h"

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
    "chance p. fixed_indegree: every target draws `indegree` sources. fixed_outdegree: every "
    "source draws `outdegree` targets. fixed_total: `total` pairs are drawn.\n\n"
    "Over distance d, a pair is joined with chance p_max exp(-d^2 / (2 sigma^2)) (gaussian), "
    "p_max exp(-d / length) (exponential), p_max up to `radius` (box), or the gaussian less "
    "p_surround exp(-d^2 / (2 sigma_surround^2)), where that is above 0 "
    "(difference_of_gaussians). Positions follow from the grid of each population (rows and "
    "columns; a plain number is a line), stretched to the target's grid; distances count its "
    "steps. Where both populations have free `positions`, distances are in their unit; edges meet "
    "only if both lie in the same box. Chances below 1e-10 count as none.\n\n"
    "small_world (Watts & Strogatz 1998, with direction): every target has its `neighbours` "
    "nearest sources on a ring, never itself; each is exchanged with chance `rewiring` for a "
    "source drawn from all that are not joined to it. scale_free (Goh, Kahng & Kim 2001): every "
    "target draws `indegree` sources, neuron i with weight (i + 1)^(-1 / (exponent - 1)), so the "
    "first neurons are hubs. modular: chance p_within inside each of `modules` blocks, p_between "
    "elsewhere. hierarchical: modules in modules, `levels` times cut into `branches`; the chance "
    "is p_within in the smallest and `falloff` times less for each level farther apart. "
    "convolution: every target sees kernel x kernel sources of all channels, from "
    "target to target `stride` on, with `padding` around; pooling: blocks of kernel x kernel of "
    "its own channel. A line has a kernel of one row.\n\n"
    "pairs: those that are listed as [source, target]; the inspector shows a matrix to paint in. "
    "from_file: a line of text for each synapse (source, target and, if `edges_give` asks for "
    "them, weight and delay in ms; a first line may name the columns), the edges of a SONATA file, "
    "or a matrix in HDF5 whose entries other than 0 are weights.\n\n"
    "autapses: a neuron may reach itself. multapses: a pair may be joined more than once.";

}  // namespace

void add(Registry& registry) {
  registry.add(NodeType{.id = "synapse.static",
                        .title = "Static synapses",
                        .doc = kDoc,
                        .role = Role::Projection,
                        .group = "Synapses",
                        .words = "connection projection fixed weight delay",
                        .shape = {.parameters = joiningParameters()}});
}

}  // namespace spk::synapses::static_synapse
