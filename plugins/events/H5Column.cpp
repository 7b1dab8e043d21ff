#include "plugins/events/H5Column.h"

#include <blosc.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace spk::events {
namespace {

constexpr int kDeflate = 1, kShuffle = 2, kChecksum = 3;
constexpr int kLevel = 1;

/// How many rows the stored bytes can be at most.
std::size_t storable(const H5::Info& info, bool blosc) {
  if (info.bytes == 0) return 0;
  if (info.filters.empty()) return info.stored / info.bytes;
  // Whatever chunks claim: zstd in Blosc's blocks makes less than this of a byte.
  constexpr std::size_t kMostPacked = 20'000;
  if (blosc)
    return std::min(info.stored / BLOSC_MIN_HEADER_LENGTH * info.chunk[0],
                    info.stored * kMostPacked / info.bytes);
  return info.stored / info.bytes * 1032;  // what deflate can reach
}

template <class From, class T>
void convert(const std::byte* from, std::span<T> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    From value = 0;
    std::memcpy(&value, from + i * sizeof value, sizeof value);
    out[i] = static_cast<T>(value);
  }
}

template <class T>
void convert(const std::byte* from, std::size_t bytes, bool isSigned, std::span<T> out) {
  switch (bytes) {
    case 1: return isSigned ? convert<std::int8_t>(from, out) : convert<std::uint8_t>(from, out);
    case 2: return isSigned ? convert<std::int16_t>(from, out) : convert<std::uint16_t>(from, out);
    case 4: return isSigned ? convert<std::int32_t>(from, out) : convert<std::uint32_t>(from, out);
    default: return convert<std::int64_t>(from, out);
  }
}

}  // namespace

Result<H5Column> H5Column::open(const H5& file, std::string dataset) {
  TRY(H5::Info info, file.info(dataset));
  if (info.shape.size() != 1) return Error{"is no list of numbers", dataset};
  H5Column column(std::move(dataset), std::move(info));
  const H5::Info& about = column.info_;
  const auto known = [](int filter) {
    return filter == kDeflate || filter == kShuffle || filter == kChecksum;
  };
  column.blosc_ = about.filters == std::vector<int>{kBlosc};
  if (!column.blosc_ && !std::ranges::all_of(about.filters, known))
    return Error{"lies under filter " + std::to_string(about.filters[0]) +
                     ", which is not read; Blosc (32001) alone, deflate and none are",
                 column.dataset_};
  const bool whole =
      about.form == H5::Form::Integer || (about.form == H5::Form::Enum && column.blosc_);
  if (!whole || (about.bytes != 1 && about.bytes != 2 && about.bytes != 4 && about.bytes != 8))
    return Error{"holds no whole numbers", column.dataset_};
  constexpr std::size_t kChunkMost = std::size_t{1} << 28;
  if (!about.chunk.empty() && about.chunk[0] > kChunkMost / about.bytes)
    return Error{"has chunks of " + std::to_string(about.chunk[0]) +
                     " rows; at most 256 MiB are decoded at once",
                 column.dataset_};
  column.rows_ = std::min(about.shape[0], storable(about, column.blosc_));
  return column;
}

std::optional<std::size_t> H5Column::chunk() const {
  return info_.chunk.empty() ? std::nullopt : std::optional(info_.chunk[0]);
}

Result<void> H5Column::loadChunk(const H5& file, std::size_t begin) {
  if (decodedBegin_ == begin) return {};
  decodedBegin_.reset();
  const std::size_t size = info_.chunk[0] * info_.bytes;
  TRY(H5::RawChunk chunk, file.rawChunk(dataset_, std::array{begin}));
  const std::string from = "rows from " + std::to_string(begin) + " on: ";
  if (chunk.bytes.empty()) return Error{from + "the chunk is not in the file", dataset_};
  if (chunk.skipped != 0) {
    if (chunk.bytes.size() != size)
      return Error{from + "the chunk has " + std::to_string(chunk.bytes.size()) +
                       " bytes instead of " + std::to_string(size),
                   dataset_};
    decoded_ = std::move(chunk.bytes);
  } else {
    std::size_t bytes = 0;
    if (blosc_cbuffer_validate(chunk.bytes.data(), chunk.bytes.size(), &bytes) < 0 || bytes > size)
      return Error{from + "the chunk is no sound Blosc buffer", dataset_};
    decoded_.resize(size);
    if (blosc_decompress_ctx(chunk.bytes.data(), decoded_.data(), size, 1) !=
        static_cast<int>(size))
      return Error{from + "the chunk cannot be decoded to its " + std::to_string(size) + " bytes",
                   dataset_};
  }
  decodedBegin_ = begin;
  return {};
}

template <class T>
Result<void> H5Column::readAs(const H5& file, std::size_t first, std::span<T> out) {
  if (!blosc_) return file.readPart(dataset_, std::array{first}, std::array{out.size()}, out);
  while (!out.empty()) {
    const std::size_t begin = first / info_.chunk[0] * info_.chunk[0];
    TRY_DO(loadChunk(file, begin));
    const std::size_t count = std::min(out.size(), begin + info_.chunk[0] - first);
    convert(decoded_.data() + (first - begin) * info_.bytes, info_.bytes, info_.isSigned,
            out.first(count));
    out = out.subspan(count);
    first += count;
  }
  return {};
}

Result<void> H5Column::read(const H5& file, std::size_t first, std::span<std::int64_t> out) {
  return readAs(file, first, out);
}
Result<void> H5Column::read(const H5& file, std::size_t first, std::span<std::uint16_t> out) {
  return readAs(file, first, out);
}

std::vector<std::byte> bloscChunk(std::span<const std::byte> values, std::size_t typeBytes) {
  std::vector<std::byte> encoded(values.size() + BLOSC_MAX_OVERHEAD);
  const int size = blosc_compress_ctx(kLevel, BLOSC_SHUFFLE, typeBytes, values.size(),
                                      values.data(), encoded.data(), encoded.size(), "zstd", 0, 1);
  encoded.resize(static_cast<std::size_t>(std::max(size, 0)));
  return encoded;
}

std::vector<unsigned> bloscValues(std::size_t typeBytes, std::size_t chunkBytes) {
  return {2,
          BLOSC_VERSION_FORMAT,
          static_cast<unsigned>(typeBytes),
          static_cast<unsigned>(chunkBytes),
          kLevel,
          BLOSC_SHUFFLE,
          BLOSC_ZSTD};
}

}  // namespace spk::events
