#include "app/openProject.h"

#include <algorithm>
#include <set>
#include <vector>

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

fs::path asideOf(const fs::path& journal, int place) {
  return journal.string() + ".unfinished" + (place == 1 ? "" : std::to_string(place));
}

/// Journals of unfinished sessions that wait for a decision; the newest last.
std::vector<fs::path> unfinished(const fs::path& journal) {
  std::vector<fs::path> found;
  std::error_code failed;
  for (int i = 1; i < 100; ++i)
    if (fs::path one = asideOf(journal, i); fs::exists(one, failed))
      found.push_back(std::move(one));
  return found;
}

/// The newest of some journals that adds something to the project.
void offer(OpenedProject& opened, const std::vector<fs::path>& journals) {
  for (auto journal = journals.rbegin(); journal != journals.rend() && !opened.recovery;
       ++journal) {
    opened.recovery = Journal::recover(*journal, opened.project);
    if (opened.recovery) opened.recoveryFrom = *journal;
  }
}

/// Looks for edits of an unfinished session and puts their journal aside, where it waits for the
/// user's decision: the session that begins now has a journal of its own. What waits there already
/// stays.
void lookForRecovery(OpenedProject& opened) {
  const fs::path journal = Journal::pathFor(opened.path);
  if (Journal::recover(journal, opened.project)) {
    int place = 1;
    std::error_code failed;
    for (int i = 1; i < 100; ++i)
      if (fs::exists(asideOf(journal, i), failed)) place = i + 1;
    fs::rename(journal, asideOf(journal, place), failed);
  }
  offer(opened, unfinished(journal));
}

/// Of what has no journal beside its file: the untitled ones, the youngest last.
std::vector<fs::path> untitledByAge() {
  std::vector<fs::path> journals = Journal::untitled();
  std::ranges::stable_sort(journals, {}, [](const fs::path& journal) {
    std::error_code failed;
    return fs::last_write_time(journal, failed);
  });
  return journals;
}

}  // namespace

Result<OpenedProject> openProject(const fs::path& path, const Registry& registry) {
  std::error_code failed;
  const fs::path whole = fs::absolute(path, failed);
  TRY(Loaded loaded, load(whole, registry));
  OpenedProject opened{whole, std::move(loaded.project), std::move(loaded.notes)};
  // A demo starts as it was shipped, whatever was done to it before; a crash's edits are offered.
  if (isShipped(whole))
    offer(opened, untitledByAge());
  else
    lookForRecovery(opened);
  return opened;
}

Result<OpenedProject> openVersionBefore(const fs::path& path, const Registry& registry) {
  std::error_code failed;
  const fs::path whole = fs::absolute(path, failed);
  TRY(Loaded loaded, load(whole.string() + ".bak", registry));
  OpenedProject opened{whole, std::move(loaded.project), std::move(loaded.notes)};
  opened.notes.push_back({Note::Level::Warning, whole.filename().string() +
                                                    " is damaged: this is the version before it. "
                                                    "Saving writes over the damaged file."});
  lookForRecovery(opened);
  return opened;
}

OpenedProject newProject() {
  OpenedProject opened;
  offer(opened, untitledByAge());
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
