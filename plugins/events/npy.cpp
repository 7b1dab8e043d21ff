// Events in a NumPy array: fields t, x, y, p of any order and width, or N × 4 numbers.
#include "engine/graph/Registry.h"
#include "plugins/events/NpyHeader.h"

namespace spk::events::npy {
namespace {

Result<Opened> open(const std::filesystem::path& path, const Values& options) {
  TRY(ByteFile file, ByteFile::open(path));
  TRY(const NpyHeader header, readNpyHeader(file, 0));
  TRY(ArrayEvents arrays,
      npyColumns(header, std::make_shared<const ByteFile>(std::move(file)), "t"));
  TRY(auto source, openArrays(std::move(arrays), options));
  return Result<Opened>(std::move(source));
}

int sniff(const FileProbe& probe) {
  constexpr std::string_view kMagic = "\x93NUMPY";
  const std::string_view head(reinterpret_cast<const char*>(probe.head.data()), probe.head.size());
  if (probe.isFolder || !head.starts_with(kMagic)) return 0;
  return open(probe.path, {}) ? 80 : 0;  // other arrays are no events
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(FileFormat{.id = "npy",
                          .title = "Events in a NumPy array",
                          .endings = ".npy",
                          .options = arrayOptions(),
                          .sniff = sniff,
                          .open = open});
}

}  // namespace spk::events::npy
