#include "app/openProject.h"

#include <set>

#include "engine/base/resources.h"
#include "engine/graph/ProjectFile.h"

namespace spk {
namespace fs = std::filesystem;

bool isShipped(const fs::path& path) {
  if (path.empty()) return false;
  std::error_code failed;
  const fs::path home = fs::weakly_canonical(resourceFolder(), failed);
  const fs::path place = fs::weakly_canonical(path, failed);
  const fs::path apart = place.lexically_relative(home);
  return !apart.empty() && *apart.begin() != "..";
}

std::string projectTitle(const fs::path& path) {
  if (path.empty()) return "untitled.spk";
  if (path.filename() == "project.spk") return path.parent_path().filename().string() + ".spk";
  return path.filename().string();
}

namespace {

/// Looks for edits of an unfinished session and puts their journal aside, where it waits for the
/// user's decision: the session that begins now has a journal of its own.
void lookForRecovery(OpenedProject& opened) {
  const fs::path journal = Journal::pathFor(opened.path);
  fs::path aside = journal;
  aside += ".unfinished";
  std::error_code failed;
  if (Journal::recover(journal, opened.project)) fs::rename(journal, aside, failed);
  opened.recovery = Journal::recover(aside, opened.project);
  if (opened.recovery) opened.recoveryFrom = aside;
}

}  // namespace

Result<OpenedProject> openProject(const fs::path& path, const Registry& registry) {
  std::error_code failed;
  const fs::path whole = fs::absolute(path, failed);
  TRY(Loaded loaded, load(whole, registry));
  OpenedProject opened{whole, std::move(loaded.project), std::move(loaded.notes)};
  // A demo starts as it was shipped, whatever was done to it before.
  if (!isShipped(whole)) lookForRecovery(opened);
  return opened;
}

OpenedProject newProject() {
  OpenedProject opened;
  for (const fs::path& journal : Journal::untitled()) {
    opened.recovery = Journal::recover(journal, opened.project);
    opened.recoveryFrom = journal;
    if (opened.recovery) break;
  }
  return opened;
}

namespace {

void compareValues(const Item& from, const Item& to, Edit& edit) {
  std::set<std::string> keys;
  for (const auto& [key, value] : from.values) keys.insert(key);
  for (const auto& [key, value] : to.values) keys.insert(key);
  const auto written = [](const Item& item, const std::string& key) {
    const auto found = item.values.find(key);
    return found == item.values.end() ? Setting{} : Setting{found->second};
  };
  for (const std::string& key : keys) {
    Setting before = written(from, key), after = written(to, key);
    if (before != after) edit.ops.push_back(Set{to.id, key, std::move(before), std::move(after)});
  }
  if (from.parent != to.parent) edit.ops.push_back(Set{to.id, "parent", from.parent, to.parent});
}

}  // namespace

Edit difference(const Project& from, const Project& to, std::string title) {
  Edit edit{std::move(title)};
  // What changed its type or its ends is another item; wires go before and come after nodes.
  const auto kept = [](const Item& item, const Item* other) {
    return other && other->type == item.type && other->from == item.from && other->to == item.to;
  };
  for (const bool wires : {true, false})
    for (auto old = from.items.rbegin(); old != from.items.rend(); ++old)
      if (old->second.isWire() == wires && !kept(old->second, to.find(old->first)))
        edit.ops.push_back(Remove{old->second});
  for (const bool wires : {false, true})
    for (const auto& [id, item] : to.items)
      if (item.isWire() == wires && !kept(item, from.find(id))) edit.ops.push_back(Insert{item});
  for (const auto& [id, item] : to.items)
    if (const Item* old = from.find(id); kept(item, old)) compareValues(*old, item, edit);
  return edit;
}

}  // namespace spk
