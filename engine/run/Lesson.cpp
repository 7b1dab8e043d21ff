#include "engine/run/Lesson.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "engine/base/Json.h"
#include "engine/base/file.h"

namespace spk {
namespace {

constexpr const char* kProgress = "lesson.progress";
constexpr double kHintAfterSeconds = 20;
constexpr double kNoLimit = std::numeric_limits<double>::infinity();

/// What can be asked of a running node: its word in conditions, how it is shown.
struct Measure {
  const char *word, *title, *unit;
  std::function<std::optional<double>(Id)> LessonFacts::*of;
};
const Measure kMeasures[] = {{"rate", "rate ", "Hz", &LessonFacts::rate},
                             {"events", "events ", "1/s", &LessonFacts::events},
                             {"cv", "CV ", "", &LessonFacts::cv}};

/// "rate of E": the measure and the name; null if there is no such measure.
std::pair<const Measure*, std::string> shown(const std::string& words) {
  for (const Measure& measure : kMeasures)
    if (const std::string begin = std::string(measure.word) + " of "; words.starts_with(begin))
      return {&measure, words.substr(begin.size())};
  return {nullptr, {}};
}

/// The wire A->B, or the item of that path.
Result<Id> named(const Project& project, const std::string& name) {
  const std::size_t arrow = name.find("->");
  if (arrow == std::string::npos) return itemByPath(project, name);
  TRY(const Id from, itemByPath(project, name.substr(0, arrow)));
  TRY(const Id to, itemByPath(project, name.substr(arrow + 2)));
  for (const auto& [id, item] : project.items)
    if (item.from.item == from && item.to.item == to) return id;
  return Error{"there is no such wire", name};
}

const Item* progressItem(const Project& project, const std::string& lesson) {
  for (const auto& [id, item] : project.items)
    if (item.type == kProgress && textOr(item.values, "lesson", "") == lesson) return &item;
  return nullptr;
}

std::string textAt(const JsonNode& node, std::string_view key) {
  const JsonNode* found = node.find(key);
  return found && found->form() == JsonNode::Form::Text ? found->text() : std::string();
}

Result<LessonQuestion> readQuestion(const JsonNode& node, const std::string& where) {
  LessonQuestion question{textAt(node, "id"), textAt(node, "text"), {}, -1, textAt(node, "why")};
  if (question.id.empty() || question.text.empty())
    return Error{"a question needs \"id\" and \"text\"", where};
  const JsonNode* choices = node.find("choices");
  for (const JsonNode& choice : choices ? choices->items() : std::vector<JsonNode>{})
    question.choices.push_back(choice.text());
  if (question.choices.size() < 2) return Error{"a question needs two choices or more", where};
  if (const JsonNode* answer = node.find("answer")) {
    question.answer = static_cast<int>(answer->integer());
    if (question.answer < 0 || question.answer >= static_cast<int>(question.choices.size()))
      return Error{"\"answer\" is the number of a choice, from 0", where};
  }
  return question;
}

}  // namespace

/// Takes the words of a condition one after the other.
class ConditionReader {
 public:
  explicit ConditionReader(std::string_view text) : text_(text) {
    for (std::size_t at = 0; at < text.size();) {
      if (text[at] == ' ') {
        ++at;
        continue;
      }
      const bool quoted = text[at] == '\'';
      std::size_t end = at + 1;
      // A quoted part may go on: 'my net'->E.weight
      bool inside = quoted;
      for (; end < text.size() && (inside || text[end] != ' '); ++end)
        if (text[end] == '\'') inside = !inside;
      std::string word(text.substr(at, end - at));
      std::erase(word, '\'');
      words_.push_back(std::move(word));
      at = end;
    }
  }

  Result<Condition> read() {
    Condition condition;
    if (words_.empty()) return error("is empty");
    while (true) {
      TRY(Condition::Clause clause, readClause());
      condition.clauses_.push_back(std::move(clause));
      if (take("and")) continue;
      if (take("for")) {
        TRY(condition.lasting_, readTime());
      }
      if (next_ < words_.size()) return error("does not go on with \"" + words_[next_] + "\"");
      return condition;
    }
  }

 private:
  using Clause = Condition::Clause;
  using Kind = Clause::Kind;

  Error error(const std::string& what) const {
    return Error{"the condition " + what, std::string(text_)};
  }
  bool take(std::string_view word) {
    if (next_ >= words_.size() || words_[next_] != word) return false;
    ++next_;
    return true;
  }
  Result<std::string> word(const char* what) {
    if (next_ >= words_.size()) return error(std::string("lacks ") + what + " at its end");
    return words_[next_++];
  }
  Result<double> readNumber() {
    TRY(const std::string text, word("a number"));
    double number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end != text.data() + text.size())
      return error("has \"" + text + "\" where a number belongs");
    return number;
  }
  Result<Time> readTime() {
    TRY(const std::string text, word("a time"));
    std::string whole = text;
    if (next_ < words_.size() && words_[next_] != "and" && words_[next_] != "for")
      whole += words_[next_++];
    return parseTime(whole);
  }

  Result<Clause> readClause() {
    if (take("playing")) return Clause{Kind::Playing, {}, {}};
    if (take("paused")) return Clause{Kind::Paused, {}, {}};
    if (take("time")) {
      if (!take("after")) return error("says \"time\" but not \"after\"");
      TRY(const Time t, readTime());
      return Clause{Kind::After, {}, {}, static_cast<double>(t), kNoLimit};
    }
    for (const Measure& measure : kMeasures)
      if (take(measure.word)) return readMeasure(measure.word, Kind::Measured, measure.of);
    if (take("value")) return readMeasure("value", Kind::Written, nullptr);
    TRY(const std::string name, word("a name"));
    if (take("selected")) return Clause{Kind::Selected, name, {}};
    const double on = take("not") ? 0 : 1;
    for (const char* key : {"muted", "bypassed"})
      if (take(key)) return Clause{Kind::Switched, name, key, on, on};
    return error("names \"" + name +
                 "\" but not selected, muted, not muted, bypassed or not bypassed");
  }

  Result<Clause> readMeasure(const char* begin, Kind kind, decltype(Clause::measure) measure) {
    if (!take("of")) return error(std::string("says \"") + begin + "\" but not \"of\"");
    Clause clause{kind, {}, {}, -kNoLimit, kNoLimit};
    clause.measure = measure;
    TRY(clause.name, word("a name"));
    if (kind == Kind::Written) {
      const std::size_t dot = clause.name.rfind('.');
      if (dot == std::string::npos) return error("needs NODE.PARAMETER after \"value of\"");
      clause.key = clause.name.substr(dot + 1);
      clause.name.resize(dot);
    }
    if (kind == Kind::Written && take("is")) {
      clause.kind = Kind::Chosen;
      TRY(clause.choice, word("what it should be"));
      return clause;
    }
    if (take("above")) {
      TRY(clause.low, readNumber());
    } else if (take("below")) {
      TRY(clause.high, readNumber());
    } else if (take("between")) {
      TRY(clause.low, readNumber());
      if (!take("and")) return error("says \"between\" but not \"and\"");
      TRY(clause.high, readNumber());
    } else {
      return error("compares by none of above, below, between");
    }
    // The unit is for the reader of the file.
    if (next_ < words_.size() && words_[next_] != "and" && words_[next_] != "for") ++next_;
    return clause;
  }

  std::string_view text_;
  std::vector<std::string> words_;
  std::size_t next_ = 0;
};

Result<Condition> Condition::parse(std::string_view words) { return ConditionReader(words).read(); }

Result<bool> Condition::holds(const Clause& clause, const LessonFacts& facts) {
  using Kind = Clause::Kind;
  if (clause.kind == Kind::Playing) return facts.isPlaying;
  if (clause.kind == Kind::Paused) return !facts.isPlaying;
  const auto within = [&](double x) { return x > clause.low && x < clause.high; };
  if (clause.kind == Kind::After) return within(static_cast<double>(facts.now));
  TRY(const Id id, named(facts.project, clause.name));
  const Item& item = *facts.project.find(id);
  switch (clause.kind) {
    case Kind::Selected: return std::ranges::find(facts.selection, id) != facts.selection.end();
    case Kind::Switched: return switchOr(item.values, clause.key, false) == (clause.low > 0);
    case Kind::Chosen: return textOr(item.values, clause.key, "") == clause.choice;
    case Kind::Written: {
      const auto found = item.values.find(clause.key);
      const auto number = found == item.values.end() ? std::nullopt : asNumber(found->second);
      if (!number) return Error{"has no number written for " + clause.key, clause.name};
      return within(*number);
    }
    default: break;
  }
  const auto& measure = facts.*clause.measure;
  const auto value = measure ? measure(id) : std::nullopt;
  return value && within(*value);
}

Result<bool> Condition::holds(const LessonFacts& facts) const {
  bool all = true;
  for (const Clause& clause : clauses_) {
    TRY(const bool one, holds(clause, facts));
    all = all && one;
  }
  return all;
}

Result<void> Condition::check(const Project& project) const {
  for (const Clause& clause : clauses_)
    if (!clause.name.empty()) TRY_DO(named(project, clause.name));
  return {};
}

// Lesson
// -------------------------------------------------------------------------------------------

Result<Lesson> Lesson::read(const std::filesystem::path& file) {
  TRY(const std::string text, readFile(file));
  auto lesson = parse(text);
  if (!lesson) return Error{lesson.error().text(), file.string()};
  return lesson;
}

Result<Lesson> Lesson::parse(std::string_view text) {
  TRY(const JsonNode root, JsonNode::parse(text));
  Lesson lesson;
  LessonStatus& status = lesson.status_;
  status.id = textAt(root, "id");
  status.title = textAt(root, "title");
  status.about = textAt(root, "about");
  if (status.id.empty() || status.title.empty())
    return Error{"a lesson needs \"id\" and \"title\"", ""};
  const JsonNode* steps = root.find("steps");
  for (const JsonNode& node : steps ? steps->items() : std::vector<JsonNode>{}) {
    const std::string where = "step " + std::to_string(status.steps.size() + 1);
    LessonStep step{textAt(node, "id"),   textAt(node, "title"), textAt(node, "text"),
                    textAt(node, "task"), textAt(node, "wait"),  textAt(node, "hint"),
                    textAt(node, "done")};
    if (step.id.empty() || step.text.empty()) return Error{"needs \"id\" and \"text\"", where};
    if (step.task.empty() != step.wait.empty())
      return Error{"\"task\" (for the learner) and \"wait\" (the condition) go together", where};
    lesson.conditions_.emplace_back();
    if (!step.wait.empty()) {
      auto condition = Condition::parse(step.wait);
      if (!condition) return Error{condition.error().text(), where};
      lesson.conditions_.back() = std::move(condition).value();
    }
    const JsonNode* show = node.find("show");
    for (const JsonNode& each : show ? show->items() : std::vector<JsonNode>{}) {
      if (!shown(each.text()).first)
        return Error{"shows \"rate of NAME\", \"events of NAME\" or \"cv of NAME\", not \"" +
                         each.text() + "\"",
                     where};
      step.show.push_back(each.text());
    }
    if (const JsonNode* predict = node.find("predict")) {
      TRY(LessonQuestion question, readQuestion(*predict, where));
      step.predict.push_back(std::move(question));
    }
    status.steps.push_back(std::move(step));
  }
  if (status.steps.empty()) return Error{"a lesson needs steps", ""};
  const JsonNode* quiz = root.find("quiz");
  for (const JsonNode& node : quiz ? quiz->items() : std::vector<JsonNode>{}) {
    TRY(LessonQuestion question,
        readQuestion(node, "question " + std::to_string(status.quiz.size() + 1)));
    status.quiz.push_back(std::move(question));
  }
  return lesson;
}

void Lesson::readProgress(const Project& project) {
  done_.clear();
  status_.answers.clear();
  status_.step = 0;
  const Item* item = progressItem(project, status_.id);
  if (!item) return;
  const std::int64_t step = integerOr(item->values, "step", 0);
  status_.step = static_cast<std::size_t>(
      std::clamp<std::int64_t>(step, 0, static_cast<std::int64_t>(status_.steps.size())));
  const auto found = item->values.find("done");
  const Json* text = found == item->values.end() ? nullptr : std::get_if<Json>(&found->second);
  const auto list = text ? JsonNode::parse(text->text) : Result<JsonNode>(JsonNode::list());
  if (!list) return;
  for (const JsonNode& entry : list.value().items()) {
    done_.push_back(entry.text());
    const std::size_t mark = entry.text().rfind('=');  // "question=choice"
    int choice = 0;
    if (mark == std::string::npos) continue;
    const char* end = entry.text().data() + entry.text().size();
    if (std::from_chars(entry.text().data() + mark + 1, end, choice).ec == std::errc())
      status_.answers[entry.text().substr(0, mark)] = choice;
  }
}

void Lesson::readNumbers(const LessonFacts& facts, double seconds) {
  // Numbers that change thirty times a second cannot be read.
  constexpr double kEverySeconds = 0.4;
  if (readAt_ >= 0 && seconds - readAt_ < kEverySeconds) return;
  readAt_ = seconds;
  status_.readings.clear();
  if (status_.step >= status_.steps.size()) return;
  for (const std::string& words : status_.steps[status_.step].show) {
    const auto [measure, name] = shown(words);
    const auto id = named(facts.project, name);
    const auto& of = facts.*measure->of;
    status_.readings.push_back(
        {measure->title + name, measure->unit, id && of ? of(id.value()) : std::nullopt});
  }
}

void Lesson::look(const LessonFacts& facts, double seconds) {
  const LessonStatus before = status_;
  readProgress(facts.project);
  if (status_.step != lookedAt_) {
    lookedAt_ = status_.step;
    begunAt_ = seconds;
    readAt_ = -1;
    holdsSince_.reset();
    metHere_.clear();
  }
  readNumbers(facts, seconds);
  const bool isQuiz = status_.step == status_.steps.size();
  bool met = isQuiz || !conditions_[status_.step];
  status_.fault.clear();
  if (!isQuiz) {
    const LessonStep& step = status_.steps[status_.step];
    const bool predicted = step.predict.empty() || status_.answers.contains(step.predict[0].id);
    if (const auto& condition = conditions_[status_.step]; condition && predicted) {
      const auto holds = condition->holds(facts);
      if (!holds || !holds.value())
        holdsSince_.reset();
      else if (!holdsSince_ || *holdsSince_ > facts.now)
        holdsSince_ = facts.now;
      if (holdsSince_ && facts.now - *holdsSince_ >= condition->lasting()) metHere_ = step.id;
    }
    met = predicted && (met || metHere_ == step.id || std::ranges::count(done_, step.id) > 0);
    if (const auto& condition = conditions_[status_.step]; condition && !met)
      if (const auto there = condition->check(facts.project); !there)
        status_.fault = there.error().text();
  }
  status_.isMet = met;
  status_.isHintDue = !met && seconds - begunAt_ >= kHintAfterSeconds;
  if (status_.step != before.step || status_.isMet != before.isMet ||
      status_.isHintDue != before.isHintDue || status_.fault != before.fault ||
      status_.answers != before.answers || before.version == 0)
    ++status_.version;
}

Edit Lesson::progress(const Project& project, std::size_t step,
                      const std::vector<std::string>& done,
                      const std::function<Id()>& newId) const {
  JsonNode list = JsonNode::list();
  for (const std::string& each : done) list.add(JsonNode{each});
  const Value at{static_cast<std::int64_t>(step)}, all{Json{list.write()}};
  if (const Item* item = progressItem(project, status_.id))
    return {"", {setting(project, item->id, "step", at), setting(project, item->id, "done", all)}};
  Item item{newId(), kProgress, {}, {}, {}, {}};
  item.values = {{"lesson", status_.id}, {"step", at}, {"done", all}};
  return {"", {Insert{std::move(item)}}};
}

Result<Edit> Lesson::go(const Project& project, int by, const std::function<Id()>& newId) const {
  if (by > 0 && !status_.isMet)
    return Error{"this step waits: " + (status_.steps[status_.step].task.empty()
                                            ? std::string("answer the question")
                                            : status_.steps[status_.step].task),
                 ""};
  const auto last =
      static_cast<std::int64_t>(status_.steps.size()) - (status_.quiz.empty() ? 1 : 0);
  const std::int64_t next = static_cast<std::int64_t>(status_.step) + by;
  if (next < 0 || next > last)
    return Error{by < 0 ? "this is the first step" : "this is the end of the lesson", ""};
  std::vector<std::string> done = done_;
  if (by > 0 && status_.step < status_.steps.size()) {
    const std::string& id = status_.steps[status_.step].id;
    if (std::ranges::count(done, id) == 0) done.push_back(id);
  }
  return progress(project, static_cast<std::size_t>(next), done, newId);
}

const LessonQuestion* Lesson::question(std::string_view id) const {
  for (const LessonStep& step : status_.steps)
    for (const LessonQuestion& each : step.predict)
      if (each.id == id) return &each;
  const auto found = std::ranges::find(status_.quiz, id, &LessonQuestion::id);
  return found == status_.quiz.end() ? nullptr : &*found;
}

Result<Edit> Lesson::answer(const Project& project, std::string_view id, int choice,
                            const std::function<Id()>& newId) const {
  const LessonQuestion* asked = question(id);
  if (!asked) return Error{"the lesson asks no such question", std::string(id)};
  if (choice < 0 || choice >= static_cast<int>(asked->choices.size()))
    return Error{"there are " + std::to_string(asked->choices.size()) + " choices, from 0",
                 asked->id};
  std::vector<std::string> done = done_;
  std::erase_if(done, [&](const std::string& each) { return each.starts_with(asked->id + "="); });
  done.push_back(asked->id + "=" + std::to_string(choice));
  return progress(project, status_.step, done, newId);
}

}  // namespace spk
