// Poisson drive, drawn inside the target part's update: each target neuron its own train.
#include "engine/sim/Step.h"

namespace spk::SPK_ISA {
namespace {

using RawFloats2 = float __attribute__((vector_size(8 * kWidth), may_alias));  // 2 · kWidth of them

SPK_INLINE void addCounts(const Drive& d, std::uint32_t at, RawWords count) {
  RawFloats2& row = *reinterpret_cast<RawFloats2*>(d.row + at);
  const RawFloats2 counts = __builtin_convertvector((RawWords)(count + d.least), RawFloats2);
  if (d.weights)
    row += counts * *reinterpret_cast<const RawFloats2*>(d.weights + at);
  else
    row += counts * d.weight;
}

/// All neurons share a small mean: a word is compared with the thresholds one after another.
SPK_INLINE void byThresholds(const Drive& d) {
  for (std::uint32_t i = 0; i < d.count; i += 8 * kWidth) {
    const RandomWords drawn = randomWords(d.keyLow, d.keyHigh, d.first + i, d.step, 0);
    RawWords count[4] = {};  // in registers: the loops over it must be unrolled
    std::uint32_t z = 0;
    for (; z < d.common; ++z) {
      const RawWords threshold = everywhere(d.thresholds[z]);
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j) count[j] -= (RawWords)(drawn.part[j] >= threshold);
    }
    for (; z < d.thresholdCount; ++z) {
      const RawWords threshold = everywhere(d.thresholds[z]);
      RawWords any = {};
#pragma GCC unroll 4
      for (int j = 0; j < 4; ++j) {
        const RawWords reached = (RawWords)(drawn.part[j] >= threshold);
        count[j] -= reached;
        any |= reached;
      }
      if (!Mask(Reals((RawReals)any) != Reals(0.0)).bits()) break;
    }
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) addCounts(d, i + j * 2 * kWidth, count[j]);
  }
}

/// All neurons share a large mean: a word's top bits say where among the thresholds to look.
SPK_INLINE void byGuide(const Drive& d, const BlockWords& words) {
  for (std::uint32_t i = 0; i < d.count; ++i) {
    const std::uint32_t word = words.words[i];
    std::uint32_t k = d.guide[word >> 22];
    while (k < d.thresholdCount && word >= d.thresholds[k]) ++k;
    const float weight = d.weights ? d.weights[i] : d.weight;
    d.row[i] += static_cast<float>(k + d.least) * weight;
  }
}

/// Each neuron has a mean of its own, which may change from step to step.
SPK_INLINE void byMeans(const Drive& d) {
  const Poissons poisson{{d.keyLow, d.keyHigh, d.first, d.count, d.step, 0}};
  for (std::uint32_t i = 0; i < d.count; i += kWidth) {
    const Reals count = poisson(Lane{i, 0}, Input{d.means}[Lane{i, 0}]);
    for (int j = 0; j < kWidth && i + j < d.count; ++j)
      d.row[i + j] += static_cast<float>(count.v[j]) * (d.weights ? d.weights[i + j] : d.weight);
  }
}

}  // namespace

void drive(Drive& d) {
  if (d.means)
    byMeans(d);
  else if (d.guide)
    byGuide(d, BlockWords(d.keyLow, d.keyHigh, d.first, d.count, d.step, 0));
  else
    byThresholds(d);
}

/// x − x is 0 for finite x alone.
bool allFinite(const double* values, std::uint32_t count) {
  Reals rest = 0;
  std::uint32_t i = 0;
  for (; i + kWidth <= count; i += kWidth) {
    const Reals x = *reinterpret_cast<const RawReals*>(values + i);
    rest = rest + (x - x);
  }
  double last = 0;
  for (; i < count; ++i) last += values[i] - values[i];
  return !(rest != Reals(0.0)).bits() && last == 0;
}

/// A bypassed population hands its input on: a neuron spikes where anything positive arrives.
void passOn(Step& s) {
  const Input in = s.inputs<1>().get<0>();
  for (const Lane i : s.lanes()) s.fire(i, in[i] > 0);
}

}  // namespace spk::SPK_ISA
