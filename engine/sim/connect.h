#pragma once
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/Result.h"
#include "engine/base/Rng.h"
#include "engine/sim/population.h"

namespace spk {

/// Who is joined to whom, as written on a wire. Distances are in steps of the target's grid.
struct ConnectRule {
  enum class Kind {
    AllToAll,
    OneToOne,
    PairwiseBernoulli,
    FixedIndegree,
    FixedOutdegree,
    FixedTotal,
    Gaussian,
    Exponential,
    Box,
    DifferenceOfGaussians,
    SmallWorld,
    ScaleFree,
    Modular,
    Convolution,
    Pooling
  };
  Kind kind = Kind::AllToAll;
  double p = 0.1;  ///< chance of a pair; at distance 0 for a kernel; within a module for Modular
  std::uint64_t indegree = 0, outdegree = 0, total = 0;
  double sigma = 1;                         ///< Gaussian, and the centre of their difference
  double length = 1;                        ///< Exponential: where the chance is down to 1/e
  double radius = 1;                        ///< Box: the farthest that is joined
  double pSurround = 0, sigmaSurround = 1;  ///< DifferenceOfGaussians: what is taken away
  std::uint64_t neighbours = 0;             ///< SmallWorld: sources of each target on the ring
  double rewiring = 0;                      ///< SmallWorld: chance that one is drawn anew
  double exponent = 3;                      ///< ScaleFree: out-degree k has density k^-exponent
  std::uint64_t modules = 1;                ///< Modular: equal blocks of consecutive neurons
  double pBetween = 0;                      ///< Modular: chance of a pair from two modules
  std::uint64_t kernel = 1, stride = 1, padding = 0;  ///< Convolution, Pooling: in source pixels
  bool periodic = true, autapses = true, multapses = true;
};
Result<ConnectRule::Kind> connectRule(std::string_view word);
/// The parameter that holds ConnectRule::p: p, p_max (kernels) or p_within (modular).
const char* chanceName(ConnectRule::Kind kind);
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

  Result<void> check();
  Result<void> checkKernel();
  Result<void> checkWindow();
  double count() const;
  double expectedNear() const;
  double expectedModular() const;
  double expectedWindow() const;

  std::uint32_t without(std::uint32_t target) const { return noAutapses_ ? target : sourceCount_; }
  Range module(std::uint32_t target) const;
  void drawModular(std::uint32_t target, std::vector<std::uint32_t>& sources) const;
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
  std::vector<std::uint64_t> starts_;  ///< FixedOutdegree: where each target's sources begin
  std::vector<std::uint32_t> chosen_;  ///< FixedOutdegree: sources, target by target
  double reach_ = 0;                   ///< kernels: farther than this nothing is joined
  std::vector<double> shares_;         ///< ScaleFree: running sum of the sources' shares
};

}  // namespace spk
