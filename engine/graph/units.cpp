#include "engine/graph/units.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace spk {
namespace {

/// What can be converted into one another has one base and differs in the factor.
struct Unit {
  std::string_view symbol, base;
  double factor;
};
struct Prefix {
  std::string_view letters;
  double factor;
};
constexpr std::array<Prefix, 11> kPrefixes = {{{"", 1},
                                               {"f", 1e-15},
                                               {"p", 1e-12},
                                               {"n", 1e-9},
                                               {"µ", 1e-6},
                                               {"μ", 1e-6},
                                               {"u", 1e-6},
                                               {"m", 1e-3},
                                               {"k", 1e3},
                                               {"M", 1e6},
                                               {"G", 1e9}}};
/// These take prefixes.
constexpr std::array<Unit, 10> kBases = {{{"s", "s", 1},
                                          {"Hz", "Hz", 1},
                                          {"V", "V", 1},
                                          {"A", "A", 1},
                                          {"S", "S", 1},
                                          {"F", "F", 1},
                                          {"Ω", "Ω", 1},
                                          {"Ohm", "Ω", 1},
                                          {"ohm", "Ω", 1},
                                          {"m", "m", 1}}};
constexpr std::array<Unit, 11> kPlain = {{{"min", "s", 60},
                                          {"h", "s", 3600},
                                          {"1/s", "Hz", 1},
                                          {"1/ms", "Hz", 1e3},
                                          {"/s", "Hz", 1},
                                          {"%", "", 0.01},
                                          {"", "", 1},
                                          {"cm", "m", 1e-2},
                                          {"deg", "deg", 1},
                                          {"°", "deg", 1},
                                          {"rad", "deg", 57.29577951308232}}};

/// The unit of a symbol; base "?" if it is not known.
Unit unitOf(std::string_view symbol) {
  if (const auto plain = std::ranges::find(kPlain, symbol, &Unit::symbol); plain != kPlain.end())
    return *plain;
  for (const Unit& unit : kBases) {
    if (!symbol.ends_with(unit.symbol)) continue;
    const std::string_view prefix = symbol.substr(0, symbol.size() - unit.symbol.size());
    const auto found = std::ranges::find(kPrefixes, prefix, &Prefix::letters);
    if (found != kPrefixes.end()) return {symbol, unit.base, found->factor * unit.factor};
  }
  return {symbol, "?", 1};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())))
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
    text.remove_suffix(1);
  return text;
}

/// x · from / to, keeping decimal fractions as written where the ratio is a power of ten.
double converted(double x, double from, double to) {
  if (from == to) return x;
  return from > to ? x * std::round(from / to * 1e6) / 1e6
                   : x / (std::round(to / from * 1e6) / 1e6);
}

std::string quoted(std::string_view unit) { return unit.empty() ? "no unit" : std::string(unit); }

}  // namespace

Result<double> numberWithUnit(std::string_view text, std::string_view unit) {
  const std::string_view all = trimmed(text);
  const std::string_view digits = all.starts_with('+') ? all.substr(1) : all;
  double number = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (failure == std::errc::result_out_of_range)
    return Error{"is too large or too small a number", std::string(all)};
  if (failure != std::errc{} || !std::isfinite(number))
    return Error{"is no number" +
                     (unit.empty() ? "" : "; a number in " + std::string(unit) + " is expected"),
                 std::string(all)};
  const std::string_view given = trimmed(all.substr(end - all.data()));
  if (given.empty() || given == unit) return number;
  const Unit from = unitOf(given), to = unitOf(unit);
  if (from.base == "?")
    return Error{"the unit " + quoted(given) + " is not known", std::string(all)};
  if (from.base != to.base || to.base == "?")
    return Error{"is in " + quoted(given) + ", which cannot be converted to " + quoted(unit),
                 std::string(all)};
  return converted(number, from.factor, to.factor);
}

double coherentFactor(std::string_view unit) {
  if (unit == "Hz" || unit == "MΩ" || unit == "MOhm") return 1e-3;
  return 1;
}

}  // namespace spk
