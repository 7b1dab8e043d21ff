#pragma once
#include <QLineEdit>

#include "engine/base/Result.h"
#include "engine/base/Time.h"

namespace spk::panels::timeline {

/// What "2.5", "800 ms", "-2" (so much before `now`) or "+1s" mean as a time of the run, 0 at
/// least.
Result<Time> typedTime(const QString& text, Time now);

/// The time of the run, which one may type over to go there.
class TimeField : public QLineEdit {
  Q_OBJECT
 public:
  explicit TimeField(QWidget* parent);
  void showTime(Time now);

 Q_SIGNALS:
  void timeWanted(qint64 t);

 protected:
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void take();
  void showFault(const QString& words);

  Time now_ = 0;
};

}  // namespace spk::panels::timeline
