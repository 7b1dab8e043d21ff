#include "plugins/events/unpack.h"

#include <bzlib.h>
#include <lz4frame.h>
#include <zstd.h>

#include <algorithm>

namespace spk::events {

struct Unpacker::Contexts {
  struct FreeLz4 {
    void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
  };
  struct FreeZstd {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<LZ4F_dctx, FreeLz4> lz4;
  std::unique_ptr<ZSTD_DCtx, FreeZstd> zstd;
};

Unpacker::Unpacker() : contexts_(std::make_unique<Contexts>()) {}
Unpacker::Unpacker(const Unpacker&) : Unpacker() {}
Unpacker& Unpacker::operator=(const Unpacker&) { return *this; }
Unpacker::~Unpacker() = default;

bool Unpacker::grow(std::size_t used, std::size_t most) {
  if (used < out_.size()) return true;
  if (used >= most) return false;
  out_.resize(std::min(most, std::max<std::size_t>(1 << 17, 2 * used)));
  return true;
}

Result<std::span<const std::byte>> Unpacker::unpack(Packing packing,
                                                    std::span<const std::byte> packed,
                                                    std::size_t most) {
  std::size_t size = 0;
  switch (packing) {
    case Packing::None:
      if (packed.size() > most) return Error{"is larger than a block may be", "block"};
      return packed;
    case Packing::Lz4: {
      TRY(size, lz4(packed, most));
      break;
    }
    case Packing::Zstd: {
      TRY(size, zstd(packed, most));
      break;
    }
    case Packing::Bz2: {
      TRY(size, bz2(packed, most));
      break;
    }
  }
  return std::span<const std::byte>(out_).first(size);
}

Result<std::size_t> Unpacker::lz4(std::span<const std::byte> packed, std::size_t most) {
  auto& context = contexts_->lz4;
  if (!context) {
    LZ4F_dctx* made = nullptr;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&made, LZ4F_VERSION)))
      return Error{"there is no memory to unpack LZ4", "block"};
    context.reset(made);
  }
  LZ4F_resetDecompressionContext(context.get());
  std::size_t used = 0, at = 0;
  while (true) {
    if (!grow(used, most))
      return Error{"holds more than " + std::to_string(most) + " bytes", "block"};
    std::size_t room = out_.size() - used, left = packed.size() - at;
    const std::size_t hint = LZ4F_decompress(context.get(), out_.data() + used, &room,
                                             packed.data() + at, &left, nullptr);
    if (LZ4F_isError(hint)) return Error{LZ4F_getErrorName(hint), "LZ4 block"};
    used += room;
    at += left;
    if (hint == 0) return used;
    if (room == 0 && left == 0) return Error{"is cut short", "LZ4 block"};
  }
}

Result<std::size_t> Unpacker::zstd(std::span<const std::byte> packed, std::size_t most) {
  auto& context = contexts_->zstd;
  if (!context) context.reset(ZSTD_createDCtx());
  if (!context) return Error{"there is no memory to unpack zstd", "block"};
  ZSTD_DCtx_reset(context.get(), ZSTD_reset_session_only);
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, 27);
  ZSTD_inBuffer in = {packed.data(), packed.size(), 0};
  std::size_t used = 0;
  while (true) {
    if (!grow(used, most))
      return Error{"holds more than " + std::to_string(most) + " bytes", "block"};
    ZSTD_outBuffer out = {out_.data() + used, out_.size() - used, 0};
    const std::size_t before = in.pos;
    const std::size_t hint = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(hint)) return Error{ZSTD_getErrorName(hint), "zstd block"};
    used += out.pos;
    if (hint == 0) return used;
    if (out.pos == 0 && in.pos == before) return Error{"is cut short", "zstd block"};
  }
}

Result<std::size_t> Unpacker::bz2(std::span<const std::byte> packed, std::size_t most) {
  bz_stream stream = {};
  if (BZ2_bzDecompressInit(&stream, 0, 0) != BZ_OK)
    return Error{"there is no memory to unpack bzip2", "block"};
  const std::unique_ptr<bz_stream, int (*)(bz_stream*)> ends(&stream, &BZ2_bzDecompressEnd);
  stream.next_in = const_cast<char*>(reinterpret_cast<const char*>(packed.data()));
  stream.avail_in = static_cast<unsigned>(packed.size());
  std::size_t used = 0;
  while (true) {
    if (!grow(used, most))
      return Error{"holds more than " + std::to_string(most) + " bytes", "block"};
    const std::size_t room = out_.size() - used;
    stream.next_out = reinterpret_cast<char*>(out_.data() + used);
    stream.avail_out = static_cast<unsigned>(room);
    const unsigned before = stream.avail_in;
    const int done = BZ2_bzDecompress(&stream);
    used += room - stream.avail_out;
    if (done == BZ_STREAM_END) return used;
    if (done != BZ_OK) return Error{"is damaged", "bzip2 block"};
    if (stream.avail_in == before && stream.avail_out == room)
      return Error{"is cut short", "bzip2 block"};
  }
}

Result<std::string> pack(Packing packing, std::span<const std::byte> bytes) {
  std::string made;
  if (packing == Packing::Lz4) {
    made.resize(LZ4F_compressFrameBound(bytes.size(), nullptr));
    const std::size_t size =
        LZ4F_compressFrame(made.data(), made.size(), bytes.data(), bytes.size(), nullptr);
    if (LZ4F_isError(size)) return Error{LZ4F_getErrorName(size), "LZ4"};
    made.resize(size);
  } else if (packing == Packing::Zstd) {
    made.resize(ZSTD_compressBound(bytes.size()));
    const std::size_t size = ZSTD_compress(made.data(), made.size(), bytes.data(), bytes.size(), 1);
    if (ZSTD_isError(size)) return Error{ZSTD_getErrorName(size), "zstd"};
    made.resize(size);
  } else if (packing == Packing::Bz2) {
    made.resize(bytes.size() + bytes.size() / 100 + 600);
    auto size = static_cast<unsigned>(made.size());
    auto* from = const_cast<char*>(reinterpret_cast<const char*>(bytes.data()));
    if (BZ2_bzBuffToBuffCompress(made.data(), &size, from, static_cast<unsigned>(bytes.size()), 1,
                                 0, 0) != BZ_OK)
      return Error{"cannot be packed", "bzip2"};
    made.resize(size);
  } else {
    made.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  return made;
}

}  // namespace spk::events
