#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/H5.h"

namespace spk::events {

/// A column of whole numbers in an HDF5 file, read in stretches. Chunks under Blosc alone are
/// decoded here, outside HDF5's lock; all else by HDF5.
class H5Column {
 public:
  static constexpr int kBlosc = 32001;

  /// Error if the dataset is no list of whole numbers, or lies under filters that cannot be read.
  static Result<H5Column> open(const H5& file, std::string dataset);

  /// Rows that the file can hold, whatever it says of their number.
  std::size_t rows() const { return rows_; }
  std::size_t saidRows() const { return info_.shape[0]; }
  /// Rows of a chunk; none if there are no chunks.
  std::optional<std::size_t> chunk() const;

  /// Fills `out` with the rows from `first` on, which are there.
  Result<void> read(const H5& file, std::size_t first, std::span<std::int64_t> out);
  Result<void> read(const H5& file, std::size_t first, std::span<std::uint16_t> out);

 private:
  H5Column(std::string dataset, H5::Info info)
      : dataset_(std::move(dataset)), info_(std::move(info)) {}
  template <class T>
  Result<void> readAs(const H5& file, std::size_t first, std::span<T> out);
  Result<void> loadChunk(const H5& file, std::size_t begin);

  std::string dataset_;
  H5::Info info_;
  bool blosc_ = false;
  std::size_t rows_ = 0;
  std::vector<std::byte> decoded_;           ///< one chunk
  std::optional<std::size_t> decodedBegin_;  ///< its first row
};

/// A chunk's values under Blosc (zstd, shuffled), as DSEC has them.
std::vector<std::byte> bloscChunk(std::span<const std::byte> values, std::size_t typeBytes);
/// What the filter's list in the file says of such chunks.
std::vector<unsigned> bloscValues(std::size_t typeBytes, std::size_t chunkBytes);

}  // namespace spk::events
