#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/Note.h"
#include "engine/base/Result.h"
#include "engine/data/Spike.h"

namespace spk {

struct Unit {
  std::string name, group;   ///< group: population, probe or shank
};
struct TraceInfo {
  std::string name, unit;
  double rateHz = 0;
  std::int64_t samples = 0;
  Time begin = 0;
};
struct Trial {
  Time begin = 0, end = 0;
  std::string label;
};

/// Units, traces and trials of an experiment or of a result; lazy, read-only, shared constant.
/// Times are ns, made from (sample, rate), never through floating point.
struct Recording {
  virtual ~Recording() = default;
  virtual std::span<const Unit> units() const = 0;
  virtual Result<SpikeTrain> train(std::size_t unit) const = 0;
  virtual std::span<const TraceInfo> traces() const = 0;
  virtual Result<void> samples(std::size_t trace, std::int64_t first, std::span<float> out) const = 0;
  virtual std::span<const Trial> trials() const = 0;
  virtual Notes notes() const = 0;
};

}  // namespace spk
