#include "engine/graph/Places.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/base/Json.h"
#include "engine/base/Math.h"

namespace spk {
namespace {

enum class How { Grid, Listed, Box, Disc, Ball };

/// What is written, before anything is drawn.
struct Written {
  How how = How::Grid;
  Places places;
  double radius = 0;
};

Error wrong(const std::string& what) { return Error{what, kPositions}; }

Result<double> radiusOf(const JsonNode& node, const std::string& word) {
  if (node.isNumber() && node.number() > 0 && std::isfinite(node.number())) return node.number();
  return wrong("has a " + word + " of " + node.write() + "; a radius above 0 is allowed");
}

Result<Written> readDrawn(const JsonNode& node) {
  Written written;
  const auto& members = node.members();
  const std::string word = members.size() == 1 ? members[0].first : "";
  if (word == "disc" || word == "ball") {
    written.how = word == "disc" ? How::Disc : How::Ball;
    written.places.dimensions = word == "disc" ? 2 : 3;
    TRY(written.radius, radiusOf(members[0].second, word));
    return written;
  }
  if (word != "box")
    return wrong("is " + node.write() +
                 "; [], a list of places, {\"box\": [w, h]}, {\"disc\": radius} or {\"ball\": "
                 "radius}");
  const std::vector<JsonNode>& sides = members[0].second.items();
  if (sides.empty() || sides.size() > 3)
    return wrong("has a box of " + members[0].second.write() + "; a list of 1 to 3 sides");
  written.how = How::Box;
  written.places.dimensions = static_cast<int>(sides.size());
  for (std::size_t i = 0; i < sides.size(); ++i) {
    if (!sides[i].isNumber() || !(sides[i].number() > 0) || !std::isfinite(sides[i].number()))
      return wrong("has a side of " + sides[i].write() + "; above 0 is allowed");
    written.places.sides[i] = sides[i].number();
  }
  return written;
}

Result<Written> readList(const JsonNode& list, std::size_t n) {
  Written written;
  if (list.items().empty()) return written;
  written.how = How::Listed;
  Places& places = written.places;
  if (list.items().size() != n)
    return wrong("has " + std::to_string(list.items().size()) + " places for " + std::to_string(n) +
                 " neurons");
  for (std::size_t i = 0; i < n; ++i) {
    const JsonNode& place = list.items()[i];
    const auto bad = [&] {
      return wrong("says " + place.write() + " for neuron " + std::to_string(i) +
                   "; x, [x], [x, y] or [x, y, z], all alike");
    };
    const std::span<const JsonNode> numbers =
        place.isNumber() ? std::span(&place, 1) : std::span<const JsonNode>(place.items());
    if (numbers.empty() || numbers.size() > 3) return bad();
    if (i == 0) places.dimensions = static_cast<int>(numbers.size());
    if (numbers.size() != static_cast<std::size_t>(places.dimensions)) return bad();
    for (const JsonNode& number : numbers) {
      if (!number.isNumber() || !std::isfinite(number.number())) return bad();
      places.at.push_back(number.number());
    }
  }
  return written;
}

Result<Written> read(const Value& positions, std::size_t n) {
  const auto* json = std::get_if<Json>(&positions);
  if (!json) return wrong("is " + valueText(positions) + "; a list or an object is allowed");
  TRY(const JsonNode node, JsonNode::parse(json->text));
  if (node.form() == JsonNode::Form::Object) return readDrawn(node);
  if (node.form() == JsonNode::Form::List) return readList(node, n);
  return wrong("is " + json->text + "; a list or an object is allowed");
}

/// A direction, all alike, and a distance such that the whole is filled evenly.
void drawRound(RandomSequence& random, int dimensions, double radius, std::vector<double>& at) {
  double direction[3] = {}, square = 0;
  for (int d = 0; d < dimensions; ++d) {
    direction[d] = random.normal();
    square += direction[d] * direction[d];
  }
  const double scale = radius * pow(random.uniform(), 1.0 / dimensions) / std::sqrt(square);
  for (int d = 0; d < dimensions; ++d) at.push_back(direction[d] * scale);
}

}  // namespace

Result<Places> checkPlaces(const Value& positions, std::size_t n) {
  TRY(Written written, read(positions, n));
  return std::move(written.places);
}

Result<Places> readPlaces(const Value& positions, std::size_t n, RandomKey key) {
  TRY(Written written, read(positions, n));
  Places& places = written.places;
  if (written.how == How::Grid || written.how == How::Listed) return std::move(places);
  places.at.reserve(n * static_cast<std::size_t>(places.dimensions));
  for (std::size_t i = 0; i < n; ++i) {
    RandomSequence random(key, i);
    if (written.how == How::Box)
      for (int d = 0; d < places.dimensions; ++d)
        places.at.push_back((random.uniform() - 0.5) * places.sides[static_cast<std::size_t>(d)]);
    else
      drawRound(random, places.dimensions, written.radius, places.at);
  }
  return std::move(places);
}

}  // namespace spk
