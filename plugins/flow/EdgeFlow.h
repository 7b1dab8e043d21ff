#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/graph/Registry.h"
#include "engine/sim/Body.h"
#include "plugins/flow/Surface.h"
#include "plugins/flow/local.h"

namespace spk::flow {

/// Parameters that all methods of edges share: what a burst is, and how old an edge may be.
std::vector<Parameter> edgeParameters(std::vector<Parameter> own);
/// A parameter that is a whole number, as wholeWithin() reads it.
Parameter wholeParameter(const char* name, std::int64_t initial, const char* unit, double min,
                         double max, const char* doc);
/// Ports of a node from events to flow.
Shape flowShape(std::vector<Parameter> parameters);

/// The values of edgeParameters().
struct EdgeRules {
  Time quiet = 0, maxAge = 0;
};
Result<EdgeRules> edgeRules(const Item& item);
/// A whole number within what its parameter allows.
Result<int> wholeWithin(const Item& item, const char* key, int initial, int min, int max);

/// A body that asks at every edge how it moves. Method: `static Result<Method> of(const Item&)`
/// reads its live values, `int reach()` says how far it looks, and
/// `std::optional<Velocity> at(const Patch&)` answers.
template <class Method>
class EdgeFlow final : public Body {
 public:
  static Result<std::unique_ptr<Body>> make(const Item& item, const Registry&) {
    TRY(const SensorSize size, neededSize(item));
    auto body = std::unique_ptr<EdgeFlow>(new EdgeFlow(size));
    TRY_DO(body->change(item));
    return std::unique_ptr<Body>(std::move(body));
  }

  Result<void> change(const Item& item) override {
    TRY(const EdgeRules rules, edgeRules(item));
    TRY(Method method, Method::of(item));
    rules_ = rules;
    method_ = std::move(method);
    return {};
  }

  void run(Batch& batch) noexcept override {
    Out<Flow> out = batch.out<Flow>(0);
    Patch patch{.stride = surface_.stride(), .reach = method_.reach(), .maxAge = rules_.maxAge};
    for (const Event& event : batch.in<Event>(0)) {
      if (!surface_.holds(event) || !surface_.take(event, rules_.quiet)) continue;
      patch.centre = surface_.at(event);
      if (const auto v = method_.at(patch))
        out.add({event.t, event.x, event.y, static_cast<float>(v->x), static_cast<float>(v->y)});
    }
  }

  void save(Bytes& out) const override { surface_.save(out); }
  Result<void> restore(Bytes& in) override { return surface_.restore(in); }

 private:
  explicit EdgeFlow(SensorSize size) : surface_(size, Method::kMargin) {}

  Surface surface_;
  EdgeRules rules_;
  Method method_;
};

}  // namespace spk::flow
