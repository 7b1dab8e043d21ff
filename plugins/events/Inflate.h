#pragma once
#include <cstdint>

#include "plugins/events/ByteFile.h"

namespace spk::events {

/// Whether deflated bytes have zlib's two bytes before and a checksum after them.
enum class Wrapped { No, Zlib };

/// The bytes [offset, offset + size) of a file, inflated into one without a name. What is damaged
/// ends there: the file then has what came before.
/// @param most  bytes that are wanted; at most so many are made
/// @return Error if nothing can be read, or the disk has no room
Result<ByteFile> inflated(const ByteFile& file, std::uint64_t offset, std::uint64_t size,
                          std::uint64_t most, Wrapped wrapped);

}  // namespace spk::events
