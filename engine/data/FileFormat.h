#pragma once
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/Edit.h"
#include "engine/base/Parameter.h"
#include "engine/data/EventSource.h"
#include "engine/data/Recording.h"

namespace spk {

/// What a format may look at before it says "mine".
struct FileProbe {
  std::filesystem::path path;
  bool isFolder = false;
  std::span<const std::byte> head;   ///< the first 64 KiB, or less
  std::function<std::vector<std::string>()> h5Names, siblings;   ///< lazy
};

/// What a file turned out to be; an Edit inserts items into the project.
using Opened = std::variant<std::unique_ptr<EventSource>, std::shared_ptr<const Recording>, Edit>;

/// One file format, described by data; lives in the Registry.
struct FileFormat {
  std::string id, title, endings;   ///< "evt3", "Prophesee RAW EVT3", ".raw"
  Stream::Kind holds = Stream::Kind::Events;   ///< what a file of an EventSource is about
  std::vector<Parameter> options;   ///< what the file may not say: sensor size, unit, transpose
  int (*sniff)(const FileProbe& probe) = nullptr;   ///< 0 no … 100 certain; content before ending
  Result<Opened> (*open)(const std::filesystem::path& path, const Values& options) = nullptr;
  /// Writes all of `from`; null if the format can only be read. Temp, sync, rename.
  Result<Notes> (*write)(const std::filesystem::path& path, Opened& from,
                         const Values& options) = nullptr;
};

}  // namespace spk
