#include "engine/graph/Dimension.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "engine/base/Value.h"

namespace spk {
namespace {

struct Symbol {
  std::string_view symbol, shown;
  Dimension dimension;
  int tens;  // of the bare unit in the coherent one
};
constexpr Dimension dim(int V, int A, int s, int m = 0, int mol = 0, int K = 0) {
  return {{4 * V, 4 * A, 4 * s, 4 * m, 4 * mol, 4 * K, 0}};
}
constexpr Symbol kSymbols[] = {{"V", "V", dim(1, 0, 0), 3},
                               {"volt", "V", dim(1, 0, 0), 3},
                               {"A", "A", dim(0, 1, 0), 12},
                               {"amp", "A", dim(0, 1, 0), 12},
                               {"ampere", "A", dim(0, 1, 0), 12},
                               {"s", "s", dim(0, 0, 1), 3},
                               {"second", "s", dim(0, 0, 1), 3},
                               {"S", "S", dim(-1, 1, 0), 9},
                               {"siemens", "S", dim(-1, 1, 0), 9},
                               {"F", "F", dim(-1, 1, 1), 12},
                               {"farad", "F", dim(-1, 1, 1), 12},
                               {"Ω", "Ω", dim(1, -1, 0), -9},
                               {"ohm", "Ω", dim(1, -1, 0), -9},
                               {"Ohm", "Ω", dim(1, -1, 0), -9},
                               {"Hz", "Hz", dim(0, 0, -1), -3},
                               {"hertz", "Hz", dim(0, 0, -1), -3},
                               {"C", "C", dim(0, 1, 1), 15},
                               {"coulomb", "C", dim(0, 1, 1), 15},
                               {"mol", "mol", dim(0, 0, 0, 0, 1), 18},
                               {"M", "M", dim(0, 0, 0, -3, 1), 3},
                               {"molar", "M", dim(0, 0, 0, -3, 1), 3},
                               {"m", "m", dim(0, 0, 0, 1), 6},
                               {"metre", "m", dim(0, 0, 0, 1), 6},
                               {"meter", "m", dim(0, 0, 0, 1), 6},
                               {"K", "K", dim(0, 0, 0, 0, 0, 1), 0},
                               {"kelvin", "K", dim(0, 0, 0, 0, 0, 1), 0}};
struct Prefix {
  std::string_view letters, shown;
  int tens;
};
constexpr Prefix kPrefixes[] = {{"", "", 0},    {"f", "f", -15}, {"p", "p", -12}, {"n", "n", -9},
                                {"µ", "µ", -6}, {"μ", "µ", -6},  {"u", "µ", -6},  {"m", "m", -3},
                                {"k", "k", 3},  {"M", "M", 6},   {"G", "G", 9},   {"c", "c", -2}};

struct Named {
  const char* text;
  Dimension dimension;
};
/// What an answer is made of, in the order of preference.
constexpr Named kCoherent[] = {
    {"mV", dim(1, 0, 0)},        {"ms", dim(0, 0, 1)},    {"pA", dim(0, 1, 0)},
    {"nS", dim(-1, 1, 0)},       {"pF", dim(-1, 1, 1)},   {"GΩ", dim(1, -1, 0)},
    {"mM", dim(0, 0, 0, -3, 1)}, {"µm", dim(0, 0, 0, 1)}, {"K", dim(0, 0, 0, 0, 0, 1)}};

std::string powerText(const char* base, int quarters) {
  std::string text = base;
  if (quarters != 4) text += "^" + numberText(quarters / 4.0);
  return text;
}

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool isNameByte(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || (static_cast<unsigned char>(c) & 0x80);
}

/// Reads a unit from text, factor by factor.
class Reader {
 public:
  Reader(std::string_view text, std::size_t& at) : text_(text), at_(at) {}

  Result<PhysicalUnit> all(int depth = 0) {
    PhysicalUnit unit;
    bool divide = false;
    blanks();
    if (eat("/"))
      divide = true;
    else
      (void)eat("*");
    for (;;) {
      const std::size_t before = at_;
      auto one = factor(depth);
      if (!one) return one;
      take(unit, one.value(), divide);
      const std::size_t end = at_;
      blanks();
      if (text_.substr(at_).starts_with("**") || text_.substr(at_).starts_with("^"))
        return Error{"a power of a power is not understood", ""};
      if (eat("/")) {
        divide = true;
      } else if (eat("*") || eat("·")) {
        divide = false;
      } else {
        at_ = end;
        if (before == end) return Error{"a unit is missing", ""};
        break;
      }
    }
    unit.text = shown();
    return unit;
  }

 private:
  void blanks() {
    while (at_ < text_.size() && isBlank(text_[at_])) ++at_;
  }
  bool eat(std::string_view sign) {
    if (!text_.substr(at_).starts_with(sign)) return false;
    if (sign == "*" && text_.substr(at_).starts_with("**")) return false;
    at_ += sign.size();
    return true;
  }

  Result<PhysicalUnit> factor(int depth) {
    blanks();
    const std::size_t begin = at_;
    if (at_ < text_.size() && text_[at_] == '1' &&
        (at_ + 1 == text_.size() || !std::isalnum(static_cast<unsigned char>(text_[at_ + 1])))) {
      ++at_;
      return PhysicalUnit{};
    }
    if (eat("(")) {
      if (depth > 8) return Error{"too many parentheses", ""};
      Reader inside(text_, at_);
      TRY(PhysicalUnit unit, inside.all(depth + 1));
      blanks();
      if (!eat(")")) return Error{"a closing parenthesis is missing in the unit", ""};
      parts_ = inside.parts_;
      return unit;
    }
    while (at_ < text_.size() && isNameByte(text_[at_])) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    if (name.empty()) return Error{"a unit is missing", ""};
    auto unit = unitNamed(name);
    if (!unit) {
      at_ = begin;
      return unit;
    }
    TRY(const int quarters, exponent());
    PhysicalUnit one = std::move(unit).value();
    one.dimension = one.dimension.power(quarters);
    one.quarterTens = one.quarterTens * quarters / 4;
    parts_.assign(1, {one.text, quarters});
    return one;
  }

  Result<int> exponent() {
    const std::size_t end = at_;
    blanks();
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("²") || rest.starts_with("³")) {
      const int power = rest.starts_with("²") ? 2 : 3;
      at_ += std::string_view("²").size();
      return 4 * power;
    }
    if (!eat("**") && !eat("^")) {
      at_ = end;
      return 4;
    }
    blanks();
    const std::size_t begin = at_;
    while (at_ < text_.size() && (std::isdigit(static_cast<unsigned char>(text_[at_])) ||
                                  text_[at_] == '.' || (at_ == begin && text_[at_] == '-')))
      ++at_;
    const double power =
        std::strtod(std::string(text_.substr(begin, at_ - begin)).c_str(), nullptr);
    const double quarters = 4 * power;
    if (begin == at_ || std::fabs(power) > 8 || quarters != std::floor(quarters) || power == 0) {
      at_ = begin;
      return Error{"the power of a unit is a whole number, a half or a quarter, up to 8", ""};
    }
    return static_cast<int>(quarters);
  }

  void take(PhysicalUnit& unit, const PhysicalUnit& one, bool divide) {
    unit.dimension = divide ? unit.dimension / one.dimension : unit.dimension * one.dimension;
    unit.quarterTens += divide ? -one.quarterTens : one.quarterTens;
    for (const auto& [name, quarters] : parts_)
      all_.push_back({name, divide ? -quarters : quarters});
    parts_.clear();
  }

  std::string shown() {
    std::string over, under;
    for (const auto& [name, quarters] : all_) {
      if (quarters > 0) over += (over.empty() ? "" : "·") + powerText(name.c_str(), quarters);
      if (quarters < 0) under += "/" + powerText(name.c_str(), -quarters);
    }
    parts_ = all_;
    if (over.empty() && under.empty()) return {};
    return (over.empty() ? "1" : over) + under;
  }

  struct Part {
    std::string name;
    int quarters;
  };
  std::string_view text_;
  std::size_t& at_;
  std::vector<Part> parts_, all_;  // of the factor in hand; of all
};

}  // namespace

Dimension Dimension::of(Base base) {
  Dimension one;
  one.quarters[base] = 4;
  return one;
}
Dimension Dimension::power(int by) const {
  Dimension made;
  for (std::size_t i = 0; i < quarters.size(); ++i) made.quarters[i] = quarters[i] * by / 4;
  return made;
}
Dimension operator*(Dimension a, const Dimension& b) {
  for (std::size_t i = 0; i < a.quarters.size(); ++i) a.quarters[i] += b.quarters[i];
  return a;
}
Dimension operator/(Dimension a, const Dimension& b) {
  for (std::size_t i = 0; i < a.quarters.size(); ++i) a.quarters[i] -= b.quarters[i];
  return a;
}

std::string dimensionText(const Dimension& dimension) {
  if (dimension.isNone()) return "no unit";
  for (const Named& a : kCoherent)
    if (dimension == a.dimension) return a.text;
  for (const Named& b : kCoherent)
    if (dimension * b.dimension == Dimension{}) return std::string("1/") + b.text;
  for (const Named& a : kCoherent)
    for (const Named& b : kCoherent)
      if (dimension * b.dimension == a.dimension) return std::string(a.text) + "/" + b.text;
  for (const Named& a : kCoherent)
    for (const Named& b : kCoherent)
      if (dimension == a.dimension * b.dimension)
        return &a == &b ? std::string(a.text) + "^2" : std::string(a.text) + "·" + b.text;
  for (const Named& b : kCoherent)
    for (const Named& c : kCoherent)
      if (dimension * b.dimension * c.dimension == Dimension{})
        return &b == &c ? std::string("1/") + b.text + "^2"
                        : std::string("1/") + b.text + "/" + c.text;
  for (const Named& a : kCoherent)
    for (const Named& b : kCoherent)
      for (const Named& c : kCoherent)
        if (dimension * b.dimension * c.dimension == a.dimension)
          return std::string(a.text) + "/" +
                 (&b == &c ? std::string(b.text) + "^2" : std::string(b.text) + "/" + c.text);
  constexpr const char* kBases[] = {"mV", "pA", "ms", "µm", "amol", "K", "w"};
  std::string over, under;
  for (std::size_t i = 0; i < dimension.quarters.size(); ++i) {
    const int q = dimension.quarters[i];
    if (q > 0) over += (over.empty() ? "" : "·") + powerText(kBases[i], q);
    if (q < 0) under += "/" + powerText(kBases[i], -q);
  }
  return (over.empty() ? "1" : over) + under;
}

double PhysicalUnit::factor() const { return toCoherent(1); }

double PhysicalUnit::toCoherent(double x) const {
  double power = 1;
  for (int i = std::abs(quarterTens); i >= 4; i -= 4) power *= 10;
  for (int i = std::abs(quarterTens) % 4; i > 0; --i) power *= std::sqrt(std::sqrt(10.0));
  return quarterTens < 0 ? x / power : x * power;
}

Result<PhysicalUnit> unitNamed(std::string_view name) {
  for (const Symbol& symbol : kSymbols) {
    if (!name.ends_with(symbol.symbol)) continue;
    const std::string_view letters = name.substr(0, name.size() - symbol.symbol.size());
    const auto prefix = std::ranges::find(kPrefixes, letters, &Prefix::letters);
    if (prefix == std::end(kPrefixes)) continue;
    if (prefix->letters == "c" && symbol.shown != "m") continue;
    return PhysicalUnit{symbol.dimension, 4 * (prefix->tens + symbol.tens),
                        std::string(prefix->shown) + std::string(symbol.shown)};
  }
  return Error{"`" + std::string(name) +
                   "` is no unit; units are such as mV, ms, pA, nS, pF, Mohm, "
                   "Hz and 1",
               ""};
}

Result<PhysicalUnit> readUnit(std::string_view text, std::size_t& at) {
  return Reader(text, at).all();
}

Result<PhysicalUnit> readUnit(std::string_view text) {
  std::size_t at = 0;
  TRY(PhysicalUnit unit, readUnit(text, at));
  while (at < text.size() && isBlank(text[at])) ++at;
  if (at != text.size())
    return Error{"`" + std::string(text.substr(at)) + "` does not belong to a unit", ""};
  return unit;
}

}  // namespace spk
