#pragma once
// Replaces every form of operator new and delete of the program that includes it, in one of its
// files, and counts. All forms: a sanitizer sees it if one of its own remains between them.
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace spk::kit {

inline std::atomic<long> allocations = 0;      ///< of all threads
inline thread_local long allocationsHere = 0;  ///< of the thread that asks

inline void* countedOrNull(std::size_t size, std::size_t align) noexcept {
  ++allocations;
  ++allocationsHere;
  return align > alignof(std::max_align_t)
             ? std::aligned_alloc(align, (size + align - 1) / align * align)
             : std::malloc(size ? size : 1);
}
inline void* counted(std::size_t size, std::size_t align = 0) {
  if (void* p = countedOrNull(size, align)) return p;
  throw std::bad_alloc();
}
inline void* counted(std::size_t size, std::align_val_t align) {
  return counted(size, static_cast<std::size_t>(align));
}

}  // namespace spk::kit

void* operator new(std::size_t size) { return spk::kit::counted(size); }
void* operator new[](std::size_t size) { return spk::kit::counted(size); }
void* operator new(std::size_t size, std::align_val_t a) { return spk::kit::counted(size, a); }
void* operator new[](std::size_t size, std::align_val_t a) { return spk::kit::counted(size, a); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return spk::kit::countedOrNull(size, 0);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return spk::kit::countedOrNull(size, 0);
}
void* operator new(std::size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
  return spk::kit::countedOrNull(size, static_cast<std::size_t>(a));
}
void* operator new[](std::size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
  return spk::kit::countedOrNull(size, static_cast<std::size_t>(a));
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete[](void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t, const std::nothrow_t&) noexcept { std::free(p); }
