#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/Edit.h"
#include "engine/base/Result.h"
#include "engine/base/Time.h"
#include "engine/data/LessonStatus.h"
#include "engine/graph/Document.h"

namespace spk {

/// What the conditions of a lesson look at.
struct LessonFacts {
  const Project& project;
  bool isPlaying = false;
  Time now = 0;  ///< biological
  std::span<const Id> selection = {};
  /// Mean rate of a population over the last half second [Hz], and the mean coefficient of
  /// variation of its inter-spike intervals; nothing while there is too little to say.
  std::function<std::optional<double>(Id population)> rate = {};
  std::function<std::optional<double>(Id population)> cv = {};
  /// Events that a source or filter of events gave, over the last half second [1/s].
  std::function<std::optional<double>(Id stream)> events = {};
};

/// A condition in plain words:
///   playing · paused · time after 2 s · E selected · I->E muted · filter not bypassed
///   rate of E above 20 Hz · cv of E between 0.8 and 1.3 · value of I->E.weight below -4
///   events of camera above 20000 · value of encode.polarity is on
/// joined by "and"; "for 1 s" at the end: all of it, for so long without a break [biological time].
/// A name with blanks stands in single quotes; A->B is the wire from A to B.
class Condition {
 public:
  static Result<Condition> parse(std::string_view words);
  /// Error: it names what the project does not have.
  Result<bool> holds(const LessonFacts& facts) const;
  /// Error: a node or wire that it names is not there, so it cannot come to hold.
  Result<void> check(const Project& project) const;
  Time lasting() const { return lasting_; }

 private:
  struct Clause {
    enum class Kind { Playing, Paused, After, Selected, Switched, Measured, Written, Chosen } kind;
    std::string name, key;
    double low = 0, high = 0;
    std::string choice = {};
    std::function<std::optional<double>(Id)> LessonFacts::*measure = nullptr;
  };
  friend class ConditionReader;
  static Result<bool> holds(const Clause& clause, const LessonFacts& facts);

  std::vector<Clause> clauses_;
  Time lasting_ = 0;
};

/// A lesson at work: reads lesson.json, looks whether the step's condition holds, and says by which
/// edit (without title: no undo step) the learner's progress is kept in the project.
class Lesson {
 public:
  /// Keys of the file: id, title, about, steps [{id, title, text, task, wait, hint, done,
  /// predict}], quiz [{id, text, choices, answer, why}]. Error names the step that cannot be read.
  static Result<Lesson> read(const std::filesystem::path& file);
  static Result<Lesson> parse(std::string_view text);

  /// Looks at the project and the run; `seconds`: any clock of the wall.
  void look(const LessonFacts& facts, double seconds);
  const LessonStatus& status() const { return status_; }

  /// `by` steps on (or back), where that may be: not past a step whose task is not done.
  Result<Edit> go(const Project& project, int by, const std::function<Id()>& newId) const;
  Result<Edit> answer(const Project& project, std::string_view question, int choice,
                      const std::function<Id()>& newId) const;

 private:
  void readProgress(const Project& project);
  void readNumbers(const LessonFacts& facts, double seconds);
  Edit progress(const Project& project, std::size_t step, const std::vector<std::string>& done,
                const std::function<Id()>& newId) const;
  const LessonQuestion* question(std::string_view id) const;

  LessonStatus status_;
  std::vector<std::optional<Condition>> conditions_;
  std::vector<std::string> done_;  // as the project has it
  std::string metHere_;            // the step whose condition has held in this session
  std::size_t lookedAt_ = ~std::size_t{0};
  double begunAt_ = 0, readAt_ = -1;
  std::optional<Time> holdsSince_;
};

}  // namespace spk
