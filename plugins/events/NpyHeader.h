#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "plugins/events/ArrayEvents.h"

namespace spk::events {

/// The header of a NumPy array: what its values are and how many.
struct NpyHeader {
  struct Field {
    std::string name;  ///< "" if the array has no fields
    Scalar scalar;
    std::uint64_t offset = 0;  ///< in an element
  };
  std::vector<Field> fields;
  std::uint64_t itemBytes = 0;
  std::vector<std::uint64_t> shape;
  bool byColumns = false;  ///< Fortran's order
  std::uint64_t dataOffset = 0;
};

/// Reads the header of the array that begins at `offset`. NumPy's format.py is its description.
Result<NpyHeader> readNpyHeader(const ByteFile& file, std::uint64_t offset);

/// Columns of an array of events: its fields, or the columns (rows) of an N × k (k × N) array, or
/// the one column of a list, named `name`. Error if it is none of them.
Result<ArrayEvents> npyColumns(const NpyHeader& header, std::shared_ptr<const ByteFile> file,
                               const std::string& name);

}  // namespace spk::events
