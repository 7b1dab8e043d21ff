// What projections that learn leave in a checkpoint, and what a panel sees of them. Synapses go by
// row (source, delay), then part: by source and target, whatever the cut.
#include <algorithm>
#include <cstring>

#include "engine/base/checksum.h"
#include "engine/sim/CpuEngine.h"

namespace spk {
namespace {

using Page = std::shared_ptr<const Bytes>;

/// Calls one(part, begin, end) for the synapses of each row at each part, in order.
template <class One>
void eachRun(const PlasticProjection& p, One&& one) {
  for (std::uint32_t row = 0; row < p.rule.rows(); ++row)
    for (std::size_t k = 0; k < p.parts.size(); ++k)
      if (p.parts[k].first[row] != p.parts[k].first[row + 1])
        one(k, p.parts[k].first[row], p.parts[k].first[row + 1]);
}

std::size_t synapseCount(const PlasticProjection& p) {
  std::size_t n = 0;
  for (const PlasticPart& part : p.parts) n += part.weights.size();
  return n;
}

/// −1: the weights; else a column by synapse.
Array<float>& valuesOf(PlasticPart& part, int column) {
  return column < 0 ? part.weights : part.synapses[static_cast<std::size_t>(column)];
}
const Array<float>& valuesOf(const PlasticPart& part, int column) {
  return column < 0 ? part.weights : part.synapses[static_cast<std::size_t>(column)];
}

std::vector<float> inOrder(const PlasticProjection& p, int column) {
  std::vector<float> all;
  all.reserve(synapseCount(p));
  eachRun(p, [&](std::size_t k, std::uint32_t begin, std::uint32_t end) {
    const float* const from = valuesOf(p.parts[k], column).data();
    all.insert(all.end(), from + begin, from + end);
  });
  return all;
}

/// What decides which synapses there are and how they begin: learnt weights outlive a rebuild that
/// leaves it alone.
std::uint64_t shapeOf(const Item& item, const PlasticRule& rule, const Population& target,
                      const Network& net) {
  std::string words = item.type + ' ' + std::to_string(rule.sourceCount) + ' ' +
                      std::to_string(target.n) + ' ' + std::to_string(net.dt) + ' ' +
                      std::to_string(net.seed) + ' ' + std::to_string(streamOf(item));
  for (const Parameter& p : rule.shape.parameters)
    if (!p.live || p.name == "weight")
      words += ' ' + p.name + '=' + valueText(valueOf(item, rule.shape, p.name));
  std::uint64_t hash = fnv1a(words);
  // What the wire itself does not say: where its ends lie, what stands in its file.
  const auto wire = std::ranges::find(net.projections, item.id, &Projection::id);
  if (wire == net.projections.end()) return hash;
  for (const auto& places : {wire->rule.from, wire->rule.to})
    if (places) hash = fnv1a(std::as_bytes(std::span(places->at)), hash);
  if (wire->rule.pairs) hash = fnv1a(std::as_bytes(std::span(*wire->rule.pairs)), hash);
  return hash;
}

}  // namespace

std::vector<Page> CpuSimulation::savePlastic(const PlasticProjection& p) const {
  const PlasticRule& rule = p.rule;
  Bytes head;
  head.putText(rule.type->id);
  head.put(shapeOf(*project_.find(rule.id), rule, net_.populations[rule.target], net_));
  head.put(rule.rows());
  head.put<std::uint64_t>(synapseCount(p));
  head.put<std::uint64_t>(rule.decays.size());
  for (const PlasticRule::Decay& decay : rule.decays)
    head.put(decay.tau_ms), head.put(decay.period);
  head.put<std::uint32_t>(static_cast<std::uint32_t>(rule.columns(Per::Source)));
  for (const Array<double>& column : p.parts[0].sources) head.putAll(column.span());
  head.put<std::uint32_t>(static_cast<std::uint32_t>(rule.columns(Per::Target)));
  for (std::size_t c = 0; c < p.parts[0].perTarget.size(); ++c) {
    std::vector<double> column;
    for (const PlasticPart& part : p.parts)
      column.insert(column.end(), part.perTarget[c].begin(),
                    part.perTarget[c].begin() + part.count);
    head.putAll(std::span<const double>(column));
  }
  head.put<std::uint32_t>(static_cast<std::uint32_t>(rule.columns(Per::Synapse)));
  std::vector<Page> pages = {std::make_shared<const Bytes>(std::move(head))};
  std::vector<Page>& last = lastPages_[rule.id];
  for (int column = -1; column < rule.columns(Per::Synapse); ++column) {
    const std::vector<float> values = inOrder(p, column);
    const std::size_t from = std::min(pages.size(), last.size());
    for (Page& page : pagesOf(std::as_bytes(std::span(values)), std::span(last).subspan(from)))
      pages.push_back(std::move(page));
  }
  last = pages;
  return pages;
}

Result<void> CpuSimulation::restorePlastic(PlasticProjection& p, std::span<const Page> pages,
                                           Fit fit) {
  const PlasticRule& rule = p.rule;
  const auto wrong = [&](std::string what) { return Error{std::move(what), rule.name}; };
  if (pages.empty()) return wrong("the state has nothing of it");
  Bytes head({pages[0]->span().begin(), pages[0]->span().end()});
  TRY(const std::string type, head.takeText());
  TRY(const auto shape, head.take<std::uint64_t>());
  TRY(const auto rows, head.take<std::uint32_t>());
  TRY(const auto synapses, head.take<std::uint64_t>());
  const std::size_t n = synapseCount(p);
  if (type != rule.type->id || rows != rule.rows() || synapses != n)
    return wrong("the state is of " + std::to_string(synapses) + " synapses of type " + type +
                 "; the network has " + std::to_string(n) + " of " + rule.type->id);
  if (fit == Fit::WhatFits &&
      shape != shapeOf(*project_.find(rule.id), rule, net_.populations[rule.target], net_))
    return wrong("its synapses are others now");
  TRY(const auto decays, head.take<std::uint64_t>());
  if (decays != rule.decays.size()) return wrong("the state has other traces");
  std::vector<PlasticRule::Decay> before = rule.decays;
  for (PlasticRule::Decay& decay : before) {
    TRY(decay.tau_ms, head.take<double>());
    TRY(decay.period, head.take<std::uint64_t>());
    if (!(decay.tau_ms > 0) || decay.period == 0) return wrong("the state is damaged");
  }
  TRY(const auto sources, head.take<std::uint32_t>());
  if (sources != p.parts[0].sources.size()) return wrong("the state has other columns");
  for (std::size_t c = 0; c < sources; ++c) {
    TRY_DO(head.takeAll(p.parts[0].sources[c].span()));
    for (PlasticPart& part : p.parts)
      std::ranges::copy(p.parts[0].sources[c].span(), part.sources[c].begin());
  }
  TRY(const auto targets, head.take<std::uint32_t>());
  if (targets != p.parts[0].perTarget.size()) return wrong("the state has other columns");
  std::vector<double> column(net_.populations[rule.target].n);
  for (std::size_t c = 0; c < targets; ++c) {
    TRY_DO(head.takeAll(std::span<double>(column)));
    std::size_t at = 0;
    for (PlasticPart& part : p.parts) {
      std::copy_n(column.begin() + static_cast<std::ptrdiff_t>(at), part.count,
                  part.perTarget[c].begin());
      at += part.count;
    }
  }
  TRY(const auto perSynapse, head.take<std::uint32_t>());
  if (perSynapse != p.parts[0].synapses.size()) return wrong("the state has other columns");
  std::size_t page = 1;
  for (int c = -1; c < static_cast<int>(perSynapse); ++c) {
    std::vector<float> values(n);
    auto bytes = std::as_writable_bytes(std::span(values));
    for (; !bytes.empty() && page < pages.size() && pages[page]->size() <= bytes.size(); ++page) {
      if (pages[page]->size() == 0) break;
      std::ranges::copy(pages[page]->span(), bytes.begin());
      bytes = bytes.subspan(pages[page]->size());
    }
    if (!bytes.empty()) return wrong("the state is cut short");
    const float* from = values.data();
    eachRun(p, [&](std::size_t k, std::uint32_t begin, std::uint32_t end) {
      std::copy(from, from + (end - begin), valuesOf(p.parts[k], c).data() + begin);
      from += end - begin;
    });
  }
  for (std::size_t d = 0; d < before.size(); ++d)
    for (PlasticPart& part : p.parts) part.redecay(before[d], rule.decays[d], step_, net_.dt_ms);
  return {};
}

std::vector<SpikeHistory*> CpuSimulation::historiesOf(std::uint32_t population) {
  std::vector<SpikeHistory*> all;
  const Population& p = net_.populations[population];
  for (std::uint32_t k = 0; k < p.partCount; ++k)
    if (parts_[p.firstPart + k].history.kept()) all.push_back(&parts_[p.firstPart + k].history);
  return all;
}

std::vector<const SpikeHistory*> CpuSimulation::historiesOf(std::uint32_t population) const {
  std::vector<const SpikeHistory*> all;
  const Population& p = net_.populations[population];
  for (std::uint32_t k = 0; k < p.partCount; ++k)
    if (parts_[p.firstPart + k].history.kept()) all.push_back(&parts_[p.firstPart + k].history);
  return all;
}

Page CpuSimulation::saveHistory(std::span<const SpikeHistory* const> parts) const {
  Bytes bytes;
  const std::uint64_t kept = parts.empty() ? 0 : std::min<std::uint64_t>(parts[0]->slots(), step_);
  bytes.put(kept);
  std::vector<std::uint32_t> neurons;
  for (std::uint64_t step = step_ - kept; step < step_; ++step) {
    neurons.clear();
    for (const SpikeHistory* part : parts)
      neurons.insert(neurons.end(), part->at(step).begin(), part->at(step).end());
    bytes.put<std::uint8_t>(parts[0]->withheld(step));
    bytes.putAll(std::span<const std::uint32_t>(neurons));
  }
  return std::make_shared<const Bytes>(std::move(bytes));
}

Result<void> CpuSimulation::restoreHistory(std::span<SpikeHistory* const> parts,
                                           std::uint32_t partSize, std::uint32_t neuronCount,
                                           const Bytes& page) {
  Bytes bytes({page.span().begin(), page.span().end()});
  for (SpikeHistory* part : parts) part->clear();
  TRY(const auto kept, bytes.take<std::uint64_t>());
  if (kept > step_)
    return Error{"has spikes of " + std::to_string(kept) + " steps, and only " +
                     std::to_string(step_) + " went by",
                 "state"};
  for (std::uint64_t step = step_ - kept; step < step_; ++step) {
    TRY(const auto withheld, bytes.take<std::uint8_t>());
    TRY(const auto neurons, bytes.takeVector<std::uint32_t>());
    if (!std::ranges::is_sorted(neurons) || (!neurons.empty() && neurons.back() >= neuronCount))
      return Error{"has spikes of neurons that there are not", "state"};
    if (parts.empty() || step_ - step > parts[0]->slots()) continue;
    std::size_t at = 0;
    for (std::size_t k = 0; k < parts.size(); ++k) {
      const std::size_t begin = at;
      const std::uint64_t end = (k + 1) * std::uint64_t{partSize};
      while (at < neurons.size() && neurons[at] < end) ++at;
      parts[k]->record(step, std::span(neurons).subspan(begin, at - begin), withheld != 0);
    }
  }
  return {};
}

Result<Snapshot> CpuSimulation::lookPlastic(const PlasticProjection& p, const What& what) const {
  const PlasticRule& rule = p.rule;
  Snapshot shot;
  shot.t = now();
  if (what.kind == What::Kind::Column) return Error{"has no columns to look at", rule.name};
  shot.total = synapseCount(p);
  const std::uint64_t every = std::max<std::uint64_t>(
      1, (shot.total + what.most - 1) / std::max<std::size_t>(what.most, 1));
  struct Synapse {
    std::uint32_t target, delay;
    float weight;
  };
  std::vector<Synapse> row;
  std::uint64_t next = 0;
  for (std::uint32_t s = 0; s < rule.sourceCount; ++s) {
    row.clear();
    for (const PlasticPart& part : p.parts)
      for (std::uint32_t d = 0; d < rule.delays; ++d) {
        const std::uint32_t r = s * rule.delays + d;
        for (std::uint32_t i = part.first[r]; i < part.first[r + 1]; ++i)
          row.push_back({part.part * net_.populations[rule.target].partSize + part.targets[i],
                         rule.delayLow + d, part.weights[i]});
      }
    if (rule.ownDelays) std::ranges::stable_sort(row, {}, &Synapse::target);
    for (const Synapse& synapse : row) {
      if (next++ % every) continue;
      if (what.kind == What::Kind::Weights)
        shot.values.push_back(static_cast<double>(synapse.weight));
      if (what.kind == What::Kind::Delays) shot.values.push_back(synapse.delay * net_.dt_ms);
      if (what.kind != What::Kind::Connectivity) continue;
      shot.sources.push_back(s);
      shot.targets.push_back(synapse.target);
    }
  }
  return shot;
}

}  // namespace spk
