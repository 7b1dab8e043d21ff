#include "app/LessonDesk.h"

#include <chrono>
#include <map>

#include "engine/analysis/rates.h"
#include "engine/graph/population.h"

namespace spk {
namespace {

constexpr Time kRateWindow = kSecond / 2;
constexpr Time kCvWindow = 3 * kSecond;
constexpr std::size_t kCvIntervals = 5;  // per neuron, to say anything
constexpr std::size_t kCvNeurons = 10;

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Result<std::unique_ptr<LessonDesk>> LessonDesk::beside(Workbench& bench) {
  std::error_code failed;
  const auto file = bench.path().parent_path() / "lesson.json";
  if (bench.path().filename() != "project.spk" || !std::filesystem::exists(file, failed))
    return std::unique_ptr<LessonDesk>();
  TRY(Lesson lesson, Lesson::read(file));
  return std::make_unique<LessonDesk>(bench, std::move(lesson));
}

LessonDesk::LessonDesk(Workbench& bench, Lesson lesson)
    : bench_(bench), lesson_(std::move(lesson)) {
  tick();
}

void LessonDesk::tick() {
  lesson_.look({.project = bench_.project(),
                .isPlaying = bench_.status().state == RunStatus::State::Running,
                .now = bench_.status().now,
                .selection = bench_.looking().selection,
                .rate = [this](Id id) { return rateOf(id); },
                .cv = [this](Id id) { return cvOf(id); },
                .events = [this](Id id) { return countedOf(id); }},
               seconds());
}

std::optional<double> LessonDesk::countedOf(Id node) const {
  const Tape* tape = bench_.tapes().find(node);
  if (!tape || tape->end() - tape->begin() < kRateWindow) return std::nullopt;
  std::uint64_t counted = 0;
  tape->visit<Count>(tape->end() - kRateWindow, tape->end() + 1,
                     [&](std::span<const Count> counts) {
                       for (const Count& count : counts) counted += count.n;
                     });
  return static_cast<double>(counted) / toSeconds(kRateWindow);
}

std::optional<double> LessonDesk::rateOf(Id population) const {
  const auto counted = countedOf(population);
  const Item* item = bench_.project().find(population);
  if (!counted || !item) return std::nullopt;
  const std::int64_t size = populationSize(*item, bench_.registry().describe(*item));
  if (size <= 0) return std::nullopt;
  return *counted / static_cast<double>(size);
}

std::optional<double> LessonDesk::cvOf(Id population) const {
  // Some view must watch its spikes: only counts come without one.
  const Tape* tape = nullptr;
  for (const auto& [id, item] : bench_.project().items)
    if (item.isWire() && item.from.item == population && item.from.port == "out" && !tape)
      tape = bench_.tapes().find(id);
  if (!tape) return std::nullopt;
  std::map<std::uint32_t, SpikeTrain> trains;
  tape->visit<Spike>(tape->end() - kCvWindow, tape->end() + 1, [&](std::span<const Spike> spikes) {
    for (const Spike& spike : spikes) trains[spike.neuron].push_back(spike.t);
  });
  double sum = 0;
  std::size_t neurons = 0;
  for (const auto& [neuron, train] : trains) {
    if (train.size() <= kCvIntervals) continue;
    if (const auto cv = intervalCv(train)) sum += cv.value(), ++neurons;
  }
  if (neurons < kCvNeurons) return std::nullopt;
  return sum / static_cast<double>(neurons);
}

Result<void> LessonDesk::restart() {
  // Back to the network of the file, as one step that can be undone; the arrangement stays.
  Project first = bench_.onDisk();
  for (auto item = first.items.begin(); item != first.items.end();)
    item = item->second.type == "layout.window" || item->second.type == "lesson.progress"
               ? first.items.erase(item)
               : std::next(item);
  for (const auto& [id, item] : bench_.project().items)
    if (item.type == "layout.window" || item.type == "lesson.progress") first.items[id] = item;
  if (Edit edit = difference(bench_.project(), first, "Start over"); !edit.ops.empty())
    TRY_DO(bench_.commit(std::move(edit)));
  bench_.rewind(0);
  for (const auto& [id, item] : bench_.project().items)
    if (item.type == "lesson.progress" && textOr(item.values, "lesson", "") == status().id)
      return bench_.commit({"", {Remove{item}}});
  return {};
}

Result<void> LessonDesk::act(std::string_view what, const Values& values) {
  const auto newId = bench_.context().newId;
  Result<void> done;
  if (what == "next" || what == "back") {
    TRY(Edit edit, lesson_.go(bench_.project(), what == "next" ? 1 : -1, newId));
    done = bench_.commit(std::move(edit));
  } else if (what == "answer") {
    TRY(Edit edit, lesson_.answer(bench_.project(), textOr(values, "question", ""),
                                  static_cast<int>(integerOr(values, "choice", -1)), newId));
    done = bench_.commit(std::move(edit));
  } else if (what == "restart") {
    done = restart();
  } else {
    return Error{"a lesson knows next, back, answer and restart", std::string(what)};
  }
  tick();
  return done;
}

}  // namespace spk
