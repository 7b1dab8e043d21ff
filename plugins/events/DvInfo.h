#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/Result.h"

namespace spk::events {

/// A stream as the text in the header of an AEDAT 4 file describes it.
struct DvStream {
  int id = -1;
  std::string type;    ///< "EVTS", "FRME", "IMUS", "TRIG"
  std::string module;  ///< the camera or module that made it
  std::string source;  ///< "DVXplorer_DXA00080"
  int width = 0, height = 0;
};

/// @param xml  <dv …><node name="outInfo"><node name="0">…
/// @return in the order of the text; Error if it is no XML
Result<std::vector<DvStream>> readDvInfo(std::string_view xml);

/// The text for streams.
std::string writeDvInfo(const std::vector<DvStream>& streams, std::string_view compression);

}  // namespace spk::events
