// Groups of neighbours compete in each step: the k with the largest potential fire, or one drawn by
// softmax, as the largest of potential / T plus Gumbel noise.
#include "engine/sim/Step.h"

namespace spk::neurons::wta::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [V, score] = s.columns<2>();
  const auto [I, in] = s.inputs<2>();
  const auto [decay, base, gain, V_th, size, winners, soft, per_T] = s.constants<8>();
  const auto draw = s.uniform(0);
  const Lane any{0, 0};
  const bool drawn = soft[any].v[0] != 0;
  for (const Lane i : s.lanes()) {
    V[i] = decay[i] * V[i] + base[i] + gain[i] * I[i] + in[i];
    score[i] = drawn ? Reals(V[i] * per_T[i] - log(-log(draw[i]))) : Reals(V[i]);
  }
  // Groups never lie across two blocks: these begin at multiples of 64.
  const auto group = static_cast<std::uint32_t>(size[any].v[0]);
  const auto most = static_cast<std::uint32_t>(winners[any].v[0]);
  const double threshold = V_th[any].v[0];
  double* const values = s.columnsAt[1];
  double* const potentials = s.columnsAt[0];
  for (std::uint32_t begin = 0; begin < s.count; begin += group) {
    const std::uint32_t end = begin + group < s.count ? begin + group : s.count;
    for (std::uint32_t i = begin; i < end; ++i) {
      if (!(potentials[i] >= threshold)) continue;
      std::uint32_t above = 0;  // of equals the first one wins
      for (std::uint32_t j = begin; j < end; ++j)
        above += potentials[j] >= threshold &&
                 (values[j] > values[i] || (values[j] == values[i] && j < i));
      if (above < most) s.fired[s.firedCount++] = s.first + i;
    }
  }
}

}  // namespace spk::neurons::wta::SPK_ISA
