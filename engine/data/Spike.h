#pragma once
#include <cstdint>
#include <vector>

#include "engine/base/Id.h"
#include "engine/base/Time.h"

namespace spk {

/// One spike as seen outside the engine; t is the end of the step that fired: (step + 1)·dt.
struct Spike {
  Time t = 0;
  std::uint32_t neuron = 0;
  friend bool operator==(const Spike&, const Spike&) = default;
};
/// Increasing spike times of one neuron or unit.
using SpikeTrain = std::vector<Time>;

/// One value of a trace: of neuron `neuron` in the column or input that the probe names.
struct Sample {
  Time t = 0;
  std::uint32_t neuron = 0;
  float value = 0;
  friend bool operator==(const Sample&, const Sample&) = default;
};
/// Optical flow at an event: px/s.
struct Flow {
  Time t = 0;
  std::uint16_t x = 0, y = 0;
  float vx = 0, vy = 0;
  friend bool operator==(const Flow&, const Flow&) = default;
};
/// How many spikes or stream items node `item` made in the batch that ended at t.
struct Count {
  Time t = 0;
  Id item = Id::none;
  std::uint64_t n = 0;
  friend bool operator==(const Count&, const Count&) = default;
};
/// An edit that took effect at t, in words for the time axis: "I→E weight −0.4 → −0.2 mV".
struct Mark {
  Time t = 0;
  Id item = Id::none;
  char words[96] = {};
  friend bool operator==(const Mark&, const Mark&) = default;
};
/// A picture on a wire; pixels row by row, top left first.
struct Frame {
  Time t = 0;
  std::uint16_t width = 0, height = 0;
  std::vector<std::uint8_t> grey;
  friend bool operator==(const Frame&, const Frame&) = default;
};

}  // namespace spk
