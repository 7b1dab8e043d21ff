#pragma once
#include <QString>
#include <cstdint>
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
  bool sized = false;  ///< has a size n, so "LIF 800" means 800 of them
};

/// Node types by role and group, without wires and targets; templates (*.spk in `templates`) last.
std::vector<CatalogueEntry> catalogue(const Registry& registry,
                                      const std::filesystem::path& templates);

/// How well an entry answers a query.
struct Match {
  double score = 0;
  std::vector<int> inTitle = {};                    ///< positions in the title that matched
  std::optional<std::int64_t> size = std::nullopt;  ///< "LIF 800"
};
/// Every word of `query` must be found: in the title (as letters in order, best at the beginnings
/// of words), the id, the search words, or the description. A last number is the size of a sized
/// entry.
std::optional<Match> match(const CatalogueEntry& entry, const QString& query);

/// One line of a list of entries: a group's head (entry −1), or an entry.
struct CatalogueRow {
  int entry = -1;
  QString head;
  Match match = {};
};
/// Groups with heads for an empty query; else the matches alone, best first. `fits` leaves out.
std::vector<CatalogueRow> rows(const std::vector<CatalogueEntry>& entries, const QString& query,
                               const std::function<bool(const CatalogueEntry&)>& fits);

}  // namespace spk
