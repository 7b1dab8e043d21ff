#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "engine/base/Bytes.h"
#include "engine/base/Time.h"
#include "engine/data/Event.h"
#include "engine/graph/sensorShape.h"

namespace spk::flow {

/// The time of the last edge at each pixel and polarity (surface of active events). A contrast edge
/// makes several events at a pixel; only the first of such a burst tells when the edge came, so an
/// event counts if none of its polarity came at its pixel for `quiet`. Pixels have a margin, so
/// that neighbours can be looked at without asking where the sensor ends.
class Surface {
 public:
  static constexpr Time kNever = std::numeric_limits<Time>::min() / 2;

  Surface(SensorSize size, int margin)
      : size_(size),
        margin_(margin),
        stride_(size.width + 2 * margin),
        pixels_(static_cast<std::size_t>(stride_) *
                static_cast<std::size_t>(size.height + 2 * margin)),
        edges_(2 * pixels_, kNever),
        heard_(2 * pixels_, kNever) {}

  bool holds(const Event& e) const { return e.x < size_.width && e.y < size_.height; }
  /// Whether the event, which the sensor must hold, is an edge; if so, it is noted.
  bool take(const Event& e, Time quiet) {
    const std::size_t at = place(e);
    const Time before = heard_[at];
    heard_[at] = e.t;
    if (e.t - before <= quiet && quiet > 0) return false;
    edges_[at] = e.t;
    return true;
  }
  /// Times of the edges of its polarity, at its pixel; neighbours at dy · stride() + dx.
  const Time* at(const Event& e) const { return edges_.data() + place(e); }
  std::ptrdiff_t stride() const { return stride_; }
  SensorSize size() const { return size_; }

  void save(Bytes& out) const {
    out.putAll<Time>(edges_);
    out.putAll<Time>(heard_);
  }
  Result<void> restore(Bytes& in) {
    TRY_DO(in.takeAll<Time>(edges_));
    return in.takeAll<Time>(heard_);
  }

 private:
  std::size_t place(const Event& e) const {
    return (e.polarity ? pixels_ : 0) +
           static_cast<std::size_t>(e.y + margin_) * static_cast<std::size_t>(stride_) +
           static_cast<std::size_t>(e.x + margin_);
  }

  SensorSize size_;
  int margin_, stride_;
  std::size_t pixels_;
  std::vector<Time> edges_, heard_;
};

}  // namespace spk::flow
