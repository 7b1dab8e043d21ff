#include "plugins/events/NpyHeader.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace spk::events {
namespace {

constexpr std::size_t kHeaderMost = 1 << 16;
constexpr std::uint64_t kItemMost = 1 << 16;

/// Walks the text of the header, a Python dictionary of texts, tuples, lists and numbers.
class Text {
 public:
  explicit Text(std::string_view text) : text_(text) {}
  bool take(char c) {
    skip();
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool sees(char c) {
    skip();
    return !text_.empty() && text_[0] == c;
  }
  std::optional<std::string> quoted() {
    skip();
    if (text_.empty() || (text_[0] != '\'' && text_[0] != '"')) return std::nullopt;
    const std::size_t end = text_.find(text_[0], 1);
    if (end == text_.npos) return std::nullopt;
    std::string inner(text_.substr(1, end - 1));
    text_.remove_prefix(end + 1);
    return inner;
  }
  std::optional<std::uint64_t> number() {
    skip();
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc()) return std::nullopt;
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    if (!text_.empty() && text_[0] == 'L') text_.remove_prefix(1);  // Python 2
    return value;
  }
  bool word(std::string_view word) {
    skip();
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }

 private:
  void skip() {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\n' || text_[0] == '\t'))
      text_.remove_prefix(1);
  }
  std::string_view text_;
};

/// "<i8", "|u1", ">f4", "|b1" and the like; V is space between fields, of no form.
struct Described {
  std::uint64_t bytes = 0;
  std::optional<Scalar> scalar;
};
std::optional<Described> described(std::string_view text) {
  bool swapped = false;
  if (!text.empty() && std::string_view("<>=|").find(text[0]) != text.npos) {
    swapped = text[0] == '>';
    text.remove_prefix(1);
  }
  if (text.empty()) return std::nullopt;
  const char kind = text[0];
  std::uint64_t bytes = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), bytes);
  if (error != std::errc() || end != text.data() + text.size() || bytes == 0 || bytes > kItemMost)
    return std::nullopt;
  Described made{bytes, std::nullopt};
  const bool word = bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
  if (kind == 'i' && word) made.scalar = Scalar{Scalar::Form::Integer, bytes, swapped};
  if (kind == 'u' && word) made.scalar = Scalar{Scalar::Form::Unsigned, bytes, swapped};
  if (kind == 'b' && bytes == 1) made.scalar = Scalar{Scalar::Form::Unsigned, 1, false};
  if (kind == 'f' && (bytes == 4 || bytes == 8))
    made.scalar = Scalar{Scalar::Form::Real, bytes, swapped};
  return made;
}

/// The list of fields, or the one kind of number.
bool readDescription(Text& text, NpyHeader& header) {
  if (!text.take('[')) {
    const auto kind = text.quoted();
    const auto made = kind ? described(*kind) : std::nullopt;
    if (!made || !made->scalar) return false;
    header.fields = {{"", *made->scalar, 0}};
    header.itemBytes = made->bytes;
    return true;
  }
  while (text.take('(')) {
    const auto name = text.quoted();
    if (!name || !text.take(',')) return false;
    const auto kind = text.quoted();
    const auto made = kind ? described(*kind) : std::nullopt;
    if (!made || !text.take(')')) return false;  // fields of fields, and arrays, are not events
    if (made->scalar) header.fields.push_back({*name, *made->scalar, header.itemBytes});
    header.itemBytes += made->bytes;
    if (header.itemBytes > kItemMost || header.fields.size() > 64) return false;
    text.take(',');
  }
  return text.take(']') && !header.fields.empty();
}

bool readShape(Text& text, NpyHeader& header) {
  if (!text.take('(')) return false;
  while (!text.sees(')')) {
    const auto size = text.number();
    if (!size || header.shape.size() >= 8) return false;
    header.shape.push_back(*size);
    if (!text.take(',')) break;
  }
  return text.take(')');
}

bool readDictionary(Text text, NpyHeader& header) {
  bool kind = false, shape = false;
  if (!text.take('{')) return false;
  while (const auto key = text.quoted()) {
    if (!text.take(':')) return false;
    if (*key == "descr") {
      if (kind || !readDescription(text, header)) return false;
      kind = true;
    } else if (*key == "fortran_order") {
      header.byColumns = text.word("True");
      if (!header.byColumns && !text.word("False")) return false;
    } else if (*key == "shape") {
      if (shape || !readShape(text, header)) return false;
      shape = true;
    } else {
      return false;
    }
    text.take(',');
  }
  return text.take('}') && kind && shape;
}

}  // namespace

Result<NpyHeader> readNpyHeader(const ByteFile& file, std::uint64_t offset) {
  constexpr std::string_view kMagic = "\x93NUMPY";
  std::vector<std::byte> head(kHeaderMost);
  TRY(const std::size_t got, file.read(offset, head));
  const std::string_view text(reinterpret_cast<const char*>(head.data()), got);
  const std::string where = file.path().string();
  if (!text.starts_with(kMagic) || got < 12) return Error{"is no NumPy array", where};
  const auto byte = [&](std::size_t i) { return static_cast<std::uint64_t>(head[i]); };
  const std::uint64_t version = byte(6);
  if (version < 1 || version > 3)
    return Error{"is a NumPy array of version " + std::to_string(version) + "; 1 to 3 are known",
                 where};
  const std::size_t begin = version == 1 ? 10 : 12;
  std::uint64_t size = byte(8) | byte(9) << 8;
  if (version > 1) size |= byte(10) << 16 | byte(11) << 24;
  if (size > got - begin)
    return Error{"has a header of " + std::to_string(size) + " bytes, of which " +
                     std::to_string(got - begin) + " are there or read",
                 where};
  NpyHeader header;
  header.dataOffset = offset + begin + size;
  if (!readDictionary(Text(text.substr(begin, size)), header))
    return Error{"has a header that describes no table of numbers: " +
                     std::string(text.substr(begin, std::min<std::uint64_t>(size, 80))),
                 where};
  return header;
}

Result<ArrayEvents> npyColumns(const NpyHeader& header, std::shared_ptr<const ByteFile> file,
                               const std::string& name) {
  ArrayEvents arrays;
  arrays.where = file->path().string();
  const auto add = [&](const std::string& called, const Scalar& scalar, std::uint64_t offset,
                       std::uint64_t stride) {
    arrays.columns.push_back({called, file, header.dataOffset + offset, stride, scalar});
  };
  const auto& shape = header.shape;
  const bool fields = !header.fields[0].name.empty();
  if (fields && shape.size() == 1) {
    for (const auto& field : header.fields)
      add(field.name, field.scalar, field.offset, header.itemBytes);
    arrays.rows = shape[0];
    return arrays;
  }
  const Scalar scalar = header.fields[0].scalar;
  const std::uint64_t bytes = header.itemBytes;
  if (!fields && shape.size() <= 1) {
    add(name, scalar, 0, bytes);
    arrays.rows = shape.empty() ? 1 : shape[0];
    return arrays;
  }
  constexpr std::uint64_t kColumns = 16;
  if (!fields && shape.size() == 2) {
    // N × k, or k × N: the same as the other order's N × k.
    const bool tall = shape[1] >= 4 && shape[1] <= kColumns;
    const std::uint64_t rows = tall ? shape[0] : shape[1], columns = tall ? shape[1] : shape[0];
    if (columns >= 4 && columns <= kColumns && rows <= file->size() / bytes) {
      const bool together = tall == header.byColumns;  // a column's values lie one by one
      for (std::uint64_t k = 0; k < columns; ++k)
        add("", scalar, together ? k * rows * bytes : k * bytes,
            together ? bytes : columns * bytes);
      arrays.rows = rows;
      return arrays;
    }
  }
  return Error{"is no list of events: neither fields t, x, y, p nor N × 4 numbers", arrays.where};
}

}  // namespace spk::events
