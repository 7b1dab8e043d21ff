// Pictures as spikes: a file, or digits drawn by ourselves, one after another.
#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/Math.h"
#include "engine/base/Time.h"
#include "engine/graph/Registry.h"
#include "engine/sim/Body.h"
#include "plugins/sources/Coding.h"
#include "plugins/sources/Digits.h"
#include "plugins/sources/pictures.h"
#include "plugins/sources/times.h"
#include "plugins/sources/trains.h"

namespace spk::sources::image {
namespace {

constexpr std::int64_t kSide = 16;
constexpr const char* kDigits = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
constexpr double kMostSide = 1024;

int sideOf(const Item& item, const char* key) {
  return static_cast<int>(std::clamp<std::int64_t>(integerOr(item.values, key, kSide), 1,
                                                   static_cast<std::int64_t>(kMostSide)));
}

/// What is shown, when, and in which code.
struct Show {
  Coding coding;
  std::vector<int> digits;
  double variation = 0.5;
  bool inverted = false;
  Time present = 1, pause = 0;

  Time cycle() const { return present + pause; }
  static Result<Show> read(const Item& item);
};

Result<Show> Show::read(const Item& item) {
  Show show;
  TRY(show.coding, Coding::read(item));
  TRY(const auto numbers, numbersOf(item.values, "digits", kDigits, 0, 9));
  for (const double number : numbers) {
    if (number != std::floor(number))
      return Error{"has " + numberText(number) + "; whole numbers of 0 to 9 are allowed", "digits"};
    show.digits.push_back(static_cast<int>(number));
  }
  if (show.digits.empty()) return Error{"is empty; at least one digit", "digits"};
  show.variation = numberOr(item.values, "variation", 0.5);
  show.inverted = switchOr(item.values, "invert", false);
  show.present = fromMilliseconds(numberOr(item.values, "present", 100));
  show.pause = fromMilliseconds(numberOr(item.values, "pause", 50));
  return show;
}

/// Shows a picture in each cycle. Which one, and how it is drawn, follows from the time alone.
class ImageBody final : public Body {
 public:
  ImageBody(Show show, int width, int height, Picture file)
      : show_(std::move(show)), file_(std::move(file)) {
    const std::size_t pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    for (Picture* picture : {&shown_, &before_})
      *picture = {width, height, std::vector<float>(pixels)};
    schedules_.resize(show_.coding.channels() * pixels);
  }

  void run(Batch& batch) noexcept override {
    Out<Spike> out = batch.out<Spike>(0);
    Out<Sample> label = batch.out<Sample>(1);
    const Time first = std::max<Time>(0, batch.begin) / show_.cycle();
    for (Time m = first; m * show_.cycle() < batch.end; ++m) {
      const Time onset = m * show_.cycle(), offset = onset + show_.present;
      if (batch.begin <= onset) label.add({onset, 0, static_cast<float>(labelOf(m))});
      if (batch.begin <= offset && offset < batch.end && show_.pause > 0)
        label.add({offset, 0, -1});
      if (m != drawn_) draw(batch.key, m);
      if (show_.coding.form == Coding::Form::Rate)
        addRandom(batch, out, onset, offset);
      else
        addScheduled(batch, out, onset);
    }
    sortByTime(out);
  }
  Result<void> change(const Item& item) override {
    TRY(show_, Show::read(item));
    drawn_ = kNone;
    return {};
  }
  void save(Bytes&) const override {}  // all follows from the time
  Result<void> restore(Bytes&) override { return drawn_ = kNone, Result<void>{}; }
  std::size_t room(Time length) const override {
    // all neurons when the picture appears, and as many each ms: no rate or interval gives more
    const double n = static_cast<double>(schedules_.size()), ms = toMilliseconds(length);
    return static_cast<std::size_t>(n * (ms + 3) + 20 * std::sqrt(n * ms)) + 1000;
  }

 private:
  static constexpr Time kNone = -1;

  bool isFile() const { return !file_.grey.empty(); }
  int labelOf(Time m) const noexcept {
    if (isFile()) return 0;
    return show_.digits[static_cast<std::size_t>(m) % show_.digits.size()];
  }
  void drawPicture(RandomKey key, Time m, Picture& out) const noexcept {
    if (isFile())
      std::ranges::copy(file_.grey, out.grey.begin());
    else
      digits_.draw(labelOf(m), show_.variation, {key, static_cast<std::uint64_t>(m)}, out);
    if (show_.inverted)
      for (float& grey : out.grey) grey = 1 - grey;
  }
  void draw(RandomKey key, Time m) noexcept {
    drawPicture(key, m, shown_);
    const bool black = m == 0 || show_.pause > 0;
    if (black)
      std::ranges::fill(before_.grey, 0.f);
    else
      drawPicture(key, m - 1, before_);
    schedule(show_.coding, shown_.grey, before_.grey, show_.pause > 0 ? show_.present : 0,
             schedules_);
    drawn_ = m;
  }

  /// Four neurons share the words of one draw.
  void addRandom(Batch& batch, Out<Spike>& out, Time onset, Time offset) const noexcept {
    const Time dt = fromMilliseconds(batch.dt_ms);
    const double most = show_.coding.rate_Hz * 1e-3 * batch.dt_ms;
    std::uint64_t step = batch.step;
    for (Time t = batch.begin; t < batch.end; t += dt, ++step) {
      if (t < onset || t >= offset) continue;
      for (std::uint32_t i = 0; i < shown_.grey.size(); i += 4) {
        const auto words = philox(batch.key, {i / 4, static_cast<std::uint32_t>(step),
                                              static_cast<std::uint32_t>(step >> 32), 0});
        const std::uint32_t end =
            std::min<std::uint32_t>(i + 4, static_cast<std::uint32_t>(shown_.grey.size()));
        for (std::uint32_t k = i; k < end; ++k)
          if (const double x = static_cast<double>(shown_.grey[k]); x > 0)
            if (uniformOf(words[k - i]) < -expm1(-most * x)) out.add({t + dt, k});
      }
    }
  }

  void addScheduled(Batch& batch, Out<Spike>& out, Time onset) const noexcept {
    // what a darker picture says, it says in the pause
    const bool delta = show_.coding.form == Coding::Form::Delta;
    const Time until = onset + (delta ? show_.cycle() : show_.present);
    for (std::uint32_t i = 0; i < schedules_.size(); ++i) {
      const Schedule& s = schedules_[i];
      if (s.count == 0) continue;
      const Time begin = onset + s.first;
      Time k = batch.begin < begin ? 0 : (batch.begin - begin) / s.interval + 1;
      for (Time t = begin + k * s.interval; k < s.count && t <= batch.end && t <= until;
           ++k, t += s.interval)
        out.add({t, i});
    }
  }

  Show show_;
  Picture file_;  ///< in the size that is shown; empty: digits
  Digits digits_;
  Picture shown_, before_;
  std::vector<Schedule> schedules_;
  Time drawn_ = kNone;  ///< which cycle's picture is in hand
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  TRY(Show show, Show::read(item));
  const int width = sideOf(item, "width"), height = sideOf(item, "height");
  Picture file;
  if (textOr(item.values, "picture", "digits") == "file") {
    const std::string path = textOr(item.values, "file", "");
    if (path.empty()) return Error{"no picture is chosen", "file"};
    auto read = readPicture(path);
    if (!read) return Error{read.error().text(), "file"};
    file = scaled(read.value(), width, height);
  }
  return std::unique_ptr<Body>(
      std::make_unique<ImageBody>(std::move(show), width, height, std::move(file)));
}

Parameter fixed(Parameter parameter) {
  parameter.live = false;
  return parameter;
}
Parameter side(const char* name, const char* doc) {
  return fixed({.name = name,
                .kind = Kind::Integer,
                .initial = kSide,
                .unit = "px",
                .min = 1,
                .max = kMostSide,
                .doc = doc});
}
Parameter ms(const char* name, double initial, double min, const char* doc,
             const char* shownIf = "") {
  return {.name = name,
          .initial = initial,
          .unit = "ms",
          .min = min,
          .max = 1e6,
          .doc = doc,
          .shownIf = shownIf};
}
Parameter count(const char* name, std::int64_t initial, double min, double max, const char* doc,
                const char* shownIf) {
  return {.name = name,
          .kind = Kind::Integer,
          .initial = initial,
          .min = min,
          .max = max,
          .doc = doc,
          .shownIf = shownIf};
}

std::vector<Parameter> pictureParameters() {
  Parameter present = ms("present", 100, 1, "how long each picture is shown");
  present.essential = true;
  return {fixed({.name = "picture",
                 .kind = Kind::Choice,
                 .initial = std::string("digits"),
                 .doc = "what is shown: digits drawn anew each time, or a file",
                 .choices = {"digits", "file"},
                 .essential = true}),
          fixed({.name = "file",
                 .kind = Kind::File,
                 .initial = std::string(),
                 .doc = "a picture: PNG, PGM, PPM or NumPy array, scaled to width and height",
                 .shownIf = "picture == file"}),
          {.name = "digits",
           .kind = Kind::Text,
           .initial = Json{kDigits},
           .doc = "which digits are shown, in turn",
           .shownIf = "picture == digits"},
          {.name = "variation",
           .initial = 0.5,
           .min = 0,
           .max = 1,
           .doc = "how much digits of a kind differ; 0: not at all",
           .shownIf = "picture == digits"},
          side("width", "columns of neurons"),
          side("height", "rows of neurons"),
          {.name = "invert", .kind = Kind::Switch, .initial = false, .doc = "black becomes white"},
          present,
          ms("pause", 50, 0, "black between two pictures")};
}

std::vector<Parameter> codingParameters() {
  Parameter cells =
      count("cells", 4, 2, 64, "neurons of each pixel, a channel each", "coding == population");
  return {fixed({.name = "coding",
                 .kind = Kind::Choice,
                 .initial = std::string("rate"),
                 .doc = "how brightness becomes spikes",
                 .choices = {"rate", "latency", "phase", "population", "delta", "burst"},
                 .essential = true}),
          {.name = "rate",
           .initial = 100.0,
           .unit = "Hz",
           .min = 0,
           .max = kMostRate_Hz,
           .doc = "of a white pixel",
           .shownIf = "coding == rate"},
          ms("window", 50, 0.1, "when the darkest or worst fitting fire; longest burst",
             "coding == latency || coding == population || coding == burst"),
          ms("period", 25, 1, "of the oscillation against which pixels fire", "coding == phase"),
          fixed(cells),
          {.name = "threshold",
           .initial = 0.1,
           .min = 0.001,
           .max = 1,
           .doc = "change of brightness for each spike",
           .shownIf = "coding == delta"},
          count("most", 5, 1, 1000, "spikes of a white pixel", "coding == burst"),
          ms("interval", 2, 1, "between two spikes; in a burst the shortest",
             "coding == delta || coding == burst")};
}

Shape shape() {
  Shape made;
  made.ports = {{"out", Signal::Spikes, false, "", "channel after channel, row after row"},
                {"label", Signal::Trace, false, "", "the digit that is shown; -1 in a pause"}};
  for (auto& some : {pictureParameters(), codingParameters()})
    made.parameters.insert(made.parameters.end(), some.begin(), some.end());
  return made;
}

/// The trains are a grid [C, H, W].
Shape describe(const Item& item) {
  Shape made = shape();
  const auto coding = Coding::read(item);
  const std::int64_t channels =
      coding ? std::clamp<std::int64_t>(coding.value().channels(), 1, 64) : 1;
  made.ports[0].shape = {static_cast<int>(channels), sideOf(item, "height"), sideOf(item, "width")};
  return made;
}

constexpr const char* kDoc =
    "Shows pictures and turns the brightness x of each pixel, 0 to 1, into spikes; black is "
    "silent.\n\n"
    "rate: Poisson, x times rate. latency: one spike at window (1 - x). phase: one in each period, "
    "at period (1 - x). population: cells with Gaussian fields over the brightness, each fires "
    "once, the better it fits the sooner (Bohte et al. 2002). delta: one spike for each threshold "
    "that a pixel becomes brighter (channel 0) or darker (channel 1). burst: most times x spikes, "
    "rounded up, the brighter the closer together (Guo et al. 2021).\n\n"
    "The trains are a grid [channels, height, width], so kernels, convolution and pooling work on "
    "them. Digits are drawn with strokes of a pen, each one a little different and every sample "
    "fixed by the seed and its number; the trace `label` says which digit it is.";

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{.id = "source.image",
                        .title = "Picture encoder",
                        .doc = kDoc,
                        .role = Role::Source,
                        .group = "Sources",
                        .words =
                            "image digit encoder rate latency phase population delta burst png "
                            "pgm numpy MNIST stimulus",
                        .shape = shape(),
                        .describe = describe,
                        .body = body});
}

}  // namespace spk::sources::image
