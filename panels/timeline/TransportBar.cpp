#include "panels/timeline/TransportBar.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QResizeEvent>
#include <QSignalBlocker>
#include <algorithm>
#include <array>
#include <cmath>
#include <thread>

#include "panels/kit/Theme.h"

namespace spk::panels::timeline {
namespace {

/// The places of the pace slider; 0 at the end: as fast as it can.
constexpr std::array kPaces = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
                               0.2,   0.5,   1.0,   2.0,  5.0,  10.0, 0.0};

int placeOfPace(double pace) {
  if (pace <= 0) return static_cast<int>(kPaces.size()) - 1;
  int best = 0;
  for (int i = 1; i + 1 < static_cast<int>(kPaces.size()); ++i)
    if (std::abs(std::log(kPaces[i] / pace)) < std::abs(std::log(kPaces[best] / pace))) best = i;
  return best;
}

QString paceText(double pace) {
  return pace <= 0 ? QStringLiteral("pace max") : QStringLiteral("pace %1×").arg(shown(pace, 3));
}

/// Play and pause on the ground of an action button, whose colour no theme icon has.
QIcon playGlyph(bool pause, const QColor& colour) {
  QPixmap picture(48, 48);
  picture.fill(Qt::transparent);
  QPainter painter(&picture);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(colour);
  painter.setPen(Qt::NoPen);
  if (pause) {
    painter.drawRoundedRect(10, 8, 10, 32, 2, 2);
    painter.drawRoundedRect(28, 8, 10, 32, 2, 2);
  } else {
    painter.drawPolygon(QPolygonF({{12, 6}, {42, 24}, {12, 42}}));
  }
  return QIcon(picture);
}

}  // namespace

TransportBar::TransportBar(PanelContext& context) : context_(context) {
  setObjectName(QStringLiteral("transport"));
  setProperty("role", "bar");
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(12, 0, 12, 0);
  row->setSpacing(8);
  addRun(*row);
  addPace(*row);
  row->addStretch(1);
  addSettings(*row);
  dress();
  showProject();
  showStatus();
}

/// Play and its kin, and where the run is.
void TransportBar::addRun(QHBoxLayout& row) {
  play_ = button("transport.play", nullptr, tr("Play"), "transport.toggle",
                 tr("Play or pause (Space)"));
  play_->setProperty("action", true);
  row.addWidget(play_);
  row.addWidget(
      button("transport.step", "step", tr("Step"), "transport.step", tr("One time step")));
  row.addWidget(
      button("transport.reset", "reset", tr("Reset"), "transport.reset", tr("Back to t = 0")));
  row.addWidget(button("transport.back", "rewind", QStringLiteral("−1 s"), "transport.back",
                       tr("One second back, exactly as it was")));
  row.addSpacing(4);

  time_ = new TimeField(this);
  connect(time_, &TimeField::timeWanted, this, [this](qint64 t) {
    (void)context_.act("transport.rewind", {{"t", std::int64_t{t}}});
  });
  speed_ = new QLabel(this);
  speed_->setObjectName(QStringLiteral("transport.speed"));
  speed_->setProperty("role", "facts");
  row.addWidget(time_);
  row.addWidget(speed_);
}

void TransportBar::addPace(QHBoxLayout& row) {
  pace_ = new QSlider(Qt::Horizontal, this);
  pace_->setObjectName(QStringLiteral("transport.pace"));
  pace_->setProperty("role", "pace");
  pace_->setRange(0, static_cast<int>(kPaces.size()) - 1);
  pace_->setPageStep(1);
  pace_->setToolTip(tr("How fast biological time goes against the clock"));
  pace_->setAccessibleName(tr("Pace"));
  connect(pace_, &QSlider::valueChanged, this, &TransportBar::commitPace);
  connect(pace_, &QSlider::sliderReleased, this,
          [this] { (void)context_.act("history.closeMerge", {}); });
  row.addWidget(pace_);
  paceWords_ = new QLabel(this);
  paceWords_->setProperty("role", "facts");
  row.addWidget(paceWords_);
}

/// What a run is made of and goes into.
void TransportBar::addSettings(QHBoxLayout& row) {
  record_ = button("transport.record", "record", QString(), "transport.record",
                   tr("Record to file, from t = 0"));
  record_->setCheckable(true);
  row.addWidget(record_);
  seed_ = new QSpinBox(this);
  seed_->setObjectName(QStringLiteral("transport.seed"));
  seed_->setPrefix(tr("seed "));
  seed_->setButtonSymbols(QAbstractSpinBox::NoButtons);
  seed_->setRange(0, 999'999'999);
  seed_->setKeyboardTracking(false);
  seed_->setToolTip(tr("The number that all random draws follow"));
  connect(seed_, &QSpinBox::valueChanged, this, &TransportBar::commitSeed);
  row.addWidget(seed_);
  target_ = button("transport.target", nullptr, QString(), nullptr, tr("Where the network runs"));
  auto* menu = new QMenu(target_);
  connect(menu, &QMenu::aboutToShow, this, &TransportBar::fillThreads);
  target_->setMenu(menu);
  row.addWidget(target_);
  search_ = button("transport.search", "search", QStringLiteral("Ctrl+P"), "view.commands",
                   tr("Find any command, node type or node"));
  row.addWidget(search_);
}

QPushButton* TransportBar::button(const char* name, const char* iconName, const QString& text,
                                  const char* action, const QString& tip) {
  auto* made = new QPushButton(text, this);
  made->setObjectName(QLatin1StringView(name));
  made->setToolTip(tip);
  made->setFocusPolicy(Qt::TabFocus);  // after a click, Space still plays
  made->setAccessibleName(text.isEmpty() ? tip : text);
  if (iconName) made->setIcon(icon(iconName));
  if (action)
    connect(made, &QPushButton::clicked, this, [this, action] { (void)context_.act(action, {}); });
  return made;
}

void TransportBar::dress() {
  const double scale = textScale();
  setFixedHeight(qRound(kBarHeight * scale));
  time_->setFont(numberFont(13));
  speed_->setFont(numberFont(12));
  const QFontMetrics timeMetrics(numberFont(13)), speedMetrics(numberFont(12));
  time_->setFixedWidth(timeMetrics.horizontalAdvance(QStringLiteral("t = 0000.000 s")) + 16);
  speed_->setFixedWidth(speedMetrics.horizontalAdvance(QStringLiteral("000.0× real time")) + 4);
  pace_->setFixedWidth(qRound(120 * scale));
  paceWords_->setFixedWidth(
      QFontMetrics(textFont(12)).horizontalAdvance(QStringLiteral("pace 0.005×")) + 8);
  seed_->setFixedWidth(qRound(88 * scale));
  const QSize small(qRound(14 * scale), qRound(14 * scale));
  for (QPushButton* each : findChildren<QPushButton*>()) each->setIconSize(small);
  play_->setMinimumWidth(qRound(86 * scale));
  play_->setIcon(playGlyph(showsPause_, theme().onAction));
}

void TransportBar::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::StyleChange && search_) dress();
}

void TransportBar::resizeEvent(QResizeEvent* event) {
  QFrame::resizeEvent(event);
  // Narrow windows keep what is used most; every row is in the menu as well.
  const int width = static_cast<int>(event->size().width() / textScale());
  paceWords_->setVisible(width >= 1080);
  speed_->setVisible(width >= 860);
  search_->setVisible(width >= 940);
  target_->setVisible(width >= 830);
}

void TransportBar::showProject() {
  const Values& settings = context_.document.project().settings().values;
  const double pace = numberOr(settings, "pace", 1);
  const QSignalBlocker quietPace(pace_), quietSeed(seed_);
  pace_->setValue(placeOfPace(pace));
  paceWords_->setText(paceText(pace));
  seed_->setValue(static_cast<int>(
      std::clamp<std::int64_t>(integerOr(settings, "seed", 1), 0, seed_->maximum())));
}

void TransportBar::showStatus() {
  const RunStatus& status = context_.status();
  const bool running = status.state == RunStatus::State::Running;
  if (running != showsPause_) {
    showsPause_ = running;
    play_->setText(running ? tr("Pause") : tr("Play"));
    play_->setIcon(playGlyph(running, theme().onAction));
  }
  time_->showTime(status.now);
  QString speed;
  if (status.state == RunStatus::State::Building) speed = tr("building …");
  if (running && status.realTimeFactor > 0)
    speed = tr("%1× real time")
                .arg(status.realTimeFactor < 9.95 ? shownFixed(status.realTimeFactor, 2)
                                                  : shownFixed(status.realTimeFactor, 1));
  speed_->setText(speed);
  record_->setChecked(status.recording);
  target_->setText(status.threads == 0   ? tr("CPU")
                   : status.threads == 1 ? tr("CPU · 1 thread")
                                         : tr("CPU · %1 threads").arg(status.threads));
}

void TransportBar::commitPace(int place) {
  const Project& project = context_.document.project();
  (void)context_.commit(
      {"Set pace",
       {setting(project, Id::settings, "pace", Value{kPaces[static_cast<std::size_t>(place)]})}},
      "transport.pace");
  if (!pace_->isSliderDown()) (void)context_.act("history.closeMerge", {});
}

void TransportBar::commitSeed() {
  const Project& project = context_.document.project();
  (void)context_.commit(
      {"Set seed", {setting(project, Id::settings, "seed", Value{std::int64_t{seed_->value()}})}},
      {});
}

void TransportBar::fillThreads() {
  QMenu* menu = target_->menu();
  menu->clear();
  const auto now = context_.act("run.threads", {});
  const std::int64_t count = now ? asInteger(now.value()).value_or(0) : 0;
  const auto cores = static_cast<std::int64_t>(std::max(1u, std::thread::hardware_concurrency()));
  const auto add = [&](const QString& words, std::int64_t threads) {
    QAction* action = menu->addAction(words);
    action->setCheckable(true);
    action->setChecked(threads == count);
    connect(action, &QAction::triggered, this, [this, threads] {
      (void)context_.act("run.threads", {{"threads", threads}});
      showProject();
    });
  };
  add(tr("CPU, as many threads as pay"), 0);
  for (std::int64_t threads = 1; threads <= cores; threads *= 2)
    add(threads == 1 ? tr("CPU, 1 thread") : tr("CPU, %1 threads").arg(threads), threads);
}

}  // namespace spk::panels::timeline
