// The second half of a batch: every part adds what its synapses bring, in the order of step, source
// population, neuron. The hottest loops of the house.
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

}  // namespace

/// One part's share of a delivery. Rows of one form look ahead over steps and projections; before
/// another form writes, what is on its way is added, so that sums keep their order.
struct CpuSimulation::Delivering {
  const CpuSimulation& sim;
  Part& part;
  std::uint64_t events = 0;  ///< between populations
  Ahead<SharedRow> shared = {};
  Ahead<WeightedRow> weighted = {};
  Ahead<PlacedRow> placed = {};

  void add(const Part::Incoming& in, std::uint32_t step) noexcept {
    const Projection& p = *in.projection;
    if (p.muted) return;
    if (p.form != Projection::Form::Shared) shared.finish();
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

  void add(const Part::Incoming& in, std::uint32_t step,
           std::span<const std::uint32_t> spikes) noexcept {
    const Projection& p = *in.projection;
    const Rows& rows = *in.rows;
    float* const ring = part.rings[p.port].data();
    const std::uint64_t now = sim.step_ + step;
    float* const slot = ring + std::size_t{sim.slot(now + p.delayLow)} * part.stride;
    const std::uint32_t* const first = rows.first.data();
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

void CpuSimulation::deliver(Part& part) noexcept {
  Delivering delivering{*this, part};
  for (std::uint32_t step = 0; step < steps_; ++step)
    for (const Part::Incoming& in : part.incoming) delivering.add(in, step);
  delivering.shared.finish();
  delivering.weighted.finish();
  delivering.placed.finish();
  part.events = delivering.events;
}

}  // namespace spk
