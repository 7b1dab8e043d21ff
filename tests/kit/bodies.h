#pragma once
#include <vector>

#include "engine/sim/Body.h"

namespace spk::kit {

/// Runs a body as the engine would, batch after batch, and keeps what its one output gave.
/// @param in  what its one input gets, in order of time; none for a source
template <class Made, class Taken = Made>
std::vector<Made> runBody(Body& body, Time begin, Time end, Time batchLength, Time dt,
                          const std::vector<Taken>& in = {}) {
  std::vector<Made> all;
  StreamBuffer input = Buffered<Taken>(), output = Buffered<Made>();
  auto& taken = std::get<Buffered<Taken>>(input);
  auto& made = std::get<Buffered<Made>>(output);
  taken.reserve(in.size());
  made.reserve(std::max(body.room(batchLength), in.size()));
  const StreamBuffer* inputs[] = {&input};
  StreamBuffer* outputs[] = {&output};
  for (Time t = begin; t < end; t += batchLength) {
    Batch batch;
    batch.begin = t;
    batch.end = std::min(t + batchLength, end);
    batch.dt_ms = toMilliseconds(dt);
    batch.step = static_cast<std::uint64_t>(t / dt);
    taken.clear();
    made.clear();
    for (const Taken& item : in)
      if (item.t >= batch.begin && item.t < batch.end) taken.push_back(item);
    std::uint64_t overflow = 0;
    batch.inputs = inputs;
    batch.outputs = outputs;
    batch.overflow = &overflow;
    body.run(batch);
    all.insert(all.end(), made.begin(), made.end());
  }
  return all;
}

}  // namespace spk::kit
