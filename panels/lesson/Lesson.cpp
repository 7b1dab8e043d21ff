#include "panels/lesson/Lesson.h"

#include <QPointer>

#include "panels/lesson/LessonPanel.h"

namespace spk {
namespace {

class LessonView : public Panel {
 public:
  LessonView(PanelContext& context, std::function<const LessonStatus&()> status)
      : panel_(new panels::lesson::LessonPanel(context, std::move(status))) {}
  ~LessonView() override {
    if (panel_ && !panel_->parent()) delete panel_;
  }

  QWidget* widget() override { return panel_; }
  void edited(const Edit&) override {}
  void tick(Time) override {
    if (panel_) panel_->showStatus();
  }
  Result<void> exportTo(const std::filesystem::path& path, const FigureSize&) const override {
    return Error{"a lesson is no figure to export", path.string()};
  }

 private:
  QPointer<panels::lesson::LessonPanel> panel_;
};

}  // namespace

std::unique_ptr<Panel> makeLesson(PanelContext& context,
                                  std::function<const LessonStatus&()> status) {
  return std::make_unique<LessonView>(context, std::move(status));
}

}  // namespace spk
