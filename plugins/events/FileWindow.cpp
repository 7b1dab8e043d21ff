#include "plugins/events/FileWindow.h"

#include <algorithm>

namespace spk::events {

Result<FileWindow> FileWindow::open(const std::filesystem::path& path) {
  TRY(ByteFile file, ByteFile::open(path));
  return FileWindow(std::make_shared<const ByteFile>(std::move(file)));
}

Result<std::span<const std::byte>> FileWindow::at(std::uint64_t offset, std::size_t wanted) {
  const std::uint64_t left = offset < size() ? size() - offset : 0;
  wanted = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, left));
  if (offset < heldAt_ || offset + wanted > heldAt_ + filled_) {
    held_.resize(std::max(wanted, kHeld));
    filled_ = 0;
    TRY(filled_, file_->read(offset, held_));
    heldAt_ = offset;
  }
  if (wanted == 0) return std::span<const std::byte>();
  return std::span<const std::byte>(held_).subspan(offset - heldAt_, wanted);
}

}  // namespace spk::events
