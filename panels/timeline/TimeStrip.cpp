#include "panels/timeline/TimeStrip.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "engine/base/Json.h"
#include "panels/kit/Figure.h"
#include "panels/kit/Theme.h"
#include "panels/kit/acts.h"
#include "panels/kit/inputs.h"

namespace spk::panels::timeline {
namespace {

constexpr int kTrack = 14, kMostTracks = 4, kScale = 16;  // px at scale 1
constexpr int kClock = 330;                               // for the two clocks, at the right
constexpr int kReportsEvery = 6;                          // ticks

Time timeIn(const Values& values, const std::string& key, double otherwise = 0) {
  return fromMilliseconds(numberOr(values, key, otherwise));
}

}  // namespace

Time Track::end() const {
  if (to <= from) return offset;
  return offset + static_cast<Time>(double(to - from) / speed);
}

std::optional<Time> Track::fileTime(Time t) const {
  if (t < offset) return std::nullopt;
  Time played = static_cast<Time>(double(t - offset) * speed);
  if (to > from && played >= to - from) {
    if (!loop) return std::nullopt;
    played %= to - from;
  }
  return from + played;
}

TimeStrip::TimeStrip(PanelContext& context, QWidget* parent) : QWidget(parent), context_(context) {
  setObjectName(QStringLiteral("transport.strip"));
  setAccessibleName(tr("Time of the run: recordings, marks, bookmarks"));
  setMouseTracking(true);
  showProject();
}

void TimeStrip::showProject() {
  const bool before = isNeeded();
  const std::vector<Track> old = std::move(tracks_);
  tracks_.clear();
  bookmarks_.clear();
  marks_.reset();
  for (const auto& [id, item] : context_.document.project().items) {
    if (item.type == "project.bookmark")
      bookmarks_.push_back({id, timeIn(item.values, "t"), nodeName(context_.registry, item)});
    if (item.type == "project.marks")
      marks_ = Marks{timeIn(item.values, "in"), timeIn(item.values, "out"),
                     switchOr(item.values, "loop", false)};
    if (item.type != "source.event_stream" || textOr(item.values, "file", "").empty()) continue;
    Track track{.node = id,
                .name = nodeName(context_.registry, item),
                .offset = timeIn(item.values, "offset"),
                .speed = std::max(0.001, numberOr(item.values, "speed", 1)),
                .from = timeIn(item.values, "from"),
                .to = timeIn(item.values, "to"),
                .loop = switchOr(item.values, "loop", false)};
    // What is known of the file stays until its report is asked again.
    for (const Track& known : old)
      if (known.node == id) track.t0 = known.t0, track.indexed = known.indexed;
    tracks_.push_back(std::move(track));
  }
  untilReports_ = 0;
  reading_ = true;
  readReports();
  updateGeometry();
  update();
  if (isNeeded() != before) Q_EMIT neededChanged(isNeeded());
}

/// Lengths and clocks of the files, as far as they have been read.
void TimeStrip::readReports() {
  if (tracks_.empty() || !reading_ || untilReports_-- > 0) return;
  untilReports_ = kReportsEvery;
  reading_ = false;
  for (Track& track : tracks_) {
    const auto answer = context_.act("file.report", itemValues(track.node));
    const Json* text = answer ? std::get_if<Json>(&answer.value()) : nullptr;
    const auto report = text ? JsonNode::parse(text->text) : JsonNode::parse("{}");
    if (!report) continue;
    const auto number = [&](const char* key) {
      const JsonNode* found = report.value().find(key);
      return found ? found->number() : 0.0;
    };
    const JsonNode* state = report.value().find("state");
    reading_ = reading_ || (state && (state->text() == "reading" || state->text() == "opening"));
    if (!report.value().find("events")) continue;
    track.indexed = number("indexed");
    track.t0 = static_cast<Time>(number("t_first_us")) * kMicrosecond;
    const Item* item = context_.document.project().find(track.node);
    const Time wished = item ? timeIn(item->values, "to") : 0;
    track.to = wished > 0 ? wished
                          : static_cast<Time>(number("t_last_us") - number("t_first_us") + 1) *
                                kMicrosecond;
  }
  update();
}

void TimeStrip::showStatus() {
  readReports();
  const Time now = context_.status().now;
  if (now == now_) return;
  now_ = now;
  update();
}

QSize TimeStrip::sizeHint() const {
  const int rows = std::clamp(static_cast<int>(tracks_.size()), 1, kMostTracks);
  return {400, qRound((rows * kTrack + kScale + 8) * textScale())};
}

Time TimeStrip::end() const {
  Time last = std::max<Time>(now_, kSecond / 10);
  for (const Track& track : tracks_) last = std::max(last, track.end());
  for (const Bookmark& each : bookmarks_) last = std::max(last, each.t);
  if (marks_) last = std::max(last, marks_->out);
  return last;
}

QRectF TimeStrip::line() const {
  const double clock = width() > 900 ? kClock * textScale() : 0;
  return QRectF(rect()).adjusted(12, 4, -12 - clock, -4);
}

double TimeStrip::placeOf(Time t) const {
  const QRectF box = line();
  return box.left() + box.width() * double(t) / double(end());
}
Time TimeStrip::timeAt(double x) const {
  const QRectF box = line();
  return static_cast<Time>(std::clamp((x - box.left()) / box.width(), 0.0, 1.0) * double(end()));
}

QString TimeStrip::clockWords() const {
  for (const Track& track : tracks_) {
    const auto t = track.fileTime(now_);
    if (!t) continue;
    return tr("%1: %2 s · its clock %3 s")
        .arg(track.name, shownFixed(toSeconds(*t), 6),
             QString::number(double((track.t0 + *t) / kMicrosecond) * 1e-6, 'f', 6));
  }
  return {};
}

void TimeStrip::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const Theme& look = theme();
  const double scale = textScale();
  painter.fillRect(rect(), look.surface);
  painter.setPen(look.line);
  painter.drawLine(QPointF(0, height() - 0.5), QPointF(width(), height() - 0.5));
  const QRectF box = line();
  const double rows = box.height() - kScale * scale;
  painter.fillRect(QRectF(box.left(), box.top(), box.width(), rows), look.plot);

  if (marks_ && (marks_->in > 0 || marks_->out > 0)) {
    QColor tint = look.action;
    tint.setAlphaF(marks_->loop ? 0.28f : 0.14f);
    const double left = placeOf(marks_->in),
                 right = marks_->out > 0 ? placeOf(marks_->out) : box.right();
    painter.fillRect(QRectF(left, box.top(), right - left, rows), tint);
    painter.setPen(QPen(look.action, 1.5));
    painter.drawLine(QPointF(left, box.top()), QPointF(left, box.top() + rows));
    if (marks_->out > 0)
      painter.drawLine(QPointF(right, box.top()), QPointF(right, box.top() + rows));
  }

  const double height = kTrack * scale;
  painter.setFont(textFont(11));
  for (std::size_t i = 0; i < std::min<std::size_t>(tracks_.size(), kMostTracks); ++i) {
    const Track& track = tracks_[i];
    const double left = placeOf(track.offset), top = box.top() + double(i) * height;
    const double right = track.loop ? box.right() : std::max(left + 2, placeOf(track.end()));
    const QColor colour = signalColour(Signal::Events);
    QRectF bar(left, top + 2, right - left, height - 4);
    painter.setPen(Qt::NoPen);
    painter.setBrush(mixed(look.plot, colour, 0.30));
    painter.drawRoundedRect(bar, 2, 2);
    if (track.indexed < 1) {
      bar.setWidth(bar.width() * track.indexed);
      painter.setBrush(mixed(look.plot, colour, 0.6));
      painter.drawRoundedRect(bar, 2, 2);
    }
    painter.setPen(look.text);
    painter.drawText(QRectF(left + 6, top, std::max(40.0, right - left - 8), height),
                     Qt::AlignVCenter | Qt::AlignLeft, track.name);
  }

  painter.setPen(look.secondary);
  const Axis axis{.range = {0, toSeconds(end())}};
  for (const Tick& tick : ticks(axis, 8)) {
    // Within the line's ends, whatever the width of the words.
    const double x = std::clamp(placeOf(static_cast<Time>(tick.at * kSecond)), box.left() + 12,
                                box.right() - 12);
    painter.drawText(QRectF(x - 40, box.bottom() - kScale * scale, 80, kScale * scale),
                     Qt::AlignHCenter | Qt::AlignBottom, tick.text + QChar(kThinSpace) + u's');
  }
  for (const Bookmark& each : bookmarks_) {
    const double x = placeOf(each.t);
    painter.setPen(Qt::NoPen);
    painter.setBrush(look.action);
    painter.drawPolygon(QPolygonF({{x - 4, box.top()}, {x + 4, box.top()}, {x, box.top() + 7}}));
  }
  const double now = placeOf(dragged_ >= 0 ? dragged_ : now_);
  painter.setPen(QPen(look.cursor, 1.5));
  painter.drawLine(QPointF(now, box.top() - 2), QPointF(now, box.top() + rows + 2));
  if (box.right() + 24 < width()) {
    painter.setFont(numberFont(11));
    painter.setPen(look.secondary);
    const double room = width() - box.right() - 24;
    painter.drawText(QRectF(box.right() + 12, box.top(), room, rows),
                     Qt::AlignVCenter | Qt::AlignRight,
                     painter.fontMetrics().elidedText(clockWords(), Qt::ElideLeft, int(room)));
  }
}

void TimeStrip::goTo(double x) {
  dragged_ = timeAt(x);
  update();
}

void TimeStrip::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) goTo(event->position().x());
}
void TimeStrip::mouseMoveEvent(QMouseEvent* event) {
  if (event->buttons() & Qt::LeftButton) goTo(event->position().x());
}
void TimeStrip::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || dragged_ < 0) return;
  (void)context_.act("transport.rewind", {{"t", std::int64_t{dragged_}}});
  dragged_ = -1;
  update();
}

void TimeStrip::contextMenuEvent(QContextMenuEvent* event) {
  QMenu menu(this);
  const auto add = [&](const QString& words, const char* action) {
    menu.addAction(words, this, [this, action] { (void)context_.act(action, {}); });
  };
  add(tr("Mark the beginning here\tCtrl+F7"), "player.in");
  add(tr("Mark the end here\tCtrl+F8"), "player.out");
  add(marks_ && marks_->loop ? tr("Loop no more\tCtrl+F9") : tr("Loop between the marks\tCtrl+F9"),
      "player.loop");
  menu.addSeparator();
  add(tr("Bookmark this time\tF9"), "player.bookmark");
  for (const Bookmark& each : bookmarks_) {
    if (std::abs(placeOf(each.t) - event->pos().x()) > 8) continue;
    menu.addAction(tr("Remove %1").arg(each.name), this, [this, id = each.item] {
      if (const Item* item = context_.document.project().find(id))
        (void)context_.commit({"Remove a bookmark", {Remove{*item}}}, {});
    });
  }
  menu.exec(event->globalPos());
}

bool TimeStrip::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  QString words = tr("Click to go to %1").arg(shown(toSeconds(timeAt(help->pos().x())), "s"));
  for (const Bookmark& each : bookmarks_)
    if (std::abs(placeOf(each.t) - help->pos().x()) < 6)
      words = each.name + QStringLiteral(", ") + shown(toSeconds(each.t), "s");
  for (const Track& track : tracks_)
    if (track.indexed < 1)
      words += tr("\n%1: places found in %2 %").arg(track.name).arg(int(100 * track.indexed));
  QToolTip::showText(help->globalPos(), words, this);
  return true;
}

}  // namespace spk::panels::timeline
