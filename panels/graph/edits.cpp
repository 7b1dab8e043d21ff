#include "panels/graph/edits.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/base/Json.h"
#include "engine/graph/check.h"
#include "engine/graph/units.h"
#include "panels/graph/face.h"
#include "panels/kit/itemWords.h"
#include "panels/kit/transplant.h"

namespace spk::panels::graph {
namespace {

/// "E", or "3 items": for the titles of edits.
std::string namesOf(const Project& project, const Registry* registry, std::span<const Id> ids) {
  if (ids.size() != 1) return std::to_string(ids.size()) + " items";
  const Item* item = project.find(ids.front());
  if (!item) return "#" + std::to_string(number(ids.front()));
  if (registry) return shownName(project, *registry, ids.front()).toStdString();
  return textOr(item->values, "name", item->isWire() ? "wire" : item->type);
}

Id commonParent(const Project& project, std::span<const Id> ids) {
  std::optional<Id> parent;
  for (const Id id : ids) {
    const Item* item = project.find(id);
    if (!item || item->isWire()) continue;
    if (!parent)
      parent = item->parent.item;
    else if (*parent != item->parent.item)
      return Id::none;
  }
  return parent.value_or(Id::none);
}

/// Whether `id` lies, at any depth, in `frame`.
bool isInside(const Project& project, Id id, Id frame) {
  int depth = 0;
  for (const Item* item = project.find(id); item && depth < 64; ++depth) {
    if (item->id == frame) return true;
    item = project.find(item->parent.item);
  }
  return false;
}

/// Sets of parent, and of name where the new siblings already have it.
void adopt(const Project& project, Project& grown, Id id, Id parent, Edit& edit) {
  const Item& item = project.items.at(id);
  if (item.parent.item == parent) return;
  edit.ops.push_back(setting(project, id, "parent", Ref{parent, ""}));
  const std::string name = textOr(item.values, "name", "");
  grown.items[id].parent = Ref{parent, ""};
  if (name.empty()) return;
  grown.items[id].values.erase("name");
  const std::string unique = uniqueName(grown, parent, name);
  grown.items[id].values["name"] = unique;
  if (unique != name) edit.ops.push_back(setting(project, id, "name", Value{unique}));
}

}  // namespace

Item newNode(const Project& project, const NodeType& type, Id id, QPointF at,
             const Values& begins) {
  Item item{id, type.id};
  item.values = begins;
  item.values["x"] = std::round(at.x());
  item.values["y"] = std::round(at.y());
  item.values["name"] = uniqueName(project, Id::none, shortTitle(type).toStdString());
  if (type.id == "layout.frame") item.values["w"] = 320.0, item.values["h"] = 200.0;
  if (type.id == "layout.note") item.values["w"] = 240.0, item.values["h"] = 120.0;
  return item;
}

std::map<Id, std::vector<Id>> wiresByItem(const Project& project) {
  std::map<Id, std::vector<Id>> wires;
  for (const auto& [id, item] : project.items) {
    if (!item.isWire()) continue;
    wires[item.from.item].push_back(id);
    if (item.to.item != item.from.item) wires[item.to.item].push_back(id);
  }
  return wires;
}

Edit removing(const Project& project, const Registry& registry, std::span<const Id> ids) {
  std::set<Id> gone;
  for (const Id id : ids)
    if (id != Id::settings && project.find(id)) gone.insert(id);
  Edit edit{"Delete " + namesOf(project, &registry, std::vector<Id>(gone.begin(), gone.end()))};
  Project grown = project;
  for (const auto& [id, item] : project.items) {
    if (gone.contains(id) || !gone.contains(item.parent.item)) continue;
    Id parent = item.parent.item;
    while (gone.contains(parent)) parent = project.items.at(parent).parent.item;
    adopt(project, grown, id, parent, edit);
  }
  // Wires on wires first, then wires, then nodes: nothing ever hangs in the air.
  const auto depth = [&](Id id) {
    int deep = 0;
    for (const Item* item = project.find(id); item && item->isWire() && deep < 64; ++deep)
      item = project.find(item->to.item);
    return deep;
  };
  std::set<Id> all = gone;
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [id, item] : project.items)
      if (item.isWire() && (all.contains(item.from.item) || all.contains(item.to.item)))
        grew = all.insert(id).second || grew;
  }
  std::vector<Id> order(all.begin(), all.end());
  std::ranges::stable_sort(order, [&](Id a, Id b) { return depth(a) > depth(b); });
  for (const Id id : order) edit.ops.push_back(Remove{project.items.at(id)});
  return edit;
}

std::vector<Id> moved(const Project& project, std::span<const Id> ids) {
  std::vector<Id> all = withMembers(project, ids);
  std::erase_if(all, [&](Id id) {
    const Item* item = project.find(id);
    return !item || item->isWire() || id == Id::settings;
  });
  return all;
}

Edit moving(const Project& project, std::span<const Id> ids, QPointF by) {
  const std::vector<Id> all = moved(project, ids);
  Edit edit{"Move " + namesOf(project, nullptr, ids)};
  if (by.isNull()) return edit;
  const std::set<Id> inside(all.begin(), all.end());
  for (const Id id : all) {
    const Place place = placeOf(project.items.at(id));
    if (by.x() != 0) edit.ops.push_back(setting(project, id, "x", Value{place.x + by.x()}));
    if (by.y() != 0) edit.ops.push_back(setting(project, id, "y", Value{place.y + by.y()}));
  }
  for (const auto& [id, item] : project.items) {
    if (!item.isWire() || !inside.contains(item.from.item) || !inside.contains(item.to.item))
      continue;
    std::vector<QPointF> points = reroutePoints(item);
    if (points.empty()) continue;
    for (QPointF& point : points) point += by;
    edit.ops.push_back(std::move(rerouting(project, id, points).ops.front()));
  }
  return edit;
}

void reparent(const Project& project, std::span<const Id> ids,
              const std::function<QRectF(Id)>& rect, Edit& edit) {
  Project grown = project;
  for (const Id id : ids) {
    const Item* item = project.find(id);
    if (!item || item->isWire()) continue;
    // A member whose frame moves along stays in it.
    if (std::ranges::find(ids, item->parent.item) != ids.end()) continue;
    const QRectF box = rect(id);
    Id best = Id::none;
    double area = std::numeric_limits<double>::infinity();
    for (const auto& [frame, other] : project.items) {
      if (other.type != "layout.frame" || isInside(project, frame, id)) continue;
      if (std::ranges::find(ids, frame) != ids.end()) continue;
      const QRectF around = rect(frame);
      const double size = around.width() * around.height();
      const bool holds =
          item->type == "layout.frame" ? around.contains(box) : around.contains(box.center());
      if (holds && size < area && around != box) best = frame, area = size;
    }
    adopt(project, grown, id, best, edit);
  }
}

Edit framing(const Project& project, std::span<const Id> ids, const QRectF& around, Id frame) {
  Edit edit{"Frame " + namesOf(project, nullptr, ids)};
  Item item{frame, "layout.frame"};
  const Id parent = commonParent(project, ids);
  if (parent != Id::none) item.parent = Ref{parent, ""};
  item.values["name"] = uniqueName(project, parent, "Frame");
  item.values["x"] = around.x();
  item.values["y"] = around.y();
  item.values["w"] = around.width();
  item.values["h"] = around.height();
  edit.ops.push_back(Insert{item});
  Project grown = project;
  grown.items[frame] = item;
  for (const Id id : ids)
    if (const Item* member = project.find(id);
        member && !member->isWire() && std::ranges::find(ids, member->parent.item) == ids.end())
      adopt(project, grown, id, frame, edit);
  return edit;
}

Edit toggling(const Project& project, const Registry& registry, std::span<const Id> ids,
              const std::string& key) {
  std::vector<Id> able;
  bool allOn = true;
  for (const Id id : ids) {
    const Item* item = project.find(id);
    if (!item || !registry.describe(*item).parameter(key)) continue;
    able.push_back(id);
    allOn = allOn && switchOr(item->values, key, false);
  }
  const std::string word = key == "muted" ? allOn ? "Unmute " : "Mute "
                           : allOn        ? "End bypass of "
                                          : "Bypass ";
  Edit edit{word + namesOf(project, &registry, able)};
  for (const Id id : able) {
    const bool isOn = switchOr(project.items.at(id).values, key, false);
    if (isOn != allOn) continue;
    edit.ops.push_back(
        setting(project, id, key, allOn ? Setting{std::monostate{}} : Setting{Value{true}}));
  }
  return edit;
}

Edit poking(const Project& project, const Registry& registry, std::span<const Id> ids) {
  const auto isPoked = [&](const Item& item) {
    const NodeType* type = registry.nodeType(item.type);
    return type && type->role == Role::Source && type->shape.parameter("pokes");
  };
  std::vector<Id> poked;
  for (const Id id : ids)
    if (const Item* item = project.find(id); item && isPoked(*item)) poked.push_back(id);
  if (poked.empty())
    for (const auto& [id, item] : project.items)
      if (isPoked(item)) poked.push_back(id);
  Edit edit{"Poke " + namesOf(project, &registry, poked)};
  for (const Id id : poked) {
    const std::int64_t pokes = integerOr(project.items.at(id).values, "pokes", 0);
    edit.ops.push_back(setting(project, id, "pokes", Value{pokes + 1}));
  }
  return edit;
}

Edit renaming(const Project& project, Id id, const std::string& name) {
  const Item* item = project.find(id);
  Edit edit{"Rename " + namesOf(project, nullptr, std::span(&id, 1))};
  if (!item || textOr(item->values, "name", "") == name) return edit;
  if (name.empty()) {
    edit.ops.push_back(setting(project, id, "name", std::monostate{}));
    return edit;
  }
  Project without = project;
  without.items[id].values.erase("name");
  const std::string unique = uniqueName(without, item->parent.item, name);
  edit.ops.push_back(setting(project, id, "name", Value{unique}));
  return edit;
}

std::optional<Parameter> firstNumber(const Project& project, const Registry& registry,
                                     std::span<const Id> ids) {
  const auto numeric = [](const Parameter& parameter) {
    return parameter.essential && (parameter.kind == Kind::Number ||
                                   parameter.kind == Kind::Integer || parameter.kind == Kind::Grid);
  };
  std::optional<Parameter> first;
  for (const Id id : ids) {
    const Item* item = project.find(id);
    if (!item) continue;
    const Shape shape = registry.describe(*item);
    const auto found = std::ranges::find_if(shape.parameters, numeric);
    if (found == shape.parameters.end() || (first && first->name != found->name))
      return std::nullopt;
    if (first) continue;
    first = *found;
    const Item* target = item->isWire() ? project.find(item->to.item) : nullptr;
    if (!target || !first->unit.empty()) continue;
    const Shape there = registry.describe(*target);
    if (const Port* port = there.port(item->to.port)) first->unit = port->unit;
  }
  return first;
}

Result<Edit> numberEdit(const Project& project, const Registry& registry, std::span<const Id> ids,
                        const Parameter& parameter, const std::string& text) {
  TRY(const double number, numberWithUnit(text, parameter.unit));
  if (parameter.kind != Kind::Number && number != std::round(number))
    return Error{text + " is no whole number", parameter.name};
  const Value value =
      parameter.kind == Kind::Number ? Value{number} : Value{static_cast<std::int64_t>(number)};
  TRY_DO(checkValue(parameter, value));
  Edit edit{"Set " + parameter.name + " of " + namesOf(project, &registry, ids)};
  for (const Id id : ids)
    if (Set set = setting(project, id, parameter.name, value); set.before != set.after)
      edit.ops.push_back(std::move(set));
  return edit;
}

std::optional<bool> isInput(const Project& project, const Registry& registry, const Ref& end) {
  const Item* item = project.find(end.item);
  if (!item) return std::nullopt;
  for (const Port& port : portsOf(registry, *item))
    if (port.name == end.port) return port.input;
  return std::nullopt;
}

Result<Edit> wiring(const Project& project, const Registry& registry, Ref a, Ref b, Id wire) {
  if (isInput(project, registry, a).value_or(false)) std::swap(a, b);
  if (isInput(project, registry, a).value_or(false))
    return Error{"both ends are inputs: a wire leads from an output to an input"};
  if (!isInput(project, registry, b).value_or(true))
    return Error{"both ends are outputs: a wire leads from an output to an input"};
  for (const auto& [id, item] : project.items)
    if (item.from == a && item.to == b) return Error{"these two are wired already"};
  TRY(const std::string type, wireType(project, registry, a, b));
  Item item{wire, type};
  item.from = std::move(a);
  item.to = std::move(b);
  // Two populations: sparse and random, as networks are. All to all would be a million synapses.
  const auto isPopulation = [&](const Ref& ref) {
    const Item* node = project.find(ref.item);
    const NodeType* kind = node ? registry.nodeType(node->type) : nullptr;
    return kind && kind->role == Role::Population;
  };
  if (type == "synapse.static" && isPopulation(item.from) && isPopulation(item.to))
    item.values["rule"] = std::string("pairwise_bernoulli");
  const auto end = [&](const Ref& ref) {
    return shownName(project, registry, ref.item).toStdString();
  };
  return Edit{"Wire " + end(item.from) + " → " + end(item.to), {Insert{item}}};
}

Result<std::string> firstFit(const Project& with, const Registry& registry, const Ref& end,
                             Id item) {
  const Item* other = with.find(item);
  if (!other) return Error{"there is nothing"};
  const bool wantsInput = !isInput(with, registry, end).value_or(false);
  Error last{wantsInput ? "it has no input" : "it has no output"};
  for (const Port& port : portsOf(registry, *other)) {
    if (port.input != wantsInput) continue;
    const Ref ref{item, port.name};
    auto type =
        wantsInput ? wireType(with, registry, end, ref) : wireType(with, registry, ref, end);
    if (type) return port.name;
    last = std::move(type).error();
  }
  return last;
}

Result<Edit> inserting(const Project& project, const Registry& registry, Id node, Id wire,
                       const NewId& newId) {
  const Item* old = project.find(wire);
  if (!old || !old->isWire()) return Error{"there is no wire"};
  if (old->from.item == node || old->to.item == node)
    return Error{"the wire already meets this node"};
  TRY(const std::string in, firstFit(project, registry, old->from, node));
  TRY(const std::string out, firstFit(project, registry, old->to, node));
  TRY(const std::string first, wireType(project, registry, old->from, Ref{node, in}));
  TRY(const std::string second, wireType(project, registry, Ref{node, out}, old->to));
  Item before{newId(), first}, after{newId(), second};
  before.from = old->from, before.to = Ref{node, in};
  after.from = Ref{node, out}, after.to = old->to;
  // The wire's own values go on where the same kind of wire goes on.
  (second == old->type  ? after
   : first == old->type ? before
                        : after)
      .values = second == old->type || first == old->type ? old->values : Values{};
  for (Item* item : {&before, &after}) item->values.erase("points"), item->values.erase("name");
  Edit edit = removing(project, registry, std::span(&wire, 1));
  edit.title = "Insert " + shownName(project, registry, node).toStdString() + " into a wire";
  edit.ops.push_back(Insert{before});
  edit.ops.push_back(Insert{after});
  return edit;
}

std::optional<std::pair<Ref, Ref>> joining(const Project& project, const Registry& registry,
                                           Id there, Id added) {
  const Item* other = project.find(added);
  const NodeType* type = other ? registry.nodeType(other->type) : nullptr;
  if (!type) return std::nullopt;
  const auto lead = [&](Id from, Id to) -> std::optional<std::pair<Ref, Ref>> {
    const Item* source = project.find(from);
    if (!source) return std::nullopt;
    for (const Port& port : portsOf(registry, *source)) {
      if (port.input) continue;
      const Ref out{from, port.name};
      if (auto in = firstFit(project, registry, out, to))
        return std::pair{out, Ref{to, in.value()}};
    }
    return std::nullopt;
  };
  const bool before = type->role == Role::Source;
  if (auto wire = before ? lead(added, there) : lead(there, added)) return wire;
  return before ? lead(there, added) : lead(added, there);
}

std::vector<Id> insideOf(const Project& part) {
  std::set<Id> outside;
  if (const auto found = part.unknown.find(kOutside); found != part.unknown.end())
    if (const auto list = JsonNode::parse(found->second.text))
      for (const JsonNode& id : list.value().items())
        outside.insert(Id{static_cast<std::uint64_t>(id.integer())});
  std::vector<Id> inside;
  for (const auto& [id, item] : part.items)
    if (id != Id::settings && !item.isWire() && !outside.contains(id) &&
        item.type != "layout.window" && item.type != "lesson.progress")
      inside.push_back(id);
  return inside;
}

std::vector<QPointF> reroutePoints(const Item& wire) {
  std::vector<QPointF> points;
  for (const Place& place : pointsOf(wire)) points.emplace_back(place.x, place.y);
  return points;
}

Edit rerouting(const Project& project, Id wire, const std::vector<QPointF>& points) {
  std::vector<Place> places;
  for (const QPointF& point : points) places.push_back({point.x(), point.y()});
  Edit edit{"Reroute a wire"};
  edit.ops.push_back(
      setting(project, wire, "points",
              places.empty() ? Setting{std::monostate{}} : Setting{pointsValue(places)}));
  return edit;
}

}  // namespace spk::panels::graph
