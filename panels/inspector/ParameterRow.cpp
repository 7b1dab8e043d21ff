#include "panels/inspector/ParameterRow.h"

#include <QComboBox>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QFontMetricsF>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPainter>
#include <QRegularExpression>
#include <QToolButton>
#include <cmath>
#include <utility>

#include "engine/base/Json.h"
#include "engine/graph/check.h"
#include "engine/graph/units.h"
#include "panels/inspector/DistributionEditor.h"
#include "panels/inspector/scale.h"
#include "panels/kit/Theme.h"
#include "panels/kit/itemWords.h"

namespace spk::panels::inspector {
namespace {

constexpr int kSide = 12;
constexpr double kLine = 26, kSlider = 10, kWords = 18;

bool isNumeric(const Parameter& parameter) {
  return parameter.kind == Kind::Number || parameter.kind == Kind::Integer ||
         parameter.kind == Kind::Grid;
}

QString words(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// "0.1 … 1000 ms".
QString rangeWords(const Parameter& parameter) {
  const bool low = std::isfinite(parameter.min), high = std::isfinite(parameter.max);
  if (!isNumeric(parameter) || (!low && !high)) return {};
  const QString unit =
      parameter.unit.empty() ? QString() : QChar(kThinSpace) + words(parameter.unit);
  if (low && high)
    return shown(parameter.min) + QStringLiteral(" … ") + shown(parameter.max) + unit;
  return low ? shown(parameter.min) + unit + QStringLiteral(" or more")
             : shown(parameter.max) + unit + QStringLiteral(" or less");
}

Result<Value> readGrid(const QString& text) {
  static const QRegularExpression sides(QStringLiteral("[x×,\\s]+"));
  QString plain = text;
  plain.remove('[').remove(']');
  const QStringList parts = plain.split(sides, Qt::SkipEmptyParts);
  JsonNode list = JsonNode::list();
  for (const QString& part : parts) {
    bool whole = false;
    const qlonglong size = part.toLongLong(&whole);
    if (!whole) return Error{"\"" + part.toStdString() + "\" is no whole number", ""};
    list.add(JsonNode{static_cast<std::int64_t>(size)});
  }
  if (list.items().empty()) return Error{"a size is a number, 800, or a grid, [1, 120, 160]", ""};
  if (list.items().size() == 1) return Value{list.items().front().integer()};
  return Value{Json{list.write()}};
}

}  // namespace

Result<Value> ParameterRow::read(const Parameter& parameter, const QString& typed) {
  QString text = typed.trimmed();
  if (isNumeric(parameter))
    text.replace(QChar(kMinus), '-').replace(QChar(kThinSpace), ' ').replace(QChar(0x2009), ' ');
  const std::string plain = text.toStdString();
  switch (parameter.kind) {
    case Kind::Grid: return readGrid(text);
    case Kind::Number:
    case Kind::Integer: {
      if (parameter.each && (text.startsWith('[') || text.startsWith('{')))
        return valueFromText(plain);
      static const QRegularExpression groups(QStringLiteral("(?<=\\d) (?=\\d{3}(\\D|$))"));
      TRY(const double number,
          numberWithUnit(QString(text).remove(groups).toStdString(), parameter.unit));
      if (parameter.kind == Kind::Number) return Value{number};
      if (number != std::floor(number)) return Error{plain + " is no whole number", ""};
      return Value{static_cast<std::int64_t>(number)};
    }
    case Kind::Switch: return Value{plain == "true" || plain == "on" || plain == "1"};
    default:
      if (std::holds_alternative<Json>(parameter.initial)) return valueFromText(plain);
      return Value{typed.toStdString()};
  }
}

ParameterRow::ParameterRow(RowState state, QWidget* parent)
    : QWidget(parent), state_(std::move(state)) {
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  const Parameter& parameter = state_.parameter;
  if (parameter.kind == Kind::Choice) {
    choices_ = new QComboBox(this);
    for (const std::string& choice : parameter.choices)
      choices_->addItem(words(choice).replace('_', ' '), words(choice));
    choices_->setFocusPolicy(Qt::StrongFocus);
    choices_->installEventFilter(this);
    setFocusProxy(choices_);
    connect(choices_, &QComboBox::activated, this, [this](int index) {
      want(Value{choices_->itemData(index).toString().toStdString()}, false);
    });
  }
  const bool each = parameter.each && parameter.kind == Kind::Number;
  if (parameter.kind == Kind::File || each) {
    more_ = new QToolButton(this);
    more_->setText(QStringLiteral("…"));
    more_->setAutoRaise(true);
    more_->setFocusPolicy(Qt::NoFocus);
    more_->setToolTip(each ? tr("Different for each neuron: a distribution") : tr("Choose a file"));
    connect(more_, &QToolButton::clicked, this,
            [this, each] { each ? openDistribution() : chooseFile(); });
  }
  setState(state_);
}

void ParameterRow::setState(RowState state) {
  const bool sameValue = state.value == state_.value && state.mixed == state_.mixed;
  state_ = std::move(state);
  if (!sameValue) complaint_.clear();
  if (choices_) {
    const auto text = asText(state_.value);
    choices_->setCurrentIndex(state_.mixed || !text ? -1 : choices_->findData(words(*text)));
  }
  describe();
  updateGeometry();
  place();
  update();
}

void ParameterRow::describe() {
  const Parameter& parameter = state_.parameter;
  setAccessibleName(typesetText(parameter.name));
  setAccessibleDescription(shownText() + ". " + words(parameter.doc));
  QString tip = QStringLiteral("<b>%1</b>&nbsp; %2")
                    .arg(typesetHtml(parameter.name), words(parameter.name).toHtmlEscaped());
  if (const QString range = rangeWords(parameter); !range.isEmpty())
    tip += "<br>" + range.toHtmlEscaped();
  if (!parameter.doc.empty()) tip += "<p>" + words(parameter.doc).toHtmlEscaped() + "</p>";
  if (state_.changed)
    tip += "<p>" +
           tr("Default: %1 (right-click resets)")
               .arg(shownValue(parameter, parameter.initial).toHtmlEscaped()) +
           "</p>";
  if (!parameter.live) tip += "<p>" + tr("Cannot change live: rebuilds the network.") + "</p>";
  setToolTip(tip);
}

bool ParameterRow::hasSlider() const {
  return asNumber(state_.value) && !std::holds_alternative<bool>(state_.value) && scale();
}

std::optional<Scale> ParameterRow::scale() const {
  return dragScale_ ? dragScale_ : scaleOf(state_.parameter, number());
}

double ParameterRow::number() const { return asNumber(state_.value).value_or(0); }

double ParameterRow::lineHeight() const {
  return choices_ ? std::max(kLine * textScale(), choices_->sizeHint().height() + 4.0)
                  : kLine * textScale();
}

double ParameterRow::wordsHeight() const {
  if (complaint_.isEmpty()) return state_.parameter.live || !hasFocus() ? 0 : kWords * textScale();
  const QRectF room(0, 0, std::max(80, width() - 2 * kSide), 400);
  return QFontMetricsF(textFont(11)).boundingRect(room, Qt::TextWordWrap, complaint_).height() + 6;
}

QSize ParameterRow::sizeHint() const {
  const double slider = hasSlider() ? kSlider * textScale() : 0;
  return {180, qRound(lineHeight() + slider + wordsHeight())};
}

QRectF ParameterRow::valueBox() const {
  const double left = kSide + 8 + typesetWidth(state_.parameter.name, textFont(12)) + 8;
  const double right = width() - kSide - (more_ && more_->isVisible() ? more_->width() : 0);
  return {left, 0, std::max(20.0, right - left), lineHeight()};
}

QRectF ParameterRow::sliderBox() const {
  return {double(kSide), lineHeight() - 2, width() - 2.0 * kSide, kSlider * textScale()};
}

QString ParameterRow::shownText() const {
  return state_.mixed ? tr("mixed") : shownValue(state_.parameter, state_.value);
}

void ParameterRow::place() {
  const int line = qRound(lineHeight());
  if (more_) more_->setGeometry(width() - kSide - 20, 2, 24, line - 4);
  if (choices_) {
    const QRectF box = valueBox();
    const int wide = std::min(int(box.width()), std::max(96, choices_->sizeHint().width()));
    choices_->setGeometry(width() - kSide - wide, 1, wide, line - 2);
  }
  if (field_) {
    const QRectF box = valueBox();
    const double wide = std::max(90.0, std::min(box.width(), 220.0));
    field_->setGeometry(QRectF(box.right() - wide, 1, wide, line - 2).toRect());
  }
}

void ParameterRow::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  if (!complaint_.isEmpty() && event->oldSize().width() != width()) updateGeometry();
  place();
}

void ParameterRow::changeEvent(QEvent* event) {
  if (event->type() == QEvent::StyleChange) updateGeometry(), place();
  QWidget::changeEvent(event);
}

void ParameterRow::paintEvent(QPaintEvent*) {
  const Theme& look = theme();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const bool focused = hasFocus() || (choices_ && choices_->hasFocus());
  if (focused)
    painter.fillRect(rect(), mixed(look.surface, look.action, 0.12));
  else if (underMouse())
    painter.fillRect(rect(), mixed(look.surface, look.text, 0.04));
  const double line = lineHeight();
  if (state_.changed) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(look.action);
    painter.drawEllipse(QPointF(kSide - 4, line / 2), 2.5, 2.5);
  }
  painter.setPen(look.secondary);
  paintTypeset(painter, QRectF(kSide + 2, 0, width() * 0.6, line), state_.parameter.name,
               textFont(12));
  if (state_.parameter.kind == Kind::Switch)
    paintSwitch(painter);
  else if (!choices_ && !field_)
    paintValue(painter);
  if (hasSlider()) paintSlider(painter);

  const double y = line + (hasSlider() ? kSlider * textScale() : 0);
  painter.setFont(textFont(11));
  if (!complaint_.isEmpty()) {
    painter.setPen(look.bad);
    painter.drawText(QRectF(kSide + 2, y + 1, width() - 2 * kSide, wordsHeight()),
                     Qt::AlignTop | Qt::TextWordWrap, complaint_);
  } else if (!state_.parameter.live && focused) {
    painter.setPen(look.cursor);
    painter.drawText(QRectF(kSide + 2, y, width() - 2 * kSide, kWords * textScale()),
                     Qt::AlignVCenter, tr("cannot change live: rebuilds"));
  }
}

void ParameterRow::paintSwitch(QPainter& painter) const {
  const Theme& look = theme();
  const bool on = !state_.mixed && switchOr({{"", state_.value}}, "", false);
  const QRectF track(width() - kSide - 28, lineHeight() / 2 - 7, 28, 14);
  painter.setPen(Qt::NoPen);
  painter.setBrush(on ? look.action : mixed(look.surface, look.secondary, 0.4));
  painter.drawRoundedRect(track, 7, 7);
  painter.setBrush(on ? look.onAction : look.raised);
  const double x = state_.mixed ? track.center().x() : on ? track.right() - 7 : track.left() + 7;
  painter.drawEllipse(QPointF(x, track.center().y()), 5, 5);
}

void ParameterRow::paintValue(QPainter& painter) const {
  const QRectF box = valueBox();
  const bool isText = !isNumeric(state_.parameter);
  const QFont font = isText ? textFont(12) : numberFont(12);
  painter.setFont(font);
  painter.setPen(state_.mixed ? theme().secondary : theme().text);
  QString text = shownText();
  if (text.isEmpty() && isText) text = QStringLiteral("–");
  painter.drawText(box, Qt::AlignVCenter | Qt::AlignRight,
                   QFontMetricsF(font).elidedText(text, Qt::ElideMiddle, box.width()));
}

void ParameterRow::paintSlider(QPainter& painter) const {
  const Theme& look = theme();
  const QRectF box = sliderBox();
  const double middle = box.center().y();
  const double at = box.left() + scale()->share(number()) * box.width();
  painter.setPen(Qt::NoPen);
  painter.setBrush(mixed(look.surface, look.line, 1));
  painter.drawRoundedRect(QRectF(box.left(), middle - 1.5, box.width(), 3), 1.5, 1.5);
  painter.setBrush(state_.mixed ? look.secondary : look.action);
  painter.drawRoundedRect(QRectF(box.left(), middle - 1.5, at - box.left(), 3), 1.5, 1.5);
  painter.setBrush(look.kind == ThemeKind::Dark ? look.text : look.raised);
  if (look.kind == ThemeKind::Light) painter.setPen(QPen(look.action, 1));
  painter.drawEllipse(QPointF(at, middle), 5, 5);
}

// Changing ----

void ParameterRow::complain(const QString& said) {
  if (std::exchange(complaint_, said) == said) return;
  updateGeometry();
  update();
}

void ParameterRow::want(const Value& value, bool dragging) {
  if (auto allowed = checkValue(state_.parameter, value); !allowed) {
    complain(QString::fromStdString(allowed.error().text()));
    if (choices_) setState(state_);
    return;
  }
  complain({});
  if (value == state_.value && !state_.mixed) return;
  Q_EMIT wanted(value, dragging);
}

void ParameterRow::wantNumber(double number, bool dragging) {
  if (state_.parameter.kind == Kind::Number)
    want(Value{number}, dragging);
  else
    want(Value{static_cast<std::int64_t>(std::llround(number))}, dragging);
}

void ParameterRow::step(double shares) {
  if (!asNumber(state_.value)) return;
  const auto range = scale();
  if (!range) return;
  stepping_ = true;
  wantNumber(range->moved(number(), shares), true);
}

void ParameterRow::mousePressEvent(QMouseEvent* event) {
  setFocus(Qt::MouseFocusReason);
  if (event->button() != Qt::LeftButton) return;
  if (state_.parameter.kind == Kind::Switch) {
    want(Value{state_.mixed || !switchOr({{"", state_.value}}, "", false)}, false);
    return;
  }
  if (!hasSlider()) return;
  const bool onSlider = event->position().y() >= sliderBox().top();
  drag_ = onSlider ? Drag::Slide : Drag::Pressed;
  dragFrom_ = event->position();
  dragScale_ = scale();
  dragShare_ = dragScale_->share(number());
  if (onSlider) {  // the knob jumps there, and goes on from there
    dragShare_ = (event->position().x() - sliderBox().left()) / sliderBox().width();
    wantNumber(dragScale_->value(dragShare_), true);
  }
}

void ParameterRow::mouseMoveEvent(QMouseEvent* event) {
  if (drag_ == Drag::None) return;
  const double by = event->position().x() - dragFrom_.x();
  if (drag_ == Drag::Pressed) {
    if (std::abs(by) < 4) return;
    drag_ = Drag::Scrub;
    setCursor(Qt::SizeHorCursor);
  }
  const double fine = event->modifiers().testFlag(Qt::ShiftModifier) ? 0.1 : 1;
  dragShare_ = std::clamp(dragShare_ + by / sliderBox().width() * fine, 0.0, 1.0);
  dragFrom_ = event->position();
  wantNumber(dragScale_->value(dragShare_), true);
}

void ParameterRow::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  const bool was = drag_ == Drag::Scrub || drag_ == Drag::Slide;
  drag_ = Drag::None;
  dragScale_.reset();
  unsetCursor();
  update();
  if (was) Q_EMIT dragged();
}

void ParameterRow::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton && event->position().y() < sliderBox().top()) edit();
}

void ParameterRow::contextMenuEvent(QContextMenuEvent* event) {
  event->accept();
  if (event->reason() == QContextMenuEvent::Mouse) Q_EMIT reset();
}

void ParameterRow::wheelEvent(QWheelEvent* event) {
  event->ignore();
}  // scrolls the list, never a value

void ParameterRow::keyPressEvent(QKeyEvent* event) {
  const double fine = event->modifiers().testFlag(Qt::ShiftModifier) ? 0.1 : 1;
  switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_F2: edit(); return;
    case Qt::Key_Space:
      if (state_.parameter.kind != Kind::Switch) break;
      want(Value{state_.mixed || !switchOr({{"", state_.value}}, "", false)}, false);
      return;
    case Qt::Key_Backspace:
    case Qt::Key_Delete: Q_EMIT reset(); return;
    case Qt::Key_Left: step(-0.01 * fine); return;
    case Qt::Key_Right: step(0.01 * fine); return;
    case Qt::Key_Up: focusPreviousChild(); return;
    case Qt::Key_Down: focusNextChild(); return;
    default: break;
  }
  const bool begins =
      isNumeric(state_.parameter) && !event->text().isEmpty() &&
      (event->text()[0].isDigit() || event->text()[0] == '-' || event->text()[0] == '.');
  if (!begins || (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier))) {
    QWidget::keyPressEvent(event);
    return;
  }
  edit();                                     // typing a number begins an edit with it
  if (field_) field_->insert(event->text());  // in place of what is selected: all
}

void ParameterRow::keyReleaseEvent(QKeyEvent* event) {
  if (stepping_ && !event->isAutoRepeat()) {
    stepping_ = false;
    Q_EMIT dragged();
  }
  QWidget::keyReleaseEvent(event);
}

void ParameterRow::edit() {
  if (state_.parameter.kind == Kind::Switch) return;
  if (choices_) {
    choices_->showPopup();
    return;
  }
  if (field_) return;
  field_ = new QLineEdit(this);
  field_->setAlignment(isNumeric(state_.parameter) ? Qt::AlignRight : Qt::AlignLeft);
  field_->setFont(isNumeric(state_.parameter) ? numberFont(12) : textFont(12));
  QString text;
  if (!state_.mixed) {
    text = QString::fromStdString(valueText(state_.value));
    if (asNumber(state_.value) && !state_.parameter.unit.empty())
      text += " " + words(state_.parameter.unit);
  }
  field_->setText(text);
  field_->selectAll();
  field_->installEventFilter(this);
  place();
  field_->show();
  field_->setFocus();
  update();
}

void ParameterRow::finishEdit(bool keep) {
  if (!field_) return;
  QLineEdit* field = std::exchange(field_, nullptr);
  const QString text = field->text();
  field->hide();
  field->deleteLater();
  update();
  if (!keep || !field->isModified()) {
    complain({});
    return;
  }
  const auto value = read(state_.parameter, text);
  if (value)
    want(value.value(), false);
  else
    complain(QString::fromStdString(value.error().text()));
}

bool ParameterRow::eventFilter(QObject* watched, QEvent* event) {
  if (watched == choices_) {
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
      update(), updateGeometry();
    if (event->type() == QEvent::Wheel) return event->ignore(), true;
    if (event->type() != QEvent::KeyPress) return false;
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Backspace || key == Qt::Key_Delete) return Q_EMIT reset(), true;
    if (key == Qt::Key_Up) return focusPreviousChild(), true;
    if (key == Qt::Key_Down) return focusNextChild(), true;
    if (key == Qt::Key_Return || key == Qt::Key_Enter) return choices_->showPopup(), true;
    return false;
  }
  if (watched != field_) return QWidget::eventFilter(watched, event);
  if (event->type() == QEvent::FocusOut) {
    finishEdit(true);
    return false;
  }
  if (event->type() != QEvent::KeyPress) return false;
  switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
      setFocus();
      finishEdit(true);
      return true;
    case Qt::Key_Escape:
      finishEdit(false);
      setFocus();
      return true;
    default: return false;
  }
}

void ParameterRow::chooseFile() {
  const QString now = QString::fromStdString(std::string(asText(state_.value).value_or("")));
  const QString path = QFileDialog::getOpenFileName(this, typesetText(state_.parameter.name), now);
  if (!path.isEmpty()) want(Value{path.toStdString()}, false);
}

void ParameterRow::openDistribution() {
  auto* editor = new DistributionEditor(state_.parameter, state_.value, this);
  connect(editor, &DistributionEditor::chosen, this,
          [this](const Value& value) { want(value, false); });
  editor->move(mapToGlobal(QPoint(0, height())));
  editor->show();
}

}  // namespace spk::panels::inspector
