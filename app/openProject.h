#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "engine/base/Note.h"
#include "engine/graph/Document.h"
#include "engine/graph/Journal.h"
#include "engine/graph/Registry.h"

namespace spk {

/// A project as it comes from a file, a demo or nothing, before a workbench holds it.
struct OpenedProject {
  std::filesystem::path path;  ///< its file; empty: untitled
  Project project = emptyProject();
  Notes notes = {};
  /// What an unfinished session adds to it, and the journal that says so; the user decides.
  std::optional<Journal::Recovery> recovery = {};
  std::filesystem::path recoveryFrom = {};
};

/// Reads the file and its journal; may run on a job.
Result<OpenedProject> openProject(const std::filesystem::path& path, const Registry& registry);
/// The version before (NAME.spk.bak) in the place of a file that cannot be read: saving it writes
/// over that file.
Result<OpenedProject> openVersionBefore(const std::filesystem::path& path,
                                        const Registry& registry);
/// An untitled one, with what an unfinished untitled session left.
OpenedProject newProject();

/// Whether the file came with the program (demos, templates): it is saved elsewhere, and its
/// journal lies with the untitled ones.
bool isShipped(const std::filesystem::path& path);
/// "ei_balance.spk"; a demo is called after its folder.
std::string projectTitle(const std::filesystem::path& path);

/// The edit that makes `to` of `from`.
Edit difference(const Project& from, const Project& to, std::string title);

}  // namespace spk
