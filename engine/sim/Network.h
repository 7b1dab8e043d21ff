#pragma once
#include <bit>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/Note.h"
#include "engine/base/Result.h"
#include "engine/base/Rng.h"
#include "engine/base/Time.h"
#include "engine/graph/Distribution.h"
#include "engine/graph/Document.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Array.h"
#include "engine/sim/Body.h"
#include "engine/sim/connect.h"
#include "engine/sim/population.h"

namespace spk {

/// N neurons of one type, before they run: where they come from and how they are cut.
struct Population {
  Id id = Id::none;
  const NodeType* type = nullptr;
  Shape shape;
  std::string name;
  Grid grid;
  std::uint32_t n = 0;
  struct Input {
    std::string name;
    Signal signal = Signal::Spikes;
    bool wired = false;
  };
  std::vector<Input> inputs;  ///< in the order of Shape::ports
  RandomKey kernelKey, initialKey;
  std::vector<std::uint32_t> program;  ///< of user equations
  bool muted = false, bypassed = false;
  // The cut: parts of partSize neurons (the last may be smaller), numbered through the network.
  std::uint32_t firstPart = 0, partCount = 0, partSize = 0;
};

/// The synapses of a projection onto one part, row after row by source, targets ascending. Where
/// most pairs are joined and weight and delay are constant, a row is a map of bits instead.
struct Rows {
  Array<std::uint32_t> first;    ///< sources + 1: where each row begins
  Array<std::uint16_t> targets;  ///< within the part
  Array<std::uint32_t> places;   ///< own delays: delay · stride + target
  Array<float> weights;          ///< own weights

  // Maps. A row begins at maps[first[source]] with its head; `pairs` · 2 words follow with further
  // targets, four in each, then `words` words with a bit for each target.
  std::uint32_t words = 0;  ///< of 64 bits in a map; 0: rows are lists
  Array<std::uint64_t> maps;
  std::uint32_t most = 1;  ///< synapses from one source to one target
  struct MapHead {
    std::uint32_t synapses;  ///< of the row
    std::uint32_t pairs;     ///< of words with targets that the source reaches once more, ascending
                             ///< from the lowest bits up; the last are 64 · words, which is none
  };
  static constexpr std::uint32_t kAgain = 8;  ///< targets in a pair of words
  MapHead mapHead(std::uint32_t source) const {
    return std::bit_cast<MapHead>(maps[first[source]]);
  }

  // Runs, for own delays: a row begins at runs[first[source]] with two numbers, how many synapses
  // it has (the lower half first). Runs of equal delay follow, ascending: a head (see RunHead), the
  // targets, ascending, and as many floats, two places each. A spike walks along its row step by
  // step, so it writes only to inputs that are due soon.
  Array<std::uint16_t> runs;
  std::uint32_t runsUsed = 0;
  struct RunHead {
    std::uint32_t later, count;  ///< steps after the run before (the spike); synapses, or none
    static constexpr std::uint32_t kMostLater = 63, kMostCount = 1023;
    static RunHead of(std::uint16_t head) { return {std::uint32_t{head} >> 10, head & kMostCount}; }
    std::uint16_t packed() const { return static_cast<std::uint16_t>(later << 10 | count); }
  };
  std::uint32_t synapsesOfRun(std::uint32_t source) const {
    return runs[first[source]] | std::uint32_t{runs[first[source] + 1]} << 16;
  }
  /// Calls `synapse(target, delay [steps], place of its weight in runs)` for a row of runs.
  template <class Synapse>
  void eachRun(std::uint32_t source, Synapse synapse) const {
    std::uint32_t delay = 0;
    for (std::uint32_t at = first[source] + 2; at < first[source + 1];) {
      const RunHead head = RunHead::of(runs[at++]);
      delay += head.later;
      for (std::uint32_t i = 0; i < head.count; ++i)
        synapse(std::uint32_t{runs[at + i]}, delay, at + head.count + 2 * i);
      at += 3 * head.count;
    }
  }
  struct Placed {
    std::uint32_t target, delay, place;
    friend auto operator<=>(const Placed&, const Placed&) = default;
  };
  std::vector<Placed> sortedRun(std::uint32_t source) const;  ///< by target, then delay
  float weightAt(std::uint32_t place) const;
  void setWeightAt(std::uint32_t place, float weight);

  /// How many synapses lie in the rows of all sources.
  std::size_t size() const { return count; }
  std::size_t count = 0;
  /// Turns targets into maps if these take less room. All targets are less than
  /// `below`.
  void makeMaps(std::uint32_t below);
  /// Calls `synapse(target)` for each of a source's, in order, of rows without own delays.
  template <class Synapse>
  void eachTarget(std::uint32_t source, Synapse synapse) const {
    if (words == 0) {
      for (std::uint32_t i = first[source]; i < first[source + 1]; ++i)
        synapse(std::uint32_t{targets[i]});
      return;
    }
    const std::uint64_t* const more = &maps[first[source] + 1];
    const std::uint32_t moreCount = mapHead(source).pairs * kAgain;
    const std::uint64_t* const map = more + moreCount / 4;
    std::uint32_t next = 0;
    const auto reachedAgain = [&](std::uint32_t target) {
      return next < moreCount && (more[next / 4] >> next % 4 * 16 & 0xFFFF) == target;
    };
    for (std::uint32_t w = 0; w < words; ++w)
      for (std::uint64_t left = map[w]; left; left &= left - 1) {
        const auto target = w * 64 + static_cast<std::uint32_t>(std::countr_zero(left));
        synapse(target);
        for (; reachedAgain(target); ++next) synapse(target);
      }
  }
};

/// All synapses from one population (or named source) to an input port of another.
struct Projection {
  /// What is stored for each synapse: target; target and weight; target, delay and weight.
  enum class Form { Shared, Weighted, Placed };
  Id id = Id::none;
  std::string name;
  Form form = Form::Shared;
  bool fromBody = false;
  std::uint32_t source = 0;  ///< population or body
  std::uint32_t sourceCount = 0;
  Grid sourceGrid;
  std::uint32_t target = 0, port = 0;  ///< population and its input
  ConnectRule rule;
  bool inRuns = false;         ///< own delays, and all that meets at the port is alike
  Distribution weight, delay;  ///< delay in ms
  bool weightsFromFile = false;
  RandomKey connectKey, weightKey, delayKey;
  float sharedWeight = 0;
  std::uint32_t delayLow = 1, delayHigh = 1;  ///< steps
  bool muted = false;
  const NodeType* learning = nullptr;  ///< how its weights change, if they do; then never Shared
  std::vector<Rows> parts;             ///< by part of the target
  std::uint64_t synapses = 0, bytes = 0;

  /// Calls `synapse(target within the part, delay [steps], weight)` for each from a source to a
  /// part, targets ascending, whatever the form.
  template <class Synapse>
  void eachSynapse(std::uint32_t from, std::uint32_t part, std::uint32_t partSize,
                   Synapse synapse) const {
    const Rows& rows = parts[part];
    if (inRuns) {
      for (const auto& [to, delayed, place] : rows.sortedRun(from))
        synapse(to, delayed, rows.weightAt(place));
      return;
    }
    std::uint32_t i = rows.first[from];
    if (form == Form::Placed)
      for (; i < rows.first[from + 1]; ++i)
        synapse(rows.places[i] % partSize, rows.places[i] / partSize, rows.weights[i]);
    else
      rows.eachTarget(from, [&](std::uint32_t to) {
        synapse(to, delayLow, form == Form::Shared ? sharedWeight : rows.weights[i++]);
      });
  }
};

/// Poisson noise onto an input port; each target neuron has its own train.
struct PoissonWire {
  Id id = Id::none, source = Id::none;
  std::uint32_t target = 0, port = 0;
  Distribution weight;
  RandomKey key, weightKey;
  double rate_kHz = 0;
  bool muted = false, sourceMuted = false;
};

/// A trace that is carried to an input of a population, to the rate of a Poisson source or to a
/// modulated projection.
struct TraceWire {
  Id id = Id::none;
  bool fromBody = false;
  std::uint32_t source = 0, output = 0;  ///< population and column, or body and output
  Id toPoisson = Id::none;               ///< or
  Id toWire = Id::none;                  ///< with `port` among its inputs; or, if none:
  std::uint32_t target = 0, port = 0;    ///< population (of a wire: where it leads) and its input
  bool muted = false, sourceMuted = false;
  int gap = -1, side = 0;       ///< of Network::gaps; the trace is then of V
  std::uint32_t ownColumn = 0;  ///< V of the target
};

/// Gap junctions between the neurons of two populations (or one): each carries a current g (V_j -
/// V_i) to i and its opposite to j. Two TraceWires, one for each side, lead it to the inputs.
struct GapJunctions {
  Id id = Id::none;
  std::uint32_t from = 0, to = 0;  ///< populations
  ConnectRule rule;
  RandomKey key;
  double g_nS = 0;
  /// By side (0: current to the neurons of `to`): where each neuron's partners begin, and these.
  std::vector<std::uint32_t> first[2], partners[2];
};

/// A stream node (source, filter, metric) or stream wire (encode.events).
struct BodyNode {
  Id id = Id::none;
  const NodeType* type = nullptr;
  Item item;
  Shape shape;
  std::string name;
  std::unique_ptr<Body> body;
  RandomKey key;
  Grid grid;  ///< of the trains of a spike source
  bool muted = false, bypassed = false;
  struct Feed {
    bool fromPopulation = false;
    std::uint32_t source = 0, output = 0;
    Id wire = Id::none;
    bool muted = false;
  };
  std::vector<std::vector<Feed>> feeds;  ///< by input port
  bool afterPopulations = false;         ///< listens to populations: runs after them
  // A wire: where its spikes go.
  bool isWire = false;
  std::uint32_t target = 0, port = 0, delay = 0;
  float weight = 0;
};

/// The project compiled to arrays: what there is, who is joined to whom, and how it is cut.
struct Network {
  Time dt = 0;
  double dt_ms = 0;
  std::uint64_t seed = 0;
  std::vector<Population> populations;
  std::vector<Projection> projections;  ///< in order of (source is a body, source, id)
  std::vector<PoissonWire> poissonWires;
  std::vector<TraceWire> traceWires;
  std::vector<GapJunctions> gaps;
  std::vector<BodyNode> bodies;  ///< in the order in which they run
  std::uint32_t batchSteps =
      1;                        ///< smallest delay, at most 5 ms; 1 with traces between populations
  std::uint32_t delayHigh = 1;  ///< largest delay [steps]
  std::uint32_t partCount = 0;
  Notes notes;

  /// Nodes and wires; no synapses yet. Error names the node's path, the parameter, its value and
  /// what is allowed.
  static Result<Network> compile(const Project& project, const Registry& registry);
};

/// Draws the synapses of all projections with `threads` threads; the same for any number.
Result<void> connectAll(Network& network, std::uint32_t threads);
/// Draws the own weights of one projection (again), in place: the same as a fresh build would give.
/// Error if a list has not one value for each synapse.
Result<void> drawWeights(Projection& projection, const Network& network);

/// The stream that an item's random draws follow: its `stream`, else its id.
std::uint64_t streamOf(const Item& item);
/// A parameter's written value, else the description's.
const Value& valueOf(const Item& item, const Shape& shape, std::string_view parameter);

}  // namespace spk
