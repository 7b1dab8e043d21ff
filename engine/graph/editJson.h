#pragma once
#include <string>
#include <string_view>

#include "engine/base/Edit.h"
#include "engine/base/Json.h"

namespace spk {

/// An item as the project file has it: {"id", "type", "parent", "from", "to", "values"}, then the
/// members that a newer version brought.
JsonNode itemJson(const Item& item);
/// Error names the member that is wrong. The lists of members that a reader does not know go to
/// Item::unknown.
Result<Item> readItem(const JsonNode& node);

/// "3.out", and back; the port may hold anything but nothing.
std::string refText(const Ref& ref);
Result<Ref> readRef(std::string_view text);

}  // namespace spk
