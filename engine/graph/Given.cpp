#include "engine/graph/Given.h"

#include <algorithm>
#include <cassert>

#include "engine/base/checksum.h"
#include "engine/graph/Distribution.h"
#include "engine/graph/units.h"

namespace spk {
namespace {

const Value* written(const Values& values, std::string_view key) {
  const auto found = values.find(key);
  return found == values.end() ? nullptr : &found->second;
}

}  // namespace

double Given::operator()(std::string_view parameter) const {
  const Parameter* description = shape_.parameter(parameter);
  assert(description && "a parameter that the description lacks");
  if (!description) return std::numeric_limits<double>::quiet_NaN();
  const double factor = coherentFactor(description->unit);
  const Value* value = nullptr;
  if (description->each)
    value = written(values_, std::string(parameter) + "[" + std::to_string(index_) + "]");
  if (!value) value = written(values_, parameter);
  if (!value) value = &description->initial;
  if (const auto number = asNumber(*value)) return factor * *number;
  const auto distribution = Distribution::read(*value);
  if (!distribution) return std::numeric_limits<double>::quiet_NaN();  // check() says why
  // Each parameter has a sequence of its own: two of them are never drawn alike.
  RandomSequence random(key_, (fnv1a(parameter) << 32) ^ index_);
  const double drawn = distribution.value().draw(random, index_);
  return factor * (drawn < description->min   ? description->min
                   : drawn > description->max ? description->max
                                              : drawn);
}

std::string_view Given::text(std::string_view parameter) const {
  const Parameter* description = shape_.parameter(parameter);
  assert(description && "a parameter that the description lacks");
  if (!description) return {};
  if (const Value* value = written(values_, parameter))
    if (const auto text = asText(*value)) return *text;
  return asText(description->initial).value_or(std::string_view());
}

bool Given::on(std::string_view parameter) const {
  const Parameter* description = shape_.parameter(parameter);
  assert(description && "a parameter that the description lacks");
  if (!description) return false;
  return switchOr(values_, parameter, asNumber(description->initial).value_or(0) != 0);
}

}  // namespace spk
