// Projections that learn: made from drawn rows, taken step by step before their targets are
// updated, changed while they run, watched, saved.
#include <algorithm>
#include <cmath>

#include "engine/base/checksum.h"
#include "engine/graph/Given.h"
#include "engine/sim/CpuEngine.h"
#include "engine/sim/steps.h"

namespace spk {
namespace {

constexpr int kMostOfAKind = 8;       ///< columns of a kind, ports, columns that are read
constexpr double kPeriodInTaus = 16;  ///< after which the base of a decaying column moves
constexpr Time kLookPerSynapse = 10;  ///< [ns] between two looks at all weights, for each of them

int inputCount(const Shape& shape) {
  return static_cast<int>(std::ranges::count(shape.ports, true, &Port::input));
}

}  // namespace

Result<void> CpuSimulation::makePlastic() {
  for (Projection& p : net_.projections) {
    if (!p.learning) continue;
    PlasticProjection made;
    TRY_DO(readRule(p, made.rule));
    const Population& target = net_.populations[p.target];
    const std::size_t most =
        p.fromBody ? bodyOutputs_[p.source].spikes.neurons.size() : p.sourceCount;
    p.bytes = 0;
    for (std::uint32_t k = 0; k < target.partCount; ++k) {
      Part& part = parts_[target.firstPart + k];
      made.parts.emplace_back(made.rule, std::move(p.parts[k]), part.count, part.stride, k,
                              static_cast<std::uint32_t>(most * made.rule.delays));
      p.parts[k] = {};
      p.bytes += made.parts.back().bytes();
      part.rules.push_back(static_cast<std::uint32_t>(plastic_.size()));
      if (part.before.empty())
        part.before = Array<double>((part.count + kBlock - 1) / kBlock * kBlock *
                                    std::max<std::size_t>(1, part.columns.size()));
    }
    plastic_.push_back(std::move(made));
  }
  makeHistories();
  return {};
}

Result<void> CpuSimulation::readRule(const Projection& p, PlasticRule& rule) const {
  const Item& item = *project_.find(p.id);
  const Population& target = net_.populations[p.target];
  rule.id = p.id;
  rule.name = p.name;
  rule.type = p.learning;
  rule.shape = registry_.describe(item);
  rule.fromBody = p.fromBody;
  rule.source = p.source;
  rule.sourceCount = p.sourceCount;
  rule.target = p.target;
  rule.partSize = target.partSize;
  rule.port = p.port;
  rule.ownDelays = p.form == Projection::Form::Placed;
  rule.delayLow = p.delayLow;
  rule.delays = rule.ownDelays ? p.delayHigh - p.delayLow + 1 : 1;
  rule.key = randomKey(net_.seed, streamOf(item), Purpose::Kernel);
  if (std::uint64_t{rule.sourceCount} * rule.delays >= std::uint64_t{1} << 31)
    return Error{"has " + std::to_string(rule.delays) + " delays for each of " +
                     std::to_string(rule.sourceCount) + " sources; 2147483647 in all are possible",
                 p.name + ".delay"};
  for (const Per per : {Per::Source, Per::Target, Per::Synapse})
    if (rule.columns(per) > kMostOfAKind)
      return Error{"has too many columns of one kind; 8 are possible", p.name};
  if (rule.columns(Per::Neuron) || inputCount(rule.shape) > kMostOfAKind ||
      rule.shape.reads.size() > kMostOfAKind)
    return Error{"cannot run here: its description has columns by neuron or more than 8 inputs",
                 p.name};
  rule.tracePorts.assign(static_cast<std::size_t>(inputCount(rule.shape)), -1);
  for (std::size_t i = 0; i < tracePorts_.size(); ++i)
    if (tracePorts_[i].toWire == p.id) rule.tracePorts[tracePorts_[i].port] = static_cast<int>(i);
  for (const std::string& name : rule.shape.reads) {
    const auto column = std::ranges::find(target.shape.columns, name, &Column::name);
    if (column == target.shape.columns.end())
      return Error{"reads " + name + " of its targets, which " + target.name + " (" +
                       target.type->id + ") lacks",
                   p.name};
    rule.states.push_back(static_cast<int>(column - target.shape.columns.begin()));
  }
  return readValues(rule);
}

/// All that may change while it runs.
Result<void> CpuSimulation::readValues(PlasticRule& rule) const {
  const Item& item = *project_.find(rule.id);
  const Given given(rule.shape, item.values);
  rule.muted = switchOr(item.values, "muted", false);
  rule.plastic = given.on("plastic");
  rule.sendFirst = given.text("order") == "send_first";
  rule.dendritic =
      static_cast<std::uint32_t>(std::max(0.0, steps(given("dendritic_delay"), net_.dt_ms)));
  rule.constants.assign(rule.shape.constants.size(), 0.0);
  if (rule.type->prepare)
    if (auto done = rule.type->prepare(given, net_.dt_ms, rule.constants); !done) {
      Error error = std::move(done).error();
      error.where = rule.name + (error.where.empty() ? "" : "." + error.where);
      return error;
    }
  rule.decays.clear();
  int places[3] = {};
  for (const Column& column : rule.shape.columns) {
    const int place = places[static_cast<int>(column.per) - static_cast<int>(Per::Source)]++;
    if (column.decay.empty()) continue;
    PlasticRule::Decay decay;
    decay.per = column.per;
    decay.column = place;
    // Faster than this is gone within a step.
    decay.tau_ms = std::max(given(column.decay), net_.dt_ms / kPeriodInTaus);
    decay.period = static_cast<std::uint64_t>(
        std::clamp(std::floor(kPeriodInTaus * decay.tau_ms / net_.dt_ms), 1.0, 1e12));
    rule.decays.push_back(decay);
  }
  return {};
}

/// Spikes are kept where a projection that learns begins (until they have arrived) and where it
/// ends (until they have reached the synapses).
void CpuSimulation::makeHistories() {
  std::vector<std::uint32_t> populations(net_.populations.size(), 0), bodies(net_.bodies.size(), 0);
  for (const PlasticProjection& p : plastic_) {
    std::uint32_t& source = p.rule.fromBody ? bodies[p.rule.source] : populations[p.rule.source];
    source = std::max(source, p.rule.delayLow + p.rule.delays - 1);
    std::uint32_t& target = populations[p.rule.target];
    target = std::max({target, p.rule.dendritic, 1u});
  }
  for (Part& part : parts_)
    if (populations[part.population])
      part.history = SpikeHistory(populations[part.population] + batchSteps_, part.count);
  for (std::size_t b = 0; b < bodies.size(); ++b)
    if (bodies[b])
      bodyOutputs_[b].history =
          SpikeHistory(bodies[b] + batchSteps_,
                       static_cast<std::uint32_t>(bodyOutputs_[b].spikes.neurons.size()));
}

void CpuSimulation::gatherArrivals(const PlasticRule& rule, PlasticPart& here,
                                   std::uint64_t now) const noexcept {
  here.arrivalCount = 0;
  Arrival* const to = here.arrivals.data();
  for (std::uint32_t d = 0; d < rule.delays && now >= rule.delayLow + d; ++d) {
    const std::uint64_t sent = now - rule.delayLow - d;
    const auto take = [&](const SpikeHistory& history) {
      if (history.withheld(sent)) return;
      for (const std::uint32_t source : history.at(sent))
        to[here.arrivalCount++] = {source, source * rule.delays + d, 1};
    };
    if (rule.fromBody) {
      take(bodyOutputs_[rule.source].history);
      continue;
    }
    const Population& source = net_.populations[rule.source];
    for (std::uint32_t i = 0; i < source.partCount; ++i) take(parts_[source.firstPart + i].history);
  }
}

void CpuSimulation::gatherFired(const PlasticRule& rule, PlasticPart& here, const Part& part,
                                std::uint64_t now) const noexcept {
  here.firedCount = 0;
  const std::uint32_t back = std::max(rule.dendritic, 1u);
  if (now < back) return;
  for (const std::uint32_t neuron : part.history.at(now - back))
    here.fired[here.firedCount++] = static_cast<std::uint16_t>(neuron - part.first);
}

/// One step of all projections that learn at this part, before its neurons take the step.
void CpuSimulation::learn(Part& part, std::uint32_t step) noexcept {
  const std::uint64_t now = step_ + step;
  for (const std::uint32_t index : part.rules) {
    const PlasticRule& rule = plastic_[index].rule;
    PlasticPart& here = plastic_[index].parts[part.index];
    here.rebase(rule, now, net_.dt_ms);
    gatherArrivals(rule, here, now);
    gatherFired(rule, here, part, now);
    double* states[kMostOfAKind];
    const float* modulators[kMostOfAKind];
    for (std::size_t i = 0; i < rule.states.size(); ++i)
      states[i] = part.columns[static_cast<std::size_t>(rule.states[i])].data();
    for (std::size_t i = 0; i < rule.tracePorts.size(); ++i) {
      modulators[i] = nullptr;
      if (rule.tracePorts[i] < 0) continue;
      const TracePort& port = tracePorts_[static_cast<std::size_t>(rule.tracePorts[i])];
      modulators[i] =
          port.rows.data() + std::size_t{port.rowOfStep[step]} * port.stride + part.first;
    }
    float* const to = part.rings[rule.port].data() + std::size_t{slot(now)} * part.stride;
    const auto send = [&] {
      if (rule.muted) return;
      const std::uint64_t events = here.send(to);
      if (!rule.fromBody) part.learntEvents += events;
    };
    if (rule.sendFirst) send();
    here.learn(rule, now, net_.dt, net_.dt_ms, states, modulators);
    if (!rule.sendFirst) send();
  }
}

Result<void> CpuSimulation::setPlastic(PlasticProjection& projection, const Set& set) {
  const std::vector<PlasticRule::Decay> before = projection.rule.decays;
  TRY_DO(readValues(projection.rule));
  for (std::size_t d = 0; d < before.size(); ++d)
    for (PlasticPart& part : projection.parts)
      part.redecay(before[d], projection.rule.decays[d], step_, net_.dt_ms);
  if (set.key != "weight") return {};
  // All weights begin anew: drawn as a fresh build would, in the rows' own arrays.
  const auto drawn = std::ranges::find(net_.projections, projection.rule.id, &Projection::id);
  const auto exchange = [&] {
    for (std::size_t k = 0; k < projection.parts.size(); ++k) {
      std::swap(drawn->parts[k].first, projection.parts[k].first);
      std::swap(drawn->parts[k].targets, projection.parts[k].targets);
      std::swap(drawn->parts[k].weights, projection.parts[k].weights);
    }
  };
  exchange();
  auto done = drawWeights(*drawn, net_);
  exchange();
  return done;
}

const PlasticProjection* CpuSimulation::plasticOf(Id wire) const {
  for (const PlasticProjection& p : plastic_)
    if (p.rule.id == wire) return &p;
  return nullptr;
}

Result<void> CpuSimulation::attachWeight(Listener listener, std::uint32_t index) {
  const PlasticRule& rule = plastic_[index].rule;
  if (listener.probe.what.port != "weight") return unknownOutput(listener.probe);
  if (!std::holds_alternative<Ring<Sample>>(*listener.channel))
    return Error{"needs a ring of samples", rule.name};
  std::size_t synapses = 0;
  for (const PlasticPart& part : plastic_[index].parts) synapses += part.weights.size();
  listener.from = Listener::From::Weight;
  listener.index = index;
  listener.probe.every =
      std::max({listener.probe.every, net_.dt, static_cast<Time>(synapses) * kLookPerSynapse});
  listeners_.push_back(std::move(listener));
  return {};
}

/// The mean of all weights, at most as often as costs little.
void CpuSimulation::tellWeight(Listener& listener) noexcept {
  const Time end = now() + steps_ * net_.dt, every = listener.probe.every;
  if (end / every == now() / every) return;
  double sum = 0;
  std::size_t n = 0;
  for (const PlasticPart& part : plastic_[listener.index].parts) {
    sum += part.weightSum();
    n += part.weights.size();
  }
  const Sample sample{end, 0, static_cast<float>(n ? sum / static_cast<double>(n) : 0)};
  std::get<Ring<Sample>>(*listener.channel).push(std::span<const Sample>(&sample, 1));
}

}  // namespace spk
