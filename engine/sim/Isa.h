#pragma once
#include <string_view>

#include "engine/base/Result.h"

namespace spk {

/// Which of a kernel's three builds runs; the number is the index in Kernel.
enum class Isa { Generic, Avx2, Avx512 };

/// The widest that this processor has.
Isa bestIsa();
bool hasIsa(Isa isa);
constexpr const char* isaWord(Isa isa) {
  return isa == Isa::Avx512 ? "avx512" : isa == Isa::Avx2 ? "avx2" : "generic";
}
/// "generic", "avx2", "avx512"; "" means: what the variable SPK_ISA says, else the best. Error if
/// the word is unknown or the processor lacks it.
Result<Isa> chooseIsa(std::string_view word);

}  // namespace spk
