#include "plugins/events/Zip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "plugins/events/Inflate.h"

namespace spk::events {
namespace {

constexpr std::uint32_t kLocal = 0x04034B50, kCentral = 0x02014B50, kDescriptor = 0x08074B50,
                        kEnd = 0x06054B50, kEnd64 = 0x06064B50, kLocator64 = 0x07064B50;
constexpr std::uint16_t kStored = 0, kDeflated = 8;
constexpr std::uint16_t kFlagDescriptor = 8;  ///< checksum and sizes follow the bytes
constexpr std::uint16_t kFirstDay = 0x21;     ///< 1 January 1980
constexpr std::uint32_t kLarge = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kDirectoryMost = std::size_t{16} << 20;

/// Little-endian numbers of a piece of the file; beyond its end they are 0 and `sound` is not.
class Fields {
 public:
  explicit Fields(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::uint64_t take(std::size_t size) {
    std::uint64_t value = 0;
    if (size > bytes_.size()) {
      sound_ = false;
      bytes_ = {};
      return 0;
    }
    for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<std::uint64_t>(bytes_[i]);
    bytes_ = bytes_.subspan(size);
    return value;
  }
  std::span<const std::byte> some(std::size_t size) {
    if (size > bytes_.size()) sound_ = false;
    const auto part = bytes_.first(std::min(size, bytes_.size()));
    bytes_ = bytes_.subspan(part.size());
    return part;
  }
  bool sound() const { return sound_; }
  bool empty() const { return bytes_.empty(); }

 private:
  std::span<const std::byte> bytes_;
  bool sound_ = true;
};

struct Directory {
  std::uint64_t offset = 0, size = 0, entries = 0;
};

/// Finds the end record, which only a comment may follow.
Result<Directory> directoryOf(const ByteFile& file) {
  constexpr std::size_t kEndBytes = 22, kLocatorBytes = 20;
  const std::uint64_t tail = std::min<std::uint64_t>(file.size(), kEndBytes + 65535);
  std::vector<std::byte> bytes(tail);
  TRY(const std::size_t got, file.read(file.size() - tail, bytes));
  bytes.resize(got);
  for (std::size_t at = bytes.size() < kEndBytes ? 0 : bytes.size() - kEndBytes + 1; at-- > 0;) {
    Fields fields{std::span(bytes).subspan(at)};
    if (fields.take(4) != kEnd) continue;
    fields.take(6);
    Directory directory;
    directory.entries = fields.take(2);
    directory.size = fields.take(4);
    directory.offset = fields.take(4);
    if (!fields.sound()) continue;
    const bool large =
        directory.entries == 0xFFFF || directory.size == kLarge || directory.offset == kLarge;
    if (!large || at < kLocatorBytes) return directory;
    Fields locator{std::span(bytes).subspan(at - kLocatorBytes)};
    if (locator.take(4) != kLocator64) return directory;
    locator.take(4);
    std::vector<std::byte> record(56);
    TRY(const std::size_t there, file.read(locator.take(8), record));
    Fields end64{std::span(record).first(there)};
    if (end64.take(4) != kEnd64) break;
    end64.take(28);
    directory.entries = end64.take(8);
    directory.size = end64.take(8);
    directory.offset = end64.take(8);
    if (end64.sound()) return directory;
    break;
  }
  return Error{"has no directory of a zip archive: it may have been cut", file.path().string()};
}

/// Sizes and place of a large member, in the order in which its entry lacks them.
void readLarge(std::span<const std::byte> extra, ZipMember& member) {
  Fields fields(extra);
  while (!fields.empty()) {
    const std::uint64_t id = fields.take(2), size = fields.take(2);
    Fields inner(fields.some(size));
    if (id != 1) continue;
    for (std::uint64_t* value : {&member.size, &member.packed, &member.header})
      if (*value == kLarge && !inner.empty()) *value = inner.take(8);
    return;
  }
}

}  // namespace

Result<std::vector<ZipMember>> zipMembers(const ByteFile& file) {
  constexpr std::size_t kMost = 10'000;
  TRY(const Directory directory, directoryOf(file));
  if (directory.offset > file.size() || directory.size > file.size() - directory.offset ||
      directory.size > kDirectoryMost)
    return Error{"has a directory of " + std::to_string(directory.size) + " bytes at byte " +
                     std::to_string(directory.offset) + ", which is not there or too large",
                 file.path().string()};
  std::vector<std::byte> bytes(directory.size);
  TRY(const std::size_t got, file.read(directory.offset, bytes));
  Fields fields{std::span(bytes).first(got)};
  std::vector<ZipMember> members;
  while (!fields.empty() && members.size() < kMost && fields.take(4) == kCentral) {
    fields.take(4);
    const std::uint64_t flags = fields.take(2);
    ZipMember member;
    member.method = static_cast<int>(fields.take(2));
    fields.take(8);
    member.packed = fields.take(4);
    member.size = fields.take(4);
    const std::uint64_t name = fields.take(2), extra = fields.take(2), comment = fields.take(2);
    fields.take(8);
    member.header = fields.take(4);
    const auto letters = fields.some(name);
    member.name.assign(reinterpret_cast<const char*>(letters.data()), letters.size());
    readLarge(fields.some(extra), member);
    fields.some(comment);
    if (!fields.sound()) break;
    if (!(flags & 1)) members.push_back(std::move(member));  // 1: encrypted
  }
  return members;
}

Result<ZipBytes> zipBytes(std::shared_ptr<const ByteFile> file, const ZipMember& member) {
  const std::string where = file->path().string() + ":" + member.name;
  std::vector<std::byte> head(30);
  TRY(const std::size_t got, file->read(member.header, head));
  Fields fields{std::span(head).first(got)};
  const bool local = fields.take(4) == kLocal;
  fields.take(22);
  const std::uint64_t name = fields.take(2), extra = fields.take(2);
  if (!local || !fields.sound()) return Error{"is not where the directory says", where};
  const std::uint64_t begin = member.header + 30 + name + extra;
  if (begin > file->size()) return Error{"begins beyond the end of the file", where};
  if (member.method == kStored) return ZipBytes{std::move(file), begin};
  if (member.method != kDeflated)
    return Error{"is packed by method " + std::to_string(member.method) +
                     "; 0 (stored) and 8 (deflated) are read",
                 where};
  const std::uint64_t packed = std::min(member.packed, file->size() - begin);
  TRY(ByteFile unpacked, inflated(*file, begin, packed, member.size, Wrapped::No));
  return ZipBytes{std::make_shared<const ByteFile>(std::move(unpacked)), 0};
}

struct ZipWriter::State {
  struct Written {
    std::string name;
    std::uint64_t header = 0, packed = 0, size = 0;
    std::uint32_t checksum = 0;
  };

  RawBytes& out;
  Pack pack;
  std::uint64_t at = 0;
  std::vector<Written> members;
  std::uint64_t wanted = 0;
  bool large = false;
  std::optional<z_stream> stream;
  std::vector<std::byte> packed = std::vector<std::byte>(1 << 16);

  template <class Word>
  void put(Word word) {
    out.put(word);
    at += sizeof word;
  }
  void putText(std::string_view text) {
    out.putText(text);
    at += text.size();
  }
  void putPacked(std::span<const std::byte> bytes) {
    putText({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    members.back().packed += bytes.size();
  }
  /// What both headers of a member have alike, from the version on.
  void putCommon(const Written& member, std::uint32_t checksum, std::uint64_t packedSize,
                 std::uint64_t size, std::size_t extra) {
    put(std::uint16_t{45});
    put(kFlagDescriptor);
    put(pack == Pack::Deflate ? kDeflated : kStored);
    put(std::uint16_t{0});
    put(kFirstDay);
    put(checksum);
    put(static_cast<std::uint32_t>(std::min<std::uint64_t>(packedSize, kLarge)));
    put(static_cast<std::uint32_t>(std::min<std::uint64_t>(size, kLarge)));
    put(static_cast<std::uint16_t>(member.name.size()));
    put(static_cast<std::uint16_t>(extra));
  }
  bool deflateSome(int flush) {
    int state = Z_OK;
    do {
      stream->next_out = reinterpret_cast<Bytef*>(packed.data());
      stream->avail_out = static_cast<uInt>(packed.size());
      state = deflate(&*stream, flush);
      if (state == Z_STREAM_ERROR) return false;
      putPacked(std::span(packed).first(packed.size() - stream->avail_out));
    } while (stream->avail_out == 0 && state != Z_STREAM_END);
    return true;
  }
};

ZipWriter::ZipWriter(RawBytes& out, Pack pack) : state_(new State{out, pack}) {}
ZipWriter::~ZipWriter() {
  if (state_->stream) deflateEnd(&*state_->stream);
}

Result<void> ZipWriter::begin(const std::string& name, std::uint64_t size) {
  constexpr int kLevel = 6, kMemory = 8;
  State& s = *state_;
  s.members.push_back({name, s.at, 0, 0, static_cast<std::uint32_t>(crc32(0, nullptr, 0))});
  s.wanted = size;
  s.large = size >= kLarge - (1 << 20);  // its descriptor has sizes of 8 bytes
  s.put(kLocal);
  s.putCommon(s.members.back(), 0, s.large ? kLarge : 0, s.large ? kLarge : 0, s.large ? 20 : 0);
  s.putText(name);
  if (s.large) {
    s.put(std::uint16_t{1});
    s.put(std::uint16_t{16});
    s.put(std::uint64_t{0});
    s.put(std::uint64_t{0});
  }
  if (s.pack == Pack::Store) return {};
  s.stream.emplace();
  if (deflateInit2(&*s.stream, kLevel, Z_DEFLATED, -MAX_WBITS, kMemory, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    s.stream.reset();
    return Error{"cannot be packed", name};
  }
  return {};
}

Result<void> ZipWriter::put(std::span<const std::byte> bytes) {
  State& s = *state_;
  auto& member = s.members.back();
  member.size += bytes.size();
  constexpr std::size_t kPiece = std::size_t{1} << 30;
  while (!bytes.empty()) {
    const auto piece = bytes.first(std::min(bytes.size(), kPiece));
    bytes = bytes.subspan(piece.size());
    const auto* letters = reinterpret_cast<const Bytef*>(piece.data());
    const auto size = static_cast<uInt>(piece.size());
    member.checksum = static_cast<std::uint32_t>(crc32(member.checksum, letters, size));
    if (!s.stream) {
      s.putPacked(piece);
      continue;
    }
    s.stream->next_in = const_cast<Bytef*>(letters);
    s.stream->avail_in = size;
    if (!s.deflateSome(Z_NO_FLUSH)) return Error{"cannot be packed", member.name};
  }
  return {};
}

Result<void> ZipWriter::end() {
  State& s = *state_;
  const auto& member = s.members.back();
  if (s.stream) {
    s.stream->avail_in = 0;
    const bool done = s.deflateSome(Z_FINISH);
    deflateEnd(&*s.stream);
    s.stream.reset();
    if (!done) return Error{"cannot be packed", member.name};
  }
  if (member.size != s.wanted)
    return Error{"has " + std::to_string(member.size) + " bytes, " + std::to_string(s.wanted) +
                     " were announced",
                 member.name};
  s.put(kDescriptor);
  s.put(member.checksum);
  if (s.large) {
    s.put(member.packed);
    s.put(member.size);
  } else {
    s.put(static_cast<std::uint32_t>(member.packed));
    s.put(static_cast<std::uint32_t>(member.size));
  }
  return {};
}

Result<void> ZipWriter::finish() {
  State& s = *state_;
  const std::uint64_t begin = s.at;
  for (const State::Written& member : s.members) {
    const bool large = std::max({member.packed, member.size, member.header}) >= kLarge;
    s.put(kCentral);
    s.put(std::uint16_t{45});
    s.putCommon(member, member.checksum, large ? kLarge : member.packed,
                large ? kLarge : member.size, large ? 28 : 0);
    s.put(std::uint16_t{0});
    s.put(std::uint16_t{0});
    s.put(std::uint16_t{0});
    s.put(std::uint32_t{0});
    s.put(static_cast<std::uint32_t>(large ? kLarge : member.header));
    s.putText(member.name);
    if (!large) continue;
    s.put(std::uint16_t{1});
    s.put(std::uint16_t{24});
    s.put(member.size);
    s.put(member.packed);
    s.put(member.header);
  }
  const std::uint64_t size = s.at - begin, end = s.at;
  const bool large = begin >= kLarge;
  if (large) {
    s.put(kEnd64);
    s.put(std::uint64_t{44});
    s.put(std::uint16_t{45});
    s.put(std::uint16_t{45});
    s.put(std::uint32_t{0});
    s.put(std::uint32_t{0});
    s.put(std::uint64_t{s.members.size()});
    s.put(std::uint64_t{s.members.size()});
    s.put(size);
    s.put(begin);
    s.put(kLocator64);
    s.put(std::uint32_t{0});
    s.put(end);
    s.put(std::uint32_t{1});
  }
  s.put(kEnd);
  s.put(std::uint32_t{0});
  s.put(static_cast<std::uint16_t>(s.members.size()));
  s.put(static_cast<std::uint16_t>(s.members.size()));
  s.put(static_cast<std::uint32_t>(size));
  s.put(static_cast<std::uint32_t>(large ? kLarge : begin));
  s.put(std::uint16_t{0});
  return {};
}

}  // namespace spk::events
