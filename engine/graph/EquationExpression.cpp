#include "engine/graph/EquationExpression.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/base/Math.h"

namespace spk {
namespace {

using Kind = EquationToken::Kind;
using Op = Formula::Op;
using Found = std::optional<Quantity>;

constexpr int kMostDepth = 100;

enum class Rule { Plain, Sinh, Cosh, Root, Same, Alike, Clip, Where, Power, Draw, Number };
struct Function {
  std::string_view name;
  Op op;
  int arguments;
  Rule rule;
};
constexpr Function kFunctions[] = {
    {"exp", Op::Exp, 1, Rule::Plain},     {"log", Op::Log, 1, Rule::Plain},
    {"sin", Op::Sin, 1, Rule::Plain},     {"cos", Op::Cos, 1, Rule::Plain},
    {"tanh", Op::Tanh, 1, Rule::Plain},   {"sinh", Op::Exprel, 1, Rule::Sinh},
    {"cosh", Op::Exp, 1, Rule::Cosh},     {"exprel", Op::Exprel, 1, Rule::Plain},
    {"sqrt", Op::Sqrt, 1, Rule::Root},    {"abs", Op::Abs, 1, Rule::Same},
    {"min", Op::Min, 2, Rule::Alike},     {"max", Op::Max, 2, Rule::Alike},
    {"clip", Op::Max, 3, Rule::Clip},     {"where", Op::Select, 3, Rule::Where},
    {"pow", Op::Pow, 2, Rule::Power},     {"randn", Op::Normal, 0, Rule::Draw},
    {"rand", Op::Uniform, 0, Rule::Draw}, {"int", Op::Select, 1, Rule::Number}};

const Function* functionNamed(std::string_view name) {
  const auto found = std::ranges::find(kFunctions, name, &Function::name);
  return found == std::end(kFunctions) ? nullptr : found;
}
bool isOperatorWord(std::string_view name) {
  return name == "and" || name == "or" || name == "not" || name == "in";
}

class Reader {
 public:
  Reader(EquationCursor& cursor, Formula& formula, EquationNames& names)
      : c_(cursor), f_(formula), names_(names) {}

  Found either() {
    Found left = both();
    while (left && (c_.is("or") || c_.is("|") || c_.is("||"))) {
      const EquationToken sign = c_.next();
      const Found right = both();
      if (!right || !truths(sign, *left, *right)) return {};
      left = joined(Op::Max, *left, *right);
      left->truth = true;
    }
    return left;
  }

 private:
  std::string words(const Quantity& q) const {
    return "`" + std::string(c_.piece(q.begin, q.end)) + "`";
  }
  std::string unitOf(const Quantity& q) const {
    return q.truth ? "true or false" : dimensionText(q.dimension);
  }
  std::nullopt_t problem(const Quantity& q, std::string what) const {
    return c_.problem(q.begin, q.end - q.begin, std::move(what));
  }

  Quantity joined(Op op, const Quantity& a, const Quantity& b) {
    return {f_.make(op, a.node, b.node), a.dimension, false, false, a.begin, b.end};
  }
  bool truths(const EquationToken& sign, const Quantity& a, const Quantity& b) const {
    for (const Quantity& q : {a, b})
      if (!q.truth) {
        problem(q, words(q) + " is no condition; `" + std::string(sign.text) +
                       "` joins conditions such as v > V_th");
        return false;
      }
    return true;
  }
  bool isNumber(const Quantity& q, std::string_view who) const {
    if (!q.truth) return true;
    problem(q, words(q) + " is true or false, but `" + std::string(who) +
                   "` needs a number; where(" + std::string(c_.piece(q.begin, q.end)) +
                   ", 1, 0) is one");
    return false;
  }
  bool hasNoUnit(const Quantity& q, std::string_view who) const {
    if (!isNumber(q, who)) return false;
    if (q.dimension.isNone()) return true;
    problem(q, "`" + std::string(who) + "` needs a number without unit, but " + words(q) +
                   " has the unit " + unitOf(q));
    return false;
  }
  bool alike(std::string_view who, const Quantity& a, const Quantity& b) const {
    if (!isNumber(a, who) || !isNumber(b, who)) return false;
    if (a.dimension == b.dimension || a.zero || b.zero) return true;
    problem(b, words(b) + " has the unit " + unitOf(b) + ", but " + words(a) + " has " + unitOf(a) +
                   "; `" + std::string(who) + "` needs like units");
    return false;
  }
  static Dimension unitOfBoth(const Quantity& a, const Quantity& b) {
    return a.zero ? b.dimension : a.dimension;
  }

  Found both() {
    Found left = denied();
    while (left && (c_.is("and") || c_.is("&") || c_.is("&&"))) {
      const EquationToken sign = c_.next();
      const Found right = denied();
      if (!right || !truths(sign, *left, *right)) return {};
      left = joined(Op::Multiply, *left, *right);
      left->truth = true;
    }
    return left;
  }

  Found denied() {
    if (!c_.is("not") && !c_.is("!")) return compared();
    const EquationToken sign = c_.next();
    if (++names_.depth > kMostDepth) return tooDeep(sign);
    Found inside = denied();
    --names_.depth;
    if (!inside || !truths(sign, *inside, *inside)) return {};
    inside->node = f_.subtract(f_.literal(1), inside->node);
    inside->begin = sign.at;
    return inside;
  }

  bool isComparison() const {
    for (const char* sign : {"<", "<=", ">", ">=", "==", "!="})
      if (c_.is(sign)) return true;
    return false;
  }

  Found compared() {
    const Found a = sum();
    if (!a || !isComparison()) return a;
    const EquationToken sign = c_.next();
    const Found b = sum();
    if (!b || !alike(sign.text, *a, *b)) return {};
    if (isComparison()) return c_.problem(c_.peek(), "one comparison at a time; join two by `and`");
    const std::string_view s = sign.text;
    Quantity made{f_.literal(0), {}, true, false, a->begin, b->end};
    made.node = s == "<"    ? f_.make(Op::Less, a->node, b->node)
                : s == "<=" ? f_.make(Op::LessEqual, a->node, b->node)
                : s == ">"  ? f_.make(Op::Less, b->node, a->node)
                : s == ">=" ? f_.make(Op::LessEqual, b->node, a->node)
                            : f_.make(Op::Equal, a->node, b->node);
    if (s == "!=") made.node = f_.subtract(f_.literal(1), made.node);
    return made;
  }

  Found sum() {
    Found left = product();
    while (left && (c_.is("+") || c_.is("-"))) {
      const EquationToken sign = c_.next();
      const Found right = product();
      if (!right || !alike(sign.text, *left, *right)) return {};
      const Dimension unit = unitOfBoth(*left, *right);
      left = joined(sign.text == "+" ? Op::Add : Op::Subtract, *left, *right);
      left->dimension = unit;
    }
    return left;
  }

  Found product() {
    Found left = signedOne();
    while (left && (c_.is("*") || c_.is("/") || c_.is("·"))) {
      const EquationToken sign = c_.next();
      const Found right = signedOne();
      if (!right || !isNumber(*left, sign.text) || !isNumber(*right, sign.text)) return {};
      const bool over = sign.text == "/";
      const Dimension unit =
          over ? left->dimension / right->dimension : left->dimension * right->dimension;
      if (over && f_.isLiteral(right->node, 0)) return problem(*right, "division by 0");
      left = joined(over ? Op::Divide : Op::Multiply, *left, *right);
      left->dimension = unit;
    }
    return left;
  }

  std::nullopt_t tooDeep(const EquationToken& token) const {
    return c_.problem(token, "more than " + std::to_string(kMostDepth) +
                                 " parentheses or named expressions inside one another");
  }

  Found signedOne() {
    if (!c_.is("-") && !c_.is("+")) return power();
    const EquationToken sign = c_.next();
    if (++names_.depth > kMostDepth) return tooDeep(sign);
    Found inside = signedOne();
    --names_.depth;
    if (!inside || !isNumber(*inside, sign.text)) return {};
    if (sign.text == "-") inside->node = f_.make(Op::Negate, inside->node);
    inside->begin = sign.at;
    return inside;
  }

  Found power() {
    Found base = atom();
    if (!base) return {};
    if (c_.is("²") || c_.is("³")) {
      const EquationToken sign = c_.next();
      return raised(*base, whole(sign.text == "²" ? 2 : 3, sign), sign.text);
    }
    if (!c_.is("**") && !c_.is("^")) return base;
    const EquationToken sign = c_.next();
    if (++names_.depth > kMostDepth) return tooDeep(sign);
    const Found exponent = signedOne();
    --names_.depth;
    return exponent ? raised(*base, *exponent, sign.text) : Found();
  }
  Quantity whole(int value, const EquationToken& token) {
    return {f_.literal(value), {}, false, false, token.at, token.at + token.text.size()};
  }

  Found raised(const Quantity& base, const Quantity& exponent, std::string_view who) {
    if (!isNumber(base, who) || !hasNoUnit(exponent, who)) return {};
    const auto& term = f_[exponent.node];
    const bool known = term.op == Op::Literal;
    const double value = known ? term.value : 0, quarters = 4 * value;
    Quantity made{Formula::kNone, {}, false, false, base.begin, exponent.end};
    if (!base.dimension.isNone()) {
      if (!known || quarters != std::floor(quarters) || std::fabs(value) > 16)
        return problem(exponent, words(base) + " has the unit " + unitOf(base) +
                                     "; its power must be a whole number, a half or a quarter");
      made.dimension = base.dimension.power(static_cast<int>(quarters));
    }
    if (known && value == std::floor(value) && std::fabs(value) <= 16)
      made.node = f_.power(base.node, static_cast<int>(value));
    else if (known && value == 0.5)
      made.node = f_.make(Op::Sqrt, base.node);
    else
      made.node = f_.make(Op::Pow, base.node, exponent.node);
    return made;
  }

  Found atom() {
    const EquationToken token = c_.peek();
    switch (token.kind) {
      case Kind::Number: return number();
      case Kind::Name: return named();
      case Kind::End:
      case Kind::Break:
        return c_.problem(token.at, 1,
                          "the expression ends too early; a number, a "
                          "name or `(` is expected");
      case Kind::Sign: break;
    }
    if (token.text != "(")
      return c_.problem(token, "`" + std::string(token.text) +
                                   "` is not expected here; a number, a name or `(` is");
    c_.next();
    return inParentheses(token);
  }

  Found inParentheses(const EquationToken& open) {
    if (++names_.depth > kMostDepth) return tooDeep(open);
    const bool outside = std::exchange(c_.lineEnds, false);
    Found inside = either();
    if (inside && !c_.is(")"))
      inside = c_.problem(c_.peek(), found() + " is not expected here; `)` is missing");
    c_.lineEnds = outside;
    --names_.depth;
    if (!inside) return {};
    c_.next();
    inside->begin = open.at;
    inside->end = c_.lastEnd();
    return inside;
  }

  std::string found() const {
    const EquationToken& token = c_.peek();
    return token.kind == Kind::End || token.kind == Kind::Break
               ? "the end of the line"
               : "`" + std::string(token.text) + "`";
  }

  /// A number, perhaps with a unit behind it: 20 ms, 3 mV**2.
  Found number() {
    const EquationToken token = c_.next();
    Quantity made{f_.literal(token.number), {}, false, token.number == 0, token.at, c_.lastEnd()};
    const EquationToken name = c_.peek();
    if (name.kind != Kind::Name || isOperatorWord(name.text)) return made;
    const auto unit = unitNamed(name.text);
    if (!unit) {
      bool known = false;
      (void)names_.find(name.text, known);
      return c_.problem(name, known || functionNamed(name.text)
                                  ? "a `*` is missing before `" + std::string(name.text) + "`"
                                  : unit.error().what);
    }
    c_.next();
    made.dimension = unit.value().dimension;
    const bool raise = c_.is("**") || c_.is("^");
    const std::size_t sign = raise && c_.peek(1).text == "-" ? 1 : 0;
    const EquationToken exponent = raise ? c_.peek(1 + sign) : EquationToken{};
    if (exponent.kind == Kind::Number && exponent.number == std::floor(exponent.number) &&
        exponent.number <= 8) {
      const int power = static_cast<int>(exponent.number) * (sign ? -1 : 1);
      for (std::size_t i = 0; i < 2 + sign; ++i) c_.next();
      made.dimension = made.dimension.power(4 * power);
      made.node = f_.multiply(f_.power(f_.literal(unit.value().factor()), power), made.node);
    } else {
      made.node = f_.literal(unit.value().toCoherent(token.number));
    }
    made.zero = false;
    made.end = c_.lastEnd();
    return made;
  }

  Found named() {
    const EquationToken token = c_.next();
    const std::size_t end = c_.lastEnd();
    const auto made = [&](Formula::Node node, Dimension dimension) {
      return Quantity{node, dimension, false, false, token.at, end};
    };
    if (isOperatorWord(token.text))
      return c_.problem(token, "`" + std::string(token.text) +
                                   "` is not expected here; a number, a name or `(` is");
    if (c_.is("(")) return call(token);
    bool known = false;
    if (++names_.depth > kMostDepth) return tooDeep(token);
    Found user = names_.find(token.text, known);
    --names_.depth;
    if (user) user->begin = token.at, user->end = end;
    if (user || known) return user;
    const Dimension second = Dimension::of(Dimension::Second);
    if (token.text == "t") return made(f_.leaf(Op::Time), second);
    if (token.text == "dt") return made(f_.leaf(Op::StepWidth), second);
    if (token.text == "pi") return made(f_.literal(kPi), {});
    if (token.text == "xi") {  // white noise: its integral over a step has the variance dt
      const Formula::Node draw = f_.leaf(Op::Normal, names_.draw());
      return made(f_.divide(draw, f_.make(Op::Sqrt, f_.leaf(Op::StepWidth))), second.power(-2));
    }
    if (const auto unit = unitNamed(token.text))
      return made(f_.literal(unit.value().factor()), unit.value().dimension);
    if (functionNamed(token.text))
      return c_.problem(token, "`" + std::string(token.text) + "` is a function; `(` is missing");
    return c_.problem(token, "`" + std::string(token.text) +
                                 "` is not known: no variable, parameter, function or unit has "
                                 "this name");
  }

  Found call(const EquationToken& name) {
    const Function* function = functionNamed(name.text);
    if (!function) {
      bool known = false;
      (void)names_.find(name.text, known);
      return c_.problem(name, "`" + std::string(name.text) + "` is no function" +
                                  (known ? "; a `*` is missing behind it" : ""));
    }
    const EquationToken open = c_.next();
    if (++names_.depth > kMostDepth) return tooDeep(open);
    const bool outside = std::exchange(c_.lineEnds, false);
    std::vector<Quantity> all;
    bool good = true;
    while (good && !c_.is(")")) {
      const Found one = either();
      good = one && (all.push_back(*one), true);
      if (good && !c_.eat(",") && !c_.is(")")) {
        c_.problem(c_.peek(), found() + " is not expected here; `,` or `)` is");
        good = false;
      }
    }
    c_.lineEnds = outside;
    --names_.depth;
    if (!good) return {};
    c_.next();
    if (static_cast<int>(all.size()) != function->arguments)
      return c_.problem(name.at, c_.lastEnd() - name.at,
                        "`" + std::string(name.text) + "` takes " +
                            std::to_string(function->arguments) + " values, " +
                            std::to_string(all.size()) + " are given");
    Found made = applied(*function, all);
    if (made) made->begin = name.at, made->end = c_.lastEnd();
    return made;
  }

  Found applied(const Function& function, const std::vector<Quantity>& x) {
    const std::string_view who = function.name;
    switch (function.rule) {
      case Rule::Plain:
        if (!hasNoUnit(x[0], who)) return {};
        return Quantity{f_.make(function.op, x[0].node)};
      case Rule::Sinh:
      case Rule::Cosh: {
        if (!hasNoUnit(x[0], who)) return {};
        // sinh(x) = x (exprel(x) + exprel(-x)) / 2, which does not cancel near 0
        const Formula::Node other = f_.make(Op::Negate, x[0].node);
        const Formula::Node mean = f_.multiply(
            f_.literal(0.5), f_.add(f_.make(function.op, x[0].node), f_.make(function.op, other)));
        return Quantity{function.rule == Rule::Sinh ? f_.multiply(x[0].node, mean) : mean};
      }
      case Rule::Root:
        if (!isNumber(x[0], who)) return {};
        return Quantity{f_.make(Op::Sqrt, x[0].node), x[0].dimension.power(2)};
      case Rule::Same:
        if (!isNumber(x[0], who)) return {};
        return Quantity{f_.make(function.op, x[0].node), x[0].dimension};
      case Rule::Alike:
        if (!alike(who, x[0], x[1])) return {};
        return Quantity{f_.make(function.op, x[0].node, x[1].node), unitOfBoth(x[0], x[1])};
      case Rule::Clip:
        if (!alike(who, x[0], x[1]) || !alike(who, x[0], x[2])) return {};
        return Quantity{f_.make(Op::Min, f_.make(Op::Max, x[0].node, x[1].node), x[2].node),
                        x[0].zero ? unitOfBoth(x[1], x[2]) : x[0].dimension};
      case Rule::Where:
        if (!x[0].truth)
          return problem(x[0], "`where` begins with a condition such as v > V_th; " + words(x[0]) +
                                   " is none");
        if (!alike(who, x[1], x[2])) return {};
        return Quantity{f_.select(x[0].node, x[1].node, x[2].node), unitOfBoth(x[1], x[2])};
      case Rule::Power: return raised(x[0], x[1], who);
      case Rule::Draw: return Quantity{f_.leaf(function.op, names_.draw())};
      case Rule::Number:
        if (!x[0].truth)
          return problem(x[0], "`int` makes 1 or 0 of a condition; " + words(x[0]) + " is none");
        return Quantity{x[0].node};
    }
    return {};
  }

  EquationCursor& c_;
  Formula& f_;
  EquationNames& names_;
};

}  // namespace

const EquationToken& EquationCursor::peek(std::size_t ahead) const {
  std::size_t at = at_;
  for (;; ++at) {
    if (tokens_[at].kind == Kind::Break && !lineEnds) continue;
    if (tokens_[at].kind == Kind::End || ahead == 0) return tokens_[at];
    --ahead;
  }
}
const EquationToken& EquationCursor::next() {
  for (;; ++at_) {
    if (tokens_[at_].kind == Kind::Break) {
      ++breaks_;
      if (!lineEnds) continue;
    }
    const EquationToken& token = tokens_[at_];
    if (token.kind != Kind::End) ++at_;
    lastEnd_ = token.at + token.text.size();
    return token;
  }
}
bool EquationCursor::is(std::string_view sign) const {
  const EquationToken& token = peek();
  return (token.kind == Kind::Sign || token.kind == Kind::Name) && token.text == sign;
}
bool EquationCursor::eat(std::string_view sign) {
  if (!is(sign)) return false;
  next();
  return true;
}
void EquationCursor::skipTo(std::size_t at) {
  while (tokens_[at_].kind != Kind::End && tokens_[at_].at < at) {
    breaks_ += tokens_[at_].kind == Kind::Break;
    ++at_;
  }
  lastEnd_ = at;
}
std::nullopt_t EquationCursor::problem(std::size_t at, std::size_t length, std::string what) {
  problems_->push_back(problemAt(text_, at, std::max<std::size_t>(1, length), std::move(what)));
  return std::nullopt;
}
std::nullopt_t EquationCursor::problem(const EquationToken& token, std::string what) {
  return problem(token.at, token.text.size(), std::move(what));
}

std::optional<Quantity> readExpression(EquationCursor& cursor, Formula& formula,
                                       EquationNames& names) {
  return Reader(cursor, formula, names).either();
}

bool isEquationWord(std::string_view name) {
  return functionNamed(name) || isOperatorWord(name) || name == "t" || name == "dt" ||
         name == "pi" || name == "xi" || name == "inf" || name == "rest" || name == "out" ||
         name == "on";
}

}  // namespace spk
