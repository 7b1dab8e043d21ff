#include "engine/base/Math.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(wta, step)
}

namespace spk::neurons::wta {
namespace {

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  const bool leaks = given("tau_m") > 0;
  const double decay = leaks ? exp(-dt_ms / given("tau_m")) : 0;
  const std::string_view size = given.text("group");
  k[0] = decay;
  k[1] = (1 - decay) * given("I_e");
  k[2] = 1 - decay;
  k[3] = given("V_th");
  k[4] = 0;
  for (const char digit : size) k[4] = 10 * k[4] + (digit - '0');
  k[5] = given("k");
  k[6] = given.text("rule") == "softmax" ? 1 : 0;
  k[7] = 1 / given("temperature");
  if (k[6] != 0) k[5] = 1;
  if (k[5] > k[4])
    return Error{"is " + numberText(k[5]) + ", but a group has " + std::string(size) + " units",
                 "k"};
  return {};
}

constexpr const char* kDoc =
    "Winner-take-all module: Q groups of K units that compete in each step.\n\n"
    "V decays with tau_m towards I_e + I (tau_m = 0: no memory); a spike that arrives adds its "
    "weight. Then, in each group of neighbours 0 ... K-1, K ... 2K-1, of the units with V >= V_th "
    "either the k with the largest V fire (rule k_winners, of equals the first), or one that is "
    "drawn with the chance exp(V / temperature) / sum (rule softmax). Nothing is reset. n is Q "
    "times K; the last group may be smaller. A module of the sparse codes of Sparsey (Rinkus "
    "2014).";

}  // namespace

void add(Registry& registry) {
  Parameter temperature =
      number("temperature", 1.0, "", 1e-6, 1e6, "the higher, the more by chance");
  temperature.shownIf = "rule == softmax";
  Parameter k{.name = "k",
              .kind = Kind::Integer,
              .initial = std::int64_t{1},
              .min = 1,
              .max = 64,
              .doc = "how many of a group fire",
              .shownIf = "rule == k_winners",
              .essential = true};
  Parameter group = choice("group", {"8", "2", "4", "16", "32", "64"}, "units of a group, K");
  group.essential = true;
  Parameter threshold = number("V_th", 0.5, "", -1e6, 1e6, "below it a unit does not compete");
  threshold.each = false;
  const Shape shape{
      .ports = {{"I", Signal::Trace, true, "", "what V decays towards"},
                {"in", Signal::Spikes, true, "", "each spike adds its weight to V"},
                spikesOut()},
      .parameters = {sizeParameter(80), group,
                     choice("rule", {"k_winners", "softmax"}, "the largest, or drawn by chance"), k,
                     temperature, threshold,
                     number("tau_m", 0.0, "ms", 0, 1e5, "decay of V; 0: no memory"),
                     number("I_e", 0.0, "", -1e6, 1e6, "constant input")},
      .columns = {{"V", "", 0, "potential"}, {"score", "", 0, "what the units are compared by"}},
      .constants = {"decay", "base", "gain", "V_th", "size", "winners", "soft", "per_T"}};
  registry.add(NodeType{.id = "neuron.wta",
                        .title = "Winner-take-all module",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons, step by step",
                        .words = "WTA k-WTA softmax competition sparsey sparse code",
                        .shape = shape,
                        .prepare = prepare,
                        .step = SPK_BUILDS(wta, step)});
}

}  // namespace spk::neurons::wta
