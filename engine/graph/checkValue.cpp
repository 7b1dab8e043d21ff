#include <algorithm>
#include <cmath>

#include "engine/graph/Distribution.h"
#include "engine/graph/Equations.h"
#include "engine/graph/check.h"
#include "engine/graph/population.h"

namespace spk {
namespace {

std::string withUnit(const std::string& text, const Parameter& parameter) {
  return parameter.unit.empty() ? text : text + " " + parameter.unit;
}

/// "0.1 … 1000 ms", "0 or more", "any number".
std::string allowed(const Parameter& parameter) {
  const bool low = std::isfinite(parameter.min), high = std::isfinite(parameter.max);
  const std::string min = numberText(parameter.min), max = numberText(parameter.max);
  if (low && high) return withUnit(min + " … " + max, parameter);
  if (low) return withUnit(min, parameter) + " or more";
  if (high) return withUnit(max, parameter) + " or less";
  return "any number";
}

Error wrong(const Parameter& parameter, const std::string& written, const std::string& permitted) {
  return Error{parameter.name + " = " + written + "; allowed " + permitted, ""};
}

Result<void> checkNumber(const Parameter& parameter, double number) {
  if (number >= parameter.min && number <= parameter.max && !std::isnan(number)) return {};
  return wrong(parameter, withUnit(std::isnan(number) ? "NaN" : numberText(number), parameter),
               allowed(parameter));
}

/// Lists hold allowed values only; a distribution at least lies around them.
Result<void> checkDistribution(const Parameter& parameter, const Value& value) {
  const auto distribution = Distribution::read(value);
  if (!distribution) return Error{parameter.name + ": " + distribution.error().what, ""};
  const Distribution& d = distribution.value();
  if (d.form() == Distribution::Form::List) {
    TRY_DO(checkNumber(parameter, d.lowest()));
    return checkNumber(parameter, d.highest());
  }
  if (d.lowest() > parameter.max || d.highest() < parameter.min)
    return wrong(parameter, valueText(value), allowed(parameter));
  return {};
}

bool isColour(std::string_view text) {
  if (text.empty()) return true;
  const bool length = text.size() == 4 || text.size() == 7 || text.size() == 9;
  return length && text.front() == '#' && std::ranges::all_of(text.substr(1), [](char c) {
           return std::isxdigit(static_cast<unsigned char>(c));
         });
}

std::string listed(const std::vector<std::string>& choices) {
  std::string all;
  for (const std::string& choice : choices) all += (all.empty() ? "" : ", ") + choice;
  return all;
}

Result<void> checkText(const Parameter& parameter, const Value& value) {
  const auto text = asText(value);
  if (parameter.kind == Kind::Text && std::holds_alternative<Json>(parameter.initial)) {
    if (std::holds_alternative<Json>(value)) return {};
    return wrong(parameter, valueText(value),
                 "a list or an object, as in " + valueText(parameter.initial));
  }
  if (!text) return wrong(parameter, valueText(value), "a text");
  if (parameter.kind == Kind::Choice &&
      std::ranges::find(parameter.choices, *text) == parameter.choices.end())
    return wrong(parameter, std::string(*text), listed(parameter.choices));
  if (parameter.kind == Kind::Colour && !isColour(*text))
    return wrong(parameter, std::string(*text), "#rrggbb, or nothing");
  return {};
}

}  // namespace

Result<void> checkValue(const Parameter& parameter, const Value& value) {
  switch (parameter.kind) {
    case Kind::Number: {
      const bool compound =
          std::holds_alternative<Json>(value) || std::holds_alternative<Blob>(value);
      if (compound && parameter.each) return checkDistribution(parameter, value);
      const auto number = asNumber(value);
      if (!number || std::holds_alternative<bool>(value))
        return wrong(parameter, valueText(value), allowed(parameter));
      return checkNumber(parameter, *number);
    }
    case Kind::Integer: {
      const auto integer = asInteger(value);
      if (!integer || std::holds_alternative<bool>(value))
        return wrong(parameter, valueText(value), "whole numbers, " + allowed(parameter));
      return checkNumber(parameter, static_cast<double>(*integer));
    }
    case Kind::Switch: {
      const auto integer = asInteger(value);
      if (!integer || (*integer != 0 && *integer != 1))
        return wrong(parameter, valueText(value), "true or false");
      return {};
    }
    case Kind::Grid: {
      const auto grid = gridOf(value);
      if (!grid) return grid.error();
      double total = 1;
      for (const std::int64_t size : grid.value()) total *= static_cast<double>(size);
      return checkNumber(parameter, total);
    }
    case Kind::Choice:
    case Kind::Text:
    case Kind::File:
    case Kind::Colour: return checkText(parameter, value);
    case Kind::Equation: {
      TRY_DO(checkText(parameter, value));
      const auto good = checkEquations(*asText(value));
      if (!good) return Error{parameter.name + ", " + good.error().what, ""};
      return {};
    }
  }
  return {};
}

}  // namespace spk
