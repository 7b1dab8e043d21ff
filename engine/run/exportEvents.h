#pragma once
#include <filesystem>
#include <functional>
#include <string>

#include "engine/data/FileFormat.h"
#include "engine/run/PartSource.h"
#include "engine/run/Target.h"

namespace spk {

/// The format in which a file of events (or of flow) is to be written: by its id, else by the
/// ending of the path, which must mean one. Error lists the formats that can be written.
Result<const FileFormat*> formatToWrite(const std::string& id, const std::filesystem::path& path,
                                        const Registry& registry,
                                        Stream::Kind kind = Stream::Kind::Events);
/// What a source is about: flow, if it has a stream of flow and none of events.
Stream::Kind kindOf(const EventSource& source);

/// Events or flow of a project's wire as a file: its simulation is run for them, from t = 0 to the
/// end of the cut.
struct EventExport {
  Ref what;  ///< a node, a wire or a view of events or flow
  std::filesystem::path path;
  std::string format = {};  ///< empty: what the path's ending says
  Values options = {};      ///< of the format
  Cut cut = {};             ///< its `to` must be given
  /// Told how much is done, 0 to 1; false stops it.
  std::function<bool(double share)> progress = {};
};
struct EventExportReport {
  std::int64_t events = 0;  ///< or flows, that the file holds, read back
  std::string format;       ///< its title
  Notes notes;
};
Result<EventExportReport> exportEvents(const Project& project, const Registry& registry,
                                       const Targets& targets, const EventExport& wish);

}  // namespace spk
