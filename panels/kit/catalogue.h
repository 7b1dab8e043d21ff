#pragma once
#include <QString>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/graph/Registry.h"

namespace spk {

/// One thing that can be added to a project: a node type, or a template (a small project).
struct CatalogueEntry {
  std::string type;            ///< "" for a template
  std::filesystem::path path;  ///< of a template
  QString title, group, words, doc;
  /// What a number behind the name is written to: n, so "LIF 800" means 800 of them; else the first
  /// number that the node shows, so "Poisson 8" fires at 8 Hz. Nameless: none.
  Parameter counted = {};
  Values begins = {};       ///< of a preset: what it sets
  bool preset = false;      ///< listed when one searches; its type stands before it
  int presets = 0;          ///< of a type: how many it has
  std::string sketch = {};  ///< its name in Sketches: the type, or "type: preset"
};

/// Node types by role and group, each with its presets, without wires and targets; templates (*.spk
/// in `templates`) last.
std::vector<CatalogueEntry> catalogue(const Registry& registry,
                                      const std::filesystem::path& templates);

/// How well an entry answers a query.
struct Match {
  double score = 0;
  std::vector<int> inTitle = {};               ///< positions in the title that matched
  std::optional<Value> number = std::nullopt;  ///< of `counted`: "LIF 800", "LIF 40x30"
};
/// Every word of `query` must be found: in the title (as letters in order, best at the beginnings
/// of words), the id, the search words, or the description. A last number, or a grid as 40x30, is
/// the value of what the entry counts.
std::optional<Match> match(const CatalogueEntry& entry, const QString& query);

/// One line of a list of entries: a group's head (entry −1), or an entry.
struct CatalogueRow {
  int entry = -1;
  QString head;
  Match match = {};
};
/// Groups with heads, without presets, for an empty query; else the matches alone, best first.
/// `fits` leaves out.
std::vector<CatalogueRow> rows(const std::vector<CatalogueEntry>& entries, const QString& query,
                               const std::function<bool(const CatalogueEntry&)>& fits);

}  // namespace spk
