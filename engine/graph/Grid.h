#pragma once
#include <cstdint>

namespace spk {

/// The size of a population as a grid; a plain number is one row. Neuron (c·H + y)·W + x, y down.
struct Grid {
  std::uint32_t channels = 1, height = 1, width = 1;
  std::uint32_t size() const { return channels * height * width; }
  friend bool operator==(const Grid&, const Grid&) = default;
};

}  // namespace spk
