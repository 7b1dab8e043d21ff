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
  part.notFinite = false;
  if (!part.rules.empty()) {
    updateStepwise(part);
  } else {
    const std::uint32_t blocks = (part.count + kBlock - 1) / kBlock;
    alignas(64) double before[kMostColumns * kBlock];
    std::uint32_t raw = 0;
    for (std::uint32_t block = 0; block < blocks; ++block) {
      keepColumns(part, block, before);
      raw = updateBlock(part, block, 0, steps_, raw);
      checkFinite(part, block, before);
    }
  }
  sortSpikes(part);
  if (part.history.kept() && part.rules.empty())
    for (std::uint32_t k = 0; k < steps_; ++k)
      part.history.record(step_ + k, part.spikes.at(k), net_.populations[part.population].muted);
  for (Array<float>& ring : part.rings)
    for (std::uint32_t k = 0; k < steps_ && !ring.empty(); ++k)
      std::memset(ring.data() + std::size_t{slot(step_ + k)} * part.stride, 0,
                  part.stride * sizeof(float));
}

/// Where synapses learn, a weight that arrives in a step depends on the spikes of the step before:
/// the whole part takes one step after the other. Other parts are not needed until their spikes
/// arrive, a batch later.
void CpuSimulation::updateStepwise(Part& part) noexcept {
  const std::uint32_t blocks = (part.count + kBlock - 1) / kBlock;
  const std::size_t kept = part.columns.size() * kBlock;
  for (std::uint32_t block = 0; block < blocks; ++block)
    keepColumns(part, block, part.before.data() + block * kept);
  part.learntEvents = 0;
  std::uint32_t raw = 0;
  for (std::uint32_t k = 0; k < steps_; ++k) {
    learn(part, k);
    const std::uint32_t begin = raw;
    for (std::uint32_t block = 0; block < blocks; ++block)
      raw = updateBlock(part, block, k, k + 1, raw);
    part.history.record(step_ + k, {part.raw.data() + begin, raw - begin},
                        net_.populations[part.population].muted);
  }
  for (std::uint32_t block = 0; block < blocks; ++block)
    checkFinite(part, block, part.before.data() + block * kept);
}

void CpuSimulation::keepColumns(const Part& part, std::uint32_t block,
                                double* before) const noexcept {
  const std::uint32_t first = block * kBlock, count = std::min(kBlock, part.count - first);
  for (std::size_t c = 0; c < part.columns.size(); ++c)
    std::memcpy(before + c * kBlock, part.columns[c].data() + first,
                (count + 7) / 8 * 8 * sizeof(double));
}

/// From block by block to step by step.
void CpuSimulation::sortSpikes(Part& part) noexcept {
  const std::uint32_t blocks = (part.count + kBlock - 1) / kBlock;
  std::uint32_t* const sorted = part.spikes.neurons.data();
  std::uint32_t at = 0;
  for (std::uint32_t k = 0; k < steps_; ++k) {
    part.spikes.stepStart[k] = at;
    for (std::uint32_t block = 0; block < blocks; ++block) {
      const std::size_t place = std::size_t{block} * batchSteps_ + k;
      std::copy_n(part.raw.data() + part.begins[place], part.fired[place], sorted + at);
      at += part.fired[place];
    }
  }
  part.spikes.stepStart[steps_] = at;
}

/// Where the block's inputs of one step lie; a bypassed population sees its first spikes alone.
void CpuSimulation::inputsOf(const Part& part, std::uint32_t first, std::uint32_t step,
                             const float** inputs) const noexcept {
  const Population& population = net_.populations[part.population];
  for (std::size_t i = 0; i < part.rings.size(); ++i)
    inputs[i] = part.rings[i].empty()
                    ? nothing_.data()
                    : part.rings[i].data() + std::size_t{slot(step_ + step)} * part.stride + first;
  for (const TracePort& port : tracePorts_)
    if (port.population == part.population && port.toWire == Id::none)
      inputs[port.port] =
          port.rows.data() + std::size_t{port.rowOfStep[step]} * port.stride + part.first + first;
  if (!population.bypassed) return;
  const auto spikes =
      std::ranges::find(population.inputs, Signal::Spikes, &Population::Input::signal);
  inputs[0] = spikes == population.inputs.end() ? nothing_.data()
                                                : inputs[spikes - population.inputs.begin()];
}

/// All but what differs from step to step.
Step CpuSimulation::stepOf(const Part& part, std::uint32_t block) const noexcept {
  const Population& population = net_.populations[part.population];
  const std::uint32_t first = block * kBlock;
  Step s;
  s.dt_ms = net_.dt_ms;
  s.first = part.first + first;
  s.count = std::min(kBlock, part.count - first);
  s.total = population.n;
  s.constantStride = part.constantStride;
  s.constantsAt =
      part.constants.data() + first / kLaneWidths[static_cast<int>(isa_)] * part.constantStride;
  s.keyLow = population.kernelKey.low;
  s.keyHigh = population.kernelKey.high;
  s.programAt = population.program.data();
  s.programSize = static_cast<std::uint32_t>(population.program.size());
  return s;
}

/// The steps [from, to) of the batch. @return how many spikes the part has so far
std::uint32_t CpuSimulation::updateBlock(Part& part, std::uint32_t block, std::uint32_t from,
                                         std::uint32_t to, std::uint32_t raw) noexcept {
  const Population& population = net_.populations[part.population];
  const std::uint32_t first = block * kBlock;
  double* columns[kMostColumns];
  for (std::size_t c = 0; c < part.columns.size(); ++c) columns[c] = part.columns[c].data() + first;
  const float* inputs[kMostInputs];
  Step s = stepOf(part, block);
  s.columnsAt = columns;
  s.inputsAt = inputs;
  const auto kernel = population.bypassed ? kPassOnBuilds[static_cast<int>(isa_)]
                                          : population.type->step[static_cast<std::size_t>(isa_)];
  const bool tapped = std::ranges::any_of(
      part.taps, [&](const Tap& tap) { return tap.begins[block] < tap.begins[block + 1]; });
  for (std::uint32_t k = from; k < to; ++k) {
    if (!part.noises.empty()) drive(part, first, s.count, k);
    s.step = step_ + k;
    s.t = static_cast<Time>(s.step) * net_.dt;
    inputsOf(part, first, k, inputs);
    s.fired = part.raw.data() + raw;
    s.firedCount = 0;
    kernel(s);
    part.begins[std::size_t{block} * batchSteps_ + k] = raw;
    part.fired[std::size_t{block} * batchSteps_ + k] = s.firedCount;
    raw += s.firedCount;
    if (tapped) sample(part, first, k, inputs);
  }
  return raw;
}

void CpuSimulation::checkFinite(Part& part, std::uint32_t block, const double* before) noexcept {
  const std::uint32_t first = block * kBlock, count = std::min(kBlock, part.count - first);
  const auto allFinite = kFiniteBuilds[static_cast<int>(isa_)];
  for (std::size_t c = 0; c < part.columns.size() && !part.notFinite; ++c)
    if (!allFinite(part.columns[c].data() + first, count)) findNotFinite(part, block, before);
}

/// Takes the block's steps again, from the state before, to say where it went wrong.
void CpuSimulation::findNotFinite(Part& part, std::uint32_t block, const double* before) noexcept {
  const Population& population = net_.populations[part.population];
  alignas(64) static thread_local double copy[kMostColumns * kBlock];
  static thread_local std::uint32_t fired[kBlock];
  const std::uint32_t first = block * kBlock;
  const Step s = stepOf(part, block);
  double* copies[kMostColumns];
  const float* inputs[kMostInputs];
  for (std::size_t c = 0; c < part.columns.size(); ++c) {
    copies[c] = copy + c * kBlock;
    std::memcpy(copies[c], before + c * kBlock, (s.count + 7) / 8 * 8 * sizeof(double));
  }
  part.notFinite = true;
  for (std::uint32_t k = 0; k < steps_; ++k) {
    inputsOf(part, first, k, inputs);
    Step again = s;
    again.step = step_ + k;
    again.t = static_cast<Time>(again.step) * net_.dt;
    again.columnsAt = copies;
    again.inputsAt = inputs;
    again.fired = fired;
    again.firedCount = 0;
    population.type->step[static_cast<std::size_t>(isa_)](again);
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
      if (!std::isfinite(part.columns[c][first + i])) part.badNeuron = s.first + i;
  part.badStep = steps_ - 1;
}

void CpuSimulation::sample(Part& part, std::uint32_t first, std::uint32_t step,
                           const float* const* inputs) noexcept {
  const Time end = static_cast<Time>(step_ + step + 1) * net_.dt;
  const std::uint32_t block = first / kBlock;
  for (Tap& tap : part.taps) {
    const std::uint32_t from = tap.begins[block], to = tap.begins[block + 1];
    if (from == to) continue;
    if (tap.every > net_.dt && end / tap.every == (end - net_.dt) / tap.every) continue;
    float* const values = tap.values.data() + std::size_t{step} * tap.neurons.size();
    for (std::uint32_t i = from; i < to; ++i) {
      const std::uint32_t neuron = tap.neurons[i];
      values[i] = tap.isInput ? inputs[tap.index][neuron - first]
                              : static_cast<float>(part.columns[tap.index][neuron]);
    }
  }
}

}  // namespace spk
