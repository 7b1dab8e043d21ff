#include "panels/cloud/CloudWidget.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QResizeEvent>
#include <QToolButton>

#include "panels/kit/Theme.h"
#include "panels/kit/painter.h"

namespace spk::panels::cloud {

CloudWidget::CloudWidget(std::span<const FileFormat> formats)
    : over_(new QLabel(this)),
      tools_(new QFrame(this)),
      group_(new QButtonGroup(this)),
      selection_(new SelectionBar(formats, this)),
      empty_(new EmptyNote(this)) {
  over_->setAlignment(Qt::AlignCenter);
  over_->setWordWrap(true);
  over_->setProperty("role", "secondary");
  over_->setAttribute(Qt::WA_TransparentForMouseEvents);
  over_->setMargin(12);
  over_->hide();
  if (rendererName().empty()) {
    noGl_ =
        new QLabel(tr("The event cloud needs OpenGL, which this display does not offer."), this);
    noGl_->setAlignment(Qt::AlignCenter);
    noGl_->setWordWrap(true);
  } else {
    view_ = new CloudView(this);
  }
  makeTools();
  selection_->hide();
  selection_->installEventFilter(this);
  over_->raise();
  tools_->raise();
  selection_->raise();
  empty_->raise();
}

void CloudWidget::makeTools() {
  auto* row = new QHBoxLayout(tools_);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(0);
  const struct {
    CloudView::Tool tool;
    const char *name, *icon;
    QString tip;
  } all[] = {
      {CloudView::Tool::Turn, "cloud.turn", "turn",
       tr("Drag to turn, wheel to come nearer, middle button to move, double click to reset")},
      {CloudView::Tool::Box, "cloud.box", "box", tr("Select with a box (Ctrl+Shift+drag)")},
      {CloudView::Tool::Lasso, "cloud.lasso", "lasso", tr("Select with a lasso (Ctrl+drag)")}};
  for (const auto& each : all) {
    auto* button = new QToolButton(tools_);
    button->setObjectName(QLatin1StringView(each.name));
    button->setIcon(icon(each.icon));
    button->setAutoRaise(true);
    button->setCheckable(true);
    button->setChecked(each.tool == CloudView::Tool::Turn);
    button->setToolTip(each.tip);
    button->setAccessibleName(each.tip);
    button->setFocusPolicy(Qt::TabFocus);
    group_->addButton(button);
    row->addWidget(button);
    connect(button, &QToolButton::clicked, this, [this, tool = each.tool] {
      if (view_) view_->setTool(tool);
    });
  }
}

void CloudWidget::setEmpty(const EmptyWords& words) {
  empty_->say(words.words, words.button);
  const bool filled = words.words.isEmpty();
  if (view_) view_->setVisible(filled);
  if (noGl_) noGl_->setVisible(filled);
  tools_->setVisible(filled && view_);
  if (!filled) selection_->hide();
}

void CloudWidget::setOver(const QString& words) {
  over_->setText(words);
  over_->setVisible(!words.isEmpty());
}

void CloudWidget::showSelection(bool shown) {
  selection_->setVisible(shown);
  place();
  if (!shown && view_) view_->setFocus();
}

void CloudWidget::place() {
  for (QWidget* child : {static_cast<QWidget*>(view_), static_cast<QWidget*>(noGl_),
                         static_cast<QWidget*>(over_), static_cast<QWidget*>(empty_)})
    if (child) child->setGeometry(rect());
  tools_->adjustSize();
  tools_->move(8, 6);
  const int height = selection_->heightForWidth(width());
  const int wanted = height > 0 ? height : selection_->sizeHint().height();
  selection_->setGeometry(0, this->height() - wanted, width(), wanted);
}

void CloudWidget::resizeEvent(QResizeEvent*) { place(); }

void CloudWidget::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::StyleChange) Q_EMIT restyled();
}

bool CloudWidget::eventFilter(QObject* watched, QEvent* event) {
  // Its words may need another line.
  if (watched == selection_ && event->type() == QEvent::LayoutRequest) place();
  return QWidget::eventFilter(watched, event);
}

}  // namespace spk::panels::cloud
