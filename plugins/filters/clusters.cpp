// Follows clouds of events that move together.
#include <algorithm>
#include <array>
#include <cmath>

#include "engine/base/Math.h"
#include "plugins/filters/filtering.h"

namespace spk::filters::clusters {
namespace {

constexpr std::size_t kMost = 32;

Shape shape() {
  Shape made = filterShape(
      {{.name = "radius",
        .initial = 12.0,
        .unit = "px",
        .min = 1,
        .max = 500,
        .doc = "An event belongs to the nearest cluster whose centre is at most so far",
        .essential = true},
       milliseconds("tau", 20, 0.1, 10'000,
                    "Time constant with which a cluster forgets its events"),
       whole("events", 50, 1, 1e6, "", "So many events, less those forgotten, make it visible"),
       milliseconds("every", 5, 0.1, 1000, "How often places and speeds are given")});
  made.parameters[3].essential = false;
  made.ports[1].doc = "Events of visible clusters";
  made.ports.push_back({.name = "clusters",
                        .signal = Signal::Flow,
                        .unit = "px/s",
                        .doc = "Centre and velocity of each visible cluster"});
  made.ports.push_back(
      {.name = "count", .signal = Signal::Trace, .doc = "How many clusters are visible"});
  return made;
}
Shape describe(const Item& item) {
  Shape made = sized(shape(), wiredSize(item));
  made.ports[2].shape = made.ports[1].shape;
  return made;
}

struct Cluster {
  double x = 0, y = 0, mass = 0;
  double lastX = 0, lastY = 0, vx = 0, vy = 0;
  Time t = 0, lastT = kNever;  ///< of the last event; of the place that the velocity counts from
};

class Clusters final : public EventFilter<Clusters> {
 public:
  using EventFilter::EventFilter;

  Result<void> change(const Item& item) override {
    const Shape described = shape();
    const Given given(described, item.values);
    reach_ = given("radius");
    perTime_ = 1e-6 / given("tau");
    visible_ = given("events");
    const Time every = fromMilliseconds(given("every"));
    if (every != every_) next_ = kNever;
    every_ = every;
    return {};
  }

  void run(Batch& batch) noexcept override {
    Out<Flow> places = batch.out<Flow>(1);
    Out<Sample> count = batch.out<Sample>(2);
    places_ = &places, count_ = &count;
    if (next_ == kNever) next_ = (batch.begin + every_ - 1) / every_ * every_;
    EventFilter::run(batch);
    tellUntil(batch.end - 1);
  }

  void take(const Event& event, Out<Event>& out) noexcept {
    tellUntil(event.t);
    // What is visible comes first: else the edges of things would feed the noise around them.
    Cluster* nearest = nearestOf(event, visible_);
    if (!nearest) nearest = nearestOf(event, 0);
    if (!nearest) {
      nearest = &freeOne();
      *nearest = {double(event.x), double(event.y), 0, 0, 0, 0, 0, event.t};
    }
    Cluster& c = *nearest;
    c.mass = c.mass * faded(c, event.t) + 1;
    c.t = event.t;
    // As if the centre were the mean of what is not forgotten.
    c.x += (event.x - c.x) / c.mass;
    c.y += (event.y - c.y) / c.mass;
    if (c.mass >= visible_) out.add(event);
  }

  std::size_t room(Time length) const override {
    return length > 0 ? kMost * static_cast<std::size_t>(length / every_ + 2) : 0;
  }

  void save(Bytes& out) const override {
    out.put(next_);
    out.put<std::uint64_t>(size_);
    for (std::size_t i = 0; i < size_; ++i) out.put(all_[i]);
  }
  Result<void> restore(Bytes& in) override {
    TRY(next_, in.take<Time>());
    TRY(const auto size, in.take<std::uint64_t>());
    if (size > kMost)
      return Error{"holds " + std::to_string(size) + " clusters, 32 at most", "state"};
    size_ = size;
    for (std::size_t i = 0; i < size_; ++i) {
      TRY(all_[i], in.take<Cluster>());
    }
    return {};
  }

 private:
  double faded(const Cluster& c, Time t) const {
    return exp(-static_cast<double>(std::max<Time>(0, t - c.t)) * perTime_);
  }

  /// In reach, and of that mass.
  Cluster* nearestOf(const Event& event, double mass) {
    Cluster* nearest = nullptr;
    double least = reach_ * reach_;
    for (std::size_t i = 0; i < size_; ++i) {
      const double dx = event.x - all_[i].x, dy = event.y - all_[i].y, d = dx * dx + dy * dy;
      if (all_[i].mass >= mass && d <= least) least = d, nearest = &all_[i];
    }
    return nearest;
  }

  /// A new one, or where there is no room the one with the fewest events.
  Cluster& freeOne() {
    if (size_ < kMost) return all_[size_++];
    return *std::ranges::min_element(all_, {}, &Cluster::mass);
  }

  /// Everything that is to be told up to t, in order.
  void tellUntil(Time t) noexcept {
    for (; next_ <= t; next_ += every_) {
      prune(next_);
      int seen = 0;
      for (std::size_t i = 0; i < size_; ++i) {
        Cluster& c = all_[i];
        if (c.mass * faded(c, next_) < visible_) continue;
        follow(c, next_);
        ++seen;
        places_->add({next_, static_cast<std::uint16_t>(c.x + 0.5),
                      static_cast<std::uint16_t>(c.y + 0.5), static_cast<float>(c.vx),
                      static_cast<float>(c.vy)});
      }
      count_->add({next_, 0, static_cast<float>(seen)});
    }
  }

  /// The velocity, smoothed over a few looks.
  void follow(Cluster& c, Time t) const {
    if (c.lastT != kNever && t > c.lastT) {
      const double s = toSeconds(t - c.lastT), share = c.vx == 0 && c.vy == 0 ? 1 : kSmoothing;
      c.vx += share * ((c.x - c.lastX) / s - c.vx);
      c.vy += share * ((c.y - c.lastY) / s - c.vy);
    }
    c.lastX = c.x, c.lastY = c.y, c.lastT = t;
  }

  /// Forgotten ones go; of two that have come close to each other the heavier one stays.
  void prune(Time t) {
    for (std::size_t i = 0; i < size_;) {
      const bool forgotten = all_[i].mass * faded(all_[i], t) < 0.5;
      const bool doubled =
          std::any_of(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(size_),
                      [&](const Cluster& other) {
                        if (&other == &all_[i] || other.mass < all_[i].mass) return false;
                        const double dx = other.x - all_[i].x, dy = other.y - all_[i].y;
                        return dx * dx + dy * dy < reach_ * reach_;
                      });
      if (forgotten || doubled)
        all_[i] = all_[--size_];
      else
        ++i;
    }
  }

  static constexpr double kSmoothing = 0.2;
  double reach_ = 0, perTime_ = 0, visible_ = 0;
  Time every_ = kMillisecond, next_ = kNever;
  std::array<Cluster, kMost> all_ = {};
  std::size_t size_ = 0;
  Out<Flow>* places_ = nullptr;
  Out<Sample>* count_ = nullptr;
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "filter.clusters",
      .title = "Clusters",
      .doc =
          "Follows clouds of events that move together (after Delbruck & Lang 2013): each event "
          "pulls the nearest centre towards it, events are forgotten with tau, and clusters that "
          "have enough are visible. Their events pass; their places and velocities come out every "
          "few ms. At most 32 clusters.",
      .role = Role::Filter,
      .group = "Filters",
      .words = "blob tracker object follow event camera dvs",
      .shape = shape(),
      .describe = describe,
      .body = makeFilter<Clusters>});
}

}  // namespace spk::filters::clusters
