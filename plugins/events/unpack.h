#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/Result.h"

namespace spk::events {

enum class Packing { None, Lz4, Zstd, Bz2 };

/// Unpacks blocks of a file one after the other; what it has unpacked is good until the next call.
/// Copies have a memory of their own.
class Unpacker {
 public:
  Unpacker();
  Unpacker(const Unpacker&);
  Unpacker& operator=(const Unpacker&);
  ~Unpacker();

  /// @param packed  one LZ4 or zstd frame, or one bzip2 stream
  /// @param most    an Error if it holds more bytes than that
  Result<std::span<const std::byte>> unpack(Packing packing, std::span<const std::byte> packed,
                                            std::size_t most);

 private:
  struct Contexts;
  Result<std::size_t> lz4(std::span<const std::byte> packed, std::size_t most);
  Result<std::size_t> zstd(std::span<const std::byte> packed, std::size_t most);
  Result<std::size_t> bz2(std::span<const std::byte> packed, std::size_t most);
  /// Makes room for more than `used` bytes. @return false if `most` is reached
  bool grow(std::size_t used, std::size_t most);

  std::unique_ptr<Contexts> contexts_;
  std::vector<std::byte> out_;
};

/// One frame, as the cameras' programs write them; None: the bytes themselves.
Result<std::string> pack(Packing packing, std::span<const std::byte> bytes);

}  // namespace spk::events
