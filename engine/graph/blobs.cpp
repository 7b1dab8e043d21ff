#include "engine/graph/blobs.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "engine/base/H5.h"
#include "engine/base/file.h"

namespace spk {
namespace {

constexpr const char* kArray = "/array";

/// 32 hex digits, as Blob makes them: nothing that could lead out of the folder.
bool isBlobName(std::string_view name) {
  return name.size() == 32 &&
         std::ranges::all_of(name, [](unsigned char c) { return std::isxdigit(c); });
}

std::filesystem::path fileOf(const std::string& name, const std::filesystem::path& folder) {
  return folder / (name + ".h5");
}

Result<void> writeBlob(const Blob& blob, const std::filesystem::path& folder) {
  const std::filesystem::path path = fileOf(blob.name(), folder);
  std::error_code error;
  if (blob.isMissing() || std::filesystem::exists(path, error)) return {};
  std::filesystem::create_directories(folder, error);
  if (error) return Error{"cannot be created: " + error.message(), folder.string()};
  const std::filesystem::path temp = tempBeside(path);
  const auto written = [&]() -> Result<void> {
    TRY(H5 file, H5::create(temp));
    std::vector<std::size_t> shape = blob.shape();
    if (shape.empty()) shape = {blob.numbers().size()};
    TRY_DO(file.write(kArray, blob.numbers(), shape));
    TRY_DO(file.setAttribute(kArray, "scalar_shape", blob.shape().empty()));
    return file.close();
  }();
  auto result = written ? moveIntoPlace(temp, path) : written;
  if (!result) std::filesystem::remove(temp, error);
  return result;
}

template <class ValuesType, class Visit>
void visitBlobs(ValuesType& values, const Visit& visit) {
  for (auto& [key, value] : values)
    if (auto* blob = std::get_if<Blob>(&value)) visit(*blob);
}

Result<void> writeAll(const Values& values, const std::filesystem::path& folder) {
  Result<void> result;
  eachBlob(values, [&](const Blob& blob) {
    if (result) result = writeBlob(blob, folder);
  });
  return result;
}

}  // namespace

std::filesystem::path blobFolder(const std::filesystem::path& projectOrJournal) {
  std::filesystem::path path = projectOrJournal;
  // A journal that waits for a decision has more behind that: NAME.spk.journal.unfinished.
  const std::string name = path.filename().string();
  if (const auto at = name.rfind(".journal"); at != name.npos && !name.ends_with(".spk"))
    path.replace_filename(name.substr(0, at));
  return path.replace_extension(".blobs");
}

void eachBlob(Values& values, const std::function<void(Blob&)>& visit) {
  visitBlobs(values, visit);
}
void eachBlob(const Values& values, const std::function<void(const Blob&)>& visit) {
  visitBlobs(values, visit);
}

Result<void> writeBlobs(const Project& project, const std::filesystem::path& folder) {
  for (const auto& [id, item] : project.items) TRY_DO(writeAll(item.values, folder));
  return {};
}

Result<void> writeBlobs(const Edit& edit, const std::filesystem::path& folder) {
  for (const Operation& op : edit.ops) {
    if (const auto* insert = std::get_if<Insert>(&op))
      TRY_DO(writeAll(insert->item.values, folder));
    const auto* set = std::get_if<Set>(&op);
    const auto* after = set ? std::get_if<Value>(&set->after) : nullptr;
    if (after && std::holds_alternative<Blob>(*after))
      TRY_DO(writeBlob(std::get<Blob>(*after), folder));
  }
  return {};
}

Result<Blob> readBlob(const std::string& name, const std::filesystem::path& folder) {
  if (!isBlobName(name)) return Error{"is no name of an array", name};
  TRY(const H5 file, H5::open(fileOf(name, folder)));
  TRY(const H5::Info info, file.info(kArray));
  TRY(std::vector<double> numbers, file.read<double>(kArray));
  TRY(const Value scalar, file.attribute(kArray, "scalar_shape"));
  Blob blob(asNumber(scalar).value_or(0) != 0 ? std::vector<std::size_t>{} : info.shape,
            std::move(numbers));
  if (blob.name() != name)
    return Error{"holds another array than its name says", fileOf(name, folder).string()};
  return blob;
}

std::vector<std::string> strayBlobs(const std::filesystem::path& project) {
  std::vector<std::string> strays;
  std::error_code error;
  const std::filesystem::path folder = blobFolder(project);
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::filesystem::path& path = entry->path();
    if (path.extension() == ".h5" && isBlobName(path.stem().string()))
      strays.push_back(path.stem().string());
  }
  if (error || strays.empty()) return {};
  const auto beside = std::filesystem::absolute(project).parent_path();
  const std::string name = project.filename().string();
  for (std::filesystem::directory_iterator entry(beside, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->path().filename().string().starts_with(name)) continue;
    if (!entry->is_regular_file(error)) continue;
    const auto text = readFile(entry->path());
    if (!text) return {};
    std::erase_if(strays, [&](const std::string& stray) {
      return text.value().find(stray) != std::string::npos;
    });
  }
  if (error) return {};
  std::ranges::sort(strays);
  return strays;
}

void removeBlobs(std::span<const std::string> strays, std::span<const Edit> since,
                 const std::filesystem::path& folder) {
  std::set<std::string> needed;
  const auto need = [&](const Value& value) {
    if (const auto* blob = std::get_if<Blob>(&value)) needed.insert(blob->name());
  };
  for (const Edit& edit : since)
    for (const Operation& op : edit.ops) {
      if (const auto* insert = std::get_if<Insert>(&op))
        for (const auto& [key, value] : insert->item.values) need(value);
      if (const auto* set = std::get_if<Set>(&op))
        if (const auto* after = std::get_if<Value>(&set->after)) need(*after);
    }
  std::error_code ignored;
  for (const std::string& name : strays)
    if (!needed.contains(name)) std::filesystem::remove(fileOf(name, folder), ignored);
}

Notes fetchBlobs(Project& project, const std::filesystem::path& folder) {
  Notes notes;
  for (auto& [id, item] : project.items)
    for (auto& [key, value] : item.values) {
      auto* blob = std::get_if<Blob>(&value);
      if (!blob || !blob->isMissing()) continue;
      auto read = readBlob(blob->name(), folder);
      if (read)
        *blob = std::move(read).value();
      else
        notes.push_back({Note::Level::Error,
                         itemPath(project, id) + ": the array of " + key +
                             " is missing: " + read.error().text(),
                         id, key});
    }
  return notes;
}

}  // namespace spk
