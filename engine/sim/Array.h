#pragma once
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

namespace spk {

/// Memory on a cache line; long runs are asked for in large pages, which random reading needs.
void* newMemory(std::size_t bytes);

/// A fixed run of plain values that begins on a cache line; pages that are never written stay
/// unused.
template <class T>
class Array {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Array() = default;
  /// Not set to anything.
  explicit Array(std::size_t size)
      : size_(size), data_(size ? static_cast<T*>(newMemory(size * sizeof(T))) : nullptr) {}
  Array(std::size_t size, T value) : Array(size) {
    for (std::size_t i = 0; i < size; ++i) data_.get()[i] = value;
  }

  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](std::size_t i) { return data_.get()[i]; }
  const T& operator[](std::size_t i) const { return data_.get()[i]; }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }
  std::span<T> span() { return {data(), size_}; }
  std::span<const T> span() const { return {data(), size_}; }

 private:
  struct Free {
    void operator()(T* p) const { ::operator delete (p, std::align_val_t{64}); }
  };
  std::size_t size_ = 0;
  std::unique_ptr<T, Free> data_;
};

}  // namespace spk
