#pragma once
#include <QColor>
#include <span>

#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"

namespace spk {

/// As nodeColour of Theme.h, of a node that is described already and whose wires are known: looks
/// at no other item. `type`: nullptr if unknown.
QColor nodeColour(const Project& project, const NodeType* type, const Shape& shape, Id node,
                  std::span<const Id> wires);

}  // namespace spk
