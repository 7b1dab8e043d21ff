#pragma once
#include <memory>
#include <vector>

#include "plugins/events/ByteFile.h"

namespace spk::events {

/// The bytes of a file as they are asked for, read a quarter of a megabyte at a time. Copies share
/// the file, not the bytes.
class FileWindow {
 public:
  static Result<FileWindow> open(const std::filesystem::path& path);
  FileWindow(const FileWindow& other) : file_(other.file_) {}
  FileWindow& operator=(const FileWindow& other) {
    file_ = other.file_;
    held_.clear();
    filled_ = 0;
    return *this;
  }

  std::uint64_t size() const { return file_->size(); }
  const std::filesystem::path& path() const { return file_->path(); }
  /// @param wanted  bounded by the caller: so much memory is kept
  /// @return the bytes from `offset` on, `wanted` of them or what the file has; good until the next
  /// call
  Result<std::span<const std::byte>> at(std::uint64_t offset, std::size_t wanted);

 private:
  static constexpr std::size_t kHeld = 1 << 18;
  explicit FileWindow(std::shared_ptr<const ByteFile> file) : file_(std::move(file)) {}

  std::shared_ptr<const ByteFile> file_;
  std::vector<std::byte> held_;
  std::uint64_t heldAt_ = 0;
  std::size_t filled_ = 0;
};

}  // namespace spk::events
