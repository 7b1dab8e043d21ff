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

std::vector<Parameter> eligibleParameters(std::vector<Parameter> own, double tau_e,
                                          const std::string& third) {
  own.insert(own.begin(), {.name = "eta",
                           .initial = 0.01,
                           .unit = "1/ms",
                           .min = -1e6,
                           .max = 1e6,
                           .doc = "change per time, " + third + " and eligibility",
                           .essential = true});
  for (Parameter& more :
       std::vector{timeConstant("tau_plus", 20, "how long a pre spike is remembered"),
                   timeConstant("tau_minus", 20, "how long a post spike is remembered"),
                   timeConstant("tau_e", tau_e, "how long a synapse waits for " + third),
                   smallestWeight(), largestWeight()})
    own.push_back(std::move(more));
  return joiningParameters(std::move(own));
}

Column eligibility() {
  return {.name = "e", .unit = "", .doc = "Eligibility", .per = Per::Synapse, .decay = "tau_e"};
}

void markEligible(Delivery& d, const Eligible& worth) {
  const auto pre = d.sourceTrace(0), post = d.targetTrace(0);
  const auto e = d.synapseTrace(0);
  for (const std::uint16_t target : d.fired)
    d.eachIncoming(target, [&](float&, std::uint32_t synapse, std::uint32_t row) {
      e.addFired(synapse, worth.prePost * pre.atFired(row));
    });
  countFired(d, post);
  for (const Arrival& arrival : d.arrivals) {
    const Row row = d.row(arrival);
    for (std::uint32_t i = 0; i < row.targets.size(); ++i)
      e.addArrival(row.first + i, worth.postPre * post.atArrival(row.targets[i]) + worth.pre);
  }
  countArrivals(d, pre);
}

Result<void> readBounds(const Given& given, double& low, double& high) {
  low = given("w_min");
  high = given("w_max");
  if (high > low) return {};
  return Error{"is " + numberText(high) + "; it must lie above w_min, " + numberText(low), "w_max"};
}

}  // namespace spk::synapses
