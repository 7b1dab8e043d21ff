// The first half of a batch: every block of a part takes all steps before the next block does, so
// that its state stays in the nearest cache.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "engine/sim/CpuEngine.h"

namespace spk {
namespace {
constexpr std::size_t kMostColumns = 32, kMostInputs = 16;
}

void CpuSimulation::drive(Part& part, std::uint32_t first, std::uint32_t count,
                          std::uint32_t step) noexcept {
  for (const Part::Noise& noise : part.noises) {
    const PoissonWire& wire = net_.poissonWires[noise.wire];
    if (wire.muted || wire.sourceMuted) continue;
    const NoiseRate& rate = noiseRates_[noise.wire];
    Drive d;
    d.row = part.rings[noise.port].data() + std::size_t{slot(step_ + step)} * part.stride + first;
    d.weight = noise.weights.empty() ? static_cast<float>(wire.weight.mean()) : 0;
    d.weights = noise.weights.empty() ? nullptr : noise.weights.data() + first;
    d.first = part.first + first;
    d.count = count;
    d.step = step_ + step;
    d.keyLow = wire.key.low;
    d.keyHigh = wire.key.high;
    if (rate.means.empty()) {
      const PoissonTable& table = rate.tables[rate.rowOfStep[step]];
      if (table.mean() == 0) continue;
      table.fill(d);
    } else {
      d.means =
          rate.means.data() + std::size_t{rate.rowOfStep[step]} * rate.stride + part.first + first;
    }
    kDriveBuilds[static_cast<int>(isa_)](d);
  }
}

void CpuSimulation::update(Part& part) noexcept {
  const std::uint32_t blocks = (part.count + kBlock - 1) / kBlock;
  alignas(64) double before[kMostColumns * kBlock];
  part.notFinite = false;
  std::uint32_t raw = 0;
  for (std::uint32_t block = 0; block < blocks; ++block) {
    const std::uint32_t first = block * kBlock, count = std::min(kBlock, part.count - first);
    const std::uint32_t padded = (count + 7) / 8 * 8;
    for (std::size_t c = 0; c < part.columns.size(); ++c)
      std::memcpy(before + c * kBlock, part.columns[c].data() + first, padded * sizeof(double));
    updateBlock(part, block, before);
    for (std::uint32_t k = 0; k < steps_; ++k) raw += part.fired[block * batchSteps_ + k];
  }
  // From block by block to step by step.
  std::uint32_t at = 0;
  std::vector<std::uint32_t>& stepStart = part.spikes.stepStart;
  for (std::uint32_t k = 0; k < steps_; ++k) {
    stepStart[k] = at;
    for (std::uint32_t block = 0; block < blocks; ++block)
      at += part.fired[block * batchSteps_ + k];
  }
  stepStart[steps_] = at;
  if (raw > 0) {
    std::uint32_t* to = part.spikes.neurons.data();
    for (std::uint32_t k = 0; k < steps_; ++k) {
      const std::uint32_t* from = part.raw.data();
      for (std::uint32_t block = 0; block < blocks; ++block)
        for (std::uint32_t j = 0; j < steps_; ++j) {
          const std::uint32_t n = part.fired[block * batchSteps_ + j];
          if (j == k) to = std::copy_n(from, n, to);
          from += n;
        }
    }
  }
  for (Array<float>& ring : part.rings)
    for (std::uint32_t k = 0; k < steps_ && !ring.empty(); ++k)
      std::memset(ring.data() + std::size_t{slot(step_ + k)} * part.stride, 0,
                  part.stride * sizeof(float));
}

void CpuSimulation::updateBlock(Part& part, std::uint32_t block, const double* before) noexcept {
  const Population& population = net_.populations[part.population];
  const std::uint32_t first = block * kBlock, count = std::min(kBlock, part.count - first);
  double* columns[kMostColumns];
  for (std::size_t c = 0; c < part.columns.size(); ++c) columns[c] = part.columns[c].data() + first;
  const float* inputs[kMostInputs];
  for (std::size_t i = 0; i < part.rings.size(); ++i) inputs[i] = nothing_.data();
  std::uint32_t raw = 0;
  for (std::uint32_t b = 0; b < block; ++b)
    for (std::uint32_t k = 0; k < steps_; ++k) raw += part.fired[b * batchSteps_ + k];

  Step s;
  s.dt_ms = net_.dt_ms;
  s.first = part.first + first;
  s.count = count;
  s.total = population.n;
  s.columnsAt = columns;
  s.inputsAt = inputs;
  s.constantStride = part.constantStride;
  s.constantsAt =
      part.constants.data() + first / kLaneWidths[static_cast<int>(isa_)] * part.constantStride;
  s.keyLow = population.kernelKey.low;
  s.keyHigh = population.kernelKey.high;
  const auto kernel = population.bypassed ? kPassOnBuilds[static_cast<int>(isa_)]
                                          : population.type->step[static_cast<std::size_t>(isa_)];
  for (std::uint32_t k = 0; k < steps_; ++k) {
    if (!part.noises.empty()) drive(part, first, count, k);
    s.step = step_ + k;
    s.t = static_cast<Time>(s.step) * net_.dt;
    for (std::size_t i = 0; i < part.rings.size(); ++i)
      if (!part.rings[i].empty())
        inputs[i] = part.rings[i].data() + std::size_t{slot(s.step)} * part.stride + first;
    for (const TracePort& port : tracePorts_)
      if (port.population == part.population)
        inputs[port.port] =
            port.rows.data() + std::size_t{port.rowOfStep[k]} * port.stride + part.first + first;
    s.fired = part.raw.data() + raw;
    s.firedCount = 0;
    kernel(s);
    part.fired[block * batchSteps_ + k] = s.firedCount;
    raw += s.firedCount;
    if (!part.taps.empty()) sample(part, first, count, k, inputs);
  }
  for (std::size_t c = 0; c < part.columns.size() && !part.notFinite; ++c)
    if (kFiniteBuilds[static_cast<int>(isa_)](columns[c], count))
      continue;
    else
      findNotFinite(part, s, columns, before);
}

/// Takes the block's steps again, from the state before, to say where it went wrong.
void CpuSimulation::findNotFinite(Part& part, Step& s, double* const* columns,
                                  const double* before) noexcept {
  const Population& population = net_.populations[part.population];
  alignas(64) static thread_local double again[kMostColumns * kBlock];
  static thread_local std::uint32_t fired[kBlock];
  const std::uint32_t first = s.first - part.first;
  double* copies[kMostColumns];
  const float* inputs[kMostInputs];
  for (std::size_t c = 0; c < part.columns.size(); ++c) {
    copies[c] = again + c * kBlock;
    std::memcpy(copies[c], before + c * kBlock, (s.count + 7) / 8 * 8 * sizeof(double));
  }
  part.notFinite = true;
  for (std::uint32_t k = 0; k < steps_; ++k) {
    for (std::size_t i = 0; i < part.rings.size(); ++i)
      inputs[i] = part.rings[i].empty()
                      ? nothing_.data()
                      : part.rings[i].data() + std::size_t{slot(step_ + k)} * part.stride + first;
    for (const TracePort& port : tracePorts_)
      if (port.population == part.population)
        inputs[port.port] =
            port.rows.data() + std::size_t{port.rowOfStep[k]} * port.stride + s.first;
    Step again1 = s;
    again1.step = step_ + k;
    again1.t = static_cast<Time>(again1.step) * net_.dt;
    again1.columnsAt = copies;
    again1.inputsAt = inputs;
    again1.fired = fired;
    again1.firedCount = 0;
    population.type->step[static_cast<std::size_t>(isa_)](again1);
    for (std::size_t c = 0; c < part.columns.size(); ++c)
      for (std::uint32_t i = 0; i < s.count; ++i)
        if (!std::isfinite(copies[c][i])) {
          part.badNeuron = s.first + i;
          part.badStep = k;
          return;
        }
  }
  for (std::size_t c = 0; c < part.columns.size(); ++c)
    for (std::uint32_t i = 0; i < s.count; ++i)
      if (!std::isfinite(columns[c][i])) part.badNeuron = s.first + i;
  part.badStep = steps_ - 1;
}

void CpuSimulation::sample(Part& part, std::uint32_t first, std::uint32_t count, std::uint32_t step,
                           const float* const* inputs) noexcept {
  const Time end = static_cast<Time>(step_ + step + 1) * net_.dt;
  for (Tap& tap : part.taps) {
    if (tap.every > net_.dt && end / tap.every == (end - net_.dt) / tap.every) continue;
    float* values = tap.values.data() + std::size_t{step} * tap.neurons.size();
    const auto begin = std::ranges::lower_bound(tap.neurons, first);
    for (auto at = begin; at != tap.neurons.end() && *at < first + count; ++at)
      values[at - tap.neurons.begin()] = tap.isInput
                                             ? inputs[tap.index][*at - first]
                                             : static_cast<float>(part.columns[tap.index][*at]);
  }
}

}  // namespace spk
