#pragma once
#include <vector>

#include "engine/graph/Equations.h"

namespace spk::neurons {

/// One step of user equations as formulas: the integration method worked in, inputs, threshold and
/// reset put in their order. The last column is `rest` where the neurons are refractory.
struct EquationStep {
  using Node = Formula::Node;
  /// Linear equations dx/dt = A x + B u + c, to be solved exactly over a step: the constants of
  /// the solution are entries of exp(M dt), M = [A B c; 0].
  struct Linear {
    struct Entry {
      int row, column;
      Node value;
    };
    struct Wanted {
      int row, column, solved;  ///< solved: number of the Formula::Op::Solved
    };
    int size = 0;  ///< of M
    std::vector<Entry> entries;
    std::vector<Wanted> wanted;
  };

  Formula formula;
  std::vector<Linear> systems;
  std::vector<Node> before;  ///< by column: at the end of the step, but for resets
  std::vector<Node> after;   ///< and with them
  Node threshold = Formula::kNone;
  Node rest = Formula::kNone;   ///< the column, as it was at the beginning
  std::uint32_t firstPort = 0;  ///< inputs are traces, then ports
};

EquationStep stepOf(const Equations& equations);

}  // namespace spk::neurons
