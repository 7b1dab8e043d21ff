#include "panels/kit/PlotWidget.h"

#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QOpenGLWidget>
#include <QToolButton>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "panels/kit/EmptyNote.h"
#include "panels/kit/Theme.h"
#include "panels/kit/plotSurfaces.h"

namespace spk {
namespace {

constexpr double kZoomPerNotch = 1.25;
constexpr int kDragSlack = 5;  // px before a press becomes a drag
constexpr double kLeastShare = 1e-9;

QToolButton* toolButton(QWidget* parent, const char* picture, const QString& words) {
  auto* button = new QToolButton(parent);
  button->setIcon(icon(picture));
  button->setToolTip(words);
  button->setAccessibleName(words);
  button->setAutoRaise(true);
  button->setFocusPolicy(Qt::NoFocus);
  return button;
}

/// `range` with the parts between two shares of it.
Range part(const Axis& axis, double from, double to) {
  return {valueAt(axis, from), valueAt(axis, to)};
}

bool sensible(const Range& range) {
  const double length = std::abs(range.length());
  return std::isfinite(length) &&
         length > kLeastShare * (std::abs(range.from) + std::abs(range.to)) && length > 0;
}

}  // namespace

PlotWidget::PlotWidget(Painter painter, QWidget* parent) : QWidget(parent) {
  surface_ = makeSurface(figure_, painter, this);
  surface_->installEventFilter(this);

  tools_ = new QFrame(this);
  auto* row = new QHBoxLayout(tools_);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(0);
  follow_ = toolButton(tools_, "follow", tr("Follow the time again (Home)"));
  freeze_ = toolButton(tools_, "freeze", tr("Freeze this plot; the run goes on (F)"));
  freeze_->setCheckable(true);
  menu_ = toolButton(tools_, "menu", tr("Export and more"));
  for (QToolButton* button : {follow_, freeze_, menu_}) row->addWidget(button);
  connect(follow_, &QToolButton::clicked, this, &PlotWidget::resetWanted);
  connect(freeze_, &QToolButton::clicked, this, &PlotWidget::freezeWanted);
  connect(menu_, &QToolButton::clicked, this,
          [this] { Q_EMIT menuWanted(menu_->mapToGlobal(QPoint(0, menu_->height()))); });

  empty_ = new EmptyNote(this);
  connect(empty_, &EmptyNote::wanted, this, &PlotWidget::connectWanted);
  showTools();
}

PlotWidget::~PlotWidget() {
  delete surface_;  // it refers to figure_
}

void PlotWidget::show(Figure figure) {
  figure.selecting = figure_.selecting;
  figure_ = std::move(figure);
  surface_->update();
}

void PlotWidget::setEmpty(const QString& words, const QString& button) {
  empty_->say(words, button);
  surface_->setVisible(words.isEmpty());
  showTools();
}

void PlotWidget::setFrozen(bool frozen) {
  freeze_->setChecked(frozen);
  showTools();
}

void PlotWidget::setFollowing(bool following) {
  following_ = following;
  showTools();
}

/// Tools appear under the mouse; what is not as usual (frozen, not following) is always seen.
void PlotWidget::showTools() {
  const bool empty = empty_->isShown();
  follow_->setVisible(!following_ && !empty);
  freeze_->setVisible((under_ || freeze_->isChecked()) && !empty);
  menu_->setVisible(under_ && !empty);
  place();
}

void PlotWidget::place() {
  surface_->setGeometry(rect());
  empty_->setGeometry(rect());
  tools_->adjustSize();
  tools_->move(width() - tools_->width() - 12, 6);
  tools_->raise();
}

Figure PlotWidget::blank() const {
  Figure figure;
  figure.size = QSizeF(size());
  figure.pixelRatio = devicePixelRatioF();
  return figure;
}

QImage PlotWidget::grabPixels() {
  if (auto* gl = qobject_cast<QOpenGLWidget*>(surface_)) return gl->grabFramebuffer();
  return surface_->grab().toImage();
}

void PlotWidget::resizeEvent(QResizeEvent*) {
  place();
  Q_EMIT geometryChanged();
}

void PlotWidget::changeEvent(QEvent* event) {
  if (event->type() == QEvent::StyleChange || event->type() == QEvent::PaletteChange) {
    Q_EMIT geometryChanged();
  }
  QWidget::changeEvent(event);
}

void PlotWidget::enterEvent(QEnterEvent*) {
  under_ = true;
  showTools();
}

void PlotWidget::leaveEvent(QEvent*) {
  under_ = false;
  showTools();
}

bool PlotWidget::eventFilter(QObject*, QEvent* event) {
  switch (event->type()) {
    case QEvent::MouseButtonPress: {
      auto* mouse = static_cast<QMouseEvent*>(event);
      return pressed(mouse->pos(), mouse->button(), mouse->modifiers());
    }
    case QEvent::MouseMove: return moved(static_cast<QMouseEvent*>(event)->pos());
    case QEvent::MouseButtonRelease: {
      auto* mouse = static_cast<QMouseEvent*>(event);
      return released(mouse->pos(), mouse->button());
    }
    case QEvent::MouseButtonDblClick:
      drag_ = Drag::None;
      Q_EMIT resetWanted();
      return true;
    case QEvent::Wheel: {
      auto* wheel = static_cast<QWheelEvent*>(event);
      const QPoint turn = wheel->angleDelta();
      return turned(wheel->position(), (turn.y() ? turn.y() : turn.x()) / 120.0,
                    wheel->modifiers());
    }
    case QEvent::KeyPress: return typed(static_cast<QKeyEvent*>(event)->key());
    case QEvent::ContextMenu: {
      auto* menu = static_cast<QContextMenuEvent*>(event);
      if (menu->reason() == QContextMenuEvent::Keyboard) Q_EMIT menuWanted(menu->globalPos());
      return true;
    }
    default: return false;
  }
}

bool PlotWidget::pressed(const QPoint& at, Qt::MouseButton button,
                         Qt::KeyboardModifiers modifiers) {
  surface_->setFocus(Qt::MouseFocusReason);
  if (button == Qt::RightButton) {
    Q_EMIT menuWanted(surface_->mapToGlobal(at));
    return true;
  }
  dragFrom_ = at;
  dragFigure_ = figure_;
  dragFigure_.image.reset();
  dragFigure_.series.clear();
  const bool pans = button == Qt::MiddleButton || modifiers.testFlag(Qt::ShiftModifier);
  drag_ = pans ? Drag::Pan : button == Qt::LeftButton ? Drag::Box : Drag::None;
  return true;
}

bool PlotWidget::moved(const QPoint& at) {
  if (drag_ == Drag::None) return false;
  if (drag_ == Drag::Pan) {
    panBy(at - dragFrom_, dragFigure_);
    return true;
  }
  if ((at - dragFrom_).manhattanLength() > kDragSlack || figure_.selecting) {
    const QRectF plot = figure_.plotBox();
    QRectF box = QRectF(dragFrom_, QPointF(at)).normalized();
    // A flat box means "this stretch of time": it takes the whole height.
    if (box.height() < 3 * kDragSlack)
      box = QRectF(QPointF(box.left(), plot.top()), QPointF(box.right(), plot.bottom()));
    figure_.selecting = box;
    surface_->update();
  }
  return true;
}

bool PlotWidget::released(const QPoint& at, Qt::MouseButton) {
  const Drag drag = std::exchange(drag_, Drag::None);
  if (drag != Drag::Box) return drag != Drag::None;
  if (!figure_.selecting) {
    if (figure_.plotBox().contains(at)) Q_EMIT clicked(figure_.value(at));
    return true;
  }
  const QRectF box = *std::exchange(figure_.selecting, std::nullopt);
  zoomToBox(box);
  surface_->update();
  return true;
}

void PlotWidget::zoomToBox(const QRectF& box) {
  const QRectF plot = figure_.plotBox();
  const QRectF inner = box.intersected(plot);
  if (inner.width() < kDragSlack) return;
  const auto shareX = [&](double px) { return (px - plot.left()) / plot.width(); };
  const auto shareY = [&](double px) { return (plot.bottom() - px) / plot.height(); };
  const Range x = part(figure_.x, shareX(inner.left()), shareX(inner.right()));
  const Range y = part(figure_.y, shareY(inner.bottom()), shareY(inner.top()));
  std::optional<Range> newY;
  if (inner.height() < plot.height() - 1 && sensible(y)) newY = y;
  if (sensible(x)) Q_EMIT zoomWanted(x, newY);
}

bool PlotWidget::turned(QPointF at, double notches, Qt::KeyboardModifiers modifiers) {
  if (notches == 0) return true;
  const QRectF plot = figure_.plotBox();
  // Over the y axis, or with Shift, the y axis zooms; with Ctrl, both.
  const bool y = at.x() < plot.left() || modifiers.testFlag(Qt::ShiftModifier) ||
                 modifiers.testFlag(Qt::ControlModifier) || figure_.sameScale;
  const bool x =
      (at.x() >= plot.left() && !modifiers.testFlag(Qt::ShiftModifier)) || figure_.sameScale;
  zoomAbout(at, std::pow(kZoomPerNotch, -notches), x, y);
  return true;
}

void PlotWidget::zoomAbout(QPointF at, double factor, bool x, bool y) {
  const QRectF plot = figure_.plotBox();
  const double sx = std::clamp((at.x() - plot.left()) / plot.width(), 0.0, 1.0);
  const double sy = std::clamp((plot.bottom() - at.y()) / plot.height(), 0.0, 1.0);
  const Range newX = part(figure_.x, sx - sx * factor, sx + (1 - sx) * factor);
  const Range newY = part(figure_.y, sy - sy * factor, sy + (1 - sy) * factor);
  std::optional<Range> wantedX, wantedY;
  if (x && sensible(newX)) wantedX = newX;
  if (y && sensible(newY)) wantedY = newY;
  Q_EMIT scaleWanted(wantedX, wantedY);
}

void PlotWidget::panBy(QPointF pixels, const Figure& from) {
  const QRectF plot = from.plotBox();
  const double sx = -pixels.x() / plot.width(), sy = pixels.y() / plot.height();
  std::optional<Range> y;
  if (from.zoomY) y = part(from.y, sy, 1 + sy);
  Q_EMIT zoomWanted(part(from.x, sx, 1 + sx), y);
}

bool PlotWidget::typed(int key) {
  const QRectF plot = figure_.plotBox();
  switch (key) {
    case Qt::Key_Home:
    case Qt::Key_Escape: Q_EMIT resetWanted(); return true;
    case Qt::Key_F: Q_EMIT freezeWanted(!freeze_->isChecked()); return true;
    case Qt::Key_Left: panBy({plot.width() / 8, 0}, figure_); return true;
    case Qt::Key_Right: panBy({-plot.width() / 8, 0}, figure_); return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      zoomAbout(plot.center(), 1 / kZoomPerNotch, true, figure_.sameScale);
      return true;
    case Qt::Key_Minus:
      zoomAbout(plot.center(), kZoomPerNotch, true, figure_.sameScale);
      return true;
    default: return false;
  }
}

}  // namespace spk
