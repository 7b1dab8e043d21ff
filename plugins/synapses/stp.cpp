// Short-term plasticity: depression and facilitation of the share that each spike releases.
#include "engine/graph/Registry.h"
#include "plugins/synapses/learning.h"

namespace spk::synapses::stp {
namespace {

constexpr const char* kDoc =
    "Short-term depression and facilitation (Tsodyks & Markram 1997; Markram, Wang & Tsodyks "
    "1998).\n\n"
    "Of the resources x of a synapse, which recover with tau_rec, each arriving spike uses the "
    "share u, which falls back with tau_fac:\n"
    "u <- u exp(-D / tau_fac); u <- u + U (1 - u)\n"
    "x <- 1 - (1 - x) exp(-D / tau_rec); sent: weight u x; x <- x - u x\n"
    "with D the time since the last spike. At regular intervals D the sent share settles at u x "
    "with u = U / (1 - (1 - U) exp(-D / tau_fac)) and x = (1 - exp(-D / tau_rec)) / "
    "(1 - (1 - u) exp(-D / tau_rec)). The weight is what all resources together would send. With "
    "`plastic` off, each spike sends the share U.";

void deliver(Delivery& d) {
  const auto use = d.sourceTrace(0), spent = d.sourceTrace(1);
  const double U = d.constants[0];
  for (Arrival& arrival : d.arrivals) {
    const double u0 = use.atArrival(arrival.row), u = u0 + U * (1 - u0);
    const double used = spent.atArrival(arrival.row), released = u * (1 - used);
    use.setArrival(arrival.row, u);
    spent.setArrival(arrival.row, used + released);
    arrival.factor = static_cast<float>(d.plastic ? released : U);
  }
}

Result<void> prepare(const Given& given, double, std::span<double> k) {
  k[0] = given("U");
  return {};
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "synapse.stp",
      .title = "Short-term plasticity",
      .doc = kDoc,
      .role = Role::Projection,
      .group = "Plasticity",
      .words = "tsodyks markram depression facilitation dynamic synapse",
      .shape = {.parameters = joiningParameters(
                    {{.name = "U",
                      .initial = 0.5,
                      .min = 0,
                      .max = 1,
                      .doc = "share of the resources that a rested synapse uses",
                      .essential = true},
                     timeConstant("tau_rec", 800, "recovery of the resources"),
                     timeConstant("tau_fac", 1, "decay of the facilitated share")}),
                .columns = {preTrace("u", "tau_fac", "Share in use after the last spike"),
                            preTrace("spent", "tau_rec", "Resources that are not there, 1 - x")},
                .constants = {"U"}},
      .presets = {{"Depressing (Tsodyks & Markram 1997)",
                   {{"U", 0.67}, {"tau_rec", 800.0}, {"tau_fac", 0.01}}},
                  {"Facilitating (Markram, Wang & Tsodyks 1998)",
                   {{"U", 0.03}, {"tau_rec", 130.0}, {"tau_fac", 530.0}}}},
      .prepare = prepare,
      .deliver = deliver});
}

}  // namespace spk::synapses::stp
