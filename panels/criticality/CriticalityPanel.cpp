#include <QElapsedTimer>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QSlider>
#include <QVBoxLayout>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <ostream>

#include "panels/criticality/ActivityFeed.h"
#include "panels/kit/PlotPanel.h"
#include "panels/kit/Theme.h"

namespace spk::panels::criticality {
PanelType panelType();

namespace {

constexpr std::uint64_t kMostSpikesPerTick = 400'000;
constexpr int kFitEvery = 250;  // ms
constexpr int kResamples = 200;
constexpr double kLeastObserved = 0.5, kMostObserved = 100;  // %
constexpr int kSliderSteps = 200;

/// The slider is logarithmic: between 1 and 10 % lies as much as between 10 and 100.
double observedAt(int position) {
  const double percent =
      kLeastObserved * std::pow(kMostObserved / kLeastObserved, position / double(kSliderSteps));
  return percent < 10 ? std::round(percent * 10) / 10 : std::round(percent);
}
int positionOf(double percent) {
  return qRound(kSliderSteps *
                std::log(std::clamp(percent, kLeastObserved, kMostObserved) / kLeastObserved) /
                std::log(kMostObserved / kLeastObserved));
}

QColor colourOf(Regime regime) {
  switch (regime) {
    case Regime::Subcritical: return theme().action;
    case Regime::NearCritical: return theme().good;
    case Regime::Critical: return theme().cursor;
    case Regime::Supercritical: return theme().bad;
  }
  return theme().text;
}
QString wordOf(Regime regime) {
  switch (regime) {
    case Regime::Subcritical: return QObject::tr("subcritical");
    case Regime::NearCritical: return QObject::tr("near-critical");
    case Regime::Critical: return QObject::tr("critical");
    case Regime::Supercritical: return QObject::tr("supercritical");
  }
  return {};
}

/// How critical the activity of one population or more is, live.
class CriticalityPanel : public PlotPanel {
 public:
  CriticalityPanel(PanelContext& context, Id item)
      : PlotPanel(context, item, {Signal::Spikes}, XAxis::Other),
        feed_(wanted()),
        box_(new QWidget),
        slider_(new QSlider(Qt::Horizontal)),
        value_(new QLabel) {
    auto* column = new QVBoxLayout(box_);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(16, kStep, 16, kStep);
    row->setSpacing(3 * kStep);
    auto* name = new QLabel(QObject::tr("neurons seen"));
    name->setBuddy(slider_);
    slider_->setRange(0, kSliderSteps);
    slider_->setPageStep(kSliderSteps / 10);
    slider_->setAccessibleName(QObject::tr("Share of the neurons that is seen"));
    slider_->setObjectName(QStringLiteral("observed"));
    slider_->setToolTip(QObject::tr("What would electrodes find that reach fewer neurons?"));
    value_->setMinimumWidth(48);
    value_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(name);
    row->addWidget(slider_, 1);
    row->addWidget(value_);
    column->addLayout(row);
    column->addWidget(PlotPanel::widget(), 1);
    showObserved();
    QObject::connect(slider_, &QSlider::valueChanged, &listener_, [this] { setObserved(); });
    QObject::connect(slider_, &QSlider::sliderReleased, &listener_, [this] {
      (void)this->context().act("history.closeMerge", {});  // nothing can go wrong in it
    });
    lastFit_.start();
  }
  ~CriticalityPanel() override {
    if (box_) {
      PlotPanel::widget()->setParent(nullptr);  // the base ends it
      delete box_.data();
    }
  }

  QWidget* widget() override { return box_; }

  void edited(const Edit& edit) override {
    PlotPanel::edited(edit);  // reads the inputs
    showObserved();
    if (wanted() == feed_.what()) return;
    begin();
    refresh();
  }

  void tick(Time now) override {
    if (!isFrozen()) {
      fresh_ = feed_.advance(tapes(), kMostSpikesPerTick) || fresh_;
      take();
      ask();
    }
    // Nothing here moves with the clock: a new picture only for a new result.
    if (results_ == shown_) return;
    shown_ = results_;
    PlotPanel::tick(now);
  }

 protected:
  void draw(Figure& figure, Time) const override {
    figure.x.label = QObject::tr("lag [ms]");
    figure.y.label = QObject::tr("slope r_k");
    if (figure.use == Figure::Use::Screen) {
      show(figure, fit_, naive_);
      return;
    }
    // On paper and in `render`: all that there is, now, so that equal runs give equal pictures.
    ActivityFeed all(wanted());
    all.advance(tapes(), std::numeric_limits<std::uint64_t>::max());
    show(figure, all.stream().fit(form(), kResamples, 1), all.stream().naive());
  }

  void writeCsv(std::ostream& out, const Figure& figure) const override {
    out << "lag_ms,slope,fit,fit_low,fit_high\n";
    const auto find = [&](Series::Look look) {
      return std::ranges::find(figure.series, look, &Series::look);
    };
    const auto points = find(Series::Look::Points), band = find(Series::Look::Band);
    const auto line = find(Series::Look::Line);
    if (points == figure.series.end() || line == figure.series.end()) return;
    for (std::size_t i = 0; i < points->x.size(); ++i) {
      if (points->x[i] < figure.x.range.from || points->x[i] > figure.x.range.to) continue;
      out << numberText(points->x[i]) << ',' << numberText(points->y[i]) << ','
          << numberText(line->y[i]);
      if (band != figure.series.end())
        out << ',' << numberText(band->low[i]) << ',' << numberText(band->y[i]);
      else
        out << ",,";
      out << '\n';
    }
  }

  std::uint64_t dataVersion() const override { return results_; }

 private:
  using Outcome = Result<BranchingFit>;

  BranchingForm form() const {
    return parameterWord("fit") == "offset" ? BranchingForm::Offset : BranchingForm::Exponential;
  }

  Measurement wanted() const {
    Measurement what;
    // Whole steps: else bins would hold now one step more, now one less.
    const Values& settings = context().document.project().settings().values;
    const Time dt = std::max<Time>(1, fromMilliseconds(numberOr(settings, "dt", 0.1)));
    what.bin = std::max<Time>(1, (fromMilliseconds(parameter("bin")) + dt / 2) / dt) * dt;
    what.window = static_cast<Time>(parameter("window") * static_cast<double>(kSecond));
    what.lags = static_cast<int>(parameter("lags"));
    what.observed = parameter("observed") / 100;
    for (const Input& input : inputs()) what.wires.push_back(input.wire);
    return what;
  }

  std::vector<const Tape*> tapes() const {
    std::vector<const Tape*> all;
    for (const Input& input : inputs()) all.push_back(tape(input));
    return all;
  }

  void begin() {
    feed_ = ActivityFeed(wanted());
    pending_ = {};  // what is being computed is of the past
    fit_ = Error{};
    naive_.reset();
    ++results_;
  }

  void take() {
    if (!pending_.valid() ||
        pending_.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
      return;
    fit_ = pending_.get();
    naive_ = feed_.stream().naive();
    ++results_;
  }

  void ask() {
    if (pending_.valid() || !fresh_ || lastFit_.elapsed() < kFitEvery) return;
    lastFit_.restart();
    fresh_ = false;
    pending_ = context().jobs.start(
        "branching parameter", [stream = feed_.stream(), form = form()](JobControl&) -> Outcome {
          return stream.fit(form, kResamples, 1);
        });
  }

  void setObserved() {
    const Project& project = context().document.project();
    Edit edit{"neurons seen",
              {setting(project, item(), "observed", Value(observedAt(slider_->value())))}};
    if (const auto done = context().commit(std::move(edit), "criticality.observed"); !done)
      value_->setText(QString::fromStdString(done.error().what));
  }
  void showObserved() {
    if (!box_) return;  // the dock has taken the slider with it
    const double percent = parameter("observed");
    const QSignalBlocker quiet(slider_);
    // Positions round to percents: where the slider already says this one, it stays.
    if (observedAt(slider_->value()) != percent) slider_->setValue(positionOf(percent));
    value_->setText(shown(percent, "%", 3));
  }

  void show(Figure& figure, const Outcome& outcome, std::optional<double> naive) const {
    const double percent = parameter("observed");
    const QString seen = percent < 100 ? QObject::tr("naive, %1 seen").arg(shown(percent, "%", 3))
                                       : QObject::tr("naive, all seen");
    const QString unknown = QStringLiteral("–");
    if (!outcome) {
      figure.readouts = {
          {QObject::tr("m\u0302 multistep"), unknown, QObject::tr("no value yet"),
           theme().secondary},
          {seen, naive ? shownFixed(*naive, 3) : unknown, QStringLiteral("r₁"), theme().secondary},
          {QObject::tr("timescale"), unknown, QStringLiteral("ms"), theme().secondary}};
      figure.x.range = {0, 100};
      figure.y.range = {0, 1};
      const QString words = QString::fromStdString(outcome.error().text());
      figure.banner = Banner{Banner::Level::Warning,
                             words.isEmpty() ? QObject::tr("waiting for spikes") : words};
      return;
    }
    const BranchingFit& fit = outcome.value();
    const Regime regime = regimeOf(fit.m());
    const double bin = toMilliseconds(fit.bin);
    const double half = (fit.high - fit.low) / 2;
    const bool biased = std::abs(fit.naive - fit.m()) > std::max(half, 0.01);
    figure.readouts = {
        {QObject::tr("m\u0302 multistep"), shownFixed(fit.m(), 3),
         QStringLiteral("± ") + shownFixed(half, 3), theme().cursor},
        {seen, shownFixed(fit.naive, 3), biased ? QObject::tr("r₁, biased") : QStringLiteral("r₁"),
         theme().secondary},
        {QObject::tr("timescale"),
         std::isfinite(fit.timescale_ms) ? shown(fit.timescale_ms, 3) : QStringLiteral("∞"),
         QStringLiteral("ms"), theme().text}};
    const QString basis = QObject::tr("%1 s, %2 spikes in bins of %3")
                              .arg(shown(std::floor(toSeconds(fit.duration)), 6),
                                   shownCount(fit.spikes), shown(bin, "ms"));
    if (fit.caution.empty())
      figure.banner =
          Banner{Banner::Level::Good,
                 QObject::tr("%1 by multistep regression: %2").arg(wordOf(regime), basis)};
    else
      figure.banner =
          Banner{Banner::Level::Warning,
                 QObject::tr("%1?  %2").arg(wordOf(regime), QString::fromStdString(fit.caution))};
    figure.facts = basis;
    drawSlopes(figure, fit, bin);
    figure.captions.push_back(
        {{0.98, 0.05}, wordOf(regime), colourOf(regime), Qt::AlignRight | Qt::AlignTop});
    figure.captions.push_back({{0.98, 0.17},
                               QObject::tr("r_k ≈ %1 · %2ᵏ")
                                   .arg(shownFixed(fit.curve.amplitude, 2), shownFixed(fit.m(), 3)),
                               theme().secondary,
                               Qt::AlignRight | Qt::AlignTop});
  }

  void drawSlopes(Figure& figure, const BranchingFit& fit, double bin) const {
    Series band{.look = Series::Look::Band, .colour = theme().cursor, .opacity = 0.22};
    Series curve{.look = Series::Look::Line, .colour = theme().cursor, .width = 2};
    Series points{.look = Series::Look::Points, .colour = theme().text, .width = 4};
    double low = 0, high = 0;
    for (std::size_t i = 0; i < fit.lags.size(); ++i) {
      const double x = fit.lags[i] * bin;
      points.x.push_back(x), points.y.push_back(fit.slopes[i]);
      curve.x.push_back(x), curve.y.push_back(fit.curve.at(fit.lags[i]));
      low = std::min(low, fit.slopes[i]);
      high = std::max({high, fit.slopes[i], curve.y.back()});
      if (fit.bandLow.empty()) continue;
      band.x.push_back(x), band.y.push_back(fit.bandHigh[i]), band.low.push_back(fit.bandLow[i]);
    }
    figure.x.range = figure.zoomX.value_or(Range{0, fit.lags.back() * bin});
    figure.y.range = figure.zoomY.value_or(Range{1.1 * low, high > 0 ? 1.15 * high : 1});
    if (!band.x.empty()) figure.series.push_back(std::move(band));
    figure.series.push_back(std::move(points));
    figure.series.push_back(std::move(curve));
    if (low < 0) figure.guides.push_back({.look = Guide::Look::Threshold, .at = 0});
  }

  ActivityFeed feed_;
  std::future<Outcome> pending_;
  Outcome fit_ = Error{};
  std::optional<double> naive_;
  bool fresh_ = false;  // bins have come since the last fit
  std::uint64_t results_ = 1, shown_ = 0;
  QElapsedTimer lastFit_;
  QPointer<QWidget> box_;  // its Qt parent, the dock, may end it first
  QSlider* slider_;
  QLabel* value_;
  QObject listener_;  // ends our connections when we end
};

std::unique_ptr<Panel> make(PanelContext& context, Id item) {
  return std::make_unique<CriticalityPanel>(context, item);
}

}  // namespace

PanelType panelType() { return {"view.criticality", {Signal::Spikes}, &make}; }

}  // namespace spk::panels::criticality
