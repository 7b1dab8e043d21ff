#include "panels/inspector/inspected.h"

#include <QStringList>
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "engine/graph/population.h"
#include "panels/kit/Theme.h"
#include "panels/kit/itemWords.h"

namespace spk::panels::inspector {
namespace {

/// What the canvas edits by hand.
bool isOfCanvas(const Parameter& parameter, const Item& item) {
  static constexpr std::array kKeys = {"name", "x", "y", "points", "docks"};
  if (std::ranges::find(kKeys, parameter.name) != kKeys.end()) return true;
  return item.type.starts_with("layout.") &&
         (parameter.name == "w" || parameter.name == "h" || parameter.name == "collapsed");
}

bool isGeneral(const std::string& name) {
  return name == "muted" || name == "bypassed" || name == "stream";
}

const Value& valueOf(const Item& item, const Parameter& parameter) {
  const auto written = item.values.find(parameter.name);
  return written == item.values.end() ? parameter.initial : written->second;
}

/// Parameters as people meet them: a weight has the unit of the port that it acts on.
std::vector<Parameter> parametersOf(const Project& project, const Registry& registry,
                                    const Item& item, const Shape& shape) {
  std::vector<Parameter> parameters = shape.parameters;
  const Item* target = item.isWire() ? project.find(item.to.item) : nullptr;
  if (!target) return parameters;
  const Shape there = registry.describe(*target);
  for (Parameter& parameter : parameters)
    if (parameter.name == "weight" && parameter.unit.empty())
      if (const Port* port = there.port(item.to.port)) parameter.unit = port->unit;
  return parameters;
}

/// Where the columns of a population start: keys "V.initial".
std::vector<Parameter> startParameters(const Item& item, const Shape& shape) {
  std::vector<Parameter> starts;
  for (const Column& column : shape.columns) {
    if (column.per != Per::Neuron) continue;
    Parameter parameter{
        .name = column.name + ".initial", .initial = column.initial, .unit = column.unit};
    parameter.doc = "Where " + column.name + " starts. " + column.doc;
    parameter.live = false;
    parameter.each = true;
    if (const Parameter* source = shape.parameter(column.initialFrom))
      parameter.initial = valueOf(item, *source);
    starts.push_back(std::move(parameter));
  }
  return starts;
}

RowState rowOf(const Parameter& parameter, const Project& project, std::span<const Id> items) {
  RowState row{parameter, parameter.initial};
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Item& item = project.items.at(items[i]);
    const Value& value = valueOf(item, parameter);
    if (i == 0)
      row.value = value;
    else if (value != row.value)
      row.mixed = true;
    row.changed =
        row.changed || (item.values.contains(parameter.name) && value != parameter.initial);
  }
  return row;
}

/// Of one item, what it has and shows: described once, however many rows ask.
struct Had {
  std::vector<Parameter> plain, starts;
};

Had hadBy(const Project& project, const Registry& registry, const Item& item) {
  const Shape shape = registry.describe(item);
  Had had{parametersOf(project, registry, item, shape), startParameters(item, shape)};
  std::erase_if(had.plain, [&](const Parameter& parameter) {
    return isOfCanvas(parameter, item) || !isShown(parameter, item, shape);
  });
  return had;
}

bool has(const std::vector<Parameter>& all, const Parameter& wanted) {
  const auto found = std::ranges::find(all, wanted.name, &Parameter::name);
  return found != all.end() && found->kind == wanted.kind && found->unit == wanted.unit;
}

/// The rows of `items` that all of them have, with the same kind and unit, and show.
void addGroups(const Project& project, const Registry& registry, const std::vector<Id>& items,
               const std::string& prefix, Inspected& result) {
  std::vector<Had> had;
  for (const Id id : items) had.push_back(hadBy(project, registry, project.items.at(id)));
  Group own{prefix + "parameters", {}, items};
  Group start{prefix + "start", "Start values", items, {}, false};
  Group general{prefix + "general", "General", items, {}, false};
  for (const Parameter& parameter : had.front().plain) {
    if (!std::ranges::all_of(had, [&](const Had& one) { return has(one.plain, parameter); }))
      continue;
    Group& group = isGeneral(parameter.name) ? general : own;
    group.rows.push_back(rowOf(parameter, project, items));
  }
  for (const Parameter& parameter : had.front().starts)
    if (std::ranges::all_of(had, [&](const Had& one) { return has(one.starts, parameter); }))
      start.rows.push_back(rowOf(parameter, project, items));
  for (Group* group : {&own, &start, &general})
    if (!group->rows.empty()) result.groups.push_back(std::move(*group));
}

QString factsOf(const Project& project, const Registry& registry, const Item& item) {
  QString facts = QString::fromStdString(item.type);
  const NodeType* type = registry.nodeType(item.type);
  if (type && type->role == Role::Population) {
    const std::int64_t n = populationSize(item, registry.describe(item));
    facts += QStringLiteral(" · %1 neurons").arg(shownCount(static_cast<std::uint64_t>(n)));
  }
  if (item.isWire() && !textOr(item.values, "name", "").empty())
    facts = shownName(project, registry, item.from.item) + " → " +
            shownName(project, registry, item.to.item) + " · " + facts;
  return facts;
}

/// Under a single node the wires that touch it, closed: one may set a weight without finding the
/// wire first.
void addWires(const Project& project, const Registry& registry, Id node, Inspected& result) {
  constexpr int kMost = 24;
  int shown = 0;
  for (const auto& [id, wire] : project.items) {
    if (!wire.isWire() || (wire.from.item != node && wire.to.item != node)) continue;
    if (wire.type == "wire.signal" || ++shown > kMost) continue;
    Inspected inner;
    addGroups(project, registry, {id}, "wire " + std::to_string(number(id)) + " ", inner);
    Group all{"wire " + std::to_string(number(id)),
              shownName(project, registry, id) + " · " + QString::fromStdString(wire.type),
              {id},
              {},
              false};
    for (Group& group : inner.groups) std::ranges::move(group.rows, std::back_inserter(all.rows));
    result.groups.push_back(std::move(all));
  }
}

/// Above the parameters, where all items are of one type that has presets.
void addPresets(const Project& project, const Registry& registry, Inspected& result) {
  const Item& first = project.items.at(result.items.front());
  const NodeType* type = registry.nodeType(first.type);
  if (!type || type->presets.empty()) return;
  Parameter parameter{.name = kPreset, .kind = Kind::Choice, .initial = std::string(kDefaults)};
  parameter.doc = "Values that belong together, set by one step.";
  parameter.choices = {kDefaults};
  for (const Preset& preset : type->presets) parameter.choices.push_back(preset.name);
  parameter.choices.push_back(kCustom);
  RowState row{parameter, {}};
  for (const Id id : result.items) {
    const Item& item = project.items.at(id);
    if (item.type != first.type) return;
    const Value now{presetOf(*type, registry.describe(item), item)};
    if (id == first.id)
      row.value = now;
    else if (now != row.value)
      row.mixed = true;
  }
  result.groups.push_back({kPreset, {}, result.items, {row}});
}

QString documentation(const Registry& registry, const Item& item) {
  const NodeType* type = registry.nodeType(item.type);
  if (!type)
    return QStringLiteral(
               "This program does not know the type %1. It is kept as it is, and left out when "
               "running.")
        .arg(QString::fromStdString(item.type));
  return QString::fromStdString(type->doc);
}

}  // namespace

bool isShown(const Parameter& parameter, const Item& item, const Shape& shape) {
  if (parameter.shownIf.empty()) return true;
  const auto holds = [&](const QString& term) {
    const bool unequal = term.contains("!=");
    const QStringList sides = term.split(unequal ? "!=" : "==");
    if (sides.size() != 2) return true;  // a term that nobody understands hides nothing
    const std::string key = sides[0].trimmed().toStdString();
    const Parameter* other = shape.parameter(key);
    if (!other) return true;
    const QString now = QString::fromStdString(valueText(valueOf(item, *other)));
    return (now == sides[1].trimmed()) != unequal;
  };
  const QString condition = QString::fromStdString(parameter.shownIf).replace("||", " or ");
  for (const QString& term : condition.split(" or "))
    if (holds(term)) return true;
  return false;
}

Inspected inspect(const Project& project, const Registry& registry, std::span<const Id> selection) {
  Inspected result;
  for (const Id id : selection)
    if (project.find(id)) result.items.push_back(id);
  if (result.items.empty()) result.items = {Id::settings};
  const Item& first = project.items.at(result.items.front());
  if (result.items.size() == 1) {
    result.name = shownName(project, registry, first.id);
    result.renames = first.id != Id::settings;
    result.facts = first.id == Id::settings ? QStringLiteral("what holds for the whole project")
                                            : factsOf(project, registry, first);
    result.doc = documentation(registry, first);
  } else {
    std::set<std::string> types;
    for (const Id id : result.items) types.insert(project.items.at(id).type);
    result.name = QStringLiteral("%1 items").arg(result.items.size());
    result.facts = types.size() == 1
                       ? QString::fromStdString(*types.begin())
                       : QStringLiteral("%1 types; what they share").arg(types.size());
    if (types.size() == 1) result.doc = documentation(registry, first);
  }
  addPresets(project, registry, result);
  addGroups(project, registry, result.items, "", result);
  if (result.items.size() == 1 && !first.isWire()) addWires(project, registry, first.id, result);
  return result;
}

Edit valueEdit(const Project& project, const Registry& registry, std::span<const Id> items,
               const std::string& key, const Setting& value) {
  const std::string of = items.size() == 1
                             ? shownName(project, registry, items.front()).toStdString()
                             : std::to_string(items.size()) + " items";
  const bool resets = std::holds_alternative<std::monostate>(value);
  Edit edit{(resets ? "Reset " : "Set ") + key + " of " + of};
  for (const Id id : items) {
    if (!project.find(id)) continue;
    Set set = setting(project, id, key, value);
    if (set.before != set.after) edit.ops.push_back(std::move(set));
  }
  return edit;
}

std::string presetOf(const NodeType& type, const Shape& shape, const Item& item) {
  const auto same = [](const Value& a, const Value& b) {
    const auto x = asNumber(a), y = asNumber(b);
    return x && y ? *x == *y : a == b;
  };
  const auto now = [&](const std::string& key) -> std::optional<Value> {
    const Parameter* parameter = shape.parameter(key);
    return parameter ? std::optional(valueOf(item, *parameter)) : std::nullopt;
  };
  const Preset* best = nullptr;
  bool isInitial = true;
  for (const Preset& preset : type.presets) {
    bool fits = true;
    for (const auto& [key, value] : preset.values) {
      const auto held = now(key);
      fits = fits && held && same(*held, value);
      isInitial = isInitial && held && same(*held, shape.parameter(key)->initial);
    }
    if (fits && (!best || preset.values.size() > best->values.size())) best = &preset;
  }
  return best ? best->name : isInitial ? kDefaults : kCustom;
}

Edit presetEdit(const Project& project, const Registry& registry, std::span<const Id> items,
                const std::string& preset) {
  const std::string of = items.size() == 1
                             ? shownName(project, registry, items.front()).toStdString()
                             : std::to_string(items.size()) + " items";
  Edit edit{"Set preset of " + of + " to " + preset};
  for (const Id id : items) {
    const Item* item = project.find(id);
    const NodeType* type = item ? registry.nodeType(item->type) : nullptr;
    if (!type) continue;
    const auto chosen = std::ranges::find(type->presets, preset, &Preset::name);
    if (chosen == type->presets.end() && preset != kDefaults) continue;
    std::map<std::string, Setting> wanted;  // nothing written: the initial value
    for (const Preset& each : type->presets)
      for (const auto& [key, value] : each.values) wanted[key] = std::monostate{};
    if (chosen != type->presets.end())
      for (const auto& [key, value] : chosen->values) wanted[key] = value;
    for (const auto& [key, value] : wanted) {
      Set set = setting(project, id, key, value);
      if (set.before != set.after) edit.ops.push_back(std::move(set));
    }
  }
  return edit;
}

}  // namespace spk::panels::inspector
