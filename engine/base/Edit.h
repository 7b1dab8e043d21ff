#pragma once
#include <string>
#include <variant>
#include <vector>

#include "engine/base/Item.h"

namespace spk {

struct Insert {
  Item item;
  friend bool operator==(const Insert&, const Insert&) = default;
};
/// Carries the whole item, so it can be taken back.
struct Remove {
  Item item;
  friend bool operator==(const Remove&, const Remove&) = default;
};
/// monostate: the key is not written (the default holds). Ref: for the keys "parent", "from", "to".
using Setting = std::variant<std::monostate, Value, Ref>;
struct Set {
  Id item = Id::none;
  std::string key;
  Setting before, after;
  friend bool operator==(const Set&, const Set&) = default;
};
using Operation = std::variant<Insert, Remove, Set>;

/// One reversible change of a project. Without a title it is no undo step (lesson progress).
struct Edit {
  std::string title;
  std::vector<Operation> ops = {};
  friend bool operator==(const Edit&, const Edit&) = default;
};

/// The edit that takes `edit` back: inverses in reverse order, same title.
Edit inverse(const Edit& edit);

}  // namespace spk
