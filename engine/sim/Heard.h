#pragma once
#include <cstdint>

#include "engine/base/Note.h"

namespace spk {

/// A body that listens or speaks to the outside world, and a simulation that may hold some.
struct Heard {
  virtual ~Heard() = default;
  /// When the oldest of what was taken in had come, in the last batch that took some in [ns of
  /// std::chrono::steady_clock]; 0: nothing has come.
  virtual std::int64_t heard() const noexcept = 0;
  /// All there is to say, with the numbers of now: notes come now and then while it runs.
  virtual Notes lastNotes() const = 0;
};

/// A probe whose id has this bit is a file's: it gets all events and flow, where views get as many
/// as they can take.
inline constexpr std::uint64_t kFileProbes = std::uint64_t{1} << 62;

}  // namespace spk
