#include "engine/sim/wireRule.h"

#include <memory>
#include <string>
#include <utility>

#include "engine/graph/check.h"
#include "engine/sim/Network.h"
#include "engine/sim/edgeFile.h"

namespace spk {
namespace {

/// Where the neurons of an end are; nullptr: on the grid.
Result<std::shared_ptr<const Places>> placesOf(const WireEnd& end, std::uint64_t seed) {
  std::shared_ptr<const Places> found;
  if (!end.population) return found;
  auto places = readPlaces(valueOf(end.item, end.population->shape, kPositions), end.population->n,
                           randomKey(seed, streamOf(end.item), Purpose::Connect));
  if (!places) return Error{places.error().what, end.population->name + "." + places.error().where};
  if (places.value().areFree()) found = std::make_shared<const Places>(std::move(places).value());
  return found;
}

/// A list as the parameter takes it.
Result<Distribution> listOf(std::vector<double> values, const Parameter& parameter) {
  const std::size_t n = values.size();
  const Value list = Blob({n}, std::move(values));
  TRY_DO(checkValue(parameter, list));
  return Distribution::read(list);
}

Result<void> readFile(const Item& wire, const Shape& shape, bool same, WireRule& made) {
  const auto text = [&](const char* key) {
    return std::string(asText(valueOf(wire, shape, key)).value_or(""));
  };
  const std::string path = text("edges"), gives = text("edges_give");
  if (path.empty()) return Error{"no file is chosen", ""};
  EdgeOptions options{.name = text("edges_name")};
  options.rowsAreTargets = asNumber(valueOf(wire, shape, "rows_are_targets")).value_or(0) != 0;
  options.weights = gives != "pairs" && shape.parameter("weight");
  options.delays = gives == "weights_and_delays" && shape.parameter("delay");
  TRY(const EdgeList file, readEdges(path, options));
  std::vector<std::size_t> kept;
  made.rule.pairs =
      std::make_shared<const std::vector<Pair>>(joinedPairs(file.pairs, made.rule, same, &kept));
  const auto take = [&](const std::vector<double>& all, const char* name) {
    std::vector<double> values;
    for (const std::size_t i : kept) values.push_back(all[i]);
    return listOf(std::move(values), *shape.parameter(name));
  };
  if (options.weights && !kept.empty()) {
    TRY(made.weights, take(file.weights, "weight"));
  }
  if (options.delays && !kept.empty()) {
    TRY(made.delays, take(file.delays, "delay"));
  }
  return {};
}

}  // namespace

Result<WireRule> readWireRule(const Item& wire, const Shape& shape, const WireEnd& from,
                              const WireEnd& to, std::uint64_t seed) {
  WireRule made;
  TRY(made.rule, readConnectRule(wire, shape));
  ConnectRule& rule = made.rule;
  if (isKernel(rule.kind)) {
    TRY(rule.from, placesOf(from, seed));
    TRY(rule.to, placesOf(to, seed));
  }
  const bool same = from.item.id == to.item.id;
  if (rule.kind == ConnectRule::Kind::FromFile) {
    if (auto done = readFile(wire, shape, same, made); !done)
      return Error{done.error().text(), "edges"};
  } else if (rule.pairs) {
    rule.pairs = std::make_shared<const std::vector<Pair>>(joinedPairs(*rule.pairs, rule, same));
  }
  return made;
}

}  // namespace spk
