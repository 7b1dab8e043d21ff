// Lets no more than so many events a second pass.
#include <algorithm>

#include "plugins/filters/filtering.h"

namespace spk::filters::rate_limiter {
namespace {

Shape shape() {
  return filterShape({{.name = "rate",
                       .initial = 100'000.0,
                       .unit = "events/s",
                       .min = 1,
                       .max = 1e9,
                       .doc = "Events that pass in a second, at most",
                       .essential = true},
                      milliseconds("burst", 10, 0.01, 10'000,
                                   "After a quiet time so much of the rate may pass at once")});
}
Shape describe(const Item& item) { return sized(shape(), wiredSize(item)); }

class RateLimiter final : public EventFilter<RateLimiter> {
 public:
  using EventFilter::EventFilter;

  Result<void> change(const Item& item) override {
    const Shape described = shape();
    const Given given(described, item.values);
    perSecond_ = given("rate");
    most_ = std::max(1.0, perSecond_ * given("burst") / 1e3);
    credit_ = std::min(credit_, most_);
    return {};
  }

  void take(const Event& event, Out<Event>& out) noexcept {
    credit_ =
        last_ == kNever
            ? most_
            : std::min(most_, credit_ + perSecond_ * toSeconds(std::max<Time>(0, event.t - last_)));
    last_ = event.t;
    if (credit_ < 1) return;
    credit_ -= 1;
    out.add(event);
  }

  void save(Bytes& out) const override { out.put(last_), out.put(credit_); }
  Result<void> restore(Bytes& in) override {
    TRY(last_, in.take<Time>());
    TRY(credit_, in.take<double>());
    return {};
  }

 private:
  double perSecond_ = 0, most_ = 1;
  Time last_ = kNever;
  double credit_ = 0;  ///< events that may pass now
};

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "filter.rate_limiter",
      .title = "Rate limit",
      .doc = "Lets no more than `rate` events a second pass; what comes beyond is taken out as it "
             "comes (a bucket that fills by the rate, and holds `burst` of it).",
      .role = Role::Filter,
      .group = "Filters",
      .words = "throttle bandwidth token bucket event camera dvs",
      .shape = shape(),
      .describe = describe,
      .body = makeFilter<RateLimiter>});
}

}  // namespace spk::filters::rate_limiter
