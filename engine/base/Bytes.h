#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/base/Result.h"

namespace spk {

/// A growing run of bytes that is written in order and read back in the same order (little-endian).
/// Reading past the end is an Error, never undefined: checkpoints come from files.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::vector<std::byte> data) : data_(std::move(data)) {}

  template <class T>
  requires std::is_trivially_copyable_v<T>
  void put(const T& value) { putRaw(&value, sizeof value); }
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void putAll(std::span<const T> values) {
    put<std::uint64_t>(values.size());
    putRaw(values.data(), values.size_bytes());
  }
  void putText(std::string_view text) { putAll(std::span<const char>(text.data(), text.size())); }

  template <class T>
  requires std::is_trivially_copyable_v<T> Result<T> take() {
    T value;
    TRY_DO(takeRaw(&value, sizeof value));
    return value;
  }
  /// Fills `out` exactly; another stored length is an Error.
  template <class T>
  requires std::is_trivially_copyable_v<T> Result<void> takeAll(std::span<T> out) {
    TRY(const auto n, take<std::uint64_t>());
    if (n != out.size())
      return Error{
          "holds " + std::to_string(n) + " values, " + std::to_string(out.size()) + " expected",
          "state"};
    return takeRaw(out.data(), out.size_bytes());
  }
  template <class T>
  requires std::is_trivially_copyable_v<T> Result<std::vector<T>> takeVector() {
    TRY(const auto n, take<std::uint64_t>());
    if (n > (data_.size() - at_) / sizeof(T)) return Error{"is cut short", "state"};
    std::vector<T> values(n);
    TRY_DO(takeRaw(values.data(), n * sizeof(T)));
    return values;
  }
  Result<std::string> takeText() {
    TRY(const auto letters, takeVector<char>());
    return std::string(letters.begin(), letters.end());
  }

  std::span<const std::byte> span() const { return data_; }
  std::size_t size() const { return data_.size(); }
  void rewind() { at_ = 0; }
  friend bool operator==(const Bytes& a, const Bytes& b) { return a.data_ == b.data_; }

 private:
  void putRaw(const void* from, std::size_t size);
  Result<void> takeRaw(void* to, std::size_t size);

  std::vector<std::byte> data_;
  std::size_t at_ = 0;
};

}  // namespace spk
