#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/analysis/branching.h"
#include "engine/analysis/moments.h"
#include "engine/base/Result.h"
#include "engine/base/Time.h"

namespace spk {

/// The branching parameter of the last stretch of a running network: counts go in bin by bin, at a
/// cost that does not grow; an estimate with its band is computed when asked for. A value: a copy
/// can be fitted on another thread.
class BranchingStream {
 public:
  static constexpr int kBlocks = 20;  ///< what the window is cut into, for the bootstrap
  static constexpr Time kLeastTime = 5 * kSecond;
  static constexpr std::uint64_t kLeastSpikes = 1000;
  static constexpr double kLeastTimescales = 50;

  /// @param bin     width of one bin [ns]
  /// @param window  how far back the estimate looks [ns]; at least 20 bins for each lag
  /// @param maxLag  largest lag [bins]; about 30 lags up to it are kept, the small ones all
  BranchingStream(Time bin, Time window, int maxLag);

  void push(std::uint32_t count);
  void clear();

  Time bin() const { return bin_; }
  Time window() const { return blockBins_ * kBlocks * bin_; }
  Time duration() const;         ///< seen and not yet forgotten
  std::uint64_t spikes() const;  ///< within `duration`
  std::span<const int> lags() const { return lags_; }

  /// Cheap enough for each picture; nothing where the activity has not varied yet.
  std::optional<double> naive() const;
  /// The fit; Error says how much is there and how much is needed ("12 s of 60 s").
  /// @param resamples  of the bootstrap over the blocks; 0: no band
  Result<BranchingFit> fit(BranchingForm form, int resamples, std::uint64_t seed) const;

 private:
  std::vector<BlockMoments> held() const;

  Time bin_;
  std::int64_t blockBins_;
  std::vector<int> lags_;
  std::vector<std::uint32_t> recent_;  // ring: the last maxLag counts
  std::uint64_t pushed_ = 0;           // since clear
  std::vector<BlockMoments> blocks_;   // ring of closed ones, oldest at next_
  std::size_t next_ = 0;
  BlockMoments open_;
};

}  // namespace spk
