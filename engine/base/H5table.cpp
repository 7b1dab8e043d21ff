#include <hdf5.h>

#include <algorithm>

#include "engine/base/H5.h"
#include "engine/base/H5State.h"

namespace spk {

using h5::Handle;
using h5::Lock;

namespace {

hid_t typeOf(H5::Number number) {
  switch (number) {
    case H5::Number::F64: return H5T_NATIVE_DOUBLE;
    case H5::Number::F32: return H5T_NATIVE_FLOAT;
    case H5::Number::I64: return H5T_NATIVE_INT64;
    case H5::Number::U64: return H5T_NATIVE_UINT64;
    case H5::Number::I32: return H5T_NATIVE_INT32;
    case H5::Number::U32: return H5T_NATIVE_UINT32;
    case H5::Number::I16: return H5T_NATIVE_INT16;
    case H5::Number::U16: return H5T_NATIVE_UINT16;
    case H5::Number::I8: return H5T_NATIVE_INT8;
    case H5::Number::U8: break;
  }
  return H5T_NATIVE_UINT8;
}

Handle rowType(const H5::Table& table) {
  if (table.members.size() == 1 && table.members[0].name.empty())
    return Handle(H5Tcopy(typeOf(table.members[0].number)));
  Handle type(H5Tcreate(H5T_COMPOUND, table.rowBytes));
  for (const H5::Member& member : table.members)
    H5Tinsert(type.id(), member.name.c_str(), member.offset, typeOf(member.number));
  return type;
}

std::string folderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? "" : path.substr(0, slash);
}

/// Rows of a 1-D dataset; more dimensions are an Error.
Result<hsize_t> rowsOf(hid_t dataset, const std::string& where) {
  const Handle space(H5Dget_space(dataset));
  const auto shape = h5::shapeOf(space.id());
  if (shape.size() != 1)
    return Error{"has " + std::to_string(shape.size()) + " dimensions; one is needed", where};
  return static_cast<hsize_t>(shape[0]);
}

}  // namespace

Result<void> H5::makeTable(const std::string& path, const Table& table) {
  const Lock lock;
  TRY_DO(makeGroup(folderOf(path)));
  const hsize_t none = 0, unlimited = H5S_UNLIMITED, chunk = table.chunk;
  const Handle type = rowType(table), space(H5Screate_simple(1, &none, &unlimited)),
               plan(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_obj_track_times(plan.id(), false);
  H5Pset_chunk(plan.id(), 1, &chunk);
  // Optional, for HDF5 itself does not know it.
  if (table.filter != 0)
    H5Pset_filter(plan.id(), table.filter, H5Z_FLAG_OPTIONAL, table.filterValues.size(),
                  table.filterValues.data());
  Handle made(H5Dcreate2(state_->file.id(), path.c_str(), type.id(), space.id(), H5P_DEFAULT,
                         plan.id(), H5P_DEFAULT));
  if (!made) return state_->failed("cannot be created", path);
  state_->datasets.insert_or_assign(path, std::move(made));
  return {};
}

Result<void> H5::appendRows(const std::string& path, const Table& table,
                            std::span<const std::byte> rows) {
  const Lock lock;
  const hsize_t count = rows.size() / table.rowBytes;
  if (count == 0) return {};
  TRY(const hid_t id, state_->dataset(path));
  TRY(const hsize_t start, rowsOf(id, state_->path.string() + ":" + path));
  const hsize_t size = start + count;
  if (H5Dset_extent(id, &size) < 0) return state_->failed("cannot grow", path);
  const Handle type = rowType(table), file(H5Dget_space(id)),
               memory(H5Screate_simple(1, &count, nullptr));
  if (H5Sselect_hyperslab(file.id(), H5S_SELECT_SET, &start, nullptr, &count, nullptr) < 0 ||
      H5Dwrite(id, type.id(), memory.id(), file.id(), H5P_DEFAULT, rows.data()) < 0)
    return state_->failed("cannot be written", path);
  return {};
}

Result<void> H5::appendChunk(const std::string& path, std::span<const std::byte> encoded,
                             std::size_t rows) {
  const Lock lock;
  TRY(const Info about, info(path));
  const std::string where = state_->path.string() + ":" + path;
  if (about.chunk.size() != 1 || about.shape[0] % about.chunk[0] != 0 || rows > about.chunk[0] ||
      rows == 0)
    return Error{"takes whole chunks only, behind whole chunks", where};
  TRY(const hid_t id, state_->dataset(path));
  const hsize_t start = about.shape[0], size = start + rows;
  if (H5Dset_extent(id, &size) < 0) return state_->failed("cannot grow", path);
  if (H5Dwrite_chunk(id, H5P_DEFAULT, 0, &start, encoded.size(), encoded.data()) < 0)
    return state_->failed("cannot be written", path);
  return {};
}

Result<void> H5::writeLists(const std::string& path, std::span<const std::vector<double>> lists) {
  const Lock lock;
  TRY_DO(makeGroup(folderOf(path)));
  const hsize_t count = lists.size();
  const Handle type(H5Tvlen_create(H5T_NATIVE_DOUBLE)), space(H5Screate_simple(1, &count, nullptr)),
      plan(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_obj_track_times(plan.id(), false);
  const Handle made(H5Dcreate2(state_->file.id(), path.c_str(), type.id(), space.id(), H5P_DEFAULT,
                               plan.id(), H5P_DEFAULT));
  if (!made) return state_->failed("cannot be created", path);
  std::vector<hvl_t> views;
  for (const auto& list : lists) views.push_back({list.size(), const_cast<double*>(list.data())});
  if (!lists.empty() &&
      H5Dwrite(made.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, views.data()) < 0)
    return state_->failed("cannot be written", path);
  return {};
}

template <H5Number T>
Result<void> H5::readMemberPart(const std::string& dataset, const std::string& member,
                                std::size_t first, std::span<T> out) const {
  const Lock lock;
  TRY(const Info about, info(dataset));
  const std::string where = state_->path.string() + ":" + dataset;
  if (about.form != Form::Compound || std::ranges::count(about.members, member) == 0)
    return Error{"has no member " + member, where};
  if (about.shape.size() != 1 || first > about.shape[0] || out.size() > about.shape[0] - first)
    return Error{
        "has no rows " + std::to_string(first) + " … " + std::to_string(first + out.size()), where};
  if (out.empty()) return {};
  TRY(const hid_t id, state_->dataset(dataset));
  const hsize_t start = first, count = out.size();
  const Handle type(H5Tcreate(H5T_COMPOUND, sizeof(T))), file(H5Dget_space(id)),
      memory(H5Screate_simple(1, &count, nullptr));
  if (H5Tinsert(type.id(), member.c_str(), 0, h5::memoryType<T>()) < 0 ||
      H5Sselect_hyperslab(file.id(), H5S_SELECT_SET, &start, nullptr, &count, nullptr) < 0 ||
      H5Dread(id, type.id(), memory.id(), file.id(), H5P_DEFAULT, out.data()) < 0)
    return state_->failed("cannot be read", dataset);
  return {};
}

Result<std::vector<double>> H5::readList(const std::string& dataset, std::size_t row,
                                         std::size_t most) const {
  const Lock lock;
  TRY(const Info about, info(dataset));
  const std::string where = state_->path.string() + ":" + dataset;
  if (about.form != Form::List || about.shape.size() != 1)
    return Error{"is no row of lists", where};
  if (row >= about.shape[0])
    return Error{"has " + std::to_string(about.shape[0]) + " lists; number " + std::to_string(row) +
                     " was asked for",
                 where};
  TRY(const hid_t id, state_->dataset(dataset));
  const Handle type(H5Tvlen_create(H5T_NATIVE_DOUBLE)), file(H5Dget_space(id));
  const hsize_t start = row, one = 1;
  const Handle memory(H5Screate_simple(1, &one, nullptr));
  hvl_t list = {0, nullptr};
  if (H5Sselect_hyperslab(file.id(), H5S_SELECT_SET, &start, nullptr, &one, nullptr) < 0 ||
      H5Dread(id, type.id(), memory.id(), file.id(), H5P_DEFAULT, &list) < 0)
    return state_->failed("cannot be read", dataset);
  std::vector<double> values;
  const bool fits = list.len <= most;
  if (fits && list.p)
    values.assign(static_cast<const double*>(list.p),
                  static_cast<const double*>(list.p) + list.len);
  const std::size_t length = list.len;
  H5Dvlen_reclaim(type.id(), memory.id(), H5P_DEFAULT, &list);
  if (!fits)
    return Error{"list " + std::to_string(row) + " has " + std::to_string(length) +
                     " numbers; at most " + std::to_string(most) + " are read",
                 where};
  return values;
}

#define SPK_H5_TABLES(T)                                                                           \
  template Result<void> H5::readMemberPart<T>(const std::string&, const std::string&, std::size_t, \
                                              std::span<T>) const;
SPK_H5_TABLES(double)
SPK_H5_TABLES(float)
SPK_H5_TABLES(std::int64_t)
SPK_H5_TABLES(std::uint64_t)
SPK_H5_TABLES(std::int32_t)
SPK_H5_TABLES(std::uint32_t)
SPK_H5_TABLES(std::int16_t)
SPK_H5_TABLES(std::uint16_t)
SPK_H5_TABLES(std::int8_t)
SPK_H5_TABLES(std::uint8_t)
#undef SPK_H5_TABLES

}  // namespace spk
