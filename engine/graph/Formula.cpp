#include "engine/graph/Formula.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <tuple>

#include "engine/base/Math.h"

namespace spk {
namespace {

std::uint64_t bitsOf(double x) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

}  // namespace

bool Formula::Less::operator()(const Term& x, const Term& y) const {
  return std::tuple(x.op, x.a, x.b, x.c, bitsOf(x.value)) <
         std::tuple(y.op, y.a, y.b, y.c, bitsOf(y.value));
}

int Formula::operands(Op op) {
  if (op < Op::Negate) return 0;
  if (op < Op::Add) return 1;
  return op < Op::Select ? 2 : 3;
}

double Formula::evaluate(Op op, double a, double b, double c) {
  switch (op) {
    case Op::Negate: return -a;
    case Op::Exp: return exp(a);
    case Op::Log: return log(a);
    case Op::Sqrt: return std::sqrt(a);
    case Op::Abs: return std::fabs(a);
    case Op::Sin: return sin(a);
    case Op::Cos: return cos(a);
    case Op::Tanh: return tanh(a);
    case Op::Exprel: return exprel(a);
    case Op::Round: return std::floor(a + 0.5);
    case Op::Add: return a + b;
    case Op::Subtract: return a - b;
    case Op::Multiply: return a * b;
    case Op::Divide: return a / b;
    case Op::Min: return a < b ? a : b;
    case Op::Max: return a > b ? a : b;
    case Op::Pow: return pow(a, b);
    case Op::Less: return a < b;
    case Op::LessEqual: return a <= b;
    case Op::Equal: return a == b;
    case Op::Select: return a != 0 ? b : c;
    default: return 0;  // leaves have no operands
  }
}

Formula::Node Formula::keep(Term term) {
  const auto [found, isNew] = known_.emplace(term, size());
  if (isNew) terms_.push_back(term);
  return found->second;
}

Formula::Node Formula::literal(double value) { return keep({.value = value + 0.0}); }

Formula::Node Formula::leaf(Op op, int index) {
  Term term{.op = op, .value = static_cast<double>(index)};
  term.level = op <= Op::Literal  ? Level::Literal
               : op <= Op::Solved ? Level::Constant
               : op <= Op::Fired  ? Level::Held
                                  : Level::Moving;
  if (op == Op::Time) term.states = kTime;
  if (op == Op::State) term.states = States{1} << index;
  return keep(term);
}

bool Formula::isLiteral(Node node, double value) const {
  return (*this)[node].op == Op::Literal && (*this)[node].value == value;
}

/// Constants to the left and together: k (m x) is (k m) x, so that one product is left at run time.
Formula::Node Formula::productOf(Node a, Node b) {
  if (isConstant(b) && !isConstant(a)) std::swap(a, b);
  if (!isConstant(a) || isConstant(b)) return kNone;
  const Term right = (*this)[b];
  if (right.op == Op::Multiply && isConstant(right.a))
    return multiply(multiply(a, right.a), right.b);
  return (*this)[a].op == Op::Literal && (*this)[a].value == -1 ? make(Op::Negate, b) : kNone;
}

Formula::Node Formula::simplified(Op op, Node a, Node b, Node c) {
  const auto is = [this](Node node, double value) { return isLiteral(node, value); };
  switch (op) {
    case Op::Negate: return (*this)[a].op == Op::Negate ? (*this)[a].a : kNone;
    case Op::Add: return is(a, 0) ? b : is(b, 0) ? a : kNone;
    case Op::Subtract: return is(b, 0) ? a : is(a, 0) ? make(Op::Negate, b) : kNone;
    case Op::Multiply:
      if (is(a, 0) || is(b, 0)) return literal(0);
      return is(a, 1) ? b : is(b, 1) ? a : productOf(a, b);
    case Op::Divide:
      if (is(b, 1)) return a;
      if (is(a, 0)) return a;
      return isConstant(b) && !isConstant(a) ? multiply(divide(literal(1), b), a) : kNone;
    case Op::Select:
      if ((*this)[a].op == Op::Literal) return (*this)[a].value != 0 ? b : c;
      if (b == c) return b;
      if ((*this)[b].op == Op::Select && (*this)[b].a == a) return select(a, (*this)[b].b, c);
      if ((*this)[c].op == Op::Select && (*this)[c].a == a) return select(a, b, (*this)[c].c);
      return kNone;
    default: return kNone;
  }
}

Formula::Node Formula::make(Op op, Node a, Node b, Node c) {
  if (const Node simple = simplified(op, a, b, c); simple != kNone) return simple;
  Term term{.op = op, .a = a, .b = b, .c = c};
  if (op == Op::Multiply && isConstant(b) && !isConstant(a)) std::swap(term.a, term.b);
  for (const Node part : {a, b, c}) {
    if (part == kNone) continue;
    term.level = std::max(term.level, (*this)[part].level);
    term.states |= (*this)[part].states;
  }
  if (term.level > Level::Literal) return keep(term);
  const auto number = [this](Node part) { return part == kNone ? 0 : (*this)[part].value; };
  return literal(evaluate(op, number(a), number(b), number(c)));
}

Formula::Node Formula::power(Node base, int exponent) {
  if (exponent < 0) return divide(literal(1), power(base, -exponent));
  Node result = literal(1);
  for (Node square = base; exponent > 0; exponent /= 2) {
    if (exponent % 2) result = multiply(result, square);
    if (exponent > 1) square = multiply(square, square);
  }
  return result;
}

std::vector<Formula::Node> Formula::reachable(const std::vector<Node>& roots) const {
  std::vector<char> wanted(terms_.size());
  for (const Node root : roots)
    if (root != kNone) wanted[static_cast<std::size_t>(root)] = 1;
  for (std::size_t i = terms_.size(); i-- > 0;)
    if (wanted[i])
      for (const Node part : {terms_[i].a, terms_[i].b, terms_[i].c})
        if (part != kNone) wanted[static_cast<std::size_t>(part)] = 1;
  std::vector<Node> all;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (wanted[i]) all.push_back(static_cast<Node>(i));
  return all;
}

Formula::Node Formula::replaced(Node node, const std::function<Node(const Term&)>& other) {
  std::map<Node, Node> done{{kNone, kNone}};
  for (const Node n : reachable({node})) {
    const Term term = (*this)[n];
    if (operands(term.op) == 0) {
      const Node given = other(term);
      done[n] = given == kNone ? n : given;
      continue;
    }
    const Node a = done.at(term.a), b = done.at(term.b), c = done.at(term.c);
    done[n] = a == term.a && b == term.b && c == term.c ? n : make(term.op, a, b, c);
  }
  return done.at(node);
}

Formula::Node Formula::assumed(Node node, Node condition, bool truth) {
  std::map<Node, Node> done{{kNone, kNone}};
  for (const Node n : reachable({node})) {
    const Term term = (*this)[n];
    if (n == condition) {
      done[n] = literal(truth);
    } else if (operands(term.op) == 0) {
      done[n] = n;
    } else {
      const Node a = done.at(term.a), b = done.at(term.b), c = done.at(term.c);
      done[n] = a == term.a && b == term.b && c == term.c ? n : make(term.op, a, b, c);
    }
  }
  return done.at(node);
}

std::optional<Formula::Affine> Formula::affine(Node node, States states) {
  std::map<Node, std::optional<Affine>> done;
  const auto scaled = [&](const Affine& from, const std::function<Node(Node)>& change) {
    Affine made;
    for (const auto& [state, k] : from.coefficients) made.coefficients[state] = change(k);
    made.rest = change(from.rest);
    return made;
  };
  const auto joined = [&](const Affine& x, const Affine& y,
                          const std::function<Node(Node, Node)>& f) {
    Affine made;
    const Node zero = literal(0);
    for (const auto& [state, k] : x.coefficients) {
      const auto other = y.coefficients.find(state);
      made.coefficients[state] = f(k, other == y.coefficients.end() ? zero : other->second);
    }
    for (const auto& [state, k] : y.coefficients)
      if (!x.coefficients.contains(state)) made.coefficients[state] = f(zero, k);
    made.rest = f(x.rest, y.rest);
    return made;
  };
  for (const Node n : reachable({node})) {
    const Term term = (*this)[n];
    auto& out = done[n];
    if (!(term.states & states)) {
      out = Affine{{}, n};
      continue;
    }
    if (term.op == Op::State) {
      out = Affine{{{term.index(), literal(1)}}, literal(0)};
      continue;
    }
    if (operands(term.op) == 0) continue;  // time
    const auto& a = done[term.a];
    const bool aFree = !((*this)[term.a].states & states);
    if (!a) continue;
    if (term.op == Op::Negate) out = scaled(*a, [&](Node k) { return make(Op::Negate, k); });
    if (operands(term.op) < 2) continue;
    const auto& b = done[term.b];
    const bool bFree = !((*this)[term.b].states & states);
    if (!b) continue;
    if (term.op == Op::Add || term.op == Op::Subtract)
      out = joined(*a, *b, [&](Node x, Node y) { return make(term.op, x, y); });
    if (term.op == Op::Multiply && aFree)
      out = scaled(*b, [&](Node k) { return multiply(term.a, k); });
    else if (term.op == Op::Multiply && bFree)
      out = scaled(*a, [&](Node k) { return multiply(k, term.b); });
    if (term.op == Op::Divide && bFree) out = scaled(*a, [&](Node k) { return divide(k, term.b); });
    if (term.op == Op::Select && aFree && done[term.c])
      out = joined(*b, *done[term.c], [&](Node x, Node y) { return select(term.a, x, y); });
  }
  auto result = std::move(done[node]);
  if (result)
    std::erase_if(result->coefficients,
                  [this](const auto& one) { return isLiteral(one.second, 0); });
  return result;
}

}  // namespace spk
