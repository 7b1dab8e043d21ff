#pragma once
#include <QScrollArea>
#include <functional>

#include "engine/data/LessonStatus.h"
#include "panels/kit/Panel.h"

class QLabel;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace spk::panels::lesson {

/// The page of the step that is shown; made anew when the lesson's status changes.
class LessonPanel : public QWidget {
  Q_OBJECT
 public:
  LessonPanel(PanelContext& context, std::function<const LessonStatus&()> status);
  void showStatus();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void fill(const LessonStatus& status);
  void fillStep(const LessonStatus& status);
  void fillQuiz(const LessonStatus& status);
  void addQuestion(const LessonStatus& status, const LessonQuestion& question);
  QLabel* addText(const QString& text, const char* role);
  void addBox(const QString& sign, const QString& text, const QColor& colour, const char* name);
  void addReadings(const LessonStatus& status);
  void showReadings(const LessonStatus& status);
  void act(const char* what, Values values = {});

  PanelContext& context_;
  std::function<const LessonStatus&()> status_;
  std::uint64_t shown_ = 0;
  std::size_t shownStep_ = 0;
  QLabel* place_;
  QProgressBar* progress_;
  QScrollArea* scroll_;
  QWidget* page_ = nullptr;
  QVBoxLayout* column_ = nullptr;
  std::vector<QLabel*> readings_;
  QPushButton *back_, *next_, *restart_;
};

}  // namespace spk::panels::lesson
