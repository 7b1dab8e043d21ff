#pragma once
#include <cstddef>
#include <cstdint>

namespace spk {

/// Poisson counts of one wire for one block and step, to be added to an input row. Plain data: it
/// is shared by the three builds of drive.step.cpp.
struct Drive {
  float* row = nullptr;                ///< of the block, padded to 64
  const float* weights = nullptr;      ///< per neuron of the block, or null
  float weight = 0;                    ///< of all, if `weights` is null
  std::uint32_t first = 0, count = 0;  ///< of the block, counted in the population
  std::uint64_t step = 0;
  std::uint32_t keyLow = 0, keyHigh = 0;

  // One mean for all: count = least + how many thresholds the random word reaches.
  const std::uint32_t* thresholds = nullptr;  ///< ascending
  std::uint32_t thresholdCount = 0;
  std::uint32_t common = 0;  ///< so many are always compared; the rest is reached rarely
  std::uint32_t least = 0;
  const std::uint32_t* guide = nullptr;  ///< by the word's top 10 bits: where to begin; or null
  // One mean for each neuron of the block, or null.
  const float* means = nullptr;
};

struct Step;
namespace generic {
void drive(Drive& d);
void passOn(Step& s);
bool allFinite(const double* values, std::uint32_t count);
}  // namespace generic
namespace avx2 {
void drive(Drive& d);
void passOn(Step& s);
bool allFinite(const double* values, std::uint32_t count);
}  // namespace avx2
namespace avx512 {
void drive(Drive& d);
void passOn(Step& s);
bool allFinite(const double* values, std::uint32_t count);
}  // namespace avx512
inline constexpr void (*kDriveBuilds[3])(Drive&) = {generic::drive, avx2::drive, avx512::drive};
inline constexpr void (*kPassOnBuilds[3])(Step&) = {generic::passOn, avx2::passOn, avx512::passOn};
inline constexpr bool (*kFiniteBuilds[3])(const double*, std::uint32_t) = {
    generic::allFinite, avx2::allFinite, avx512::allFinite};

}  // namespace spk
