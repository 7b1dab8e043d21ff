#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/analysis/flow.h"
#include "engine/base/Bytes.h"
#include "engine/data/Spike.h"

namespace spk::flow {

struct PoolingRules {
  Time recent = 20 * kMillisecond;  ///< older flows do not count
  int scales = 10;                  ///< windows around a flow
  int step = 5;                     ///< by which their half sides grow [px]
  int held = 1000;                  ///< of the last flows
  enum class Combine { Mean, Lines } combine = Combine::Mean;
};

/// Normal flow pooled over windows of several sizes, which sees around the aperture (Akolkar et al.
/// 2020; the ring of the last flows is of Stumpp et al. 2021, "hARMS"). Mean: the window with the
/// largest mean speed says the mean velocity. Lines: in the smallest window whose edges have
/// directions enough, the one velocity u that explains all normal flows n best: each says that
/// u · n = |n|², and counts by how far it is off, relative to its speed.
class Pooling {
 public:
  static constexpr int kMostScales = 40, kMostHeld = 8192;
  Pooling() : ring_(kMostHeld) {}

  /// Takes a normal flow and says what the windows around it make of it.
  std::optional<Velocity> take(const Flow& flow, const PoolingRules& rules);

  void save(Bytes& out) const;
  Result<void> restore(Bytes& in);

 private:
  struct Sums {
    double n = 0, speed = 0, x = 0, y = 0;             // of velocities
    double gxx = 0, gxy = 0, gyy = 0, gx = 0, gy = 0;  // of slownesses g = n / |n|²
    void add(const Sums& other);
  };
  /// One that the ring holds, from the flow that asks [px], its class of distance at most `most`.
  template <class Each>
  void eachNear(const Flow& centre, const PoolingRules& rules, int most, Each each) const;
  std::optional<Velocity> lines(const Flow& centre, const PoolingRules& rules,
                                const std::array<Sums, kMostScales>& sums) const;

  std::vector<Flow> ring_;
  std::uint64_t taken_ = 0;
};

}  // namespace spk::flow
