#include "engine/graph/Document.h"

#include <algorithm>
#include <set>
#include <vector>

#include "engine/base/Json.h"

namespace spk {
namespace {

constexpr std::uint64_t kLastId = std::uint64_t{1} << 53;  // exact in JSON of every tool
constexpr std::string_view kRefKeys[] = {"parent", "from", "to"};

/// The end that a key names, nullptr for a value's key.
template <class ItemType>  // Item or const Item
auto refOf(ItemType& item, std::string_view key) -> decltype(&item.parent) {
  return key == "parent" ? &item.parent
         : key == "from" ? &item.from
         : key == "to"   ? &item.to
                         : nullptr;
}

bool isRefKey(std::string_view key) {
  return std::ranges::find(kRefKeys, key) != std::end(kRefKeys);
}

/// As it comes back from a file: Json in one spelling, and only what no other alternative holds.
Result<Value> normal(Value value) {
  const auto* json = std::get_if<Json>(&value);
  if (!json) return value;
  auto node = JsonNode::parse(json->text);
  if (!node) return Error{"is no JSON: " + node.error().text(), json->text.substr(0, 60)};
  return toValue(node.value());
}

/// Equal as values; NaN equals NaN, else what holds one could never be set back or removed.
bool same(const Value& a, const Value& b) {
  if (a == b) return true;
  const auto* realA = std::get_if<double>(&a);
  const auto* realB = std::get_if<double>(&b);
  if (realA && realB) return *realA != *realA && *realB != *realB;
  if (!std::holds_alternative<Json>(a) && !std::holds_alternative<Json>(b)) return false;
  const auto normalA = normal(a), normalB = normal(b);
  return normalA && normalB && normalA.value() == normalB.value();
}
bool same(const Setting& a, const Setting& b) {
  const auto* valueA = std::get_if<Value>(&a);
  const auto* valueB = std::get_if<Value>(&b);
  return valueA && valueB ? same(*valueA, *valueB) : a == b;
}
bool same(const Item& a, const Item& b) {
  const auto sameEntry = [](const auto& x, const auto& y) {
    return x.first == y.first && same(x.second, y.second);
  };
  return a.id == b.id && a.type == b.type && a.parent == b.parent && a.from == b.from &&
         a.to == b.to && a.unknown == b.unknown &&
         std::ranges::equal(a.values, b.values, sameEntry);
}

std::string settingText(const Setting& setting) {
  if (const auto* value = std::get_if<Value>(&setting)) return valueText(*value);
  if (const auto* ref = std::get_if<Ref>(&setting))
    return ref->item == Id::none ? "no end"
                                 : "#" + std::to_string(number(ref->item)) + "." + ref->port;
  return "nothing";
}

/// Carries out single operations; each happens wholly or changes nothing.
class Application {
 public:
  explicit Application(Project& project) : project_(project) {}

  Result<void> operator()(const Insert& insert) {
    const Id id = insert.item.id;
    if (id == Id::none || number(id) > kLastId)
      return Error{"an item with the number " + std::to_string(number(id)) + " cannot be inserted",
                   insert.item.type};
    if (insert.item.type.empty() || !isUtf8(insert.item.type))
      return Error{"has no type", nameOf(id)};
    Item item = insert.item;
    for (auto& [key, value] : item.values) {
      TRY_DO(checkKey(key, id));
      TRY(value, normal(std::move(value)));
    }
    if (!project_.items.emplace(id, std::move(item)).second)
      return Error{"is there already", nameOf(id)};
    project_.nextId = std::max(project_.nextId, number(id) + 1);
    return {};
  }

  Result<void> operator()(const Remove& remove) {
    const Id id = remove.item.id;
    const auto found = project_.items.find(id);
    if (found == project_.items.end())
      return Error{"is not there and cannot be removed", nameOf(id)};
    if (id == Id::settings) return Error{"the project's settings cannot be removed", nameOf(id)};
    if (!same(found->second, remove.item))
      return Error{"has changed since the edit was made", nameOf(id)};
    project_.items.erase(found);
    return {};
  }

  Result<void> operator()(const Set& set) {
    const auto found = project_.items.find(set.item);
    if (found == project_.items.end())
      return Error{"is not there; " + set.key + " cannot be set", nameOf(set.item)};
    TRY_DO(checkKey(set.key, set.item));
    const bool ref =
        std::holds_alternative<Ref>(set.before) || std::holds_alternative<Ref>(set.after);
    return ref ? setRef(found->second, set) : setValue(found->second.values, set);
  }

 private:
  Result<void> checkKey(const std::string& key, Id id) const {
    if (key.empty()) return Error{"a value without a key cannot be set", nameOf(id)};
    if (!isUtf8(key)) return Error{"a key must be UTF-8", nameOf(id)};
    return {};
  }

  std::string nameOf(Id id) const {
    return project_.find(id) ? itemPath(project_, id) : "#" + std::to_string(number(id));
  }

  Error changed(const Set& set, const Setting& now) const {
    return Error{set.key + " is " + settingText(now) + ", not " + settingText(set.before) +
                     " as the edit expects",
                 nameOf(set.item)};
  }

  Result<void> setRef(Item& item, const Set& set) {
    Ref* ref = refOf(item, set.key);
    const auto end = [](const Setting& s) {
      return std::holds_alternative<Ref>(s) ? std::get<Ref>(s) : Ref{};
    };
    if (!ref || std::holds_alternative<Value>(set.before) ||
        std::holds_alternative<Value>(set.after))
      return Error{set.key + " is a value, not the end of a wire", nameOf(set.item)};
    if (set.item == Id::settings) return Error{"the settings have no " + set.key, nameOf(set.item)};
    if (*ref != end(set.before)) return changed(set, *ref);
    *ref = end(set.after);
    return {};
  }

  Result<void> setValue(Values& values, const Set& set) {
    const auto found = values.find(set.key);
    const Setting now = found == values.end() ? Setting{} : Setting{found->second};
    if (!same(now, set.before)) return changed(set, now);
    if (const auto* value = std::get_if<Value>(&set.after)) {
      TRY(values[set.key], normal(*value));
    } else if (found != values.end()) {
      values.erase(found);
    }
    return {};
  }

  Project& project_;
};

/// No frame around the item encloses itself.
Result<void> checkParents(const Project& project, Id id) {
  std::set<Id> seen;
  for (const Item* item = project.find(id); item && item->parent.item != Id::none;
       item = project.find(item->parent.item))
    if (!seen.insert(item->id).second)
      return Error{"would lie inside itself", itemPath(project, id)};
  return {};
}

}  // namespace

const Item* Project::find(Id id) const {
  const auto found = items.find(id);
  return found == items.end() ? nullptr : &found->second;
}

const Item& Project::settings() const {
  static const Item kEmpty{Id::settings, "project.settings", {}, {}, {}, {}};
  const Item* item = find(Id::settings);
  return item ? *item : kEmpty;
}

Project emptyProject() {
  Project project;
  Item settings{Id::settings, "project.settings", {}, {}, {}, {}};
  settings.values = {{"dt", 0.1}, {"seed", std::int64_t{1}}, {"duration", 10.0}, {"pace", 1.0}};
  project.items.emplace(Id::settings, std::move(settings));
  return project;
}

std::string itemPath(const Project& project, Id id) {
  std::string path;
  std::set<Id> seen;  // a damaged file may have frames that enclose each other
  for (const Item* item = project.find(id); item && seen.insert(item->id).second;
       item = project.find(item->parent.item)) {
    std::string name = textOr(item->values, "name", "");
    if (name.empty()) name = "#" + std::to_string(number(item->id));
    path = path.empty() ? name : name + "/" + path;
  }
  return path.empty() ? "#" + std::to_string(number(id)) : path;
}

Result<Id> itemByPath(const Project& project, std::string_view path) {
  std::vector<Id> byPath, byName;
  std::string all;
  for (const auto& [id, item] : project.items) {
    const std::string name = textOr(item.values, "name", "");
    if ("#" + std::to_string(number(id)) == path || (id == Id::settings && path == "settings"))
      return id;
    if (name.empty()) continue;
    const std::string full = itemPath(project, id);
    if (full == path) byPath.push_back(id);
    if (name == path) byName.push_back(id);
    if (!item.isWire() && all.size() < 400) all += (all.empty() ? "" : ", ") + full;
  }
  const std::vector<Id>& found = byPath.empty() ? byName : byPath;
  if (found.size() == 1) return found.front();
  if (found.empty())
    return Error{
        "no item has this name; there " + (all.empty() ? "is none with a name" : "are: " + all),
        std::string(path)};
  std::string candidates;
  for (const Id id : found)
    candidates += (candidates.empty() ? "" : ", ") + itemPath(project, id) + " (#" +
                  std::to_string(number(id)) + ")";
  return Error{"several items have this name: " + candidates, std::string(path)};
}

std::string uniqueName(const Project& project, Id parent, std::string_view wanted) {
  std::set<std::string, std::less<>> taken;
  for (const auto& [id, item] : project.items)
    if (item.parent.item == parent) taken.insert(textOr(item.values, "name", ""));
  if (!taken.contains(wanted)) return std::string(wanted);
  for (int i = 2;; ++i)
    if (std::string name = std::string(wanted) + " " + std::to_string(i); !taken.contains(name))
      return name;
}

Set setting(const Project& project, Id item, std::string key, Setting after) {
  Set set{item, std::move(key), {}, std::move(after)};
  const Item* there = project.find(item);
  if (!there) return set;
  const auto value = there->values.find(set.key);
  const bool written = value != there->values.end();
  const bool unwrites = std::holds_alternative<std::monostate>(set.after);
  // "from" and "to" are ends of wires and, at a source, values: the new content tells which.
  if (isRefKey(set.key) && (std::holds_alternative<Ref>(set.after) || (unwrites && !written))) {
    set.before = *refOf(*there, set.key);
    if (unwrites) set.after = Ref{};
  } else if (written) {
    set.before = value->second;
  }
  return set;
}

Result<void> Document::apply(const Edit& edit) {
  Application application(project_);
  const std::uint64_t nextId = project_.nextId;
  std::size_t done = 0;
  Result<void> result;
  for (; done < edit.ops.size() && result; ++done)
    result = std::visit([&](const auto& op) { return application(op); }, edit.ops[done]);
  for (std::size_t i = 0; i < edit.ops.size() && result; ++i) {
    const auto* set = std::get_if<Set>(&edit.ops[i]);
    const auto* insert = std::get_if<Insert>(&edit.ops[i]);
    if (set && set->key == "parent") result = checkParents(project_, set->item);
    if (insert) result = checkParents(project_, insert->item.id);
    if (!result) done = edit.ops.size() + 1;
  }
  if (!result) {
    const Edit begun{"",
                     {edit.ops.begin(), edit.ops.begin() + static_cast<std::ptrdiff_t>(done - 1)}};
    for (const Operation& op : inverse(begun).ops)
      std::visit([&](const auto& o) { (void)application(o); }, op);
    project_.nextId = nextId;
    return result;
  }
  ++version_;
  if (onEdit) onEdit(edit);
  return {};
}

}  // namespace spk
