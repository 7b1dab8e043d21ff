#include "panels/graph/InlineEditor.h"

#include <QFocusEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QVBoxLayout>
#include <utility>

namespace spk::panels::graph {

InlineEditor::InlineEditor(Form form, QWidget* parent) : QWidget(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  QWidget* field = nullptr;
  if (form == Form::Line)
    field = line_ = new QLineEdit(this);
  else
    field = lines_ = new QPlainTextEdit(this);
  column->addWidget(field);
  field->installEventFilter(this);
  setFocusProxy(field);
}

void InlineEditor::start(const QString& text) {
  if (line_)
    line_->setText(text), line_->selectAll();
  else
    lines_->setPlainText(text), lines_->selectAll();
  show();
  raise();
  setFocus();
}

void InlineEditor::end(bool keep) {
  if (std::exchange(ended_, true)) return;
  const QString text = line_ ? line_->text() : lines_->toPlainText();
  hide();
  deleteLater();
  if (keep)
    Q_EMIT done(text);
  else
    Q_EMIT cancelled();
}

bool InlineEditor::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::FocusOut &&
      static_cast<QFocusEvent*>(event)->reason() != Qt::PopupFocusReason) {
    end(true);
    return false;
  }
  if (event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
  const auto* key = static_cast<QKeyEvent*>(event);
  const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
  if (key->key() == Qt::Key_Escape) return end(false), true;
  if (enter && (line_ || key->modifiers().testFlag(Qt::ControlModifier))) return end(true), true;
  return QWidget::eventFilter(watched, event);
}

}  // namespace spk::panels::graph
