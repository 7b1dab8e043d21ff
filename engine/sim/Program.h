#pragma once
#include <cstdint>

namespace spk {

/// How user equations run: arithmetic on whole blocks, one instruction after the other. Values lie
/// in slots: first the constants, then the columns, then registers of one block each.
///
/// A program is a row of words: the header, the part that prepare reads (which computes the
/// constants from the parameters; plugins/neurons/EquationConstants.cpp), and the block code. An
/// instruction is its code and its slots, the one it writes first.
namespace program {

enum Header : std::uint32_t {
  kConstants,
  kColumns,
  kRegisters,
  kCodeAt,
  kCodeEnd,
  kSetup,
  kHeaderSize
};

inline constexpr std::uint32_t kMostRegisters = 96, kMostSlots = 640, kMostWords = 60'000;

enum class Code : std::uint32_t {
  LoadInput,  ///< to, input
  Uniform,    ///< to, number of the draw
  Normal,
  Time,  ///< to: begin of the step [ms]
  Copy,
  Negate,
  Exp,
  Log,
  Sqrt,
  Abs,
  Sin,
  Cos,
  Tanh,
  Exprel,
  Add,
  Subtract,
  Multiply,
  Divide,
  Min,
  Max,
  Pow,
  Less,
  LessEqual,
  Equal,
  Select,            ///< to, a, b, c: a ? b : c
  SelectPositive,    ///< a > 0 ? b : c
  MultiplyAdd,       ///< a b + c, rounded twice
  MultiplySubtract,  ///< a b − c
  SubtractProduct,   ///< c − a b
  CountDown,         ///< max(a − 1, 0)
  Fire,              ///< to, a, rest: fires where a and not rest > 0; to is who
  FireAbove,         ///< to, a, b, rest: where a > b
  FireAtLeast,       ///< to, a, b, rest: where a >= b
  SkipUnlessFired,   ///< words to skip if nobody in the block fired
};

}  // namespace program
}  // namespace spk
