#pragma once
#include <cstddef>
#include <cstdint>

#include "engine/sim/Dense.h"
#include "engine/sim/Drive.h"
#include "engine/sim/OwnValues.h"
#include "engine/sim/Program.h"

// A kernel (NAME.step.cpp) is compiled three times with SPK_ISA = generic, avx2, avx512 and sees
// the lane types; everybody else sees plain data. Nothing compiled for a wider machine may leak
// into the common program: a kernel includes this header alone.
#ifdef SPK_ISA
#include "engine/sim/Lanes.h"
#include "engine/sim/integrate.h"
#endif

namespace spk {

/// Neurons of one block at most; blocks begin at multiples of it within their part.
inline constexpr std::uint32_t kBlock = 256;
/// Neurons per lane group in each build.
inline constexpr int kLaneWidths[3] = {2, 4, 8};

/// One dt of one block of neurons, as a kernel sees it.
struct Step {
  std::int64_t t = 0;  ///< begin of the step [ns]
  double dt_ms = 0;
  std::uint64_t step = 0;   ///< number of the step, from 0
  std::uint32_t first = 0;  ///< of the block, counted in the population; a multiple of 64
  std::uint32_t count = 0;  ///< neurons in the block; arrays are padded to whole lanes
  std::uint32_t total = 0;  ///< neurons in the population

  // Set by the engine: arrays that begin at the block's first neuron.
  double* const* columnsAt = nullptr;
  const float* const* inputsAt = nullptr;
  const double* constantsAt = nullptr;
  std::size_t constantStride = 0;  ///< doubles from one lane group to the next; 0: all alike
  std::uint32_t keyLow = 0, keyHigh = 0;
  std::uint32_t* fired = nullptr;  ///< numbers within the population, ascending
  std::uint32_t firedCount = 0;
  const std::uint32_t* programAt = nullptr;  ///< of user equations, as Program.h describes
  std::uint32_t programSize = 0;

#ifdef SPK_ISA
  SPK_INLINE SPK_ISA::Lanes lanes() const { return {count, constantStride}; }
  /// State [double], in the order of Shape::columns: `const auto [V, rest] = s.columns<2>();`
  template <int n>
  SPK_INLINE SPK_ISA::Bound<SPK_ISA::Column, double*, n> columns() const {
    return {columnsAt};
  }
  /// Per input port, in the order of Shape::ports: what arrives in this step, in the port's unit.
  template <int n>
  SPK_INLINE SPK_ISA::Bound<SPK_ISA::Input, const float*, n> inputs() const {
    return {inputsAt};
  }
  /// From prepare; uniform or one per neuron, read alike.
  template <int n>
  SPK_INLINE SPK_ISA::BoundConstants<n> constants() const {
    return {constantsAt};
  }
  /// User equations, whose columns, inputs and constants are counted at run time.
  SPK_INLINE double* column(std::uint32_t index) const { return columnsAt[index]; }
  SPK_INLINE const float* input(std::uint32_t index) const { return inputsAt[index]; }
  /// The first lane group's; the next follows constantStride later.
  SPK_INLINE const double* constant(std::uint32_t index) const {
    return constantsAt + std::size_t{index} * SPK_ISA::kWidth;
  }
  /// A block full of numbers in (0, 1): the same for one neuron, step and draw on every machine.
  SPK_INLINE SPK_ISA::Uniforms uniform(std::uint32_t draw) const {
    return {{keyLow, keyHigh, first, count, step, draw}};
  }
  SPK_INLINE SPK_ISA::Normals normal(std::uint32_t draw) const {
    return {{keyLow, keyHigh, first, count, step, draw},
            {keyLow, keyHigh, first, count, step, draw + 0x10000u}};
  }
  /// `const auto count = s.poisson(0); … count(i, mean[i])`.
  SPK_INLINE SPK_ISA::Poissons poisson(std::uint32_t draw) const {
    return {{keyLow, keyHigh, first, count, step, draw}};
  }
  /// The neurons of `who` spike at the end of this step.
  SPK_INLINE void fire(SPK_ISA::Lane lane, SPK_ISA::Mask who) {
    std::uint32_t bits = who.bits();
    if (__builtin_expect(bits != 0, 0)) {
      if (lane.at + SPK_ISA::kWidth > count) bits &= (1u << (count - lane.at)) - 1;
      for (; bits; bits &= bits - 1)
        fired[firedCount++] = first + static_cast<std::uint32_t>(lane.at + __builtin_ctz(bits));
    }
  }
#endif
};

#ifdef SPK_ISA
using SPK_ISA::Column;
using SPK_ISA::Lane;
using SPK_ISA::Mask;
using SPK_ISA::Reals;
using SPK_ISA::Several;
#else
/// Declares the three builds of a kernel function: `SPK_KERNEL(lif_delta, step)` in namespace
/// spk::neurons, then `Kernel{lif_delta::generic::step, …}` is `SPK_BUILDS(lif_delta, step)`.
#define SPK_KERNEL(place, function) \
  namespace place::generic {        \
  void function(Step&);             \
  }                                 \
  namespace place::avx2 {           \
  void function(Step&);             \
  }                                 \
  namespace place::avx512 {         \
  void function(Step&);             \
  }
#define SPK_BUILDS(place, function) \
  { place::generic::function, place::avx2::function, place::avx512::function }
#endif

}  // namespace spk
