#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "engine/base/Json.h"
#include "engine/base/Result.h"

namespace spk {

struct BenchOptions {
  std::uint32_t threads = 0;  ///< 0: as many as there are processors
  std::string isa;            ///< "": the best
};
/// One benchmark: measures, and gives the fields of its row.
struct Benchmark {
  const char* name;
  const char* doc;  ///< one line for --list
  Result<JsonNode> (*run)(const BenchOptions& options);
  enum class When { Always, Named } when = When::Always;  ///< long ones wait to be named
  /// The row for people, where it is more than names with values.
  std::string (*words)(const JsonNode& row) = nullptr;
};
std::span<const Benchmark> benchmarks();

}  // namespace spk
