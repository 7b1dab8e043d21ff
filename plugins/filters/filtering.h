#pragma once
// What the filters of event streams share: the ports, the size of the picture that reaches them,
// and the loop over the events of a batch.
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/graph/Given.h"
#include "engine/graph/Registry.h"
#include "engine/graph/sensorShape.h"
#include "engine/sim/Body.h"

namespace spk::filters {

/// The time of what never was: far back, but differences to it do not overflow.
inline constexpr Time kNever = std::numeric_limits<Time>::min() / 4;

/// One value for each pixel, and a border around them that is written by nobody, so that neighbours
/// can be looked at without asking whether they exist.
template <class T>
class PixelMap {
 public:
  PixelMap(SensorSize size, T initial, int border = 1)
      : border_(border),
        stride_(static_cast<std::size_t>(size.width + 2 * border)),
        values_(stride_ * static_cast<std::size_t>(size.height + 2 * border), initial) {}
  T* at(int x, int y) {
    return values_.data() + static_cast<std::size_t>(y + border_) * stride_ +
           static_cast<std::size_t>(x + border_);
  }
  std::ptrdiff_t stride() const { return static_cast<std::ptrdiff_t>(stride_); }
  std::span<T> values() { return values_; }
  void save(Bytes& out) const { out.putAll(std::span<const T>(values_)); }
  Result<void> restore(Bytes& in) { return in.takeAll(std::span(values_)); }

 private:
  int border_;
  std::size_t stride_;
  std::vector<T> values_;
};

/// What a filter says that does not know its picture.
inline Note sizeNote(Id id) {
  return {Note::Level::Warning,
          "passes nothing: the size of the picture that reaches it is not known; set width and "
          "height of the event stream, or open its file again",
          id};
}

/// A body that takes events one by one: `Filter` has take(const Event&, Out<Event>&), which is only
/// called for events inside the picture.
template <class Filter>
class EventFilter : public Body {
 public:
  explicit EventFilter(const Item& item) : id_(item.id), size_(wiredSize(item)) {}

  void run(Batch& batch) noexcept override {
    Out<Event> out = batch.out<Event>(0);
    for (const Event& event : batch.in<Event>(0))
      if (event.x < size_.width && event.y < size_.height)
        static_cast<Filter&>(*this).take(event, out);
      else
        ++outside_;
  }
  std::uint64_t notesVersion() const override { return outside_ > 0 ? 1 : 0; }
  Notes notes() const override {
    if (outside_ == 0) return {};
    if (size_.width == 0) return {sizeNote(id_)};
    return {{Note::Level::Warning,
             std::to_string(outside_) + " events lie outside the picture of " +
                 std::to_string(size_.width) + "×" + std::to_string(size_.height) +
                 " px that reaches it, and are left out",
             id_}};
  }

 protected:
  SensorSize size() const { return size_; }
  Id id() const { return id_; }

 private:
  Id id_;
  SensorSize size_;
  std::uint64_t outside_ = 0;
};

/// NodeType::body of a filter that is made from the item and then told its live values.
template <class Filter>
Result<std::unique_ptr<Body>> makeFilter(const Item& item, const Registry&) {
  auto made = std::make_unique<Filter>(item);
  TRY_DO(made->change(item));
  return std::unique_ptr<Body>(std::move(made));
}

/// Ports `in` and `out`, and these parameters.
inline Shape filterShape(std::vector<Parameter> parameters) {
  Shape shape;
  shape.ports = {
      {.name = "in", .signal = Signal::Events, .input = true, .doc = "Events of a camera"},
      {.name = "out", .signal = Signal::Events, .doc = "Those that pass"}};
  shape.parameters = std::move(parameters);
  return shape;
}
/// The same, where the size of what comes out is known.
inline Shape sized(Shape shape, SensorSize size) {
  if (size.width > 0 && size.height > 0) shape.ports[1].shape = {size.height, size.width};
  return shape;
}

inline Parameter milliseconds(const char* name, double initial, double min, double max,
                              const char* doc) {
  return {.name = name,
          .initial = initial,
          .unit = "ms",
          .min = min,
          .max = max,
          .doc = doc,
          .essential = true};
}
inline Parameter whole(const char* name, std::int64_t initial, double min, double max,
                       const char* unit, const char* doc) {
  return {.name = name,
          .kind = Kind::Integer,
          .initial = initial,
          .unit = unit,
          .min = min,
          .max = max,
          .doc = doc,
          .essential = true};
}
inline Parameter choice(const char* name, std::vector<std::string> choices, const char* doc) {
  return {.name = name,
          .kind = Kind::Choice,
          .initial = choices.front(),
          .doc = doc,
          .choices = choices,
          .essential = true};
}
inline Parameter onOff(const char* name, bool initial, const char* doc) {
  return {.name = name, .kind = Kind::Switch, .initial = initial, .doc = doc};
}

}  // namespace spk::filters
