// Events in a MATLAB file of version 5: a variable of N × 4 numbers, whole or packed.
// Layout: MathWorks' "MAT-File Format", chapter 1.
#include <algorithm>
#include <array>
#include <cstring>

#include "engine/graph/Registry.h"
#include "plugins/events/ArrayEvents.h"
#include "plugins/events/Inflate.h"

namespace spk::events::mat {
namespace {

constexpr std::uint32_t kInt8 = 1, kUint32 = 6, kInt32 = 5, kMatrix = 14, kPacked = 15;
constexpr std::uint64_t kHeaderBytes = 128;

/// An element's kind, and where its bytes lie.
struct Element {
  std::uint32_t type = 0;
  std::uint64_t begin = 0, size = 0, next = 0;
};

/// The numbers of the file, in its order of bytes.
class Reader {
 public:
  Reader(const ByteFile& file, bool swapped) : file_(file), swapped_(swapped) {}

  std::optional<std::uint32_t> word(std::uint64_t at) const {
    std::array<std::byte, 4> bytes = {};
    const auto got = file_.read(at, bytes);
    if (!got || got.value() < bytes.size()) return std::nullopt;
    if (swapped_) std::ranges::reverse(bytes);
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  /// The element at a byte; small ones have their bytes within the tag.
  std::optional<Element> element(std::uint64_t at) const {
    const auto first = word(at), second = word(at + 4);
    if (!first || !second) return std::nullopt;
    if (*first >> 16) {
      const std::uint64_t size = *first >> 16;
      if (size > 4) return std::nullopt;
      return Element{*first & 0xFFFF, at + 4, size, at + 8};
    }
    const std::uint64_t size = *second, begin = at + 8;
    const std::uint64_t padded = *first == kPacked ? size : (size + 7) / 8 * 8;
    return Element{*first, begin, size, begin + padded};
  }
  bool swapped() const { return swapped_; }

 private:
  const ByteFile& file_;
  bool swapped_;
};

/// A variable of two dimensions.
struct Variable {
  std::string name;
  std::uint64_t rows = 0, columns = 0;
  Element numbers;  ///< the real part
};

/// How numbers of an element's type lie; nothing for other types.
std::optional<Scalar> scalarOf(std::uint32_t type, bool swapped) {
  using Form = Scalar::Form;
  switch (type) {
    case 1: return Scalar{Form::Integer, 1, swapped};
    case 2: return Scalar{Form::Unsigned, 1, swapped};
    case 3: return Scalar{Form::Integer, 2, swapped};
    case 4: return Scalar{Form::Unsigned, 2, swapped};
    case 5: return Scalar{Form::Integer, 4, swapped};
    case 6: return Scalar{Form::Unsigned, 4, swapped};
    case 7: return Scalar{Form::Real, 4, swapped};
    case 9: return Scalar{Form::Real, 8, swapped};
    case 12: return Scalar{Form::Integer, 8, swapped};
    case 13: return Scalar{Form::Unsigned, 8, swapped};
    default: return std::nullopt;
  }
}

/// The matrix whose element lies at a byte; nothing if it is no matrix of real numbers.
std::optional<Variable> variableAt(const ByteFile& file, const Reader& reader, std::uint64_t at) {
  const auto whole = reader.element(at);
  if (!whole || whole->type != kMatrix) return std::nullopt;
  const auto flags = reader.element(whole->begin);
  const auto dims = flags ? reader.element(flags->next) : std::nullopt;
  const auto name = dims ? reader.element(dims->next) : std::nullopt;
  const auto numbers = name ? reader.element(name->next) : std::nullopt;
  if (!numbers || flags->type != kUint32 || dims->type != kInt32 || dims->size != 8 ||
      name->type != kInt8 || name->size > 256)
    return std::nullopt;
  constexpr std::uint32_t kComplex = 0x800;
  const auto kind = reader.word(flags->begin);
  const std::uint32_t number = kind ? *kind & 0xFF : 0;
  if (number < 6 || number > 15 || *kind & kComplex) return std::nullopt;  // 6 … 15: full numbers
  const auto rows = reader.word(dims->begin), columns = reader.word(dims->begin + 4);
  if (!rows || !columns || !scalarOf(numbers->type, false)) return std::nullopt;
  Variable made{"", *rows, *columns, *numbers};
  std::vector<std::byte> letters(name->size);
  const auto got = file.read(name->begin, letters);
  if (!got || got.value() < letters.size()) return std::nullopt;
  made.name.assign(reinterpret_cast<const char*>(letters.data()), letters.size());
  return made;
}

/// Whether a variable may hold events: four columns, or rows, of numbers.
bool mayHoldEvents(const Variable& variable) {
  return (variable.columns == 4 && variable.rows > 0) ||
         (variable.rows == 4 && variable.columns > 4);
}

/// The order of a version 5 file's bytes; nothing if it is none.
std::optional<bool> swappedOrder(std::span<const std::byte> head) {
  if (head.size() < kHeaderBytes) return std::nullopt;
  const auto letter = [&](std::size_t i) { return static_cast<char>(head[i]); };
  const std::string_view text(reinterpret_cast<const char*>(head.data()), 10);
  if (text != "MATLAB 5.0") return std::nullopt;
  if (letter(126) == 'I' && letter(127) == 'M') return false;
  if (letter(126) == 'M' && letter(127) == 'I') return true;
  return std::nullopt;
}

/// A variable, and the file that has it unpacked.
struct Found {
  Variable variable;
  std::shared_ptr<const ByteFile> file;
};

/// The variable `name`, or if that is auto: "events", else the only one that may hold events.
Result<Found> find(std::shared_ptr<const ByteFile> file, bool swapped, const std::string& name) {
  constexpr std::uint64_t kLook = 1024;  ///< unpacked bytes that have a variable's name and size
  constexpr int kMost = 1000;
  const Reader reader(*file, swapped);
  struct Candidate {
    Element element;
    Variable variable;
  };
  std::vector<Candidate> candidates;
  std::string others;
  std::uint64_t at = kHeaderBytes;
  for (int i = 0; i < kMost; ++i) {
    const auto element = reader.element(at);
    if (!element || element->next <= at) break;
    std::optional<Variable> variable;
    if (element->type == kPacked) {
      const std::uint64_t there = std::min(element->size, file->size() - element->begin);
      if (auto first =
              inflated(*file, element->begin, std::min(there, kLook), kLook, Wrapped::Zlib))
        variable = variableAt(first.value(), Reader(first.value(), swapped), 0);
    } else {
      variable = variableAt(*file, reader, at);
    }
    at = element->next;
    if (!variable) continue;
    if (name == "auto" ? mayHoldEvents(*variable) : variable->name == name)
      candidates.push_back({*element, std::move(*variable)});
    else if (others.size() < 200)
      others += (others.empty() ? "" : ", ") + variable->name + " (" +
                std::to_string(variable->rows) + "×" + std::to_string(variable->columns) + ")";
  }
  const auto named = std::ranges::find_if(
      candidates, [](const Candidate& c) { return c.variable.name == "events"; });
  if (candidates.empty() || (candidates.size() > 1 && named == candidates.end()))
    return Error{(candidates.empty() ? "has no variable of N × 4 numbers"
                                     : "has several variables of N × 4 numbers") +
                     std::string(others.empty() ? "" : "; others are " + others) +
                     ". Set variable to the one that holds events",
                 file->path().string()};
  const Candidate& best = named == candidates.end() ? candidates[0] : *named;
  if (best.element.type != kPacked) return Found{best.variable, std::move(file)};
  constexpr std::uint64_t kTags = 4096;
  const std::uint64_t most = best.variable.numbers.size + kTags;
  TRY(ByteFile whole, inflated(*file, best.element.begin,
                               std::min(best.element.size, file->size() - best.element.begin), most,
                               Wrapped::Zlib));
  return Found{best.variable, std::make_shared<const ByteFile>(std::move(whole))};
}

Result<Found> findIn(const std::filesystem::path& path, const std::string& name, bool& swapped) {
  TRY(ByteFile file, ByteFile::open(path));
  std::vector<std::byte> head(kHeaderBytes);
  TRY(const std::size_t got, file.read(0, head));
  const auto order = swappedOrder(std::span(head).first(got));
  if (!order) return Error{"is no MATLAB file of version 5", path.string()};
  swapped = *order;
  return find(std::make_shared<const ByteFile>(std::move(file)), swapped, name);
}

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  bool swapped = false;
  TRY(const Found found, findIn(path, textOr(options, "variable", "auto"), swapped));
  const Variable& variable = found.variable;
  if (!mayHoldEvents(variable))
    return Error{"is " + std::to_string(variable.rows) + "×" + std::to_string(variable.columns) +
                     "; events are N × 4 numbers",
                 path.string() + ":" + variable.name};
  const Scalar scalar = *scalarOf(variable.numbers.type, swapped);
  // Values lie column by column.
  const bool tall = variable.columns == 4;
  ArrayEvents arrays;
  arrays.where = path.string();
  arrays.rows = tall ? variable.rows : variable.columns;
  for (std::uint64_t k = 0; k < 4; ++k)
    arrays.columns.push_back(
        {"", found.file, variable.numbers.begin + k * scalar.bytes * (tall ? variable.rows : 1),
         scalar.bytes * (tall ? 1 : 4), scalar});
  arrays.notes.push_back({Note::Level::Info, "variable \"" + variable.name + "\" was read, " +
                                                 std::to_string(variable.rows) + "×" +
                                                 std::to_string(variable.columns) + " numbers"});
  TRY(auto source, openArrays(std::move(arrays), options));
  return Result<Opened>(std::move(source));
}

int sniff(const FileProbe& probe) {
  bool swapped = false;
  if (probe.isFolder || !swappedOrder(probe.head)) return 0;
  return findIn(probe.path, "auto", swapped) ? 70 : 0;
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  auto options = arrayOptions();
  options.push_back({.name = "variable",
                     .kind = Kind::Text,
                     .initial = std::string("auto"),
                     .doc = "The variable that holds the events; auto: events, else the only one "
                            "of N × 4 numbers",
                     .live = false});
  registry.add(FileFormat{.id = "mat",
                          .title = "Events in a MATLAB file",
                          .endings = ".mat",
                          .options = std::move(options),
                          .sniff = sniff,
                          .open = open});
}

}  // namespace spk::events::mat
