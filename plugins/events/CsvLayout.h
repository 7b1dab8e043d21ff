#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/Note.h"
#include "engine/base/Result.h"
#include "engine/base/Time.h"
#include "engine/base/Value.h"
#include "engine/data/EventSource.h"

namespace spk::events {

/// Where a table of events has what: found in its first lines, or told by options.
struct CsvLayout {
  char separator = ',';                      ///< ' ' stands for any run of blanks and tabs
  std::array<int, 4> column = {0, 1, 2, 3};  ///< of t, x, y, p
  int columns = 4;                           ///< at least so many are in each row
  Time unit = kMicrosecond;                  ///< of t [ns]
  std::optional<Sensor> sensor;              ///< as a comment says it: "# sensor 640x480"
  std::string names = {};                    ///< the line of names, if there is one
};

/// What a row holds; t in ns.
struct CsvRow {
  Time t = 0;
  std::int64_t x = 0, y = 0;
  std::uint8_t polarity = 0;
};

/// @param head  the first lines of the file
/// @param options  separator (auto, comma, semicolon, tab, blank), order ("auto" or "t,x,y,p"),
/// unit
/// @return Error if no order fits: it says what the first row looks like
Result<CsvLayout> csvLayout(std::string_view head, const Values& options, Notes& notes);

/// The event in one line; nothing if it is none.
std::optional<CsvRow> csvRow(const CsvLayout& layout, std::string_view line);
/// Blank, a comment or the line of names.
bool isCsvAside(const CsvLayout& layout, std::string_view line);

}  // namespace spk::events
