#include "panels/inspector/EquationEditor.h"

#include <QFontMetricsF>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QScrollBar>
#include <QSyntaxHighlighter>
#include <QTextBlock>
#include <QVBoxLayout>

#include "engine/graph/Equations.h"
#include "panels/kit/Theme.h"
#include "panels/kit/itemWords.h"

namespace spk::panels::inspector {
namespace {

constexpr int kSide = 12, kFewestLines = 5, kMostLines = 26;

/// Comments step back, the words of the language stand out.
class Colours : public QSyntaxHighlighter {
 public:
  explicit Colours(QTextDocument* document) : QSyntaxHighlighter(document) {}

 protected:
  void highlightBlock(const QString& text) override {
    static const QRegularExpression kWords(
        R"(^\s*(on \w+|threshold|reset|refractory|initial|method|parameters)(?=\s*:)|\b(input|unless refractory|refractory)(?=\)))");
    for (auto match = kWords.globalMatch(text); match.hasNext();) {
      const auto one = match.next();
      setFormat(int(one.capturedStart()), int(one.capturedLength()), theme().action);
    }
    const int comment = int(text.indexOf('#'));
    if (comment >= 0) setFormat(comment, int(text.size()) - comment, theme().secondary);
  }
};

/// "v [mV], I_syn [pA] · exact".
QString summary(const Equations& e) {
  QStringList parts;
  for (const Equations::Variable& one : e.variables)
    parts << QString::fromStdString(one.name +
                                    (one.unit.text.empty() ? "" : " [" + one.unit.text + "]"));
  QString text = parts.join(", ");
  parts.clear();
  for (const Equations::Input& one : e.inputs) parts << QString::fromStdString(one.name);
  for (const Equations::Port& one : e.ports)
    parts << QString::fromStdString(one.name + (one.unit.empty() ? "" : " [" + one.unit + "]"));
  if (!parts.isEmpty()) text += QObject::tr(" · ports %1").arg(parts.join(", "));
  const auto method = methodWord(e.method);
  return text + " · " + QString::fromUtf8(method.data(), qsizetype(method.size()));
}

}  // namespace

EquationEditor::EquationEditor(RowState state, QWidget* parent)
    : QWidget(parent), field_(new QPlainTextEdit(this)), message_(new QLabel(this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kSide, qRound(kRowHeight * textScale()), kSide, 8);
  column->setSpacing(4);
  column->addWidget(field_);
  column->addWidget(message_);
  field_->setLineWrapMode(QPlainTextEdit::NoWrap);
  field_->setTabChangesFocus(true);
  field_->setFont(numberFont(12));
  field_->installEventFilter(this);
  new Colours(field_->document());
  message_->setWordWrap(true);
  message_->setTextFormat(Qt::PlainText);
  message_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  setFocusProxy(field_);
  connect(field_, &QPlainTextEdit::textChanged, this, &EquationEditor::check);
  state_.parameter = state.parameter;
  field_->setAccessibleName(typesetText(state.parameter.name));
  setToolTip(QString::fromStdString(state.parameter.doc) + "\n" +
             tr("Ctrl+Enter sets it: rebuilds the network."));
  setState(std::move(state));
}

std::string EquationEditor::shown() const {
  return std::string(asText(state_.value).value_or(std::string_view()));
}

void EquationEditor::setState(RowState state) {
  const bool typed = field_->toPlainText().toStdString() != shown() && field_->hasFocus();
  state_ = std::move(state);
  if (typed) return check();
  if (field_->toPlainText().toStdString() != shown()) takeBack();
  check();
}

void EquationEditor::takeBack() {
  field_->setPlainText(state_.mixed ? QString() : QString::fromStdString(shown()));
}

QString EquationEditor::message() const { return message_->text(); }
int EquationEditor::position() const { return field_->textCursor().position(); }
void EquationEditor::goTo(int position) {
  QTextCursor cursor = field_->textCursor();
  cursor.setPosition(std::min(position, field_->document()->characterCount() - 1));
  field_->setTextCursor(cursor);
}

void EquationEditor::check() {
  const std::string text = field_->toPlainText().toStdString();
  const Equations read = readEquations(text);
  good_ = read.problems.empty();
  QList<QTextEdit::ExtraSelection> marks;
  for (const EquationProblem& problem : read.problems) {
    // Bytes to letters, as the document counts them; at the end of a line, its last letter.
    const auto letters = [&](std::size_t bytes) {
      return int(QString::fromUtf8(text.data(), qsizetype(std::min(bytes, text.size()))).size());
    };
    int begin = letters(problem.at), end = letters(problem.at + problem.length);
    const int last = field_->document()->characterCount() - 1;
    begin = std::clamp(begin, 0, std::max(0, last - 1));
    end = std::clamp(end, begin + 1, std::max(begin + 1, last));
    QTextEdit::ExtraSelection mark;
    mark.cursor = QTextCursor(field_->document());
    mark.cursor.setPosition(begin);
    mark.cursor.setPosition(std::min(end, last), QTextCursor::KeepAnchor);
    if (mark.cursor.selectedText().trimmed().isEmpty() && begin > 0) {
      mark.cursor.setPosition(begin - 1);
      mark.cursor.setPosition(std::min(end, last), QTextCursor::KeepAnchor);
    }
    mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    mark.format.setUnderlineColor(theme().bad);
    mark.format.setBackground(mixed(theme().surface, theme().bad, 0.18));
    mark.format.setToolTip(QString::fromStdString(problem.what));
    marks.append(mark);
  }
  field_->setExtraSelections(marks);
  QString said = good_ ? summary(read)
                       : tr("Line %1, column %2: %3")
                             .arg(read.problems[0].line)
                             .arg(read.problems[0].column)
                             .arg(QString::fromStdString(read.problems[0].what));
  if (state_.mixed && text.empty()) said = tr("The texts differ.");
  if (text != shown() && !state_.mixed) said += "\n" + tr("Ctrl+Enter sets it.");
  message_->setText(said);
  message_->setStyleSheet(QStringLiteral("color: %1; font-size: %2px")
                              .arg((good_ ? theme().secondary : theme().bad).name())
                              .arg(qRound(11 * textScale())));
  field_->setAccessibleDescription(said);
  resizeField();
}

void EquationEditor::resizeField() {
  const int lines = std::clamp(field_->document()->blockCount(), kFewestLines, kMostLines);
  // The frame and its padding come from the style sheet; the scroll bar may be needed.
  const int around = std::max(20, field_->height() - field_->viewport()->height());
  const int high = qRound(lines * QFontMetricsF(field_->viewport()->font()).lineSpacing() +
                          2 * field_->document()->documentMargin()) +
                   around + field_->horizontalScrollBar()->sizeHint().height();
  if (field_->minimumHeight() == high) return;
  field_->setFixedHeight(high);
  updateGeometry();
}

void EquationEditor::set() {
  const std::string text = field_->toPlainText().toStdString();
  if (text == shown() || (state_.mixed && text.empty())) return;
  Q_EMIT wanted(Value{text});
}

bool EquationEditor::eventFilter(QObject* watched, QEvent* event) {
  if (watched == field_ && event->type() == QEvent::FocusOut) set();
  if (watched == field_ && (event->type() == QEvent::Show || event->type() == QEvent::FontChange))
    resizeField();  // the style sheet has given it its letters
  if (watched == field_ && event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (enter && key->modifiers().testFlag(Qt::ControlModifier)) return set(), true;
    if (key->key() == Qt::Key_Escape) return takeBack(), true;
  }
  return QWidget::eventFilter(watched, event);
}

void EquationEditor::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const double line = kRowHeight * textScale();
  if (state_.changed) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().action);
    painter.drawEllipse(QPointF(kSide - 4, line / 2), 2.5, 2.5);
  }
  painter.setPen(theme().secondary);
  paintTypeset(painter, QRectF(kSide + 2, 0, width() * 0.6, line), state_.parameter.name,
               textFont(12));
}

void EquationEditor::changeEvent(QEvent* event) {
  if (event->type() == QEvent::StyleChange && field_) field_->setFont(numberFont(12)), check();
  QWidget::changeEvent(event);
}

}  // namespace spk::panels::inspector
