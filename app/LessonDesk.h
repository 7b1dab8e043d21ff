#pragma once
#include <memory>

#include "app/Workbench.h"
#include "engine/run/Lesson.h"

namespace spk {

/// The lesson of the open project: tells it how the run goes, and keeps the learner's progress.
class LessonDesk {
 public:
  /// lesson.json beside the project; nullptr where there is none. Error: it cannot be read.
  static Result<std::unique_ptr<LessonDesk>> beside(Workbench& bench);

  LessonDesk(Workbench& bench, Lesson lesson);
  void tick();
  const LessonStatus& status() const { return lesson_.status(); }
  /// "next", "back", "restart", or "answer" with {"question", "choice"}.
  Result<void> act(std::string_view what, const Values& values);

 private:
  std::optional<double> countedOf(Id node) const;  ///< spikes or events in all [1/s]
  std::optional<double> rateOf(Id population) const;
  std::optional<double> cvOf(Id population) const;
  Result<void> restart();

  Workbench& bench_;
  Lesson lesson_;
};

}  // namespace spk
