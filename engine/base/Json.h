#pragma once
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/Value.h"

namespace spk {

/// A parsed JSON value, for reading short texts without naming the library in a header. Objects
/// keep the order of their keys, so that writing back loses nothing.
class JsonNode {
 public:
  enum class Form { Null, Bool, Integer, Real, Text, List, Object };
  /// Error names line and column. At most `deepest` levels; duplicate keys are an error.
  static Result<JsonNode> parse(std::string_view text, int deepest = kDeepest);
  static constexpr int kDeepest = 64;

  JsonNode() = default;  // null
  JsonNode(bool value) : form_(Form::Bool), integer_(value) {}
  JsonNode(std::int64_t value) : form_(Form::Integer), integer_(value) {}
  JsonNode(int value) : JsonNode(static_cast<std::int64_t>(value)) {}
  JsonNode(std::uint64_t value) : JsonNode(static_cast<std::int64_t>(value)) {}
  JsonNode(double value) : form_(Form::Real), real_(value) {}
  JsonNode(std::string value) : form_(Form::Text), text_(std::move(value)) {}
  JsonNode(std::string_view value) : JsonNode(std::string(value)) {}
  JsonNode(const char* value) : JsonNode(std::string(value)) {}
  static JsonNode list(std::vector<JsonNode> items = {});
  static JsonNode object(std::vector<std::pair<std::string, JsonNode>> members = {});

  Form form() const { return form_; }
  bool isNumber() const { return form_ == Form::Integer || form_ == Form::Real; }
  bool boolean() const { return integer_ != 0; }
  std::int64_t integer() const { return integer_; }
  double number() const { return form_ == Form::Real ? real_ : static_cast<double>(integer_); }
  const std::string& text() const { return text_; }
  const std::vector<JsonNode>& items() const { return items_; }
  const std::vector<std::pair<std::string, JsonNode>>& members() const { return members_; }
  const JsonNode* find(std::string_view key) const;  ///< nullptr if absent or no object
  void set(std::string key, JsonNode value);         ///< adds or replaces a member
  void add(JsonNode item) { items_.push_back(std::move(item)); }
  /// Adds a member that is known not to be there yet.
  void append(std::string key, JsonNode value) {
    members_.emplace_back(std::move(key), std::move(value));
  }

  /// One line, or indented by two blanks; reals as numberText (with ".0" where whole, so that a
  /// real stays a real).
  std::string write(bool indented = false) const;

 private:
  Form form_ = Form::Null;
  std::int64_t integer_ = 0;
  double real_ = 0;
  std::string text_;
  std::vector<JsonNode> items_;
  std::vector<std::pair<std::string, JsonNode>> members_;
};

/// bool, integer, real and text become themselves; lists, objects and null become Json;
/// {"blob": NAME} becomes Blob::missing(NAME), for the caller to fetch. A real that is not finite
/// is
/// {"number": "nan"}, "inf" or "-inf", as JSON has no such numbers.
Value toValue(const JsonNode& node);
JsonNode toJson(const Value& value);
/// Whether JSON can hold the text as it is; what is no UTF-8 is written as U+FFFD.
bool isUtf8(std::string_view text);

}  // namespace spk
