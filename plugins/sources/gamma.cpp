#include "plugins/sources/Renewal.h"

namespace spk::sources::gamma {
namespace {

/// One rate for all, or what a trace says.
struct Law {
  static constexpr std::int64_t kTrains = 100;
  double rate = 0, shape = 1;

  Result<void> read(const Item& item) {
    rate = numberOr(item.values, "rate", 10);
    shape = numberOr(item.values, "shape", 3);
    return {};
  }
  double at(Time, double, double held) const { return held >= 0 ? held : rate; }
};

constexpr const char* kDoc =
    "Independent spike trains whose intervals are gamma distributed.\n\n"
    "The mean interval is 1 / rate and its coefficient of variation 1 / sqrt(shape): with shape 1 "
    "a Poisson process, with more of it a more regular train, with less bursts. The trains begin "
    "in equilibrium, so the rate is the same from the first step on. A trace at `rate` replaces "
    "the parameter; the intervals then stretch and shrink with it (a rate-modulated renewal "
    "process). Intervals are not bound to steps: a spike is sent at the end of the step that "
    "contains it. Rates end at 1000 Hz.";

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  Parameter rate = trainRateParameter("rate", 10, "mean rate of each train");
  rate.essential = true;
  registry.add(NodeType{
      .id = "source.gamma",
      .title = "Gamma spike trains",
      .doc = kDoc,
      .role = Role::Source,
      .group = "Sources",
      .words = "renewal process random spikes regular irregular CV generator",
      .shape = {.ports = {{"rate", Signal::Trace, true, "Hz", "replaces the parameter, if wired"},
                          trainsOut()},
                .parameters = {trainsParameter(Law::kTrains),
                               rate,
                               {.name = "shape",
                                .initial = 3.0,
                                .min = 0.1,
                                .max = 1000,
                                .doc = "of the distribution of intervals; 1: Poisson",
                                .essential = true}}},
      .body = renewalBody<Law>});
}

}  // namespace spk::sources::gamma
