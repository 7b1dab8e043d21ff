#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace spk {

inline constexpr std::uint64_t kFnvStart = 0xCBF29CE484222325ull;

/// FNV-1a, 64 bits (Fowler, Noll & Vo); `start` continues an earlier sum.
std::uint64_t fnv1a(std::span<const std::byte> bytes, std::uint64_t start = kFnvStart);
std::uint64_t fnv1a(std::string_view text, std::uint64_t start = kFnvStart);
/// Sixteen hex digits.
std::string hexText(std::uint64_t number);
/// 32 hex digits that name large content (128 bits, read in words of 8 bytes): fast, and safe
/// against accidents, not against forgery.
std::string contentName(std::span<const std::byte> bytes);

}  // namespace spk
