#include "engine/sim/Plastic.h"

#include <sys/mman.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <numeric>

#include "engine/base/Math.h"

namespace spk {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kPageBytes = std::size_t{64} << 10;
constexpr double kNegligible = 1e-30;  ///< what has decayed so far is nothing; never denormal

/// Post spikes reach synapses all over the array: large pages spare the walk through page tables.
template <class T>
void preferLargePages(Array<T>& array) {
  auto begin = reinterpret_cast<std::uintptr_t>(array.data());
  const std::uintptr_t end = (begin + array.size() * sizeof(T)) / kHugePage * kHugePage;
  begin = (begin + kHugePage - 1) / kHugePage * kHugePage;
  // A hint: where the system refuses, only speed is lost.
  if (begin < end) (void)madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

/// What a held value is worth `steps` after its base.
double worth(const PlasticRule::Decay& decay, std::uint64_t steps, double dt_ms) {
  return exp(-static_cast<double>(steps) * dt_ms / decay.tau_ms);
}

template <class T>
void scale(Array<T>& values, double factor) {
  for (T& value : values) {
    const double scaled = static_cast<double>(value) * factor;
    value = scaled < kNegligible && scaled > -kNegligible ? T{0} : static_cast<T>(scaled);
  }
}

}  // namespace

std::uint32_t SpikeHistory::record(std::uint64_t step, std::span<const std::uint32_t> neurons,
                                   bool withheld) {
  const std::size_t slot = step % counts_.size();
  const auto n = static_cast<std::uint32_t>(std::min<std::size_t>(neurons.size(), most_));
  std::copy_n(neurons.data(), n, neurons_.data() + slot * most_);
  counts_[slot] = n;
  withheld_[slot] = withheld;
  return static_cast<std::uint32_t>(neurons.size()) - n;
}

void SpikeHistory::clear() {
  std::ranges::fill(counts_, 0);
  std::ranges::fill(withheld_, 0);
}

int PlasticRule::columns(Per per) const {
  return static_cast<int>(std::ranges::count(shape.columns, per, &Column::per));
}

PlasticPart::PlasticPart(const PlasticRule& rule, Rows&& rows, std::uint32_t targetCount,
                         std::uint32_t stride, std::uint32_t index, std::uint32_t mostArrivals)
    : count(targetCount), part(index) {
  if (!rule.ownDelays) {
    first = std::move(rows.first);
    targets = std::move(rows.targets);
    weights = std::move(rows.weights);
    preferLargePages(weights);
  } else {
    const std::size_t n = rows.places.size();
    first = Array<std::uint32_t>(std::size_t{rule.rows()} + 1, 0u);
    targets = Array<std::uint16_t>(n);
    weights = Array<float>(n);
    preferLargePages(weights);
    const auto rowOf = [&](std::uint32_t source, std::uint32_t i) {
      return std::size_t{source} * rule.delays + rows.places[i] / stride - rule.delayLow;
    };
    for (std::uint32_t s = 0; s < rule.sourceCount; ++s)
      for (std::uint32_t i = rows.first[s]; i < rows.first[s + 1]; ++i) ++first[rowOf(s, i) + 1];
    std::partial_sum(first.begin(), first.end(), first.begin());
    std::vector<std::uint32_t> cursor(first.begin(), first.end());
    for (std::uint32_t s = 0; s < rule.sourceCount; ++s)
      for (std::uint32_t i = rows.first[s]; i < rows.first[s + 1]; ++i) {
        const std::uint32_t at = cursor[rowOf(s, i)]++;
        targets[at] = static_cast<std::uint16_t>(rows.places[i] % stride);
        weights[at] = rows.weights[i];
      }
  }
  invert();
  for (const Column& column : rule.shape.columns) switch (column.per) {
      case Per::Source: sources.emplace_back(rule.rows(), column.initial); break;
      case Per::Target: perTarget.emplace_back(stride, column.initial); break;
      case Per::Synapse:
        synapses.emplace_back(weights.size());
        preferLargePages(synapses.back());
        if (column.initialFrom == "weight")
          std::ranges::copy(weights, synapses.back().begin());
        else
          std::ranges::fill(synapses.back(), static_cast<float>(column.initial));
        break;
      case Per::Neuron: break;  // refused when the rule was read
    }
  arrivals = Array<Arrival>(mostArrivals);
  fired = Array<std::uint16_t>(count);
  scales_ = Array<double>(4 * (rule.decays.size() + 1), 1.0);
}

/// Who reaches each target, sources ascending.
void PlasticPart::invert() {
  incomingFirst_ = Array<std::uint32_t>(std::size_t{count} + 1, 0u);
  incoming_ = Array<Incoming>(targets.size());
  preferLargePages(incoming_);
  for (const std::uint16_t target : targets) ++incomingFirst_[std::size_t{target} + 1];
  std::partial_sum(incomingFirst_.begin(), incomingFirst_.end(), incomingFirst_.begin());
  std::vector<std::uint32_t> cursor(incomingFirst_.begin(), incomingFirst_.end());
  for (std::uint32_t row = 0; row + 1 < first.size(); ++row)
    for (std::uint32_t i = first[row]; i < first[row + 1]; ++i)
      incoming_[cursor[targets[i]]++] = {i, row};
}

void PlasticPart::rebase(const PlasticRule& rule, std::uint64_t step, double dt_ms) {
  for (std::size_t d = 0; d < rule.decays.size(); ++d) {
    const PlasticRule::Decay& decay = rule.decays[d];
    const std::uint64_t age = step % decay.period;
    if (age == 0 && step > 0) {
      const double factor = worth(decay, decay.period, dt_ms);
      const auto column = static_cast<std::size_t>(decay.column);
      if (decay.per == Per::Source) scale(sources[column], factor);
      if (decay.per == Per::Target) scale(perTarget[column], factor);
      if (decay.per == Per::Synapse) scale(synapses[column], factor);
    }
    // Post spikes come with a delay of none at the beginning of the step, else at its end.
    double* const s = scales_.data() + 4 * (d + 1);
    s[0] = worth(decay, age + (rule.dendritic ? 1 : 0), dt_ms);
    s[1] = worth(decay, age + 1, dt_ms);
    s[2] = 1 / s[0];
    s[3] = 1 / s[1];
  }
}

void PlasticPart::redecay(const PlasticRule::Decay& before, const PlasticRule::Decay& after,
                          std::uint64_t step, double dt_ms) {
  if (step == 0 || (before.tau_ms == after.tau_ms && before.period == after.period)) return;
  const auto age = [&](const PlasticRule::Decay& d) { return (step - 1) % d.period + 1; };
  const double factor = worth(before, age(before), dt_ms) / worth(after, age(after), dt_ms);
  const auto column = static_cast<std::size_t>(after.column);
  if (after.per == Per::Source) scale(sources[column], factor);
  if (after.per == Per::Target) scale(perTarget[column], factor);
  if (after.per == Per::Synapse) scale(synapses[column], factor);
}

void PlasticPart::learn(const PlasticRule& rule, std::uint64_t step, Time dt, double dt_ms,
                        double* const* states, const float* const* modulators) {
  Delivery d;
  d.step = step;
  d.t = static_cast<Time>(step) * dt;
  d.dt_ms = dt_ms;
  d.plastic = rule.plastic;
  d.arrivals = {arrivals.data(), arrivalCount};
  d.fired = {fired.data(), firedCount};
  d.constants = rule.constants;
  d.targetCount = count;
  d.rowCount = rule.rows();
  d.firstTarget = part * rule.partSize;
  d.first_ = first.data();
  d.targets_ = targets.data();
  d.weights_ = weights.data();
  d.synapseCount_ = static_cast<std::uint32_t>(weights.size());
  d.incomingFirst_ = incomingFirst_.data();
  d.incoming_ = incoming_.data();
  const double* const plain = scales_.data();
  for (std::size_t i = 0; i < sources.size(); ++i) d.sources_[i] = {sources[i].data(), plain};
  for (std::size_t i = 0; i < perTarget.size(); ++i) d.perTarget_[i] = {perTarget[i].data(), plain};
  for (std::size_t i = 0; i < synapses.size(); ++i) d.synapses_[i] = {synapses[i].data(), plain};
  for (std::size_t i = 0; i < rule.decays.size(); ++i) {
    const double* const scales = scales_.data() + 4 * (i + 1);
    const auto column = static_cast<std::size_t>(rule.decays[i].column);
    if (rule.decays[i].per == Per::Source) d.sources_[column].scales = scales;
    if (rule.decays[i].per == Per::Target) d.perTarget_[column].scales = scales;
    if (rule.decays[i].per == Per::Synapse) d.synapses_[column].scales = scales;
  }
  std::copy_n(states, rule.states.size(), d.states_);
  std::copy_n(modulators, rule.tracePorts.size(), d.modulators_);
  d.key_ = rule.key;
  rule.type->deliver(d);
}

std::uint64_t PlasticPart::send(float* slot) const noexcept {
  std::uint64_t events = 0;
  for (std::uint32_t k = 0; k < arrivalCount; ++k) {
    const Arrival& arrival = arrivals[k];
    const std::uint32_t begin = first[arrival.row], end = first[arrival.row + 1];
    const std::uint16_t* const to = targets.data();
    const float* const w = weights.data();
    if (arrival.factor == 1)
      for (std::uint32_t i = begin; i < end; ++i) slot[to[i]] += w[i];
    else
      for (std::uint32_t i = begin; i < end; ++i) slot[to[i]] += w[i] * arrival.factor;
    events += end - begin;
  }
  return events;
}

std::uint64_t PlasticPart::bytes() const {
  std::uint64_t sum = first.size() * 4 + targets.size() * 2 + weights.size() * 4 +
                      incoming_.size() * sizeof(Incoming) + incomingFirst_.size() * 4;
  for (const auto& column : sources) sum += column.size() * 8;
  for (const auto& column : perTarget) sum += column.size() * 8;
  for (const auto& column : synapses) sum += column.size() * 4;
  return sum;
}

double PlasticPart::weightSum() const {
  // Four sums hide the latency of one; their order is fixed.
  double sum[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= weights.size(); i += 4)
    for (std::size_t k = 0; k < 4; ++k) sum[k] += static_cast<double>(weights[i + k]);
  for (; i < weights.size(); ++i) sum[0] += static_cast<double>(weights[i]);
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

std::vector<std::shared_ptr<const Bytes>> pagesOf(
    std::span<const std::byte> bytes, std::span<const std::shared_ptr<const Bytes>> before) {
  std::vector<std::shared_ptr<const Bytes>> pages;
  for (std::size_t at = 0; at < bytes.size(); at += kPageBytes) {
    const auto page = bytes.subspan(at, std::min(kPageBytes, bytes.size() - at));
    const std::size_t i = pages.size();
    if (i < before.size() && before[i]->size() == page.size() &&
        std::memcmp(before[i]->span().data(), page.data(), page.size()) == 0)
      pages.push_back(before[i]);
    else
      pages.push_back(
          std::make_shared<const Bytes>(std::vector<std::byte>(page.begin(), page.end())));
  }
  return pages;
}

}  // namespace spk
