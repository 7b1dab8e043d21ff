#include "engine/base/Math.h"

#include "engine/base/MathCore.h"

namespace spk {

double exp(double x) { return core::exp(x); }
double log(double x) { return core::log(x); }
double sin(double x) { return core::sin(x); }
double cos(double x) { return core::cos(x); }
double expm1(double x) { return core::expm1(x); }
double log1p(double x) { return core::log1p(x); }
double exprel(double x) { return core::exprel(x); }
double tanh(double x) { return core::tanh(x); }
double pow(double base, double exponent) { return core::pow(base, exponent); }

}  // namespace spk
