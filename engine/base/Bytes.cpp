#include "engine/base/Bytes.h"

#include <cstring>

namespace spk {

// Not in the header: inlined, GCC 12 warns of overflows that cannot be.
void Bytes::putRaw(const void* from, std::size_t size) {
  if (size == 0) return;
  const std::size_t old = data_.size();
  data_.resize(old + size);
  std::memcpy(data_.data() + old, from, size);
}

Result<void> Bytes::takeRaw(void* to, std::size_t size) {
  if (size > data_.size() - at_) return Error{"is cut short", "state"};
  if (size > 0) std::memcpy(to, data_.data() + at_, size);
  at_ += size;
  return {};
}

}  // namespace spk
