#pragma once
#include <filesystem>
#include <string>

#include "engine/base/Note.h"
#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"

namespace spk {

/// Everything that is wrong with a project, in words, on the item where it belongs: wrong wires,
/// units, ranges, missing files, unknown types; with a fix where one is known. `folder`: the
/// project's, where relative files lie.
Notes check(const Project& project, const Registry& registry,
            const std::filesystem::path& folder = {});
/// What is wrong with one written value: names parameter, value and permitted range.
Result<void> checkValue(const Parameter& parameter, const Value& value);
/// Why a wire from → to cannot be, or the type id of the wire that would join them
/// ("synapse.static"; "encode.events", for which the population needs a grid; "wire.signal" for
/// traces, streams and views).
Result<std::string> wireType(const Project& project, const Registry& registry, const Ref& from,
                             const Ref& to);

}  // namespace spk
