#include "engine/graph/ProjectFile.h"

#include <algorithm>
#include <set>

#include "engine/base/Json.h"
#include "engine/base/file.h"
#include "engine/graph/blobs.h"
#include "engine/graph/editJson.h"

namespace spk {
namespace {

constexpr std::size_t kLineLength = 100;
// A value lies four levels deep in the file.
constexpr int kFileDeepest = JsonNode::kDeepest + 4;
constexpr std::string_view kKnown[] = {"spikarium", "nextId", "items"};

/// An item on one line if that is short; else one value a line, so that diffs show what changed.
void writeItem(const Item& item, std::string& out) {
  const JsonNode node = itemJson(item);
  std::string line = node.write();
  if (line.size() + 4 <= kLineLength) {
    out += "    " + line;
    return;
  }
  // Everything but the values in one line, as that is the item's identity.
  out += "    {";
  bool first = true;
  for (const auto& [key, member] : node.members()) {
    out += first ? "" : ", ";
    first = false;
    out += JsonNode(key).write() + ": ";
    if (key != "values") {
      out += member.write();
      continue;
    }
    out += "{";
    const auto& values = member.members();
    for (std::size_t i = 0; i < values.size(); ++i) {
      out += i ? ",\n      " : "\n      ";
      out += JsonNode(values[i].first).write() + ": " + values[i].second.write();
    }
    out += "\n    }";
  }
  out += "}";
}

/// What older versions called a parameter, as the description says.
void rename(Item& item, const Registry& registry, Notes& notes, const Project& project) {
  const NodeType* type = registry.nodeType(item.type);
  if (!type) return;
  for (const auto& [old, now] : type->renamed) {
    const auto found = item.values.find(old);
    if (found == item.values.end()) continue;
    const bool both = item.values.contains(now);
    if (!both) item.values.emplace(now, found->second);
    item.values.erase(found);
    notes.push_back({Note::Level::Info,
                     itemPath(project, item.id) + ": " + old + " is now called " + now +
                         (both ? ", which was written as well and holds" : ""),
                     item.id, now});
  }
}

/// Frames that enclose themselves (a damaged or merged file) would hang whoever walks outwards.
void breakCircles(Project& project, Notes& notes) {
  for (auto& [id, item] : project.items) {
    std::set<Id> seen;
    const Item* outer = &item;
    while (outer && outer->parent.item != Id::none && seen.insert(outer->id).second)
      outer = project.find(outer->parent.item);
    if (!outer || outer->id != id || seen.empty() || item.parent.item == Id::none) continue;
    item.parent = {};
    notes.push_back(
        {Note::Level::Warning, itemPath(project, id) + ": lay inside itself; it is moved out", id});
  }
}

Result<void> readItems(const JsonNode& items, Project& project) {
  if (items.form() != JsonNode::Form::List) return Error{"\"items\" is no list", ""};
  for (const JsonNode& node : items.items()) {
    TRY(Item item, readItem(node));
    const Id id = item.id;
    const bool loose = item.parent == Ref{} && item.from == Ref{} && item.to == Ref{};
    if (id == Id::settings && (item.type != "project.settings" || !loose))
      return Error{"holds the project's settings: its type is project.settings, without ends",
                   "item 1"};
    if (!project.items.emplace(id, std::move(item)).second)
      return Error{"is there twice", "item " + std::to_string(number(id))};
    project.nextId = std::max(project.nextId, number(id) + 1);
  }
  return {};
}

}  // namespace

std::string projectText(const Project& project) {
  std::string out = "{\n  \"spikarium\": " + std::to_string(project.schema) +
                    ",\n  \"nextId\": " + std::to_string(project.nextId) + ",\n";
  for (const auto& [key, json] : project.unknown) {
    const auto node = JsonNode::parse(json.text);
    out += "  " + JsonNode(key).write() + ": " +
           (node ? node.value().write() : JsonNode(json.text).write()) + ",\n";
  }
  out += "  \"items\": [";
  bool first = true;
  for (const auto& [id, item] : project.items) {
    out += first ? "\n" : ",\n";
    first = false;
    writeItem(item, out);
  }
  return out + "\n  ]\n}\n";
}

Result<Loaded> readProject(std::string_view text, const Registry& registry) {
  TRY(const JsonNode node, JsonNode::parse(text, kFileDeepest));
  const JsonNode* schema = node.find("spikarium");
  if (!schema || schema->form() != JsonNode::Form::Integer || schema->integer() < 1)
    return Error{"is no Spikarium project: \"spikarium\": 1 is expected at its beginning", ""};
  Loaded loaded;
  Project& project = loaded.project;
  project.schema = static_cast<int>(std::min<std::int64_t>(schema->integer(), 1'000'000));
  const JsonNode* items = node.find("items");
  if (!items) return Error{"lacks \"items\"", ""};
  TRY_DO(readItems(*items, project));
  const JsonNode* nextId = node.find("nextId");
  if (nextId && (nextId->form() != JsonNode::Form::Integer || nextId->integer() < 0))
    return Error{"\"nextId\" is " + nextId->write() + " where a number is expected", ""};
  if (nextId)
    project.nextId = std::max(project.nextId, static_cast<std::uint64_t>(nextId->integer()));
  for (const auto& [key, value] : node.members())
    if (std::ranges::find(kKnown, key) == std::end(kKnown))
      project.unknown.emplace(key, Json{value.write()});
  if (!project.items.contains(Id::settings))
    project.items.emplace(Id::settings, emptyProject().settings());

  if (project.schema > kSchema)
    loaded.notes.push_back(
        {Note::Level::Warning, "the project was written by a newer version (schema " +
                                   std::to_string(project.schema) + ", this one knows " +
                                   std::to_string(kSchema) + "); what is not known here is kept"});
  breakCircles(project, loaded.notes);
  for (auto& [id, item] : project.items) rename(item, registry, loaded.notes, project);
  return loaded;
}

Result<void> save(const Project& project, const std::filesystem::path& path) {
  TRY_DO(writeBlobs(project, blobFolder(path)));
  return writeFileSafely(path, projectText(project), KeepOld::AsBak);
}

Result<Loaded> load(const std::filesystem::path& path, const Registry& registry) {
  TRY(const std::string text, readFile(path));
  auto loaded = readProject(text, registry);
  if (!loaded) {
    std::error_code error;
    const bool bak = std::filesystem::exists(path.string() + ".bak", error);
    return Error{"is damaged: " + loaded.error().text() +
                     (bak ? "; " + path.filename().string() + ".bak holds the version before" : ""),
                 path.string()};
  }
  const Notes blobs = fetchBlobs(loaded.value().project, blobFolder(path));
  loaded.value().notes.insert(loaded.value().notes.end(), blobs.begin(), blobs.end());
  return loaded;
}

}  // namespace spk
