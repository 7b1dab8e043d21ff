#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "engine/base/Result.h"
#include "engine/base/Value.h"

namespace spk {

/// The numbers that an HDF5 dataset is written from and read into; HDF5 converts on reading.
template <class T>
concept H5Number = std::is_same_v<T, double> || std::is_same_v<T, float> ||
    std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::uint64_t> ||
    std::is_same_v<T, std::int32_t> || std::is_same_v<T, std::uint32_t> ||
    std::is_same_v<T, std::int16_t> || std::is_same_v<T, std::uint16_t> ||
    std::is_same_v<T, std::int8_t> || std::is_same_v<T, std::uint8_t>;

/// How a dataset lies in the file. Without a chunk it is contiguous.
struct H5Layout {
  std::vector<std::size_t> chunk = {};
  int deflate = 0;  ///< 0 … 9; needs a chunk
};

/// One HDF5 file. One lock around every call: any thread may use any file. What is written has no
/// time stamps, so equal content gives equal bytes. Paths inside begin with "/".
class H5 {
 public:
  enum class Form { Integer, Real, Text, Enum, Compound, List, Other };
  struct Info {
    Form form = Form::Other;
    std::size_t bytes = 0;  ///< of one element in the file
    bool isSigned = false;
    std::vector<std::size_t> shape;    ///< empty: a scalar
    std::vector<std::size_t> chunk;    ///< empty: contiguous
    std::vector<int> filters;          ///< ids as registered with the HDF Group; 1: deflate
    std::size_t stored = 0;            ///< bytes that the values take in the file, encoded
    std::vector<std::string> members;  ///< of a compound
  };

  enum class Number { F64, F32, I64, U64, I32, U32, I16, U16, I8, U8 };
  /// A member of the rows of a table, `offset` bytes behind the row's first; a single one without a
  /// name: the rows are plain numbers.
  struct Member {
    std::string name;
    Number number = Number::F64;
    std::size_t offset = 0;
  };
  /// How the rows of a table lie in memory and in the file.
  struct Table {
    std::vector<Member> members;
    std::size_t rowBytes = 0;
    std::size_t chunk = 16384;  ///< rows
    int filter = 0;             ///< one that HDF5 lacks: rows come by appendChunk
    std::vector<unsigned> filterValues = {};
  };

  static Result<H5> create(const std::filesystem::path& path);  ///< replaces what is there
  static Result<H5> open(const std::filesystem::path& path);    ///< read-only
  static Result<H5> edit(const std::filesystem::path& path);
  ~H5();
  H5(H5&&) noexcept;
  H5& operator=(H5&&) noexcept;

  /// Flushes and closes; the destructor does so too, but cannot tell of failure.
  Result<void> close();
  Result<void> flush();

  // Writing. Groups on the way are created; an existing dataset of that name is an Error.
  Result<void> makeGroup(const std::string& path);
  /// Without a shape: 1-D. The product of the shape is the number of values.
  template <H5Number T>
  Result<void> write(const std::string& path, std::span<const T> values,
                     std::vector<std::size_t> shape = {}, const H5Layout& layout = {});
  template <H5Number T>
  Result<void> write(const std::string& path, const std::vector<T>& values,
                     std::vector<std::size_t> shape = {}, const H5Layout& layout = {}) {
    return write(path, std::span<const T>(values), std::move(shape), layout);
  }
  /// A dataset to be filled by writePart(); what is not written stays 0.
  template <H5Number T>
  Result<void> makeDataset(const std::string& path, std::vector<std::size_t> shape,
                           const H5Layout& layout = {});
  /// The block of `count` from `first`, both in the dataset's dimensions; `values` fill it exactly.
  template <H5Number T>
  Result<void> writePart(const std::string& path, std::span<const std::size_t> first,
                         std::span<const std::size_t> count, std::span<const T> values);
  Result<void> writeText(const std::string& path, const std::string& text);  ///< a scalar
  Result<void> writeTexts(const std::string& path, std::span<const std::string> texts);
  /// Lists of numbers, each of a length of its own, as a 1-D dataset.
  Result<void> writeLists(const std::string& path, std::span<const std::vector<double>> lists);
  /// At the end of a 1-D dataset, which is created (chunked) if it is not there.
  template <H5Number T>
  Result<void> append(const std::string& path, std::span<const T> values,
                      const H5Layout& layout = {{16384}, 0});
  /// An empty 1-D dataset of rows, which grows.
  Result<void> makeTable(const std::string& path, const Table& table);
  /// @param rows  of the table's rowBytes each
  Result<void> appendRows(const std::string& path, const Table& table,
                          std::span<const std::byte> rows);
  /// A chunk as the table's filter encodes it; only the last one may have fewer rows than a chunk.
  Result<void> appendChunk(const std::string& path, std::span<const std::byte> encoded,
                           std::size_t rows);
  /// bool (as uint8), integer, real or text, on a group or dataset; replaces.
  Result<void> setAttribute(const std::string& path, const std::string& name, const Value& value);
  /// uint32, as SONATA wants its marks: one is a scalar, several a list.
  Result<void> setAttribute(const std::string& path, const std::string& name,
                            std::span<const std::uint32_t> values);

  // Reading.
  bool has(const std::string& path) const;
  bool isGroup(const std::string& path) const;
  Result<std::vector<std::string>> names(const std::string& group) const;  ///< sorted
  Result<Info> info(const std::string& dataset) const;
  /// All values, last dimension fastest. Up to 8 GiB; larger ones in parts.
  template <H5Number T>
  Result<std::vector<T>> read(const std::string& dataset) const;
  /// The block of `count` from `first`, both in the dataset's dimensions; fills `out` exactly.
  template <H5Number T>
  Result<void> readPart(const std::string& dataset, std::span<const std::size_t> first,
                        std::span<const std::size_t> count, std::span<T> out) const;
  /// One member of a compound dataset.
  template <H5Number T>
  Result<std::vector<T>> readMember(const std::string& dataset, const std::string& member) const;
  /// The rows [first, first + out.size()) of one member of a 1-D compound dataset.
  template <H5Number T>
  Result<void> readMemberPart(const std::string& dataset, const std::string& member,
                              std::size_t first, std::span<T> out) const;
  /// One row of a 1-D dataset of lists of numbers, each of a length of its own; at most `most`.
  Result<std::vector<double>> readList(const std::string& dataset, std::size_t row,
                                       std::size_t most) const;
  Result<std::vector<std::string>> readTexts(const std::string& dataset) const;  ///< of any shape
  Result<std::string> readText(const std::string& dataset) const;                ///< a single one
  bool hasAttribute(const std::string& path, const std::string& name) const;
  Result<std::vector<std::string>> attributes(const std::string& path) const;  ///< sorted names
  /// A number, text, or, for several, a Json list.
  Result<Value> attribute(const std::string& path, const std::string& name) const;
  /// The stored bytes of the chunk that begins at `first`, for codecs that HDF5 lacks: decoded
  /// outside the lock. `skipped`: bit i set where filter i was not applied.
  struct RawChunk {
    std::vector<std::byte> bytes;
    std::uint32_t skipped = 0;
  };
  Result<RawChunk> rawChunk(const std::string& dataset, std::span<const std::size_t> first) const;

 private:
  struct State;
  explicit H5(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace spk
