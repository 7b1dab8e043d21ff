#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/data/Tape.h"

namespace spk::panels::rates {

/// What happened, counted in bins, brought up to date by what is new. Bin k holds the times in
/// (k·width, (k + 1)·width]: spikes are stamped with the end of their step, counts with the end of
/// their batch. An event at the very edge of two bins counts in the earlier one.
class BinCounts {
 public:
  enum class Of { Spikes, Events, Counts };
  /// Counts all bins that are complete: those that end before the tape does.
  void update(const Tape& tape, Time width, Of of = Of::Spikes);
  std::int64_t firstBin() const { return first_; }
  std::int64_t endBin() const { return first_ + static_cast<std::int64_t>(counts_.size()); }
  /// Spikes in a bin; 0 outside.
  std::uint32_t operator[](std::int64_t bin) const;

 private:
  Time width_ = 0;
  std::uint64_t cuts_ = 0;
  std::int64_t first_ = 0;
  std::vector<std::uint32_t> counts_;
};

/// Rates [Hz] of the bins [from, to), each averaged over `neurons` and smoothed with a Gaussian of
/// `sigma` bins (0: none); near the ends of what has been counted, over what there is.
std::vector<double> rates(const BinCounts& counts, std::int64_t from, std::int64_t to, Time width,
                          double neurons, double sigma);

/// Rate [Hz] over all bins of [from, to) that have been counted; nothing if there is none.
std::optional<double> meanRate(const BinCounts& counts, std::int64_t from, std::int64_t to,
                               Time width, double neurons);

}  // namespace spk::panels::rates
