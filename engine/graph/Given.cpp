#include "engine/graph/Given.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "engine/base/checksum.h"
#include "engine/graph/units.h"

namespace spk {
namespace {

const Value* written(const Values& values, std::string_view key) {
  const auto found = values.find(key);
  return found == values.end() ? nullptr : &found->second;
}

}  // namespace

const Given::Known& Given::known(std::string_view parameter) const {
  const auto found = std::ranges::find(known_, parameter, &Known::name);
  if (found != known_.end()) return *found;
  Known made;
  made.name = parameter;
  const Parameter* description = shape_.parameter(parameter);
  assert(description && "a parameter that the description lacks");
  if (description) {
    const Value* value = written(values_, parameter);
    if (!value) value = &description->initial;
    const auto number = asNumber(*value);
    const auto read =
        number ? Result<Distribution>(Distribution(*number)) : Distribution::read(*value);
    made.isNumber = bool(read);
    if (read) made.value = read.value();
    made.factor = coherentFactor(description->unit);
    made.min = description->min;
    made.max = description->max;
    made.stream = fnv1a(parameter) << 32;
    const auto next = values_.lower_bound(std::string(parameter) + "[");
    made.overridden = description->each && next != values_.end() &&
                      next->first.starts_with(std::string(parameter) + "[");
  }
  return known_.emplace_back(std::move(made));
}

double Given::operator()(std::string_view parameter) const {
  const Known& one = known(parameter);
  if (one.overridden)
    if (const Value* own = written(values_, one.name + "[" + std::to_string(index_) + "]"))
      return one.factor * asNumber(*own).value_or(std::numeric_limits<double>::quiet_NaN());
  if (!one.isNumber) return std::numeric_limits<double>::quiet_NaN();  // check() says why
  RandomSequence random(key_, one.stream ^ index_);
  const double drawn = one.value.draw(random, index_);
  const bool free = one.value.isConstant();  // what is written is not bent, what is drawn is held
  return one.factor * (free              ? drawn
                       : drawn < one.min ? one.min
                       : drawn > one.max ? one.max
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
