#include <hdf5.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "engine/base/H5.h"
#include "engine/base/H5State.h"
#include "engine/base/Json.h"

namespace spk {

using h5::Handle;
using h5::Lock;

namespace {

constexpr std::size_t kLargest = std::size_t{8} << 30;

H5::Form formOf(hid_t type) {
  switch (H5Tget_class(type)) {
    case H5T_INTEGER: return H5::Form::Integer;
    case H5T_FLOAT: return H5::Form::Real;
    case H5T_STRING: return H5::Form::Text;
    case H5T_ENUM: return H5::Form::Enum;
    case H5T_COMPOUND: return H5::Form::Compound;
    case H5T_VLEN: return H5::Form::List;
    default: return H5::Form::Other;
  }
}

std::vector<std::string> memberNames(hid_t type) {
  std::vector<std::string> names;
  for (int i = 0; i < H5Tget_nmembers(type); ++i) {
    char* name = H5Tget_member_name(type, static_cast<unsigned>(i));
    if (name) names.emplace_back(name);
    H5free_memory(name);
  }
  return names;
}

/// From the bytes of an enum (h5py's bool) to numbers, in place of HDF5's conversion, which knows
/// none.
template <class T>
std::vector<T> fromEnum(const std::vector<std::byte>& bytes, std::size_t size, bool isSigned) {
  std::vector<T> values(bytes.size() / size);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i * size, std::min<std::size_t>(size, 8));
    const int unused = static_cast<int>(64 - 8 * std::min<std::size_t>(size, 8));
    const auto whole = isSigned ? static_cast<std::int64_t>(word << unused) >> unused
                                : static_cast<std::int64_t>(word);
    values[i] = static_cast<T>(whole);
  }
  return values;
}

template <class Call>
auto guarded(const std::filesystem::path& path, const std::string& name, Call call)
    -> decltype(call()) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return Error{"does not fit into memory", path.string() + ":" + name};
  } catch (const std::length_error&) {
    return Error{"does not fit into memory", path.string() + ":" + name};
  }
}

/// Texts of fixed or variable length, read by `read(type, buffer)`.
template <class Read>
Result<std::vector<std::string>> textsOf(hid_t type, hid_t space, std::size_t count, Read read) {
  std::vector<std::string> texts;
  texts.reserve(count);
  if (count == 0) return texts;
  if (H5Tis_variable_str(type) > 0) {
    const Handle memory(H5Tcopy(H5T_C_S1));
    H5Tset_size(memory.id(), H5T_VARIABLE);
    H5Tset_cset(memory.id(), H5Tget_cset(type));
    std::vector<char*> pointers(count, nullptr);
    if (read(memory.id(), pointers.data()) < 0) return Error{"cannot be read", ""};
    for (const char* pointer : pointers) texts.emplace_back(pointer ? pointer : "");
    H5Dvlen_reclaim(memory.id(), space, H5P_DEFAULT, pointers.data());
    return texts;
  }
  const std::size_t size = H5Tget_size(type);
  if (size == 0 || count > kLargest / size) return Error{"is too large", ""};
  std::vector<char> letters(count * size);
  if (read(type, letters.data()) < 0) return Error{"cannot be read", ""};
  const bool blanks = H5Tget_strpad(type) == H5T_STR_SPACEPAD;
  for (std::size_t i = 0; i < count; ++i) {
    std::string text(letters.data() + i * size, strnlen(letters.data() + i * size, size));
    if (blanks) text.erase(text.find_last_not_of(' ') + 1);
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace

Result<H5::Info> H5::info(const std::string& dataset) const {
  const Lock lock;
  TRY(const hid_t id, state_->dataset(dataset));
  const Handle type(H5Dget_type(id)), space(H5Dget_space(id)), plan(H5Dget_create_plist(id));
  if (!type || !space || !plan) return state_->failed("cannot be read", dataset);
  Info info{
      formOf(type.id()), H5Tget_size(type.id()), false, h5::shapeOf(space.id()), {}, {}, 0, {}};
  if (info.form == Form::Integer) info.isSigned = H5Tget_sign(type.id()) == H5T_SGN_2;
  if (info.form == Form::Real) info.isSigned = true;
  if (info.form == Form::Compound) info.members = memberNames(type.id());
  if (H5Pget_layout(plan.id()) == H5D_CHUNKED) {
    std::vector<hsize_t> chunk(info.shape.size());
    H5Pget_chunk(plan.id(), static_cast<int>(chunk.size()), chunk.data());
    info.chunk.assign(chunk.begin(), chunk.end());
  }
  for (int i = 0; i < H5Pget_nfilters(plan.id()); ++i) {
    unsigned flags = 0, config = 0;
    std::size_t count = 0;
    info.filters.push_back(H5Pget_filter2(plan.id(), static_cast<unsigned>(i), &flags, &count,
                                          nullptr, 0, nullptr, &config));
  }
  info.stored = H5Dget_storage_size(id);
  h5::complaint();
  return info;
}

template <H5Number T>
Result<std::vector<T>> H5::read(const std::string& dataset) const {
  const Lock lock;
  TRY(const Info about, info(dataset));
  const std::size_t count = h5::elements(about.shape);
  if (about.form != Form::Integer && about.form != Form::Real && about.form != Form::Enum)
    return Error{"holds no plain numbers", state_->path.string() + ":" + dataset};
  if (count > kLargest / std::max(sizeof(T), about.bytes))
    return Error{"has " + std::to_string(count) + " values, too many to read at once",
                 state_->path.string() + ":" + dataset};
  TRY(const hid_t id, state_->dataset(dataset));
  return guarded(state_->path, dataset, [&]() -> Result<std::vector<T>> {
    if (about.form != Form::Enum) {
      std::vector<T> values(count);
      if (count &&
          H5Dread(id, h5::memoryType<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
        return state_->failed("cannot be read", dataset);
      return values;
    }
    const Handle type(H5Dget_type(id)), base(H5Tget_super(type.id()));
    std::vector<std::byte> bytes(count * about.bytes);
    if (count && H5Dread(id, type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0)
      return state_->failed("cannot be read", dataset);
    return fromEnum<T>(bytes, about.bytes, H5Tget_sign(base.id()) == H5T_SGN_2);
  });
}

template <H5Number T>
Result<void> H5::readPart(const std::string& dataset, std::span<const std::size_t> first,
                          std::span<const std::size_t> count, std::span<T> out) const {
  const Lock lock;
  TRY(const Info about, info(dataset));
  const std::string where = state_->path.string() + ":" + dataset;
  if (about.form != Form::Integer && about.form != Form::Real)
    return Error{"holds no plain numbers", where};
  if (first.size() != about.shape.size() || count.size() != about.shape.size() || first.empty())
    return Error{"has " + std::to_string(about.shape.size()) + " dimensions, " +
                     std::to_string(first.size()) + " were asked for",
                 where};
  std::size_t total = 1;
  for (std::size_t i = 0; i < count.size(); ++i) {
    if (first[i] > about.shape[i] || count[i] > about.shape[i] - first[i])
      return Error{"has " + std::to_string(about.shape[i]) + " rows in dimension " +
                       std::to_string(i) + ", " + std::to_string(first[i]) + " … " +
                       std::to_string(first[i] + count[i]) + " were asked for",
                   where};
    total *= count[i];
  }
  if (total != out.size())
    return Error{"the part has " + std::to_string(total) + " values, there is room for " +
                     std::to_string(out.size()),
                 where};
  if (total == 0) return {};
  TRY(const hid_t id, state_->dataset(dataset));
  const auto start = h5::dims(first), size = h5::dims(count);
  const Handle file(H5Dget_space(id)),
      memory(H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr));
  if (H5Sselect_hyperslab(file.id(), H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr) <
          0 ||
      H5Dread(id, h5::memoryType<T>(), memory.id(), file.id(), H5P_DEFAULT, out.data()) < 0)
    return state_->failed("cannot be read", dataset);
  return {};
}

template <H5Number T>
Result<std::vector<T>> H5::readMember(const std::string& dataset, const std::string& member) const {
  const Lock lock;
  TRY(const Info about, info(dataset));
  const std::string where = state_->path.string() + ":" + dataset + "." + member;
  if (std::ranges::find(about.members, member) == about.members.end())
    return Error{"is not there", where};
  const std::size_t count = h5::elements(about.shape);
  if (count > kLargest / std::max(sizeof(T), about.bytes))
    return Error{"has too many values to read at once", where};
  TRY(const hid_t id, state_->dataset(dataset));
  const Handle type(H5Tcreate(H5T_COMPOUND, sizeof(T)));
  H5Tinsert(type.id(), member.c_str(), 0, h5::memoryType<T>());
  return guarded(state_->path, dataset, [&]() -> Result<std::vector<T>> {
    std::vector<T> values(count);
    if (count && H5Dread(id, type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
      return state_->failed("cannot be read", dataset + "." + member);
    return values;
  });
}

Result<std::vector<std::string>> H5::readTexts(const std::string& dataset) const {
  const Lock lock;
  TRY(const Info about, info(dataset));
  if (about.form != Form::Text)
    return Error{"holds no texts", state_->path.string() + ":" + dataset};
  const std::size_t count = h5::elements(about.shape);
  if (count > kLargest / sizeof(char*))
    return Error{"has too many texts to read at once", state_->path.string() + ":" + dataset};
  TRY(const hid_t id, state_->dataset(dataset));
  const Handle type(H5Dget_type(id)), space(H5Dget_space(id));
  return guarded(state_->path, dataset, [&]() -> Result<std::vector<std::string>> {
    auto texts = textsOf(type.id(), space.id(), count, [&](hid_t memory, void* out) {
      return H5Dread(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
    });
    if (!texts) return state_->failed(texts.error().what, dataset);
    return texts;
  });
}

Result<std::string> H5::readText(const std::string& dataset) const {
  TRY(const auto texts, readTexts(dataset));
  if (texts.size() != 1)
    return Error{"holds " + std::to_string(texts.size()) + " texts, one is expected",
                 state_->path.string() + ":" + dataset};
  return texts.front();
}

bool H5::hasAttribute(const std::string& path, const std::string& name) const {
  const Lock lock;
  const auto object = state_->object(path);
  return object && H5Aexists(object.value().id(), name.c_str()) > 0;
}

Result<std::vector<std::string>> H5::attributes(const std::string& path) const {
  const Lock lock;
  TRY(const Handle object, state_->object(path));
  std::vector<std::string> names;
  const auto take = [](hid_t, const char* name, const H5A_info_t*, void* out) -> herr_t {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  if (H5Aiterate2(object.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, take, &names) < 0)
    return state_->failed("cannot be listed", path);
  std::ranges::sort(names);
  return names;
}

Result<Value> H5::attribute(const std::string& path, const std::string& name) const {
  const Lock lock;
  TRY(const Handle object, state_->object(path));
  const std::string where = path + "@" + name;
  if (H5Aexists(object.id(), name.c_str()) <= 0)
    return Error{"is not there", state_->path.string() + ":" + where};
  const Handle attribute(H5Aopen(object.id(), name.c_str(), H5P_DEFAULT));
  if (!attribute) return state_->failed("cannot be opened", where);
  const Handle type(H5Aget_type(attribute.id())), space(H5Aget_space(attribute.id()));
  const std::size_t count = h5::elements(h5::shapeOf(space.id()));
  const Form form = formOf(type.id());
  if (count > 65536) return Error{"has too many values", state_->path.string() + ":" + where};
  std::vector<JsonNode> values;
  if (form == Form::Text) {
    const auto texts = textsOf(type.id(), space.id(), count, [&](hid_t memory, void* out) {
      return H5Aread(attribute.id(), memory, out);
    });
    if (!texts) return state_->failed(texts.error().what, where);
    values.assign(texts.value().begin(), texts.value().end());
  } else if (form == Form::Real) {
    std::vector<double> reals(count);
    if (count && H5Aread(attribute.id(), H5T_NATIVE_DOUBLE, reals.data()) < 0)
      return state_->failed("cannot be read", where);
    values.assign(reals.begin(), reals.end());
  } else if (form == Form::Integer) {
    std::vector<std::int64_t> integers(count);
    if (count && H5Aread(attribute.id(), H5T_NATIVE_INT64, integers.data()) < 0)
      return state_->failed("cannot be read", where);
    values.assign(integers.begin(), integers.end());
  } else if (form == Form::Enum) {
    const std::size_t size = H5Tget_size(type.id());
    const Handle base(H5Tget_super(type.id()));
    std::vector<std::byte> bytes(count * size);
    if (count && H5Aread(attribute.id(), type.id(), bytes.data()) < 0)
      return state_->failed("cannot be read", where);
    const auto integers = fromEnum<std::int64_t>(bytes, size, H5Tget_sign(base.id()) == H5T_SGN_2);
    values.assign(integers.begin(), integers.end());
  } else {
    return Error{"is neither number nor text", state_->path.string() + ":" + where};
  }
  if (values.size() == 1) return toValue(values.front());
  return Value(Json{JsonNode::list(std::move(values)).write()});
}

Result<H5::RawChunk> H5::rawChunk(const std::string& dataset,
                                  std::span<const std::size_t> first) const {
  const Lock lock;
  TRY(const Info about, info(dataset));
  const std::string where = state_->path.string() + ":" + dataset;
  if (about.chunk.empty() || first.size() != about.shape.size())
    return Error{"has no such chunk", where};
  TRY(const hid_t id, state_->dataset(dataset));
  const auto offset = h5::dims(first);
  hsize_t size = 0;
  if (H5Dget_chunk_storage_size(id, offset.data(), &size) < 0)
    return state_->failed("has no such chunk", dataset);
  if (size > kLargest)
    return Error{"has a chunk of " + std::to_string(size) + " bytes, too large to read", where};
  return guarded(state_->path, dataset, [&]() -> Result<RawChunk> {
    RawChunk chunk{std::vector<std::byte>(size), 0};
    if (size &&
        H5Dread_chunk(id, H5P_DEFAULT, offset.data(), &chunk.skipped, chunk.bytes.data()) < 0)
      return state_->failed("a chunk cannot be read", dataset);
    return chunk;
  });
}

#define SPK_H5_READS(T)                                                                    \
  template Result<std::vector<T>> H5::read<T>(const std::string&) const;                   \
  template Result<void> H5::readPart<T>(const std::string&, std::span<const std::size_t>,  \
                                        std::span<const std::size_t>, std::span<T>) const; \
  template Result<std::vector<T>> H5::readMember<T>(const std::string&, const std::string&) const;
SPK_H5_READS(double)
SPK_H5_READS(float)
SPK_H5_READS(std::int64_t)
SPK_H5_READS(std::uint64_t)
SPK_H5_READS(std::int32_t)
SPK_H5_READS(std::uint32_t)
SPK_H5_READS(std::int16_t)
SPK_H5_READS(std::uint16_t)
SPK_H5_READS(std::int8_t)
SPK_H5_READS(std::uint8_t)
#undef SPK_H5_READS

}  // namespace spk
