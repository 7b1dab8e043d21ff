// From a rule to rows: each part's synapses are drawn target by target and laid out source by
// source, with weights and delays of their own where the wire asks for it.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <limits>
#include <mutex>
#include <numeric>

#include "engine/sim/Crew.h"
#include "engine/sim/Network.h"
#include "engine/sim/steps.h"

namespace spk {
namespace {

std::uint32_t partFirst(const Population& p, std::uint32_t part) { return part * p.partSize; }
std::uint32_t partCount(const Population& p, std::uint32_t part) {
  return std::min(p.partSize, p.n - partFirst(p, part));
}

/// Own values of synapses are drawn by source and group of 64 targets, in order: they depend
/// neither on the cut nor on the rule that made the synapse.
class OwnValues {
 public:
  OwnValues(RandomKey key, std::uint32_t source) : key_(key), source_(source), random_(key, 0) {}
  double draw(const Distribution& distribution, std::uint32_t target) {
    const std::uint64_t index = std::uint64_t{source_} << 32 | target / 64;
    if (index != index_) random_ = RandomSequence(key_, index_ = index);
    return distribution.draw(random_);
  }

 private:
  RandomKey key_;
  std::uint32_t source_;
  std::uint64_t index_ = ~std::uint64_t{0};
  RandomSequence random_;
};

/// Draws one part of a projection. Two passes: count, then place.
struct Scratch {
  Connector::Scratch connector;
  std::vector<std::uint32_t> sources;  // of all targets, one after another
  std::vector<std::uint32_t> ends;     // where each target's sources end
  std::vector<std::uint32_t> cursor;
};

Result<void> drawPart(const Network& net, Projection& projection, const Connector& connector,
                      std::uint32_t part, Scratch& scratch) {
  const Population& target = net.populations[projection.target];
  const std::uint32_t first = partFirst(target, part), count = partCount(target, part);
  Rows& rows = projection.parts[part];
  scratch.sources.clear();
  scratch.ends.resize(count);
  scratch.cursor.assign(projection.sourceCount + 1, 0);
  for (std::uint32_t t = 0; t < count; ++t) {
    const std::size_t begin = scratch.sources.size();
    connector.draw(first + t, scratch.connector, scratch.sources);
    if (scratch.sources.size() > std::numeric_limits<std::uint32_t>::max() - 64)
      return Error{
          "more than 4 billion synapses onto one part of " + target.name + " cannot be held",
          projection.name};
    for (std::size_t i = begin; i < scratch.sources.size(); ++i)
      ++scratch.cursor[scratch.sources[i] + 1];
    scratch.ends[t] = static_cast<std::uint32_t>(scratch.sources.size());
  }
  std::partial_sum(scratch.cursor.begin(), scratch.cursor.end(), scratch.cursor.begin());
  rows.count = scratch.sources.size();
  rows.first = Array<std::uint32_t>(projection.sourceCount + 1);
  std::ranges::copy(scratch.cursor, rows.first.begin());
  rows.targets = Array<std::uint16_t>(scratch.sources.size());
  std::uint32_t i = 0;
  for (std::uint32_t t = 0; t < count; ++t)
    for (; i < scratch.ends[t]; ++i)
      rows.targets[scratch.cursor[scratch.sources[i]]++] = static_cast<std::uint16_t>(t);
  return {};
}

void drawPlaces(const Network& net, const Projection& projection, std::uint32_t part, Rows& rows) {
  const Population& target = net.populations[projection.target];
  const std::uint32_t first = partFirst(target, part), stride = target.partSize;
  rows.places = Array<std::uint32_t>(rows.targets.size());
  for (std::uint32_t s = 0; s < projection.sourceCount; ++s) {
    OwnValues own(projection.delayKey, s);
    for (std::uint32_t i = rows.first[s]; i < rows.first[s + 1]; ++i) {
      const double delay = steps(own.draw(projection.delay, first + rows.targets[i]), net.dt_ms);
      const auto bounded = static_cast<std::uint32_t>(
          std::clamp<double>(delay, projection.delayLow, projection.delayHigh));
      rows.places[i] = bounded * stride + rows.targets[i];
    }
  }
}

/// The target of a synapse, whatever its form.
std::uint32_t targetOf(const Rows& rows, std::uint32_t i, std::uint32_t stride) {
  return rows.targets.empty() ? rows.places[i] % stride : rows.targets[i];
}

/// Lists go through all synapses in order of source, then target: part by part within a source.
Result<void> fillFromList(const Projection& projection, const Distribution& list, const char* what,
                          const std::function<void(Rows&, std::uint32_t, double)>& put,
                          std::vector<Rows>& parts) {
  if (list.listSize() != projection.synapses)
    return Error{"has " + std::to_string(list.listSize()) + " values; this wire has " +
                     std::to_string(projection.synapses) + " synapses",
                 projection.name + "." + what};
  RandomSequence none({}, 0);
  std::size_t next = 0;
  for (std::uint32_t s = 0; s < projection.sourceCount; ++s)
    for (Rows& rows : parts)
      for (std::uint32_t i = rows.first[s]; i < rows.first[s + 1]; ++i)
        put(rows, i, list.draw(none, next++));
  return {};
}

void drawWeightsOfPart(const Network& net, const Projection& projection, std::uint32_t part,
                       Rows& rows) {
  const Population& target = net.populations[projection.target];
  const std::uint32_t first = partFirst(target, part);
  for (std::uint32_t s = 0; s < projection.sourceCount; ++s) {
    OwnValues own(projection.weightKey, s);
    for (std::uint32_t i = rows.first[s]; i < rows.first[s + 1]; ++i)
      rows.weights[i] = static_cast<float>(
          own.draw(projection.weight, first + targetOf(rows, i, target.partSize)));
  }
}

std::size_t weightCount(const Rows& rows) {
  return std::max(rows.targets.size(), rows.places.size());
}

/// What still needs all parts at once: numbers, lists, and giving up what is not stored.
Result<void> finish(Network& net, Projection& p) {
  using Form = Projection::Form;
  p.synapses = p.bytes = 0;
  for (const Rows& rows : p.parts) p.synapses += rows.size();
  if (p.form == Form::Placed && p.delay.listSize()) {
    const std::uint32_t stride = net.populations[p.target].partSize;
    for (Rows& rows : p.parts) rows.places = Array<std::uint32_t>(rows.targets.size());
    TRY_DO(fillFromList(
        p, p.delay, "delay",
        [&](Rows& rows, std::uint32_t i, double delay) {
          const double whole = std::clamp<double>(steps(delay, net.dt_ms), p.delayLow, p.delayHigh);
          rows.places[i] = static_cast<std::uint32_t>(whole) * stride + rows.targets[i];
        },
        p.parts));
  }
  if (p.form == Form::Placed)
    for (Rows& rows : p.parts) rows.targets = {};
  if (p.form != Form::Shared && p.weight.form() == Distribution::Form::List)
    TRY_DO(drawWeights(p, net));
  for (const Rows& rows : p.parts)
    p.bytes += rows.first.size() * 4 + rows.targets.size() * 2 + rows.places.size() * 4 +
               rows.weights.size() * 4 + rows.maps.size() * 8;
  return {};
}

}  // namespace

void Rows::makeMaps(std::uint32_t below) {
  constexpr std::uint32_t kMostAgain = 15;  // more in one pair would leave few rows to a count
  const auto sources = static_cast<std::uint32_t>(first.size() - 1);
  const std::uint32_t needed = (below + 63) / 64;
  if (needed * 64 > std::numeric_limits<std::uint16_t>::max()) return;
  // How many synapses of a source are not the first to their target.
  std::uint32_t highest = 1;
  const auto further = [&](std::uint32_t s) {
    std::uint32_t found = 0;
    for (std::uint32_t i = first[s], run = 1; i < first[s + 1]; ++i) {
      run = i > first[s] && targets[i] == targets[i - 1] ? run + 1 : 1;
      found += run > 1;
      highest = std::max(highest, run);
    }
    return found;
  };
  std::size_t room = 0;
  for (std::uint32_t s = 0; s < sources; ++s)
    room += 1 + needed + (further(s) + kAgain - 1) / kAgain * (kAgain / 4);
  if (room * 8 >= targets.size() * 2 || highest > kMostAgain ||
      room > std::numeric_limits<std::uint32_t>::max())
    return;
  words = needed;
  most = highest;
  maps = Array<std::uint64_t>(room, 0);
  Array<std::uint32_t> mapFirst(first.size());
  std::uint32_t at = 0;
  for (std::uint32_t s = 0; s < sources; ++s) {
    mapFirst[s] = at;
    const std::uint32_t pairs = (further(s) + kAgain - 1) / kAgain;
    maps[at] = std::bit_cast<std::uint64_t>(MapHead{first[s + 1] - first[s], pairs});
    std::uint64_t* const more = &maps[at + 1];
    std::uint64_t* const map = more + pairs * (kAgain / 4);
    std::uint32_t next = 0;
    const auto addAgain = [&](std::uint64_t target) {
      more[next / 4] |= target << next % 4 * 16;
      ++next;
    };
    for (std::uint32_t i = first[s]; i < first[s + 1]; ++i) {
      std::uint64_t& word = map[targets[i] / 64];
      const std::uint64_t bit = std::uint64_t{1} << (targets[i] % 64);
      if (word & bit) addAgain(targets[i]);
      word |= bit;
    }
    while (next < pairs * kAgain) addAgain(std::uint64_t{words} * 64);
    at += 1 + pairs * (kAgain / 4) + words;
  }
  mapFirst[sources] = at;
  first = std::move(mapFirst);
  targets = {};
}

Result<void> drawWeights(Projection& projection, const Network& net) {
  if (projection.form == Projection::Form::Shared) return {};
  if (projection.weight.form() == Distribution::Form::List) {
    return fillFromList(
        projection, projection.weight, "weight",
        [](Rows& rows, std::uint32_t i, double w) { rows.weights[i] = static_cast<float>(w); },
        projection.parts);
  }
  for (std::uint32_t part = 0; part < projection.parts.size(); ++part)
    drawWeightsOfPart(net, projection, part, projection.parts[part]);
  return {};
}

Result<void> connectAll(Network& net, std::uint32_t threads) {
  struct Task {
    Projection* projection;
    const Connector* connector;
    std::uint32_t part;
  };
  std::vector<Connector> connectors;
  std::vector<Task> tasks;
  connectors.reserve(net.projections.size());
  for (Projection& p : net.projections) {
    const Population& target = net.populations[p.target];
    auto made = Connector::make(p.rule, p.sourceGrid, target.grid,
                                !p.fromBody && p.source == p.target, p.connectKey);
    if (!made) {
      Error error = std::move(made).error();
      error.where = p.name + "." + error.where;
      return error;
    }
    connectors.push_back(std::move(made).value());
    p.parts.resize(target.partCount);
    for (std::uint32_t part = 0; part < target.partCount; ++part)
      tasks.push_back({&p, &connectors.back(), part});
  }
  std::atomic<std::size_t> next = 0;
  std::mutex failure;
  Result<void> result;
  const auto drawOne = [&](const Task& task, Scratch& scratch) -> Result<void> {
    Projection& p = *task.projection;
    Rows& rows = p.parts[task.part];
    TRY_DO(drawPart(net, p, *task.connector, task.part, scratch));
    if (p.form == Projection::Form::Placed && !p.delay.listSize())
      drawPlaces(net, p, task.part, rows);
    if (p.form == Projection::Form::Shared) {
      rows.makeMaps(partCount(net.populations[p.target], task.part));
      return {};
    }
    rows.weights = Array<float>(weightCount(rows));
    if (p.weight.form() != Distribution::Form::List) drawWeightsOfPart(net, p, task.part, rows);
    return {};
  };
  const auto work = [&] {
    Scratch scratch;
    for (std::size_t i; (i = next.fetch_add(1)) < tasks.size();) {
      Result<void> drawn;
      try {
        drawn = drawOne(tasks[i], scratch);
      } catch (const std::bad_alloc&) {
        drawn = Error{"its synapses need more memory than there is", tasks[i].projection->name};
      }
      if (drawn) continue;
      const std::lock_guard lock(failure);
      if (result) result = std::move(drawn);
    }
  };
  std::vector<std::thread> others;
  for (std::uint32_t i = 1; i < std::min<std::size_t>(threads, tasks.size()); ++i)
    others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  if (!result) return result;
  for (Projection& p : net.projections) TRY_DO(finish(net, p));
  return {};
}

}  // namespace spk
