#include "plugins/flow/Contrast.h"

#include <algorithm>
#include <cmath>

#include "engine/base/Math.h"

namespace spk::flow {
namespace {

// Around the largest tile and smaller ones, for events that move out of it [px].
constexpr int kMargin = 16, kSmallMargin = 8;
constexpr int kMostTaps = 33;
constexpr double kOverlap = 0.25;                 // of a tile's side, on each of its sides
constexpr double kLongestStep = 2, kDone = 0.01;  // of the optimiser [px]
constexpr int kHalvings = 4;                      // of the window, to begin with
constexpr int kTries = 8;                         // of a step's length
/// Stiffness of the largest tile against no motion: along a single edge nothing else decides.
constexpr double kLoose = 1e-4;

int freedoms(const ContrastRules& rules) {
  return rules.model == ContrastRules::Model::Affine ? 6 : 2;
}

/// A direction downhill from slopes, learning the curvature on its way (Broyden, Fletcher, Goldfarb
/// and Shanno; Nocedal & Wright, Numerical Optimization, ch. 6).
class Curvature {
 public:
  explicit Curvature(int n) : n_(n) {
    for (int i = 0; i < n; ++i) inverse_[at(i, i)] = 1;
  }
  std::array<double, 6> downhill(const std::array<double, 6>& slope) const {
    std::array<double, 6> way = {};
    for (int i = 0; i < n_; ++i)
      for (int j = 0; j < n_; ++j)
        way[static_cast<std::size_t>(i)] -= inverse_[at(i, j)] * slope[static_cast<std::size_t>(j)];
    return way;
  }
  void learn(const std::array<double, 6>& moved, const std::array<double, 6>& bent) {
    double curve = 0, size = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(n_); ++i)
      curve += moved[i] * bent[i], size += bent[i] * bent[i];
    if (!(curve > 1e-12)) return;
    if (!learnt_) {  // the scale of the first guess
      for (int i = 0; i < n_; ++i) inverse_[at(i, i)] = curve / size;
      learnt_ = true;
    }
    std::array<double, 6> hb = {};
    double bhb = 0;
    for (int i = 0; i < n_; ++i)
      for (int j = 0; j < n_; ++j)
        hb[static_cast<std::size_t>(i)] += inverse_[at(i, j)] * bent[static_cast<std::size_t>(j)];
    for (std::size_t i = 0; i < static_cast<std::size_t>(n_); ++i) bhb += bent[i] * hb[i];
    for (int i = 0; i < n_; ++i)
      for (int j = 0; j < n_; ++j) {
        const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
        inverse_[at(i, j)] += (1 + bhb / curve) * moved[a] * moved[b] / curve -
                              (hb[a] * moved[b] + moved[a] * hb[b]) / curve;
      }
  }
  void forget() {
    inverse_ = {};
    for (int i = 0; i < n_; ++i) inverse_[at(i, i)] = 1;
    learnt_ = false;
  }

 private:
  static std::size_t at(int i, int j) { return static_cast<std::size_t>(i * 6 + j); }

  int n_;
  std::array<double, 36> inverse_ = {};
  bool learnt_ = false;
};

double length(const std::array<double, 6>& v) {
  double sum = 0;
  for (const double x : v) sum += x * x;
  return std::sqrt(sum);
}

}  // namespace

TileMotion TileMotion::seenFrom(double px, double py, double otherReach) const {
  TileMotion other = *this;
  const Velocity middle = at(px, py);
  other.x = px, other.y = py, other.reach = otherReach;
  other.d[X] = middle.x, other.d[Y] = middle.y;
  for (const At k : {XX, XY, YX, YY}) other.d[k] = d[k] * otherReach / reach;
  return other;
}

ContrastMax::ContrastMax(SensorSize size) : size_(size) {
  const auto pixels = static_cast<std::size_t>(size.width + 2 * kMargin + 1) *
                      static_cast<std::size_t>(size.height + 2 * kMargin + 1);
  picture_.resize(pixels);
  across1_.resize(pixels);
  sharp_.resize(pixels);
  chosen_.reserve(kMostEvents);
  taps_.reserve(kMostTaps);
  const std::size_t most = static_cast<std::size_t>(size.width / 8 + 2) *
                           static_cast<std::size_t>(size.height / 8 + 2) * 4;
  tiles_.reserve(most);
  parents_.reserve(most);
}

/// Half of a Gaussian of √2 · blur: what two spots have in common, by their distance.
void ContrastMax::kernel(double blur) {
  const double sigma = std::max(blur, 0.3) * std::sqrt(2.0);
  const int reach = std::min(kMostTaps - 1, static_cast<int>(std::ceil(3 * sigma)));
  taps_.clear();
  double sum = 0;
  for (int i = 0; i <= reach; ++i) {
    const double tap = exp(-0.5 * i * i / (sigma * sigma));
    taps_.push_back(static_cast<float>(tap));
    sum += i ? 2 * tap : tap;
  }
  for (float& tap : taps_) tap = static_cast<float>(static_cast<double>(tap) / sum);
}

void ContrastMax::solve(std::span<const WindowEvent> events, double seconds,
                        const ContrastRules& rules) {
  rules_ = rules;
  seconds_ = seconds;
  found_ = false;
  kernel(rules.blur);
  const double width = size_.width, height = size_.height;
  across_ = down_ = 1;
  tiles_.assign(1, {.x = width / 2, .y = height / 2, .reach = std::max(width, height) / 2});
  choose(events, {0, 0, width, height});
  if (chosen_.size() < static_cast<std::size_t>(kFewest)) return;
  found_ = true;
  const TileMotion still = tiles_[0];
  stiffness_ = kLoose;
  double loss = 0;
  for (int halving = kHalvings; halving >= 0; --halving)
    loss = fit(tiles_[0], still, 1.0 / (1 << halving));
  TileMotion asBefore = still;
  for (std::size_t i = 0; i < asBefore.d.size(); ++i) asBefore.d[i] = last_.d[i] * seconds;
  if (asBefore.d != still.d && fit(asBefore, still, 1) < loss) tiles_[0] = asBefore;
  for (std::size_t i = 0; i < last_.d.size(); ++i) last_.d[i] = tiles_[0].d[i] / seconds;
  stiffness_ = rules.stiffness;

  while (std::max(width / across_, height / down_) > std::max(rules.tile, 8)) {
    std::swap(tiles_, parents_);
    const int parentsAcross = across_;
    across_ = width / across_ > rules.tile ? 2 * across_ : across_;
    const int times = across_ / parentsAcross;
    const int parentsDown = down_;
    down_ = height / down_ > rules.tile ? 2 * down_ : down_;
    const int timesDown = down_ / parentsDown;
    const double w = width / across_, h = height / down_;
    tiles_.clear();
    for (int row = 0; row < down_; ++row)
      for (int column = 0; column < across_; ++column) {
        const TileMotion& parent =
            parents_[static_cast<std::size_t>(row / timesDown * parentsAcross + column / times)];
        const TileMotion before =
            parent.seenFrom((column + 0.5) * w, (row + 0.5) * h, std::max(w, h) / 2);
        TileMotion motion = before;
        choose(events, {(column - kOverlap) * w, (row - kOverlap) * h, (column + 1 + kOverlap) * w,
                        (row + 1 + kOverlap) * h});
        if (chosen_.size() >= static_cast<std::size_t>(kFewest)) fit(motion, before, 1);
        tiles_.push_back(motion);
      }
  }
}

Velocity ContrastMax::at(double x, double y) const {
  if (!found_) return {};
  const double column = std::clamp(x * across_ / size_.width - 0.5, 0.0, across_ - 1.0),
               row = std::clamp(y * down_ / size_.height - 0.5, 0.0, down_ - 1.0);
  const int left = std::min(static_cast<int>(column), std::max(across_ - 2, 0)),
            top = std::min(static_cast<int>(row), std::max(down_ - 2, 0));
  const double right = column - left, below = row - top;
  Velocity sum;
  for (int dy = 0; dy <= 1; ++dy)
    for (int dx = 0; dx <= 1; ++dx) {
      const double share = (dx ? right : 1 - right) * (dy ? below : 1 - below);
      if (!(share > 0)) continue;
      const Velocity v =
          tiles_[static_cast<std::size_t>((top + dy) * across_ + left + dx)].at(x, y);
      sum.x += share * v.x;
      sum.y += share * v.y;
    }
  return {sum.x / seconds_, sum.y / seconds_};
}

void ContrastMax::choose(std::span<const WindowEvent> events, const Box& box) {
  chosen_.clear();
  for (const WindowEvent& e : events) {
    if (static_cast<double>(e.x) < box.left || static_cast<double>(e.x) >= box.right ||
        static_cast<double>(e.y) < box.top || static_cast<double>(e.y) >= box.bottom)
      continue;
    chosen_.push_back(e);
    if (rules_.ink == ContrastRules::Ink::Equal) chosen_.back().ink = 1;
  }
  const int margin = across_ * down_ == 1 ? kMargin : kSmallMargin;
  left_ = static_cast<int>(std::max(box.left, 0.0)) - margin;
  top_ = static_cast<int>(std::max(box.top, 0.0)) - margin;
  width_ = static_cast<int>(std::min(box.right, double(size_.width))) + margin + 1 - left_;
  height_ = static_cast<int>(std::min(box.bottom, double(size_.height))) + margin + 1 - top_;
}

/// The events of the middle `share` of the window.
void ContrastMax::slice(double share) {
  const auto half = static_cast<float>(share * seconds_ / 2);
  const auto begin =
      std::ranges::partition_point(chosen_, [half](const WindowEvent& e) { return e.t < -half; });
  const auto end = std::partition_point(begin, chosen_.end(),
                                        [half](const WindowEvent& e) { return e.t <= half; });
  sliced_ = {begin, end};
}

/// Improves the motion with the events of the middle `share` of the window; their displacement is
/// what the optimiser sees, so that a pixel means the same for any share. Gives what is lost.
double ContrastMax::fit(TileMotion& motion, const TileMotion& before, double share) {
  slice(share);
  whole_ = share == 1;
  if (sliced_.size() < static_cast<std::size_t>(kFewest)) return 0;
  const auto scaled = [](TileMotion m, double factor) {
    for (double& d : m.d) d *= factor;
    return m;
  };
  const double whole = seconds_;
  const TileMotion anchor = scaled(before, share);
  TileMotion now = scaled(motion, share);
  seconds_ = whole * share;
  std::array<double, 6> unused = {};
  unmoved_ = focus(scaled(now, 0), 0, unused);
  const int n = freedoms(rules_);
  Curvature curvature(n);
  Judged here = judge(now, anchor);
  for (int round = 0; round < rules_.rounds && unmoved_ > 0; ++round) {
    std::array<double, 6> way = curvature.downhill(here.slope);
    double uphill = 0;
    for (std::size_t i = 0; i < 6; ++i) uphill += way[i] * here.slope[i];
    if (!(uphill < 0)) {
      curvature.forget();
      way = curvature.downhill(here.slope);
      uphill = -length(here.slope) * length(here.slope);
    }
    const double far = length(way);
    if (!(far > 0)) break;
    double step = std::min(round == 0 ? 0.5 / far : 1.0, kLongestStep / far);
    TileMotion next = now;
    Judged there;
    bool better = false;
    for (int attempt = 0; attempt < kTries && !better; ++attempt) {
      if (attempt > 0) step /= 2;
      for (std::size_t i = 0; i < 6; ++i) next.d[i] = now.d[i] + step * way[i];
      there = judge(next, anchor);
      better = there.loss < here.loss + 1e-4 * step * uphill;
    }
    if (!better) break;
    std::array<double, 6> moved = {}, bent = {};
    for (std::size_t i = 0; i < 6; ++i)
      moved[i] = next.d[i] - now.d[i], bent[i] = there.slope[i] - here.slope[i];
    curvature.learn(moved, bent);
    now = next;
    here = there;
    if (length(moved) < kDone) break;
  }
  seconds_ = whole;
  motion = scaled(now, 1 / share);
  return here.loss;
}

ContrastMax::Judged ContrastMax::judge(const TileMotion& motion, const TileMotion& before) {
  Judged judged;
  const auto add = [&](double reference, double weight) {
    std::array<double, 6> slope = {};
    const double value = std::max(focus(motion, reference, slope), 1e-6 * unmoved_);
    judged.loss -= weight * log(value / unmoved_);
    for (std::size_t i = 0; i < 6; ++i) judged.slope[i] -= weight * slope[i] / value;
  };
  if (rules_.model == ContrastRules::Model::Affine && whole_) {
    add(-0.5, 0.25);
    add(0, 0.5);
    add(0.5, 0.25);
  } else {
    add(0, 1);
  }
  if (rules_.model == ContrastRules::Model::Translation)
    for (const TileMotion::At k : {TileMotion::XX, TileMotion::XY, TileMotion::YX, TileMotion::YY})
      judged.slope[k] = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(freedoms(rules_)); ++i) {
    const double off = motion.d[i] - before.d[i];
    judged.loss += stiffness_ * off * off;
    judged.slope[i] += 2 * stiffness_ * off;
  }
  return judged;
}

/// Votes of the events, moved along the motion to `reference` [of the window, from its middle].
void ContrastMax::paint(const TileMotion& motion, double reference) {
  const auto pixels = static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
  std::fill_n(picture_.begin(), pixels, 0.f);
  const double perSecond = 1 / seconds_;
  for (const WindowEvent& e : sliced_) {
    const double late = static_cast<double>(e.t) * perSecond - reference;
    const Velocity u = motion.at(static_cast<double>(e.x), static_cast<double>(e.y));
    const double x = static_cast<double>(e.x) - late * u.x - left_,
                 y = static_cast<double>(e.y) - late * u.y - top_;
    if (!(x >= 0 && y >= 0 && x < width_ - 1 && y < height_ - 1)) continue;
    const int column = static_cast<int>(x), row = static_cast<int>(y);
    const auto right = static_cast<float>(x - column), below = static_cast<float>(y - row);
    float* at = picture_.data() + static_cast<std::ptrdiff_t>(row) * width_ + column;
    const float low = below * e.ink, high = e.ink - low;
    at[0] += high - right * high;
    at[1] += right * high;
    at[width_] += low - right * low;
    at[width_ + 1] += right * low;
  }
}

/// From the picture to what its focus asks of it: blurred twice, or the negative Laplacian of that.
void ContrastMax::sharpen() {
  const int reach = static_cast<int>(taps_.size()) - 1;
  for (int row = 0; row < height_; ++row) {
    const float* from = picture_.data() + static_cast<std::ptrdiff_t>(row) * width_;
    float* to = across1_.data() + static_cast<std::ptrdiff_t>(row) * width_;
    for (int x = 0; x < width_; ++x) to[x] = taps_[0] * from[x];
    for (int k = 1; k <= std::min(reach, width_ - 1); ++k) {
      const float tap = taps_[static_cast<std::size_t>(k)];
      for (int x = 0; x < width_ - k; ++x) to[x] += tap * from[x + k];
      for (int x = k; x < width_; ++x) to[x] += tap * from[x - k];
    }
  }
  std::vector<float>& blurred = rules_.focus == ContrastRules::Focus::Variance ? sharp_ : picture_;
  for (int row = 0; row < height_; ++row) {
    float* to = blurred.data() + static_cast<std::ptrdiff_t>(row) * width_;
    const auto line = [&](int y) {
      return across1_.data() + static_cast<std::ptrdiff_t>(y) * width_;
    };
    const float* middle = line(row);
    for (int x = 0; x < width_; ++x) to[x] = taps_[0] * middle[x];
    for (int k = 1; k <= reach; ++k) {
      const float tap = taps_[static_cast<std::size_t>(k)];
      for (const int y : {row - k, row + k}) {
        if (y < 0 || y >= height_) continue;
        const float* from = line(y);
        for (int x = 0; x < width_; ++x) to[x] += tap * from[x];
      }
    }
  }
  if (rules_.focus == ContrastRules::Focus::Variance) return;
  const auto pixels = static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
  std::fill_n(sharp_.begin(), pixels, 0.f);
  for (int row = 1; row + 1 < height_; ++row) {
    const float* from = picture_.data() + static_cast<std::ptrdiff_t>(row) * width_;
    float* to = sharp_.data() + static_cast<std::ptrdiff_t>(row) * width_;
    for (int x = 1; x + 1 < width_; ++x)
      to[x] = 4 * from[x] - from[x - 1] - from[x + 1] - from[x - width_] - from[x + width_];
  }
}

/// The focus is a sum over pairs of spots, so it is the sum over events of `sharp_` where they are,
/// and its slope twice the slope of that.
double ContrastMax::focus(const TileMotion& motion, double reference,
                          std::array<double, 6>& slope) {
  paint(motion, reference);
  sharpen();
  const double perSecond = 1 / seconds_;
  double sum = 0;
  for (const WindowEvent& e : sliced_) {
    const double late = static_cast<double>(e.t) * perSecond - reference;
    const double ex = static_cast<double>(e.x), ey = static_cast<double>(e.y);
    const Velocity u = motion.at(ex, ey);
    const double x = ex - late * u.x - left_, y = ey - late * u.y - top_;
    if (!(x >= 0 && y >= 0 && x < width_ - 1 && y < height_ - 1)) continue;
    const int column = static_cast<int>(x), row = static_cast<int>(y);
    const double right = x - column, below = y - row;
    const float* at = sharp_.data() + static_cast<std::ptrdiff_t>(row) * width_ + column;
    const double a = static_cast<double>(at[0]), b = static_cast<double>(at[1]),
                 c = static_cast<double>(at[width_]), d = static_cast<double>(at[width_ + 1]);
    const double upper = a + right * (b - a), lower = c + right * (d - c);
    const double ink = static_cast<double>(e.ink);
    sum += ink * (upper + below * (lower - upper));
    const double slopeX = (b - a) + below * ((d - c) - (b - a)), slopeY = lower - upper;
    const double wayX = -2 * ink * late * slopeX, wayY = -2 * ink * late * slopeY;
    const double dx = (ex - motion.x) / motion.reach, dy = (ey - motion.y) / motion.reach;
    slope[TileMotion::X] += wayX;
    slope[TileMotion::Y] += wayY;
    slope[TileMotion::XX] += wayX * dx;
    slope[TileMotion::XY] += wayX * dy;
    slope[TileMotion::YX] += wayY * dx;
    slope[TileMotion::YY] += wayY * dy;
  }
  return sum;
}

}  // namespace spk::flow
