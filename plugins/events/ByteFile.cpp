#include "plugins/events/ByteFile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace spk::events {

Result<ByteFile> ByteFile::open(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return Error{std::string("cannot be opened: ") + std::strerror(errno), path.string()};
  struct stat status = {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return Error{"is not a regular file", path.string()};
  }
  return ByteFile(descriptor, static_cast<std::uint64_t>(status.st_size), path);
}

Result<ByteFile> ByteFile::scratch(const std::filesystem::path& of,
                                   const std::function<Result<void>(const Append&)>& fill) {
  std::error_code error;
  const auto folder = std::filesystem::temp_directory_path(error);
  if (error) return Error{"there is no folder for temporary files", "TMPDIR"};
  std::string name = (folder / "spikarium-XXXXXX").string();
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0)
    return Error{std::string("a temporary file cannot be made: ") + std::strerror(errno),
                 folder.string()};
  ::unlink(name.c_str());
  ByteFile file(descriptor, 0, of);
  const auto append = [&](std::span<const std::byte> bytes) -> Result<void> {
    while (!bytes.empty()) {
      const ssize_t put = ::write(descriptor, bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0)
        return Error{std::string("a temporary file cannot be written: ") + std::strerror(errno),
                     folder.string()};
      bytes = bytes.subspan(static_cast<std::size_t>(put));
      file.size_ += static_cast<std::uint64_t>(put);
    }
    return {};
  };
  TRY_DO(fill(append));
  return Result<ByteFile>(std::move(file));
}

ByteFile::ByteFile(ByteFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      path_(std::move(other.path_)) {}

ByteFile& ByteFile::operator=(ByteFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  std::swap(path_, other.path_);
  return *this;
}

ByteFile::~ByteFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::size_t> ByteFile::read(std::uint64_t offset, std::span<std::byte> out) const {
  if (offset >= size_) return std::size_t{0};
  const std::size_t wanted = std::min<std::uint64_t>(out.size(), size_ - offset);
  std::size_t done = 0;
  while (done < wanted) {
    const ssize_t got =
        ::pread(descriptor_, out.data() + done, wanted - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return Error{
          "cannot be read at byte " + std::to_string(offset + done) + ": " + std::strerror(errno),
          path_.string()};
    if (got == 0)
      return Error{"was cut short while it was read: " + std::to_string(size_) + " bytes before, " +
                       std::to_string(offset + done) + " now",
                   path_.string()};
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace spk::events
