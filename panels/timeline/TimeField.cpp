#include "panels/timeline/TimeField.h"

#include <QKeyEvent>
#include <QStyle>
#include <QTimer>
#include <QToolTip>
#include <algorithm>

#include "panels/kit/Theme.h"

namespace spk::panels::timeline {

Result<Time> typedTime(const QString& text, Time now) {
  QString words = text.simplified();
  words.replace(QChar(0x2212), u'-');  // the true minus sign
  if (words.startsWith(QStringLiteral("t ="))) words = words.mid(3);
  TRY(const Time typed, parseTime(words.toStdString()));
  const bool isStep = words.startsWith(u'-') || words.startsWith(u'+');
  return std::max<Time>(0, isStep ? now + typed : typed);
}

TimeField::TimeField(QWidget* parent) : QLineEdit(parent) {
  setObjectName(QStringLiteral("transport.time"));
  setProperty("role", "time");
  setAccessibleName(tr("Time of the run"));
  setToolTip(
      tr("Type a time to go there: 2.5, 800 ms, or -2 for two seconds back.\n"
         "Back is exact; what was run before stays in the plots, pale."));
  connect(this, &QLineEdit::returnPressed, this, &TimeField::take);
  showTime(0);
}

void TimeField::showTime(Time now) {
  now_ = now;
  if (hasFocus()) return;
  const QString words = QStringLiteral("t = %1 s").arg(shownFixed(toSeconds(now), 3));
  if (words != text()) setText(words);
}

void TimeField::take() {
  const auto t = typedTime(text(), now_);
  if (!t) return showFault(tr("\"%1\" is no time; 2.5, 800 ms or -2 are").arg(text().simplified()));
  clearFocus();
  Q_EMIT timeWanted(t.value());
}

void TimeField::showFault(const QString& words) {
  setProperty("bad", !words.isEmpty());
  style()->polish(this);
  if (!words.isEmpty()) QToolTip::showText(mapToGlobal(rect().bottomLeft()), words, this);
}

void TimeField::focusInEvent(QFocusEvent* event) {
  QLineEdit::focusInEvent(event);
  // The press that brought the focus sets the cursor after this.
  QTimer::singleShot(0, this, &QLineEdit::selectAll);
}

void TimeField::focusOutEvent(QFocusEvent* event) {
  QLineEdit::focusOutEvent(event);
  showFault({});
  showTime(now_);
}

void TimeField::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) return clearFocus();
  QLineEdit::keyPressEvent(event);
}

}  // namespace spk::panels::timeline
