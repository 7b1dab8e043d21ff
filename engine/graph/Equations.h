#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/Parameter.h"
#include "engine/graph/Dimension.h"
#include "engine/graph/EquationText.h"
#include "engine/graph/Formula.h"

namespace spk {

/// A neuron model written by the user, read from its text (resources/docs/equations.md has the
/// language): variables, parameters and ports with their units, and the arithmetic as formulas in
/// the coherent units. If there are problems, the rest is what could be understood.
struct Equations {
  enum class Method { Exact, ExponentialEuler, Rk4, Rk2, Euler };

  struct Variable {
    std::string name;
    PhysicalUnit unit;  ///< of the column
    std::string doc = {};
    Formula::Node derivative = Formula::kNone;  ///< in unit per ms
    bool frozen = false;                        ///< keeps its value while the neuron is refractory
    double initial = 0;
    std::string initialFrom = {};  ///< or the parameter it begins with
  };
  struct Constant {
    Parameter parameter;
    PhysicalUnit unit;
  };
  struct Input {
    std::string name;
    PhysicalUnit unit;
    std::string doc = {};
  };
  /// What becomes of a variable. `value` is in the unit of its column.
  struct Statement {
    int variable = 0;
    Formula::Node value = Formula::kNone;
    bool always = false;  ///< changes nothing where the weight is 0
  };
  /// A port for spikes, and what their summed weight does.
  struct Port {
    std::string name, unit = {}, doc = {};
    std::vector<Statement> statements = {};
  };

  Formula formula;
  std::vector<Variable> variables;
  std::vector<Constant> parameters;
  std::vector<Input> inputs;
  std::vector<Port> ports;
  Formula::Node threshold = Formula::kNone;
  std::vector<Statement> reset;
  Formula::Node refractoryTime = Formula::kNone;   ///< [ms], or
  Formula::Node refractoryWhile = Formula::kNone;  ///< as long as this is true
  Method method = Method::Rk4;
  int draws = 0;
  std::vector<EquationProblem> problems;

  bool isRefractory() const {
    return refractoryTime != Formula::kNone || refractoryWhile != Formula::kNone;
  }
};

Equations readEquations(std::string_view text);
/// The first problem as an error, if there is one: "line 2, column 7: …".
Result<void> checkEquations(std::string_view text);
std::string_view methodWord(Equations::Method method);

}  // namespace spk
