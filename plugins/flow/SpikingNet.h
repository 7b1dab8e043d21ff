#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "engine/analysis/flow.h"
#include "engine/base/Bytes.h"
#include "engine/base/Result.h"
#include "engine/graph/sensorShape.h"

namespace spk::flow {

/// One layer of leaky units behind a convolution, and its state. Every unit: V' = leak · V · (1 −
/// z)
/// + input, z' = 1 where V' ≥ threshold (a spike sets V back at the next slice).
struct SpikingLayer {
  enum class Kind { Down, Up } kind = Kind::Down;  ///< convolution, or transposed; both by two
  int from = 0, to = 0;                            ///< channels
  int kernel = 3;
  std::vector<float> weight;                 ///< [from][row][column][to]
  std::vector<float> bias, leak, threshold;  ///< by channel; leak in (0, 1)
  // State, by place and channel: [row][column][to].
  int height = 0, width = 0;
  std::vector<float> V;
  std::vector<std::uint8_t> spikes;
};
/// The head of a scale: flow (x, y) from spikes, a sum over channels.
struct FlowHead {
  std::vector<float> weight;  ///< [from][2]
  float bias[2] = {};
  std::vector<float> field;  ///< [row][column][2], of the last slice
};

/// The temporally dense recurrent spiking network of Ponghiran, Liyanagedera & Roy (2023),
/// "EfficientSpike-FlowNet": a U of convolutions whose units carry their potential from slice to
/// slice, so that each slice of events gives a field of its own. Layers as in the file: down k
/// halves the picture; up 0 sees the deepest, up k the one before it, the picture of the same size
/// on the way down, and the flow of the scale before. Only what spikes is summed.
class SpikingNet {
 public:
  /// Reads weights. Error: what is missing or of the wrong shape, and where.
  static Result<SpikingNet> read(const std::filesystem::path& path, SensorSize size);

  /// @param counts  events of the slice, by [row][column][OFF, ON], of size()
  void step(std::span<const float> counts);
  /// The field's velocity at a pixel of the sensor, after a step [px/s].
  Velocity at(int x, int y) const;
  SensorSize size() const { return size_; }
  double slice_ms() const { return slice_ms_; }
  std::size_t parameters() const;  ///< numbers that were learnt

  void save(Bytes& out) const;
  Result<void> restore(Bytes& in);

 private:
  struct Input {
    int height = 0, width = 0, channels = 0;
  };
  Result<void> arrange();
  void feed(SpikingLayer& layer, int first, int channels, std::span<const float> values);
  void feed(SpikingLayer& layer, int first, const SpikingLayer& before);
  void begin(SpikingLayer& layer);
  void settle(SpikingLayer& layer);
  void look(FlowHead& head, const SpikingLayer& layer);

  SensorSize size_, padded_;
  double slice_ms_ = 10, interval_ms_ = 100;
  std::vector<SpikingLayer> down_, up_;
  std::vector<FlowHead> heads_;
  std::vector<float> input_, sums_;
};

}  // namespace spk::flow
