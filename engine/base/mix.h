#pragma once
#include <cstdint>

namespace spk {

/// Every bit of the input turns about half of the output's: the finaliser of splitmix64 (Steele,
/// Lea & Flood 2014), one-to-one.
constexpr std::uint64_t mix64(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

}  // namespace spk
