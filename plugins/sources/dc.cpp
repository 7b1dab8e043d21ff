#include "engine/sim/population.h"
#include "plugins/sources/current.h"

namespace spk::sources::dc {
namespace {

/// A current that is constant between start and stop.
struct Direct {
  float amplitude = 0;
  Time start = 0, stop = 0;

  Result<void> read(const Item& item) {
    amplitude = static_cast<float>(numberOr(item.values, "amplitude", 100));
    start = fromMilliseconds(numberOr(item.values, "start", 0));
    stop = fromMilliseconds(numberOr(item.values, "stop", kNever_ms));
    return {};
  }
  float at(const Batch&, Time t, std::uint64_t) const {
    return t >= start && t < stop ? amplitude : 0;
  }
};

}  // namespace

void add(Registry& registry) {
  registry.add(NodeType{
      .id = "source.dc",
      .title = "Direct current",
      .doc =
          "A constant current [pA] into every neuron that it is wired to, in the steps that begin "
          "in [start, stop).",
      .role = Role::Source,
      .group = "Sources",
      .words = "constant current injection step",
      .shape =
          currentShape({essential(currentParameter("amplitude", 100, "current while it is on")),
                        essential(startParameter()), essential(stopParameter())}),
      .body = currentBody<Direct>});
}

}  // namespace spk::sources::dc
