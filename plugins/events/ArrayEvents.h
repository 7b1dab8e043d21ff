#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/Parameter.h"
#include "engine/data/EventSource.h"
#include "plugins/events/ByteFile.h"
#include "plugins/events/TableSource.h"

namespace spk::events {

/// How a number lies in a file.
struct Scalar {
  enum class Form { Integer, Unsigned, Real } form = Form::Integer;
  std::size_t bytes = 8;
  bool swapped = false;  ///< big-endian
};

/// A column of an array in a file of bytes.
struct ArrayColumn {
  std::string name;  ///< "" if columns have none
  std::shared_ptr<const ByteFile> file;
  std::uint64_t offset = 0;  ///< of the first value
  std::uint64_t stride = 8;
  Scalar scalar;

  /// Rows that lie wholly within the file.
  std::uint64_t rows() const;
  /// Fills `out` with the rows from `first` on. Whole numbers beyond 2^53 lose digits here only.
  Result<void> read(std::uint64_t first, std::span<double> out) const;
  Result<void> read(std::uint64_t first, std::span<std::int64_t> out) const;
};

/// What an array of events is, as far as the file says it.
struct ArrayEvents {
  std::vector<ArrayColumn> columns;
  std::uint64_t rows = 0;
  std::optional<Sensor> sensor;
  std::string where;
  Notes notes;
};

/// Opens columns as events: by their names, else in the order that their values suggest. What is
/// guessed is noted, with the option that corrects it.
Result<std::unique_ptr<EventSource>> openArrays(ArrayEvents arrays, const Values& options);

/// 0 t, 1 x, 2 y, 3 p; −1 for a name that is none of them.
int eventColumn(std::string_view name);

/// Options width, height, order and unit.
std::vector<Parameter> arrayOptions();

}  // namespace spk::events
