#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/Note.h"
#include "engine/base/Result.h"
#include "engine/base/Value.h"
#include "engine/data/EventSource.h"
#include "engine/graph/Shapes.h"  // sensorOptions
#include "plugins/events/ByteFile.h"

namespace spk::events {

/// The text at the top of a Prophesee RAW file: lines "% key value…", ended by a line "% end" or
/// by the first bytes that are no such line (files of 2020 have no end line).
struct RawHeader {
  std::map<std::string, std::string, std::less<>> keys;  ///< blanks between tokens are one
  std::size_t size = 0;                                  ///< bytes before the first word

  std::string_view key(std::string_view name) const;  ///< "" if absent
};

/// @param head  the first bytes of the file; a header longer than that ends there
RawHeader readRawHeader(std::span<const std::byte> head);
/// The header of a file, at most 64 KiB long.
Result<RawHeader> readRawHeader(const ByteFile& file);

/// "EVT2", "EVT21", "EVT3" … as the header says it: by `format`, by `evt`, or by `system_ID`;
/// "" if it says nothing.
std::string rawEncoding(const RawHeader& header);

/// Order of the halves of EVT2.1's words, "little" or "legacy": by `format`, by `endianness`, else
/// legacy for Prophesee's cameras of before 2022; "" if it says nothing.
std::string_view rawEndianness(const RawHeader& header);

/// Size of the sensor and which source said so: options, `format`, `geometry`, `system_ID`, else
/// the encoding's usual one, "guessed", with a warning. Error if `format` and `geometry` disagree.
Result<Sensor> rawSensor(const RawHeader& header, const Values& options, std::string_view encoding,
                         Notes& notes);

/// The size that keys `Width` and `Height` say, at most `most` px each.
std::optional<Sensor> headerSize(const RawHeader& header, int most);

/// Microseconds that key `t0` adds to every time: 0 if absent; beyond 100 years it is ignored and
/// noted.
std::int64_t rawStart(const RawHeader& header, Notes& notes);

/// The smallest sensor that is sold and holds `least`, which the beginning of a large file needs;
/// `least` itself if none does. Guessed.
Sensor nextSensor(const Sensor& least);

}  // namespace spk::events
