#pragma once
#include <bit>
#include <cstdint>

namespace spk {

// exp, log, sin and cos of our own: plain arithmetic with the same bits on every CPU, instruction
// set and in OpenCL text (the C library chooses by machine). Engine/sim/Step.h has the same
// formulas on lanes; a test holds both against each other bit by bit.

double exp(double x);     ///< below 1 ulp; 0 below −745.2, inf above 709.8, NaN stays NaN
double log(double x);     ///< below 1 ulp; −inf at 0, NaN below
double sin(double x);     ///< |x| ≤ 1e6
double cos(double x);     ///< |x| ≤ 1e6
double expm1(double x);   ///< exp(x) − 1 without cancellation; below 1.1 ulp
double log1p(double x);   ///< log(1 + x) without cancellation
double exprel(double x);  ///< (exp(x) − 1) / x, 1 at 0; below 4 ulp
double tanh(double x);    ///< below 5 ulp
double pow(double base, double exponent);  ///< base ≥ 0
inline constexpr double kPi = 3.14159265358979323846;

}  // namespace spk
