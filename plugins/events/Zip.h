#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/events/ByteFile.h"
#include "plugins/events/writing.h"

namespace spk::events {

/// A member of a zip archive, as the archive's directory says it.
struct ZipMember {
  std::string name;
  std::uint64_t header = 0;  ///< byte of its own header
  std::uint64_t packed = 0, size = 0;
  int method = 0;  ///< 0 stored, 8 deflated
};

/// The members of an archive; ones of 4 GiB and more included, encrypted ones and archives in
/// several parts not. PKWARE's APPNOTE.TXT describes it.
Result<std::vector<ZipMember>> zipMembers(const ByteFile& file);

/// A member's bytes: where they lie in the archive itself, or unpacked in a file without a name.
struct ZipBytes {
  std::shared_ptr<const ByteFile> file;
  std::uint64_t offset = 0;
};
Result<ZipBytes> zipBytes(std::shared_ptr<const ByteFile> file, const ZipMember& member);

/// Writes an archive member by member, deflated or not; equal members give equal bytes.
class ZipWriter {
 public:
  enum class Pack { Store, Deflate };
  ZipWriter(RawBytes& out, Pack pack);
  ~ZipWriter();

  /// @param size  of the member's bytes, all of which follow by put()
  Result<void> begin(const std::string& name, std::uint64_t size);
  Result<void> put(std::span<const std::byte> bytes);
  Result<void> end();     ///< of the member
  Result<void> finish();  ///< the directory

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace spk::events
