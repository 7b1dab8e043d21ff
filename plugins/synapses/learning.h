#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "engine/base/Result.h"
#include "engine/graph/Given.h"
#include "engine/graph/NodeType.h"
#include "engine/sim/Delivery.h"
#include "plugins/synapses/joining.h"

namespace spk::synapses {

// Parameters and columns that many rules share.

Parameter timeConstant(std::string name, double initial, std::string doc);
/// A factor that may be negative where `min` says so.
Parameter amount(std::string name, double initial, std::string doc, double min = 0,
                 double max = 1e6);
Parameter smallestWeight(double initial = 0);
Parameter largestWeight(double initial = 2);
Parameter pairing();
Column preTrace(std::string name, std::string decay, std::string doc = "Trace of pre spikes");
Column postTrace(std::string name, std::string decay, std::string doc = "Trace of post spikes");
/// w_min and w_max; an Error where they are in the wrong order.
Result<void> readBounds(const Given& given, double& low, double& high);

/// Counts spikes: all of them, or the last one only.
template <class T>
void countFired(const Delivery& d, const Decaying<T>& trace, bool nearest = false) {
  for (const std::uint16_t target : d.fired)
    nearest ? trace.setFired(target, 1) : trace.addFired(target, 1);
}
template <class T>
void countArrivals(const Delivery& d, const Decaying<T>& trace, bool nearest = false) {
  for (const Arrival& arrival : d.arrivals)
    nearest ? trace.setArrival(arrival.row, 1) : trace.addArrival(arrival.row, 1);
}

/// weight += change(weight, synapse, row or target), held between the bounds.
template <class Change>
void onFired(Delivery& d, std::uint16_t target, double low, double high, Change&& change) {
  d.eachIncoming(target, [&](float& w, std::uint32_t synapse, std::uint32_t row) {
    const double now = static_cast<double>(w);
    w = static_cast<float>(std::clamp(now + change(now, synapse, row), low, high));
  });
}
template <class Change>
void onArrival(const Row& row, double low, double high, Change&& change) {
  float* const w = row.weights.data();
  const std::uint16_t* const to = row.targets.data();
  for (std::uint32_t i = 0; i < row.weights.size(); ++i) {
    const double now = static_cast<double>(w[i]);
    w[i] = static_cast<float>(std::clamp(now + change(now, row.first + i, to[i]), low, high));
  }
}

// Learning in two stages: pairs of spikes leave an eligibility at their synapse, and a third factor
// turns what is left of it into a change of the weight.

/// Of pairs in the order pre, post and post, pre, each times the trace of the earlier spike; of
/// each pre spike by itself.
struct Eligible {
  double prePost = 0, postPre = 0, pre = 0;
};
/// All parameters of such a projection: eta, `own`, the time constants of the traces x (source),
/// y (target) and e (synapse), each the first column of its kind, and bounds.
std::vector<Parameter> eligibleParameters(std::vector<Parameter> own, double tau_e,
                                          const std::string& third);
Column eligibility();
/// The first stage, and the traces of this step.
void markEligible(Delivery& d, const Eligible& worth);
/// The second: dw/dt = rate third(target) e, held between the bounds.
/// @param perStep  rate · dt
template <class Third>
void cashEligible(Delivery& d, double perStep, double low, double high, Third&& third) {
  const auto e = d.synapseTrace(0);
  for (std::uint32_t r = 0; r < d.rowCount; ++r)
    onArrival(d.row(r), low, high, [&](double, std::uint32_t synapse, std::uint16_t target) {
      return perStep * third(target) * e.atArrival(synapse);
    });
}

/// Every `interval` steps, counted from the first: whether this step is one.
inline bool isDue(const Delivery& d, double interval) {
  return d.step % static_cast<std::uint64_t>(std::max(1.0, interval)) == 0;
}

}  // namespace spk::synapses
