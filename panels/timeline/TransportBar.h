#pragma once
#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>

#include "panels/kit/Panel.h"
#include "panels/timeline/TimeField.h"

class QHBoxLayout;

namespace spk::panels::timeline {

/// The widget of the transport: its buttons call rows of the action table, and it shows the status.
class TransportBar : public QFrame {
  Q_OBJECT
 public:
  explicit TransportBar(PanelContext& context);

  void showProject();  ///< pace and seed, as the project has them
  void showStatus();

 protected:
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  QPushButton* button(const char* name, const char* iconName, const QString& text,
                      const char* action, const QString& tip);
  void addRun(QHBoxLayout& row);
  void addPace(QHBoxLayout& row);
  void addSettings(QHBoxLayout& row);
  void dress();
  void commitPace(int place);
  void commitSeed();
  void fillThreads();

  PanelContext& context_;
  QPushButton* play_ = nullptr;
  QPushButton* record_ = nullptr;
  TimeField* time_ = nullptr;
  QLabel* speed_ = nullptr;
  QSlider* pace_ = nullptr;
  QLabel* paceWords_ = nullptr;
  QSpinBox* seed_ = nullptr;
  QPushButton* target_ = nullptr;
  QPushButton* search_ = nullptr;
  bool showsPause_ = false;
};

}  // namespace spk::panels::timeline
