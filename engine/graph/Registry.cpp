#include "engine/graph/Registry.h"

#include <algorithm>
#include <cassert>

#include "engine/graph/Places.h"

namespace spk {
namespace {

constexpr double kFar = 1e7;  // px: more canvas than anybody pans over

/// An input and an output of one signal: then bypassing has a meaning.
bool canBypass(const Shape& shape) {
  return std::ranges::any_of(shape.ports, [&](const Port& in) {
    return in.input && std::ranges::any_of(shape.ports, [&](const Port& out) {
             return !out.input && out.signal == in.signal;
           });
  });
}

Parameter name() {
  return {.name = "name",
          .kind = Kind::Text,
          .initial = std::string(),
          .doc = "What it is called, unique among its siblings; --set and formulas use it."};
}
Parameter muted() {
  return {.name = "muted",
          .kind = Kind::Switch,
          .initial = false,
          .doc = "Sends nothing; its own state runs on."};
}
Parameter bypassed() {
  return {.name = "bypassed",
          .kind = Kind::Switch,
          .initial = false,
          .doc = "Hands its input on to the output of the same signal."};
}
Parameter place(std::string axis, const char* doc) {
  return {.name = std::move(axis),
          .kind = Kind::Number,
          .initial = 0.0,
          .unit = "px",
          .min = -kFar,
          .max = kFar,
          .doc = doc};
}
Parameter stream() {
  return {.name = "stream",
          .kind = Kind::Integer,
          .initial = std::int64_t{0},
          .min = 0,
          .max = 9007199254740992.0,
          .doc = "Number that its random draws follow; 0: its own. An identical twin shares it.",
          .live = false};
}
Parameter positions() {
  return {.name = kPositions,
          .kind = Kind::Text,
          .initial = Json{"[]"},
          .doc =
              "Where its neurons are, for the rules that ask for distances: [] on the grid of "
              "n; a list of n places x, [x, y] or [x, y, z]; or drawn evenly around 0, as "
              "{\"box\": [w, h]}, {\"disc\": radius} or {\"ball\": radius}. Distances are "
              "then in their unit.",
          .live = false};
}
Parameter points() {
  return {.name = "points",
          .kind = Kind::Text,
          .initial = Json{"[]"},
          .doc = "Where the wire is led through on the canvas: [[x, y], …]."};
}

/// What the engine does for every rule that learns.
std::vector<Parameter> plasticParameters() {
  return {{.name = "plastic",
           .kind = Kind::Switch,
           .initial = true,
           .doc = "Off: the weights stay as they are; traces run on."},
          {.name = "dendritic_delay",
           .initial = 0.0,
           .unit = "ms",
           .min = 0,
           .max = 100,
           .doc = "From a spike of the target to its effect on the weights. The whole `delay` is "
                  "axonal. With 0, post spikes act before what arrives in the next step; with one "
                  "step or more, those that meet a pre spike in one step count as before it.",
           .live = false},
          {.name = "order",
           .kind = Kind::Choice,
           .initial = std::string("update_first"),
           .doc = "Whether an arriving spike is sent with the weight after the rule has changed it "
                  "(update_first) or before (send_first).",
           .choices = {"update_first", "send_first"}}};
}

/// What every item of a role has, in the order of the inspector.
std::vector<Parameter> commonParameters(const NodeType& type, const Shape& shape) {
  if (type.id == "project.settings" || type.role == Role::Target) return {};
  if (type.role == Role::Projection) return {name(), muted(), stream(), points()};
  std::vector<Parameter> common = {name(), place("x", "Left edge on the canvas."),
                                   place("y", "Upper edge on the canvas, down.")};
  if (type.role == Role::Layout) return common;
  common.insert(common.begin() + 1, muted());
  if (canBypass(shape)) common.insert(common.begin() + 2, bypassed());
  if (type.role == Role::Population) common.push_back(positions());
  if (type.role != Role::View) common.push_back(stream());
  return common;
}

}  // namespace

const Port* Shape::port(std::string_view name) const {
  const auto found = std::ranges::find(ports, name, &Port::name);
  return found == ports.end() ? nullptr : &*found;
}

const Parameter* Shape::parameter(std::string_view name) const {
  const auto found = std::ranges::find(parameters, name, &Parameter::name);
  return found == parameters.end() ? nullptr : &*found;
}

void Registry::add(NodeType type) {
  assert(!nodeType(type.id));
  types_.push_back(std::move(type));
}

void Registry::add(FileFormat format) {
  assert(!fileFormat(format.id));
  formats_.push_back(std::move(format));
}

const NodeType* Registry::nodeType(std::string_view id) const {
  const auto found = std::ranges::find(types_, id, &NodeType::id);
  return found == types_.end() ? nullptr : &*found;
}

const FileFormat* Registry::fileFormat(std::string_view id) const {
  const auto found = std::ranges::find(formats_, id, &FileFormat::id);
  return found == formats_.end() ? nullptr : &*found;
}

Shape Registry::describe(const Item& item) const {
  const NodeType* type = nodeType(item.type);
  if (!type) return {};
  Shape shape = type->describe ? type->describe(item) : type->shape;
  for (Parameter& parameter : commonParameters(*type, shape))
    if (!shape.parameter(parameter.name)) shape.parameters.push_back(std::move(parameter));
  if (type->deliver) {
    for (Parameter& parameter : plasticParameters())
      shape.parameters.push_back(std::move(parameter));
    shape.ports.push_back({.name = "weight",
                           .signal = Signal::Trace,
                           .doc = "Mean weight of all synapses, now and then."});
  }
  if (type->role == Role::Population)
    for (const Column& column : shape.columns)
      if (column.per == Per::Neuron && !shape.port(column.name))
        shape.ports.push_back(
            {.name = column.name, .signal = Signal::Trace, .unit = column.unit, .doc = column.doc});
  return shape;
}

}  // namespace spk
