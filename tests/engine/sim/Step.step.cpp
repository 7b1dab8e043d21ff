// A kernel for Step_test: what the lane functions give, for each neuron of a block.
#include "engine/sim/Step.h"

namespace spk::lanestest::SPK_ISA {

void step(Step& s);
void step(Step& s) {
  const auto [x, y, uniform, normal, exp_, log_, sin_, cos_, pow_, misc, exprel_, tanh_, floor_] =
      s.columns<13>();
  const auto [in] = s.inputs<1>();
  const auto [k, l] = s.constants<2>();
  const auto u = s.uniform(3);
  const auto n = s.normal(4);
  for (const Lane i : s.lanes()) {
    uniform[i] = u[i];
    normal[i] = n[i];
    exp_[i] = exp(x[i]);
    log_[i] = log(y[i]);
    sin_[i] = sin(x[i]);
    cos_[i] = cos(x[i]);
    pow_[i] = pow(y[i], x[i] * 0.1);
    exprel_[i] = exprel(x[i] * 0.01);
    tanh_[i] = tanh(x[i] * 0.1);
    floor_[i] = floor(x[i]);
    misc[i] = select(((x[i] > 0) & !(y[i] >= 2)) | (in[i] == 3), min(x[i], y[i]) + k[i],
                     max(-x[i], in[i]) / l[i] - sqrt(y[i]));
    s.fire(i, in[i] > 1);
  }
}

}  // namespace spk::lanestest::SPK_ISA
