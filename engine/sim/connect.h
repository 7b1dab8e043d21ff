#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/Result.h"
#include "engine/base/Rng.h"
#include "engine/sim/population.h"

namespace spk {

/// Who is joined to whom, as written on a wire.
struct ConnectRule {
  enum class Kind { AllToAll, OneToOne, PairwiseBernoulli, FixedIndegree, FixedTotal, Gaussian };
  Kind kind = Kind::AllToAll;
  double p = 0.1;  ///< chance of a pair; at distance 0 for Gaussian
  std::uint64_t indegree = 0, total = 0;
  double sigma = 1;  ///< in steps of the target's grid
  bool periodic = true, autapses = true, multapses = true;
};
Result<ConnectRule::Kind> connectRule(std::string_view word);

/// Draws the sources of each target by itself, from a sequence of its own: targets may be asked for
/// in any order and from any thread, the answer is the same.
class Connector {
 public:
  /// `same`: source and target are one population (autapses are possible). Error for what cannot
  /// be, naming parameter, value and what is allowed.
  static Result<Connector> make(const ConnectRule& rule, Grid sources, Grid targets, bool same,
                                RandomKey key);

  /// Room that one thread needs.
  struct Scratch {
    std::vector<std::uint64_t> taken;  // one bit per source
  };
  /// Appends the sources of `target`, in the order drawn.
  void draw(std::uint32_t target, Scratch& scratch, std::vector<std::uint32_t>& sources) const;
  /// How many synapses to expect in all; exact but for the rules that draw pairs by chance.
  double expected() const;

 private:
  void drawBernoulli(std::uint32_t target, std::vector<std::uint32_t>& sources) const;
  void drawDegree(std::uint32_t target, std::uint64_t degree, Scratch& scratch,
                  std::vector<std::uint32_t>& sources) const;
  void drawGaussian(std::uint32_t target, std::vector<std::uint32_t>& sources) const;
  Result<void> shareTotal();
  void shareTotalDistinct();
  void prepareGaussian();

  ConnectRule rule_;
  Grid sources_, targets_;
  std::uint32_t sourceCount_ = 0, targetCount_ = 0;
  bool noAutapses_ = false;  ///< source index == target index is left out
  RandomKey key_;
  std::vector<std::uint64_t> degrees_;  ///< FixedTotal: of each target
  std::vector<std::uint64_t>
      pairs_;  ///< FixedTotal without multapses: target · sources + source, sorted
  std::vector<double> rowChance_,
      columnChance_;  ///< Gaussian: [target y][source y], [target x][source x]
};

}  // namespace spk
