#include "plugins/sources/current.h"

namespace spk::sources {

Shape currentShape(std::vector<Parameter> parameters) {
  return {.ports = {{"out", Signal::Trace, false, "pA", "the current, one for all"}},
          .parameters = std::move(parameters)};
}

Parameter currentParameter(std::string name, double initial, std::string doc) {
  return {.name = std::move(name),
          .initial = initial,
          .unit = "pA",
          .min = -1e6,
          .max = 1e6,
          .doc = std::move(doc)};
}

Parameter timeParameter(std::string name, double initial, std::string doc) {
  return {.name = std::move(name),
          .initial = initial,
          .unit = "ms",
          .min = 0,
          .max = kNever_ms,
          .doc = std::move(doc)};
}

Parameter startParameter() { return timeParameter("start", 0, "when it begins"); }
Parameter stopParameter(double initial, std::string doc) {
  return timeParameter("stop", initial, std::move(doc));
}

}  // namespace spk::sources
