#include "engine/base/Math.h"
#include "engine/base/propagator.h"
#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Step.h"
#include "plugins/neurons/describing.h"

namespace spk::neurons {
SPK_KERNEL(resonate_and_fire, step)
}

namespace spk::neurons::resonate_and_fire {
namespace {

Result<void> prepare(const Given& given, double dt_ms, std::span<double> k) {
  const double b = -1 / given("tau"), omega = 2 * kPi * given("f");  // kHz
  const double A[] = {b, -omega, 1, omega, b, 0, 0, 0, 0};
  const std::vector<double> P = propagator(A, 3, dt_ms);  // x, y, a constant current
  k[0] = P[0];
  k[1] = P[3];
  k[2] = P[2];
  k[3] = P[5];
  k[4] = given("I_e");
  k[5] = given("y_th");
  k[6] = given("x_reset");
  k[7] = given("y_reset");
  if (k[7] >= k[5])
    return Error{"y_reset is " + numberText(k[7]) + " and must lie below y_th, " + numberText(k[5]),
                 "y_reset"};
  return {};
}

constexpr const char* kDoc =
    "Resonate-and-fire neuron: a damped oscillation with a threshold.\n\n"
    "z = x + i y, dz/dt = (-1 / tau + 2 pi i f) z + I_e + I; x is like a current, y like a "
    "potential, without units. A spike that arrives adds its weight to x. y >= y_th at the end of "
    "a step: a spike, x = x_reset, y = y_reset. Two spikes one period apart fire it, two half a "
    "period apart do not (Izhikevich 2001, where z is reset to i or to another value). Integrated "
    "exactly over a step.";

}  // namespace

void add(Registry& registry) {
  const Shape shape{
      .ports = {{"I", Signal::Trace, true, "", "current, in 1/ms"},
                {"in", Signal::Spikes, true, "", "each spike adds its weight to x"},
                spikesOut()},
      .parameters = {sizeParameter(100),
                     essential(number("f", 40.0, "Hz", 0, 5000, "own frequency")),
                     essential(tau("tau", 20.0, "decay of the oscillation", 1e5)),
                     number("y_th", 1.0, "", -1e3, 1e3, "threshold of y"),
                     number("x_reset", 0.0, "", -1e3, 1e3, "x after a spike"),
                     number("y_reset", 0.0, "", -1e3, 1e3, "y after a spike"),
                     number("I_e", 0.0, "", -1e3, 1e3, "constant current, in 1/ms")},
      .columns = {{"x", "", 0, "the part like a current"},
                  {"y", "", 0, "the part like a potential"}},
      .constants = {"along", "across", "gainX", "gainY", "I_e", "y_th", "x_reset", "y_reset"}};
  registry.add(NodeType{.id = "neuron.resonate_and_fire",
                        .title = "Resonate-and-fire",
                        .doc = kDoc,
                        .role = Role::Population,
                        .group = "Neurons, rates and signals",
                        .words = "resonator subthreshold oscillation frequency preference",
                        .shape = shape,
                        .prepare = prepare,
                        .step = SPK_BUILDS(resonate_and_fire, step)});
}

}  // namespace spk::neurons::resonate_and_fire
