// The second half of a batch: every part adds what its synapses bring, in the order of step, source
// population, neuron. The hottest loops of the house.
#include <bit>
#include <cstring>

#include "engine/sim/CpuEngine.h"

namespace spk {
namespace {

constexpr std::uint32_t kAhead = 4;     ///< rows that are on their way into the cache
constexpr std::size_t kFirstAhead = 6;  ///< and places where rows begin
constexpr std::size_t kRowBytes = 576;  ///< of each; longer rows the processor follows by itself

inline void prefetch(const void* from, std::size_t bytes) noexcept {
  const char* at = static_cast<const char*>(from);
  for (std::size_t i = 0; i < bytes && i < kRowBytes; i += 64) __builtin_prefetch(at + i);
}

struct SharedRow {
  const std::uint16_t* targets;
  std::uint32_t count;
  float weight;
  float* slot;
  void fetch() const noexcept { prefetch(targets, count * 2); }
  void add() const noexcept {
    const std::uint16_t* t = targets;
    const std::uint16_t* const end = t + count;
    float* const o = slot;
    const float w = weight;
    for (; t + 8 <= end; t += 8) {
      o[t[0]] += w;
      o[t[1]] += w;
      o[t[2]] += w;
      o[t[3]] += w;
      o[t[4]] += w;
      o[t[5]] += w;
      o[t[6]] += w;
      o[t[7]] += w;
    }
    for (; t < end; ++t) o[*t] += w;
  }
};

struct WeightedRow {
  const std::uint16_t* targets;
  const float* weights;
  std::uint32_t count;
  float* slot;
  void fetch() const noexcept { prefetch(targets, count * 2), prefetch(weights, count * 4); }
  void add() const noexcept {
    float* const o = slot;
    for (std::uint32_t i = 0; i < count; ++i) o[targets[i]] += weights[i];
  }
};

struct PlacedRow {
  const std::uint32_t* places;
  const float* weights;
  std::uint32_t count;
  float* ring;
  std::uint32_t base, size;  ///< of the ring: now, and in all
  void fetch() const noexcept { prefetch(places, count * 4), prefetch(weights, count * 4); }
  void add() const noexcept {
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t at = base + places[i];
      ring[at >= size ? at - size : at] += weights[i];
    }
  }
};

/// Keeps a few rows on their way before they are added; order stays.
template <class Row>
class Ahead {
 public:
  void finish() noexcept {
    for (; done_ < begun_; ++done_) rows_[done_ % kAhead].add();
  }
  void add(const Row& row) noexcept {
    row.fetch();
    if (begun_ - done_ == kAhead) rows_[done_++ % kAhead].add();
    rows_[begun_++ % kAhead] = row;
  }

 private:
  Row rows_[kAhead];
  std::uint32_t begun_ = 0, done_ = 0;
};

/// Rows that are maps: those of one step and projection wait until the next ones are known and on
/// their way, then are added at once.
class DenseAhead {
 public:
  explicit DenseAhead(Isa isa, std::uint8_t* counts) : isa_(isa), counts_(counts) {}
  std::uint64_t events = 0;  ///< synapses of what was added, where they are counted
  void begin(const Rows& rows, float weight, float* slot, bool counted) noexcept {
    Job& job = jobs_[next_];
    job = {&rows, 0, weight, slot, counted};
    room_ = kMostRows / rows.most;
  }
  void add(std::uint32_t source) noexcept {
    if (jobs_[next_].rows == room_) {
      const Job job = jobs_[next_];
      end();
      begin(*job.of, job.weight, job.slot, job.counted);
    }
    Job& job = jobs_[next_];
    const Rows& rows = *job.of;
    const std::uint64_t* const row = rows.maps.data() + rows.first[source];
    prefetch(row, (rows.first[source + 1] - rows.first[source]) * 8);
    rows_[next_][job.rows++] = row;
  }
  void end() noexcept {
    if (jobs_[next_].rows == 0) return;
    finish();
    waiting_ = true;
    next_ ^= 1;
  }
  void finish() noexcept {
    if (!waiting_) return;
    waiting_ = false;
    const std::uint32_t at = next_ ^ 1;
    const Job& job = jobs_[at];
    const Rows& rows = *job.of;
    std::uint32_t pairs = 0;
    for (std::uint32_t i = 0; i < job.rows; ++i) {
      const auto head = std::bit_cast<Rows::MapHead>(*rows_[at][i]);
      if (job.counted) events += head.synapses;
      pairs += head.pairs;
    }
    if (pairs != 0) std::memset(counts_, 0, std::size_t{rows.words} * 64);
    for (std::uint32_t i = 0; i < job.rows; ++i) {
      const std::uint64_t* more = rows_[at][i];
      const std::uint64_t* const end = more + 1 + 2 * std::bit_cast<Rows::MapHead>(*more).pairs;
      for (++more; more < end; more += 2) {
        count(more[0]);
        count(more[1]);
      }
      rows_[at][i] = end;
    }
    const DenseRows d{rows_[at],  job.rows, rows.words, pairs ? counts_ : nullptr,
                      job.weight, job.slot};
    kDenseBuilds[static_cast<int>(isa_)](d);
  }

 private:
  static constexpr std::uint32_t kMostRows = 255;  // a count is a byte
  struct Job {
    const Rows* of;
    std::uint32_t rows;
    float weight;
    float* slot;
    bool counted;
  };
  void count(std::uint64_t targets) noexcept {
    ++counts_[targets & 0xFFFF];
    ++counts_[targets >> 16 & 0xFFFF];
    ++counts_[targets >> 32 & 0xFFFF];
    ++counts_[targets >> 48];
  }
  Isa isa_;
  std::uint8_t* counts_;
  Job jobs_[2] = {};
  const std::uint64_t* rows_[2][kMostRows];
  std::uint32_t next_ = 0, room_ = 0;
  bool waiting_ = false;
};

}  // namespace

/// One part's share of a delivery. Rows of one form look ahead over steps and projections; before
/// another form writes, what is on its way is added, so that sums keep their order.
struct CpuSimulation::Delivering {
  CpuSimulation& sim;
  Part& part;
  DenseAhead dense;
  std::uint64_t events = 0;  ///< between populations
  std::uint32_t begun = 0;   ///< walkers whose row was looked at
  Ahead<SharedRow> shared = {};
  Ahead<WeightedRow> weighted = {};
  Ahead<PlacedRow> placed = {};

  void add(const Part::Incoming& in, std::uint32_t step) noexcept {
    const Projection& p = *in.projection;
    if (p.muted) return;
    const bool maps = in.rows->words != 0;
    if (!maps) dense.finish();
    if (p.form != Projection::Form::Shared || maps) shared.finish();
    if (p.form != Projection::Form::Weighted) weighted.finish();
    if (p.form != Projection::Form::Placed) placed.finish();
    if (p.fromBody) {
      if (!sim.net_.bodies[p.source].muted)
        add(in, step, sim.bodyOutputs_[p.source].spikes.at(step));
      return;
    }
    const Population& source = sim.net_.populations[p.source];
    if (source.muted) return;
    for (std::uint32_t i = 0; i < source.partCount; ++i)
      add(in, step, sim.parts_[source.firstPart + i].spikes.at(step));
  }

  /// Spikes set out along their runs. Rows are looked at later, when they are in the cache.
  void send(const Part::Incoming& in, std::uint32_t step,
            std::span<const std::uint32_t> spikes) noexcept {
    const Rows& rows = *in.rows;
    const std::uint32_t* const first = rows.first.data();
    for (const std::uint32_t source : spikes) __builtin_prefetch(first + source);
    for (const std::uint32_t source : spikes) {
      const std::uint32_t begin = first[source], end = first[source + 1];
      if (begin == end) continue;
      if (part.walkerCount == part.walkers.size()) {  // the oldest half need wait no more
        setOut();
        sim.arriveAll(part, part.walkerCount / 2);
        begun = part.walkerCount;
      }
      const std::uint16_t* const row = rows.runs.data() + begin;
      __builtin_prefetch(row);
      part.walkers[part.walkerCount++] = {.at = row,
                                          .end = rows.runs.data() + end,
                                          .due = sim.step_ + step,
                                          .port = static_cast<std::uint16_t>(in.projection->port),
                                          .counted = !in.projection->fromBody};
    }
  }

  /// Reads the begin of new rows.
  void setOut() noexcept {
    for (; begun < part.walkerCount; ++begun) {
      Walker& walker = part.walkers[begun];
      if (walker.counted) events += walker.at[0] | std::uint32_t{walker.at[1]} << 16;
      walker.at += 2;
      walker.look();
    }
  }

  void add(const Part::Incoming& in, std::uint32_t step,
           std::span<const std::uint32_t> spikes) noexcept {
    const Projection& p = *in.projection;
    const Rows& rows = *in.rows;
    float* const ring = part.rings[p.port].data();
    const std::uint64_t now = sim.step_ + step;
    float* const slot = ring + std::size_t{sim.slot(now + p.delayLow)} * part.stride;
    const std::uint32_t* const first = rows.first.data();
    if (p.inRuns) return send(in, step, spikes);
    if (rows.words) {
      dense.begin(rows, p.sharedWeight, slot, !p.fromBody);
      for (const std::uint32_t source : spikes) dense.add(source);
      dense.end();
      return;
    }
    for (std::size_t i = 0; i < spikes.size(); ++i) {
      if (i + kFirstAhead < spikes.size()) __builtin_prefetch(first + spikes[i + kFirstAhead]);
      const std::uint32_t begin = first[spikes[i]], count = first[spikes[i] + 1] - begin;
      if (count == 0) continue;
      switch (p.form) {
        case Projection::Form::Shared:
          shared.add({rows.targets.data() + begin, count, p.sharedWeight, slot});
          break;
        case Projection::Form::Weighted:
          weighted.add({rows.targets.data() + begin, rows.weights.data() + begin, count, slot});
          break;
        case Projection::Form::Placed:
          placed.add({rows.places.data() + begin, rows.weights.data() + begin, count, ring,
                      sim.slot(now) * part.stride, sim.slots_ * part.stride});
          break;
      }
      if (!p.fromBody) events += count;
    }
  }
};

/// The oldest `count` spikes arrive with all that is left of their rows, each in its step.
void CpuSimulation::arriveAll(Part& part, std::uint32_t count) noexcept {
  for (std::uint32_t i = 0; i < count; ++i)
    part.walkers[i].walk(~std::uint64_t{0}, [&](std::uint64_t due) {
      return part.rings[part.walkers[i].port].data() + std::size_t{slot(due)} * part.stride;
    });
  std::copy(part.walkers.data() + count, part.walkers.data() + part.walkerCount,
            part.walkers.data());
  part.walkerCount -= count;
}

/// All spikes on their way take the steps up to the end of the longest batch that may follow.
void CpuSimulation::advance(Part& part) noexcept {
  constexpr std::uint32_t kWalkersAhead = 8;
  const std::uint64_t from = step_ + steps_, until = from + batchSteps_;
  std::uint32_t left = 0;
  for (std::uint32_t i = 0; i < part.walkerCount; ++i) {
    if (i + kWalkersAhead < part.walkerCount) {
      const Walker& ahead = part.walkers[i + kWalkersAhead];
      if (ahead.due < until) prefetch(ahead.at, ahead.bytes());
    }
    Walker walker = part.walkers[i];
    if (walker.due < until) {
      float* const ring = part.rings[walker.port].data();
      const std::uint32_t stride = part.stride, slots = slots_, base = slot(from);
      walker.walk(until, [=](std::uint64_t due) {
        const std::uint32_t at = base + static_cast<std::uint32_t>(due - from);
        return ring + std::size_t{at >= slots ? at - slots : at} * stride;
      });
      if (walker.at == walker.end) continue;
    }
    part.walkers[left++] = walker;
  }
  part.walkerCount = left;
}

void CpuSimulation::deliver(Part& part) noexcept {
  Delivering delivering{*this, part, DenseAhead(isa_, part.counts.data())};
  delivering.begun = part.walkerCount;
  for (std::uint32_t step = 0; step < steps_; ++step)
    for (const Part::Incoming& in : part.incoming) delivering.add(in, step);
  delivering.dense.finish();
  delivering.shared.finish();
  delivering.weighted.finish();
  delivering.placed.finish();
  if (part.walkerCount) {
    delivering.setOut();
    advance(part);
  }
  part.events = delivering.events + delivering.dense.events + part.learntEvents;
}

}  // namespace spk
