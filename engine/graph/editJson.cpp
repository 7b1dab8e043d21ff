#include "engine/graph/editJson.h"

#include <array>
#include <charconv>
#include <limits>

#include "engine/graph/ProjectFile.h"

namespace spk {
namespace {

constexpr std::array<std::string_view, 6> kMembers = {"id",   "type", "parent",
                                                      "from", "to",   "values"};

bool isKnown(std::string_view member) {
  for (const std::string_view known : kMembers)
    if (known == member) return true;
  return false;
}

JsonNode idJson(Id id) { return static_cast<std::int64_t>(number(id)); }

Result<Id> readId(const JsonNode* node, std::string_view what) {
  if (!node) return Error{"lacks \"" + std::string(what) + "\"", ""};
  if (node->form() != JsonNode::Form::Integer || node->integer() < 1 ||
      node->integer() > (std::int64_t{1} << 53))
    return Error{"\"" + std::string(what) + "\" is " + node->write() +
                     " where a number of 1 or more is expected",
                 ""};
  return Id{static_cast<std::uint64_t>(node->integer())};
}

Result<Ref> readEnd(const JsonNode& node, const char* member) {
  const JsonNode* found = node.find(member);
  if (!found) return Ref{};
  if (found->form() == JsonNode::Form::Integer) {
    TRY(const Id id, readId(found, member));
    return Ref{id, ""};
  }
  auto ref = found->form() == JsonNode::Form::Text ? readRef(found->text()) : Result<Ref>(Error{});
  if (!ref)
    return Error{"\"" + std::string(member) + "\" is " + found->write() +
                     " where \"3.out\" or a number is expected",
                 ""};
  return ref;
}

/// A frame has no port: its number alone.
JsonNode endJson(const Ref& ref) {
  return ref.port.empty() ? idJson(ref.item) : JsonNode(refText(ref));
}

JsonNode settingJson(const Setting& setting) {
  if (const auto* value = std::get_if<Value>(&setting)) return toJson(*value);
  return endJson(std::get<Ref>(setting));
}

/// "before"/"after" hold values, "beforeEnd"/"afterEnd" ends of wires; absent: nothing is written.
Result<Setting> readSetting(const JsonNode& op, const std::string& member) {
  if (const JsonNode* value = op.find(member)) return Setting(toValue(*value));
  if (!op.find(member + "End")) return Setting();
  const JsonNode* end = op.find(member + "End");
  if (end->form() == JsonNode::Form::Integer && end->integer() == 0) return Setting(Ref{});
  TRY(const Ref ref, readEnd(op, (member + "End").c_str()));
  return Setting(ref);
}

JsonNode operationJson(const Operation& op) {
  if (const auto* insert = std::get_if<Insert>(&op))
    return JsonNode::object({{"insert", itemJson(insert->item)}});
  if (const auto* remove = std::get_if<Remove>(&op))
    return JsonNode::object({{"remove", itemJson(remove->item)}});
  const Set& set = std::get<Set>(op);
  JsonNode node = JsonNode::object({{"set", set.key}, {"item", idJson(set.item)}});
  const auto put = [&](const char* member, const Setting& setting) {
    if (std::holds_alternative<std::monostate>(setting)) return;
    const bool end = std::holds_alternative<Ref>(setting);
    node.append(std::string(member) + (end ? "End" : ""), settingJson(setting));
  };
  put("before", set.before);
  put("after", set.after);
  return node;
}

Result<Operation> readOperation(const JsonNode& node) {
  if (const JsonNode* item = node.find("insert")) {
    TRY(Item read, readItem(*item));
    return Operation(Insert{std::move(read)});
  }
  if (const JsonNode* item = node.find("remove")) {
    TRY(Item read, readItem(*item));
    return Operation(Remove{std::move(read)});
  }
  const JsonNode* key = node.find("set");
  if (!key || key->form() != JsonNode::Form::Text)
    return Error{"is none of insert, remove and set", "operation"};
  TRY(const Id id, readId(node.find("item"), "item"));
  TRY(Setting before, readSetting(node, "before"));
  TRY(Setting after, readSetting(node, "after"));
  return Operation(Set{id, key->text(), std::move(before), std::move(after)});
}

}  // namespace

std::string refText(const Ref& ref) { return std::to_string(number(ref.item)) + "." + ref.port; }

Result<Ref> readRef(std::string_view text) {
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end == text.data() + text.size() || *end != '.' ||
      id > std::uint64_t{1} << 53)
    return Error{"is no end of a wire, as in 3.out", std::string(text)};
  return Ref{Id{id}, std::string(text.substr(static_cast<std::size_t>(end - text.data()) + 1))};
}

JsonNode itemJson(const Item& item) {
  JsonNode node = JsonNode::object({{"id", idJson(item.id)}, {"type", item.type}});
  if (item.parent != Ref{}) node.append("parent", endJson(item.parent));
  if (item.from != Ref{}) node.append("from", endJson(item.from));
  if (item.to != Ref{}) node.append("to", endJson(item.to));
  if (!item.values.empty()) {
    JsonNode values = JsonNode::object();
    for (const auto& [key, value] : item.values) values.append(key, toJson(value));
    node.append("values", std::move(values));
  }
  for (const auto& [key, json] : item.unknown) {
    auto value = JsonNode::parse(json.text);
    if (!isKnown(key)) node.append(key, value ? std::move(value).value() : JsonNode(json.text));
  }
  return node;
}

Result<Item> readItem(const JsonNode& node) {
  if (node.form() != JsonNode::Form::Object)
    return Error{"is " + node.write() + " where an object is expected", "item"};
  Item item;
  const auto named = [&](Error error) {
    if (item.id != Id::none)
      error.where = "item " + std::to_string(number(item.id));
    else
      error.where = "an item";
    return error;
  };
  auto id = readId(node.find("id"), "id");
  if (!id) return named(std::move(id).error());
  item.id = id.value();
  const JsonNode* type = node.find("type");
  if (!type || type->form() != JsonNode::Form::Text || type->text().empty())
    return named({"lacks \"type\"", ""});
  item.type = type->text();
  for (const auto& [member, end] :
       {std::pair("parent", &item.parent), {"from", &item.from}, {"to", &item.to}}) {
    auto ref = readEnd(node, member);
    if (!ref) return named(std::move(ref).error());
    *end = std::move(ref).value();
  }
  if (const JsonNode* values = node.find("values")) {
    if (values->form() != JsonNode::Form::Object) return named({"\"values\" is no object", ""});
    if (values->find("")) return named({"holds a value without a key", ""});
    for (const auto& [key, value] : values->members()) item.values.emplace(key, toValue(value));
  }
  for (const auto& [key, value] : node.members())
    if (!isKnown(key)) item.unknown.emplace(key, Json{value.write()});
  return item;
}

std::string editText(const Edit& edit) {
  std::vector<JsonNode> ops;
  for (const Operation& op : edit.ops) ops.push_back(operationJson(op));
  return JsonNode::object({{"title", edit.title}, {"ops", JsonNode::list(std::move(ops))}}).write();
}

Result<Edit> readEdit(std::string_view line) {
  TRY(const JsonNode node, JsonNode::parse(line, JsonNode::kDeepest + 5));  // as deep lies a value
  const JsonNode *title = node.find("title"), *ops = node.find("ops");
  if (!title || title->form() != JsonNode::Form::Text || !ops ||
      ops->form() != JsonNode::Form::List)
    return Error{"is no edit: \"title\" and \"ops\" are expected", "edit"};
  Edit edit{title->text(), {}};
  for (const JsonNode& op : ops->items()) {
    TRY(Operation read, readOperation(op));
    edit.ops.push_back(std::move(read));
  }
  return edit;
}

}  // namespace spk
