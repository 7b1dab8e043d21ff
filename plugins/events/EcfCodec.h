#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/Result.h"

namespace spk::events {

/// Events of one chunk as columns; times in µs.
struct EcfEvents {
  std::vector<std::int64_t> t;
  std::vector<std::uint16_t> x, y;
  std::vector<std::uint8_t> polarity;

  void resize(std::size_t n) { t.resize(n), x.resize(n), y.resize(n), polarity.resize(n); }
};

inline constexpr std::size_t kEcfMost = 65535;  ///< events of a chunk
inline constexpr int kEcfLargest = 2048;        ///< addresses have 11 bits

/// Decodes a chunk of Prophesee's event compression (HDF5 filter 36559): run lengths of times, then
/// addresses and polarities packed or as run lengths. Never reads beyond `chunk`.
/// @return Error if the chunk is not wholly sound: what is wrong, and at which byte
Result<void> decodeEcf(std::span<const std::byte> chunk, EcfEvents& out);

/// Encodes 1 to kEcfMost events, addresses below kEcfLargest, in the shortest of the three forms.
/// Times may go back.
void encodeEcf(std::span<const std::int64_t> t, std::span<const std::uint16_t> x,
               std::span<const std::uint16_t> y, std::span<const std::uint8_t> polarity,
               std::vector<std::byte>& out);

}  // namespace spk::events
