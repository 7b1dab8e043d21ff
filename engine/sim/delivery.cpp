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
  ~Ahead() {
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

void CpuSimulation::deliver(Part& part) noexcept {
  std::uint64_t events = 0;
  // One projection after another within a step; rows of one form share a look-ahead over the steps
  // only if no other form writes between them, so that sums keep their order.
  const auto spikesOf = [&](const Projection& p, std::uint32_t step, auto&& take) {
    if (p.fromBody) {
      take(bodyOutputs_[p.source].spikes.at(step));
      return;
    }
    const Population& source = net_.populations[p.source];
    for (std::uint32_t i = 0; i < source.partCount; ++i)
      take(parts_[source.firstPart + i].spikes.at(step));
  };
  const auto silent = [&](const Projection& p) {
    return p.muted || (p.fromBody ? net_.bodies[p.source].muted : net_.populations[p.source].muted);
  };
  const bool allShared = std::ranges::all_of(part.incoming, [](const Part::Incoming& in) {
    return in.projection->form == Projection::Form::Shared;
  });
  const auto shared = [&](const Part::Incoming& in, std::uint32_t step, Ahead<SharedRow>& ahead) {
    const Projection& p = *in.projection;
    float* const row =
        part.rings[p.port].data() + std::size_t{slot(step_ + step + p.delayLow)} * part.stride;
    const std::uint32_t* const first = in.rows->first.data();
    const std::uint16_t* const targets = in.rows->targets.data();
    spikesOf(p, step, [&](std::span<const std::uint32_t> spikes) {
      for (std::size_t i = 0; i < spikes.size(); ++i) {
        if (i + kFirstAhead < spikes.size()) __builtin_prefetch(first + spikes[i + kFirstAhead]);
        const std::uint32_t s = spikes[i], begin = first[s], count = first[s + 1] - begin;
        if (count) ahead.add({targets + begin, count, p.sharedWeight, row});
        if (!p.fromBody) events += count;
      }
    });
  };
  const auto weighted = [&](const Part::Incoming& in, std::uint32_t step) {
    const Projection& p = *in.projection;
    Ahead<WeightedRow> ahead;
    float* const row =
        part.rings[p.port].data() + std::size_t{slot(step_ + step + p.delayLow)} * part.stride;
    spikesOf(p, step, [&](std::span<const std::uint32_t> spikes) {
      for (const std::uint32_t s : spikes) {
        const std::uint32_t begin = in.rows->first[s], count = in.rows->first[s + 1] - begin;
        if (count)
          ahead.add({in.rows->targets.data() + begin, in.rows->weights.data() + begin, count, row});
        if (!p.fromBody) events += count;
      }
    });
  };
  const auto placed = [&](const Part::Incoming& in, std::uint32_t step) {
    const Projection& p = *in.projection;
    Ahead<PlacedRow> ahead;
    const std::uint32_t base = slot(step_ + step) * part.stride, size = slots_ * part.stride;
    spikesOf(p, step, [&](std::span<const std::uint32_t> spikes) {
      for (const std::uint32_t s : spikes) {
        const std::uint32_t begin = in.rows->first[s], count = in.rows->first[s + 1] - begin;
        if (count)
          ahead.add({in.rows->places.data() + begin, in.rows->weights.data() + begin, count,
                     part.rings[p.port].data(), base, size});
        if (!p.fromBody) events += count;
      }
    });
  };
  if (allShared) {
    Ahead<SharedRow> ahead;
    for (std::uint32_t step = 0; step < steps_; ++step)
      for (const Part::Incoming& in : part.incoming)
        if (!silent(*in.projection)) shared(in, step, ahead);
  } else {
    for (std::uint32_t step = 0; step < steps_; ++step)
      for (const Part::Incoming& in : part.incoming) {
        if (silent(*in.projection)) continue;
        switch (in.projection->form) {
          case Projection::Form::Shared: {
            Ahead<SharedRow> ahead;
            shared(in, step, ahead);
            break;
          }
          case Projection::Form::Weighted: weighted(in, step); break;
          case Projection::Form::Placed: placed(in, step); break;
        }
      }
  }
  part.events = events;
}

}  // namespace spk
