#include "engine/sim/connect.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "engine/base/Math.h"
#include "engine/base/Value.h"

namespace spk {
namespace {

/// Sequences above all targets serve the rules that draw for the projection as a whole.
constexpr std::uint64_t kWhole = std::uint64_t{1} << 40;

constexpr std::uint64_t kSparse = 8;  // up to 1/8 of the sources: draw again what is taken

/// Each number in [first, end) but `without` with chance p, in rising order.
void drawPairs(RandomSequence& random, double p, std::uint64_t first, std::uint64_t end,
               std::uint32_t without, std::vector<std::uint32_t>& out) {
  if (p <= 0) return;
  const double inverse = p < 1 ? 1 / log1p(-p) : 0;
  for (std::uint64_t s = first;; ++s) {
    if (p < 1) s += failures(random, inverse);
    if (s >= end) return;
    if (s != without) out.push_back(static_cast<std::uint32_t>(s));
  }
}

bool isTaken(const std::vector<std::uint64_t>& taken, std::uint32_t s) {
  return taken[s / 64] >> (s % 64) & 1;
}
void flip(std::vector<std::uint64_t>& taken, std::uint32_t s) {
  taken[s / 64] ^= std::uint64_t{1} << (s % 64);
}

/// `degree` of `count` numbers, all alike; `without` is left out (`count`: none is).
void drawDegree(RandomSequence random, std::uint32_t count, std::uint32_t without,
                std::uint64_t degree, bool multapses, Connector::Scratch& scratch,
                std::vector<std::uint32_t>& out) {
  if (degree == 0) return;
  const std::uint32_t eligible = count - (without < count ? 1 : 0);
  const auto one = [&] {
    const std::uint32_t s = random.below(eligible);
    return s + (s >= without ? 1 : 0);
  };
  if (multapses) {
    for (std::uint64_t i = 0; i < degree; ++i) out.push_back(one());
    return;
  }
  // Distinct ones by drawing again; above one half, those left out are drawn instead.
  const bool leaveOut = degree > eligible / 2;
  const std::uint64_t drawn = leaveOut ? eligible - degree : degree;
  const std::size_t begin = out.size();
  std::vector<std::uint64_t>& taken = scratch.taken;
  taken.resize((count + 63) / 64, 0);
  for (std::uint64_t i = 0; i < drawn;) {
    const std::uint32_t s = one();
    if (isTaken(taken, s)) continue;
    flip(taken, s);
    ++i;
    if (!leaveOut) out.push_back(s);
  }
  if (leaveOut) {
    for (std::uint32_t s = 0; s < count; ++s)
      if (!isTaken(taken, s) && s != without) out.push_back(s);
    std::ranges::fill(taken, 0);
  } else {
    for (std::size_t i = begin; i < out.size(); ++i) taken[out[i] / 64] = 0;
  }
}

}  // namespace

std::uint64_t failures(RandomSequence& random, double inverse) {
  const double count = std::floor(log(random.uniform()) * inverse);
  return count < 1e18 ? static_cast<std::uint64_t>(count) : std::uint64_t{1} << 62;
}

Connector::Connector(const ConnectRule& rule, Grid sources, Grid targets, bool same, RandomKey key)
    : rule_(rule),
      sources_(sources),
      targets_(targets),
      sourceCount_(sources.size()),
      targetCount_(targets.size()),
      same_(same),
      noAutapses_(same && !rule.autapses),
      key_(key),
      reach_(reach()) {
  if (rule_.kind == ConnectRule::Kind::Pooling) rule_.stride = rule_.kernel, rule_.padding = 0;
  if (!isKernel(rule_.kind) || !rule_.from || !rule_.from->areFree()) return;
  const Places &from = *rule_.from, &to = *rule_.to;
  cells_.emplace(from, sourceCount_, rule_.periodic && from.haveBox() && from.sides == to.sides);
}

Result<Connector> Connector::make(const ConnectRule& rule, Grid sources, Grid targets, bool same,
                                  RandomKey key) {
  TRY_DO(possible(rule, sources, targets, same));
  Connector c(rule, sources, targets, same, key);
  c.expected_ = c.count();
  c.drawWhole();
  return c;
}

Result<double> Connector::expected(const ConnectRule& rule, Grid sources, Grid targets, bool same,
                                   RandomKey key) {
  TRY_DO(possible(rule, sources, targets, same));
  return Connector(rule, sources, targets, same, key).count();
}

void Connector::drawWhole() {
  using Rule = ConnectRule::Kind;
  if (rule_.kind == Rule::FixedTotal) {
    if (rule_.multapses)
      shareTotal();
    else
      shareTotalDistinct();
  }
  if (rule_.kind == Rule::FixedOutdegree) drawSourceBySource();
  if (rule_.pairs) sortPairs();
  if (rule_.kind == Rule::ScaleFree) {
    shares_.reserve(sourceCount_);
    double sum = 0;
    for (std::uint32_t s = 0; s < sourceCount_; ++s)
      shares_.push_back(sum += pow(s + 1.0, -1 / (rule_.exponent - 1)));
  }
}

double Connector::count() const {
  using Rule = ConnectRule::Kind;
  const double sources = sourceCount_ - (noAutapses_ ? 1.0 : 0.0), targets = targetCount_;
  switch (rule_.kind) {
    case Rule::AllToAll: return sources * targets;
    case Rule::OneToOne: return noAutapses_ ? 0 : targets;
    case Rule::PairwiseBernoulli: return rule_.p * sources * targets;
    case Rule::FixedIndegree:
    case Rule::ScaleFree: return static_cast<double>(rule_.indegree) * targets;
    case Rule::FixedOutdegree: return static_cast<double>(rule_.outdegree) * sourceCount_;
    case Rule::FixedTotal: return static_cast<double>(rule_.total);
    case Rule::SmallWorld: return static_cast<double>(rule_.neighbours) * targets;
    case Rule::Modular:
    case Rule::Hierarchical: return expectedModular();
    case Rule::Pairs:
    case Rule::FromFile: return rule_.pairs ? static_cast<double>(rule_.pairs->size()) : 0;
    case Rule::Convolution:
    case Rule::Pooling: return expectedWindow();
    default: return cells_ ? expectedFree() : expectedNear();
  }
}

void Connector::draw(std::uint32_t target, Scratch& scratch,
                     std::vector<std::uint32_t>& sources) const {
  using Rule = ConnectRule::Kind;
  const auto degree = [&](std::uint64_t d) {
    drawDegree({key_, target}, sourceCount_, without(target), d, rule_.multapses, scratch, sources);
  };
  switch (rule_.kind) {
    case Rule::AllToAll:
      for (std::uint32_t s = 0; s < sourceCount_; ++s)
        if (s != without(target)) sources.push_back(s);
      return;
    case Rule::OneToOne:
      if (!noAutapses_) sources.push_back(target);
      return;
    case Rule::PairwiseBernoulli: {
      RandomSequence random(key_, target);
      return drawPairs(random, rule_.p, 0, sourceCount_, without(target), sources);
    }
    case Rule::FixedIndegree: return degree(rule_.indegree);
    case Rule::FixedOutdegree:
    case Rule::Pairs:
    case Rule::FromFile:
      if (starts_.empty()) return;
      sources.insert(sources.end(), chosen_.begin() + static_cast<std::ptrdiff_t>(starts_[target]),
                     chosen_.begin() + static_cast<std::ptrdiff_t>(starts_[target + 1]));
      return;
    case Rule::FixedTotal:
      if (rule_.multapses) return degree(degrees_[target]);
      for (auto at = std::ranges::lower_bound(pairs_, std::uint64_t{target} * sourceCount_);
           at != pairs_.end() && *at / sourceCount_ == target; ++at)
        sources.push_back(static_cast<std::uint32_t>(*at % sourceCount_));
      return;
    case Rule::SmallWorld: return drawSmallWorld(target, scratch, sources);
    case Rule::ScaleFree: return drawScaleFree(target, scratch, sources);
    case Rule::Modular:
    case Rule::Hierarchical: return drawModular(target, sources);
    case Rule::Convolution:
    case Rule::Pooling: return drawWindow(target, sources);
    case Rule::Gaussian:
    case Rule::Exponential:
    case Rule::Box:
    case Rule::DifferenceOfGaussians:
      return cells_ ? drawFree(target, sources) : drawNear(target, sources);
  }
}

/// How many synapses each target gets: multinomial, by binomials one after another.
void Connector::shareTotal() {
  RandomSequence random(key_, kWhole);
  std::uint64_t left = rule_.total;
  degrees_.resize(targetCount_);
  for (std::uint32_t t = 0; t < targetCount_; ++t) {
    degrees_[t] = t + 1 == targetCount_ ? left : random.binomial(left, 1.0 / (targetCount_ - t));
    left -= degrees_[t];
  }
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

/// Every source draws its targets, then they are sorted by target: drawn twice, to count and to
/// place, which needs half the memory of keeping the pairs.
void Connector::drawSourceBySource() {
  Scratch scratch;
  std::vector<std::uint32_t> targets;
  const auto forEach = [&](auto&& pair) {
    for (std::uint32_t s = 0; s < sourceCount_; ++s) {
      targets.clear();
      drawDegree({key_, kWhole + 1 + s}, targetCount_, noAutapses_ ? s : targetCount_,
                 rule_.outdegree, rule_.multapses, scratch, targets);
      for (const std::uint32_t t : targets) pair(s, t);
    }
  };
  starts_.assign(std::size_t{targetCount_} + 1, 0);
  forEach([this](std::uint32_t, std::uint32_t t) { ++starts_[t + 1]; });
  std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
  chosen_.resize(starts_.back());
  std::vector<std::uint64_t> cursor = starts_;
  forEach([&](std::uint32_t s, std::uint32_t t) { chosen_[cursor[t]++] = s; });
}

/// The pairs of a list or file, which come in order of source, then target.
void Connector::sortPairs() {
  starts_.assign(std::size_t{targetCount_} + 1, 0);
  for (const Pair& pair : *rule_.pairs) ++starts_[std::size_t{pair.target} + 1];
  std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
  chosen_.resize(starts_.back());
  std::vector<std::uint64_t> cursor = starts_;
  for (const Pair& pair : *rule_.pairs) chosen_[cursor[pair.target]++] = pair.source;
}

/// Watts & Strogatz 1998, with direction: the nearest sources on a ring, to both sides in turn;
/// then each is exchanged, with chance `rewiring`, for one that is not joined yet.
void Connector::drawSmallWorld(std::uint32_t target, Scratch& scratch,
                               std::vector<std::uint32_t>& sources) const {
  if (rule_.neighbours == 0) return;
  RandomSequence random(key_, target);
  const std::size_t begin = sources.size();
  std::vector<std::uint64_t>& taken = scratch.taken;
  taken.resize((sourceCount_ + 63) / 64, 0);
  const std::uint64_t centre =
      same_ ? target : (2 * std::uint64_t{target} + 1) * sourceCount_ / (2 * targetCount_);
  for (std::uint64_t i = 0; i < rule_.neighbours; ++i) {
    const std::uint64_t place = i + (same_ ? 1 : 0), steps = (place + 1) / 2;
    const std::uint64_t at = centre + (place % 2 ? steps : sourceCount_ - steps);
    sources.push_back(static_cast<std::uint32_t>(at % sourceCount_));
    flip(taken, sources.back());
  }
  const std::uint64_t left = sourceCount_ - rule_.neighbours - (noAutapses_ ? 1 : 0);
  std::vector<std::uint32_t>& free = scratch.free;
  free.clear();
  const bool listed = rule_.neighbours > sourceCount_ / 2;  // few are free: better known by name
  for (std::uint32_t s = 0; listed && s < sourceCount_; ++s)
    if (!isTaken(taken, s) && s != without(target)) free.push_back(s);
  for (std::size_t i = begin; i < sources.size(); ++i) {
    if (left == 0 || random.uniform() >= rule_.rewiring) continue;
    if (listed) {
      std::swap(sources[i], free[random.below(static_cast<std::uint32_t>(free.size()))]);
      continue;
    }
    std::uint32_t s;
    do s = random.below(sourceCount_);
    while (isTaken(taken, s) || s == without(target));
    flip(taken, sources[i]);
    flip(taken, s);
    sources[i] = s;
  }
  std::ranges::fill(taken, 0);
}

/// Goh, Kahng & Kim 2001 (Phys Rev Lett 87:278701): source i is drawn with weight
/// (i + 1)^(−1 / (exponent − 1)), so the first ones are the hubs.
void Connector::drawScaleFree(std::uint32_t target, Scratch& scratch,
                              std::vector<std::uint32_t>& sources) const {
  if (rule_.indegree == 0) return;
  RandomSequence random(key_, target);
  if (!rule_.multapses && rule_.indegree > sourceCount_ / kSparse) {
    // The first to arrive, each at its own rate (Efraimidis & Spirakis 2006).
    std::vector<std::pair<double, std::uint32_t>>& order = scratch.order;
    order.clear();
    for (std::uint32_t s = 0; s < sourceCount_; ++s) {
      const double share = shares_[s] - (s ? shares_[s - 1] : 0);
      const double arrival = random.exponential() / share;
      if (s != without(target)) order.emplace_back(arrival, s);
    }
    std::ranges::nth_element(order,
                             order.begin() + static_cast<std::ptrdiff_t>(rule_.indegree - 1));
    for (std::uint64_t i = 0; i < rule_.indegree; ++i) sources.push_back(order[i].second);
    return;
  }
  const std::size_t begin = sources.size();
  std::vector<std::uint64_t>& taken = scratch.taken;
  taken.resize((sourceCount_ + 63) / 64, 0);
  while (sources.size() - begin < rule_.indegree) {
    const auto at = std::ranges::upper_bound(shares_, random.uniform() * shares_.back());
    const auto s = static_cast<std::uint32_t>(
        std::min<std::ptrdiff_t>(at - shares_.begin(), sourceCount_ - 1));
    if (s == without(target) || isTaken(taken, s)) continue;
    if (!rule_.multapses) flip(taken, s);
    sources.push_back(s);
  }
  for (std::size_t i = begin; i < sources.size(); ++i) taken[sources[i] / 64] = 0;
}

/// Levels of modules around one another, the smallest first; the last is the whole.
std::uint64_t Connector::levelCount() const {
  return rule_.kind == ConnectRule::Kind::Modular ? 1 : rule_.levels;
}
std::uint64_t Connector::moduleCount(std::uint64_t level) const {
  if (rule_.kind == ConnectRule::Kind::Modular) return level == 0 ? rule_.modules : 1;
  std::uint64_t n = 1;
  for (; level < rule_.levels; ++level) n *= rule_.branches;
  return n;
}
/// Of a pair whose smallest common module is of this level.
double Connector::chanceAt(std::uint64_t level) const {
  if (rule_.kind == ConnectRule::Kind::Modular) return level == 0 ? rule_.p : rule_.pBetween;
  double p = rule_.p;
  for (; level > 0; --level) p *= rule_.falloff;
  return p;
}

/// The sources of the module in which the target lies.
Connector::Range Connector::module(std::uint32_t target, std::uint64_t level) const {
  const std::uint64_t modules = moduleCount(level);
  // Of the smallest modules, so that larger ones hold whole smaller ones.
  const std::uint64_t m = target * moduleCount(0) / targetCount_ / (moduleCount(0) / modules);
  const auto from = [&](std::uint64_t i) {
    return static_cast<std::int64_t>((i * sourceCount_ + modules - 1) / modules);
  };
  return {from(m), from(m + 1)};
}

double Connector::expectedModular() const {
  double n = 0;
  for (std::uint32_t t = 0; t < targetCount_; ++t) {
    std::int64_t inner = 0;
    for (std::uint64_t level = 0; level <= levelCount(); ++level) {
      const Range all = module(t, level);
      n += chanceAt(level) * static_cast<double>(all.end - all.first - inner);
      inner = all.end - all.first;
    }
  }
  return n - (noAutapses_ ? rule_.p * targetCount_ : 0);
}

/// From the far left to the target's own module, then to the far right.
void Connector::drawModular(std::uint32_t target, std::vector<std::uint32_t>& sources) const {
  RandomSequence random(key_, target);
  const auto draw = [&](std::uint64_t level, std::int64_t first, std::int64_t end) {
    drawPairs(random, chanceAt(level), static_cast<std::uint64_t>(first),
              static_cast<std::uint64_t>(end), without(target), sources);
  };
  for (std::uint64_t level = levelCount(); level > 0; --level)
    draw(level, module(target, level).first, module(target, level - 1).first);
  draw(0, module(target, 0).first, module(target, 0).end);
  for (std::uint64_t level = 1; level <= levelCount(); ++level)
    draw(level, module(target, level - 1).end, module(target, level).end);
}

}  // namespace spk
