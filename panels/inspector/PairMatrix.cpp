#include "panels/inspector/PairMatrix.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

#include "engine/base/Json.h"
#include "panels/kit/Theme.h"

namespace spk::panels::inspector {
namespace {

constexpr double kLeft = 30, kTop = 20, kRight = 14, kBottom = 8, kLargest = 18;

}  // namespace

PairMatrix::PairMatrix(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void PairMatrix::setState(const Value& pairs, int sources, int targets) {
  sources_ = sources, targets_ = targets;
  cursor_ = {std::clamp(cursor_.first, 0, std::max(0, sources - 1)),
             std::clamp(cursor_.second, 0, std::max(0, targets - 1))};
  joined_.clear();
  const auto* json = std::get_if<Json>(&pairs);
  const auto list = json ? JsonNode::parse(json->text) : Result<JsonNode>(JsonNode());
  readable_ = list && list.value().form() == JsonNode::Form::List;
  const auto isIndex = [](const JsonNode& node) {
    return node.form() == JsonNode::Form::Integer && node.integer() >= 0 &&
           node.integer() < 1 << 30;
  };
  if (readable_) {
    for (const JsonNode& pair : list.value().items()) {
      readable_ = readable_ && pair.items().size() == 2 && isIndex(pair.items()[0]) &&
                  isIndex(pair.items()[1]);
      if (readable_)
        ++joined_[{static_cast<int>(pair.items()[0].integer()),
                   static_cast<int>(pair.items()[1].integer())}];
    }
  }
  describe();
  updateGeometry();
  update();
}

bool PairMatrix::fits() const {
  return readable_ && sources_ > 0 && targets_ > 0 && sources_ <= kMost && targets_ <= kMost;
}

void PairMatrix::describe() {
  QString words = tr("%1 sources × %2 targets, %n joined", "", static_cast<int>(joined_.size()))
                      .arg(sources_)
                      .arg(targets_);
  if (fits())
    words += tr("; source %1 to target %2: %3")
                 .arg(cursor_.first)
                 .arg(cursor_.second)
                 .arg(isJoined(cursor_.first, cursor_.second) ? tr("joined") : tr("not joined"));
  setAccessibleName(tr("Pairs"));
  setAccessibleDescription(words);
  setToolTip(words + (fits() ? tr("\nPress and drag to join or part.") : QString()));
}

double PairMatrix::side(int width) const {
  return std::clamp((width - kLeft - kRight) / std::max(1, targets_), 2.0, kLargest);
}

QSize PairMatrix::sizeHint() const { return {200, heightForWidth(240)}; }

int PairMatrix::heightForWidth(int width) const {
  if (!fits()) return qRound(34 * textScale());
  return qRound(kTop + sources_ * side(width) + kBottom);
}

QRectF PairMatrix::cell(int source, int target) const {
  const double s = side(width());
  return {kLeft + target * s, kTop + source * s, s, s};
}

std::optional<PairMatrix::Cell> PairMatrix::cellAt(QPointF at) const {
  const double s = side(width());
  const double row = (at.y() - kTop) / s, column = (at.x() - kLeft) / s;
  if (!fits() || row < 0 || column < 0 || row >= sources_ || column >= targets_) return {};
  return Cell{static_cast<int>(row), static_cast<int>(column)};
}

void PairMatrix::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setFont(textFont(10));
  painter.setPen(theme().secondary);
  if (!fits()) {
    painter.drawText(
        QRectF(14, 0, width() - 26, height()), Qt::AlignVCenter | Qt::TextWordWrap,
        tr("%1 × %2 are too many to paint; type the pairs.").arg(sources_).arg(targets_));
    return;
  }
  painter.drawText(QRectF(kLeft, 0, width() - kLeft - kRight, kTop - 3),
                   Qt::AlignBottom | Qt::AlignLeft, tr("targets →"));
  painter.save();
  painter.translate(kLeft - 5, kTop);
  painter.rotate(90);
  painter.drawText(QRectF(0, 0, 120, 16), Qt::AlignTop | Qt::AlignLeft, tr("sources →"));
  painter.restore();
  const QRectF all = cell(0, 0) | cell(sources_ - 1, targets_ - 1);
  painter.fillRect(all, mixed(theme().surface, theme().text, 0.06));
  const bool lines = side(width()) >= 5;
  painter.setPen(QPen(mixed(theme().surface, theme().text, 0.18), 1));
  for (int i = 0; lines && i <= sources_; ++i)
    painter.drawLine(
        QLineF(all.left(), kTop + i * side(width()), all.right(), kTop + i * side(width())));
  for (int i = 0; lines && i <= targets_; ++i)
    painter.drawLine(
        QLineF(kLeft + i * side(width()), all.top(), kLeft + i * side(width()), all.bottom()));
  for (const auto& [pair, count] : joined_)
    if (const auto& [source, target] = pair; source < sources_ && target < targets_) {
      const double gap = lines ? 1.5 : 0;
      painter.fillRect(cell(source, target).adjusted(gap, gap, -gap + 0.5, -gap + 0.5),
                       theme().action);
    }
  if (!hasFocus()) return;
  painter.setPen(QPen(theme().text, 1.5));
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(cell(cursor_.first, cursor_.second));
}

void PairMatrix::paint(Cell at, bool dragging) {
  if (!joins_) joins_ = !joined_.contains(at);
  cursor_ = at;
  const bool changed = *joins_ ? joined_.try_emplace(at, 1).second : joined_.erase(at) > 0;
  describe();
  update();
  if (!changed) return;
  JsonNode list = JsonNode::list();
  for (const auto& [pair, count] : joined_)
    for (int i = 0; i < count; ++i)
      list.add(JsonNode::list({JsonNode(pair.first), JsonNode(pair.second)}));
  Q_EMIT wanted(Value(Json{list.write()}), dragging);
}

void PairMatrix::mousePressEvent(QMouseEvent* event) {
  joins_.reset();
  if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  if (const auto at = cellAt(event->position())) paint(*at, true);
}

void PairMatrix::mouseMoveEvent(QMouseEvent* event) {
  if (!joins_ || !(event->buttons() & Qt::LeftButton)) return;
  if (const auto at = cellAt(event->position())) paint(*at, true);
}

void PairMatrix::mouseReleaseEvent(QMouseEvent*) {
  if (joins_) Q_EMIT dragged();
  joins_.reset();
}

void PairMatrix::keyPressEvent(QKeyEvent* event) {
  const auto move = [&](int down, int right) {
    cursor_ = {std::clamp(cursor_.first + down, 0, std::max(0, sources_ - 1)),
               std::clamp(cursor_.second + right, 0, std::max(0, targets_ - 1))};
    describe();
    update();
  };
  if (!fits()) return QWidget::keyPressEvent(event);
  switch (event->key()) {
    case Qt::Key_Up: return move(-1, 0);
    case Qt::Key_Down: return move(1, 0);
    case Qt::Key_Left: return move(0, -1);
    case Qt::Key_Right: return move(0, 1);
    case Qt::Key_Space:
      joins_.reset();
      paint(cursor_, false);
      joins_.reset();
      return;
    default: QWidget::keyPressEvent(event);
  }
}

}  // namespace spk::panels::inspector
