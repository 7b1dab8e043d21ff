#pragma once
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"

namespace spk {

Time durationOf(const Project& project);       ///< [ns]; 10 s where nothing is written
std::uint64_t seedOf(const Project& project);  ///< 1 where nothing is written

/// Whether a node of it hears or speaks to other programs as it runs: its run wants the pace of the
/// clock.
bool isLive(const Project& project);

/// What `--set NODE.PARAM=VALUE` means here. NODE is a path ("E", "group/E", "#12") or "project"
/// for the settings; VALUE may carry a unit of the parameter's dimension. Error lists the nodes or
/// the parameters that exist, or says what is allowed.
Result<Edit> settingEdit(const Project& project, const Registry& registry, std::string_view text);

/// A value for a parameter from text, with its unit, and within its range.
Result<Value> parameterValue(const Parameter& parameter, std::string_view text);

/// The project with every file parameter as an absolute path; what is relative counts from `folder`
/// (where the project file lies). What a simulation is built from.
Project withAbsolutePaths(Project project, const Registry& registry,
                          const std::filesystem::path& folder);

}  // namespace spk
