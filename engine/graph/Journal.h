#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/Edit.h"
#include "engine/base/Result.h"
#include "engine/graph/Document.h"

namespace spk {

/// The crash journal beside a project: one edit a line, appended and synced at most every second,
/// emptied by a save. Its first line names the checksum of the file it continues.
class Journal {
 public:
  /// NAME.spk.journal beside the project; for an untitled one, a file in the user's state folder.
  static std::filesystem::path pathFor(const std::filesystem::path& project);
  /// Journals of untitled projects that no running program holds: what a crash left behind. Their
  /// base is emptyProject(), unless the program opened them on another (a template).
  static std::vector<std::filesystem::path> untitled();

  Journal() = default;
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// `base`: the project as it is on disk. A journal of that base that is already there goes on
  /// (so recovered edits survive a second crash): remove the file first if they are not wanted.
  /// One of another base is kept as JOURNAL.old. Error if another program, or another Journal,
  /// holds it.
  Result<void> open(const std::filesystem::path& journal, const Project& base);
  /// Hands the edit to the system: it survives the death of this program.
  Result<void> append(const Edit& edit);
  Result<void> sync();  ///< to the disk, if anything is new; called from the tick
  /// A copy of the project is about to be saved in the base's place: whoever then recovers from
  /// that file applies only what follows here. So edits go on, and nothing is lost, whenever the
  /// program dies.
  Result<void> saving(const Project& copy);
  /// The save is done: begins anew, unless edits came meanwhile.
  Result<void> saved();
  void discard();  ///< after a clean close: closes and removes the file

  struct Recovery {
    Project project;
    int edits = 0;         ///< how many lines were applied
    bool damaged = false;  ///< a half-written line, and what follows it, was left out
  };
  /// What the journal adds to `base`; nothing if there is no journal, it is empty, continues
  /// another file, or a running program holds it.
  static std::optional<Recovery> recover(const std::filesystem::path& journal, const Project& base);

 private:
  Result<void> write(std::string_view bytes);

  std::filesystem::path path_;
  int file_ = -1;
  bool dirty_ = false;
  std::string mark_;  // the line of the last saving(), as long as nothing follows it
};

}  // namespace spk
