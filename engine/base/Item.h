#pragma once
#include <string>

#include "engine/base/Id.h"
#include "engine/base/Value.h"

namespace spk {

/// An end of a wire, or a frame: an item and one of its ports.
struct Ref {
  Id item = Id::none;
  std::string port;
  friend bool operator==(const Ref&, const Ref&) = default;
};

/// One row of a project: a node, wire, frame, note, panel, plot, lesson progress.
struct Item {
  Id id = Id::none;
  std::string type;       ///< NodeType::id; an unknown one is kept untouched
  Ref parent, from, to;   ///< parent: a frame; from, to: a wire's ends
  Values values;
  /// Fields of newer versions, as written in the file: member name → JSON text.
  std::map<std::string, Json> unknown = {};
  friend bool operator==(const Item&, const Item&) = default;
  bool isWire() const { return from.item != Id::none && to.item != Id::none; }
};

}  // namespace spk
