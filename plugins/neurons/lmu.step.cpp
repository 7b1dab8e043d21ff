// m <- Ad m + Bd u, the Legendre memory of one input, exact for an input that holds during a step;
// the output is the input of theta ago.
#include "engine/sim/Step.h"

namespace spk::neurons::lmu::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [y] = s.columns<1>();
  const auto [u, in] = s.inputs<2>();
  const double* const first = s.constantsAt;
  const int order = static_cast<int>(first[0]);
  const auto constant = [&](Lane i, int index) __attribute__((always_inline)) {
    return *reinterpret_cast<const spk::SPK_ISA::RawReals*>(first + i.group +
                                                            index * spk::SPK_ISA::kWidth);
  };
  for (const Lane i : s.lanes()) {
    const Reals input = Reals(constant(i, 1)) + u[i] + in[i];
    Reals next[16];
    Reals out = 0;
    for (int r = 0; r < order; ++r) {
      const int row = 2 + r * (order + 2);  // Ad, Bd, and the weight of m_r in the output
      Reals sum = Reals(constant(i, row + order)) * input;
      for (int c = 0; c < order; ++c)
        sum = sum + Reals(constant(i, row + c)) * Column{s.columnsAt[1 + c]}[i];
      next[r] = sum;
      out = out + Reals(constant(i, row + order + 1)) * sum;
    }
    for (int r = 0; r < order; ++r) Column{s.columnsAt[1 + r]}[i] = next[r];
    y[i] = out;
  }
}

}  // namespace spk::neurons::lmu::SPK_ISA
