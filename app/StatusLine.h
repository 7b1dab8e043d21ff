#pragma once
#include <QWidget>

class QLabel;
class QPushButton;

namespace spk {

class Workbench;

/// The line at the bottom: state, notes, size of the network; at right how fast all goes.
class StatusLine : public QWidget {
  Q_OBJECT
 public:
  explicit StatusLine(QWidget* parent);
  void show(const Workbench& bench, double ticksPerSecond);
  /// What the canvas has to say about what the keys do; empty: nothing.
  void say(const QString& words);

 Q_SIGNALS:
  void notesAsked();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void dress();

  QLabel *state_, *size_, *words_, *rates_;
  QPushButton* notes_;
  QColor dot_;
};

}  // namespace spk
