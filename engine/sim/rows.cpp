// From a rule to rows: each part's synapses are drawn target by target and laid out source by
// source, with weights and delays of their own where the wire asks for it.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <mutex>
#include <numeric>

#include "engine/sim/Crew.h"
#include "engine/sim/Isa.h"
#include "engine/sim/Network.h"
#include "engine/sim/OwnValues.h"
#include "engine/sim/steps.h"

namespace spk {
namespace {

std::uint32_t partFirst(const Population& p, std::uint32_t part) { return part * p.partSize; }
std::uint32_t partCount(const Population& p, std::uint32_t part) {
  return std::min(p.partSize, p.n - partFirst(p, part));
}

/// The own weights and delays of one row after another.
class RowValues {
 public:
  /// The synapses of a row. `targets` ascend; in the population they are `first` more.
  void begin(std::uint32_t source, std::uint32_t first, std::span<const std::uint16_t> targets) {
    source_ = source;
    count_ = static_cast<std::uint32_t>(targets.size());
    const std::size_t padded = (targets.size() + 15) / 16 * 16;
    if (targets_.size() < padded) {
      targets_.resize(padded, 0);
      twins_.resize(padded, 0);
      values_.resize(padded, 0);
    }
    for (std::size_t i = 0; i < targets.size(); ++i) {
      targets_[i] = first + targets[i];
      twins_[i] = i > 0 && targets[i] == targets[i - 1] ? twins_[i - 1] + 1 : 0;
    }
  }
  std::span<const double> draw(const Distribution& distribution, RandomKey key) {
    const Distribution::Numbers numbers = distribution.numbers();
    if (distribution.isConstant()) {
      std::fill_n(values_.begin(), count_, numbers.factor * numbers.a);
      return {values_.data(), count_};
    }
    using Form = Distribution::Form;
    const Form form = distribution.form();
    kOwnValuesBuilds[static_cast<int>(isa_)](
        {key.low, key.high, source_, targets_.data(), twins_.data(), count_, values_.data(),
         form == Form::Normal        ? OwnValues::Form::Normal
         : form == Form::Lognormal   ? OwnValues::Form::Lognormal
         : form == Form::Exponential ? OwnValues::Form::Exponential
                                     : OwnValues::Form::Uniform,
         numbers.a, numbers.b, numbers.min, numbers.max, numbers.redraw, numbers.factor});
    return {values_.data(), count_};
  }

 private:
  const Isa isa_ = bestIsa();  // the values are the same with any
  std::uint32_t source_ = 0, count_ = 0;
  std::vector<std::uint32_t> targets_, twins_;
  std::vector<double> values_;
};

std::uint32_t delayOf(const Network& net, const Projection& projection, double drawn) {
  return static_cast<std::uint32_t>(
      std::clamp<double>(steps(drawn, net.dt_ms), projection.delayLow, projection.delayHigh));
}

/// Writes rows of runs, sorted by delay.
class RunWriter {
 public:
  /// Numbers that rows can take at most.
  static std::size_t room(std::size_t synapses, std::uint32_t sources, std::uint32_t delayHigh) {
    return 4 * synapses + synapses / Rows::RunHead::kMostCount +
           std::size_t{sources} * (2 + delayHigh / Rows::RunHead::kMostLater);
  }
  /// One row. @return how many numbers it takes; a row without synapses takes none
  std::uint32_t write(const Network& net, const Projection& p, std::uint32_t source,
                      std::uint32_t first, std::span<const std::uint16_t> targets,
                      RowValues& values, std::uint16_t* out) {
    if (targets.empty()) return 0;
    values.begin(source, first, targets);
    const auto delays = values.draw(p.delay, p.delayKey);
    starts_.assign(p.delayHigh - p.delayLow + 2, 0);
    delays_.resize(targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i) {
      delays_[i] = delayOf(net, p, delays[i]) - p.delayLow;
      ++starts_[delays_[i] + 1];
    }
    std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
    const auto weights = values.draw(p.weight, p.weightKey);
    sorted_.resize(targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i)
      sorted_[starts_[delays_[i]]++] = {targets[i], static_cast<float>(weights[i])};
    // starts_[d] is now where the run of delay d ends.
    std::uint16_t* to = out;
    *to++ = static_cast<std::uint16_t>(targets.size());
    *to++ = static_cast<std::uint16_t>(targets.size() >> 16);
    std::uint32_t before = 0, begin = 0;
    for (std::uint32_t d = 0; begin < targets.size(); ++d)
      for (const std::uint32_t end = starts_[d]; begin < end;) {
        std::uint32_t later = d + p.delayLow - before;
        for (; later > Rows::RunHead::kMostLater; later -= Rows::RunHead::kMostLater)
          *to++ = Rows::RunHead{Rows::RunHead::kMostLater, 0}.packed();
        const std::uint32_t count = std::min(end - begin, Rows::RunHead::kMostCount);
        *to++ = Rows::RunHead{later, count}.packed();
        before = d + p.delayLow;
        for (std::uint32_t i = 0; i < count; ++i) *to++ = sorted_[begin + i].target;
        for (std::uint32_t i = 0; i < count; ++i, to += 2)
          std::memcpy(to, &sorted_[begin + i].weight, sizeof(float));
        begin += count;
      }
    return static_cast<std::uint32_t>(to - out);
  }

 private:
  struct Synapse {
    std::uint16_t target;
    float weight;
  };
  std::vector<std::uint32_t> starts_, delays_;
  std::vector<Synapse> sorted_;
};

/// Draws one part of a projection. Two passes: count, then place.
struct Scratch {
  Connector::Scratch connector;
  std::vector<std::uint32_t> sources;  // of all targets, one after another
  std::vector<std::uint32_t> ends;     // where each target's sources end
  std::vector<std::uint32_t> cursor;
  std::vector<std::uint16_t> targets;  // of rows that become runs
  RowValues values;
  RunWriter runs;
};

Result<void> drawPart(const Network& net, Projection& projection, const Connector& connector,
                      std::uint32_t part, Scratch& scratch) {
  const Population& target = net.populations[projection.target];
  const std::uint32_t first = partFirst(target, part), count = partCount(target, part);
  Rows& rows = projection.parts[part];
  scratch.sources.clear();
  scratch.sources.reserve(static_cast<std::size_t>(1.05 * connector.expected() * count / target.n) +
                          1024);
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
  // Runs are written from a room that is kept; lists are drawn in place.
  std::uint16_t* targets = nullptr;
  if (projection.inRuns) {
    scratch.targets.resize(std::max(scratch.targets.size(), rows.count));
    targets = scratch.targets.data();
  } else {
    rows.targets = Array<std::uint16_t>(rows.count);
    targets = rows.targets.data();
  }
  std::uint32_t i = 0;
  for (std::uint32_t t = 0; t < count; ++t)
    for (; i < scratch.ends[t]; ++i)
      targets[scratch.cursor[scratch.sources[i]]++] = static_cast<std::uint16_t>(t);
  return {};
}

void drawPlaces(const Network& net, const Projection& projection, std::uint32_t part, Rows& rows,
                RowValues& values) {
  const Population& target = net.populations[projection.target];
  const std::uint32_t stride = target.partSize;
  rows.places = Array<std::uint32_t>(rows.targets.size());
  for (std::uint32_t s = 0; s < projection.sourceCount; ++s) {
    const std::uint32_t begin = rows.first[s], count = rows.first[s + 1] - begin;
    values.begin(s, partFirst(target, part), {rows.targets.data() + begin, count});
    const auto delays = values.draw(projection.delay, projection.delayKey);
    for (std::uint32_t i = 0; i < count; ++i)
      rows.places[begin + i] =
          delayOf(net, projection, delays[i]) * stride + rows.targets[begin + i];
  }
}

/// Lays the targets of `scratch` out as runs. False if there are too many synapses for it.
bool makeRuns(const Network& net, const Projection& projection, std::uint32_t part, Rows& rows,
              Scratch& scratch) {
  const std::size_t room =
      RunWriter::room(rows.count, projection.sourceCount, projection.delayHigh);
  if (room > std::numeric_limits<std::uint32_t>::max()) return false;
  const std::uint32_t first = partFirst(net.populations[projection.target], part);
  Array<std::uint16_t> runs(room);
  std::uint32_t at = 0;
  for (std::uint32_t s = 0; s < projection.sourceCount; ++s) {
    const std::span<const std::uint16_t> targets(scratch.targets.data() + rows.first[s],
                                                 rows.first[s + 1] - rows.first[s]);
    rows.first[s] = at;
    at += scratch.runs.write(net, projection, s, first, targets, scratch.values, &runs[at]);
  }
  rows.first[projection.sourceCount] = at;
  rows.runs = std::move(runs);
  rows.runsUsed = at;
  return true;
}

/// The target of a synapse, whatever its form.
std::uint32_t targetOf(const Rows& rows, std::uint32_t i, std::uint32_t stride) {
  return rows.targets.empty() ? rows.places[i] % stride : rows.targets[i];
}

Error wrongLength(const Projection& projection, const Distribution& list, const char* what) {
  return {"has " + std::to_string(list.listSize()) + " values; this wire has " +
              std::to_string(projection.synapses) + " synapses",
          projection.name + "." + what};
}

/// Lists go through all synapses in order of source, then target: part by part within a source.
Result<void> fillFromList(const Projection& projection, const Distribution& list, const char* what,
                          const std::function<void(Rows&, std::uint32_t, double)>& put,
                          std::vector<Rows>& parts) {
  if (list.listSize() != projection.synapses) return wrongLength(projection, list, what);
  RandomSequence none({}, 0);
  std::size_t next = 0;
  for (std::uint32_t s = 0; s < projection.sourceCount; ++s)
    for (Rows& rows : parts)
      for (std::uint32_t i = rows.first[s]; i < rows.first[s + 1]; ++i)
        put(rows, i, list.draw(none, next++));
  return {};
}

void drawWeightsOfPart(const Network& net, const Projection& projection, std::uint32_t part,
                       Rows& rows, RowValues& values) {
  const Population& target = net.populations[projection.target];
  std::vector<std::uint16_t> targets;
  for (std::uint32_t s = 0; s < projection.sourceCount; ++s) {
    const std::uint32_t begin = rows.first[s], end = rows.first[s + 1];
    targets.clear();
    for (std::uint32_t i = begin; i < end; ++i)
      targets.push_back(static_cast<std::uint16_t>(targetOf(rows, i, target.partSize)));
    values.begin(s, partFirst(target, part), targets);
    const auto weights = values.draw(projection.weight, projection.weightKey);
    std::ranges::transform(weights, rows.weights.data() + begin,
                           [](double w) { return static_cast<float>(w); });
  }
}

/// The rows of a part anew, in place: delays come out as before.
void redrawRuns(const Network& net, const Projection& projection, std::uint32_t part, Rows& rows,
                Scratch& scratch) {
  const std::uint32_t first = partFirst(net.populations[projection.target], part);
  std::vector<std::uint16_t> targets;
  for (std::uint32_t s = 0; s < projection.sourceCount; ++s) {
    targets.clear();
    rows.eachRun(s, [&](std::uint32_t target, std::uint32_t, std::uint32_t) {
      targets.push_back(static_cast<std::uint16_t>(target));
    });
    std::ranges::sort(targets);
    scratch.runs.write(net, projection, s, first, targets, scratch.values,
                       rows.runs.data() + rows.first[s]);
  }
}

/// Gives runs the weights of a list, in order of source, then target.
Result<void> fillRunsFromList(Projection& projection) {
  const Distribution& list = projection.weight;
  if (list.listSize() != projection.synapses) return wrongLength(projection, list, "weight");
  RandomSequence none({}, 0);
  std::size_t next = 0;
  for (std::uint32_t s = 0; s < projection.sourceCount; ++s)
    for (Rows& rows : projection.parts)
      for (const Rows::Placed& synapse : rows.sortedRun(s))
        rows.setWeightAt(synapse.place, static_cast<float>(list.draw(none, next++)));
  return {};
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
               rows.weights.size() * 4 + rows.maps.size() * 8 + std::size_t{rows.runsUsed} * 2;
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

std::vector<Rows::Placed> Rows::sortedRun(std::uint32_t source) const {
  std::vector<Placed> sorted;
  eachRun(source, [&](std::uint32_t target, std::uint32_t delay, std::uint32_t place) {
    sorted.push_back({target, delay, place});
  });
  std::ranges::sort(sorted);
  return sorted;
}
float Rows::weightAt(std::uint32_t place) const {
  float weight;
  std::memcpy(&weight, &runs[place], sizeof weight);
  return weight;
}
void Rows::setWeightAt(std::uint32_t place, float weight) {
  std::memcpy(&runs[place], &weight, sizeof weight);
}

Result<void> drawWeights(Projection& projection, const Network& net) {
  if (projection.form == Projection::Form::Shared) return {};
  Scratch scratch;
  if (projection.inRuns) {
    if (projection.weight.listSize()) return fillRunsFromList(projection);
    for (std::uint32_t part = 0; part < projection.parts.size(); ++part)
      redrawRuns(net, projection, part, projection.parts[part], scratch);
    return {};
  }
  if (projection.weight.form() == Distribution::Form::List) {
    return fillFromList(
        projection, projection.weight, "weight",
        [](Rows& rows, std::uint32_t i, double w) { rows.weights[i] = static_cast<float>(w); },
        projection.parts);
  }
  for (std::uint32_t part = 0; part < projection.parts.size(); ++part)
    drawWeightsOfPart(net, projection, part, projection.parts[part], scratch.values);
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
    if (p.inRuns) {
      if (!makeRuns(net, p, task.part, rows, scratch))
        return Error{"has more synapses onto one part of " + net.populations[p.target].name +
                         " than can be held",
                     p.name};
      return {};
    }
    if (p.form == Projection::Form::Placed && !p.delay.listSize())
      drawPlaces(net, p, task.part, rows, scratch.values);
    if (p.form == Projection::Form::Shared) {
      rows.makeMaps(partCount(net.populations[p.target], task.part));
      return {};
    }
    rows.weights = Array<float>(weightCount(rows));
    if (p.weight.form() != Distribution::Form::List)
      drawWeightsOfPart(net, p, task.part, rows, scratch.values);
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
