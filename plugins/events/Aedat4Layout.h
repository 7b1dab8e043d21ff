#pragma once
#include <cstdint>

namespace spk::events::aedat4 {

inline constexpr char kMagic[] = "#!AER-DAT4.0\r\n";
inline constexpr std::size_t kMagicSize = 14;
/// How packets are packed, as the header numbers it; the _HIGH kinds unpack like their like.
enum Compression : std::int32_t { kNone, kLz4, kLz4High, kZstd, kZstdHigh };

/// An event as it lies in an EVTS packet.
struct RawEvent {
  std::int64_t t;  ///< [µs]
  std::int16_t x, y;
  std::uint8_t on, pad[3];
};
static_assert(sizeof(RawEvent) == 16);

/// Fields of the tables by number.
namespace header {
enum : std::size_t { kCompression, kTablePosition, kInfo };
}
namespace frame {
enum : std::size_t {
  kT,
  kStart,
  kEnd,
  kExposureStart,
  kExposureEnd,
  kFormat,
  kWidth,
  kHeight,
  kX,
  kY,
  kPixels
};
}
enum FrameFormat : std::int8_t { kGrey = 0, kBgr = 16, kBgra = 24 };
/// What a TRIG packet's source says.
enum TriggerSource : std::int8_t {
  kReset,
  kRises,
  kFalls,
  kPulse,
  kGeneratorRises,
  kGeneratorFalls
};

}  // namespace spk::events::aedat4
