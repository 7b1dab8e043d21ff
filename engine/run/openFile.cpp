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

/// The beginning of a file, at most `size` bytes.
std::vector<std::byte> headOf(const std::filesystem::path& path, std::size_t size) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::byte> head(size);
  file.read(reinterpret_cast<char*>(head.data()), static_cast<std::streamsize>(size));
  head.resize(static_cast<std::size_t>(file.gcount()));  // 0 if it cannot be read
  return head;
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
    if (!std::ifstream(path, std::ios::binary)) return Error{"cannot be read", path.string()};
    head = headOf(path, kHead);
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

namespace {

/// A picture, by its first bytes: PNG or PGM.
std::optional<Item> pictureItem(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = headOf(path, 8);
  const std::string_view head(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const bool pgm = head.size() > 2 &&
                   (head.starts_with("P5") || head.starts_with("P2") || head.starts_with("P6")) &&
                   (head[2] == ' ' || head[2] == '\n' || head[2] == '\r' || head[2] == '\t');
  if (!head.starts_with("\x89PNG") && !pgm) return std::nullopt;
  Item item;
  item.type = "source.image";
  item.values["picture"] = std::string("file");
  return item;
}

/// The first population whose spikes lie there, and their group.
std::optional<std::string> firstTrains(const H5& file, const std::string& group) {
  const auto names = file.names(group);
  if (!names) return std::nullopt;
  for (const std::string& name : names.value()) {
    const std::string path = group + "/" + name;
    if (file.has(path + "/timestamps") && file.has(path + "/node_ids")) return path;
    if (file.isGroup(path))
      if (auto inner = firstTrains(file, path)) return inner;
  }
  return std::nullopt;
}

/// Spikes in SONATA's layout, as runs write them.
std::optional<Item> replayItem(const std::filesystem::path& path) {
  const auto file = H5::open(path);
  if (!file || !file.value().isGroup("/spikes")) return std::nullopt;
  const auto group = firstTrains(file.value(), "/spikes");
  if (!group) return std::nullopt;
  Item item;
  item.type = "source.replay";
  item.values["population"] = group->substr(std::string_view("/spikes/").size());
  return item;
}

/// Events of a camera, in any format.
Result<Item> eventItem(const std::filesystem::path& path, const Registry& registry) {
  TRY(const OpenedFile opened, openFile(path, {}, registry));
  const auto* source = std::get_if<std::unique_ptr<EventSource>>(&opened.content);
  if (!source || !*source)
    return Error{
        "is a file of format " + opened.format->title +
            "; only events of a camera, spikes in SONATA's layout and pictures become a node",
        path.string()};
  const auto streams = (*source)->streams();
  const auto events = std::ranges::find(streams, Stream::Kind::Events, &Stream::kind);
  if (events == streams.end()) return Error{"holds no events", path.string()};
  Item item;
  item.type = "source.event_stream";
  item.values["format"] = opened.format->id;
  item.values["width"] = std::int64_t{events->sensor.width};
  item.values["height"] = std::int64_t{events->sensor.height};
  return item;
}

}  // namespace

Result<Item> itemForFile(const std::filesystem::path& path, const Registry& registry) {
  const auto known = [&](const std::optional<Item>& item) {
    return item && registry.nodeType(item->type);
  };
  std::optional<Item> found = pictureItem(path);
  if (!known(found)) {
    auto events = eventItem(path, registry);
    if (events)
      found = std::move(events).value();
    else if (found = replayItem(path); !known(found))
      return std::move(events).error();
  }
  found->values["name"] = path.stem().string();
  found->values["file"] = std::filesystem::absolute(path).lexically_normal().string();
  return *found;
}

}  // namespace spk
