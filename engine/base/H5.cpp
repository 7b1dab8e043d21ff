#include "engine/base/H5.h"

#include <hdf5.h>

#include <algorithm>

#include "engine/base/H5State.h"

namespace spk {
namespace h5 {

std::recursive_mutex& Lock::mutex() {
  static std::recursive_mutex mutex;
  return mutex;
}

Lock::Lock() : guard_(mutex()) {
  // The library's exit handler would die over a file that the disk refused; every file here is
  // closed by its owner.
  [[maybe_unused]] static const auto kNoExitHandler = H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

void Handle::reset() {
  if (id_ >= 0) H5Idec_ref(id_);
  id_ = -1;
}

std::string complaint() {
  // The innermost entry says what happened; the outer ones only which call failed.
  std::string text;
  const auto take = [](unsigned, const H5E_error2_t* error, void* out) -> herr_t {
    auto& said = *static_cast<std::string*>(out);
    if (error->desc && *error->desc) said = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, take, &text);
  H5Eclear2(H5E_DEFAULT);
  return text;
}

std::vector<std::size_t> shapeOf(std::int64_t space) {
  const int rank = std::max(0, H5Sget_simple_extent_ndims(space));
  std::vector<hsize_t> sizes(static_cast<std::size_t>(rank));
  if (rank > 0) H5Sget_simple_extent_dims(space, sizes.data(), nullptr);
  return {sizes.begin(), sizes.end()};
}

std::size_t elements(const std::vector<std::size_t>& shape) {
  std::size_t total = 1;
  for (const std::size_t size : shape) total *= size;
  return total;
}

std::vector<unsigned long long> dims(std::span<const std::size_t> sizes) {
  return {sizes.begin(), sizes.end()};
}

template <>
std::int64_t memoryType<double>() {
  return H5T_NATIVE_DOUBLE;
}
template <>
std::int64_t memoryType<float>() {
  return H5T_NATIVE_FLOAT;
}
template <>
std::int64_t memoryType<std::int64_t>() {
  return H5T_NATIVE_INT64;
}
template <>
std::int64_t memoryType<std::uint64_t>() {
  return H5T_NATIVE_UINT64;
}
template <>
std::int64_t memoryType<std::int32_t>() {
  return H5T_NATIVE_INT32;
}
template <>
std::int64_t memoryType<std::uint32_t>() {
  return H5T_NATIVE_UINT32;
}
template <>
std::int64_t memoryType<std::int16_t>() {
  return H5T_NATIVE_INT16;
}
template <>
std::int64_t memoryType<std::uint16_t>() {
  return H5T_NATIVE_UINT16;
}
template <>
std::int64_t memoryType<std::int8_t>() {
  return H5T_NATIVE_INT8;
}
template <>
std::int64_t memoryType<std::uint8_t>() {
  return H5T_NATIVE_UINT8;
}

}  // namespace h5

using h5::Handle;
using h5::Lock;

Error H5::State::failed(const std::string& what, const std::string& name) const {
  const std::string said = h5::complaint();
  return Error{what + (said.empty() ? "" : " (HDF5: " + said + ")"),
               path.string() + (name.empty() ? "" : ":" + name)};
}

bool H5::State::exists(const std::string& name) const {
  if (name.empty() || name == "/") return true;
  // Every group on the way must be there before the next name may be asked for.
  for (std::size_t slash = name.find('/', 1);; slash = name.find('/', slash + 1)) {
    const std::string part = name.substr(0, slash);
    if (H5Lexists(file.id(), part.c_str(), H5P_DEFAULT) <= 0 ||
        H5Oexists_by_name(file.id(), part.c_str(), H5P_DEFAULT) <= 0) {
      h5::complaint();
      return false;
    }
    if (slash == name.npos) return true;
  }
}

Result<Handle> H5::State::object(const std::string& name) const {
  if (!file) return Error{"is closed", path.string()};
  if (!exists(name)) return Error{"is not there", path.string() + ":" + name};
  Handle object(H5Oopen(file.id(), name.empty() ? "/" : name.c_str(), H5P_DEFAULT));
  if (!object) return failed("cannot be opened", name);
  return object;
}

Result<std::int64_t> H5::State::dataset(const std::string& name) {
  if (const auto open = datasets.find(name); open != datasets.end()) return open->second.id();
  TRY(Handle opened, object(name));
  if (H5Iget_type(opened.id()) != H5I_DATASET)
    return Error{"is no dataset", path.string() + ":" + name};
  if (datasets.size() >= 64) datasets.erase(datasets.begin());
  const hid_t id = opened.id();
  datasets.emplace(name, std::move(opened));
  return id;
}

H5::H5(std::unique_ptr<State> state) : state_(std::move(state)) {}
H5::H5(H5&&) noexcept = default;
H5& H5::operator=(H5&& other) noexcept {
  if (this == &other) return *this;
  if (state_) (void)close();
  state_ = std::move(other.state_);
  return *this;
}
H5::~H5() {
  if (state_) (void)close();
}

Result<H5> H5::create(const std::filesystem::path& path) {
  const Lock lock;
  auto state = std::make_unique<State>(Handle(), path);
  const Handle plan(H5Pcreate(H5P_FILE_CREATE));
  H5Pset_obj_track_times(plan.id(), false);
  state->file = Handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, plan.id(), H5P_DEFAULT));
  if (!state->file) return state->failed("cannot be created", "");
  return H5(std::move(state));
}

namespace {

Result<void> checkIsFile(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return Error{"there is no such file", path.string()};
  const Lock lock;
  if (H5Fis_hdf5(path.c_str()) > 0) return {};
  h5::complaint();
  return Error{"is no HDF5 file, or cannot be read", path.string()};
}

}  // namespace

Result<H5> H5::open(const std::filesystem::path& path) {
  const Lock lock;
  TRY_DO(checkIsFile(path));
  auto state =
      std::make_unique<State>(Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT)), path);
  if (!state->file) return state->failed("cannot be opened", "");
  return H5(std::move(state));
}

Result<H5> H5::edit(const std::filesystem::path& path) {
  const Lock lock;
  TRY_DO(checkIsFile(path));
  auto state =
      std::make_unique<State>(Handle(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT)), path);
  if (!state->file) return state->failed("cannot be opened for writing", "");
  return H5(std::move(state));
}

Result<void> H5::close() {
  const Lock lock;
  state_->datasets.clear();
  if (!state_->file) return {};
  const bool flushed = H5Fflush(state_->file.id(), H5F_SCOPE_LOCAL) >= 0;
  const auto result = flushed ? Result<void>() : state_->failed("cannot be written", "");
  state_->file.reset();
  return result;
}

Result<void> H5::flush() {
  const Lock lock;
  if (H5Fflush(state_->file.id(), H5F_SCOPE_LOCAL) < 0)
    return state_->failed("cannot be written", "");
  return {};
}

bool H5::has(const std::string& path) const {
  const Lock lock;
  return state_->file && state_->exists(path);
}

bool H5::isGroup(const std::string& path) const {
  const Lock lock;
  const auto object = state_->object(path);
  return object && H5Iget_type(object.value().id()) == H5I_GROUP;
}

Result<std::vector<std::string>> H5::names(const std::string& group) const {
  const Lock lock;
  TRY(const Handle object, state_->object(group));
  if (H5Iget_type(object.id()) != H5I_GROUP)
    return Error{"is no group", state_->path.string() + ":" + group};
  std::vector<std::string> names;
  const auto take = [](hid_t, const char* name, const H5L_info_t*, void* out) -> herr_t {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  if (H5Literate(object.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, take, &names) < 0)
    return state_->failed("cannot be listed", group);
  std::ranges::sort(names);
  return names;
}

}  // namespace spk
