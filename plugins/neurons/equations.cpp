#include "engine/graph/Equations.h"

#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/graph/units.h"
#include "engine/sim/Step.h"
#include "engine/sim/population.h"
#include "plugins/neurons/EquationCode.h"
#include "plugins/neurons/EquationConstants.h"
#include "plugins/neurons/EquationModels.h"

namespace spk::neurons {
SPK_KERNEL(equations, step)
}

namespace spk::neurons::equations {
namespace {

constexpr std::size_t kOwnParameters = 2;  // before those of the text: n, equations

std::string textOf(const Item& item) { return textOr(item.values, "equations", kLif); }

/// A term in the words of the text, for messages about a constant.
std::string words(const Equations& e, const EquationStep& step, Formula::Node node, int depth = 0) {
  if (node == Formula::kNone) return "0";
  const Formula::Term& t = step.formula[node];
  const auto inner = [&](Formula::Node part) { return words(e, step, part, depth + 1); };
  if (depth > 5) return "…";
  switch (t.op) {
    case Formula::Op::Literal: return numberText(t.value);
    case Formula::Op::Parameter:
      return e.parameters[static_cast<std::size_t>(t.index())].parameter.name;
    case Formula::Op::StepWidth: return "dt";
    case Formula::Op::Solved:
      for (const auto& system : step.systems)
        for (const auto& wanted : system.wanted)
          if (wanted.solved == t.index())
            return "the solution for " + e.variables[static_cast<std::size_t>(wanted.row)].name;
      return "a solution";
    case Formula::Op::Negate: return "-" + inner(t.a);
    case Formula::Op::Add: return "(" + inner(t.a) + " + " + inner(t.b) + ")";
    case Formula::Op::Subtract: return "(" + inner(t.a) + " - " + inner(t.b) + ")";
    case Formula::Op::Multiply: return inner(t.a) + "*" + inner(t.b);
    case Formula::Op::Divide: return inner(t.a) + "/" + inner(t.b);
    default: return "f(" + inner(t.a) + ")";
  }
}

void addParameters(const Equations& e, Shape& shape) {
  for (const Equations::Constant& one : e.parameters) shape.parameters.push_back(one.parameter);
}

void addPortsAndColumns(const Equations& e, Shape& shape) {
  for (const Equations::Input& one : e.inputs)
    shape.ports.push_back({one.name, Signal::Trace, true, one.unit.text, one.doc});
  for (const Equations::Port& one : e.ports)
    shape.ports.push_back({one.name, Signal::Spikes, true, one.unit, one.doc});
  for (const Equations::Variable& one : e.variables) {
    Column column{one.name, one.unit.text, one.initial, one.doc};
    column.initialFrom = one.initialFrom;
    for (const Equations::Constant& from : e.parameters)
      if (from.parameter.name == one.initialFrom)
        column.initial = asNumber(from.parameter.initial).value_or(0);
    shape.columns.push_back(std::move(column));
  }
  if (e.isRefractory())
    shape.columns.push_back({"rest", "steps", 0, "steps left of the refractory time"});
}

/// A text with problems leaves the node its size, its text and its output.
Shape describe(const Item& item) {
  Shape shape{.ports = {},
              .parameters = {sizeParameter(1000),
                             {.name = "equations",
                              .kind = Kind::Equation,
                              .initial = std::string(kLif),
                              .doc = "the model: one line for each equation, section or parameter",
                              .live = false}}};
  const Equations e = readEquations(textOf(item));
  if (e.problems.empty()) {
    addParameters(e, shape);
    addPortsAndColumns(e, shape);
    const EquationStep step = stepOf(e);
    if (const auto code = encode(step))
      for (const Formula::Node node : code.value().constants)
        shape.constants.push_back(words(e, step, node));
  }
  shape.ports.push_back({"out", Signal::Spikes, false, "", "spikes"});
  return shape;
}

Result<std::vector<std::uint32_t>> compileText(std::string_view text) {
  if (const auto good = checkEquations(text); !good) return Error{good.error().what, "equations"};
  TRY(EquationCode code, encode(stepOf(readEquations(text))));
  return std::move(code.words);
}
Result<std::vector<std::uint32_t>> compile(const Item& item, double) {
  return compileText(textOf(item));
}

Result<void> prepare(const Given& given, double dt_ms, std::span<double> constants) {
  std::vector<std::uint32_t> own;
  std::span<const std::uint32_t> program = given.program();
  if (program.empty()) {
    TRY(own, compileText(given.text("equations")));
    program = own;
  }
  std::vector<double> parameters;
  const auto& all = given.shape().parameters;
  for (std::size_t i = kOwnParameters; i < all.size(); ++i) {
    if (all[i].kind != Kind::Number || !all[i].each) break;  // those of every node follow
    TRY(const PhysicalUnit unit, readUnit(all[i].unit.empty() ? "1" : all[i].unit));
    parameters.push_back(unit.toCoherent(given(all[i].name) / coherentFactor(all[i].unit)));
  }
  computeConstants(program, parameters, dt_ms, constants);
  return {};
}

constexpr const char* kDoc =
    "Neurons of your own equations, in the manner of Brian2.\n\n"
    "One line for each thing: `dv/dt = (E_L - v + R*I)/tau : mV (refractory)` a variable with its "
    "unit, kept while the neuron is refractory where it says so; `I = I_syn + I_e : pA` a named "
    "expression; `I_ext : pA (input)` a port for a trace; `on in: I_syn += w` what a spike that "
    "arrives at port `in` does with its weight; `threshold: v >= V_th`; `reset: v = V_reset; w += "
    "b`; `refractory: 2 ms`, or a condition; `initial: v = E_L`; `method: rk4`; `tau = 20 ms in "
    "[1 ms, 200 ms]  # words` a parameter with its bounds. A line that is indented goes on with "
    "the "
    "one above; # begins a comment.\n\n"
    "Functions: exp log sqrt abs min max tanh sinh cosh sin cos exprel pow clip where(condition, "
    "a, "
    "b) int, randn() rand() and xi (white noise). Units are checked. In a step: integration, then "
    "arrivals in the order of the ports, threshold, reset statement by statement. Linear equations "
    "are integrated exactly (Rotter & Diesmann 1999), others by rk4 unless `method:` asks for "
    "exponential_euler, rk2 or euler. The page \"Equations\" of the docs says all of it.";

}  // namespace

void add(Registry& registry) {
  NodeType type{.id = "neuron.equations",
                .title = "Equations",
                .doc = kDoc,
                .role = Role::Population,
                .group = "Neurons",
                .words = "custom user defined model differential equation ODE Brian formula",
                .shape = describe({}),
                .describe = describe,
                .prepare = prepare,
                .step = SPK_BUILDS(equations, step),
                .compile = compile};
  for (const EquationModel& model : kEquationModels)
    type.presets.push_back({model.name, {{"equations", std::string(model.text)}}});
  registry.add(std::move(type));
}

}  // namespace spk::neurons::equations
