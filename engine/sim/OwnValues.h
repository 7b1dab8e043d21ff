#pragma once
#include <cstdint>

namespace spk {

/// Draws of one distribution for synapses of one source, each by itself: its words are those of the
/// counter {target, source, twin, try}. They depend neither on the cut nor on the rule that made
/// the synapse. Plain data: it is shared by the three builds of ownValues.step.cpp.
struct OwnValues {
  std::uint32_t keyLow = 0, keyHigh = 0, source = 0;
  // Arrays are padded to whole groups of 16.
  const std::uint32_t* targets = nullptr;  ///< numbers in the population
  const std::uint32_t* twins = nullptr;    ///< which of the synapses from this source to the target
  std::uint32_t count = 0;
  double* values = nullptr;  ///< what comes out
  enum class Form { Uniform, Normal, Lognormal, Exponential } form = Form::Uniform;
  double a = 0, b = 0;      ///< bounds; mean and sd; mean
  double min = 0, max = 0;  ///< may be infinite
  bool redraw = false;      ///< outside these, else set to the bound
  double factor = 1;
};

namespace generic {
void drawOwnValues(const OwnValues& o);
}
namespace avx2 {
void drawOwnValues(const OwnValues& o);
}
namespace avx512 {
void drawOwnValues(const OwnValues& o);
}
inline constexpr void (*kOwnValuesBuilds[3])(const OwnValues&) = {
    generic::drawOwnValues, avx2::drawOwnValues, avx512::drawOwnValues};

}  // namespace spk
