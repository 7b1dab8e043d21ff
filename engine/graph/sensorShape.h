#pragma once
#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"

namespace spk {

// What a filter makes of a picture depends on how large the picture is that reaches it, which its
// own values do not say. So before a description or a body is asked for, the item is given the
// shape of the port that its first wire comes from.

/// Key of a copied item: shape of the port that reaches its first input, a Json list; of Events,
/// Flow and Frames [H, W].
inline constexpr const char* kFromShape = "from.shape";

struct SensorSize {
  int width = 0, height = 0;
  friend bool operator==(const SensorSize&, const SensorSize&) = default;
};

/// The item with kFromShape, found along the wires up to where a shape is known; unchanged where
/// none is, and for what has no input of Events, Flow or Frames.
Item withWiredShape(const Project& project, const Registry& registry, const Item& item);
/// Registry::describe of that: output ports have the shape that they will give.
Shape describeWired(const Project& project, const Registry& registry, const Item& item);

/// The size of the picture that reaches an item; width 0 where it is not known.
SensorSize wiredSize(const Item& item);
/// The same for who cannot do without. Error: says where to set it.
Result<SensorSize> neededSize(const Item& item);

}  // namespace spk
