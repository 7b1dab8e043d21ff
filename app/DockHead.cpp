#include "app/DockHead.h"

#include <QContextMenuEvent>
#include <QDockWidget>
#include <QEnterEvent>
#include <QMainWindow>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolButton>
#include <algorithm>

#include "panels/kit/Theme.h"

namespace spk {

DockHead::DockHead(QDockWidget& dock, QMainWindow& window)
    : QWidget(&dock), dock_(dock), window_(window), menu_(new QToolButton(this)) {
  setMouseTracking(true);
  menu_->setAutoRaise(true);
  menu_->setIcon(icon("menu"));
  menu_->setToolTip(tr("Float, hide, export"));
  menu_->setFocusPolicy(Qt::NoFocus);
  menu_->hide();
  connect(menu_, &QToolButton::clicked, this,
          [this] { Q_EMIT menuAsked(menu_->mapToGlobal(QPoint(0, menu_->height()))); });
  dress();
}

void DockHead::dress() {
  const int side = qRound(22 * textScale());
  menu_->setFixedSize(side, side);
  menu_->setIconSize({qRound(14 * textScale()), qRound(14 * textScale())});
  updateGeometry();
}

QSize DockHead::sizeHint() const {
  const auto all = tabs();
  return {all.empty() ? 80 : all.back().place.right() + 8, qRound(kTabHeight * textScale())};
}
QSize DockHead::minimumSizeHint() const { return {60, qRound(kTabHeight * textScale())}; }

std::vector<DockHead::Tab> DockHead::tabs() const {
  QList<QDockWidget*> docks = {&dock_};
  if (!dock_.isFloating())
    for (QDockWidget* other : window_.tabifiedDockWidgets(&dock_))
      if (!other->isHidden() || other->toggleViewAction()->isChecked()) docks.append(other);
  std::ranges::stable_sort(docks, {}, [](QDockWidget* d) { return d->property("order").toInt(); });
  std::vector<Tab> all;
  const double scale = textScale();
  const int height = qRound(kTabHeight * scale);
  const QFontMetrics metrics(textFont(13, QFont::DemiBold));
  int x = qRound(6 * scale);
  for (QDockWidget* dock : docks) {
    const int width = metrics.horizontalAdvance(dock->windowTitle()) + qRound(20 * scale);
    all.push_back({dock, QRect(x, 2, width, height - 2)});
    x += width;
  }
  return all;
}

QRect DockHead::tabRect(const QDockWidget* dock) const {
  for (const Tab& tab : tabs())
    if (tab.dock == dock) return tab.place;
  return {};
}

void DockHead::showFacts(const QString& facts) {
  if (facts == facts_) return;
  facts_ = facts;
  update();
}

void DockHead::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme& t = theme();
  painter.fillRect(rect(), t.surface);
  painter.fillRect(QRect(0, height() - 1, width(), 1), t.line);
  const auto all = tabs();
  painter.setRenderHint(QPainter::Antialiasing);
  for (const Tab& tab : all) {
    const bool active = tab.dock == &dock_;
    if (active && all.size() > 1) {
      QPainterPath path;
      const QRectF box = QRectF(tab.place).adjusted(0, 1, 0, kRadius + 2);
      path.addRoundedRect(box, kRadius, kRadius);
      painter.setClipRect(tab.place.adjusted(-2, 0, 2, 1));
      painter.fillPath(path, t.plot);
      painter.setClipping(false);
    }
    const bool lit = active || tab.dock == hovered_;
    painter.setPen(lit ? t.text : t.secondary);
    painter.setFont(textFont(13, active ? QFont::DemiBold : QFont::Normal));
    painter.drawText(tab.place, Qt::AlignCenter, tab.dock->windowTitle());
  }
  if (facts_.isEmpty()) return;
  const double scale = textScale();
  const int right = width() - qRound(12 * scale) - (menu_->isVisible() ? menu_->width() : 0);
  const int left = (all.empty() ? 0 : all.back().place.right()) + qRound(12 * scale);
  if (right - left < qRound(40 * scale)) return;
  painter.setFont(textFont(12));
  painter.setPen(t.secondary);
  const QFontMetrics metrics(painter.font());
  painter.drawText(QRect(left, 0, right - left, height()), Qt::AlignRight | Qt::AlignVCenter,
                   metrics.elidedText(facts_, Qt::ElideLeft, right - left));
}

void DockHead::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton)
    for (const Tab& tab : tabs())
      if (tab.dock != &dock_ && tab.place.contains(event->pos())) {
        tab.dock->show();
        tab.dock->raise();
        return;
      }
  event->ignore();  // the dock drags, floats and docks by itself
}

void DockHead::mouseDoubleClickEvent(QMouseEvent* event) { event->ignore(); }

void DockHead::contextMenuEvent(QContextMenuEvent* event) { Q_EMIT menuAsked(event->globalPos()); }

void DockHead::mouseMoveEvent(QMouseEvent* event) {
  const QDockWidget* under = nullptr;
  for (const Tab& tab : tabs())
    if (tab.place.contains(event->pos())) under = tab.dock;
  if (under != hovered_) {
    hovered_ = under;
    update();
  }
  event->ignore();
}

void DockHead::enterEvent(QEnterEvent*) {
  menu_->show();
  update();
}

void DockHead::leaveEvent(QEvent*) {
  hovered_ = nullptr;
  menu_->hide();
  update();
}

void DockHead::resizeEvent(QResizeEvent*) {
  menu_->move(width() - menu_->width() - 6, (height() - menu_->height()) / 2);
}

void DockHead::changeEvent(QEvent* event) {
  if (event->type() == QEvent::StyleChange) dress();
  QWidget::changeEvent(event);
}

}  // namespace spk
