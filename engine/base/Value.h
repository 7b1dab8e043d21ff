#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/Result.h"

namespace spk {

/// A large constant array, stored once and shared; known by the checksum of shape and numbers.
class Blob {
 public:
  Blob() = default;
  Blob(std::vector<std::size_t> shape, std::vector<double> numbers);
  /// A blob whose file could not be read: its name is kept, so that saving loses nothing.
  static Blob missing(std::string name);
  const std::string& name() const { return name_; }   ///< hex checksum; its file is NAME.h5
  const std::vector<std::size_t>& shape() const { return shape_; }
  const std::vector<double>& numbers() const;
  bool isMissing() const { return numbers_ == nullptr; }
  friend bool operator==(const Blob& a, const Blob& b) { return a.name_ == b.name_; }

 private:
  std::string name_;
  std::vector<std::size_t> shape_;
  std::shared_ptr<const std::vector<double>> numbers_;
};

/// Immutable JSON text for what no other alternative holds: short lists, distributions, compound
/// and unknown values; kept verbatim. engine/base/Json.h reads and makes it.
struct Json {
  std::string text;
  friend bool operator==(const Json&, const Json&) = default;
};

using Value = std::variant<bool, std::int64_t, double, std::string, Blob, Json>;
/// By key: "tau_m"; "tau_m[17]" overrides it for neuron 17; "V.initial" starts column V.
using Values = std::map<std::string, Value, std::less<>>;

/// The value as a number (bool, integer or real); nothing for the rest.
std::optional<double> asNumber(const Value& value);
std::optional<std::int64_t> asInteger(const Value& value);   ///< reals only if whole
std::optional<std::string_view> asText(const Value& value);
/// What is written there, else `fallback`. A value of another kind counts as not written.
double numberOr(const Values& values, std::string_view key, double fallback);
std::int64_t integerOr(const Values& values, std::string_view key, std::int64_t fallback);
bool switchOr(const Values& values, std::string_view key, bool fallback);
std::string textOr(const Values& values, std::string_view key, std::string_view fallback);

/// For people and for `--set`: true, 12, 0.5, text, JSON.
std::string valueText(const Value& value);
/// Reads what `--set NODE.PARAM=VALUE` was given: true/false, integer, real, JSON that begins with
/// [ or {, else text. Units are the business of engine/graph/units.h.
Value valueFromText(std::string_view text);
/// Shortest decimal text that reads back as the same double; "20" for 20.0.
std::string numberText(double number);

}  // namespace spk
