#pragma once
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/Result.h"
#include "engine/base/Rng.h"
#include "engine/graph/ConnectRule.h"
#include "engine/sim/Cells.h"

namespace spk {

/// How many failures lie before the next success of chance p; `inverse` = 1 / log(1 − p).
std::uint64_t failures(RandomSequence& random, double inverse);

/// Draws the sources of each target by itself, from a sequence of its own: targets may be asked for
/// in any order and from any thread, the answer is the same.
class Connector {
 public:
  /// `same`: source and target are one population (autapses are possible). Error for what cannot
  /// be, naming parameter, value and what is allowed.
  static Result<Connector> make(const ConnectRule& rule, Grid sources, Grid targets, bool same,
                                RandomKey key);
  /// How many synapses to expect in all, without drawing them: exact but for the rules that draw
  /// pairs by chance; kernels with more than 64 targets are averaged over 64 of them. Error as
  /// make.
  static Result<double> expected(const ConnectRule& rule, Grid sources, Grid targets, bool same,
                                 RandomKey key);

  /// Room that one thread needs.
  struct Scratch {
    std::vector<std::uint64_t> taken;                     // one bit per source
    std::vector<std::uint32_t> free;                      // sources that are not taken
    std::vector<std::pair<double, std::uint32_t>> order;  // arrival of each source
  };
  /// Appends the sources of `target`, in the order drawn.
  void draw(std::uint32_t target, Scratch& scratch, std::vector<std::uint32_t>& sources) const;
  double expected() const { return expected_; }  ///< as above

 private:
  Connector(const ConnectRule& rule, Grid sources, Grid targets, bool same, RandomKey key);
  /// First and one past the last; on a ring they may lie outside and are wrapped.
  struct Range {
    std::int64_t first, end;
  };

  double count() const;
  double expectedNear() const;
  double expectedFree() const;
  double expectedModular() const;
  double expectedWindow() const;

  std::uint32_t without(std::uint32_t target) const { return noAutapses_ ? target : sourceCount_; }
  std::uint64_t moduleCount(std::uint64_t level) const;
  Range module(std::uint32_t target, std::uint64_t level) const;
  std::uint64_t levelCount() const;
  double chanceAt(std::uint64_t level) const;
  void drawModular(std::uint32_t target, std::vector<std::uint32_t>& sources) const;
  void drawFree(std::uint32_t target, std::vector<std::uint32_t>& sources) const;
  void drawNear(std::uint32_t target, std::vector<std::uint32_t>& sources) const;
  void drawSmallWorld(std::uint32_t target, Scratch& scratch,
                      std::vector<std::uint32_t>& sources) const;
  void drawScaleFree(std::uint32_t target, Scratch& scratch,
                     std::vector<std::uint32_t>& sources) const;
  void drawWindow(std::uint32_t target, std::vector<std::uint32_t>& sources) const;
  void drawWhole();
  void shareTotal();
  void shareTotalDistinct();
  void drawSourceBySource();
  void sortPairs();

  double reach() const;
  double chance(double square) const;
  double highest(double square) const;
  double apart(std::uint32_t source, std::uint32_t target, std::uint32_t from,
               std::uint32_t to) const;
  Range near(std::uint32_t target, std::uint32_t from, std::uint32_t to) const;
  Range window(std::uint32_t target, std::uint32_t from, std::uint32_t to) const;

  ConnectRule rule_;
  Grid sources_, targets_;
  std::uint32_t sourceCount_ = 0, targetCount_ = 0;
  bool same_ = false;
  bool noAutapses_ = false;  ///< source index == target index is left out
  RandomKey key_;
  double expected_ = 0;
  std::vector<std::uint64_t> degrees_;  ///< FixedTotal: of each target
  std::vector<std::uint64_t>
      pairs_;  ///< FixedTotal without multapses: target · sources + source, sorted
  // FixedOutdegree, Pairs, FromFile: where each target's sources begin; and these.
  std::vector<std::uint64_t> starts_;
  std::vector<std::uint32_t> chosen_;
  double reach_ = 0;            ///< kernels: farther than this nothing is joined
  std::optional<Cells> cells_;  ///< of the sources, where places are free
  std::vector<double> shares_;  ///< ScaleFree: running sum of the sources' shares
};

}  // namespace spk
