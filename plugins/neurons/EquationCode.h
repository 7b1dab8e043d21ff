#pragma once
#include <cstdint>
#include <vector>

#include "engine/base/Result.h"
#include "plugins/neurons/EquationStep.h"

namespace spk::neurons {

/// Words of the part that prepare reads, beside the numbers of Formula::Op.
enum class Setup : std::uint32_t { Solve = 1000, Outputs = 1001 };

struct EquationCode {
  std::vector<std::uint32_t> words;      ///< engine/sim/Program.h
  std::vector<Formula::Node> constants;  ///< what prepare computes; kNone: 0
};
/// The program of one step. Error if it would need more registers or words than there are.
Result<EquationCode> encode(const EquationStep& step);

}  // namespace spk::neurons
