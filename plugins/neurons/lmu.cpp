#include <algorithm>

#include "engine/base/propagator.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(lmu, step)
}

namespace spk::neurons::lmu {
namespace {

constexpr std::int64_t kMostOrder = 16, kOrder = 6;

std::size_t orderOf(const Values& values) {
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>(integerOr(values, "order", kOrder), 1, kMostOrder));
}

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  const auto d = static_cast<std::size_t>(given("order")), n = d + 1;
  const double theta = given("theta");
  std::vector<double> A(n * n, 0.0);  // the memory, and an input that holds
  for (std::size_t i = 0; i < d; ++i) {
    const double scale = (2.0 * static_cast<double>(i) + 1) / theta;
    for (std::size_t j = 0; j < d; ++j) A[i * n + j] = scale * (i < j || (i - j) % 2 == 0 ? -1 : 1);
    A[i * n + d] = scale * (i % 2 == 0 ? 1 : -1);
  }
  const std::vector<double> P = propagator(A, n, dt_ms);
  k[0] = static_cast<double>(d);
  k[1] = given("I_e");
  for (std::size_t i = 0; i < d; ++i) {
    std::copy_n(P.begin() + static_cast<std::ptrdiff_t>(i * n), n,
                k.begin() + static_cast<std::ptrdiff_t>(2 + i * (d + 2)));
    k[2 + i * (d + 2) + n] = 1;  // every Legendre polynomial is 1 at the far end of the window
  }
  return {};
}

constexpr const char* kDoc =
    "Legendre memory: the last theta of its input, in a few numbers.\n\n"
    "theta dm/dt = A m + B u, A_ij = (2 i + 1) (-1 if i < j, else (-1)^(i - j + 1)), "
    "B_i = (2 i + 1) (-1)^i, i, j = 0 ... order - 1: the window of u of length theta as "
    "coefficients of Legendre polynomials (Voelker et al. 2019). u = I_e + u + the weights of the "
    "spikes that arrive in the step; y is their sum, the input of theta ago. Each neuron keeps the "
    "memory of one input; it sends no spikes, y and m0 ... are traces. Exact over a step for an "
    "input that holds during it.";

Shape describe(const Item& item) {
  const std::size_t order = orderOf(item.values);
  Shape shape{
      .ports = {{"u", Signal::Trace, true, "", "the signal to remember"},
                {"in", Signal::Spikes, true, "", "each spike adds its weight to u for one step"}},
      .parameters = {sizeParameter(1),
                     {.name = "order",
                      .kind = Kind::Integer,
                      .initial = kOrder,
                      .min = 1,
                      .max = static_cast<double>(kMostOrder),
                      .doc = "numbers that are kept for one input",
                      .essential = true,
                      .live = false},
                     essential(number("theta", 100.0, "ms", 0.1, 1e6, "length of the window")),
                     number("I_e", 0.0, "", -1e6, 1e6, "constant input")},
      .columns = {{"y", "", 0, "the input of theta ago"}},
      .constants = {"order", "I_e"}};
  for (std::size_t i = 0; i < order; ++i) {
    const std::string number = std::to_string(i);
    shape.columns.push_back({"m" + number, "", 0, "Legendre coefficient " + number});
    for (std::size_t j = 0; j < order; ++j)
      shape.constants.push_back("A" + number + "_" + std::to_string(j));
    shape.constants.push_back("B" + number);
    shape.constants.push_back("C" + number);
  }
  return shape;
}

}  // namespace

void add(Registry& registry) {
  registry.add(NodeType{.id = "neuron.lmu",
                        .title = "Legendre memory",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons, rates and signals",
                        .words = "LMU delay window temporal memory linear state space",
                        .shape = describe({}),
                        .describe = describe,
                        .prepare = prepare,
                        .step = SPK_BUILDS(lmu, step)});
}

}  // namespace spk::neurons::lmu
