#include "plugins/events/Inflate.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace spk::events {
namespace {

constexpr std::size_t kPiece = 1 << 16;

struct EndInflate {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

}  // namespace

Result<ByteFile> inflated(const ByteFile& file, std::uint64_t offset, std::uint64_t size,
                          std::uint64_t most, Wrapped wrapped) {
  constexpr std::uint64_t kSpare = std::uint64_t{256} << 20;
  std::error_code error;
  const auto folder = std::filesystem::temp_directory_path(error);
  const auto room = std::filesystem::space(folder, error);
  // Deflate makes at most 1032 bytes of one.
  const std::uint64_t wanted = std::min(most, size > most / 1032 ? most : size * 1032);
  if (error || room.available < kSpare || wanted > room.available - kSpare)
    return Error{"holds " + std::to_string(wanted >> 20) +
                     " MiB that must be unpacked, for which " + folder.string() + " has no room",
                 file.path().string()};
  z_stream stream = {};
  if (inflateInit2(&stream, wrapped == Wrapped::Zlib ? MAX_WBITS : -MAX_WBITS) != Z_OK)
    return Error{"cannot be unpacked", file.path().string()};
  const std::unique_ptr<z_stream, EndInflate> owner(&stream);
  return ByteFile::scratch(file.path(), [&](const ByteFile::Append& append) -> Result<void> {
    std::vector<std::byte> in(kPiece), out(kPiece);
    std::uint64_t made = 0;
    int state = Z_OK;
    while (state == Z_OK && made < most) {
      if (stream.avail_in == 0 && size > 0) {
        TRY(const std::size_t got,
            file.read(offset, std::span(in).first(std::min<std::uint64_t>(kPiece, size))));
        if (got == 0) return {};
        stream.next_in = reinterpret_cast<Bytef*>(in.data());
        stream.avail_in = static_cast<uInt>(got);
        offset += got;
        size -= got;
      }
      stream.next_out = reinterpret_cast<Bytef*>(out.data());
      stream.avail_out = static_cast<uInt>(std::min<std::uint64_t>(kPiece, most - made));
      const uInt asked = stream.avail_out;
      state = inflate(&stream, Z_NO_FLUSH);
      const std::size_t got = asked - stream.avail_out;
      TRY_DO(append(std::span(out).first(got)));
      made += got;
    }
    return {};
  });
}

}  // namespace spk::events
