#pragma once
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/base/Item.h"
#include "engine/base/Result.h"
#include "engine/graph/Grid.h"
#include "engine/graph/NodeType.h"
#include "engine/graph/Places.h"

namespace spk {

/// One pair to be joined.
struct Pair {
  std::uint32_t source = 0, target = 0;
  friend auto operator<=>(const Pair&, const Pair&) = default;
};

/// Who is joined to whom, as written on a wire. Distances are in steps of the target's grid, or in
/// the unit of the positions where these are free.
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
    Hierarchical,
    Convolution,
    Pooling,
    Pairs,
    FromFile
  };
  Kind kind = Kind::AllToAll;
  double p = 0.1;  ///< chance of a pair; at distance 0 for a kernel; within a module
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
  std::uint64_t levels = 1, branches = 2;   ///< Hierarchical: how often halved (or cut in branches)
  double falloff = 0;                       ///< Hierarchical: factor of the chance, level by level
  std::uint64_t kernel = 1, stride = 1, padding = 0;  ///< Convolution, Pooling: in source pixels
  bool periodic = true, autapses = true, multapses = true;
  /// Pairs, FromFile: in order of source, then target.
  std::shared_ptr<const std::vector<Pair>> pairs = nullptr;
  /// Where both ends are, for kernels; nullptr: on the grid.
  std::shared_ptr<const Places> from = nullptr, to = nullptr;
};

Result<ConnectRule::Kind> connectRule(std::string_view word);
/// The parameter that holds ConnectRule::p: p, p_max (kernels) or p_within (modules).
const char* chanceName(ConnectRule::Kind kind);
/// Whether the chance of a pair depends on its distance alone.
bool isKernel(ConnectRule::Kind kind);

/// What a wire says, but for the contents of a file and for the places of its ends. Error names the
/// parameter.
Result<ConnectRule> readConnectRule(const Item& wire, const Shape& shape);
/// Whether such populations can be joined so; `same`: they are one (autapses are possible). Error
/// for what cannot be, naming parameter, value and what is allowed.
Result<void> possible(const ConnectRule& rule, Grid sources, Grid targets, bool same);
/// Pairs as a Connector takes them: sorted; without those that autapses (of one population) or
/// multapses, switched off, exclude. `kept`, if given: which of `pairs` each is.
std::vector<Pair> joinedPairs(const std::vector<Pair>& pairs, const ConnectRule& rule, bool same,
                              std::vector<std::size_t>* kept = nullptr);

}  // namespace spk
