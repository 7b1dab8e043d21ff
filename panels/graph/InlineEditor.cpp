#include "panels/graph/InlineEditor.h"

#include <QFocusEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <utility>

namespace spk::panels::graph {

InlineEditor::InlineEditor(Form form, const QString& label, QWidget* parent) : QWidget(parent) {
  auto* column = new QHBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  if (!label.isEmpty()) {
    auto* words = new QLabel(label, this);
    words->setContentsMargins(6, 0, 2, 0);
    column->addWidget(words);
    setAutoFillBackground(true);
  }
  QWidget* field = nullptr;
  if (form == Form::Line)
    field = line_ = new QLineEdit(this);
  else
    field = lines_ = new QPlainTextEdit(this);
  column->addWidget(field);
  field->installEventFilter(this);
  setFocusProxy(field);
}

void InlineEditor::start(const QString& text, Cursor cursor) {
  if (line_) {
    line_->setText(text);
    if (cursor == Cursor::SelectsAll) line_->selectAll();
  } else {
    lines_->setPlainText(text);
    lines_->selectAll();
  }
  show();
  raise();
  setFocus();
}

void InlineEditor::end(bool keep) {
  if (std::exchange(ended_, true)) return;
  const QString text = line_ ? line_->text() : lines_->toPlainText();
  hide();
  deleteLater();
  Q_EMIT finished();
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
