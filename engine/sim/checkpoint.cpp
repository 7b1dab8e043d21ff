// State at one time, by item: what rewind, --save-state and a rebuild need. Static weights are no
// state: they follow from the project.
#include <algorithm>

#include "engine/sim/CpuEngine.h"

namespace spk {
namespace {

constexpr Time kLatest = Time{1} << 62;  ///< 146 years: times beyond may not be told

using Pages = std::vector<std::shared_ptr<const Bytes>>;

Pages pageOf(Bytes bytes) { return {std::make_shared<const Bytes>(std::move(bytes))}; }

Bytes copyOf(const Pages& pages) {
  return pages.empty() ? Bytes() : Bytes({pages[0]->span().begin(), pages[0]->span().end()});
}

}  // namespace

Checkpoint CpuSimulation::save() const {
  Checkpoint checkpoint;
  checkpoint.t = now();
  Bytes whole;
  whole.put(totals_.spikes);
  whole.put(totals_.synapticEvents);
  checkpoint.state[Id::settings] = pageOf(std::move(whole));
  for (std::uint32_t i = 0; i < net_.populations.size(); ++i)
    checkpoint.state[net_.populations[i].id] = savePopulation(i);
  for (const PlasticProjection& p : plastic_) checkpoint.state[p.rule.id] = savePlastic(p);
  for (std::size_t i = 0; i < net_.bodies.size(); ++i) {
    Bytes bytes;
    bytes.putText(net_.bodies[i].type->id);
    bytes.putAll(std::span<const BodyOutput::Pending>(bodyOutputs_[i].pending));
    bytes.put<std::uint64_t>(bodyOutputs_[i].held.size());
    for (const BodyOutput::Held& held : bodyOutputs_[i].held)
      bytes.putAll(std::span<const float>(held.values));
    net_.bodies[i].body->save(bytes);
    Pages& pages = checkpoint.state[net_.bodies[i].id] = pageOf(std::move(bytes));
    const SpikeHistory* const history = &bodyOutputs_[i].history;
    if (history->kept()) pages.push_back(saveHistory({&history, 1}));
  }
  return checkpoint;
}

/// What will arrive at an input of a part, with all that is on its way, [step from now][neuron].
void CpuSimulation::gatherInput(const Part& part, std::uint32_t port,
                                std::span<float> rows) const noexcept {
  const std::uint32_t n = net_.populations[part.population].n;
  for (std::uint32_t d = 0; d < net_.delayHigh; ++d)
    std::copy_n(part.rings[port].data() + std::size_t{slot(step_ + d)} * part.stride, part.count,
                rows.data() + std::size_t{d} * n + part.first);
  for (std::uint32_t i = 0; i < part.walkerCount; ++i) {
    Walker walker = part.walkers[i];
    if (walker.port != port) continue;
    walker.walk(~std::uint64_t{0}, [&](std::uint64_t due) {
      return rows.data() + std::size_t{due - step_} * n + part.first;
    });
  }
}

/// Neuron by neuron and step by step from now on, whatever the cut and the length of the rings.
Pages CpuSimulation::savePopulation(std::uint32_t population) const {
  const Population& p = net_.populations[population];
  Bytes bytes;
  bytes.putText(p.type->id);
  bytes.put(p.n);
  bytes.put<std::uint64_t>(p.shape.columns.size());
  std::vector<double> column(p.n);
  for (std::size_t c = 0; c < p.shape.columns.size(); ++c) {
    bytes.putText(p.shape.columns[c].name);
    for (std::uint32_t k = 0; k < p.partCount; ++k) {
      const Part& part = parts_[p.firstPart + k];
      std::copy_n(part.columns[c].data(), part.count, column.data() + part.first);
    }
    bytes.putAll(std::span<const double>(column));
  }
  bytes.put<std::uint64_t>(p.inputs.size());
  std::vector<float> rows;
  for (std::uint32_t i = 0; i < p.inputs.size(); ++i) {
    const bool has = !parts_[p.firstPart].rings[i].empty();
    bytes.putText(p.inputs[i].name);
    bytes.put<std::uint32_t>(has ? net_.delayHigh : 0);
    if (!has) continue;
    rows.resize(std::size_t{net_.delayHigh} * p.n);
    for (std::uint32_t k = 0; k < p.partCount; ++k) gatherInput(parts_[p.firstPart + k], i, rows);
    for (std::uint32_t d = 0; d < net_.delayHigh; ++d)
      bytes.putAll(std::span<const float>(rows.data() + std::size_t{d} * p.n, p.n));
  }
  Pages pages = pageOf(std::move(bytes));
  if (parts_[p.firstPart].history.kept()) pages.push_back(saveHistory(historiesOf(population)));
  return pages;
}

Result<void> CpuSimulation::restorePopulation(std::uint32_t population, Bytes& bytes) {
  const Population& p = net_.populations[population];
  TRY(const std::string type, bytes.takeText());
  TRY(const auto n, bytes.take<std::uint32_t>());
  if (type != p.type->id || n != p.n)
    return Error{"the state is of " + std::to_string(n) + " " + type + ", the network has " +
                     std::to_string(p.n) + " " + p.type->id,
                 p.name};
  for (std::uint32_t k = 0; k < p.partCount; ++k) parts_[p.firstPart + k].walkerCount = 0;
  TRY(const auto columns, bytes.take<std::uint64_t>());
  std::vector<double> column(p.n);
  for (std::uint64_t c = 0; c < columns; ++c) {
    TRY(const std::string name, bytes.takeText());
    TRY_DO(bytes.takeAll(std::span<double>(column)));
    const auto found = std::ranges::find(p.shape.columns, name, &Column::name);
    if (found == p.shape.columns.end()) continue;
    for (std::uint32_t k = 0; k < p.partCount; ++k) {
      Part& part = parts_[p.firstPart + k];
      std::copy_n(column.data() + part.first, part.count,
                  part.columns[static_cast<std::size_t>(found - p.shape.columns.begin())].data());
    }
  }
  TRY(const auto inputs, bytes.take<std::uint64_t>());
  std::vector<float> row(p.n);
  for (std::uint64_t i = 0; i < inputs; ++i) {
    TRY(const std::string name, bytes.takeText());
    TRY(const auto delays, bytes.take<std::uint32_t>());
    const auto found = std::ranges::find(p.inputs, name, &Population::Input::name);
    const auto port = static_cast<std::size_t>(found - p.inputs.begin());
    for (std::uint32_t k = 0; k < p.partCount && found != p.inputs.end(); ++k)
      std::ranges::fill(parts_[p.firstPart + k].rings[port], 0.f);
    for (std::uint32_t d = 0; d < delays; ++d) {
      TRY_DO(bytes.takeAll(std::span<float>(row)));
      // After a rebuild with shorter delays, what would arrive later is lost.
      if (found == p.inputs.end() || d >= net_.delayHigh) continue;
      for (std::uint32_t k = 0; k < p.partCount; ++k) {
        Part& part = parts_[p.firstPart + k];
        if (part.rings[port].empty()) continue;
        std::copy_n(row.data() + part.first, part.count,
                    part.rings[port].data() + std::size_t{slot(step_ + d)} * part.stride);
      }
    }
  }
  return {};
}

Result<void> CpuSimulation::restore(const Checkpoint& checkpoint, Fit fit) {
  if (fit == Fit::Exact && (checkpoint.t < 0 || checkpoint.t > kLatest))
    return Error{
        "was taken at " + timeText(checkpoint.t) + "; 0 to " + timeText(kLatest) + " is possible",
        "state"};
  if (fit == Fit::Exact && checkpoint.t % net_.dt != 0)
    return Error{
        "was taken at " + timeText(checkpoint.t) + ", between two steps of " + timeText(net_.dt),
        "state"};
  const auto stateOf = [&](Id id) -> const Pages* {
    const auto found = checkpoint.state.find(id);
    return found == checkpoint.state.end() || found->second.empty() ? nullptr : &found->second;
  };
  if (fit == Fit::Exact) {
    for (const Population& p : net_.populations)
      if (!stateOf(p.id)) return Error{"the state has nothing of it", p.name};
    for (const BodyNode& b : net_.bodies)
      if (!stateOf(b.id)) return Error{"the state has nothing of it", b.name};
    for (const PlasticProjection& p : plastic_)
      if (!stateOf(p.rule.id)) return Error{"the state has nothing of it", p.rule.name};
  }
  step_ = static_cast<std::uint64_t>(std::clamp<Time>(checkpoint.t, 0, kLatest) / net_.dt);
  failed_ = false;
  std::ranges::fill(runaway_, 0);
  if (const Pages* pages = stateOf(Id::settings)) {
    Bytes whole = copyOf(*pages);
    TRY(totals_.spikes, whole.take<std::uint64_t>());
    TRY(totals_.synapticEvents, whole.take<std::uint64_t>());
  }
  for (std::uint32_t i = 0; i < net_.populations.size(); ++i) {
    const Pages* pages = stateOf(net_.populations[i].id);
    if (!pages) continue;
    Bytes bytes = copyOf(*pages);
    if (auto done = restorePopulation(i, bytes); !done && fit == Fit::Exact) return done;
    const auto histories = historiesOf(i);
    if (histories.empty() || pages->size() < 2) continue;
    if (auto done = restoreHistory(histories, net_.populations[i].partSize, net_.populations[i].n,
                                   *(*pages)[1]);
        !done && fit == Fit::Exact)
      return done;
  }
  for (std::size_t i = 0; i < net_.bodies.size(); ++i) {
    BodyOutput& output = bodyOutputs_[i];
    const Pages* pages = stateOf(net_.bodies[i].id);
    if (!pages) continue;
    Bytes bytes = copyOf(*pages);
    const auto take = [&]() -> Result<void> {
      TRY(const std::string type, bytes.takeText());
      if (type != net_.bodies[i].type->id)
        return Error{"the state is of " + type, net_.bodies[i].name};
      TRY(const auto pending, bytes.takeVector<BodyOutput::Pending>());
      output.pending.assign(pending.begin(), pending.end());
      TRY(const auto held, bytes.take<std::uint64_t>());
      if (held != output.held.size())
        return Error{"the state has other outputs", net_.bodies[i].name};
      for (BodyOutput::Held& h : output.held) TRY_DO(bytes.takeAll(std::span<float>(h.values)));
      return net_.bodies[i].body->restore(bytes);
    };
    if (auto done = take(); !done && fit == Fit::Exact) return done;
    if (!output.history.kept() || pages->size() < 2) continue;
    SpikeHistory* const history = &output.history;
    if (auto done = restoreHistory({&history, 1}, ~0u, net_.bodies[i].grid.size(), *(*pages)[1]);
        !done && fit == Fit::Exact)
      return done;
  }
  for (PlasticProjection& p : plastic_) {
    const Pages* pages = stateOf(p.rule.id);
    if (!pages) continue;
    if (auto done = restorePlastic(p, *pages, fit); !done && fit == Fit::Exact) return done;
  }
  for (TracePort& port : tracePorts_) port.stale = true;
  for (NoiseRate& rate : noiseRates_) rate.stale = true;
  return {};
}

Result<Snapshot> CpuSimulation::look(Id item, const What& what) const {
  Snapshot shot;
  shot.t = now();
  const auto every = [&] {
    return std::max<std::uint64_t>(
        1, (shot.total + what.most - 1) / std::max<std::size_t>(what.most, 1));
  };
  for (const Population& p : net_.populations) {
    if (p.id != item) continue;
    const auto column = std::ranges::find(p.shape.columns, what.column, &Column::name);
    if (what.kind != What::Kind::Column || column == p.shape.columns.end())
      return Error{"has no column \"" + what.column + "\"", p.name};
    shot.total = p.n;
    for (std::uint64_t i = 0; i < p.n; i += every()) {
      const Part& part = parts_[p.firstPart + i / p.partSize];
      shot.values.push_back(
          part.columns[static_cast<std::size_t>(column - p.shape.columns.begin())][i - part.first]);
    }
    return shot;
  }
  if (const PlasticProjection* p = plasticOf(item)) return lookPlastic(*p, what);
  for (const Projection& p : net_.projections) {
    if (p.id != item) continue;
    if (what.kind == What::Kind::Column) return Error{"has no columns", p.name};
    shot.total = p.synapses;
    const std::uint64_t stride = every();
    const Population& target = net_.populations[p.target];
    std::uint64_t next = 0;
    const auto take = [&](std::uint32_t source, std::uint32_t to, std::uint32_t delay,
                          float weight) {
      if (next++ % stride != 0) return;
      if (what.kind == What::Kind::Weights) shot.values.push_back(weight);
      if (what.kind == What::Kind::Delays) shot.values.push_back(delay * net_.dt_ms);
      if (what.kind != What::Kind::Connectivity) return;
      shot.sources.push_back(source);
      shot.targets.push_back(to);
    };
    for (std::uint32_t s = 0; s < p.sourceCount; ++s)
      for (std::uint32_t k = 0; k < p.parts.size(); ++k)
        p.eachSynapse(s, k, target.partSize,
                      [&](std::uint32_t to, std::uint32_t delay, float weight) {
                        take(s, k * target.partSize + to, delay, weight);
                      });
    return shot;
  }
  return Error{"does not run here", itemPath(project_, item)};
}

}  // namespace spk
