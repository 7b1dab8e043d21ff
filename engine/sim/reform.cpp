// User equations that change while the network runs: only their population is made anew.
#include <algorithm>

#include "engine/sim/CpuEngine.h"

namespace spk {
namespace {

bool sameInputs(const Shape& a, const Shape& b) {
  const auto inputs = [](const Shape& shape) {
    std::vector<const Port*> ports;
    for (const Port& port : shape.ports)
      if (port.input) ports.push_back(&port);
    return ports;
  };
  return std::ranges::equal(inputs(a), inputs(b), [](const Port* x, const Port* y) {
    return x->name == y->name && x->signal == y->signal && x->unit == y->unit;
  });
}

}  // namespace

/// Whether other equations leave all else as it is: what reaches the population and what is read of
/// it, by wires that carry more than its spikes. The same in both directions.
bool canReform(const Item& before, const Item& after, const Project& project,
               const Registry& registry) {
  const NodeType* type = registry.nodeType(before.type);
  if (!type || !type->compile) return false;
  const Shape old = registry.describe(before), made = registry.describe(after);
  if (old.columns.empty() || made.columns.empty() || !sameInputs(old, made)) return false;
  return std::ranges::none_of(project.items, [&](const auto& row) {
    const Item& wire = row.second;
    if (!wire.isWire()) return false;
    const bool begins = wire.from.item == before.id, ends = wire.to.item == before.id;
    if (!begins && !ends) return false;
    const NodeType* kind = registry.nodeType(wire.type);
    // What learns keeps columns of its targets; gap junctions hold their potential.
    if (wire.type == "wire.gap_junction" || (ends && kind && kind->deliver)) return true;
    return begins && (!old.port(wire.from.port) || !made.port(wire.from.port));
  });
}

/// The program, columns and constants that the item's equations now ask for. Columns of the same
/// name keep their state, new ones begin as at t = 0. On failure all is as before.
Result<void> CpuSimulation::reform(std::uint32_t population) {
  Population& p = net_.populations[population];
  const Item& item = project_.items.at(p.id);
  const auto failed = [&](Error error) {
    error.where = p.name + (error.where.empty() ? "" : "." + error.where);
    return error;
  };
  auto program = p.type->compile(item, net_.dt_ms);
  if (!program) return failed(std::move(program).error());
  Shape shape = registry_.describe(item);
  std::swap(p.shape, shape);  // `shape` is now what was before
  std::swap(p.program, program.value());
  std::vector<std::vector<Array<double>>> old(p.partCount);
  for (std::uint32_t k = 0; k < p.partCount; ++k) {
    Part& part = parts_[p.firstPart + k];
    old[k] = std::move(part.columns);
    part.columns.clear();
    for (std::size_t c = 0; c < p.shape.columns.size(); ++c)
      part.columns.emplace_back(part.stride, 0.0);
  }
  const auto make = [&]() -> Result<void> {
    TRY_DO(prepare(population));
    return initialise(population);
  };
  if (auto made = make(); !made) {
    std::swap(p.shape, shape);
    std::swap(p.program, program.value());
    for (std::uint32_t k = 0; k < p.partCount; ++k)
      parts_[p.firstPart + k].columns = std::move(old[k]);
    (void)prepare(population);
    return made;
  }
  std::vector<std::uint32_t> places;  // of each old column among the new ones
  for (const Column& column : shape.columns) {
    const auto found = std::ranges::find(p.shape.columns, column.name, &Column::name);
    places.push_back(static_cast<std::uint32_t>(found - p.shape.columns.begin()));
    if (found == p.shape.columns.end()) continue;
    for (std::uint32_t k = 0; k < p.partCount; ++k)
      std::swap(parts_[p.firstPart + k].columns[places.back()], old[k][places.size() - 1]);
  }
  for (TraceWire& wire : net_.traceWires)
    if (!wire.fromBody && wire.source == population) wire.output = places[wire.output];
  moveTaps(population, places);
  return {};
}

/// Probes of columns follow them to their new places; those of columns that are gone end.
void CpuSimulation::moveTaps(std::uint32_t population, std::span<const std::uint32_t> places) {
  const Population& p = net_.populations[population];
  std::vector<Id> ended;
  for (std::uint32_t k = 0; k < p.partCount; ++k)
    for (Tap& tap : parts_[p.firstPart + k].taps) {
      if (tap.isInput) continue;
      tap.index = places[tap.index];
      if (tap.index == p.shape.columns.size()) ended.push_back(tap.probe);
    }
  for (const Id probe : ended) detach(probe);
}

}  // namespace spk
