#include "engine/graph/ConnectRule.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "engine/base/Json.h"

namespace spk {
namespace {

using Rule = ConnectRule::Kind;

constexpr std::pair<std::string_view, Rule> kRules[] = {
    {"all_to_all", Rule::AllToAll},
    {"one_to_one", Rule::OneToOne},
    {"pairwise_bernoulli", Rule::PairwiseBernoulli},
    {"fixed_indegree", Rule::FixedIndegree},
    {"fixed_outdegree", Rule::FixedOutdegree},
    {"fixed_total", Rule::FixedTotal},
    {"gaussian", Rule::Gaussian},
    {"exponential", Rule::Exponential},
    {"box", Rule::Box},
    {"difference_of_gaussians", Rule::DifferenceOfGaussians},
    {"small_world", Rule::SmallWorld},
    {"scale_free", Rule::ScaleFree},
    {"modular", Rule::Modular},
    {"hierarchical", Rule::Hierarchical},
    {"convolution", Rule::Convolution},
    {"pooling", Rule::Pooling},
    {"pairs", Rule::Pairs},
    {"from_file", Rule::FromFile}};

Result<void> inside(const char* name, double value, double least, double most) {
  if (value >= least && value <= most) return {};
  return Error{"is " + numberText(value) + "; " + numberText(least) + " to " + numberText(most) +
                   " is allowed",
               name};
}
Result<void> aboveZero(const char* name, double value) {
  if (value > 0 && std::isfinite(value)) return {};
  return Error{"is " + numberText(value) + "; above 0 is allowed", name};
}
/// So many distinct ones, or any number where one may be taken twice.
Result<void> degreeInside(const char* name, std::uint64_t degree, std::uint64_t eligible,
                          bool multapses, const char* of, const char* possible) {
  if (degree == 0 || (eligible > 0 && (multapses || degree <= eligible))) return {};
  return Error{"is " + std::to_string(degree) + ", but each " + of + " has " +
                   std::to_string(eligible) + " possible " + possible,
               name};
}

std::string placesText(const std::shared_ptr<const Places>& places) {
  if (!places || !places->areFree()) return "on the grid";
  return "in " + std::to_string(places->dimensions) +
         (places->dimensions == 1 ? " dimension" : " dimensions");
}

Result<void> kernelPossible(const ConnectRule& r) {
  const int from = r.from ? r.from->dimensions : 0, to = r.to ? r.to->dimensions : 0;
  if (from != to)
    return Error{"needs places of one kind at both ends: the sources are " + placesText(r.from) +
                     ", the targets " + placesText(r.to) + " (see positions)",
                 "rule"};
  switch (r.kind) {
    case Rule::Exponential: return aboveZero("length", r.length);
    case Rule::Box:
      if (r.radius >= 0 && std::isfinite(r.radius)) return {};
      return Error{"is " + numberText(r.radius) + "; 0 or more is allowed", "radius"};
    case Rule::DifferenceOfGaussians:
      TRY_DO(aboveZero("sigma_surround", r.sigmaSurround));
      TRY_DO(inside("p_surround", r.pSurround, 0, 1));
      [[fallthrough]];
    default: return aboveZero("sigma", r.sigma);
  }
}

/// Each target looks at kernel × kernel sources, moved on by the stride; one row of neurons has one
/// row of a kernel. Pooling looks at one channel, in steps of its own size, without padding.
Result<void> windowPossible(const ConnectRule& r, Grid sources, Grid targets) {
  const bool pools = r.kind == Rule::Pooling;
  const std::uint64_t stride = pools ? r.kernel : r.stride, padding = pools ? 0 : r.padding;
  if (r.kernel < 1) return Error{"is 0; 1 or more is allowed", "kernel"};
  if (stride < 1) return Error{"is 0; 1 or more is allowed", "stride"};
  if (pools && sources.channels != targets.channels)
    return Error{"pooling keeps the channels apart; there are " + std::to_string(sources.channels) +
                     " of sources and " + std::to_string(targets.channels) + " of targets",
                 "rule"};
  const auto fits = [&](std::uint32_t from) -> std::uint64_t {
    const std::uint64_t padded = from + 2 * padding;
    return padded < r.kernel ? 0 : (padded - r.kernel) / stride + 1;
  };
  const bool line = sources.height == 1;
  const std::uint64_t high = line ? 1 : fits(sources.height), wide = fits(sources.width);
  if (high == targets.height && wide == targets.width) return {};
  const auto size = [](std::uint64_t h, std::uint64_t w) {
    return std::to_string(h) + " x " + std::to_string(w);
  };
  return Error{"is " + std::to_string(r.kernel) + ", stride " + std::to_string(stride) +
                   ", padding " + std::to_string(padding) + ": " +
                   size(sources.height, sources.width) + " sources make " + size(high, wide) +
                   " targets; there are " + size(targets.height, targets.width),
               "kernel"};
}

/// Equal blocks, none of them empty.
Result<void> modulesPossible(const ConnectRule& r, std::uint32_t sources, std::uint32_t targets) {
  const double most = std::min(sources, targets);
  if (r.kind == Rule::Modular) {
    TRY_DO(inside("p_between", r.pBetween, 0, 1));
    return inside("modules", static_cast<double>(r.modules), 1, most);
  }
  TRY_DO(inside("falloff", r.falloff, 0, 1));
  TRY_DO(inside("levels", static_cast<double>(r.levels), 1, 30));
  TRY_DO(inside("branches", static_cast<double>(r.branches), 2, 1000));
  double modules = 1;
  for (std::uint64_t l = 0; l < r.levels; ++l) modules *= static_cast<double>(r.branches);
  if (modules <= most) return {};
  return Error{"is " + std::to_string(r.levels) + " with " + std::to_string(r.branches) +
                   " branches: " + numberText(modules) + " modules; at most one for each of the " +
                   numberText(most) + (sources < targets ? " sources" : " targets"),
               "levels"};
}

Result<void> pairsPossible(const ConnectRule& r, std::uint32_t sources, std::uint32_t targets) {
  const char* where = r.kind == Rule::Pairs ? "pairs" : "edges";
  if (!r.pairs) return {};
  for (const Pair& pair : *r.pairs)
    if (pair.source >= sources || pair.target >= targets)
      return Error{"joins source " + std::to_string(pair.source) + " to target " +
                       std::to_string(pair.target) + "; there are sources 0 to " +
                       std::to_string(sources - 1) + " and targets 0 to " +
                       std::to_string(targets - 1),
                   where};
  return {};
}

/// [[source, target], …]
Result<std::shared_ptr<const std::vector<Pair>>> readPairs(const Value& value) {
  const auto* json = std::get_if<Json>(&value);
  if (!json) return Error{"is " + valueText(value) + "; a list of [source, target]", "pairs"};
  TRY(const JsonNode list, JsonNode::parse(json->text));
  if (list.form() != JsonNode::Form::List)
    return Error{"is " + json->text + "; a list of [source, target]", "pairs"};
  auto pairs = std::make_shared<std::vector<Pair>>();
  pairs->reserve(list.items().size());
  for (std::size_t i = 0; i < list.items().size(); ++i) {
    const std::vector<JsonNode>& ends = list.items()[i].items();
    const auto isIndex = [](const JsonNode& node) {
      return node.form() == JsonNode::Form::Integer && node.integer() >= 0 &&
             node.integer() < std::int64_t{1} << 31;
    };
    if (ends.size() != 2 || !isIndex(ends[0]) || !isIndex(ends[1]))
      return Error{"has " + list.items()[i].write() + " as pair " + std::to_string(i + 1) +
                       "; each must be [source, target], counted from 0",
                   "pairs"};
    pairs->push_back({static_cast<std::uint32_t>(ends[0].integer()),
                      static_cast<std::uint32_t>(ends[1].integer())});
  }
  return std::shared_ptr<const std::vector<Pair>>(std::move(pairs));
}

}  // namespace

Result<Rule> connectRule(std::string_view word) {
  std::string all;
  for (const auto& [name, kind] : kRules) {
    if (name == word) return kind;
    if (!all.empty()) all += &name == &std::end(kRules)[-1].first ? " or " : ", ";
    all += name;
  }
  return Error{"is \"" + std::string(word) + "\"; " + all, "rule"};
}

bool isKernel(Rule kind) {
  return kind == Rule::Gaussian || kind == Rule::Exponential || kind == Rule::Box ||
         kind == Rule::DifferenceOfGaussians;
}

const char* chanceName(Rule kind) {
  return isKernel(kind)                                        ? "p_max"
         : kind == Rule::Modular || kind == Rule::Hierarchical ? "p_within"
                                                               : "p";
}

Result<ConnectRule> readConnectRule(const Item& wire, const Shape& shape) {
  static const Value kNothing = 0.0;
  const auto valueOf = [&](const char* key) -> const Value& {
    if (const auto found = wire.values.find(key); found != wire.values.end()) return found->second;
    const Parameter* parameter = shape.parameter(key);
    return parameter ? parameter->initial : kNothing;
  };
  const auto real = [&](const char* key) { return asNumber(valueOf(key)).value_or(0); };
  const auto on = [&](const char* key) { return asNumber(valueOf(key)).value_or(1) != 0; };
  const auto count = [&](const char* key) {
    return static_cast<std::uint64_t>(std::max(0.0, real(key)));
  };
  ConnectRule rule;
  TRY(rule.kind, connectRule(asText(valueOf("rule")).value_or("")));
  rule.p = real(chanceName(rule.kind));
  rule.autapses = on("autapses");
  rule.multapses = on("multapses");
  if (isKernel(rule.kind)) rule.periodic = on("periodic");
  // only what the rule asks for: a large project has thousands of wires
  switch (rule.kind) {
    case Rule::ScaleFree: rule.exponent = real("exponent"); [[fallthrough]];
    case Rule::FixedIndegree: rule.indegree = count("indegree"); break;
    case Rule::FixedOutdegree: rule.outdegree = count("outdegree"); break;
    case Rule::FixedTotal: rule.total = count("total"); break;
    case Rule::DifferenceOfGaussians:
      rule.pSurround = real("p_surround");
      rule.sigmaSurround = real("sigma_surround");
      [[fallthrough]];
    case Rule::Gaussian: rule.sigma = real("sigma"); break;
    case Rule::Exponential: rule.length = real("length"); break;
    case Rule::Box: rule.radius = real("radius"); break;
    case Rule::SmallWorld:
      rule.neighbours = count("neighbours");
      rule.rewiring = real("rewiring");
      break;
    case Rule::Modular:
      rule.modules = count("modules");
      rule.pBetween = real("p_between");
      break;
    case Rule::Hierarchical:
      rule.levels = count("levels");
      rule.branches = count("branches");
      rule.falloff = real("falloff");
      break;
    case Rule::Convolution:
      rule.stride = count("stride");
      rule.padding = count("padding");
      [[fallthrough]];
    case Rule::Pooling: rule.kernel = count("kernel"); break;
    case Rule::Pairs: {
      TRY(rule.pairs, readPairs(valueOf("pairs")));
      break;
    }
    default: break;
  }
  return rule;
}

Result<void> possible(const ConnectRule& r, Grid from, Grid to, bool same) {
  const std::uint32_t sources = from.size(), targets = to.size();
  const std::uint64_t own = same && !r.autapses ? 1 : 0, eligible = sources - own;
  TRY_DO(inside(chanceName(r.kind), r.p, 0, 1));
  if (isKernel(r.kind)) return kernelPossible(r);
  switch (r.kind) {
    case Rule::OneToOne:
      if (sources == targets) return {};
      return Error{"one_to_one needs equal numbers; there are " + std::to_string(sources) +
                       " sources and " + std::to_string(targets) + " targets",
                   "rule"};
    case Rule::ScaleFree:
      if (!(r.exponent > 2) || !std::isfinite(r.exponent))
        return Error{"is " + numberText(r.exponent) + "; above 2 is allowed", "exponent"};
      [[fallthrough]];
    case Rule::FixedIndegree:
      return degreeInside(
          "indegree", r.indegree, eligible, r.multapses, "target",
          eligible ? "sources (or allow multapses)" : "sources (or allow autapses)");
    case Rule::FixedOutdegree:
      return degreeInside(
          "outdegree", r.outdegree, targets - own, r.multapses, "source",
          targets > own ? "targets (or allow multapses)" : "targets (or allow autapses)");
    case Rule::FixedTotal: {
      const std::uint64_t most = eligible * targets;
      if (r.total == 0 || (most > 0 && (r.multapses || r.total <= most))) return {};
      return Error{"is " + std::to_string(r.total) + ", but there are " + std::to_string(most) +
                       " possible pairs" + (most ? " (or allow multapses)" : ""),
                   "total"};
    }
    case Rule::SmallWorld:
      TRY_DO(inside("rewiring", r.rewiring, 0, 1));
      return degreeInside("neighbours", r.neighbours, sources - (same ? 1 : 0), false, "target",
                          "sources");
    case Rule::Modular:
    case Rule::Hierarchical: return modulesPossible(r, sources, targets);
    case Rule::Convolution:
    case Rule::Pooling: return windowPossible(r, from, to);
    case Rule::Pairs:
    case Rule::FromFile: return pairsPossible(r, sources, targets);
    default: return {};
  }
}

std::vector<Pair> joinedPairs(const std::vector<Pair>& pairs, const ConnectRule& rule, bool same,
                              std::vector<std::size_t>* kept) {
  std::vector<std::size_t> order(pairs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return pairs[i]; });
  std::vector<Pair> joined;
  std::size_t next = 0;
  for (const std::size_t i : order) {
    const Pair& pair = pairs[i];
    if (same && !rule.autapses && pair.source == pair.target) continue;
    if (!rule.multapses && !joined.empty() && joined.back() == pair) continue;
    joined.push_back(pair);
    order[next++] = i;
  }
  order.resize(next);
  if (kept) *kept = std::move(order);
  return joined;
}

}  // namespace spk
