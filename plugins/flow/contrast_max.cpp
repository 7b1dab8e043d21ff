// Flow by contrast maximisation, window after window.
#include <algorithm>

#include "engine/sim/population.h"
#include "plugins/flow/Contrast.h"
#include "plugins/flow/EdgeFlow.h"

namespace spk::flow::contrast_max {
namespace {

constexpr std::size_t kFewestHeld = 200;

/// What a rebuild takes: the length of the window decides how much may come out at once.
Result<Time> windowOf(const Item& item) {
  const double window = numberOr(item.values, "window", 50);
  if (!(window >= 1 && window <= 10'000))
    return Error{"is " + numberText(window) + " ms; 1 to 10000 are allowed", "window"};
  return fromMilliseconds(window);
}

/// Gathers the events of a window and, where it ends, gives every pixel that had one its velocity.
class ContrastFlow final : public Body {
 public:
  ContrastFlow(SensorSize size, Time window)
      : size_(size),
        window_(window),
        contrast_(size),
        seen_(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height)) {
    held_.reserve(ContrastMax::kMostEvents);
    moving_.reserve(ContrastMax::kMostEvents);
  }

  Result<void> change(const Item& item) override {
    TRY(const Time window, windowOf(item));
    if (window != window_)
      return Error{"another window needs the network to be built again", "window"};
    ContrastRules rules;
    const auto word = [&](const char* key, const char* first, const char* second) -> Result<bool> {
      const std::string text = textOr(item.values, key, first);
      if (text != first && text != second)
        return Error{"is \"" + text + "\", not " + first + " or " + second, key};
      return text == first;
    };
    TRY(const bool affine, word("model", "affine", "translation"));
    TRY(const bool variance, word("focus", "variance", "gradient"));
    TRY(const bool inked, word("polarity", "signed", "equal"));
    rules.model = affine ? ContrastRules::Model::Affine : ContrastRules::Model::Translation;
    rules.focus = variance ? ContrastRules::Focus::Variance : ContrastRules::Focus::Gradient;
    rules.ink = inked ? ContrastRules::Ink::Signed : ContrastRules::Ink::Equal;
    TRY(rules.tile, wholeWithin(item, "tile", 40, 8, 4096));
    TRY(rules.rounds, wholeWithin(item, "rounds", 20, 1, 200));
    TRY(const int most, wholeWithin(item, "most", 30'000, static_cast<int>(kFewestHeld),
                                    static_cast<int>(ContrastMax::kMostEvents)));
    rules.blur = numberOr(item.values, "blur", 1);
    if (!(rules.blur >= 0.3 && rules.blur <= 7))
      return Error{"is " + numberText(rules.blur) + " px; 0.3 to 7 are allowed", "blur"};
    rules.stiffness = numberOr(item.values, "stiffness", 0.03);
    if (!(rules.stiffness >= 0 && rules.stiffness <= 100))
      return Error{"is " + numberText(rules.stiffness) + "; 0 to 100 are allowed", "stiffness"};
    rules_ = rules;
    most_ = static_cast<std::size_t>(most);
    return {};
  }

  void run(Batch& batch) noexcept override {
    Out<Flow> out = batch.out<Flow>(0);
    for (const Event& event : batch.in<Event>(0)) {
      const Time ends = endOf(event.t);
      if (ends > ends_) {
        close(out);
        ends_ = ends;
      }
      if (event.x < size_.width && event.y < size_.height) hold(event);
    }
    if (ends_ < batch.end) close(out);
  }

  std::size_t room(Time length) const override {
    return static_cast<std::size_t>(length / window_ + 2) * seen_.size();
  }

  void save(Bytes& out) const override {
    out.put(ends_);
    out.put(stride_);
    out.put(count_);
    out.put(contrast_.last().d);
    out.put<std::uint64_t>(held_.size());
    for (const Event& e : held_) out.put(e.t), out.put(e.x), out.put(e.y), out.put(e.polarity);
    out.putAll<std::uint8_t>(seen_);
  }
  Result<void> restore(Bytes& in) override {
    TRY(ends_, in.take<Time>());
    TRY(stride_, in.take<std::uint64_t>());
    TRY(count_, in.take<std::uint64_t>());
    TileMotion last;
    TRY(last.d, (in.take<std::array<double, 6>>()));
    contrast_.setLast(last);
    TRY(const auto held, in.take<std::uint64_t>());
    if (held > ContrastMax::kMostEvents || stride_ == 0)
      return Error{"holds no window of events", "state"};
    held_.resize(held);
    for (Event& e : held_) {
      TRY(e.t, in.take<Time>());
      TRY(e.x, in.take<std::uint16_t>());
      TRY(e.y, in.take<std::uint16_t>());
      TRY(e.polarity, in.take<std::uint8_t>());
    }
    return in.takeAll<std::uint8_t>(seen_);
  }

 private:
  /// Windows lie side by side from time 0 on, whatever comes.
  Time endOf(Time t) const { return (t / window_ + 1) * window_; }

  /// When a window is full, every second event goes, then every second of those that come.
  void hold(const Event& event) noexcept {
    seen_[static_cast<std::size_t>(event.y) * static_cast<std::size_t>(size_.width) + event.x] = 1;
    if (count_++ % stride_ != 0) return;
    if (held_.size() >= most_) {
      std::size_t kept = 0;
      for (std::size_t i = 0; i < held_.size(); i += 2) held_[kept++] = held_[i];
      held_.resize(kept);
      stride_ *= 2;
      if ((count_ - 1) % stride_ != 0) return;
    }
    held_.push_back(event);
  }

  void close(Out<Flow>& out) noexcept {
    if (held_.empty()) return;
    moving_.clear();
    const Time middle = ends_ - window_ / 2;
    for (const Event& e : held_)
      moving_.push_back({static_cast<float>(e.x), static_cast<float>(e.y),
                         static_cast<float>(static_cast<double>(e.t - middle) * 1e-9),
                         e.polarity ? 1.f : -1.f});
    contrast_.solve(moving_, toSeconds(window_), rules_);
    if (contrast_.found()) give(out);
    held_.clear();
    std::ranges::fill(seen_, std::uint8_t{0});
    stride_ = 1;
    count_ = 0;
  }

  void give(Out<Flow>& out) noexcept {
    for (int y = 0, i = 0; y < size_.height; ++y)
      for (int x = 0; x < size_.width; ++x, ++i) {
        if (!seen_[static_cast<std::size_t>(i)]) continue;
        const Velocity v = contrast_.at(x, y);
        out.add({ends_, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y),
                 static_cast<float>(v.x), static_cast<float>(v.y)});
      }
  }

  SensorSize size_;
  Time window_;
  ContrastRules rules_;
  std::size_t most_ = 30'000;
  ContrastMax contrast_;
  std::vector<Event> held_;
  std::vector<WindowEvent> moving_;
  std::vector<std::uint8_t> seen_;  ///< pixels that had an event
  Time ends_ = 0;                   ///< of the window at work
  std::uint64_t stride_ = 1, count_ = 0;
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  TRY(const SensorSize size, neededSize(item));
  TRY(const Time window, windowOf(item));
  auto made = std::make_unique<ContrastFlow>(size, window);
  TRY_DO(made->change(item));
  return std::unique_ptr<Body>(std::move(made));
}

std::vector<Parameter> parameters() {
  return {{.name = "window",
           .initial = 50.0,
           .unit = "ms",
           .min = 1,
           .max = 10'000,
           .doc = "Length of a window; what moves should move some 5 to 15 px in it",
           .essential = true,
           .live = false},
          {.name = "model",
           .kind = Kind::Choice,
           .initial = std::string("affine"),
           .doc = "How a tile may move. affine: it may turn, grow and shear besides",
           .choices = {"affine", "translation"},
           .essential = true},
          essential(wholeParameter(
              "tile", 40, "px", 8, 4096,
              "Longest side of the smallest tiles; as large as the sensor: one motion for all")),
          {.name = "focus",
           .kind = Kind::Choice,
           .initial = std::string("variance"),
           .doc = "What is made large: the variance of the picture of moved events, or its mean "
                  "squared gradient",
           .choices = {"variance", "gradient"}},
          {.name = "polarity",
           .kind = Kind::Choice,
           .initial = std::string("signed"),
           .doc = "signed: OFF events take away what ON events add; equal: all add",
           .choices = {"signed", "equal"}},
          {.name = "blur",
           .initial = 1.0,
           .unit = "px",
           .min = 0.3,
           .max = 7,
           .doc = "Standard deviation of the spot that an event makes"},
          {.name = "stiffness",
           .initial = 0.03,
           .min = 0,
           .max = 100,
           .doc = "How much a tile keeps to the motion of the larger tile it lies in, per px^2 of "
                  "difference; where it sees one edge only, this decides"},
          wholeParameter("rounds", 20, "", 1, 200, "Steps of the optimiser at most, at each scale"),
          {.name = "most",
           .kind = Kind::Integer,
           .initial = std::int64_t{30'000},
           .min = kFewestHeld,
           .max = static_cast<double>(ContrastMax::kMostEvents),
           .doc = "Of a window with more events every second is used, or every fourth …"}};
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "flow.contrast_max",
      .title = "Flow: contrast maximisation",
      .doc = "Full flow of all that moves in a window of time: the motion under which the events, "
             "moved along it to one time, make the sharpest picture (Gallego et al. 2018), for "
             "tiles from coarse to fine, affine motion judged at three times of reference so that "
             "events do not collapse (Shiba et al. 2022). The optimiser is BFGS with analytic "
             "gradients. At the end of each window every pixel that had an event gets a velocity.",
      .role = Role::Filter,
      .group = "Optical flow",
      .words = "event camera dvs optic motion velocity sharp focus warp tiles affine dense full",
      .shape = flowShape(parameters()),
      .body = body});
}

}  // namespace spk::flow::contrast_max
