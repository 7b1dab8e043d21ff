#include "panels/kit/transplant.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/base/Json.h"

namespace spk {
namespace {

/// Inner nodes before wires, wires before wires onto them: the order in which they may be inserted.
std::vector<Id> chosen(const Project& from, std::span<const Id> which) {
  std::vector<Id> ids;
  if (which.empty()) {
    for (const auto& [id, item] : from.items)
      if (id != Id::settings && item.type != "layout.window" && item.type != "lesson.progress")
        ids.push_back(id);
  } else {
    ids = withMembers(from, which);
    std::erase(ids, Id::settings);
  }
  return ids;
}

bool sameSource(const Project& from, const Project& to, Id id) {
  const Item* there = from.find(id);
  const Item* here = to.find(id);
  return there && here && there->type == here->type &&
         textOr(there->values, "name", "") == textOr(here->values, "name", "");
}

void shift(Item& item, double dx, double dy) {
  if (item.isWire()) {
    std::vector<Place> points = pointsOf(item);
    if (points.empty()) return;
    for (Place& point : points) point.x += dx, point.y += dy;
    item.values["points"] = pointsValue(points);
    return;
  }
  const Place place = placeOf(item);
  item.values["x"] = place.x + dx;
  item.values["y"] = place.y + dy;
}

}  // namespace

std::vector<Id> withMembers(const Project& project, std::span<const Id> ids) {
  std::set<Id> all(ids.begin(), ids.end());
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [id, item] : project.items)
      if (item.parent.item != Id::none && all.contains(item.parent.item))
        grew = all.insert(id).second || grew;
  }
  return {all.begin(), all.end()};
}

Transplant transplant(const Project& from, std::span<const Id> which, const Project& to,
                      const std::function<Id()>& newId, double dx, double dy, Incoming incoming) {
  std::map<Id, Item> kept;
  for (const Id id : chosen(from, which))
    if (const Item* item = from.find(id); item && !item->isWire()) kept.emplace(id, *item);
  // Wires: all whose ends are planted; again, for wires onto wires.
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [id, item] : from.items) {
      if (!item.isWire() || kept.contains(id) || !kept.contains(item.to.item)) continue;
      const bool outside = !kept.contains(item.from.item);
      if (outside && (incoming == Incoming::Drop || !sameSource(from, to, item.from.item)))
        continue;
      kept.emplace(id, item);
      grew = true;
    }
  }

  std::map<Id, Id> fresh;
  for (const auto& [id, item] : kept) fresh[id] = newId();
  const auto renewed = [&](Id id) {
    const auto found = fresh.find(id);
    return found == fresh.end() ? id : found->second;
  };
  Transplant result;
  Project grown = to;  // names must differ from those planted before as well
  const auto plant = [&](const Item& old) {
    Item item = old;
    item.id = fresh[old.id];
    item.from.item = renewed(item.from.item);
    item.to.item = renewed(item.to.item);
    if (item.parent.item != Id::none) {
      const bool inside = fresh.contains(item.parent.item);
      const Item* frame = inside ? nullptr : to.find(item.parent.item);
      if (inside)
        item.parent.item = renewed(item.parent.item);
      else if (!frame || frame->type != "layout.frame" || !sameSource(from, to, frame->id))
        item.parent = {};
    }
    shift(item, dx, dy);
    if (const std::string name = textOr(item.values, "name", ""); !name.empty())
      item.values["name"] = uniqueName(grown, item.parent.item, name);
    grown.items[item.id] = item;
    result.made.push_back(item.id);
    result.edit.ops.push_back(Insert{std::move(item)});
  };
  for (const auto& [id, item] : kept)
    if (item.type == "layout.frame") plant(item);
  for (const auto& [id, item] : kept)
    if (item.type != "layout.frame" && !item.isWire()) plant(item);
  std::set<Id> planted(result.made.begin(), result.made.end());
  std::vector<const Item*> wires;
  for (const auto& [id, item] : kept)
    if (item.isWire()) wires.push_back(&item);
  while (!wires.empty()) {  // a wire onto a wire comes after it
    const std::size_t before = wires.size();
    std::erase_if(wires, [&](const Item* wire) {
      const Item* target = &kept.at(wire->to.item);
      if (target->isWire() && !planted.contains(fresh[target->id])) return false;
      plant(*wire);
      planted.insert(fresh[wire->id]);
      return true;
    });
    if (wires.size() == before) break;  // a ring of wires onto wires: no project can hold one
  }
  return result;
}

Place placeOf(const Item& item) {
  return {numberOr(item.values, "x", 0), numberOr(item.values, "y", 0)};
}

Place cornerOf(const Project& project, std::span<const Id> ids) {
  bool any = false;
  Place corner;
  for (const Id id : ids) {
    const Item* item = project.find(id);
    if (!item || item->isWire()) continue;
    const Place place = placeOf(*item);
    corner = any ? Place{std::min(corner.x, place.x), std::min(corner.y, place.y)} : place;
    any = true;
  }
  return corner;
}

std::vector<Place> pointsOf(const Item& item) {
  std::vector<Place> points;
  const auto found = item.values.find("points");
  const Json* text = found == item.values.end() ? nullptr : std::get_if<Json>(&found->second);
  if (!text) return points;
  const auto list = JsonNode::parse(text->text);
  if (!list) return points;
  for (const JsonNode& pair : list.value().items())
    if (pair.items().size() == 2 && pair.items()[0].isNumber() && pair.items()[1].isNumber())
      points.push_back({pair.items()[0].number(), pair.items()[1].number()});
  return points;
}

Value pointsValue(std::span<const Place> points) {
  JsonNode list = JsonNode::list();
  for (const Place& point : points)
    list.add(JsonNode::list({JsonNode{point.x}, JsonNode{point.y}}));
  return Json{list.write()};
}

}  // namespace spk
