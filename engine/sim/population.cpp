#include "engine/sim/population.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/base/Json.h"

namespace spk {
namespace {

constexpr std::int64_t kMostNeurons = std::int64_t{1} << 31;

/// What a membrane parameter is, whatever the neuron type; ranges are wide enough for published
/// models in absolute potentials (E_L near -70 mV) and in those relative to rest.
struct Membrane {
  const char *name, *unit;
  double min, max;
  const char* doc;
};
constexpr Membrane kMembrane[] = {
    {"tau_m", "ms", 0.1, 1000, "membrane time constant"},
    {"C_m", "pF", 1, 1e5, "membrane capacitance"},
    {"E_L", "mV", -150, 100, "resting potential"},
    {"V_th", "mV", -150, 200, "threshold"},
    {"V_reset", "mV", -200, 199, "potential after a spike"},
    {"t_ref", "ms", 0, 1000, "refractory time, rounded to whole steps"},
    {"I_e", "pA", -1e6, 1e6, "constant current"},
};

}  // namespace

Result<Grid> readGrid(const Value& value) {
  std::vector<std::int64_t> sides;
  if (const auto whole = asInteger(value)) {
    sides = {*whole};
  } else if (const auto* json = std::get_if<Json>(&value)) {
    TRY(const JsonNode list, JsonNode::parse(json->text));
    for (const JsonNode& side : list.items())
      sides.push_back(side.isNumber() ? static_cast<std::int64_t>(side.number()) : 0);
  }
  std::int64_t size = 1;
  for (const std::int64_t side : sides) {
    if (side < 1 || side > kMostNeurons / size) size = 0;
    if (size == 0) break;
    size *= side;
  }
  if (sides.empty() || sides.size() > 3 || size == 0)
    return Error{"is " + valueText(value) +
                     "; a number of neurons, or a grid [C, H, W], with 1 to 2147483648 in all",
                 "n"};
  sides.insert(sides.begin(), 3 - sides.size(), 1);
  return Grid{static_cast<std::uint32_t>(sides[0]), static_cast<std::uint32_t>(sides[1]),
              static_cast<std::uint32_t>(sides[2])};
}

Parameter sizeParameter(std::int64_t initial) {
  return {.name = "n",
          .kind = Kind::Grid,
          .initial = initial,
          .min = 1,
          .max = static_cast<double>(kMostNeurons),
          .doc = "how many neurons: a number, or a grid [C, H, W] of channels, rows and columns",
          .essential = true,
          .live = false};
}

Parameter membraneParameter(std::string_view name, double initial, std::string doc) {
  const auto* const found =
      std::ranges::find_if(kMembrane, [&](const Membrane& row) { return row.name == name; });
  if (found == std::end(kMembrane)) return {.name = std::string(name), .initial = initial};
  return {.name = found->name,
          .initial = initial,
          .unit = found->unit,
          .min = found->min,
          .max = found->max,
          .doc = doc.empty() ? found->doc : std::move(doc),
          .each = true};
}

Parameter essential(Parameter parameter) {
  parameter.essential = true;
  return parameter;
}

Result<void> resetBelowThreshold(double V_reset, double V_th) {
  if (V_reset >= V_th)
    return Error{"V_reset is " + numberText(V_reset) + " mV and must lie below V_th, " +
                     numberText(V_th) + " mV",
                 "V_reset"};
  return {};
}

}  // namespace spk
