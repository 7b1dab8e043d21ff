#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>

#include "engine/base/Result.h"

namespace spk::events {

/// A file read at any place without mapping it: one that is cut short meanwhile is an Error, no
/// signal. Its size is the one it had when it was opened.
class ByteFile {
 public:
  static Result<ByteFile> open(const std::filesystem::path& path);
  /// A file without a name, gone when it is closed: `fill` appends to it by the function that it is
  /// given. `of` is the file that errors speak of.
  using Append = std::function<Result<void>(std::span<const std::byte>)>;
  static Result<ByteFile> scratch(const std::filesystem::path& of,
                                  const std::function<Result<void>(const Append&)>& fill);
  ByteFile(ByteFile&& other) noexcept;
  ByteFile& operator=(ByteFile&& other) noexcept;
  ~ByteFile();

  std::uint64_t size() const { return size_; }
  const std::filesystem::path& path() const { return path_; }
  /// Fills as much of `out` as the file has from `offset`. @return bytes read; 0 at the end
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> out) const;

 private:
  ByteFile(int descriptor, std::uint64_t size, std::filesystem::path path)
      : descriptor_(descriptor), size_(size), path_(std::move(path)) {}

  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::filesystem::path path_;
};

}  // namespace spk::events
