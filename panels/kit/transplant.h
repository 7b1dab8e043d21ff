#pragma once
#include <functional>
#include <span>
#include <vector>

#include "engine/graph/Document.h"

namespace spk {

/// Items planted into a project: the edit, and their new ids in the order of the old ones.
struct Transplant {
  Edit edit;
  std::vector<Id> made;
};
/// What becomes of a wire that comes in from outside of what is planted.
enum class Incoming { Drop, Keep };

/// The items `which` of `from` (empty: all but its settings, with their frames' members) as new
/// items of `to`: fresh ids, names made unique, moved by (dx, dy) canvas pixels. Wires with both
/// ends inside come along; those from outside only with Keep, where `to` has an item of the same
/// id, type and name; those to outside never.
Transplant transplant(const Project& from, std::span<const Id> which, const Project& to,
                      const std::function<Id()>& newId, double dx, double dy,
                      Incoming incoming = Incoming::Drop);

/// `ids` and, of the frames among them, all members at any depth; each once, in order of id.
std::vector<Id> withMembers(const Project& project, std::span<const Id> ids);

/// A point of the canvas [pixels].
struct Place {
  double x = 0, y = 0;
};
Place placeOf(const Item& item);  ///< its top left corner
/// The top left corner of all that has a place; (0, 0) of nothing.
Place cornerOf(const Project& project, std::span<const Id> ids);

/// The wire points `[[x, y], …]` of an item, and as a value.
std::vector<Place> pointsOf(const Item& item);
Value pointsValue(std::span<const Place> points);

}  // namespace spk
