#pragma once
#include <QString>
#include <span>
#include <string>
#include <vector>

#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"
#include "panels/inspector/ParameterRow.h"

namespace spk::panels::inspector {

/// Rows that belong together, of the same items.
struct Group {
  std::string key;  ///< "parameters", "start", "general", "wire 17"
  QString title;    ///< empty: no head
  std::vector<Id> items;
  std::vector<RowState> rows;
  bool open = true;  ///< as it begins
};

/// The key of the group, and of its one row, that chooses among the presets of a type.
inline constexpr const char* kPreset = "preset";
inline constexpr const char* kDefaults = "defaults";
inline constexpr const char* kCustom = "custom";

/// What the inspector shows, worked out from project and selection alone.
struct Inspected {
  std::vector<Id> items;  ///< the settings, where nothing is selected
  QString name;           ///< may be edited where there is one item but the settings
  bool renames = false;
  QString facts;  ///< "neuron.lif_delta · 800 neurons"
  std::vector<Group> groups;
  QString doc;
};

Inspected inspect(const Project& project, const Registry& registry, std::span<const Id> selection);

/// "rule == fixed_indegree", "rule != a", joined by "or"; against what is written or initial.
bool isShown(const Parameter& parameter, const Item& item, const Shape& shape);

/// All items set to `value`, monostate resets; as one edit in the words "Set tau_m of E".
Edit valueEdit(const Project& project, const Registry& registry, std::span<const Id> items,
               const std::string& key, const Setting& value);

/// Which preset the item's values are (of several that fit, the one that says most), kDefaults or
/// kCustom.
std::string presetOf(const NodeType& type, const Shape& shape, const Item& item);
/// All items as that preset has them, kDefaults resets: what other presets of the type would set
/// goes back to its initial value. One edit.
Edit presetEdit(const Project& project, const Registry& registry, std::span<const Id> items,
                const std::string& preset);

}  // namespace spk::panels::inspector
