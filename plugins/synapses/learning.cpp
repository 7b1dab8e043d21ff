#include "plugins/synapses/learning.h"

namespace spk::synapses {

Parameter timeConstant(std::string name, double initial, std::string doc) {
  return {.name = std::move(name),
          .initial = initial,
          .unit = "ms",
          .min = 0.01,
          .max = 1e7,
          .doc = std::move(doc)};
}

Parameter amount(std::string name, double initial, std::string doc, double min, double max) {
  return {
      .name = std::move(name), .initial = initial, .min = min, .max = max, .doc = std::move(doc)};
}

Parameter smallestWeight(double initial) {
  return amount("w_min", initial, "smallest weight, in the unit of the port", -1e6);
}

Parameter largestWeight(double initial) {
  return amount("w_max", initial, "largest weight, in the unit of the port", -1e6);
}

Parameter pairing() {
  return {.name = "pairing",
          .kind = Kind::Choice,
          .initial = std::string("all_to_all"),
          .doc =
              "which spikes make pairs: each with all earlier ones, or with the last one of the "
              "other side",
          .choices = {"all_to_all", "nearest"}};
}

Column preTrace(std::string name, std::string decay, std::string doc) {
  return {.name = std::move(name),
          .unit = "",
          .doc = std::move(doc),
          .per = Per::Source,
          .decay = std::move(decay)};
}

Column postTrace(std::string name, std::string decay, std::string doc) {
  return {.name = std::move(name),
          .unit = "",
          .doc = std::move(doc),
          .per = Per::Target,
          .decay = std::move(decay)};
}

Result<void> readBounds(const Given& given, double& low, double& high) {
  low = given("w_min");
  high = given("w_max");
  if (high > low) return {};
  return Error{"is " + numberText(high) + "; it must lie above w_min, " + numberText(low), "w_max"};
}

}  // namespace spk::synapses
