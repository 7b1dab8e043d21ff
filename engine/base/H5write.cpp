#include <hdf5.h>

#include <algorithm>

#include "engine/base/H5.h"
#include "engine/base/H5State.h"

namespace spk {

using h5::Handle;
using h5::Lock;

namespace {

Handle utf8Text(std::size_t size) {
  Handle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.id(), size);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  return type;
}

/// A creation plan without time stamps.
Handle datasetPlan(const H5Layout& layout, std::size_t rank) {
  Handle plan(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_obj_track_times(plan.id(), false);
  if (layout.chunk.size() == rank && rank > 0) {
    const auto chunk = h5::dims(layout.chunk);
    H5Pset_chunk(plan.id(), static_cast<int>(rank), chunk.data());
    if (layout.deflate > 0) {
      H5Pset_shuffle(plan.id());
      H5Pset_deflate(plan.id(), static_cast<unsigned>(layout.deflate));
    }
  }
  return plan;
}

std::string groupOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? "" : path.substr(0, slash);
}

}  // namespace

Result<void> H5::makeGroup(const std::string& path) {
  const Lock lock;
  if (path.empty() || path == "/" || state_->exists(path)) return {};
  TRY_DO(makeGroup(groupOf(path)));
  const Handle plan(H5Pcreate(H5P_GROUP_CREATE));
  H5Pset_obj_track_times(plan.id(), false);
  const Handle group(
      H5Gcreate2(state_->file.id(), path.c_str(), H5P_DEFAULT, plan.id(), H5P_DEFAULT));
  if (!group) return state_->failed("cannot be created", path);
  return {};
}

template <H5Number T>
Result<void> H5::write(const std::string& path, std::span<const T> values,
                       std::vector<std::size_t> shape, const H5Layout& layout) {
  const Lock lock;
  if (shape.empty()) shape = {values.size()};
  if (h5::elements(shape) != values.size())
    return Error{"the shape has " + std::to_string(h5::elements(shape)) + " values, " +
                     std::to_string(values.size()) + " were given",
                 state_->path.string() + ":" + path};
  if (!layout.chunk.empty() && layout.chunk.size() != shape.size())
    return Error{"the chunk has another number of dimensions than the data",
                 state_->path.string() + ":" + path};
  TRY_DO(makeDataset<T>(path, shape, layout));
  if (values.empty()) return {};
  TRY(const hid_t id, state_->dataset(path));
  if (H5Dwrite(id, h5::memoryType<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
    return state_->failed("cannot be written", path);
  state_->datasets.erase(path);  // complete: only what grows is kept open
  return {};
}

template <H5Number T>
Result<void> H5::makeDataset(const std::string& path, std::vector<std::size_t> shape,
                             const H5Layout& layout) {
  const Lock lock;
  TRY_DO(makeGroup(groupOf(path)));
  const auto sizes = h5::dims(shape);
  const Handle space(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr));
  const Handle plan = datasetPlan(layout, shape.size());
  const Handle made(H5Dcreate2(state_->file.id(), path.c_str(), h5::memoryType<T>(), space.id(),
                               H5P_DEFAULT, plan.id(), H5P_DEFAULT));
  if (!made) return state_->failed("cannot be created", path);
  return {};
}

template <H5Number T>
Result<void> H5::writePart(const std::string& path, std::span<const std::size_t> first,
                           std::span<const std::size_t> count, std::span<const T> values) {
  const Lock lock;
  if (first.size() != count.size() || h5::elements({count.begin(), count.end()}) != values.size())
    return Error{"the part has another number of values than were given",
                 state_->path.string() + ":" + path};
  if (values.empty()) return {};
  TRY(const hid_t id, state_->dataset(path));
  const auto start = h5::dims(first), size = h5::dims(count);
  const Handle file(H5Dget_space(id)),
      memory(H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr));
  if (h5::shapeOf(file.id()).size() != first.size() ||
      H5Sselect_hyperslab(file.id(), H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr) <
          0 ||
      H5Dwrite(id, h5::memoryType<T>(), memory.id(), file.id(), H5P_DEFAULT, values.data()) < 0)
    return state_->failed("a part cannot be written", path);
  return {};
}

Result<void> H5::writeText(const std::string& path, const std::string& text) {
  const Lock lock;
  TRY_DO(makeGroup(groupOf(path)));
  const Handle type = utf8Text(H5T_VARIABLE), space(H5Screate(H5S_SCALAR)),
               plan = datasetPlan({}, 0);
  const Handle made(H5Dcreate2(state_->file.id(), path.c_str(), type.id(), space.id(), H5P_DEFAULT,
                               plan.id(), H5P_DEFAULT));
  if (!made) return state_->failed("cannot be created", path);
  const char* letters = text.c_str();
  if (H5Dwrite(made.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, &letters) < 0)
    return state_->failed("cannot be written", path);
  return {};
}

Result<void> H5::writeTexts(const std::string& path, std::span<const std::string> texts) {
  const Lock lock;
  TRY_DO(makeGroup(groupOf(path)));
  const hsize_t size = texts.size();
  const Handle type = utf8Text(H5T_VARIABLE), space(H5Screate_simple(1, &size, nullptr)),
               plan = datasetPlan({}, 1);
  const Handle made(H5Dcreate2(state_->file.id(), path.c_str(), type.id(), space.id(), H5P_DEFAULT,
                               plan.id(), H5P_DEFAULT));
  if (!made) return state_->failed("cannot be created", path);
  std::vector<const char*> letters;
  for (const std::string& text : texts) letters.push_back(text.c_str());
  if (!texts.empty() &&
      H5Dwrite(made.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, letters.data()) < 0)
    return state_->failed("cannot be written", path);
  return {};
}

template <H5Number T>
Result<void> H5::append(const std::string& path, std::span<const T> values,
                        const H5Layout& layout) {
  const Lock lock;
  if (!state_->exists(path)) {
    if (layout.chunk.size() != 1)
      return Error{"appending needs a chunk of one dimension", state_->path.string() + ":" + path};
    TRY_DO(makeGroup(groupOf(path)));
    const hsize_t none = 0, unlimited = H5S_UNLIMITED;
    const Handle space(H5Screate_simple(1, &none, &unlimited)), plan = datasetPlan(layout, 1);
    Handle made(H5Dcreate2(state_->file.id(), path.c_str(), h5::memoryType<T>(), space.id(),
                           H5P_DEFAULT, plan.id(), H5P_DEFAULT));
    if (!made) return state_->failed("cannot be created", path);
    state_->datasets.insert_or_assign(path, std::move(made));
  }
  if (values.empty()) return {};
  TRY(const hid_t id, state_->dataset(path));
  const Handle before(H5Dget_space(id));
  const auto shape = h5::shapeOf(before.id());
  if (shape.size() != 1)
    return Error{"has " + std::to_string(shape.size()) + " dimensions; appending needs one",
                 state_->path.string() + ":" + path};
  const hsize_t start = shape[0], count = values.size(), size = start + count;
  if (H5Dset_extent(id, &size) < 0) return state_->failed("cannot grow", path);
  const Handle file(H5Dget_space(id)), memory(H5Screate_simple(1, &count, nullptr));
  if (H5Sselect_hyperslab(file.id(), H5S_SELECT_SET, &start, nullptr, &count, nullptr) < 0 ||
      H5Dwrite(id, h5::memoryType<T>(), memory.id(), file.id(), H5P_DEFAULT, values.data()) < 0)
    return state_->failed("cannot be written", path);
  return {};
}

Result<void> H5::setAttribute(const std::string& path, const std::string& name,
                              const Value& value) {
  const Lock lock;
  TRY(const Handle object, state_->object(path));
  if (H5Aexists(object.id(), name.c_str()) > 0) H5Adelete(object.id(), name.c_str());
  const Handle space(H5Screate(H5S_SCALAR));
  const auto put = [&](hid_t type, const void* data) -> Result<void> {
    const Handle made(
        H5Acreate2(object.id(), name.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT));
    if (!made || H5Awrite(made.id(), type, data) < 0)
      return state_->failed("cannot be written", path + "@" + name);
    return {};
  };
  if (const auto* b = std::get_if<bool>(&value)) {
    const std::uint8_t byte = *b;
    return put(H5T_NATIVE_UINT8, &byte);
  }
  if (const auto* i = std::get_if<std::int64_t>(&value)) return put(H5T_NATIVE_INT64, i);
  if (const auto* d = std::get_if<double>(&value)) return put(H5T_NATIVE_DOUBLE, d);
  if (std::holds_alternative<Blob>(value))
    return Error{"an array cannot be an attribute",
                 state_->path.string() + ":" + path + "@" + name};
  const auto* json = std::get_if<Json>(&value);
  const std::string& text = json ? json->text : std::get<std::string>(value);
  const char* letters = text.c_str();
  return put(utf8Text(H5T_VARIABLE).id(), &letters);
}

Result<void> H5::setAttribute(const std::string& path, const std::string& name,
                              std::span<const std::uint32_t> values) {
  const Lock lock;
  TRY(const Handle object, state_->object(path));
  if (H5Aexists(object.id(), name.c_str()) > 0) H5Adelete(object.id(), name.c_str());
  const hsize_t size = values.size();
  const Handle space(size == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &size, nullptr));
  const Handle made(H5Acreate2(object.id(), name.c_str(), H5T_NATIVE_UINT32, space.id(),
                               H5P_DEFAULT, H5P_DEFAULT));
  if (!made || H5Awrite(made.id(), H5T_NATIVE_UINT32, values.data()) < 0)
    return state_->failed("cannot be written", path + "@" + name);
  return {};
}

#define SPK_H5_WRITES(T)                                                                    \
  template Result<void> H5::write<T>(const std::string&, std::span<const T>,                \
                                     std::vector<std::size_t>, const H5Layout&);            \
  template Result<void> H5::makeDataset<T>(const std::string&, std::vector<std::size_t>,    \
                                           const H5Layout&);                                \
  template Result<void> H5::writePart<T>(const std::string&, std::span<const std::size_t>,  \
                                         std::span<const std::size_t>, std::span<const T>); \
  template Result<void> H5::append<T>(const std::string&, std::span<const T>, const H5Layout&);
SPK_H5_WRITES(double)
SPK_H5_WRITES(float)
SPK_H5_WRITES(std::int64_t)
SPK_H5_WRITES(std::uint64_t)
SPK_H5_WRITES(std::int32_t)
SPK_H5_WRITES(std::uint32_t)
SPK_H5_WRITES(std::int16_t)
SPK_H5_WRITES(std::uint16_t)
SPK_H5_WRITES(std::int8_t)
SPK_H5_WRITES(std::uint8_t)
#undef SPK_H5_WRITES

}  // namespace spk
