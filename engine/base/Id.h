#pragma once
#include <cstdint>

namespace spk {

/// Stable number of an item inside its project; never reused. Item 1 is the project's settings.
enum class Id : std::uint64_t { none = 0, settings = 1 };

constexpr std::uint64_t number(Id id) { return static_cast<std::uint64_t>(id); }

}  // namespace spk
