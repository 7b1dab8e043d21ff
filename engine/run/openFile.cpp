#include "engine/run/openFile.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/H5.h"

namespace spk {
namespace {

constexpr std::size_t kHead = std::size_t{64} << 10;
constexpr std::size_t kShown = 16;

/// The first bytes, as a person can read them: "25 20 65 76 | % ev".
std::string beginning(std::span<const std::byte> head) {
  if (head.empty()) return "it is empty";
  std::string hex, letters;
  for (const std::byte b : head.first(std::min(head.size(), kShown))) {
    constexpr char kDigits[] = "0123456789abcdef";
    const unsigned c = std::to_integer<unsigned>(b);
    hex += {kDigits[c >> 4], kDigits[c & 15], ' '};
    letters += c >= 32 && c < 127 ? static_cast<char>(c) : '.';
  }
  return "it begins with " + hex + "| " + letters;
}

std::vector<std::string> siblings(const std::filesystem::path& path) {
  std::vector<std::string> names;
  std::error_code error;
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    names.push_back(entry->path().filename().string());
  std::ranges::sort(names);
  return names;
}

void addNames(const H5& file, const std::string& group, int depth, std::vector<std::string>& all) {
  constexpr int kDeepest = 6;
  constexpr std::size_t kMost = 10'000;
  const auto names = file.names(group);
  if (!names) return;
  for (const std::string& name : names.value()) {
    if (all.size() >= kMost) return;
    const std::string path = (group == "/" ? "" : group) + "/" + name;
    all.push_back(path);
    if (depth < kDeepest && file.isGroup(path)) addNames(file, path, depth + 1, all);
  }
}

/// Paths of all groups and datasets of an HDF5 file; none for any other file.
std::vector<std::string> h5Names(const std::filesystem::path& path) {
  std::vector<std::string> names;
  if (const auto file = H5::open(path)) addNames(file.value(), "/", 0, names);
  return names;
}

}  // namespace

Result<const FileFormat*> sniffFile(const std::filesystem::path& path, const Registry& registry) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return Error{"there is no such file", path.string()};
  FileProbe probe;
  probe.path = path;
  probe.isFolder = std::filesystem::is_directory(path, error);
  std::vector<std::byte> head;
  if (!probe.isFolder) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return Error{"cannot be read", path.string()};
    head.resize(kHead);
    file.read(reinterpret_cast<char*>(head.data()), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(file.gcount()));
  }
  probe.head = head;
  probe.siblings = [path] { return siblings(path); };
  // Listing a large file takes a while, and several formats ask.
  probe.h5Names = [path, names = std::make_shared<std::optional<std::vector<std::string>>>()] {
    if (!*names) *names = h5Names(path);
    return **names;
  };

  const FileFormat* best = nullptr;
  int surest = 0;
  for (const FileFormat& format : registry.fileFormats())
    if (const int sure = format.sniff ? format.sniff(probe) : 0; sure > surest)
      best = &format, surest = sure;
  if (best) return best;
  std::string known;
  for (const FileFormat& format : registry.fileFormats())
    known += (known.empty() ? "" : ", ") + format.title;
  return Error{"no format that is known here (" +
                   (probe.isFolder ? "it is a folder" : beginning(head)) + "); known are " +
                   (known.empty() ? "none" : known),
               path.string()};
}

Result<OpenedFile> openFile(const std::filesystem::path& path, const Values& options,
                            const Registry& registry) {
  TRY(const FileFormat* format, sniffFile(path, registry));
  TRY(auto content, format->open(path, options));
  return OpenedFile{format, std::move(content)};
}

Result<Item> itemForFile(const std::filesystem::path& path, const Registry& registry) {
  TRY(const OpenedFile opened, openFile(path, {}, registry));
  const auto* source = std::get_if<std::unique_ptr<EventSource>>(&opened.content);
  if (!source || !*source)
    return Error{
        "is a file of format " + opened.format->title + "; only events of a camera become a node",
        path.string()};
  const auto streams = (*source)->streams();
  const auto events = std::ranges::find(streams, Stream::Kind::Events, &Stream::kind);
  if (events == streams.end()) return Error{"holds no events", path.string()};
  Item item;
  item.type = "source.event_stream";
  item.values["name"] = path.stem().string();
  item.values["file"] = std::filesystem::absolute(path).lexically_normal().string();
  item.values["format"] = opened.format->id;
  item.values["width"] = std::int64_t{events->sensor.width};
  item.values["height"] = std::int64_t{events->sensor.height};
  return item;
}

}  // namespace spk
