#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "engine/base/Edit.h"
#include "engine/base/Result.h"

namespace spk {

/// All items of a project, as a plain value: saving, building and exporting take a copy.
struct Project {
  std::map<Id, Item> items;
  /// Fields of newer versions at the top of the file: member name → JSON text.
  std::map<std::string, Json> unknown = {};
  std::uint64_t nextId = 2;  ///< ids are never reused
  int schema = 1;            ///< of the file it came from, if newer than this program's: kept
  friend bool operator==(const Project&, const Project&) = default;

  const Item* find(Id id) const;
  const Item& settings() const;  ///< item 1; an empty project has it
};
/// A project with settings (dt 0.1 ms, seed 1, duration 10 s, pace 1) and nothing else.
Project emptyProject();

/// "E", "group/E", or "#12"; first by exact path, then by a unique plain name. Error lists what
/// there is.
Result<Id> itemByPath(const Project& project, std::string_view path);
/// "group/E": names of the frames around it and its own ("#12" where it has none).
std::string itemPath(const Project& project, Id id);
/// `wanted`, or `wanted 2`, `wanted 3` …: unique among the siblings in frame `parent`.
std::string uniqueName(const Project& project, Id parent, std::string_view wanted);
/// A Set of `key` from what is written now to `after`; monostate unwrites.
Set setting(const Project& project, Id item, std::string key, Setting after);

/// The project being edited; GUI thread (CLI: main). Panels see it const.
class Document {
 public:
  Document() : project_(emptyProject()) {}
  explicit Document(Project project) : project_(std::move(project)) {}
  const Project& project() const { return project_; }
  /// All or nothing; then tells onEdit once. An Insert of a known id, a Remove or Set of a missing
  /// item, a `before` that is not what is there, a value that no file could hold (Json that is
  /// none, or deeper than 64 levels; a key that is no UTF-8), is an Error.
  Result<void> apply(const Edit& edit);
  /// A fresh id for an Insert; never given twice.
  Id newId() { return Id{project_.nextId++}; }
  std::uint64_t version() const { return version_; }
  std::function<void(const Edit&)> onEdit;  ///< heartbeat one

 private:
  Project project_;
  std::uint64_t version_ = 0;
};

}  // namespace spk
