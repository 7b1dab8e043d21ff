#pragma once
#include <QString>

#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"

namespace spk {

/// A parameter's value as people read it: "20 ms", "1×120×160", "normal, mean 20 ms".
QString shownValue(const Parameter& parameter, const Value& value);
/// "800", "1×120×160".
QString shownSize(const Value& value);
/// A description's short form for a node: its words before the first comma or bracket.
QString shortTitle(const NodeType& type);
/// An item's name, else what it is ("E → I", "Raster"), else "#12".
QString shownName(const Project& project, const Registry& registry, Id id);
/// What an item is: its type's title, its type id if that is unknown.
QString shownType(const Registry& registry, const Item& item);

}  // namespace spk
