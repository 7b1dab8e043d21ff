#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace spk {

/// exp(A t) for a small matrix: the state of dx/dt = A x after a time t is exp(A t) x. A constant
/// input is one more variable whose own row is zero. By Taylor's series of A t / 2^k, squared k
/// times; equal or close time constants need no special case. About 1e-14 of the largest entry.
/// @param A  n rows of n, finite
std::vector<double> propagator(std::span<const double> A, std::size_t n, double t);

}  // namespace spk
