#include "engine/sim/population.h"
#include "plugins/sources/current.h"

namespace spk::sources::ramp {
namespace {

/// A current that goes evenly from one value to another.
struct Ramp {
  double first = 0, last = 0;
  Time start = 0, stop = 0;

  Result<void> read(const Item& item) {
    first = numberOr(item.values, "from", 0);
    last = numberOr(item.values, "to", 500);
    start = fromMilliseconds(numberOr(item.values, "start", 0));
    stop = fromMilliseconds(numberOr(item.values, "stop", 1000));
    return {};
  }
  float at(const Batch&, Time t, std::uint64_t) const {
    if (t < start) return 0;
    if (t >= stop) return static_cast<float>(last);
    const double part = static_cast<double>(t - start) / static_cast<double>(stop - start);
    return static_cast<float>(first + (last - first) * part);
  }
};

}  // namespace

void add(Registry& registry) {
  registry.add(NodeType{
      .id = "source.ramp",
      .title = "Current ramp",
      .doc =
          "A current [pA] into every neuron that it is wired to: 0 before start, then from `from` "
          "evenly to `to`, which it reaches at stop and keeps. A step holds the value of its "
          "beginning. Slow ramps find the rheobase.",
      .role = Role::Source,
      .group = "Sources",
      .words = "current injection rheobase slope",
      .shape =
          currentShape({essential(currentParameter("from", 0, "current at the start")),
                        essential(currentParameter("to", 500, "current at the stop and after it")),
                        startParameter(), essential(stopParameter(1000, "when it has arrived"))}),
      .body = currentBody<Ramp>});
}

}  // namespace spk::sources::ramp
