// Currents through gap junctions: of each pair, equal and opposite at its two ends.
#include <numeric>

#include "engine/sim/CpuEngine.h"

namespace spk {

/// Draws who is joined, and turns it round for the other side.
Result<void> CpuSimulation::makeGapJunctions() {
  for (GapJunctions& gaps : net_.gaps) {
    const Population &a = net_.populations[gaps.from], &b = net_.populations[gaps.to];
    auto made = Connector::make(gaps.rule, a.grid, b.grid, gaps.from == gaps.to, gaps.key);
    if (!made) {
      Error error = std::move(made).error();
      error.where = itemPath(project_, gaps.id) + "." + error.where;
      return error;
    }
    Connector::Scratch scratch;
    auto& [first, back] = gaps.first;
    first.assign(1, 0);
    for (std::uint32_t i = 0; i < b.n; ++i) {
      made.value().draw(i, scratch, gaps.partners[0]);
      first.push_back(static_cast<std::uint32_t>(gaps.partners[0].size()));
    }
    back.assign(std::size_t{a.n} + 1, 0);
    for (const std::uint32_t j : gaps.partners[0]) ++back[std::size_t{j} + 1];
    std::partial_sum(back.begin(), back.end(), back.begin());
    gaps.partners[1].resize(gaps.partners[0].size());
    std::vector<std::uint32_t> cursor(back.begin(), back.end());
    for (std::uint32_t i = 0; i < b.n; ++i)
      for (std::uint32_t k = first[i]; k < first[i + 1]; ++k)
        gaps.partners[1][cursor[gaps.partners[0][k]]++] = i;
  }
  return {};
}

void CpuSimulation::addGapCurrents(const TraceWire& wire, std::uint32_t n,
                                   float* values) const noexcept {
  if (wire.muted || wire.sourceMuted) return;
  const GapJunctions& gaps = net_.gaps[static_cast<std::size_t>(wire.gap)];
  const Population &own = net_.populations[wire.target], &other = net_.populations[wire.source];
  const auto at = [this](const Population& p, std::uint32_t column, std::uint32_t neuron) {
    const Part& part = parts_[p.firstPart + neuron / p.partSize];
    return part.columns[column][neuron - part.first];
  };
  const std::uint32_t* const first = gaps.first[wire.side].data();
  const std::uint32_t* const partners = gaps.partners[wire.side].data();
  for (std::uint32_t i = 0; i < n; ++i) {
    const double V = at(own, wire.ownColumn, i);
    double sum = 0;
    for (std::uint32_t k = first[i]; k < first[i + 1]; ++k)
      sum += at(other, wire.output, partners[k]) - V;
    values[i] += static_cast<float>(gaps.g_nS * sum);
  }
}

}  // namespace spk
