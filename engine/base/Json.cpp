#include "engine/base/Json.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_set>

namespace spk {
namespace {

/// "line 3, column 14" of a byte in a text.
std::string placeOf(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte, text.size()));
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - start + 1);
}

/// Walks the text and tells how far the reader has come.
class Walker {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;
  Walker(const char* at, const char** reached) : at_(at), reached_(reached) {}
  reference operator*() const { return *at_; }
  Walker& operator++() {
    *reached_ = ++at_;
    return *this;
  }
  Walker operator++(int) {
    const Walker before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const Walker& a, const Walker& b) { return a.at_ == b.at_; }

 private:
  const char* at_;
  const char** reached_;
};

/// The library's words about a place that it cannot read, for people.
std::string plainWords(std::string_view words) {
  static constexpr std::pair<std::string_view, const char*> kPlain[] = {
      {"unexpected end of input", "it ends too early, before everything that was opened is closed"},
      {"missing closing quote", "a text in quotes is not closed"},
      {"ill-formed UTF-8", "there are bytes that are no letters (UTF-8 is expected)"},
      {"control character", "a line break or another control character stands in a quoted text"},
      {"expected end of input", "there is more text behind its end"},
      {"expected ':'", "the colon after a name is missing"},
      {"expected string literal", "a name in quotes is expected"},
      {"expected ']'", "a comma or the closing ] is missing"},
      {"expected '}'", "a comma or the closing } is missing"},
      {"expected ','", "a comma is missing"},
      {"number", "a number is not written as one"},
  };
  for (const auto& [theirs, ours] : kPlain)
    if (words.find(theirs) != words.npos) return ours;
  return "what stands here is neither text, number, list nor object";
}

/// Builds the tree from the library's calls; an answer of false stops the reading.
class Builder {
 public:
  Builder(std::string_view text, const char** reached, std::size_t deepest)
      : text_(text), reached_(reached), deepest_(deepest) {}

  bool null() { return put({}); }
  bool boolean(bool value) { return put(value); }
  bool number_integer(std::int64_t value) { return put(value); }
  bool number_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return tooLarge(std::to_string(value));
    return put(static_cast<std::int64_t>(value));
  }
  bool number_float(double value, const std::string& letters) {
    if (letters.find_first_of(".eE") == std::string::npos) return tooLarge(letters);
    return put(value);
  }
  bool string(std::string& value) { return put(JsonNode(std::move(value))); }
  bool binary(std::vector<std::uint8_t>&) { return fail("binary data has no place in JSON"); }
  bool start_object(std::size_t) { return open(JsonNode::object()); }
  bool start_array(std::size_t) { return open(JsonNode::list()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    if (!open_.back().names.insert(name).second)
      return fail("the key \"" + name + "\" is there twice");
    open_.back().key = std::move(name);
    return true;
  }
  template <class Exception>
  bool parse_error(std::size_t, const std::string&, const Exception& exception) {
    return fail(plainWords(exception.what()));
  }

  Result<JsonNode> result() && {
    if (!error_.empty()) return Error{error_, ""};
    return std::move(root_);
  }

 private:
  struct Open {
    JsonNode node;
    std::string key;
    std::unordered_set<std::string> names;
  };

  bool fail(std::string what) {
    const std::size_t at = *reached_ - text_.data();
    error_ = std::move(what) + " (" + placeOf(text_, at == 0 ? 0 : at - 1) + ")";
    return false;
  }
  bool tooLarge(const std::string& letters) {
    return fail("the whole number " + letters + " does not fit into 64 bits; write it as text");
  }
  bool open(JsonNode node) {
    if (open_.size() == deepest_)
      return fail("nested deeper than " + std::to_string(deepest_) + " levels");
    open_.push_back({std::move(node), {}, {}});
    return true;
  }
  bool close() {
    JsonNode node = std::move(open_.back().node);
    open_.pop_back();
    return put(std::move(node));
  }
  bool put(JsonNode node) {
    if (open_.empty())
      root_ = std::move(node);
    else if (open_.back().node.form() == JsonNode::Form::List)
      open_.back().node.add(std::move(node));
    else
      open_.back().node.append(std::move(open_.back().key), std::move(node));
    return true;
  }

  std::string_view text_;
  const char** reached_;
  std::size_t deepest_;
  std::vector<Open> open_;
  JsonNode root_;
  std::string error_;
};

/// Length of the well-formed UTF-8 sequence that begins `text`, 0 if there is none (Unicode 15,
/// table 3-7).
std::size_t sequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool second = follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
    return second && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool second = follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
    return second && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

void writeText(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    const std::size_t length = sequenceLength(text);
    const char c = text.front();
    if (length == 0)
      out += "\uFFFD";  // what is no UTF-8 cannot be in JSON
    else if (length > 1)
      out += text.substr(0, length);
    else if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += "\\u00";
      out += "0123456789abcdef"[c >> 4];
      out += "0123456789abcdef"[c & 15];
    } else
      out += c;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  out += '"';
}

void writeNode(const JsonNode& node, std::string& out, int indent);

/// `[a, b]` or `{a, b}` on one line, or one element a line if `indent` is not negative.
template <class Elements, class WriteElement>
void writeAll(const Elements& elements, std::string& out, int indent, WriteElement element) {
  const bool lines = indent >= 0 && !elements.empty();
  bool first = true;
  for (const auto& e : elements) {
    if (!first) out += lines ? "," : ", ";
    if (lines) out += "\n" + std::string(2 * (indent + 1), ' ');
    first = false;
    element(e, lines ? indent + 1 : -1);
  }
  if (lines) out += "\n" + std::string(2 * indent, ' ');
}

void writeNode(const JsonNode& node, std::string& out, int indent) {
  switch (node.form()) {
    case JsonNode::Form::Null: out += "null"; return;
    case JsonNode::Form::Bool: out += node.boolean() ? "true" : "false"; return;
    case JsonNode::Form::Integer: out += std::to_string(node.integer()); return;
    case JsonNode::Form::Real: {
      if (!std::isfinite(node.number())) {
        out += "null";
        return;
      }
      std::string text = numberText(node.number());
      if (text.find_first_of(".e") == std::string::npos) text += ".0";
      out += text;
      return;
    }
    case JsonNode::Form::Text: writeText(node.text(), out); return;
    case JsonNode::Form::List:
      out += '[';
      writeAll(node.items(), out, indent,
               [&](const JsonNode& item, int in) { writeNode(item, out, in); });
      out += ']';
      return;
    case JsonNode::Form::Object:
      out += '{';
      writeAll(node.members(), out, indent, [&](const auto& member, int in) {
        writeText(member.first, out);
        out += ": ";
        writeNode(member.second, out, in);
      });
      out += '}';
      return;
  }
}

/// JSON knows no NaN and no infinity: they are {"number": "nan"}.
constexpr std::string_view kOddNumber = "number";

const JsonNode* onlyMember(const JsonNode& node, std::string_view key) {
  const bool single = node.form() == JsonNode::Form::Object && node.members().size() == 1;
  const JsonNode* member = single ? node.find(key) : nullptr;
  return member && member->form() == JsonNode::Form::Text ? member : nullptr;
}

}  // namespace

Result<JsonNode> JsonNode::parse(std::string_view text, int deepest) {
  const char* reached = text.data();
  Builder builder(text, &reached, static_cast<std::size_t>(deepest));
  try {
    nlohmann::json::sax_parse(Walker(text.data(), &reached),
                              Walker(text.data() + text.size(), &reached), &builder);
  } catch (const std::exception& exception) {
    return Error{exception.what(), "JSON"};
  }
  return std::move(builder).result();
}

JsonNode JsonNode::list(std::vector<JsonNode> items) {
  JsonNode node;
  node.form_ = Form::List;
  node.items_ = std::move(items);
  return node;
}

JsonNode JsonNode::object(std::vector<std::pair<std::string, JsonNode>> members) {
  JsonNode node;
  node.form_ = Form::Object;
  node.members_ = std::move(members);
  return node;
}

const JsonNode* JsonNode::find(std::string_view key) const {
  const auto found =
      std::ranges::find_if(members_, [&](const auto& member) { return member.first == key; });
  return found == members_.end() ? nullptr : &found->second;
}

void JsonNode::set(std::string key, JsonNode value) {
  const auto found =
      std::ranges::find_if(members_, [&](const auto& member) { return member.first == key; });
  if (found != members_.end())
    found->second = std::move(value);
  else
    append(std::move(key), std::move(value));
}

std::string JsonNode::write(bool indented) const {
  std::string out;
  writeNode(*this, out, indented ? 0 : -1);
  return out;
}

Value toValue(const JsonNode& node) {
  switch (node.form()) {
    case JsonNode::Form::Bool: return node.boolean();
    case JsonNode::Form::Integer: return node.integer();
    case JsonNode::Form::Real: return node.number();
    case JsonNode::Form::Text: return node.text();
    default: break;
  }
  if (const JsonNode* name = onlyMember(node, "blob")) return Blob::missing(name->text());
  if (const JsonNode* odd = onlyMember(node, kOddNumber)) {
    if (odd->text() == "nan") return std::numeric_limits<double>::quiet_NaN();
    if (odd->text() == "inf") return std::numeric_limits<double>::infinity();
    if (odd->text() == "-inf") return -std::numeric_limits<double>::infinity();
  }
  return Json{node.write()};
}

JsonNode toJson(const Value& value) {
  if (const auto* b = std::get_if<bool>(&value)) return *b;
  if (const auto* i = std::get_if<std::int64_t>(&value)) return *i;
  if (const auto* d = std::get_if<double>(&value)) {
    if (std::isfinite(*d)) return *d;
    const char* word = std::isnan(*d) ? "nan" : *d > 0 ? "inf" : "-inf";
    return JsonNode::object({{std::string(kOddNumber), word}});
  }
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* blob = std::get_if<Blob>(&value))
    return JsonNode::object({{"blob", blob->name()}});
  auto node = JsonNode::parse(std::get<Json>(value).text);
  return node ? std::move(node).value() : JsonNode(std::get<Json>(value).text);
}

bool isUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = sequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace spk
