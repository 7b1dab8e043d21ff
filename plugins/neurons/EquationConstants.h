#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace spk::neurons {

/// exp(M) of a square matrix, row after row: balanced, halved until it is small, Taylor's series,
/// squared again. Relative to its norm exact to about 1e-15 for what neuron models hold.
std::vector<double> matrixExponential(std::vector<double> matrix, std::size_t size);

/// Runs the part of a program that makes its constants.
/// @param parameters  in the coherent units, in the order of the text
/// @param constants   as many as the program has
void computeConstants(std::span<const std::uint32_t> program, std::span<const double> parameters,
                      double dt_ms, std::span<double> constants);

}  // namespace spk::neurons
