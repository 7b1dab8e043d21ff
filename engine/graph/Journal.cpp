#include "engine/graph/Journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "engine/base/Json.h"
#include "engine/base/checksum.h"
#include "engine/base/file.h"
#include "engine/graph/ProjectFile.h"
#include "engine/graph/blobs.h"

namespace spk {
namespace {

namespace fs = std::filesystem;

Error failed(const char* what, const fs::path& path) {
  return Error{std::string(what) + ": " + std::strerror(errno), path.string()};
}

/// The head, and what saving() writes: from here on the edits continue this project.
std::string baseLine(const Project& base) {
  return JsonNode::object({{"journal", 1}, {"continues", hexText(fnv1a(projectText(base)))}})
      .write();
}
bool isBaseLine(std::string_view line) { return line.starts_with("{\"journal\""); }

/// Each line begins with its own checksum: half-written and torn ones show themselves.
std::string sealed(const std::string& line) { return hexText(fnv1a(line)) + " " + line + "\n"; }

/// The next whole, intact line of `text` from `at`, which moves behind it; nothing at the end or
/// where damage begins.
std::optional<std::string_view> nextLine(std::string_view text, std::size_t& at) {
  const std::size_t end = text.find('\n', at);
  if (end == text.npos || end < at + 17) return std::nullopt;
  const std::string_view line = text.substr(at + 17, end - at - 17);
  if (text.substr(at, 16) != hexText(fnv1a(line)) || text[at + 16] != ' ') return std::nullopt;
  at = end + 1;
  return line;
}

/// How much of a journal is intact; 0 if none of it continues `base`.
std::size_t lengthOf(std::string_view text, std::string_view base) {
  std::size_t at = 0;
  bool continues = false;
  while (const auto line = nextLine(text, at)) continues = continues || *line == base;
  return continues ? at : 0;
}

bool isLockedElsewhere(const fs::path& journal) {
  const int file = ::open(journal.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool locked = ::flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(file);
  return locked;
}

fs::path stateFolder() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state && *state)
    return fs::path(state) / "spikarium";
  const char* home = std::getenv("HOME");
  return (home && *home ? fs::path(home) / ".local" / "state" : fs::temp_directory_path()) /
         "spikarium";
}

}  // namespace

fs::path Journal::pathFor(const fs::path& project) {
  if (!project.empty()) return project.string() + ".journal";
  // With the time, as process numbers come again and an old journal must not go on by accident.
  static const std::string kName =
      "untitled-" + std::to_string(::getpid()) + "-" +
      std::to_string(std::chrono::system_clock::now().time_since_epoch().count()) + ".journal";
  return stateFolder() / kName;
}

std::vector<fs::path> Journal::untitled() {
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(stateFolder(), error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("untitled-") && name.ends_with(".journal") &&
        !isLockedElsewhere(entry.path()))
      found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

Journal::~Journal() {
  if (file_ >= 0) (void)sync(), ::close(file_);
}

Result<void> Journal::open(const fs::path& journal, const Project& base) {
  if (file_ >= 0) (void)sync(), ::close(std::exchange(file_, -1));
  std::error_code error;
  if (journal.has_parent_path()) fs::create_directories(journal.parent_path(), error);
  const int file = ::open(journal.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, 0600);
  if (file < 0) return failed("cannot be opened", journal);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    const bool taken = errno == EWOULDBLOCK;
    ::close(file);
    if (taken) return Error{"another window edits this project", journal.string()};
    return failed("cannot be locked", journal);
  }
  path_ = journal;
  file_ = file;
  TRY(const std::string old, readFile(journal));
  const std::size_t keep = lengthOf(old, baseLine(base));
  if (keep == 0 && !old.empty()) TRY_DO(writeFileSafely(journal.string() + ".old", old));
  if (::ftruncate(file_, static_cast<off_t>(keep)) != 0) return failed("cannot be cut", path_);
  dirty_ = true;
  if (keep == 0) TRY_DO(write(sealed(baseLine(base))));
  return sync();
}

Result<void> Journal::append(const Edit& edit) {
  if (file_ < 0) return Error{"is not open", "journal"};
  TRY_DO(writeBlobs(edit, blobFolder(path_)));
  mark_.clear();
  return write(sealed(editText(edit)));
}

Result<void> Journal::saving(const Project& copy) {
  if (file_ < 0) return Error{"is not open", "journal"};
  mark_ = sealed(baseLine(copy));
  TRY_DO(write(mark_));
  return sync();
}

Result<void> Journal::saved() {
  if (file_ < 0) return Error{"is not open", "journal"};
  if (mark_.empty()) return {};  // the mark stays, and the edits behind it
  if (::ftruncate(file_, 0) != 0) return failed("cannot be cut", path_);
  TRY_DO(write(std::exchange(mark_, {})));
  return sync();
}

Result<void> Journal::write(std::string_view bytes) {
  dirty_ = true;
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("cannot be written", path_);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> Journal::sync() {
  if (file_ < 0 || !dirty_) return {};
  if (::fdatasync(file_) != 0) return failed("cannot be synced", path_);
  dirty_ = false;
  return {};
}

void Journal::discard() {
  if (file_ < 0) return;
  std::error_code error;
  fs::remove(path_, error);  // while it is still locked
  ::close(std::exchange(file_, -1));
  dirty_ = false;
}

std::optional<Journal::Recovery> Journal::recover(const fs::path& journal, const Project& base) {
  if (isLockedElsewhere(journal)) return std::nullopt;
  const auto text = readFile(journal);
  if (!text) return std::nullopt;
  const std::string head = baseLine(base);
  Document document(base);
  Recovery recovery;
  bool continues = false;  // what is read now, the base
  std::size_t at = 0;
  while (at < text.value().size()) {
    const auto line = nextLine(text.value(), at);
    if (line && isBaseLine(*line)) {
      if (*line != head) continue;
      continues = true;
      document = Document(base);
      recovery.edits = 0;
      continue;
    }
    if (line && !continues) continue;
    const auto edit = line ? readEdit(*line) : Result<Edit>(Error{});
    if (!edit || !document.apply(edit.value())) {
      recovery.damaged = true;
      break;
    }
    ++recovery.edits;
  }
  if (!continues || (recovery.edits == 0 && !recovery.damaged)) return std::nullopt;
  recovery.project = document.project();
  fetchBlobs(recovery.project, blobFolder(journal));
  return recovery;
}

}  // namespace spk
