#pragma once
#include <QWidget>
#include <memory>

class QLabel;
class QPushButton;

namespace spk {

class JobControl;

class Workbench;
struct RunStatus;

/// The line at the bottom: state, notes, size of the network; at right how fast all goes.
class StatusLine : public QWidget {
  Q_OBJECT
 public:
  explicit StatusLine(QWidget* parent);
  /// @param latencyMs  from a datagram to the picture; 0: nothing comes in
  void show(const Workbench& bench, double ticksPerSecond, double latencyMs);
  /// What the canvas has to say about what the keys do; empty: nothing.
  void say(const QString& words);
  /// What the views did not get, and that nothing else lacks it; empty: they got all.
  static QString lossWords(const RunStatus& status);

 Q_SIGNALS:
  void notesAsked();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void dress();
  void showJobs(const Workbench& bench);

  QLabel *state_, *size_, *words_, *job_, *rates_;
  QPushButton *notes_, *cancel_;
  std::shared_ptr<JobControl> shownJob_;  // the oldest one that goes on for a while
  int jobSeen_ = 0;
  QColor dot_;
};

}  // namespace spk
