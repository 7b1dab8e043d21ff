#include "engine/run/StateFile.h"

#include <array>
#include <cstdio>
#include <string_view>

#include "engine/base/checksum.h"
#include "engine/base/file.h"

namespace spk {
namespace {

constexpr std::string_view kMagic = "SPKSTATE";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeadBytes = kMagic.size() + 4 + 8 + 8;  ///< version, checksum, length
constexpr std::string_view kLooks[] = {"x", "y", "w", "h", "name", "points", "collapsed", "text"};
constexpr std::string_view kTransport[] = {"duration", "pace", "name"};

bool isLook(const Item& item, std::string_view key) {
  if (item.id == Id::settings) {
    for (const auto word : kTransport)
      if (key == word) return true;
    return false;
  }
  for (const auto word : kLooks)
    if (key == word) return true;
  return false;
}

bool runs(const Item& item, const Project& project, const Registry& registry) {
  if (item.id == Id::settings) return true;
  const NodeType* type = registry.nodeType(item.type);
  if (!type || type->role == Role::View || type->role == Role::Layout) return false;
  if (!item.isWire()) return true;
  const Item* to = project.find(item.to.item);
  const NodeType* end = to ? registry.nodeType(to->type) : nullptr;
  return !end || end->role != Role::View;
}

void putPages(Bytes& out, const std::vector<std::shared_ptr<const Bytes>>& pages) {
  out.put<std::uint64_t>(pages.size());
  for (const auto& page : pages) out.putAll(page->span());
}

Result<StateFile> takeState(Bytes body) {
  StateFile state;
  TRY(state.network, body.take<std::uint64_t>());
  TRY(state.checkpoint.t, body.take<Time>());
  TRY(const auto items, body.take<std::uint64_t>());
  for (std::uint64_t i = 0; i < items; ++i) {
    TRY(const auto id, body.take<std::uint64_t>());
    TRY(const auto count, body.take<std::uint64_t>());
    const auto [place, isNew] = state.checkpoint.state.try_emplace(Id{id});
    if (!isNew) return Error{"has item #" + std::to_string(id) + " twice", "state"};
    for (std::uint64_t page = 0; page < count; ++page) {
      TRY(auto content, body.takeVector<std::byte>());
      place->second.push_back(std::make_shared<Bytes>(std::move(content)));
    }
  }
  return state;
}

}  // namespace

std::uint64_t networkSum(const Project& project, const Registry& registry) {
  std::uint64_t sum = kFnvStart;
  const auto add = [&](std::string_view text) {
    sum = fnv1a(std::string_view("\0", 1), fnv1a(text, sum));
  };
  for (const auto& [id, item] : project.items) {
    if (!runs(item, project, registry)) continue;
    add(std::to_string(number(id)));
    add(item.type);
    for (const Ref* ref : {&item.from, &item.to}) {
      add(std::to_string(number(ref->item)));
      add(ref->port);
    }
    for (const auto& [key, value] : item.values) {
      if (isLook(item, key)) continue;
      add(key);
      const auto* blob = std::get_if<Blob>(&value);
      add(blob ? blob->name() : valueText(value));
    }
  }
  return sum;
}

Result<void> saveState(const StateFile& state, const std::filesystem::path& path) {
  Bytes body;
  body.put(state.network);
  body.put(state.checkpoint.t);
  body.put<std::uint64_t>(state.checkpoint.state.size());
  for (const auto& [id, pages] : state.checkpoint.state) {
    body.put(number(id));
    putPages(body, pages);
  }
  Bytes file;
  for (const char c : kMagic) file.put(c);
  file.put(kVersion);
  file.put(fnv1a(body.span()));
  file.putAll(body.span());
  const auto bytes = file.span();
  return writeFileSafely(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

bool isStateFile(const std::filesystem::path& path) {
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (!file) return false;
  char head[kMagic.size()] = {};
  const std::size_t got = std::fread(head, 1, sizeof head, file);
  std::fclose(file);
  return std::string_view(head, got) == kMagic;
}

Result<StateFile> loadState(const std::filesystem::path& path) {
  TRY(const std::string text, readFile(path));
  return readState(text, path);
}

Result<StateFile> readState(std::string_view text, const std::filesystem::path& path) {
  const Error cut{"this state file is cut short", path.string()};
  if (!text.starts_with(kMagic)) return Error{"this is no state file of Spikarium", path.string()};
  const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
  Bytes file(std::vector<std::byte>(bytes, bytes + text.size()));
  if (!file.take<std::array<char, kMagic.size()>>()) return cut;
  const auto version = file.take<std::uint32_t>();
  if (!version) return cut;
  if (version.value() != kVersion)
    return Error{"this state file has version " + std::to_string(version.value()) +
                     "; this program reads version " + std::to_string(kVersion),
                 path.string()};
  const auto sum = file.take<std::uint64_t>();
  auto held = file.takeVector<std::byte>();
  if (!sum || !held) return cut;
  if (const std::size_t whole = kHeadBytes + held.value().size(); text.size() != whole)
    return Error{
        "this state file has " + std::to_string(text.size() - whole) + " bytes behind its end",
        path.string()};
  if (fnv1a(std::span<const std::byte>(held.value())) != sum.value())
    return Error{"this state file is damaged: its checksum does not hold", path.string()};
  auto state = takeState(Bytes(std::move(held).value()));
  // The checksum holds, so it was written like this: by another program, or by hand.
  if (!state) return Error{"this state file is damaged: it " + state.error().what, path.string()};
  return state;
}

}  // namespace spk
