#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spk {

/// Arithmetic on neurons as a graph of terms, each kept once: what user equations are made of.
/// Terms come after what they are made of, so whoever needs an order has it; constants are folded
/// with the functions of engine/base/Math.
class Formula {
 public:
  enum class Op : std::uint8_t {
    // leaves; `value` is the number, or which one
    Literal,
    Parameter,
    StepWidth,  ///< dt [ms]
    Solved,     ///< a coefficient of the exact solution of linear equations
    Input,      ///< a trace, held over a step
    Weight,     ///< sum of the weights that arrive at a port in a step
    Uniform,
    Normal,  ///< drawn once a step; `value` numbers the draws
    Fired,   ///< who spikes in this step
    Time,    ///< [ms]
    State,   ///< a variable
    // of one, two or three terms
    Negate,
    Exp,
    Log,
    Sqrt,
    Abs,
    Sin,
    Cos,
    Tanh,
    Exprel,  ///< (exp(x) − 1) / x
    Round,   ///< floor(x + 1/2); of constants only
    Add,
    Subtract,
    Multiply,
    Divide,
    Min,
    Max,
    Pow,
    Less,
    LessEqual,
    Equal,
    Select,  ///< a ? b : c; truth is 1 or 0
  };
  /// How long a term keeps its value. Constant: until a parameter changes; Held: over a step.
  enum class Level : std::uint8_t { Literal, Constant, Held, Moving };
  using Node = std::int32_t;
  static constexpr Node kNone = -1;
  static constexpr int kMostStates = 62;
  using States = std::uint64_t;  ///< bit per variable, and one for time
  static constexpr States kTime = States{1} << 63;

  struct Term {
    Op op = Op::Literal;
    Level level = Level::Literal;
    Node a = kNone, b = kNone, c = kNone;
    double value = 0;
    States states = 0;  ///< that it depends on
    int index() const { return static_cast<int>(value); }
  };

  Node literal(double value);
  Node leaf(Op op, int index = 0);
  Node make(Op op, Node a, Node b = kNone, Node c = kNone);
  Node add(Node a, Node b) { return make(Op::Add, a, b); }
  Node subtract(Node a, Node b) { return make(Op::Subtract, a, b); }
  Node multiply(Node a, Node b) { return make(Op::Multiply, a, b); }
  Node divide(Node a, Node b) { return make(Op::Divide, a, b); }
  Node select(Node which, Node yes, Node no) { return make(Op::Select, which, yes, no); }
  Node power(Node base, int exponent);  ///< by multiplications, |exponent| ≤ 16

  const Term& operator[](Node node) const { return terms_[static_cast<std::size_t>(node)]; }
  Node size() const { return static_cast<Node>(terms_.size()); }
  bool isLiteral(Node node, double value) const;
  bool isConstant(Node node) const { return (*this)[node].level <= Level::Constant; }

  /// `node` with leaves replaced: `other` gives what stands for a leaf, or kNone to keep it.
  Node replaced(Node node, const std::function<Node(const Term& leaf)>& other);
  /// `node` where `condition` is known to be `truth`.
  Node assumed(Node node, Node condition, bool truth);

  /// A sum of variables times coefficients free of them, and a rest free of them.
  struct Affine {
    std::map<int, Node> coefficients;
    Node rest = kNone;
  };
  /// Nothing if `node` is not of that form in the variables of `states`.
  std::optional<Affine> affine(Node node, States states);

  /// All terms that the roots are made of, themselves too, in order.
  std::vector<Node> reachable(const std::vector<Node>& roots) const;
  static double evaluate(Op op, double a, double b, double c);
  static int operands(Op op);

 private:
  Node keep(Term term);
  Node simplified(Op op, Node a, Node b, Node c);
  Node productOf(Node a, Node b);

  struct Less {
    bool operator()(const Term& x, const Term& y) const;
  };
  std::vector<Term> terms_;
  std::map<Term, Node, Less> known_;
};

}  // namespace spk
