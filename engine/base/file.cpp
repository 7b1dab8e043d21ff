#include "engine/base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <new>

namespace spk {
namespace {

namespace fs = std::filesystem;

Error failed(const char* what, const fs::path& path) {
  return Error{std::string(what) + ": " + std::strerror(errno), path.string()};
}

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

Result<void> writeAll(int file, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("cannot be written", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> syncPath(const fs::path& path, int flags) {
  const Descriptor file(::open(path.c_str(), flags | O_CLOEXEC));
  if (!file) return failed("cannot be opened", path);
  // Some file systems know no fsync of a folder (EINVAL): then the rename alone must do.
  if (::fsync(file.number()) != 0 && errno != EINVAL) return failed("cannot be synced", path);
  return {};
}

fs::path folderOf(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// The old file as PATH.bak, by a hard link: at no moment is there none of the two.
Result<void> keepAsBak(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return {};
  const fs::path bak = path.string() + ".bak", temp = tempBeside(bak);
  fs::create_hard_link(path, temp, error);
  if (error) fs::copy_file(path, temp, error);  // a file system without hard links
  if (!error) fs::rename(temp, bak, error);
  if (error) return Error{"cannot be written: " + error.message(), bak.string()};
  return {};
}

}  // namespace

Result<std::string> readFile(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return failed("cannot be opened", path);
  std::error_code error;
  if (fs::is_directory(path, error)) return Error{"is a folder, not a file", path.string()};
  const std::uintmax_t size = fs::file_size(path, error);
  try {
    std::string bytes(error ? 0 : static_cast<std::size_t>(size), '\0');
    std::size_t at = 0;
    for (;;) {  // one read more than the size tells: pipes and /proc have none
      if (at == bytes.size()) bytes.resize(at + 65536);
      const ssize_t got = ::read(file.number(), bytes.data() + at, bytes.size() - at);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failed("cannot be read", path);
      if (got == 0) break;
      at += static_cast<std::size_t>(got);
    }
    bytes.resize(at);
    return bytes;
  } catch (const std::bad_alloc&) {
    return Error{"does not fit into memory", path.string()};
  }
}

Result<void> writeFileSafely(const fs::path& path, std::string_view bytes, KeepOld keepOld) {
  std::error_code error;
  fs::create_directories(folderOf(path), error);
  if (error) return Error{"cannot be created: " + error.message(), folderOf(path).string()};
  const fs::path temp = tempBeside(path);
  Result<void> done;
  {
    const Descriptor file(::open(temp.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file) return failed("cannot be created", temp);
    done = writeAll(file.number(), bytes, temp);
  }
  if (done) done = moveIntoPlace(temp, path, keepOld);
  if (!done) fs::remove(temp, error);
  return done;
}

Result<void> moveIntoPlace(const fs::path& temp, const fs::path& path, KeepOld keepOld) {
  TRY_DO(syncPath(temp, O_RDONLY));
  if (keepOld == KeepOld::AsBak) TRY_DO(keepAsBak(path));
  if (::rename(temp.c_str(), path.c_str()) != 0) return failed("cannot be put in place", path);
  return syncPath(folderOf(path), O_RDONLY | O_DIRECTORY);
}

fs::path tempBeside(const fs::path& path) {
  static std::atomic<unsigned> count = 0;  // names only: no result depends on it
  return path.string() + "." + std::to_string(::getpid()) + "-" + std::to_string(++count) + ".temp";
}

}  // namespace spk
