#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace spk {

/// One choice among several; `answer` is the right one, −1 where none is (a prediction).
struct LessonQuestion {
  std::string id, text;
  std::vector<std::string> choices;
  int answer = -1;
  std::string why = {};  ///< said once it is answered
};
/// One step of a lesson: what it tells, asks and waits for.
struct LessonStep {
  std::string id, title, text;
  std::string task = {};  ///< what the learner is to do, in words; empty: only to read
  std::string wait = {};  ///< the condition, as engine/run/Lesson reads it
  std::string hint = {}, done = {};
  std::vector<std::string> show = {};        ///< numbers beside the text: "rate of E", "cv of E"
  std::vector<LessonQuestion> predict = {};  ///< none or one; to be answered first
};
/// A number that a step shows while the network runs.
struct LessonReading {
  std::string words, unit;
  std::optional<double> value;  ///< nothing while there is too little to say
};
/// A lesson and how far the learner has come; plain data for its panel.
struct LessonStatus {
  std::string id, title, about;
  std::vector<LessonStep> steps;
  std::vector<LessonQuestion> quiz;
  std::size_t step = 0;                ///< steps.size(): the quiz
  bool isMet = false;                  ///< the step's task is done: now or before
  bool isHintDue = false;              ///< it waits for long already
  std::string fault = {};              ///< what the task speaks of and the project lacks; in words
  std::map<std::string, int> answers;  ///< by question
  std::uint64_t version = 0;           ///< changes when any of the above does
  std::vector<LessonReading> readings;
};

}  // namespace spk
