#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "plugins/events/loads.h"

namespace spk::events {

/// A table of a FlatBuffer that nobody has verified: each access is held against the buffer's end,
/// so whatever the bytes, it gives values of them, the default, or nothing.
class FlatTable {
 public:
  /// @param buffer      from its root offset on (after a size prefix)
  /// @param identifier  four letters that it must bear
  static std::optional<FlatTable> root(std::span<const std::byte> buffer,
                                       std::string_view identifier) {
    if (buffer.size() < 8 || textOf(buffer.subspan(4, 4)) != identifier) return std::nullopt;
    return at(buffer, little<std::uint32_t>(buffer));
  }

  template <class T>
  T value(std::size_t field, T otherwise) const {
    const std::size_t place = fieldAt(field);
    return place && place + sizeof(T) <= buffer_.size() ? little<T>(buffer_, place) : otherwise;
  }
  /// The bytes of a list whose elements are `size` bytes each; nothing if it is absent or does not
  /// fit.
  std::optional<std::span<const std::byte>> list(std::size_t field, std::size_t size) const {
    const std::size_t place = target(fieldAt(field));
    if (place == 0 || place + 4 > buffer_.size()) return std::nullopt;
    const std::uint64_t count = little<std::uint32_t>(buffer_, place);
    if (count > (buffer_.size() - place - 4) / size) return std::nullopt;
    return buffer_.subspan(place + 4, static_cast<std::size_t>(count * size));
  }
  /// How many tables a list of them has.
  std::size_t tables(std::size_t field) const {
    const auto offsets = list(field, 4);
    return offsets ? offsets->size() / 4 : 0;
  }
  std::optional<FlatTable> table(std::size_t field, std::size_t index) const {
    const auto offsets = list(field, 4);
    if (!offsets || index >= offsets->size() / 4) return std::nullopt;
    const auto place = static_cast<std::size_t>(offsets->data() - buffer_.data()) + 4 * index;
    return at(buffer_, place + little<std::uint32_t>(buffer_, place));
  }

 private:
  FlatTable(std::span<const std::byte> buffer, std::size_t place, std::size_t fields,
            std::size_t fieldsSize)
      : buffer_(buffer), place_(place), fields_(fields), fieldsSize_(fieldsSize) {}

  static std::optional<FlatTable> at(std::span<const std::byte> buffer, std::uint64_t place) {
    if (place + 4 > buffer.size()) return std::nullopt;
    const std::int64_t fields =
        static_cast<std::int64_t>(place) - little<std::int32_t>(buffer, place);
    const auto size = static_cast<std::int64_t>(buffer.size());
    if (fields < 0 || fields + 4 > size) return std::nullopt;
    const std::int64_t length = little<std::uint16_t>(buffer, static_cast<std::size_t>(fields));
    if (length < 4 || fields + length > size) return std::nullopt;
    return FlatTable(buffer, static_cast<std::size_t>(place), static_cast<std::size_t>(fields),
                     static_cast<std::size_t>(length));
  }
  /// Where a field's value lies; 0 if it is absent.
  std::size_t fieldAt(std::size_t field) const {
    const std::size_t entry = 4 + 2 * field;
    if (entry + 2 > fieldsSize_) return 0;
    const std::uint16_t offset = little<std::uint16_t>(buffer_, fields_ + entry);
    return offset ? place_ + offset : 0;
  }
  /// What an offset at `place` points to; 0 if nothing.
  std::size_t target(std::size_t place) const {
    if (place == 0 || place + 4 > buffer_.size()) return 0;
    return place + little<std::uint32_t>(buffer_, place);
  }

  std::span<const std::byte> buffer_;
  std::size_t place_, fields_, fieldsSize_;
};

}  // namespace spk::events
