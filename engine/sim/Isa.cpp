#include "engine/sim/Isa.h"

#include <cstdlib>
#include <string>

namespace spk {

bool hasIsa(Isa isa) {
#if defined(__x86_64__)
  switch (isa) {
    case Isa::Generic: return true;
    case Isa::Avx2: return __builtin_cpu_supports("avx2");
    case Isa::Avx512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  }
#endif
  return isa == Isa::Generic;
}

Isa bestIsa() {
  return hasIsa(Isa::Avx512) ? Isa::Avx512 : hasIsa(Isa::Avx2) ? Isa::Avx2 : Isa::Generic;
}

Result<Isa> chooseIsa(std::string_view word) {
  if (word.empty()) {
    const char* wanted = std::getenv("SPK_ISA");
    if (!wanted || !*wanted) return bestIsa();
    word = wanted;
  }
  for (const Isa isa : {Isa::Generic, Isa::Avx2, Isa::Avx512}) {
    if (word != isaWord(isa)) continue;
    if (hasIsa(isa)) return isa;
    return Error{
        "this processor has no " + std::string(word) + "; its best is " + isaWord(bestIsa()),
        "isa"};
  }
  return Error{"\"" + std::string(word) + "\" is none of generic, avx2, avx512", "isa"};
}

}  // namespace spk
