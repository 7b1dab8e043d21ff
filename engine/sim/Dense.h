#pragma once
#include <cstdint>

namespace spk {

/// Rows of bits that reach their targets in one step with one weight. What a target receives is
/// how many rows have its bit, times the weight: counts are exact, so any order of adding gives the
/// same. Plain data: it is shared by the three builds of dense.step.cpp.
struct DenseRows {
  const std::uint64_t* const* maps = nullptr;  ///< of each row; at most 255 / the largest count
  std::uint32_t rows = 0, words = 0;           ///< words of each row
  const std::uint8_t* counts = nullptr;        ///< of targets, to begin with; or null: zero
  float weight = 0;
  float* slot = nullptr;  ///< 64 · words of them
};

namespace generic {
void addDense(const DenseRows& d);
}
namespace avx2 {
void addDense(const DenseRows& d);
}
namespace avx512 {
void addDense(const DenseRows& d);
}
inline constexpr void (*kDenseBuilds[3])(const DenseRows&) = {generic::addDense, avx2::addDense,
                                                              avx512::addDense};

}  // namespace spk
