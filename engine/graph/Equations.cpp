#include "engine/graph/Equations.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

#include "engine/graph/EquationExpression.h"

namespace spk {
namespace {

using Kind = EquationToken::Kind;
using Op = Formula::Op;
using Node = Formula::Node;
using Method = Equations::Method;

constexpr std::size_t kMostText = 16384;
constexpr std::size_t kMostVariables = 24, kMostPorts = 15, kMostParameters = 64;
constexpr int kMostDraws = 16;
constexpr Node kMostTerms = 20'000;
constexpr std::size_t kAnyLine = ~std::size_t{0};
constexpr std::string_view kSections[] = {"threshold", "reset",      "refractory",
                                          "method",    "parameters", "initial"};
/// Every node has these itself.
constexpr std::string_view kOwn[] = {"n", "name",   "muted",     "bypassed", "x",
                                     "y", "stream", "equations", "points"};
constexpr std::string_view kMethods[] = {"exact", "exponential_euler", "rk4", "rk2", "euler"};

bool isSection(std::string_view name) {
  return std::ranges::find(kSections, name) != std::end(kSections);
}
std::string quoted(std::string_view words) { return "`" + std::string(words) + "`"; }

/// Reads a text in two passes: first who there is, then what each line says of them.
class EquationsReader {
 public:
  explicit EquationsReader(std::string_view text) : text_(text) {}

  Equations read() && {
    if (text_.size() > kMostText) {
      problem(kMostText, 1, "the text is longer than 16384 bytes");
      return std::move(e_);
    }
    lines_ = splitEquations(text_, e_.problems);
    for (const EquationLine& line : lines_) declare(line);
    if (e_.variables.empty() && e_.problems.empty())
      problem(0, 1, "there is no equation; a line such as dv/dt = -v/tau : mV is expected");
    limits();
    if (!e_.problems.empty()) return std::move(e_);
    for (const Line& line : derivatives_) derivative(line);
    for (auto& [name, symbol] : symbols_)
      if (symbol.what == Symbol::What::Expression) (void)expression(symbol);
    for (const Line& line : sections_) section(line);
    together();
    if (e_.problems.empty()) chooseMethod();
    std::ranges::stable_sort(e_.problems, {}, &EquationProblem::at);
    return std::move(e_);
  }

 private:
  /// A statement, and where its words go on behind what was understood.
  struct Line {
    const EquationLine* line = nullptr;
    int index = 0;          // of the variable or port
    std::string_view name;  // of the section
    std::size_t at = 0;     // where it goes on
  };
  struct Symbol {
    enum class What { Variable, Parameter, Expression, Input, Port } what;
    std::size_t at = 0;
    int index = 0;
    Line line = {};
    enum class State { New, Open, Done, Bad } state = State::New;  // of an expression
    Quantity value = {};
  };

  void problem(std::size_t at, std::size_t length, std::string what) {
    e_.problems.push_back(problemAt(text_, at, length, std::move(what)));
  }
  EquationCursor cursorOf(const EquationLine& line, std::size_t at = 0) {
    EquationCursor cursor(text_, line.tokens, e_.problems);
    if (at) cursor.skipTo(at);
    return cursor;
  }
  std::size_t wordLength(std::size_t at) const {
    std::size_t end = at;
    while (end < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[end])) ||
                                  (static_cast<unsigned char>(text_[end]) & 0x80)))
      ++end;
    return end - at;
  }
  static std::string docOf(const EquationLine& line, std::size_t breaks, std::string_view kind,
                           std::string_view name) {
    std::string comment;
    for (std::size_t i = 0; i < line.comments.size() && comment.empty(); ++i)
      if (breaks == kAnyLine || breaks == i) comment = line.comments[i];
    return comment.size() >= 8 ? comment
                               : std::string(kind) + " " + std::string(name) +
                                     (comment.empty() ? " of the equations" : ": " + comment);
  }

  // --- first pass: names, units, parameters ---

  void declare(const EquationLine& line) {
    EquationCursor c = cursorOf(line);
    const EquationToken first = c.next(), second = c.next();
    if (first.kind != Kind::Name)
      return (void)c.problem(first, quoted(first.text) + " does not begin a line; " + kBegins);
    if (first.text == "on" && second.kind == Kind::Name && c.is(":")) return port(line, second, c);
    if (second.text == ":" && isSection(first.text)) {
      for (const Line& other : sections_)
        if (other.name == first.text && first.text != "parameters" && first.text != "initial")
          return (void)c.problem(first, quoted(first.text) + " is there twice");
      if (first.text == "parameters") return parameters(line, c);
      sections_.push_back({&line, 0, first.text, c.lastEnd()});
      return;
    }
    if (second.text == ":") return input(line, first, c);
    if (second.text == "/" && first.text.starts_with('d') && c.is("dt"))
      return variable(line, first, c);
    if (second.text != "=")
      return (void)c.problem(first, quoted(first.text) + " begins no statement; " + kBegins);
    const bool hasUnit =
        std::ranges::any_of(line.tokens, [](const EquationToken& t) { return t.text == ":"; });
    if (hasUnit) {
      if (Symbol* symbol = define(first, Symbol::What::Expression, 0, c))
        symbol->line = {&line, 0, first.text, c.lastEnd()};
      return;
    }
    if (c.peek().kind == Kind::Number || c.is("-") || c.is("+")) return parameter(line, first, c);
    c.problem(line.end, 1, "`: unit` is missing at the end, as in I = I_syn + I_e : pA");
  }

  /// Takes a name for something; nothing if it is taken.
  Symbol* define(const EquationToken& name, Symbol::What what, int index, EquationCursor& c) {
    const bool plain = std::ranges::all_of(
        name.text, [](char letter) { return static_cast<unsigned char>(letter) < 0x80; });
    const auto bad = [&](std::string why) -> Symbol* {
      c.problem(name, quoted(name.text) + why);
      return nullptr;
    };
    if (!plain || name.text.front() == '_')
      return bad(" is no name; names begin with a letter and are of a-z, A-Z, 0-9 and _");
    if (isEquationWord(name.text) && !(what == Symbol::What::Port && name.text == "in"))
      return bad(" is a word of the language and cannot be a name");
    if (what == Symbol::What::Parameter && std::ranges::find(kOwn, name.text) != std::end(kOwn))
      return bad(" is a parameter that every node has; choose another name");
    const auto [found, isNew] = symbols_.emplace(name.text, Symbol{what, name.at, index});
    if (!isNew) return bad(" is defined twice");
    return &found->second;
  }

  /// `: unit (flags)` at the end of a line; the flags are handed to `flag`, which knows them or
  /// not.
  template <class Flag>
  std::optional<PhysicalUnit> unitAndFlags(const EquationLine& line, EquationCursor& c, Flag flag,
                                           const char* flagsWords) {
    std::size_t at = c.lastEnd();
    const std::size_t stop = std::min({text_.find('\n', at), text_.find('#', at), line.end});
    const std::string_view upTo = text_.substr(0, stop);
    auto unit = readUnit(upTo, at);
    if (!unit) {
      c.problem(at, wordLength(at), unit.error().what);
      return {};
    }
    c.skipTo(at);
    while (c.eat("(")) {
      const std::size_t begin = c.peek().at;
      while (!c.isAtEnd() && !c.is(")")) c.next();
      const std::string_view words = text_.substr(begin, c.lastEnd() - begin);
      if (!c.eat(")")) {
        c.problem(begin, 1, "`)` is missing behind " + quoted(words));
        return {};
      }
      if (!flag(words)) {
        c.problem(begin, words.size(), quoted(words) + " is not known here; " + flagsWords);
        return {};
      }
    }
    if (c.isAtEnd()) return std::move(unit).value();
    c.problem(c.peek(), quoted(c.peek().text) + " is not expected behind the unit");
    return {};
  }

  void variable(const EquationLine& line, const EquationToken& first, EquationCursor& c) {
    c.next();  // dt
    EquationToken name = first;
    name.text.remove_prefix(1);
    ++name.at;
    if (name.text.empty())
      return (void)c.problem(first, "the name of a variable is missing, as in dv/dt");
    if (!c.eat("="))
      return (void)c.problem(c.peek(), "`=` is expected behind d" + std::string(name.text) + "/dt");
    const std::size_t right = c.lastEnd();
    while (!c.isAtEnd() && !c.is(":")) c.next();
    if (!c.eat(":"))
      return (void)c.problem(line.end, 1,
                             "`: unit` is missing at the end, the unit of " + quoted(name.text));
    Equations::Variable made{
        std::string(name.text), {}, docOf(line, kAnyLine, "variable", name.text)};
    const auto unit = unitAndFlags(
        line, c,
        [&](std::string_view flag) {
          made.frozen = flag == "refractory" || flag == "unless refractory";
          return made.frozen;
        },
        "(refractory) keeps a variable while the neuron is refractory");
    if (!unit) return;
    made.unit = *unit;
    if (!define(name, Symbol::What::Variable, static_cast<int>(e_.variables.size()), c)) return;
    derivatives_.push_back({&line, static_cast<int>(e_.variables.size()), name.text, right});
    e_.variables.push_back(std::move(made));
  }

  void input(const EquationLine& line, const EquationToken& name, EquationCursor& c) {
    bool said = false;
    const auto unit = unitAndFlags(
        line, c, [&](std::string_view flag) { return said = flag == "input"; },
        "(input) makes a port for a trace");
    if (!unit) return;
    if (!said)
      return (void)c.problem(name, quoted(name.text) + " has a unit but no value; " +
                                       std::string(name.text) + " : " + textOf(*unit) +
                                       " (input) is a port for a trace, " + std::string(name.text) +
                                       " = 1 " + textOf(*unit) + " a parameter");
    if (!define(name, Symbol::What::Input, static_cast<int>(e_.inputs.size()), c)) return;
    e_.inputs.push_back({std::string(name.text), *unit, docOf(line, kAnyLine, "trace", name.text)});
  }
  static std::string textOf(const PhysicalUnit& unit) {
    return unit.text.empty() ? "1" : unit.text;
  }

  void port(const EquationLine& line, const EquationToken& name, EquationCursor& c) {
    c.next();
    if (!define(name, Symbol::What::Port, static_cast<int>(e_.ports.size()), c)) return;
    sections_.push_back({&line, static_cast<int>(e_.ports.size()), "on", c.lastEnd()});
    e_.ports.push_back(
        {std::string(name.text), {}, docOf(line, kAnyLine, "spikes for", name.text)});
  }

  void parameters(const EquationLine& line, EquationCursor& c) {
    c.lineEnds = true;
    while (!c.isAtEnd()) {
      if (c.eat(";") || c.peek().kind == Kind::Break) {
        if (c.peek().kind == Kind::Break) c.next();
        continue;
      }
      const EquationToken name = c.next();
      if (name.kind != Kind::Name || !c.eat("="))
        return (void)c.problem(name,
                               "a parameter such as tau = 20 ms in [1 ms, 200 ms] is "
                               "expected, not " +
                                   quoted(name.text));
      const std::size_t before = e_.problems.size();
      parameter(line, name, c);
      if (e_.problems.size() > before) return;
    }
  }

  /// A number with its unit, in the unit of `like` if that is given.
  std::optional<double> numberOf(EquationCursor& c, PhysicalUnit& unit, const PhysicalUnit* like) {
    const bool minus = c.eat("-");
    if (!minus) (void)c.eat("+");
    const EquationToken number = c.next();
    if (like && number.text == "inf") return minus ? -HUGE_VAL : HUGE_VAL;
    if (number.kind != Kind::Number) {
      c.problem(number, "a number is expected, not " + quoted(number.text));
      return {};
    }
    const double value = minus ? -number.number : number.number;
    const EquationToken& after = c.peek();
    if (like && (after.text == "," || after.text == "]")) return value;
    if (after.kind == Kind::End || after.kind == Kind::Break || after.text == ";" ||
        after.text == "in")
      return value;
    std::size_t at = c.lastEnd();
    auto read = readUnit(
        text_.substr(0, std::min({text_.find('\n', at), text_.find('#', at), text_.size()})), at);
    if (!read) {
      c.problem(at, wordLength(at), read.error().what);
      return {};
    }
    c.skipTo(at);
    unit = std::move(read).value();
    if (!like) return value;
    if (unit.dimension == like->dimension)
      return unit.quarterTens == like->quarterTens
                 ? value
                 : PhysicalUnit{{}, unit.quarterTens - like->quarterTens}.toCoherent(value);
    c.problem(number.at, c.lastEnd() - number.at,
              "the bound is in " + dimensionText(unit.dimension) + ", the parameter in " +
                  dimensionText(like->dimension));
    return {};
  }

  void parameter(const EquationLine& line, const EquationToken& name, EquationCursor& c) {
    Equations::Constant made;
    Parameter& p = made.parameter;
    p.name = name.text;
    p.doc = docOf(line, c.breaks(), "parameter", name.text);
    const auto value = numberOf(c, made.unit, nullptr);
    if (!value) return;
    p.initial = *value;
    p.unit = made.unit.text;
    p.each = true;
    if (c.eat("in")) {
      if (!c.eat("["))
        return (void)c.problem(c.peek(), "bounds such as [1 ms, 200 ms] are expected behind `in`");
      PhysicalUnit unit;
      const auto low = numberOf(c, unit, &made.unit);
      if (!low) return;
      if (!c.eat(",")) return (void)c.problem(c.peek(), "`,` is expected between the bounds");
      const auto high = numberOf(c, unit, &made.unit);
      if (!high) return;
      if (!c.eat("]")) return (void)c.problem(c.peek(), "`]` is expected behind the bounds");
      p.min = *low, p.max = *high;
      if (!(p.min < p.max))
        return (void)c.problem(
            name, "the lower bound of " + quoted(name.text) + " must lie below the upper one");
      if (*value < p.min || *value > p.max)
        return (void)c.problem(name, quoted(name.text) + " = " + numberText(*value) +
                                         " lies outside its bounds, " + numberText(p.min) + " … " +
                                         numberText(p.max));
    }
    if (c.peek().kind != Kind::End && c.peek().kind != Kind::Break && !c.is(";"))
      return (void)c.problem(c.peek(), quoted(c.peek().text) +
                                           " is not expected behind a parameter; `in [low, high]`, "
                                           "`;` or the end of the line is");
    if (!define(name, Symbol::What::Parameter, static_cast<int>(e_.parameters.size()), c)) return;
    p.essential = e_.parameters.size() < 2;
    e_.parameters.push_back(std::move(made));
  }

  void limits() {
    if (e_.variables.size() > kMostVariables)
      problem(0, 1, "there are " + std::to_string(e_.variables.size()) + " variables; 24 at most");
    if (e_.inputs.size() + e_.ports.size() > kMostPorts)
      problem(0, 1, "there are more than 15 inputs");
    if (e_.parameters.size() > kMostParameters) problem(0, 1, "there are more than 64 parameters");
  }

  // --- second pass: expressions ---

  EquationNames names() {
    if (nested_ == 0) depth_ = 0;
    return {[this](std::string_view name, bool& known) { return quantity(name, known); },
            [this] { return e_.draws++; }, depth_};
  }

  Node inCoherent(Node leaf, const PhysicalUnit& unit) {
    return unit.quarterTens ? e_.formula.multiply(e_.formula.literal(unit.factor()), leaf) : leaf;
  }
  Node inUnit(Node value, const PhysicalUnit& unit) {
    return unit.quarterTens ? e_.formula.divide(value, e_.formula.literal(unit.factor())) : value;
  }

  std::optional<Quantity> quantity(std::string_view name, bool& known) {
    const auto found = symbols_.find(name);
    if (found == symbols_.end() || found->second.what == Symbol::What::Port) {
      if (!weight_ || (name != "w" && name != "weight")) return {};
      known = true;
      const Node leaf = e_.formula.leaf(Op::Weight, weight_->port);
      return Quantity{weight_->factor == 1
                          ? leaf
                          : e_.formula.multiply(e_.formula.literal(weight_->factor), leaf),
                      weight_->dimension};
    }
    known = true;
    Symbol& symbol = found->second;
    const auto i = static_cast<std::size_t>(symbol.index);
    switch (symbol.what) {
      case Symbol::What::Variable:
        return Quantity{inCoherent(e_.formula.leaf(Op::State, symbol.index), e_.variables[i].unit),
                        e_.variables[i].unit.dimension};
      case Symbol::What::Input:
        return Quantity{inCoherent(e_.formula.leaf(Op::Input, symbol.index), e_.inputs[i].unit),
                        e_.inputs[i].unit.dimension};
      case Symbol::What::Parameter:
        return Quantity{e_.formula.leaf(Op::Parameter, symbol.index),
                        e_.parameters[i].unit.dimension};
      case Symbol::What::Expression: return expression(symbol);
      case Symbol::What::Port: break;
    }
    return {};
  }

  /// Whether a value goes where one of `wanted` is asked for; says so if it does not.
  bool fits(EquationCursor& c, const Quantity& q, const Dimension& wanted,
            const std::string& where) {
    const std::string words = quoted(c.piece(q.begin, q.end));
    if (q.truth) {
      c.problem(
          q.begin, q.end - q.begin,
          words + " is true or false, and " + where + " needs a number; where(…, 1, 0) is one");
      return false;
    }
    if (q.dimension == wanted || q.zero) return true;
    const auto text = [](const Dimension& d) {
      return d.isNone() ? std::string("no unit") : "the unit " + dimensionText(d);
    };
    c.problem(q.begin, q.end - q.begin,
              words + " has " + text(q.dimension) + ", and " + where + " needs " +
                  (wanted.isNone() ? "a number without unit" : dimensionText(wanted)));
    return false;
  }

  void derivative(const Line& line) {
    EquationCursor c = cursorOf(*line.line, line.at);
    Equations::Variable& v = e_.variables[static_cast<std::size_t>(line.index)];
    EquationNames all = names();
    const auto value = readExpression(c, e_.formula, all);
    if (!value) return;
    if (!c.is(":"))
      return (void)c.problem(
          c.peek(), quoted(c.peek().text) + " is not expected here; an operator or `: unit` is");
    const std::string where = "`d" + v.name + "/dt : " + textOf(v.unit) + "`";
    if (!fits(c, *value, v.unit.dimension / Dimension::of(Dimension::Second), where)) return;
    v.derivative = inUnit(value->node, v.unit);
    tooLong(line);
  }

  void tooLong(const Line& line) {
    if (e_.formula.size() > kMostTerms && e_.problems.empty())
      problem(line.line->begin, 1, "the equations have more than 20000 terms");
  }

  std::optional<Quantity> expression(Symbol& symbol) {
    if (symbol.state == Symbol::State::Done) return symbol.value;
    if (symbol.state == Symbol::State::Bad) return {};
    const Line& line = symbol.line;
    EquationCursor c = cursorOf(*line.line, line.at);
    if (symbol.state == Symbol::State::Open) {
      symbol.state = Symbol::State::Bad;
      return c.problem(symbol.at, line.name.size(), quoted(line.name) + " is defined by itself");
    }
    symbol.state = Symbol::State::Open;
    const auto outside = std::exchange(weight_, nullptr);
    ++nested_;
    EquationNames all = names();
    const auto value = readExpression(c, e_.formula, all);
    --nested_;
    weight_ = outside;
    const bool wasOpen = symbol.state == Symbol::State::Open;
    symbol.state = Symbol::State::Bad;
    if (!value || !wasOpen) return {};
    if (!c.eat(":"))
      return c.problem(c.peek(),
                       quoted(c.peek().text) + " is not expected here; an operator or `: unit` is");
    const auto unit = unitAndFlags(
        *line.line, c, [](std::string_view) { return false; }, "named expressions have no flags");
    if (!unit) return {};
    const std::string where = quoted(std::string(line.name) + " : " + textOf(*unit));
    if (!fits(c, *value, unit->dimension, where)) return {};
    symbol.value = *value;
    symbol.value.dimension = unit->dimension;
    symbol.value.zero = false;
    symbol.state = Symbol::State::Done;
    tooLong(line);
    return symbol.value;
  }

  void section(const Line& line) {
    EquationCursor c = cursorOf(*line.line, line.at);
    if (line.name == "method") return method(c);
    if (line.name == "threshold") return threshold(c);
    if (line.name == "refractory") return refractory(c);
    if (line.name == "initial") return initial(c);
    if (line.name == "reset") resetAt_ = line.line->begin;
    if (c.isAtEnd())
      return (void)c.problem(line.line->end, 1,
                             line.name == "on" ? "a statement such as I_syn += w is expected"
                                               : "a statement such as v = V_reset is expected");
    if (line.name == "reset") {
      e_.reset = statements(c, nullptr);
      return;
    }
    Weighted weight{line.index, Dimension::of(Dimension::Weight), 1, {}};
    e_.ports[static_cast<std::size_t>(line.index)].statements = statements(c, &weight);
    if (weight.unit) e_.ports[static_cast<std::size_t>(line.index)].unit = *weight.unit;
    tooLong(line);
  }

  void method(EquationCursor& c) {
    methodToken_ = c.next();
    const auto found = std::ranges::find(kMethods, methodToken_.text);
    if (found == std::end(kMethods))
      return (void)c.problem(methodToken_, quoted(methodToken_.text) +
                                               " is no method; exact, exponential_euler, rk4, rk2 "
                                               "and euler are");
    if (!c.isAtEnd())
      c.problem(c.peek(), quoted(c.peek().text) + " is not expected behind the method");
    asked_ = static_cast<Method>(found - std::begin(kMethods));
  }

  std::optional<Quantity> whole(EquationCursor& c) {
    EquationNames all = names();
    auto value = readExpression(c, e_.formula, all);
    if (!value || c.isAtEnd()) return value;
    return c.problem(c.peek(), quoted(c.peek().text) +
                                   " is not expected here; an operator or the end of the line is");
  }

  void threshold(EquationCursor& c) {
    const auto value = whole(c);
    if (!value) return;
    if (!value->truth)
      return (void)c.problem(value->begin, value->end - value->begin,
                             quoted(c.piece(value->begin, value->end)) +
                                 " is no condition; the threshold is one, such as v >= V_th");
    e_.threshold = value->node;
  }

  void refractory(EquationCursor& c) {
    refractoryAt_ = c.peek().at;
    const auto value = whole(c);
    if (!value) return;
    if (value->truth) return (void)(e_.refractoryWhile = value->node);
    if (!fits(c, *value, Dimension::of(Dimension::Second), "the refractory time")) return;
    if (!e_.formula.isConstant(value->node))
      return (void)c.problem(value->begin, value->end - value->begin,
                             "the refractory time is a constant such as 2 ms, or a condition");
    e_.refractoryTime = value->node;
  }

  /// The variable that a statement sets; nothing, with a problem, if it is none.
  std::optional<int> target(EquationCursor& c) {
    const EquationToken name = c.next();
    const auto found = symbols_.find(name.text);
    if (name.kind == Kind::Name && found != symbols_.end() &&
        found->second.what == Symbol::What::Variable)
      return found->second.index;
    c.problem(name, found == symbols_.end()
                        ? quoted(name.text) +
                              " is no variable; a statement sets one, as in v = "
                              "V_reset"
                        : quoted(name.text) + " has no equation d" + std::string(name.text) +
                              "/dt; only variables that have one can be set");
    return {};
  }

  /// Goes over the end of a statement: `;` or a line's end.
  bool ended(EquationCursor& c) {
    if (c.isAtEnd() || c.eat(";") || c.peek().kind == Kind::Break) return true;
    c.problem(c.peek(),
              quoted(c.peek().text) + " is not expected here; an operator, `;` or a new line is");
    return false;
  }

  struct Weighted {
    int port;
    Dimension dimension;
    double factor;
    std::optional<std::string> unit;
  };

  std::vector<Equations::Statement> statements(EquationCursor& c, Weighted* weight) {
    std::vector<Equations::Statement> all;
    c.lineEnds = true;
    while (!c.isAtEnd()) {
      if (c.peek().kind == Kind::Break || c.is(";")) {
        c.next();
        continue;
      }
      const auto variable = target(c);
      if (!variable) return all;
      const EquationToken op = c.next();
      if (op.text != "=" && op.text != "+=" && op.text != "-=" && op.text != "*=" &&
          op.text != "/=") {
        c.problem(op, quoted(op.text) + " is not expected here; =, +=, -=, *= or /= is");
        return all;
      }
      const auto made = statement(c, *variable, op, weight);
      if (!made || !ended(c)) return all;
      all.push_back(*made);
    }
    return all;
  }

  std::optional<Equations::Statement> statement(EquationCursor& c, int variable,
                                                const EquationToken& op, Weighted* weight) {
    const Equations::Variable& v = e_.variables[static_cast<std::size_t>(variable)];
    const EquationCursor begin = c;
    const int draws = e_.draws;
    weight_ = weight;
    EquationNames all = names();
    auto value = readExpression(c, e_.formula, all);
    const bool scales = op.text == "*=" || op.text == "/=";
    const Dimension wanted = scales ? Dimension{} : v.unit.dimension;
    if (value && weight && value->dimension.quarters[Dimension::Weight] == 4) {
      // The first statement that is proportional to the weight tells its unit.
      weight->dimension = wanted / (value->dimension / Dimension::of(Dimension::Weight));
      const bool same = weight->dimension == v.unit.dimension;
      weight->factor = same ? v.unit.factor() : 1;
      weight->unit = same                         ? v.unit.text
                     : weight->dimension.isNone() ? std::string()
                                                  : dimensionText(weight->dimension);
      c = begin;
      e_.draws = draws;
      value = readExpression(c, e_.formula, all);
    }
    weight_ = nullptr;
    if (!value) return {};
    const std::string where =
        quoted(v.name + " " + std::string(op.text)) + (scales ? "" : " (" + textOf(v.unit) + ")");
    if (!fits(c, *value, wanted, where)) return {};
    Formula& f = e_.formula;
    const Node old = f.leaf(Op::State, variable);
    const Node x = scales ? value->node : inUnit(value->node, v.unit);
    Equations::Statement made{variable, op.text == "="    ? x
                                        : op.text == "+=" ? f.add(old, x)
                                        : op.text == "-=" ? f.subtract(old, x)
                                        : op.text == "*=" ? f.multiply(old, x)
                                                          : f.divide(old, x)};
    if (weight)
      made.always = f.replaced(made.value, [&](const Formula::Term& leaf) {
        return leaf.op == Op::Weight ? f.literal(0) : Formula::kNone;
      }) == old;
    return made;
  }

  void initial(EquationCursor& c) {
    c.lineEnds = true;
    while (!c.isAtEnd()) {
      if (c.peek().kind == Kind::Break || c.is(";")) {
        c.next();
        continue;
      }
      const auto variable = target(c);
      if (!variable) return;
      Equations::Variable& v = e_.variables[static_cast<std::size_t>(*variable)];
      if (!c.eat("=")) return (void)c.problem(c.peek(), "`=` is expected behind " + quoted(v.name));
      EquationNames all = names();
      const auto value = readExpression(c, e_.formula, all);
      if (!value || !fits(c, *value, v.unit.dimension, quoted(v.name)) || !ended(c)) return;
      const Formula::Term term = e_.formula[value->node];
      if (term.op == Op::Literal) {
        v.initial = PhysicalUnit{{}, -v.unit.quarterTens}.toCoherent(term.value);
      } else if (term.op == Op::Parameter) {
        const Equations::Constant& from = e_.parameters[static_cast<std::size_t>(term.index())];
        if (from.unit.quarterTens != v.unit.quarterTens)
          return (void)c.problem(value->begin, value->end - value->begin,
                                 quoted(from.parameter.name) + " is written in " +
                                     textOf(from.unit) + " and " + quoted(v.name) + " in " +
                                     textOf(v.unit) +
                                     "; a variable begins with a parameter of its "
                                     "own unit");
        v.initialFrom = from.parameter.name;
      } else {
        return (void)c.problem(value->begin, value->end - value->begin,
                               "a variable begins with a number or with one parameter");
      }
    }
  }

  // --- the whole ---

  void together() {
    const bool reset = !e_.reset.empty();
    if (reset && e_.threshold == Formula::kNone)
      problem(resetAt_, 5, "there is a `reset:` but no `threshold:`");
    if (e_.isRefractory() && e_.threshold == Formula::kNone)
      problem(refractoryAt_, 1, "there is a `refractory:` but no `threshold:`");
    for (const Line& line : derivatives_)
      if (e_.variables[static_cast<std::size_t>(line.index)].frozen && !e_.isRefractory() &&
          e_.problems.empty())
        problem(line.line->begin, 1,
                "d" + std::string(line.name) +
                    "/dt is marked (refractory), but there is no `refractory:` line");
    if (e_.draws > kMostDraws) problem(0, 1, "there are more than 16 random numbers in a step");
  }

  /// The first variable that is not linear in all of them with constant coefficients, or -1.
  int notExact() {
    for (std::size_t i = 0; i < e_.variables.size(); ++i) {
      const auto sum = e_.formula.affine(e_.variables[i].derivative, ~Formula::States{0});
      const bool linear = sum && std::ranges::all_of(sum->coefficients, [&](const auto& one) {
                            return e_.formula.isConstant(one.second);
                          });
      if (!linear) return static_cast<int>(i);
    }
    return -1;
  }
  int notConditionallyLinear() {
    for (std::size_t i = 0; i < e_.variables.size(); ++i)
      if (!e_.formula.affine(e_.variables[i].derivative, Formula::States{1} << i))
        return static_cast<int>(i);
    return -1;
  }

  void chooseMethod() {
    const int bent = notExact();
    e_.method = asked_.value_or(bent < 0 ? Method::Exact : Method::Rk4);
    const auto refuse = [&](int which, const std::string& why) {
      const std::string& name = e_.variables[static_cast<std::size_t>(which)].name;
      problem(methodToken_.at, methodToken_.text.size(),
              quoted(methodToken_.text) + " needs " + why + ", but d" + name +
                  "/dt is not; rk4 goes with all");
    };
    if (e_.method == Method::Exact && bent >= 0)
      refuse(bent, "equations that are linear with constant coefficients");
    if (e_.method == Method::ExponentialEuler)
      if (const int which = notConditionallyLinear(); which >= 0)
        refuse(which, "each equation to be linear in its own variable");
  }

  static constexpr const char* kBegins =
      "dv/dt = … : unit, I = … : unit, I : unit (input), on in: …, threshold:, reset:, "
      "refractory:, "
      "initial:, method: or parameters: does";

  std::string_view text_;
  Equations e_;
  std::vector<EquationLine> lines_;
  std::map<std::string_view, Symbol> symbols_;
  std::vector<Line> derivatives_, sections_;
  std::optional<Method> asked_;
  EquationToken methodToken_;
  std::size_t resetAt_ = 0, refractoryAt_ = 0;
  Weighted* weight_ = nullptr;
  int nested_ = 0, depth_ = 0;
};

}  // namespace

Equations readEquations(std::string_view text) { return EquationsReader(text).read(); }

Result<void> checkEquations(std::string_view text) {
  const Equations read = readEquations(text);
  if (read.problems.empty()) return {};
  const EquationProblem& first = read.problems.front();
  return Error{"line " + std::to_string(first.line) + ", column " + std::to_string(first.column) +
                   ": " + first.what,
               ""};
}

std::string_view methodWord(Equations::Method method) {
  return kMethods[static_cast<std::size_t>(method)];
}

}  // namespace spk
