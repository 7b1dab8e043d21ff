#include "engine/sim/connect.h"

#include <algorithm>
#include <cmath>

#include "engine/base/Math.h"
#include "engine/base/Value.h"

namespace spk {
namespace {

/// Sequences above all targets serve the rules that draw for the projection as a whole.
constexpr std::uint64_t kWhole = std::uint64_t{1} << 40;

/// How many failures lie before the next success of chance p; `inverse` = 1 / log(1 − p).
std::uint64_t skip(RandomSequence& random, double inverse) {
  const double failures = std::floor(log(random.uniform()) * inverse);
  return failures < 1e18 ? static_cast<std::uint64_t>(failures) : std::uint64_t{1} << 62;
}

}  // namespace

Result<ConnectRule::Kind> connectRule(std::string_view word) {
  using Rule = ConnectRule::Kind;
  constexpr std::pair<std::string_view, Rule> kRules[] = {
      {"all_to_all", Rule::AllToAll},
      {"one_to_one", Rule::OneToOne},
      {"pairwise_bernoulli", Rule::PairwiseBernoulli},
      {"fixed_indegree", Rule::FixedIndegree},
      {"fixed_total", Rule::FixedTotal},
      {"gaussian", Rule::Gaussian}};
  for (const auto& [name, kind] : kRules)
    if (name == word) return kind;
  return Error{"is \"" + std::string(word) +
                   "\"; all_to_all, one_to_one, pairwise_bernoulli, fixed_indegree, fixed_total or "
                   "gaussian",
               "rule"};
}

Result<Connector> Connector::make(const ConnectRule& rule, Grid sources, Grid targets, bool same,
                                  RandomKey key) {
  using Rule = ConnectRule::Kind;
  Connector c;
  c.rule_ = rule;
  c.sources_ = sources;
  c.targets_ = targets;
  c.sourceCount_ = sources.size();
  c.targetCount_ = targets.size();
  c.noAutapses_ = same && !rule.autapses;
  c.key_ = key;
  const std::uint64_t eligible = c.sourceCount_ - (c.noAutapses_ ? 1 : 0);
  if (!(rule.p >= 0 && rule.p <= 1))
    return Error{"is " + numberText(rule.p) + "; 0 to 1 is allowed",
                 rule.kind == Rule::Gaussian ? "p_max" : "p"};
  switch (rule.kind) {
    case Rule::OneToOne:
      if (c.sourceCount_ != c.targetCount_)
        return Error{"one_to_one needs equal numbers; there are " + std::to_string(c.sourceCount_) +
                         " sources and " + std::to_string(c.targetCount_) + " targets",
                     "rule"};
      break;
    case Rule::FixedIndegree:
      if (rule.indegree > 0 && (eligible == 0 || (!rule.multapses && rule.indegree > eligible)))
        return Error{"is " + std::to_string(rule.indegree) + ", but each target has " +
                         std::to_string(eligible) + " possible sources" +
                         (eligible ? " (or allow multapses)" : ""),
                     "indegree"};
      break;
    case Rule::FixedTotal: TRY_DO(c.shareTotal()); break;
    case Rule::Gaussian:
      if (!(rule.sigma > 0)) return Error{"is " + numberText(rule.sigma) + "; above 0", "sigma"};
      c.prepareGaussian();
      break;
    case Rule::AllToAll:
    case Rule::PairwiseBernoulli: break;
  }
  return c;
}

double Connector::expected() const {
  const double sources = sourceCount_ - (noAutapses_ ? 1.0 : 0.0), targets = targetCount_;
  switch (rule_.kind) {
    case ConnectRule::Kind::AllToAll: return sources * targets;
    case ConnectRule::Kind::OneToOne: return noAutapses_ ? 0 : targets;
    case ConnectRule::Kind::PairwiseBernoulli: return rule_.p * sources * targets;
    case ConnectRule::Kind::FixedIndegree: return static_cast<double>(rule_.indegree) * targets;
    case ConnectRule::Kind::FixedTotal: return static_cast<double>(rule_.total);
    case ConnectRule::Kind::Gaussian: break;
  }
  double rows = 0, columns = 0;
  for (const double chance : rowChance_) rows += chance;
  for (const double chance : columnChance_) columns += chance;
  return rule_.p * rows * columns * sources_.channels * targets_.channels;
}

void Connector::draw(std::uint32_t target, Scratch& scratch,
                     std::vector<std::uint32_t>& sources) const {
  switch (rule_.kind) {
    case ConnectRule::Kind::AllToAll:
      for (std::uint32_t s = 0; s < sourceCount_; ++s)
        if (!(noAutapses_ && s == target)) sources.push_back(s);
      return;
    case ConnectRule::Kind::OneToOne:
      if (!noAutapses_) sources.push_back(target);
      return;
    case ConnectRule::Kind::PairwiseBernoulli: return drawBernoulli(target, sources);
    case ConnectRule::Kind::FixedIndegree:
      return drawDegree(target, rule_.indegree, scratch, sources);
    case ConnectRule::Kind::FixedTotal:
      if (rule_.multapses) return drawDegree(target, degrees_[target], scratch, sources);
      for (auto at = std::ranges::lower_bound(pairs_, std::uint64_t{target} * sourceCount_);
           at != pairs_.end() && *at / sourceCount_ == target; ++at)
        sources.push_back(static_cast<std::uint32_t>(*at % sourceCount_));
      return;
    case ConnectRule::Kind::Gaussian: return drawGaussian(target, sources);
  }
}

void Connector::drawBernoulli(std::uint32_t target, std::vector<std::uint32_t>& sources) const {
  if (rule_.p <= 0) return;
  RandomSequence random(key_, target);
  const double inverse = rule_.p < 1 ? 1 / log1p(-rule_.p) : 0;
  for (std::uint64_t s = 0;; ++s) {
    if (rule_.p < 1) s += skip(random, inverse);
    if (s >= sourceCount_) return;
    if (!(noAutapses_ && s == target)) sources.push_back(static_cast<std::uint32_t>(s));
  }
}

void Connector::drawDegree(std::uint32_t target, std::uint64_t degree, Scratch& scratch,
                           std::vector<std::uint32_t>& sources) const {
  if (degree == 0) return;
  RandomSequence random(key_, target);
  const std::uint32_t eligible = sourceCount_ - (noAutapses_ ? 1 : 0);
  const auto one = [&] {
    const std::uint32_t s = random.below(eligible);
    return s + (noAutapses_ && s >= target ? 1 : 0);
  };
  if (rule_.multapses) {
    for (std::uint64_t i = 0; i < degree; ++i) sources.push_back(one());
    return;
  }
  // Distinct ones by drawing again; above one half, those left out are drawn instead.
  const bool leaveOut = degree > eligible / 2;
  const std::uint64_t drawn = leaveOut ? eligible - degree : degree;
  const std::size_t begin = sources.size();
  std::vector<std::uint64_t>& taken = scratch.taken;
  taken.resize((sourceCount_ + 63) / 64, 0);
  for (std::uint64_t i = 0; i < drawn;) {
    const std::uint32_t s = one();
    std::uint64_t& word = taken[s / 64];
    const std::uint64_t bit = std::uint64_t{1} << (s % 64);
    if (word & bit) continue;
    word |= bit;
    ++i;
    if (!leaveOut) sources.push_back(s);
  }
  if (leaveOut) {
    for (std::uint32_t s = 0; s < sourceCount_; ++s)
      if (!(taken[s / 64] >> (s % 64) & 1) && !(noAutapses_ && s == target)) sources.push_back(s);
    std::ranges::fill(taken, 0);
  } else {
    for (std::size_t i = begin; i < sources.size(); ++i) taken[sources[i] / 64] = 0;
  }
}

/// How many synapses each target gets: multinomial, by binomials one after another.
Result<void> Connector::shareTotal() {
  const std::uint64_t perTarget = sourceCount_ - (noAutapses_ ? 1 : 0);
  const std::uint64_t most = perTarget * targetCount_;
  if (rule_.total > 0 && (perTarget == 0 || (!rule_.multapses && rule_.total > most)))
    return Error{"is " + std::to_string(rule_.total) + ", but there are " + std::to_string(most) +
                     " possible pairs" + (most ? " (or allow multapses)" : ""),
                 "total"};
  if (!rule_.multapses) return shareTotalDistinct(), Result<void>{};
  RandomSequence random(key_, kWhole);
  std::uint64_t left = rule_.total;
  degrees_.resize(targetCount_);
  for (std::uint32_t t = 0; t < targetCount_; ++t) {
    degrees_[t] = t + 1 == targetCount_ ? left : random.binomial(left, 1.0 / (targetCount_ - t));
    left -= degrees_[t];
  }
  return {};
}

/// Distinct pairs, all sets alike: as many as are missing are drawn until none is.
void Connector::shareTotalDistinct() {
  const std::uint32_t perTarget = sourceCount_ - (noAutapses_ ? 1 : 0);
  const std::uint64_t most = std::uint64_t{perTarget} * targetCount_;
  const bool leaveOut = rule_.total > most / 2;
  const std::uint64_t wanted = leaveOut ? most - rule_.total : rule_.total;
  RandomSequence random(key_, kWhole);
  std::vector<std::uint64_t> pairs;
  while (pairs.size() < wanted) {
    for (std::uint64_t missing = wanted - pairs.size(); missing; --missing) {
      const std::uint32_t target = random.below(targetCount_);
      std::uint32_t source = random.below(perTarget);
      if (noAutapses_ && source >= target) ++source;
      pairs.push_back(std::uint64_t{target} * sourceCount_ + source);
    }
    std::ranges::sort(pairs);
    const auto twins = std::ranges::unique(pairs);
    pairs.erase(twins.begin(), twins.end());
  }
  if (!leaveOut) {
    pairs_ = std::move(pairs);
    return;
  }
  auto out = pairs.begin();
  for (std::uint32_t t = 0; t < targetCount_; ++t)
    for (std::uint32_t s = 0; s < sourceCount_; ++s) {
      const std::uint64_t pair = std::uint64_t{t} * sourceCount_ + s;
      if (noAutapses_ && s == t) continue;
      if (out != pairs.end() && *out == pair)
        ++out;
      else
        pairs_.push_back(pair);
    }
}

/// exp(−(dx² + dy²) / 2σ²) is a product: one table for rows, one for columns.
void Connector::prepareGaussian() {
  const auto table = [this](std::uint32_t from, std::uint32_t to) {
    std::vector<double> chances(std::size_t{from} * to);
    for (std::uint32_t t = 0; t < to; ++t)
      for (std::uint32_t s = 0; s < from; ++s) {
        double d = std::fabs((s + 0.5) * to / from - (t + 0.5));
        if (rule_.periodic) d = std::min(d, to - d);
        chances[std::size_t{t} * from + s] = exp(-d * d / (2 * rule_.sigma * rule_.sigma));
      }
    return chances;
  };
  rowChance_ = table(sources_.height, targets_.height);
  columnChance_ = table(sources_.width, targets_.width);
}

/// Row by row, geometric skipping with the row's chance, then thinned by the column's.
void Connector::drawGaussian(std::uint32_t target, std::vector<std::uint32_t>& sources) const {
  RandomSequence random(key_, target);
  const std::uint32_t x = target % targets_.width, y = target / targets_.width % targets_.height;
  for (std::uint32_t c = 0; c < sources_.channels; ++c)
    for (std::uint32_t sy = 0; sy < sources_.height; ++sy) {
      const double chance = rule_.p * rowChance_[std::size_t{y} * sources_.height + sy];
      if (chance <= 0) continue;
      const double inverse = chance < 1 ? 1 / log1p(-chance) : 0;
      const std::uint32_t row = (c * sources_.height + sy) * sources_.width;
      for (std::uint64_t sx = 0;; ++sx) {
        if (chance < 1) sx += skip(random, inverse);
        if (sx >= sources_.width) break;
        if (random.uniform() >= columnChance_[std::size_t{x} * sources_.width + sx]) continue;
        const std::uint32_t source = row + static_cast<std::uint32_t>(sx);
        if (!(noAutapses_ && source == target)) sources.push_back(source);
      }
    }
}

}  // namespace spk
