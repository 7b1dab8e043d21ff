#include "engine/base/checksum.h"

#include <bit>
#include <cstring>

#include "engine/base/mix.h"

namespace spk {

std::uint64_t fnv1a(std::span<const std::byte> bytes, std::uint64_t start) {
  for (const std::byte b : bytes)
    start = (start ^ static_cast<std::uint64_t>(b)) * 0x100000001B3ull;
  return start;
}

std::uint64_t fnv1a(std::string_view text, std::uint64_t start) {
  return fnv1a(std::as_bytes(std::span(text)), start);
}

std::string hexText(std::uint64_t number) {
  std::string text(16, '0');
  for (int i = 15; i >= 0; --i, number >>= 4) text[i] = "0123456789abcdef"[number & 15];
  return text;
}

std::string contentName(std::span<const std::byte> bytes) {
  std::uint64_t a = 0x243F6A8885A308D3ull ^ bytes.size(),
                b = 0x13198A2E03707344ull;  // digits of pi
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t size = std::min<std::size_t>(bytes.size(), sizeof word);
    std::memcpy(&word, bytes.data(), size);
    bytes = bytes.subspan(size);
    a = mix64(a ^ word) + b;
    b = std::rotl(b ^ word * 0x9E3779B97F4A7C15ull, 29) * 0xD6E8FEB86659FD93ull + a;
  }
  return hexText(mix64(a + std::rotl(b, 17))) + hexText(mix64(b ^ mix64(a)));
}

}  // namespace spk
