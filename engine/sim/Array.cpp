#include "engine/sim/Array.h"

#include <cstdint>
#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace spk {

void* newMemory(std::size_t bytes) {
  void* const made = ::operator new (bytes, std::align_val_t{64});
#if defined(__linux__)
  // Whole large pages inside; if the system refuses, small ones serve.
  constexpr std::uintptr_t kLargePage = std::uintptr_t{2} << 20;
  const auto begin = (reinterpret_cast<std::uintptr_t>(made) + kLargePage - 1) & ~(kLargePage - 1);
  const auto end = (reinterpret_cast<std::uintptr_t>(made) + bytes) & ~(kLargePage - 1);
  if (end > begin) (void)madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
#endif
  return made;
}

}  // namespace spk
