#pragma once
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spk::events {

/// Lays out a FlatBuffer from front to back: a root table, and what it points to behind it. Numbers
/// of eight bytes lie at multiples of eight, counted from the start of the text.
class FlatWriter {
 public:
  /// @param sizePrefix  whether its size precedes it
  FlatWriter(std::string_view identifier, bool sizePrefix) : prefix_(sizePrefix ? 4 : 0) {
    put(prefix_ + 8, '\0');
    std::memcpy(text_.data() + prefix_ + 4, identifier.data(), 4);
    rootOffset_ = prefix_;
  }
  /// Begins a table whose fields lie at `offsets` from its start (0: absent), `size` bytes long.
  /// @return where it lies; the first eight-byte field may lie at 4
  std::size_t table(std::span<const std::uint16_t> offsets, std::size_t size) {
    const std::size_t fields = fieldsOf(offsets, size);
    const std::size_t place = tableAt(fields, size);
    if (rootOffset_ != kNone) point(rootOffset_, place), rootOffset_ = kNone;
    return place;
  }
  /// A list of tables of one shape. @param field  where in the text the offset to it lies
  /// @return where each table lies
  std::vector<std::size_t> tables(std::size_t field, std::size_t count,
                                  std::span<const std::uint16_t> offsets, std::size_t size) {
    align(4);
    point(field, text_.size());
    putNumber(static_cast<std::uint32_t>(count));
    const std::size_t list = text_.size();
    put(4 * count, '\0');
    const std::size_t fields = fieldsOf(offsets, size);
    std::vector<std::size_t> places(count);
    for (std::size_t i = 0; i < count; ++i) {
      places[i] = tableAt(fields, size);
      point(list + 4 * i, places[i]);
    }
    return places;
  }
  /// A list of bytes; they begin at a multiple of eight. @param elements  what they are counted as
  void list(std::size_t field, std::span<const char> bytes, std::size_t elements) {
    while (text_.size() % 8 != 4) text_ += '\0';
    point(field, text_.size());
    putNumber(static_cast<std::uint32_t>(elements));
    text_.append(bytes.data(), bytes.size());
  }
  template <class T>
  void set(std::size_t place, T value) {
    std::memcpy(text_.data() + place, &value, sizeof value);
  }
  std::string finish() && {
    if (prefix_) set(0, static_cast<std::uint32_t>(text_.size() - 4));
    return std::move(text_);
  }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};

  void put(std::size_t count, char c) { text_.append(count, c); }
  template <class T>
  void putNumber(T value) {
    text_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void align(std::size_t to) {
    while (text_.size() % to) text_ += '\0';
  }
  void point(std::size_t field, std::size_t to) {
    set(field, static_cast<std::uint32_t>(to - field));
  }
  std::size_t fieldsOf(std::span<const std::uint16_t> offsets, std::size_t size) {
    align(2);
    const std::size_t place = text_.size();
    putNumber(static_cast<std::uint16_t>(4 + 2 * offsets.size()));
    putNumber(static_cast<std::uint16_t>(size));
    for (const std::uint16_t offset : offsets) putNumber(offset);
    return place;
  }
  std::size_t tableAt(std::size_t fields, std::size_t size) {
    while (text_.size() % 8 != 4) text_ += '\0';
    const std::size_t place = text_.size();
    put(size, '\0');
    set(place, static_cast<std::int32_t>(place - fields));
    return place;
  }

  std::string text_;
  std::size_t prefix_, rootOffset_ = 0;
};

}  // namespace spk::events
