#include "engine/base/Value.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <span>

#include "engine/base/Json.h"
#include "engine/base/checksum.h"

namespace spk {
namespace {

const Value* written(const Values& values, std::string_view key) {
  const auto found = values.find(key);
  return found == values.end() ? nullptr : &found->second;
}

template <class Number>
std::optional<Number> wholeNumber(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Blob::Blob(std::vector<std::size_t> shape, std::vector<double> numbers)
    : shape_(std::move(shape)),
      numbers_(std::make_shared<const std::vector<double>>(std::move(numbers))) {
  std::string sizes;
  for (const std::size_t size : shape_) sizes += std::to_string(size) + ",";
  const std::string content = contentName(std::as_bytes(std::span(*numbers_)));
  name_ = contentName(std::as_bytes(std::span<const char>(sizes += content)));
}

Blob Blob::missing(std::string name) {
  Blob blob;
  blob.name_ = std::move(name);
  return blob;
}

const std::vector<double>& Blob::numbers() const {
  static const std::vector<double> kNone;
  return numbers_ ? *numbers_ : kNone;
}

std::optional<double> asNumber(const Value& value) {
  if (const auto* b = std::get_if<bool>(&value)) return *b ? 1.0 : 0.0;
  if (const auto* i = std::get_if<std::int64_t>(&value)) return static_cast<double>(*i);
  if (const auto* d = std::get_if<double>(&value)) return *d;
  return std::nullopt;
}

std::optional<std::int64_t> asInteger(const Value& value) {
  if (const auto* b = std::get_if<bool>(&value)) return *b ? 1 : 0;
  if (const auto* i = std::get_if<std::int64_t>(&value)) return *i;
  if (const auto* d = std::get_if<double>(&value)) {
    const bool fits = *d >= -9223372036854775808.0 && *d < 9223372036854775808.0;
    if (fits && std::trunc(*d) == *d) return static_cast<std::int64_t>(*d);
  }
  return std::nullopt;
}

std::optional<std::string_view> asText(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return std::nullopt;
}

double numberOr(const Values& values, std::string_view key, double fallback) {
  const Value* value = written(values, key);
  return value ? asNumber(*value).value_or(fallback) : fallback;
}

std::int64_t integerOr(const Values& values, std::string_view key, std::int64_t fallback) {
  const Value* value = written(values, key);
  return value ? asInteger(*value).value_or(fallback) : fallback;
}

bool switchOr(const Values& values, std::string_view key, bool fallback) {
  const Value* value = written(values, key);
  return value ? asNumber(*value).value_or(fallback) != 0 : fallback;
}

std::string textOr(const Values& values, std::string_view key, std::string_view fallback) {
  const Value* value = written(values, key);
  return std::string(value ? asText(*value).value_or(fallback) : fallback);
}

std::string valueText(const Value& value) {
  if (const auto* b = std::get_if<bool>(&value)) return *b ? "true" : "false";
  if (const auto* i = std::get_if<std::int64_t>(&value)) return std::to_string(*i);
  if (const auto* d = std::get_if<double>(&value)) return numberText(*d);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* json = std::get_if<Json>(&value)) return json->text;
  const Blob& blob = std::get<Blob>(value);
  if (blob.isMissing()) return "array " + blob.name() + " (missing)";
  std::string sizes;
  for (const std::size_t size : blob.shape())
    sizes += (sizes.empty() ? "" : " × ") + std::to_string(size);
  return "array of " + sizes;
}

Value valueFromText(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  if (const auto integer = wholeNumber<std::int64_t>(text)) return *integer;
  if (const auto real = wholeNumber<double>(text); real && std::isfinite(*real)) return *real;
  if (!text.empty() && (text.front() == '[' || text.front() == '{'))
    if (const auto node = JsonNode::parse(text)) return toValue(node.value());
  return std::string(text);
}

std::string numberText(double number) {
  const double size = std::fabs(number);
  const bool plain = number == 0 || (size >= 1e-5 && size < 1e15);
  std::array<char, 32> letters;
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end =
      std::isfinite(number)
          ? std::to_chars(letters.data(), letters.data() + letters.size(), number, format).ptr
          : std::to_chars(letters.data(), letters.data() + letters.size(), number).ptr;
  return {letters.data(), end};
}

}  // namespace spk
