#include "plugins/flow/SpikingNet.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/base/H5.h"
#include "engine/base/Math.h"

namespace spk::flow {
namespace {

constexpr int kMostLevels = 8, kMostChannels = 4096;
constexpr double kNormSmall = 1e-5;  // what batch normalisation adds to a variance

Error wrong(const std::string& where, const std::string& what) { return {what, where}; }

std::string shapeText(const std::vector<std::size_t>& shape) {
  std::string text;
  for (const std::size_t side : shape) text += (text.empty() ? "[" : ", ") + std::to_string(side);
  return text.empty() ? "a scalar" : text + "]";
}

/// One number for each channel; a single one holds for all.
Result<std::vector<float>> byChannel(const H5& file, const std::string& path, int channels,
                                     float otherwise) {
  const auto n = static_cast<std::size_t>(channels);
  if (!file.has(path)) return std::vector<float>(n, otherwise);
  TRY(std::vector<float> values, file.read<float>(path));
  if (values.size() == 1) values.assign(n, values[0]);
  if (values.size() != n)
    return wrong(path, "has " + std::to_string(values.size()) + " values; 1 or " +
                           std::to_string(n) + " are allowed");
  for (const float value : values)
    if (!std::isfinite(value)) return wrong(path, "holds a value that is not finite");
  return values;
}

/// Batch normalisation of inference is a factor and a shift of each channel: it goes into the
/// weights.
Result<void> foldNorm(const H5& file, const std::string& group, SpikingLayer& layer) {
  if (!file.has(group + "/norm_mean")) return {};
  TRY(const auto gain, byChannel(file, group + "/norm_weight", layer.to, 1));
  TRY(const auto shift, byChannel(file, group + "/norm_bias", layer.to, 0));
  TRY(const auto mean, byChannel(file, group + "/norm_mean", layer.to, 0));
  TRY(const auto variance, byChannel(file, group + "/norm_variance", layer.to, 1));
  for (std::size_t c = 0; c < static_cast<std::size_t>(layer.to); ++c) {
    if (variance[c] < 0) return wrong(group + "/norm_variance", "is negative");
    const auto factor = static_cast<float>(
        static_cast<double>(gain[c]) / std::sqrt(static_cast<double>(variance[c]) + kNormSmall));
    for (std::size_t i = c; i < layer.weight.size(); i += static_cast<std::size_t>(layer.to))
      layer.weight[i] *= factor;
    layer.bias[c] = (layer.bias[c] - mean[c]) * factor + shift[c];
  }
  return {};
}

/// From PyTorch's order ([to, from, row, column]; transposed: [from, to, row, column]) to ours.
Result<SpikingLayer> readLayer(const H5& file, const std::string& group, SpikingLayer::Kind kind) {
  const bool isDown = kind == SpikingLayer::Kind::Down;
  const std::string path = group + "/weight";
  TRY(const H5::Info info, file.info(path));
  const auto& shape = info.shape;
  const std::size_t side = isDown ? 3 : 4;
  if (shape.size() != 4 || shape[2] != side || shape[3] != side || shape[0] < 1 || shape[1] < 1 ||
      shape[0] > kMostChannels || shape[1] > kMostChannels)
    return wrong(path, "has shape " + shapeText(shape) + "; " +
                           (isDown ? "[out, in, 3, 3]" : "[in, out, 4, 4]") +
                           " is expected, at most 4096 channels");
  TRY(const std::vector<float> stored, file.read<float>(path));
  SpikingLayer layer;
  layer.kind = kind;
  layer.kernel = static_cast<int>(side);
  const std::size_t from = shape[isDown ? 1 : 0], to = shape[isDown ? 0 : 1];
  layer.from = static_cast<int>(from);
  layer.to = static_cast<int>(to);
  layer.weight.resize(stored.size());
  const std::size_t places = side * side;
  for (std::size_t i = 0; i < from; ++i)
    for (std::size_t o = 0; o < to; ++o)
      for (std::size_t k = 0; k < places; ++k) {
        const float w = stored[(isDown ? o * from + i : i * to + o) * places + k];
        if (!std::isfinite(w)) return wrong(path, "holds a value that is not finite");
        layer.weight[(i * places + k) * to + o] = w;
      }
  TRY(layer.bias, byChannel(file, group + "/bias", layer.to, 0));
  TRY_DO(foldNorm(file, group, layer));
  TRY(layer.leak, byChannel(file, group + "/leak", layer.to, 0));
  for (float& leak : layer.leak)
    leak = static_cast<float>(1 / (1 + exp(-static_cast<double>(leak))));
  TRY(layer.threshold, byChannel(file, group + "/threshold", layer.to, 1));
  for (float& threshold : layer.threshold) threshold = std::max(threshold, 0.01f);
  return layer;
}

Result<FlowHead> readHead(const H5& file, const std::string& group, int channels) {
  const std::string path = group + "/weight";
  TRY(const H5::Info info, file.info(path));
  TRY(const std::vector<float> stored, file.read<float>(path));
  const auto n = static_cast<std::size_t>(channels);
  if (stored.size() != 2 * n || info.shape.empty() || info.shape[0] != 2)
    return wrong(path, "has shape " + shapeText(info.shape) + "; [2, " + std::to_string(n) +
                           ", 1, 1] is expected");
  FlowHead head;
  head.weight.resize(2 * n);
  for (std::size_t c = 0; c < n; ++c)
    for (std::size_t k = 0; k < 2; ++k) head.weight[2 * c + k] = stored[k * n + c];
  TRY(const auto bias, byChannel(file, group + "/bias", 2, 0));
  head.bias[0] = bias[0];
  head.bias[1] = bias[1];
  return head;
}

std::string numbered(const char* group, std::size_t k) {
  return std::string("/") + group + "/" + std::to_string(k);
}

}  // namespace

Result<SpikingNet> SpikingNet::read(const std::filesystem::path& path, SensorSize size) {
  TRY(const H5 file, H5::open(path));
  SpikingNet net;
  net.size_ = size;
  for (const auto& [key, number] :
       {std::pair{"slice_ms", &net.slice_ms_}, {"interval_ms", &net.interval_ms_}}) {
    if (!file.hasAttribute("/", key)) continue;
    TRY(const Value value, file.attribute("/", key));
    *number = asNumber(value).value_or(0);
    if (!(*number >= 0.1 && *number <= 10'000))
      return wrong(key, "is " + valueText(value) + " ms; 0.1 to 10000 are allowed");
  }
  while (net.down_.size() < kMostLevels && file.isGroup(numbered("encoder", net.down_.size()))) {
    TRY(SpikingLayer layer,
        readLayer(file, numbered("encoder", net.down_.size()), SpikingLayer::Kind::Down));
    net.down_.push_back(std::move(layer));
  }
  if (net.down_.empty())
    return wrong("/encoder/0", "is missing: these are no weights of a flow net");
  for (std::size_t k = 0; k < net.down_.size(); ++k) {
    TRY(SpikingLayer layer, readLayer(file, numbered("decoder", k), SpikingLayer::Kind::Up));
    TRY(FlowHead head, readHead(file, numbered("flow", k), layer.to));
    net.up_.push_back(std::move(layer));
    net.heads_.push_back(std::move(head));
  }
  TRY_DO(net.arrange());
  return net;
}

/// Checks that the layers fit together, and lays out their state.
Result<void> SpikingNet::arrange() {
  const int step = 1 << down_.size();
  padded_ = {(size_.width + step - 1) / step * step, (size_.height + step - 1) / step * step};
  const auto fits = [](const SpikingLayer& layer, const std::string& where, int wanted) {
    return layer.from == wanted ? Result<void>()
                                : Result<void>(wrong(where, "takes " + std::to_string(layer.from) +
                                                                " channels; what reaches it has " +
                                                                std::to_string(wanted)));
  };
  std::size_t most = 0;
  const auto place = [&](SpikingLayer& layer, int height, int width) {
    layer.height = height;
    layer.width = width;
    const std::size_t units = static_cast<std::size_t>(height) * static_cast<std::size_t>(width) *
                              static_cast<std::size_t>(layer.to);
    layer.V.assign(units, 0);
    layer.spikes.assign(units, 0);
    most = std::max(most, units);
  };
  int channels = 2, height = padded_.height, width = padded_.width;
  for (std::size_t k = 0; k < down_.size(); ++k) {
    TRY_DO(fits(down_[k], numbered("encoder", k) + "/weight", channels));
    height /= 2, width /= 2;
    place(down_[k], height, width);
    channels = down_[k].to;
  }
  for (std::size_t k = 0; k < up_.size(); ++k) {
    const int beside = k ? down_[down_.size() - 1 - k].to + 2 : 0;
    TRY_DO(fits(up_[k], numbered("decoder", k) + "/weight", channels + beside));
    height *= 2, width *= 2;
    place(up_[k], height, width);
    channels = up_[k].to;
    heads_[k].field.assign(static_cast<std::size_t>(height) * static_cast<std::size_t>(width) * 2,
                           0);
  }
  input_.assign(
      static_cast<std::size_t>(padded_.height) * static_cast<std::size_t>(padded_.width) * 2, 0);
  sums_.assign(most, 0);
  return {};
}

std::size_t SpikingNet::parameters() const {
  std::size_t sum = 0;
  for (const auto* layers : {&down_, &up_})
    for (const SpikingLayer& layer : *layers)
      sum += layer.weight.size() + layer.bias.size() + layer.leak.size() + layer.threshold.size();
  for (const FlowHead& head : heads_) sum += head.weight.size() + 2;
  return sum;
}

void SpikingNet::begin(SpikingLayer& layer) {
  const auto channels = static_cast<std::size_t>(layer.to);
  for (std::size_t i = 0; i < layer.V.size(); i += channels)
    std::copy(layer.bias.begin(), layer.bias.end(), sums_.begin() + static_cast<std::ptrdiff_t>(i));
}

namespace {

/// Adds what one value at (row, column) of input channel `channel` gives to the sums around.
void scatter(const SpikingLayer& layer, int row, int column, int channel, float value,
             float* sums) {
  const bool isDown = layer.kind == SpikingLayer::Kind::Down;
  const int kernel = layer.kernel;
  const auto to = static_cast<std::ptrdiff_t>(layer.to);
  for (int ky = 0; ky < kernel; ++ky) {
    const int y = isDown ? row + 1 - ky : 2 * row - 1 + ky;
    if (y < 0 || (isDown && y % 2) || (isDown ? y / 2 : y) >= layer.height) continue;
    for (int kx = 0; kx < kernel; ++kx) {
      const int x = isDown ? column + 1 - kx : 2 * column - 1 + kx;
      if (x < 0 || (isDown && x % 2) || (isDown ? x / 2 : x) >= layer.width) continue;
      const float* weight =
          layer.weight.data() +
          (static_cast<std::ptrdiff_t>(channel) * kernel * kernel + ky * kernel + kx) * to;
      float* sum = sums + (static_cast<std::ptrdiff_t>(isDown ? y / 2 : y) * layer.width +
                           (isDown ? x / 2 : x)) *
                              to;
      for (std::ptrdiff_t c = 0; c < to; ++c) sum[c] += value * weight[c];
    }
  }
}

}  // namespace

/// Real values, `channels` of them at each place of a picture half or twice as large as the layer.
void SpikingNet::feed(SpikingLayer& layer, int first, int channels, std::span<const float> values) {
  const bool isDown = layer.kind == SpikingLayer::Kind::Down;
  const int height = isDown ? 2 * layer.height : layer.height / 2,
            width = isDown ? 2 * layer.width : layer.width / 2;
  std::size_t at = 0;
  for (int row = 0; row < height; ++row)
    for (int column = 0; column < width; ++column)
      for (int c = 0; c < channels; ++c, ++at)
        if (values[at] != 0) scatter(layer, row, column, first + c, values[at], sums_.data());
}

void SpikingNet::feed(SpikingLayer& layer, int first, const SpikingLayer& before) {
  std::size_t at = 0;
  for (int row = 0; row < before.height; ++row)
    for (int column = 0; column < before.width; ++column)
      for (int c = 0; c < before.to; ++c, ++at)
        if (before.spikes[at]) scatter(layer, row, column, first + c, 1, sums_.data());
}

void SpikingNet::settle(SpikingLayer& layer) {
  const auto channels = static_cast<std::size_t>(layer.to);
  for (std::size_t i = 0; i < layer.V.size(); i += channels)
    for (std::size_t c = 0; c < channels; ++c) {
      const float kept = layer.spikes[i + c] ? 0 : layer.leak[c] * layer.V[i + c];
      layer.V[i + c] = kept + sums_[i + c];
      layer.spikes[i + c] = layer.V[i + c] >= layer.threshold[c];
    }
}

void SpikingNet::look(FlowHead& head, const SpikingLayer& layer) {
  const auto channels = static_cast<std::size_t>(layer.to);
  for (std::size_t place = 0; place < head.field.size() / 2; ++place) {
    float x = head.bias[0], y = head.bias[1];
    for (std::size_t c = 0; c < channels; ++c)
      if (layer.spikes[place * channels + c]) x += head.weight[2 * c], y += head.weight[2 * c + 1];
    head.field[2 * place] = x;
    head.field[2 * place + 1] = y;
  }
}

void SpikingNet::step(std::span<const float> counts) {
  const auto width = static_cast<std::size_t>(size_.width) * 2;
  for (int row = 0; row < size_.height; ++row)
    std::copy_n(
        counts.begin() + static_cast<std::ptrdiff_t>(row) * static_cast<std::ptrdiff_t>(width),
        width, input_.begin() + static_cast<std::ptrdiff_t>(row) * padded_.width * 2);
  for (std::size_t k = 0; k < down_.size(); ++k) {
    begin(down_[k]);
    if (k == 0)
      feed(down_[k], 0, 2, input_);
    else
      feed(down_[k], 0, down_[k - 1]);
    settle(down_[k]);
  }
  for (std::size_t k = 0; k < up_.size(); ++k) {
    begin(up_[k]);
    const SpikingLayer& before = k ? up_[k - 1] : down_.back();
    feed(up_[k], 0, before);
    if (k) {
      const SpikingLayer& beside = down_[down_.size() - 1 - k];
      feed(up_[k], before.to, beside);
      feed(up_[k], before.to + beside.to, 2, heads_[k - 1].field);
    }
    settle(up_[k]);
    look(heads_[k], up_[k]);
  }
}

Velocity SpikingNet::at(int x, int y) const {
  const float* field =
      heads_.back().field.data() + 2 * (static_cast<std::ptrdiff_t>(y) * padded_.width + x);
  const double perSecond = 1e3 / interval_ms_;
  return {static_cast<double>(field[0]) * perSecond, static_cast<double>(field[1]) * perSecond};
}

void SpikingNet::save(Bytes& out) const {
  for (const auto* layers : {&down_, &up_})
    for (const SpikingLayer& layer : *layers) {
      out.putAll<float>(layer.V);
      out.putAll<std::uint8_t>(layer.spikes);
    }
}

Result<void> SpikingNet::restore(Bytes& in) {
  for (auto* layers : {&down_, &up_})
    for (SpikingLayer& layer : *layers) {
      TRY_DO(in.takeAll<float>(layer.V));
      TRY_DO(in.takeAll<std::uint8_t>(layer.spikes));
    }
  return {};
}

}  // namespace spk::flow
