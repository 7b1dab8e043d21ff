#pragma once
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace spk::events {

static_assert(std::endian::native == std::endian::little, "numbers are read as they lie in a file");

/// The number at `offset`, least byte first; the caller knows that the bytes are there.
template <class T>
T little(std::span<const std::byte> bytes, std::size_t offset = 0) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}
/// The same, greatest byte first.
inline std::uint16_t bigHalf(std::span<const std::byte> bytes, std::size_t offset = 0) {
  return __builtin_bswap16(little<std::uint16_t>(bytes, offset));
}
inline std::uint32_t bigWord(std::span<const std::byte> bytes, std::size_t offset = 0) {
  return __builtin_bswap32(little<std::uint32_t>(bytes, offset));
}
inline std::string_view textOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace spk::events
