// Weights and delays that each synapse has for itself, a lane for each synapse.
#include "engine/sim/Step.h"

namespace spk::SPK_ISA {
namespace {

constexpr double kTwoPi = 2 * 3.14159265358979323846;

SPK_INLINE Reals shaped(const OwnValues& o, Reals u, Reals v) {
  if (o.form == OwnValues::Form::Uniform) return Reals(o.a) + Reals(o.b - o.a) * u;
  if (o.form == OwnValues::Form::Exponential) return Reals(o.a) * -log(u);
  const Reals x = Reals(o.a) + Reals(o.b) * (sqrt(log(u) * -2.0) * cos(v * kTwoPi));
  return o.form == OwnValues::Form::Normal ? x : exp(x);
}

/// In (0, 1): (word + 0.5) / 2^32.
SPK_INLINE Reals uniformOf(const std::uint32_t* words) {
  const RawHalf half = *reinterpret_cast<const RawHalf*>(words);
  return (Reals(__builtin_convertvector(half, RawReals)) + 0.5) * (1.0 / 4294967296.0);
}

}  // namespace

void drawOwnValues(const OwnValues& o) {
  using Unaligned = std::uint32_t __attribute__((vector_size(8 * kWidth), may_alias, aligned(4)));
  using UnalignedReals = double __attribute__((vector_size(8 * kWidth), may_alias, aligned(8)));
  const std::uint32_t step = 2 * kWidth;
  for (std::uint32_t i = 0; i < o.count; i += step) {
    const RawWords target = *reinterpret_cast<const Unaligned*>(o.targets + i);
    const RawWords twin = *reinterpret_cast<const Unaligned*>(o.twins + i);
    Reals drawn[2];
    std::uint32_t missing = o.count - i >= step ? (1u << step) - 1 : (1u << (o.count - i)) - 1;
    for (std::uint32_t attempt = 0; missing; ++attempt) {
      const PhiloxWords words = philoxWords(
          {target, everywhere(o.source), twin, everywhere(attempt)}, o.keyLow, o.keyHigh);
      alignas(64) std::uint32_t first[2 * kWidth], second[2 * kWidth];
      *reinterpret_cast<RawWords*>(first) = words.a;
      *reinterpret_cast<RawWords*>(second) = words.b;
#pragma GCC unroll 2
      for (int half = 0; half < 2; ++half) {
        const Reals x =
            shaped(o, uniformOf(first + half * kWidth), uniformOf(second + half * kWidth));
        if (!o.redraw) {
          drawn[half] = min(max(x, Reals(o.min)), Reals(o.max));
          continue;
        }
        const std::uint32_t inside = (!((x < Reals(o.min)) | (x > Reals(o.max)))).bits();
        for (int lane = 0; lane < kWidth; ++lane) {
          const std::uint32_t bit = 1u << (half * kWidth + lane);
          if (!(missing & bit) || !(inside >> lane & 1)) continue;
          drawn[half].v[lane] = x.v[lane];
          missing &= ~bit;
        }
      }
      if (!o.redraw) missing = 0;
    }
    for (int half = 0; half < 2; ++half)
      *reinterpret_cast<UnalignedReals*>(o.values + i + half * kWidth) = (drawn[half] * o.factor).v;
  }
}

}  // namespace spk::SPK_ISA
