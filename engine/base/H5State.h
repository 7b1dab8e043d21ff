#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "engine/base/H5.h"

// The inside of engine/base/H5.h, shared by its .cpp files only. An HDF5 id (hid_t) is an int64.

namespace spk {
namespace h5 {

/// The one lock around every HDF5 call; also keeps the library from printing.
class Lock {
 public:
  Lock();

 private:
  static std::recursive_mutex& mutex();
  std::lock_guard<std::recursive_mutex> guard_;
};

/// An HDF5 id that closes itself; under the lock.
class Handle {
 public:
  Handle() = default;
  explicit Handle(std::int64_t id) : id_(id) {}
  ~Handle() { reset(); }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) reset(), id_ = std::exchange(other.id_, -1);
    return *this;
  }
  std::int64_t id() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }
  void reset();

 private:
  std::int64_t id_ = -1;
};

/// What the library last complained about, in its words.
std::string complaint();
std::vector<std::size_t> shapeOf(std::int64_t space);
std::size_t elements(const std::vector<std::size_t>& shape);
std::vector<unsigned long long> dims(std::span<const std::size_t> sizes);
template <class T>
std::int64_t memoryType();

}  // namespace h5

struct H5::State {
  h5::Handle file;
  std::filesystem::path path;
  std::map<std::string, h5::Handle> datasets = {};  // open ones keep their chunk caches

  /// "what (HDF5: …)" at PATH:name.
  Error failed(const std::string& what, const std::string& name) const;
  /// Any object; closes when the handle dies.
  Result<h5::Handle> object(const std::string& name) const;
  Result<std::int64_t> dataset(const std::string& name);
  bool exists(const std::string& name) const;
};

}  // namespace spk
