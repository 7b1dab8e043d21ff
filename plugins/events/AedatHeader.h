#pragma once
#include <map>
#include <string>
#include <string_view>

#include "plugins/events/FileWindow.h"

namespace spk::events {

/// The lines that begin with '#' at the top of AEDAT 1 to 3 files. There may be thousands, and a
/// record of the data may begin with '#' too: a line that is no text is data.
struct AedatHeader {
  int version = 1;         ///< 1 if no line says it
  std::uint64_t size = 0;  ///< bytes before the data
  std::size_t lines = 0;
  bool ended = false;  ///< by a line that says so
  /// "AEChip" → what follows the colon: of each key the first. Keys of a number: "Source 1".
  std::map<std::string, std::string, std::less<>> values;

  std::string_view value(std::string_view key) const;  ///< "" if absent
};

Result<AedatHeader> readAedatHeader(FileWindow& file);

}  // namespace spk::events
