#include "plugins/flow/EdgeFlow.h"

#include <iterator>
#include <string>

namespace spk::flow {

std::vector<Parameter> edgeParameters(std::vector<Parameter> own) {
  std::vector<Parameter> all = {
      {.name = "t_ref",
       .initial = 20.0,
       .unit = "ms",
       .min = 0,
       .max = 10'000,
       .doc = "Events that follow one of their polarity at their pixel within this time belong to "
              "the same edge and are left out; about as long as an edge takes for ten pixels. "
              "0: every event is an edge",
       .essential = true},
      {.name = "max_age",
       .initial = 50.0,
       .unit = "ms",
       .min = 0.01,
       .max = 100'000,
       .doc = "Neighbours whose edge passed longer ago are not looked at"}};
  all.insert(all.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
  return all;
}

Parameter wholeParameter(const char* name, std::int64_t initial, const char* unit, double min,
                         double max, const char* doc) {
  return {.name = name,
          .kind = Kind::Integer,
          .initial = initial,
          .unit = unit,
          .min = min,
          .max = max,
          .doc = doc};
}

Shape flowShape(std::vector<Parameter> parameters) {
  Shape shape;
  shape.ports = {
      {.name = "in", .signal = Signal::Events, .input = true, .doc = "Events of a camera"},
      {.name = "out",
       .signal = Signal::Flow,
       .unit = "px/s",
       .doc = "Velocities in the picture; x to the right, y down"}};
  shape.parameters = std::move(parameters);
  return shape;
}

Result<EdgeRules> edgeRules(const Item& item) {
  const double quiet = numberOr(item.values, "t_ref", 20),
               age = numberOr(item.values, "max_age", 50);
  if (!(quiet >= 0 && quiet <= 10'000))
    return Error{"is " + numberText(quiet) + " ms; 0 to 10000 are allowed", "t_ref"};
  if (!(age >= 0.01 && age <= 100'000))
    return Error{"is " + numberText(age) + " ms; 0.01 to 100000 are allowed", "max_age"};
  return EdgeRules{fromMilliseconds(quiet), fromMilliseconds(age)};
}

Result<int> wholeWithin(const Item& item, const char* key, int initial, int min, int max) {
  const auto number = integerOr(item.values, key, initial);
  if (number < min || number > max)
    return Error{"is " + std::to_string(number) + "; " + std::to_string(min) + " to " +
                     std::to_string(max) + " are allowed",
                 key};
  return static_cast<int>(number);
}

}  // namespace spk::flow
