#include "panels/kit/PlotPanel.h"

#include <QMenu>
#include <algorithm>
#include <fstream>

#include "panels/kit/EmptyNote.h"
#include "panels/kit/Theme.h"
#include "panels/kit/exportFigure.h"
#include "panels/kit/saveDialog.h"

namespace spk {
namespace {

constexpr double kLeftShare = 0.4;  // of the colour of a population for the run that was left

}  // namespace

PlotPanel::PlotPanel(PanelContext& context, Id item, std::vector<Signal> accepts, XAxis xAxis)
    : context_(context),
      item_(item),
      accepts_(std::move(accepts)),
      xAxis_(xAxis),
      widget_(new PlotWidget(painter())) {
  now_ = context_.status ? context_.status().now : 0;
  readInputs();
  listen();
}

PlotPanel::~PlotPanel() { delete widget_.data(); }

void PlotPanel::listen() {
  PlotWidget* w = widget_;
  QObject::connect(w, &PlotWidget::geometryChanged, &guard_, [this] {
    inputs_ = inputsOf(context_.document.project(), context_.registry, item_);  // colours
    refresh();
  });
  QObject::connect(w, &PlotWidget::zoomWanted, &guard_, [this](auto x, auto y) { zoom(x, y); });
  QObject::connect(w, &PlotWidget::scaleWanted, &guard_, [this](auto x, auto y) { scale(x, y); });
  QObject::connect(w, &PlotWidget::resetWanted, &guard_, [this] { reset(); });
  QObject::connect(w, &PlotWidget::freezeWanted, &guard_, [this](bool frozen) { freeze(frozen); });
  QObject::connect(w, &PlotWidget::menuWanted, &guard_, [this](QPoint place) { showMenu(place); });
  QObject::connect(w, &PlotWidget::connectWanted, &guard_, [this] { connectSomething(); });
  QObject::connect(w, &PlotWidget::clicked, &guard_, [this](QPointF value) { clicked(value); });
}

const Tape* PlotPanel::leftTape(const Input& input) const {
  const Tape* held = tape(input);
  return held ? held->left() : nullptr;
}

QColor PlotPanel::leftColour(const Input& input) {
  return mixed(theme().plot, input.colour, kLeftShare);
}

QString PlotPanel::leftName(const QString& name) {
  return QObject::tr("%1 before the rewind").arg(name);
}

void PlotPanel::nameLeft(Figure& figure) const {
  const bool inSight = std::ranges::any_of(inputs_, [&](const Input& input) {
    const Tape* left = leftTape(input);
    return left && toSeconds(left->begin()) < figure.x.range.to &&
           toSeconds(left->end()) > figure.x.range.from;
  });
  if (!inSight) return;
  if (!figure.facts.isEmpty()) figure.facts += QStringLiteral(" · ");
  figure.facts += QObject::tr("pale: before the rewind");
}

double PlotPanel::parameter(std::string_view name) const {
  const Item* item = context_.document.project().find(item_);
  return item ? parameterNumber(context_.registry, *item, name) : 0;
}

std::string PlotPanel::parameterWord(std::string_view name) const {
  const Item* item = context_.document.project().find(item_);
  return item ? parameterText(context_.registry, *item, name) : std::string();
}

bool PlotPanel::parameterOn(std::string_view name) const {
  const Item* item = context_.document.project().find(item_);
  return item && spk::parameterOn(context_.registry, *item, name);
}

void PlotPanel::readInputs() {
  const Project& project = context_.document.project();
  inputs_ = inputsOf(project, context_.registry, item_);
  if (!widget_) return;
  if (!inputs_.empty()) {
    widget_->setEmpty({}, {});
    return;
  }
  const EmptyWords empty = emptyWords(context_, item_, accepts_);
  widget_->setEmpty(empty.words, empty.button);
}

void PlotPanel::connectSomething() {
  const auto done = connectSources(context_, item_, accepts_);
  if (!done && widget_) widget_->setEmpty(QString::fromStdString(done.error().text()), {});
}

void PlotPanel::edited(const Edit&) {
  readInputs();
  refresh();
}

std::uint64_t PlotPanel::dataVersion() const {
  std::uint64_t sum = 0;
  for (const Input& input : inputs_) {
    if (const Tape* held = tape(input)) sum += held->version() + 1;
  }
  return sum;
}

void PlotPanel::tick(Time now) {
  now_ = now;
  std::uint64_t version = context_.looking().version * 1'000'003;
  // Frozen, only what the user looks at (the cursor) can change.
  if (!isFrozen()) {
    if (const Tape* marks = context_.tape(Id::settings)) version += marks->version() * 7'919;
    version += dataVersion() + static_cast<std::uint64_t>(now_);
  }
  if (version == seen_) return;
  seen_ = version;
  refresh();
}

std::string PlotPanel::facts() const { return facts_; }

/// With a minus sign, and with the unit of what a weight acts on.
QString PlotPanel::markWords(const Mark& mark) const {
  QString words = QString::fromUtf8(mark.words);
  for (qsizetype i = 0; i + 1 < words.size(); ++i)
    if (words[i] == u'-' && words[i + 1].isDigit() && (i == 0 || words[i - 1] == u' '))
      words[i] = QChar(kMinus);
  const Project& project = context_.document.project();
  const Item* wire = project.find(mark.item);
  const Item* target = wire && wire->isWire() ? project.find(wire->to.item) : nullptr;
  if (!target || !words.contains(QStringLiteral(" weight ")) || !words.back().isDigit())
    return words;
  const Shape there = context_.registry.describe(*target);
  const Port* port = there.port(wire->to.port);
  return port && !port->unit.empty() ? words + u' ' + QString::fromStdString(port->unit) : words;
}

void PlotPanel::addMarks(Figure& figure) const {
  const Range range = figure.x.range;
  if (const Tape* marks = context_.tape(Id::settings)) {
    const auto from = static_cast<Time>(range.from * kSecond),
               to = static_cast<Time>(range.to * kSecond);
    marks->visit<Mark>(from, to + 1, [&](std::span<const Mark> some) {
      for (const Mark& mark : some) {
        figure.guides.push_back({.look = Guide::Look::Edit,
                                 .at = toSeconds(mark.t),
                                 .words = markWords(mark),
                                 .colour = theme().action});
      }
    });
  }
  const Time cursor = context_.looking().cursor;
  if (cursor >= 0) figure.cursor = toSeconds(cursor);
}

Figure PlotPanel::make(Figure figure) const {
  figure.zoomX = zoomX_;
  figure.zoomY = zoomY_;
  figure.zoomLength = zoomLength_;
  if (figure.use == Figure::Use::Screen) {
    draw(figure, shownNow());
  } else {
    // Another theme may hold: take the colours from it.
    std::vector<Input> now = inputsOf(context_.document.project(), context_.registry, item_);
    std::swap(inputs_, now);
    draw(figure, shownNow());
    std::swap(inputs_, now);
  }
  if (xAxis_ == XAxis::OfTime) addMarks(figure);
  if (frozenAt_ && figure.use == Figure::Use::Screen) {
    figure.facts +=
        QObject::tr("%1frozen").arg(figure.facts.isEmpty() ? QString() : QStringLiteral(" · "));
  }
  return figure;
}

void PlotPanel::refresh() {
  if (!widget_ || widget_->width() < 2) return;
  ++figuresMade_;
  Figure figure = make(widget_->blank());
  facts_ = figure.facts.toStdString();
  widget_->show(std::move(figure));
}

void PlotPanel::zoom(std::optional<Range> x, std::optional<Range> y) {
  if (x) zoomX_ = x;
  if (y) zoomY_ = y;
  if (widget_) widget_->setFollowing(isFollowing());
  refresh();
}

void PlotPanel::scale(std::optional<Range> x, std::optional<Range> y) {
  if (x && xAxis_ == XAxis::OfTime && isFollowing() && !isFrozen()) {
    // While following, how much is seen changes, not where: only a drag leaves the present.
    zoomLength_ = x->length();
    x.reset();
  }
  zoom(x, y);
}

void PlotPanel::reset() {
  zoomX_.reset(), zoomY_.reset(), zoomLength_.reset();
  if (widget_) widget_->setFollowing(true);
  refresh();
}

void PlotPanel::freeze(bool frozen) {
  if (frozen == isFrozen()) return;
  frozenAt_ = frozen ? std::optional(now_) : std::nullopt;
  if (widget_) widget_->setFrozen(frozen);
  refresh();
}

void PlotPanel::clicked(QPointF value) {
  if (xAxis_ != XAxis::OfTime) return;
  (void)context_.act("look.cursor", {{"t", std::int64_t(value.x() * kSecond)}});  // only looking
}

void PlotPanel::writeCsv(std::ostream& out, const Figure& figure) const {
  const auto word = [](QString label) {
    return label.replace(QStringLiteral(" ["), QStringLiteral("_"))
        .remove(u']')
        .replace(u' ', u'_')
        .toStdString();
  };
  out << word(figure.x.label) << ",name," << word(figure.y.label) << '\n';
  const auto [low, high] = std::minmax(figure.x.range.from, figure.x.range.to);
  for (const Series& series : figure.series) {
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      if (series.x[i] < low || series.x[i] > high) continue;
      out << numberText(series.x[i]) << ',' << series.name.toStdString() << ','
          << numberText(series.y[i]) << '\n';
    }
  }
}

Result<void> PlotPanel::saveCsv(const std::filesystem::path& path) const {
  std::ofstream out(path, std::ios::binary);
  Figure blank = widget_ ? widget_->blank() : Figure{};
  blank.use = Figure::Use::Paper;  // every point, no ready pixels
  writeCsv(out, make(std::move(blank)));
  out.flush();
  if (!out) return Error{"cannot be written", path.string()};
  return {};
}

Result<void> PlotPanel::exportTo(const std::filesystem::path& path, const FigureSize& size) const {
  if (path.extension() == ".csv") return saveCsv(path);
  return saveFigure([this](Figure blank) { return make(std::move(blank)); }, path, size);
}

void PlotPanel::showMenu(QPoint place) {
  QMenu menu(widget_);
  menu.addAction(icon("export"), QObject::tr("Save picture (SVG, PDF, PNG)…"),
                 [this] { askForPicture(); });
  menu.addAction(QObject::tr("Save visible range as CSV…"), [this] { askForCsv(); });
  addToMenu(menu);
  menu.addSeparator();
  QAction* frozen =
      menu.addAction(icon("freeze"), QObject::tr("Freeze\tF"), [this] { freeze(!isFrozen()); });
  frozen->setCheckable(true);
  frozen->setChecked(isFrozen());
  menu.addAction(icon("reset-view"), QObject::tr("Show all and follow\tHome"), [this] { reset(); });
  menu.exec(place);
}

void PlotPanel::askForPicture() {
  const auto wish =
      askWhereToSave(widget_, QString::fromStdString(itemPath(context_.document.project(), item_)));
  if (!wish) return;
  if (const auto saved = exportTo(wish->path, wish->size); !saved)
    tellError(widget_, saved.error());
}

void PlotPanel::askForCsv() {
  const auto path = askWhereToSaveCsv(
      widget_, QString::fromStdString(itemPath(context_.document.project(), item_)));
  if (!path) return;
  if (const auto saved = exportTo(*path, {}); !saved) tellError(widget_, saved.error());
}

}  // namespace spk
