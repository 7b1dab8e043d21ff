#pragma once
#include <filesystem>
#include <optional>

#include "engine/base/Edit.h"
#include "engine/base/Result.h"
#include "engine/graph/Document.h"

namespace spk {

/// The crash journal beside a project: one edit a line, appended and synced at most every second,
/// gone after a save. Its first line names the checksum of the file it continues.
class Journal {
 public:
  /// NAME.spk.journal beside the project; for an untitled one, a file in the user's state folder.
  static std::filesystem::path pathFor(const std::filesystem::path& project);

  Journal() = default;
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  Result<void> open(const std::filesystem::path& journal, const Project& base);
  Result<void> append(const Edit& edit);
  Result<void> sync();     ///< to the disk, if anything is new; called from the tick
  void discard();          ///< after a save or a clean close: closes and removes the file

  struct Recovery {
    Project project;
    int edits = 0;       ///< how many lines were applied
    bool damaged = false;   ///< a last, half-written line was left out
  };
  /// What the journal adds to `base`; nothing if there is no journal, or it continues another file.
  static std::optional<Recovery> recover(const std::filesystem::path& journal, const Project& base);

 private:
  std::filesystem::path path_;
  int file_ = -1;
  bool dirty_ = false;
};

}  // namespace spk
