#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/Json.h"
#include "engine/base/Value.h"
#include "engine/graph/Document.h"

namespace spk {

/// Puts the items of a network together: on the canvas sources stand left of what they drive, views
/// right of what they show.
class NetworkItems {
 public:
  Id node(std::string type, std::string name, double x, double y, Values values,
          Id frame = Id::none) {
    values["name"] = std::move(name);
    values["x"] = x;
    values["y"] = y;
    return add({Id{project.nextId++}, std::move(type), Ref{frame, ""}, {}, {}, std::move(values)});
  }
  /// A frame around what is added to it.
  Id frame(std::string name, double x, double y, double w, double h) {
    return node("layout.frame", std::move(name), x, y, {{"w", w}, {"h", h}});
  }
  void note(std::string name, double x, double y, double w, double h, std::string text) {
    node("layout.note", std::move(name), x, y, {{"w", w}, {"h", h}, {"text", std::move(text)}});
  }
  Id wire(std::string type, Ref from, Ref to, Values values) {
    return add({Id{project.nextId++},
                std::move(type),
                {},
                std::move(from),
                std::move(to),
                std::move(values)});
  }
  Id synapses(Id from, Id to, std::string port, Values values) {
    return wire("synapse.static", {from, "out"}, {to, std::move(port)}, std::move(values));
  }
  /// Lets a view see the spikes of populations.
  void show(Id view, std::initializer_list<Id> populations) {
    for (const Id population : populations)
      wire("wire.signal", {population, "out"}, {view, "in"}, {});
  }
  /// A raster and a plot of rates of `populations`, one below the other. Last: what comes after
  /// another item has another number, and draws otherwise.
  void showAll(double x, double y, const std::vector<Id>& populations, const Values& values = {}) {
    for (const char* kind : {"view.raster", "view.rate"}) {
      const bool isRaster = kind == std::string("view.raster");
      const Id view = node(kind, isRaster ? "raster" : "rates", x, isRaster ? y : y + 160, values);
      for (const Id population : populations) show(view, {population});
    }
  }
  /// Of the project: "duration" [s], "dt" [ms], "seed", "pace".
  void set(std::string key, Value value) {
    project.items.at(Id::settings).values[std::move(key)] = std::move(value);
  }
  Project project = emptyProject();

 private:
  Id add(Item item) {
    const Id id = item.id;
    project.items.emplace(id, std::move(item));
    return id;
  }
};

inline Values fixedIndegree(double weight, double delay, std::int64_t indegree) {
  return {{"weight", weight},
          {"delay", delay},
          {"rule", std::string("fixed_indegree")},
          {"indegree", indegree}};
}
inline Values pairwise(double p, double delay) {
  return {{"delay", delay}, {"rule", std::string("pairwise_bernoulli")}, {"p", p}};
}
inline Values with(Values values, const Values& more) {
  for (const auto& [key, value] : more) values[key] = value;
  return values;
}

/// Draws for a parameter; `bounds` such as R"(, "min": 0.1)".
inline Json normal(double mean, double sd, const std::string& bounds = {}) {
  return Json{R"({"normal": {"mean": )" + numberText(mean) + R"(, "sd": )" + numberText(sd) +
              bounds + "}}"};
}
inline Json uniform(double min, double max) {
  return Json{R"({"uniform": {"min": )" + numberText(min) + R"(, "max": )" + numberText(max) +
              "}}"};
}

}  // namespace spk
