#include "engine/run/projectSettings.h"

#include <algorithm>
#include <optional>

#include "engine/base/Json.h"
#include "engine/graph/check.h"
#include "engine/graph/files.h"
#include "engine/graph/units.h"

namespace spk {
namespace {

constexpr std::size_t kMostListed = 20;

template <class Names>
std::string listed(const Names& names) {
  std::string text;
  std::size_t count = 0;
  for (const std::string& name : names) {
    if (count == kMostListed) return text + " … (" + std::to_string(names.size()) + " in all)";
    text += (count++ ? ", " : "") + name;
  }
  return count ? text : "none";
}

std::string nodeNames(const Project& project, const Registry& registry) {
  std::vector<std::string> names = {"settings"};
  for (const auto& [id, item] : project.items) {
    const NodeType* type = registry.nodeType(item.type);
    if (id == Id::settings || !type || type->role == Role::Layout || item.isWire()) continue;
    names.push_back(itemPath(project, id));
  }
  return listed(names);
}

/// "A->B": the wire from A to B. Error: there is none, or several.
Result<Id> wireBetween(const Project& project, std::string_view from, std::string_view to,
                       std::string_view name) {
  TRY(const Id source, itemByPath(project, from));
  TRY(const Id target, itemByPath(project, to));
  std::vector<std::string> found;
  Id wire = Id::none;
  for (const auto& [id, item] : project.items)
    if (item.from.item == source && item.to.item == target)
      found.push_back(itemPath(project, id)), wire = id;
  if (found.size() == 1) return wire;
  if (found.empty()) return Error{"there is no such wire", std::string(name)};
  return Error{"several wires: " + listed(found), std::string(name)};
}

/// A node or wire by path, or a wire by its ends.
Result<Id> itemNamed(const Project& project, std::string_view name) {
  auto id = itemByPath(project, name);
  const std::size_t arrow = name.find("->");
  if (id || arrow == std::string_view::npos) return id;
  return wireBetween(project, name.substr(0, arrow), name.substr(arrow + 2), name);
}

struct Place {
  Id item;
  std::string key;
};

/// Names may hold dots ("V.initial", "1.5 mV drive"), so each dot is tried; the longest node wins.
Result<Place> targetOf(const Project& project, const Registry& registry, std::string_view name) {
  for (std::size_t dot = name.rfind('.'); dot != std::string_view::npos && dot > 0;
       dot = name.rfind('.', dot - 1)) {
    const std::string_view node = name.substr(0, dot);
    std::string key(name.substr(dot + 1));
    const auto id = itemNamed(project, node);
    if (id) return Place{id.value(), std::move(key)};
    if (id.error().what.starts_with("several")) return id.error();
  }
  if (name.find('.') == std::string_view::npos)
    return Error{"NODE.PARAM=VALUE is expected, such as E.tau_m=20", std::string(name)};
  return Error{"no such node; there are " + nodeNames(project, registry), std::string(name)};
}

Result<Value> wholeNumber(std::string_view text, const Parameter& parameter) {
  const Value value = valueFromText(text);
  if (const auto number = asInteger(value); number && !std::holds_alternative<bool>(value))
    return Value(*number);
  return Error{"\"" + std::string(text) + "\" is no whole number", parameter.name};
}

Result<Value> onOrOff(std::string_view text, const Parameter& parameter) {
  if (text == "true" || text == "on" || text == "yes" || text == "1") return Value(true);
  if (text == "false" || text == "off" || text == "no" || text == "0") return Value(false);
  return Error{"\"" + std::string(text) + "\" is neither on nor off", parameter.name};
}

Result<Value> json(std::string_view text, const Parameter& parameter) {
  auto node = JsonNode::parse(text);
  if (!node) return Error{node.error().text(), parameter.name};
  return toValue(node.value());
}

/// The description of `key`: a parameter, "tau_m[17]" for one neuron, "V.initial" for a column.
Result<Parameter> parameterOf(const Shape& shape, std::string_view key) {
  if (const Parameter* found = shape.parameter(key)) return *found;
  const std::size_t bracket = key.find('[');
  if (bracket != std::string_view::npos && key.back() == ']')
    if (const Parameter* found = shape.parameter(key.substr(0, bracket)); found && found->each)
      return *found;
  constexpr std::string_view kInitial = ".initial";
  if (key.ends_with(kInitial)) {
    const auto column = std::ranges::find(
        shape.columns, key.substr(0, key.size() - kInitial.size()), &Column::name);
    if (column != shape.columns.end()) {
      Parameter parameter{.name = std::string(key), .initial = column->initial};
      parameter.unit = column->unit;
      parameter.each = true;
      return parameter;
    }
  }
  std::vector<std::string> names;
  for (const Parameter& parameter : shape.parameters) names.push_back(parameter.name);
  for (const Column& column : shape.columns)
    if (column.per == Per::Neuron) names.push_back(column.name + ".initial");
  return Error{"no such parameter; there are " + listed(names), std::string(key)};
}

}  // namespace

Time durationOf(const Project& project) {
  return fromMilliseconds(numberOr(project.settings().values, "duration", 10) * 1e3);
}

std::uint64_t seedOf(const Project& project) {
  return static_cast<std::uint64_t>(integerOr(project.settings().values, "seed", 1));
}

Result<Value> parameterValue(const Parameter& parameter, std::string_view text) {
  const bool isJson = !text.empty() && (text.front() == '[' || text.front() == '{');
  Result<Value> value = Value(std::string(text));
  switch (parameter.kind) {
    case Kind::Number:
      if (isJson)
        value = json(text, parameter);
      else if (const auto number = numberWithUnit(text, parameter.unit))
        value = Value(number.value());
      else
        return Error{number.error().text(), parameter.name};
      break;
    case Kind::Integer: value = wholeNumber(text, parameter); break;
    case Kind::Grid: value = isJson ? json(text, parameter) : wholeNumber(text, parameter); break;
    case Kind::Switch: value = onOrOff(text, parameter); break;
    case Kind::Text:
      if (std::holds_alternative<Json>(parameter.initial)) value = json(text, parameter);
      break;
    default: break;
  }
  if (!value) return value;
  TRY_DO(checkValue(parameter, value.value()));
  return value;
}

bool isLive(const Project& project) {
  return std::ranges::any_of(project.items, [](const auto& entry) {
    const Item& item = entry.second;
    return (item.type == "source.live_events" || item.type == "filter.send_events") &&
           !switchOr(item.values, "bypassed", false);
  });
}

Result<Edit> settingEdit(const Project& project, const Registry& registry, std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return Error{"NODE.PARAM=VALUE is expected, such as E.tau_m=20", std::string(text)};
  TRY(const Place target, targetOf(project, registry, text.substr(0, equals)));
  const Item& item = project.items.at(target.item);
  const std::string where = std::string(text.substr(0, equals));
  if (!registry.nodeType(item.type))
    return Error{"is of the unknown type " + item.type + " and has no known parameters", where};
  auto parameter = parameterOf(registry.describe(item), target.key);
  if (!parameter) return Error{parameter.error().what, where};
  auto value = parameterValue(parameter.value(), text.substr(equals + 1));
  if (!value) return Error{value.error().what, where};
  Edit edit{"set " + std::string(text)};
  edit.ops.push_back(setting(project, target.item, target.key, std::move(value).value()));
  return edit;
}

Project withAbsolutePaths(Project project, const Registry& registry,
                          const std::filesystem::path& folder) {
  for (auto& [id, item] : project.items) {
    for (const Parameter& parameter : registry.describe(item).parameters) {
      if (parameter.kind != Kind::File) continue;
      const auto written = item.values.find(parameter.name);
      if (written == item.values.end()) continue;
      const auto* path = std::get_if<std::string>(&written->second);
      if (!path || path->empty()) continue;
      const auto whole = std::filesystem::absolute(resolvedFile(*path, folder));
      written->second = whole.lexically_normal().string();
    }
  }
  return project;
}

}  // namespace spk
