#pragma once
#include <map>
#include <memory>
#include <string>

#include "engine/base/Item.h"
#include "engine/base/Jobs.h"
#include "engine/graph/Registry.h"

namespace spk {

/// What the recordings of a project hold: each is read through once, on a job, and the reports
/// kept. GUI thread.
class FileReports {
 public:
  FileReports(const Registry& registry, Jobs& jobs) : registry_(registry), jobs_(jobs) {}
  ~FileReports();  ///< stops what is still read
  FileReports(const FileReports&) = delete;
  FileReports& operator=(const FileReports&) = delete;

  /// Of a source.event_stream with an absolute file name, begins to read it where nobody has. An
  /// object: `state` ("opening", "reading", "done", "stopped", "failed"), `format`, `title`,
  /// `file`, `bytes`, `indexed` (0 … 1), `error`, and, of what has been read so far, the fields of
  /// `spikarium info` with `notes` as {`level`, `text`}.
  Json report(const Item& camera);
  void stop(const Item& camera);

 private:
  struct Reading;
  std::shared_ptr<Reading>& readingOf(const Item& camera);

  const Registry& registry_;
  Jobs& jobs_;
  std::map<std::string, std::shared_ptr<Reading>> readings_;  // by file and how it is read
};

}  // namespace spk
